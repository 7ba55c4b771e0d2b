#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Golden command lines: each folder of tests/cli holds cmd, status, out, err. A case runs in an
# empty scratch folder, where `fixtures` leads to the fixtures, and is compared octet for octet;
# tests/lib/cli.sh holds the words that cases share. Two things are no input of a case and are taken
# out: the path of the scratch folder (shown as WORK), and the note that root runs the tests.
# A case that ends with 77 is skipped; its last line on stderr says why. A file unless-sanitized says why
# sanitizers cannot run the case.
# UPDATE=1 writes what came out; the change is then read like code. CASES limits the run to a glob of
# folder names.
set -u
: "${srcdir:?}" "${ASSAY:?}"
srcdir=$(cd "$srcdir" && pwd) || exit 99
n=0 bad=0
umask 022
scratch=$(mktemp -d) || exit 99
scratch=$(cd "$scratch" && pwd -P) || exit 99
trap 'chmod -R u+rwx "$scratch"; rm -rf "$scratch"' EXIT
bin=$scratch/bin
mkdir "$bin" && ln -s "$ASSAY" "$bin/assay" || exit 99
plain() { sed -e "s|$1|WORK|g" -e '/^Note: .*\[host\.running-as-root\]$/d'; }
for case in "$srcdir"/tests/cli/${CASES:-*}/; do
  case=${case%/}
  [ -f "$case/cmd" ] || continue
  name=${case##*/}
  if [ -n "${SANITIZED:-}" ] && [ -f "$case/unless-sanitized" ]; then
    n=$((n + 1))
    echo "ok $n - $name # SKIP $(cat "$case/unless-sanitized")"
    continue
  fi
  work=$scratch/work
  mkdir "$work"
  ln -s "$srcdir/fixtures" "$work/fixtures"
  (cd "$work" && exec env -u COLUMNS -u NO_COLOR -u ASSAY_POLICY -u ASSAY_DB -u XDG_CONFIG_HOME \
    -u XDG_STATE_HOME -u UPDATE HOME="$work" PATH="$bin:$PATH" TERM=dumb LC_ALL=C TZ=UTC \
    bash -c '. "$1"; . "$2"' case "$srcdir/tests/lib/cli.sh" "$case/cmd") \
    > "$scratch/out.raw" 2> "$scratch/err.raw" < /dev/null
  echo $? > "$scratch/status"
  plain "$work" < "$scratch/out.raw" > "$scratch/out"
  plain "$work" < "$scratch/err.raw" > "$scratch/err"
  chmod -R u+rwx "$work"
  rm -rf "$work"
  n=$((n + 1))
  if [ "$(cat "$scratch/status")" -eq 77 ]; then
    echo "ok $n - $name # SKIP $(tail -n 1 "$scratch/err")"
    continue
  fi
  different=
  for part in status out err; do
    if [ -n "${UPDATE:-}" ]; then
      cmp -s "$scratch/$part" "$case/$part" || cp "$scratch/$part" "$case/$part"
    elif ! cmp -s "$scratch/$part" "$case/$part"; then
      different="$different $part"
    fi
  done
  if [ -z "$different" ]; then
    echo "ok $n - $name"
  else
    bad=$((bad + 1))
    echo "not ok $n - $name:$different"
    for part in $different; do
      diff -u "$case/$part" "$scratch/$part" | head -60 | sed 's/^/#   /'
    done
  fi
done
echo "1..$n"
[ "$n" -gt 0 ] && exit $((bad > 0))
