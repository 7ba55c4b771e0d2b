#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# SIGINT, SIGTERM and SIGHUP end the program within two seconds with 128+N, whatever it is at: judging,
# waiting for a lock or for whoever reads its output, settling what a dead child left, reporting; a run
# that had begun is recorded as interrupted, and no child stays behind.
# SIGNALS sets the number of those that come at random moments (16); SEED makes them repeat.
set -u
: "${srcdir:?}" "${ASSAY:?}"
set -m # job control: background jobs do not ignore SIGINT
signals=${SIGNALS:-16} seed=${SEED:-20260101}
[ -n "${SANITIZED:-}" ] && signals=$((signals / 4))
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
ask() { # question: the answer of the database, where sqlite3 is there
  if command -v sqlite3 > /dev/null; then sqlite3 -cmd '.timeout 5000' "$work/audit.db" "$1" 2>&1; else echo "$2"; fi
}
audit() { exec "$ASSAY" audit --policy "$work/policy" --db "$work/audit.db" --trust-names --jobs 1 "$@"; }
# Ends process $pid by a signal; sets `status` and `took` (ms).
end() { # signal
  local before
  before=$(date +%s%N)
  kill -"$1" "$pid" 2> /dev/null
  wait "$pid" 2> /dev/null
  status=$?
  took=$((($(date +%s%N) - before) / 1000000))
}
ended() { # want, text
  ok "$status" "$1" "$2: exit status"
  ok $((took < 2000)) 1 "$2: within two seconds ($took ms)"
}
left() { grep -lsa -- "${work}/polic[y]" /proc/[0-9]*/cmdline | wc -l; }

# --- while judging ---
for pair in INT:130 TERM:143 HUP:129; do
  signal=${pair%:*}
  rm -f "$work"/audit.db*
  (audit "$work/in") > "$work/out" 2>&1 &
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
  end "$signal"
  ended "${pair#*:}" "SIG$signal while judging"
  ok "$(left)" 0 "SIG$signal leaves no child behind"
  ok "$(ask 'SELECT status FROM run' interrupted)" interrupted "SIG$signal is recorded"
  ok "$(ask 'SELECT count(*) FROM input' 1500)" 1500 "SIG$signal leaves no input unmentioned"
  ok "$(ask 'SELECT count(*) FROM v_judged j JOIN input USING (input_id) WHERE whole = 0 AND j.state_rank > 2' 0)" 0 \
    "SIG$signal leaves nothing compliant in an input that was not read to its end"
  ok "$(ask 'PRAGMA integrity_check' ok)" ok "SIG$signal leaves the database whole"
  ok "$(head -1 "$work/out" | grep -ci 'interrupted\|incomplete')" 1 "the report says so in its first line"
done

# --- a caller that ignores them ---
(
  trap '' INT TERM HUP
  exec "$ASSAY" audit --policy "$work/policy" --db "$work/audit.db" --trust-names --jobs 1 "$work/in" > "$work/out" 2>&1
) &
pid=$!
sleep 0.5
end TERM
ended 143 "ignored by the caller"

# --- while waiting for a lock ---
: > "$work/audit.db.lock"
flock "$work/audit.db.lock" sleep 20 &
holder=$!
sleep 0.2
(audit --lock-timeout 60 "$work/in") > "$work/out" 2>&1 &
pid=$!
sleep 0.5
end TERM
ended 143 "while waiting for the run lock"
kill "$holder" 2> /dev/null
wait "$holder" 2> /dev/null

# One input with many manifests.
layout=$work/few/layout
mkdir -p "$layout/blobs/sha256" "$work/blobs"
echo '{"imageLayoutVersion":"1.0.0"}' > "$layout/oci-layout"
empty=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
printf '{}' > "$layout/blobs/sha256/$empty"
for i in $(seq 1 4000); do
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"x/%05d","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:%s","size":2},"layers":[]}' "$i" $empty > "$work/blobs/$i"
done
(cd "$work/blobs" && sha256sum ./*) | while read -r digest file; do
  mv "$work/blobs/${file#./}" "$layout/blobs/sha256/$digest"
  printf '{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":254}\n' "$digest"
done > "$work/entries"
size=$(stat -c %s "$layout/blobs/sha256/$(head -1 "$work/entries" | sed -E 's/.*sha256:([0-9a-f]*).*/\1/')")
{
  printf '{"schemaVersion":2,"manifests":['
  sed -e "s/254}/$size}/" -e '$!s/$/,/' "$work/entries"
  printf ']}'
} > "$layout/index.json"

# --- while nobody reads what it prints ---
mkfifo "$work/pipe"
sleep 30 < "$work/pipe" &
reader=$!
rm -f "$work"/audit.db*
(audit --all "$work/few") > "$work/pipe" 2>&1 &
pid=$!
for _ in $(seq 1 300); do
  [ "$(ask 'SELECT status FROM run' complete)" = complete ] && break
  sleep 0.05
done
sleep 0.5
end TERM
ended 143 "while nobody reads the report"
ok "$(ask 'SELECT status FROM run' complete)" complete "the run was complete by then"
"$ASSAY" report --all --format json --db "$work/audit.db" > "$work/pipe" 2>&1 &
pid=$!
sleep 0.5
end HUP
ended 129 "report, while nobody reads it"
kill "$reader" 2> /dev/null
wait "$reader" 2> /dev/null
rm -f "$work/pipe"

# --- at any moment ---
# Small inputs beside the large one, whose child may die.
for i in 1 2 3 4 5; do cp "$srcdir/fixtures/exports/web.tar" "$work/few/$i.tar"; done
rm -f "$work"/audit.db*
start=$(date +%s%N)
(audit --report "json=$work/report.json" "$work/few") > "$work/out" 2>&1
usual=$((($(date +%s%N) - start) / 1000))
ok "$(ask 'SELECT count(*) > 4000 FROM evaluation' 1)" 1 "many are judged in $((usual / 1000)) ms"
RANDOM=$seed
wrong=0 slow=0 broken=0 running=0 children=0 came=0 most=0
for i in $(seq 1 "$signals"); do
  delay=$((usual * (RANDOM % 1050) / 1000))
  (audit --report "json=$work/report.json" "$work/few") > "$work/out" 2>&1 &
  pid=$!
  sleep "$(printf '%d.%06d' $((delay / 1000000)) $((delay % 1000000)))"
  # Every other time the child dies just before.
  [ $((i % 2)) = 0 ] || kill -KILL $(cat "/proc/$pid/task/$pid/children" 2> /dev/null) 2> /dev/null
  end TERM
  case $status in
    143) came=$((came + 1)) ;;
    0 | 1 | 3) ;;
    *) wrong=$((wrong + 1)) && echo "# signal $i after $delay us: status $status" && sed 's/^/#   /' "$work/out" | head -5 ;;
  esac
  [ $took -gt $most ] && most=$took
  [ $took -lt 2000 ] || { slow=$((slow + 1)) && echo "# signal $i after $delay us: $took ms"; }
  [ "$(ask 'PRAGMA integrity_check' ok)" = ok ] || broken=$((broken + 1))
  [ "$(ask "SELECT count(*) FROM run WHERE status = 'running'" 0)" = 0 ] || running=$((running + 1))
  [ "$(ask "SELECT count(*) FROM run WHERE exit_code <> 143 AND run_id = (SELECT max(run_id) FROM run) AND $status = 143 AND status = 'interrupted'" 0)" = 0 ] ||
    running=$((running + 1))
  [ "$(left)" = 0 ] || children=$((children + 1))
done
ok $wrong 0 "$signals signals at random moments ($came before the end): each is an exit status of its own"
ok $slow 0 "all within two seconds (the longest $most ms)"
ok $broken 0 "the database is whole after each"
ok $running 0 "no run is left running, and each says how it ended"
ok $children 0 "no child stays behind"
ok $((came > signals / 2)) 1 "most came before the end"
ok "$(find "$work" -name '.assay-*' | wc -l)" 0 "no half-written report is left"
echo "1..$n"
exit $failed
