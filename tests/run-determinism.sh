#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Same bytes, policy, trust and time give the same report, whatever the folder, locale, zone, jobs
# and order of files; without --clock only the run's own id and clock fields differ.
set -u
: "${srcdir:?}" "${ASSAY:?}"
srcdir=$(cd "$srcdir" && pwd) || exit 99
work=$(mktemp -d) || exit 99
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
umask 077
n=0 failed=0
same() {
  n=$((n + 1))
  cat "$1" > "$work/left"
  cat "$2" > "$work/right"
  if [ -s "$work/left" ] && cmp -s "$work/left" "$work/right"; then echo "ok $n - $3"; else
    failed=1
    echo "not ok $n - $3"
    diff "$work/left" "$work/right" | head -20 | sed 's/^/#   /'
  fi
}
lists() { # folder, command that puts names into an order
  (cd "$srcdir/fixtures/revocation" && printf '%s\n' * | "${@:2}") | while read -r f; do
    to=crl
    [ "$f" = "${f%.ocsp}" ] || to=ocsp
    cp --no-preserve=mode "$srcdir/fixtures/revocation/$f" "$work/$1/policy/$to"
  done
}
prepare() { # folder
  mkdir "$work/$1" "$work/$1/policy"
  cp -R --no-preserve=mode "$srcdir/fixtures/policies/quickstart/." "$work/$1/policy"
  mkdir "$work/$1/policy/crl" "$work/$1/policy/ocsp"
  lists "$1" cat
  [ -n "${2:-}" ] || cp -R --no-preserve=mode "$srcdir/fixtures/exports" "$work/$1/exports"
}
run() { # folder, extra options; what stands in $with is set in the environment
  (cd "$work/$1" && env "${with[@]}" "$ASSAY" audit --quiet --policy policy --db audit.db --trust-names \
    --at 2026-06-01T00:00:00Z --report json=report.json --report csv=report.csv "${@:2}" exports) > "$work/$1/out" 2>&1 ||
    sed 's/^/# /' "$work/$1/out"
}
# The database's own id is random: its uuid is the one field that differs with --clock and --run-id.
plain() { sed -E 's/"(origin_db)": "[^"]*"/"\1": ""/' "$work/$1/report.json"; }
# The fields of the run's own id and clock, and what was asked for.
clocks() { plain "$1" | sed -E 's/"(uuid|started_at|finished_at|checked_at)": "[^"]*"/"\1": ""/; /^    "argv": /d'; }
fixed=(--clock 2026-06-02T00:00:00Z --run-id 00000000-0000-4000-8000-000000000001)
with=(TZ=UTC)
prepare a
run a "${fixed[@]}"
prepare b
with=(LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu HOME=/nonexistent)
run b "${fixed[@]}"
with=(TZ=UTC)
same <(plain a) <(plain b) "another folder, locale and time zone"
same "$work/a/report.csv" "$work/b/report.csv" "another folder, locale and time zone, as CSV"
prepare c
run c
sleep 1.1
prepare d
run d
same <(clocks c) <(clocks d) "another moment: only id and clock fields differ"
for jobs in 1 2 7; do
  prepare "jobs$jobs"
  run "jobs$jobs" --jobs $jobs
  same <(clocks c) <(clocks "jobs$jobs") "--jobs $jobs"
done
# The same exports with their files written in another order.
prepare e without-exports
rm "$work"/e/policy/crl/* "$work"/e/policy/ocsp/*
lists e sort -r
(cd "$srcdir/fixtures/exports" && find . -type d | sort -r) | while read -r d; do mkdir -p "$work/e/exports/$d"; done
(cd "$srcdir/fixtures/exports" && find . -type f | sort -r) | while read -r f; do
  cp --no-preserve=mode "$srcdir/fixtures/exports/$f" "$work/e/exports/$f"
done
run e
same <(clocks c) <(clocks e) "files created in another order"
# There was something to repeat.
n=$((n + 1))
if grep -q '"in_use": true' "$work/c/report.json" && grep -q '"unusable": \[$' "$work/c/report.json"; then
  echo "ok $n - revocation data in use, and some that is of no use"
else
  failed=1
  echo "not ok $n - revocation data in use, and some that is of no use"
fi
# A report made later is the same octets.
"$ASSAY" report --db "$work/c/audit.db" --format json --output "$work/again.json" > /dev/null
same "$work/c/report.json" "$work/again.json" "a report made again"
echo "1..$n"
exit $failed
