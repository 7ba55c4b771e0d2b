#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Same bytes, policy, trust and time give the same report, whatever the folder, locale, zone, jobs
# and member order; without --clock only the run's own id and clock fields differ.
set -u
srcdir=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
umask 077
n=0 failed=0
same() {
  n=$((n + 1))
  if cmp -s "$1" "$2"; then echo "ok $n - $3"; else
    failed=1
    echo "not ok $n - $3"
    diff "$1" "$2" | head -20 | sed 's/^/#   /'
  fi
}
run() { # folder, extra options
  dir=$work/$1
  shift
  mkdir -p "$dir/policy"
  cp -R "$srcdir/fixtures/policies/quickstart/." "$dir/policy"
  [ -d "$dir/exports" ] || cp -R "$srcdir/fixtures/exports" "$dir/exports"
  chmod -R u+w,go-w "$dir"
  (cd "$dir" && "$ASSAY" audit --quiet --policy policy --db audit.db --trust-names --at 2026-06-01T00:00:00Z \
    --report json=report.json "$@" exports > out 2>&1)
}
fixed="--clock 2026-06-02T00:00:00Z --run-id 00000000-0000-4000-8000-000000000001"
# The database's own id is random: its uuid is the one field left that differs.
plain() { sed -E 's/"(origin_db)": "[^"]*"/"\1": ""/; s/"--jobs",? ?//; s/"[0-9]+",?$//' "$1" > "$1.plain"; }
clocks() { sed -E 's/"(uuid|origin_db|started_at|finished_at|checked_at)": "[^"]*"/"\1": ""/' "$1" > "$1.plain"; }
# shellcheck disable=SC2086
run a $fixed
# shellcheck disable=SC2086
LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu HOME=/nonexistent run b $fixed
plain "$work/a/report.json"
plain "$work/b/report.json"
same "$work/a/report.json.plain" "$work/b/report.json.plain" "another folder, locale and time zone"
run c
sleep 1
run d
clocks "$work/c/report.json"
clocks "$work/d/report.json"
same "$work/c/report.json.plain" "$work/d/report.json.plain" "another moment: only id and clock fields differ"
clocks "$work/a/report.json"
cp "$work/a/report.json.plain" "$work/a.plain"
for jobs in 1 4; do
  run "jobs$jobs" --jobs $jobs
  clocks "$work/jobs$jobs/report.json"
  grep -v -- '"--jobs"\|^ *"[14]",*$' "$work/jobs$jobs/report.json.plain" > "$work/jobs$jobs.plain"
done
same "$work/jobs1.plain" "$work/jobs4.plain" "--jobs 1 and --jobs 4"
# The same layout with its files written in another order.
mkdir -p "$work/e/exports"
cp -R "$srcdir/fixtures/exports/." "$work/e/exports"
chmod -R u+w "$work/e"
mv "$work/e/exports/api" "$work/e/api.old"
mkdir "$work/e/exports/api"
(cd "$work/e/api.old" && find . -type d | sort -r | while read -r d; do mkdir -p "../exports/api/$d"; done
  find . -type f | sort -r | while read -r f; do cp "$f" "../exports/api/$f"; done)
rm -rf "$work/e/api.old"
run e
clocks "$work/e/report.json"
same "$work/c/report.json.plain" "$work/e/report.json.plain" "files created in another order"
# A report made later is the same octets.
"$ASSAY" report --db "$work/c/audit.db" --format json --output "$work/again.json" > /dev/null
same "$work/c/report.json" "$work/again.json" "a report made again"
echo "1..$n"
exit $failed
