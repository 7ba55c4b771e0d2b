#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Golden command lines: each folder of tests/cli holds cmd, status, out, err. A case runs in an
# empty scratch folder with FIXTURES and ASSAY set and is compared octet for octet.
# UPDATE=1 writes what came out; the change is then read like code. CASES limits the run to a glob of folder names.
set -u
srcdir=$(cd "$srcdir" && pwd)
export ASSAY FIXTURES=fixtures
n=0 bad=0
umask 022
scratch=$(mktemp -d) || exit 99
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
for case in "$srcdir"/tests/cli/${CASES:-*}/; do
  name=$(basename "$case")
  work=$scratch/$name
  mkdir -p "$work"
  ln -s "$srcdir/fixtures" "$work/fixtures"
  (cd "$work" && HOME=$work PATH="$(dirname "$ASSAY"):$PATH" bash "$case/cmd") \
    > "$scratch/out" 2> "$scratch/err" < /dev/null
  echo $? > "$scratch/status"
  n=$((n + 1))
  different=
  for part in status out err; do
    if [ -n "${UPDATE:-}" ]; then
      cp "$scratch/$part" "$case/$part"
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
exit $((bad > 0))
