#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# SIGINT, SIGTERM and SIGHUP end a run in order: 128+N within two seconds, recorded as interrupted.
set -u
: "${srcdir:?}" "${ASSAY:?}"
set -m # job control: background jobs do not ignore SIGINT
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
umask 077
cp -R --no-preserve=mode "$srcdir/fixtures/policies/quickstart" "$work/policy"
mkdir "$work/in"
for i in $(seq 1 1500); do cp "$srcdir/fixtures/exports/tools.tar.gz" "$work/in/$i.tar.gz"; done
n=0 failed=0
ok() {
  n=$((n + 1))
  if [ "$1" = "$2" ]; then echo "ok $n - $3"; else
    failed=1
    echo "not ok $n - $3: $1, want $2"
  fi
}
for pair in INT:130 TERM:143 HUP:129; do
  signal=${pair%:*} want=${pair#*:}
  rm -f "$work/audit.db"
  "$ASSAY" audit --policy "$work/policy" --db "$work/audit.db" --trust-names --jobs 1 "$work/in" > "$work/out" 2>&1 &
  pid=$!
  # The run must have begun: a slow machine may have made the file and no more.
  for _ in $(seq 1 500); do
    if command -v sqlite3 > /dev/null; then
      [ "$(sqlite3 "$work/audit.db" 'SELECT count(*) FROM run' 2> /dev/null)" = 1 ] && break
    else
      [ -s "$work/audit.db" ] && break
    fi
    sleep 0.02
  done
  sleep 0.1
  before=$(date +%s%N)
  kill -"$signal" $pid
  wait $pid
  ok $? "$want" "SIG$signal gives exit status $want"
  took=$((($(date +%s%N) - before) / 1000000))
  ok $((took < 2000)) 1 "SIG$signal ends the run within two seconds ($took ms)"
  ok "$(grep -lsa -- "${work}/polic[y]" /proc/[0-9]*/cmdline | wc -l)" 0 "SIG$signal leaves no child behind"
  if command -v sqlite3 > /dev/null; then
    ok "$(sqlite3 "$work/audit.db" "SELECT status || ' ' || exit_code FROM run")" "interrupted $want" "SIG$signal is recorded, with the exit status"
    ok "$(sqlite3 "$work/audit.db" "SELECT count(*) FROM evaluation JOIN input USING (input_id) WHERE whole = 0 AND state_rank > 2")" 0 \
      "SIG$signal leaves nothing compliant in an input that was not read to its end"
    ok "$(sqlite3 "$work/audit.db" 'PRAGMA integrity_check')" ok "SIG$signal leaves the database whole"
  fi
  ok "$(head -1 "$work/out" | grep -ci 'interrupted\|incomplete')" 1 "the report says so in its first line"
done
echo "1..$n"
exit $failed
