#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Small inputs that once got a wrong answer (vectors/trials), each with what it must give now: the
# rows of tests/trials.expect, and what no row can say: what lies beside a database, and what a
# hostile input may cost.
set -u
: "${srcdir:?}" "${ASSAY:?}"
export LC_ALL=C TZ=UTC
srcdir=$(cd "$srcdir" && pwd) || exit 99
trials=${ASSAY_VECTORS:-$srcdir/../shared/vectors}/trials
for need in sqlite3 python3; do
  command -v "$need" >/dev/null || { echo "1..0 # SKIP $need is not installed"; exit 0; }
done
[ -d "$trials" ] || { echo "1..0 # SKIP the trials are not there: $trials"; exit 0; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
n=0 bad=0
check() { # description, what was wanted, what was seen; wanted is a pattern
  n=$((n + 1))
  # shellcheck disable=SC2053
  if [[ $3 == $2 ]]; then
    echo "ok $n - $1"
  else
    bad=$((bad + 1))
    printf 'not ok %d - %s\n#   want %s\n#   got  %s\n' "$n" "$1" "$2" "$3"
  fi
}

audit() { # database, policy folder, input, options...
  local db=$1 policy=$2 input=$3
  shift 3
  timeout 60 "$ASSAY" audit --policy "$policy" --db "$db" --insecure-permissions \
    --effect deny "$@" "$input" >"$work/out" 2>&1
}
states() { # of the database: STATE:REASON, sorted, one line
  sqlite3 "$1" "SELECT coalesce(group_concat(s, ' '), '') FROM
    (SELECT state || ':' || coalesce(reason_code, '-') AS s FROM evaluation ORDER BY s)" 2>&1
}

seen=$work/seen
: >"$seen"
while IFS='|' read -r input policy options want text; do
  case $input in '' | '#'*) continue ;; esac
  input=${input// /} policy=${policy// /} want=${want# } want=${want% }
  options=${options//@/$trials}
  case $options in *--at*) ;; *) options="$options --at 2026-11-30T22:37:42Z" ;; esac
  echo "$input" >>"$seen"
  rm -f "$work"/x.db*
  # shellcheck disable=SC2086
  audit "$work/x.db" "$trials/$policy" "$trials/$input" $options
  check "$input under $policy" "$want" "$? $(states "$work/x.db")"
  text=${text# }
  [ -z "$text" ] && continue
  check "$input: the text names $text" "*$text*" \
    "$(sqlite3 "$work/x.db" "SELECT message FROM finding" 2>&1)"
done <"$srcdir/tests/trials.expect"

# Each input that is there has a row above or is judged below.
below='attack/p01-unjudged/n8000.tar.gz attack/p03-nameconstraints/s10.tar.zst attack/w03-same-digest/stripped.tar'
missing=$(cd "$trials" && { find . -name oci-layout -printf '%h\n'; find archives attack db -name '*.tar*'; } |
  sed 's,^\./,,' | grep -vE '^attack/p0[13]' | while read -r f; do
  grep -qxF "$f" "$seen" || [[ " $below " == *" $f "* ]] || echo "$f"
done)
check 'each input of the trials has a row' '' "$missing"

# Cost: seconds of processor, a tenth of what a fault took.
cost() { # description, input, most
  local spent
  rm -f "$work"/x.db*
  spent=$( { TIMEFORMAT='%U %S'; time audit "$work/x.db" "$trials/attack/pol" "$2" --trust-names; } 2>&1 |
    awk -v most="$3" '{ print $1 + $2 <= most ? "within" : $1 + $2 " s" }')
  check "$1" within "$spent"
}
cost 'name constraints cost nothing before an anchor matters' "$trials/attack/p03-nameconstraints/s10.tar.zst" 2
cost '8,000 roots whose child died cost the parent little' "$trials/attack/p01-unjudged/n8000.tar.gz" 6

# The same digest twice, once without its signature: each file is told for itself.
rm -f "$work"/x.db*
audit "$work/x.db" "$trials/attack/pol" "$trials/attack/w03-same-digest/stripped.tar" --trust-names \
  "$trials/archives/a00-base.tar"
check 'a stripped copy beside the original' '2 *Compliant:- *NonCompliant:signature.not-found*' \
  "$? $(states "$work/x.db")"

# A trigger under the name of a statistics table: the file is refused, nothing is judged.
cp "$trials/db/trigger-sqlite_stat9.db" "$work/t.db"
chmod u+w "$work/t.db"
audit "$work/t.db" "$trials/attack/pol" "$trials/db/unsigned.tar" --trust-names
check 'a trigger named like a statistics table' '78 *db.corrupt*' "$? $(cat "$work/out")"

# A journal that names a file as its super-journal: reading deletes nothing and plays nothing back.
victim=$work/victim
for command in report 'explain sha256:00' audit; do
  echo precious >"$victim"
  cp "$trials/db/e.db" "$work/e.db"
  chmod u+w "$work/e.db"
  rm -f "$work"/e.db-journal
  (cd "$work" && python3 "$trials/db/mk.py" e.db "$victim" $(($(stat -c %s e.db) / 4096))) >/dev/null 2>&1
  [ -e "$work/e.db-journal" ] || { check "mk.py makes a journal" made 'none'; continue; }
  before=$(cat "$work/e.db" "$work/e.db-journal" | sha256sum)
  if [ "$command" = audit ]; then
    audit "$work/e.db" "$trials/attack/pol" "$trials/db/unsigned.tar" --trust-names
  else
    # shellcheck disable=SC2086
    timeout 60 "$ASSAY" $command --db "$work/e.db" >"$work/out" 2>&1
  fi
  check "${command%% *} beside a hostile journal refuses" '78 *journal*' "$? $(cat "$work/out")"
  check "${command%% *} leaves the file that the journal names" precious "$(cat "$victim" 2>&1)"
  check "${command%% *} leaves database and journal" "$before" "$(cat "$work/e.db" "$work/e.db-journal" | sha256sum)"
done
echo "1..$n"
[ "$bad" -eq 0 ]
