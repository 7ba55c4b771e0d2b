#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One reading or none: what assay accepts, GNU tar, bsdtar, Python's tarfile and Go's archive/tar
# unpack to folders that it judges the same. And where readers are known to differ, it refuses.
#
# TAP. Needs $ASSAY, sqlite3, tests/tools/mkarchives and as many of the readers as there are; what is
# missing is named. ARCHIVES=N takes so many samples instead of 300, SEED=N others.
set -u
: "${ASSAY:=./assay}" "${srcdir:=.}" "${builddir:=.}"
export LC_ALL=C.UTF-8
case $ASSAY in /*) ;; *) ASSAY=$PWD/$ASSAY ;; esac
srcdir=$(cd "$srcdir" && pwd)
builddir=$(cd "$builddir" && pwd)
command -v sqlite3 > /dev/null || { echo "1..0 # SKIP sqlite3 is not installed"; exit 0; }
make=$builddir/tests/tools/mkarchives
work=$(mktemp -d) || exit 1
trap 'chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 022
n=0 bad=0
ok() { n=$((n + 1)); echo "ok $n - $1"; }
not_ok() { n=$((n + 1)) bad=$((bad + 1)); echo "not ok $n - $1"; }

# --- readers: each takes lines "ARCHIVE TAB FOLDER" and says "ARCHIVE TAB unpacked" or why not ---
by_command() {
  while IFS=$'\t' read -r archive folder; do
    if why=$("$@" --no-same-owner -xf "$archive" -C "$folder" 2>&1); then
      why=unpacked
    fi
    printf '%s\t%s\n' "$archive" "$(printf '%s' "${why:-failed}" | tr '\n\t' '  ')"
  done
}
read_gnu() { by_command tar; }
read_bsd() { by_command bsdtar; }
read_python() { python3 "$srcdir/tests/peers/untar/untar.py"; }
read_go() { "$untar"; }
readers=
tar --version 2> /dev/null | grep -q GNU && readers="$readers gnu"
command -v bsdtar > /dev/null && readers="$readers bsd"
python3 -c 'import tarfile' 2> /dev/null && readers="$readers python"
peers=${ASSAY_PEERS:-$builddir/tests/peers/bin}
untar=$peers/untar
"$srcdir/tests/peers/install.sh" "$peers" untar > go.log 2>&1 && readers="$readers go"
for r in gnu bsd python go; do
  case " $readers " in
  *" $r "*) ok "there is the reader $r" ;;
  *) ok "there is the reader $r # SKIP $r: not installed" ;;
  esac
done
[ -n "$readers" ] || { echo "1..$n"; exit 0; }

# --- judging ---------------------------------------------------------------------------------
(umask 077 && cp -R --no-preserve=mode "$srcdir/fixtures/policies/quickstart" policy)
audit() { # DB LIST
  "$ASSAY" audit --quiet --policy policy --db "$1" --trust-names --at 2026-06-01T00:00:00Z \
    --clock 2026-06-02T00:00:00Z "@$2" > "$1.out" 2>&1
  [ -f "$1" ] || { cat "$1.out"; echo "Bail out! $1 was not recorded"; exit 1; }
}
# NAME TAB what was judged: of an input that was refused, nothing. What a folder holds besides the
# export that it is gets searched and judged by itself; in an archive it is a member that is counted.
verdicts() { # DB
  sqlite3 -separator $'\t' "$1" "SELECT CAST(i.path AS TEXT), i.state || coalesce((SELECT
    group_concat(d, '') FROM (SELECT ' ' || a.digest || ' ' || e.state AS d FROM evaluation e
    JOIN artifact a USING (artifact_id) WHERE e.input_id = i.input_id ORDER BY 1)), '')
    FROM input i WHERE NOT EXISTS (SELECT 1 FROM input o
      WHERE substr(CAST(i.path AS TEXT), 1, length(CAST(o.path AS TEXT)) + 1) =
        CAST(o.path AS TEXT) || '/') ORDER BY 1"
}
# "NAME/PATH what it is", sorted.
contents() { # FOLDER
  (cd "$1" && { find . -type f -exec sha256sum {} + | sed 's/^\([^ ]*\)  \(.*\)/\2 \1/'
    find . -type d -printf '%p folder\n' -o -type l -printf '%p link to %l\n'; } | sort)
}
# Unpack the archives of LIST with every reader, and judge what comes out.
unpack() { # LIST PLACE
  for r in $readers; do
    mkdir -p "$2/$r"
    while read -r name; do
      mkdir "$2/$r/${name##*/}"
      printf '%s\t%s\n' "$name" "$2/$r/${name##*/}"
    done < "$1" > "$2/$r.todo"
    "read_$r" < "$2/$r.todo" > "$2/$r.said"
  done
  chmod -R u+rwX "$2"
  for r in $readers; do
    cut -f 2 "$2/$r.todo"
    contents "$2/$r" > "$2/$r.contents"
  done > "$2.list"
  audit "$2.db" "$2.list"
  verdicts "$2.db" > "$2.verdicts"
}

# --- accepted, and read alike ----------------------------------------------------------------
seed=${SEED:-1} count=${ARCHIVES:-300}
mkdir samples
"$make" "$srcdir/fixtures/exports/web.tar" samples "$seed" "$count" || exit 1
ls -d samples/* > samples.list
audit samples.db samples.list
verdicts samples.db > samples.verdicts
grep -P '\tCompliant ' samples.verdicts > accepted.verdicts
cut -f 1 accepted.verdicts > accepted.list
accepted=$(wc -l < accepted.list)
if [ "$accepted" -ge $((count / 8)) ]; then
  ok "of $count changed archives $accepted are accepted, enough to compare"
else
  not_ok "of $count changed archives $accepted are accepted, enough to compare"
fi
unpack accepted.list unpacked
first=$(echo "$readers" | awk '{ print "unpacked/" $1 ".contents" }')
for r in $readers; do
  sed "s|^samples/|unpacked/$r/|" accepted.verdicts | sort > want
  grep "^unpacked/$r/" unpacked.verdicts | sort > got
  grep -vP '\tunpacked$' "unpacked/$r.said" > failed
  if cmp -s want got && cmp -s "$first" "unpacked/$r.contents" && [ ! -s failed ]; then
    ok "$r unpacks all of them to what was judged, and to what the others do"
  else
    not_ok "$r unpacks all of them to what was judged, and to what the others do"
    { cat failed; diff want got; diff "$first" "unpacked/$r.contents"; } | head -40 | sed 's/^/#   /'
    [ -z "${KEEP:-}" ] || cp -R samples "$KEEP"
  fi
done

# --- known differences ---------------------------------------------------------------------------
mkdir rules
"$make" "$srcdir/fixtures/exports/web.tar" rules rules || exit 1
ls -d rules/* > rules.list
audit rules.db rules.list
verdicts rules.db > rules.verdicts
unpack rules.list apart
while read -r name; do
  rule=${name##*/} rule=${rule%.tar}
  if grep -qP "^$name\tCompliant " rules.verdicts; then
    not_ok "refused: $rule"
  else
    ok "refused: $rule"
  fi
  for r in $readers; do
    grep -F "$name"$'\t' "apart/$r.said" | grep -qP '\tunpacked$' || echo "one of them stops"
    grep -F "./${name##*/}/" "apart/$r.contents" | sha256sum
  done | sort -u > answers
  if [ "$(wc -l < answers)" -gt 1 ]; then
    ok "readers differ or stop: $rule"
  elif [ "$(echo "$readers" | wc -w)" -lt 4 ]; then
    ok "readers differ or stop: $rule # SKIP not all readers are installed"
  else
    not_ok "readers differ or stop: $rule"
  fi
done < rules.list
echo "1..$n"
exit $((bad > 0))
