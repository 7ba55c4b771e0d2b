#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# SIGKILL at random moments: the database stays whole, and what was committed is still there.
# KILLS sets the number (50); SEED makes the moments repeat.
set -u
: "${srcdir:?}" "${ASSAY:?}"
kills=${KILLS:-50} seed=${SEED:-20260101}
[ -n "${SANITIZED:-}" ] && kills=$((kills / 10))
if ! command -v sqlite3 > /dev/null; then
  printf 'ok 1 # SKIP sqlite3 is not installed\n1..1\n'
  exit 0
fi
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
umask 077
cp -R --no-preserve=mode "$srcdir/fixtures/policies/quickstart" "$work/policy"
# Many inputs, so that there is always something under way.
mkdir "$work/in"
for i in $(seq 1 40); do
  cp "$srcdir/fixtures/exports/web.tar" "$work/in/web-$i.tar"
  cp "$srcdir/fixtures/exports/tools.tar.gz" "$work/in/tools-$i.tar.gz"
done
db=$work/audit.db
audit() {
  exec "$ASSAY" audit --quiet --policy "$work/policy" --db "$db" --trust-names --jobs 2 "$work/in"
}
start=$(date +%s%N)
(audit) > "$work/out" 2>&1
usual=$(($(date +%s%N) - start))
bad=0 lost=0 held=0 finished=0
committed=$(sqlite3 "$db" 'SELECT count(*) FROM evaluation')
whole=$committed midway=0
RANDOM=$seed
for i in $(seq 1 "$kills"); do
  # From before the first write to a little after the usual end.
  delay=$((usual / 1000 * (RANDOM % 1100) / 1000))
  (audit) > "$work/out" 2>&1 &
  pid=$!
  sleep "$(printf '%d.%06d' $((delay / 1000000)) $((delay % 1000000)))"
  kill -KILL $pid 2> /dev/null
  wait $pid 2> /dev/null
  [ $? -eq 137 ] || finished=$((finished + 1))
  check=$(sqlite3 "$db" 'PRAGMA integrity_check; PRAGMA foreign_key_check;' 2>&1)
  now=$(sqlite3 "$db" 'SELECT count(*) FROM evaluation' 2>&1)
  [ "$check" = ok ] || { bad=$((bad + 1)); echo "# kill $i after $delay us: $check"; }
  [ "$now" -gt "$committed" ] 2> /dev/null && [ "$now" -lt $((committed + whole)) ] && midway=$((midway + 1))
  [ "$now" -ge "$committed" ] 2> /dev/null || { lost=$((lost + 1)); echo "# kill $i: $now of $committed evaluations"; }
  committed=$now
  # No artifact half written: each evaluation has its steps, and its findings unless it is compliant.
  half=$(sqlite3 "$db" "SELECT count(*) FROM evaluation e WHERE NOT EXISTS (SELECT 1 FROM step s WHERE s.evaluation_id = e.evaluation_id)
    OR (e.state <> 'Compliant' AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.evaluation_id = e.evaluation_id))")
  [ "$half" = 0 ] || held=$((held + 1))
done
n=0 failed=0
ok() { # wrong ones, text
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else
    failed=1
    echo "not ok $n - $2: $1"
  fi
}
ok $bad "integrity_check and foreign_key_check are clean after each of $kills kills ($finished came after the end)"
echo "# $midway kills came when part of a run was committed"
[ "$kills" -lt 20 ] || ok $((midway == 0)) "some kills come between two commits"
ok $lost "every committed artifact is still there"
ok $held "no artifact is half recorded"
# A child whose parent is gone ends by itself.
alive() { grep -lsa -- "${work}/polic[y]" /proc/[0-9]*/cmdline; }
for _ in $(seq 1 30); do
  [ -n "$(alive)" ] || break
  sleep 0.1
done
left=$(alive | wc -l)
ok "$left" "no child outlives its parent"
(audit) > "$work/out" 2>&1
status=$?
ok $status "the next run takes the lock and ends well"
stale=$(sqlite3 "$db" "SELECT count(*) FROM run WHERE status = 'running'")
ok "$stale" "killed runs are marked interrupted"
open=$(sqlite3 "$db" "SELECT count(*) FROM evaluation JOIN input USING (input_id) WHERE whole = 0 AND state_rank > 2")
ok "$open" "nothing is compliant in an input that a killed run did not come to the end of"
told=$(sqlite3 "$db" "SELECT count(*) FROM run WHERE status = 'interrupted' AND (exit_code IS NOT NULL OR compared_with IS NOT NULL)")
ok "$told" "a killed run has no exit status and is compared with nothing"
echo "1..$n"
[ $failed -eq 0 ]
