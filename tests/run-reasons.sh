#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every reason code: well-formed, once, used by the program, named by a test, and in the manual.
set -u
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
unused='' untested=''
while read -r id code; do
  grep -rqw "REASON_$id" src --include='*.c' || unused="$unused$code "
  grep -rqE "REASON_$id\b|$code" tests --include='*.c' --include='*.sh' --include=out --include=err ||
    untested="$untested$code "
done <<< "$rows"
check "every code is used" "$unused"
check "every code has a test that provokes it" "$untested"
check "every code is in the manual" "$(while read -r _ code; do
  grep -qF "$(printf '%s' "$code" | sed 's/-/\\-/g')" src/cli/assay.1 || grep -qF "$code" src/cli/assay.1 || echo "$code"
done <<< "$rows")"
echo "1..$n"
exit $((bad > 0))
