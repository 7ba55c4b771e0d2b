#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every reason code: well-formed, once, used by the program, named by a test, and in the manual.
set -u
: "${srcdir:?}"
cd "$srcdir" || exit 99
n=0 bad=0
check() {
  n=$((n + 1))
  if [ -z "$2" ]; then
    echo "ok $n - $1"
  else
    bad=$((bad + 1))
    echo "not ok $n - $1"
    printf '%s\n' "$2" | sed 's/^/#   /'
  fi
}
rows=$(sed -nE 's/^X\(([A-Z0-9_]+), "([^"]+)".*/\1 \2/p' src/base/reason.def)
check "codes are area.thing" "$(printf '%s\n' "$rows" | awk '$2 !~ /^[a-z0-9-]+\.[a-z0-9-]+$/')"
check "codes are unique" "$(printf '%s\n' "$rows" | awk '{print $2}' | sort | uniq -d)"
# Words of a kind below folders, each once.
words() { grep -rohE "$@" | sort -u; }
used=$(words 'REASON_[A-Z0-9_]+' src --include='*.c')
# A test names a reason by its constant, or its expected output holds the code.
tested=$(words 'REASON_[A-Z0-9_]+|[a-z0-9-]+\.[a-z0-9-]+' tests --include='*.c' --include='*.h' \
  --include='*.sh' --include=cmd --include=out --include=err)
among() { grep -qxF -- "$1" <<< "$2"; }
unused='' untested=''
while read -r id code; do
  among "REASON_$id" "$used" || unused="$unused$code"$'\n'
  among "REASON_$id" "$tested" || among "$code" "$tested" || untested="$untested$code"$'\n'
done <<< "$rows"
check "every code is used" "${unused%$'\n'}"
check "every code has a test that provokes it" "${untested%$'\n'}"
check "every code is in the manual" "$(while read -r _ code; do
  grep -qF "$(printf '%s' "$code" | sed 's/-/\\-/g')" src/cli/assay.1 || grep -qF "$code" src/cli/assay.1 || echo "$code"
done <<< "$rows")"
echo "1..$n"
exit $((bad > 0))
