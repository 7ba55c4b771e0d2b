#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Replays every kept corpus through its fuzz target: fixtures/fuzz/TARGET.
set -u
: "${srcdir:?}" "${builddir:?}"
n=0 bad=0
for source in "$srcdir"/tests/fuzz/fuzz_*.c; do
  target=$(basename "$source" .c)
  corpus=$srcdir/fixtures/fuzz/${target#fuzz_}
  program=$builddir/tests/fuzz/$target
  if grep -qa libFuzzer "$program"; then
    # A fuzzer runs the corpus and stops, instead of going on for ever.
    out=$("$program" -runs=0 "$corpus" 2>&1)
    status=$?
    count=$(printf '%s\n' "$out" | sed -nE 's/^INFO: +([0-9]+) files found.*/\1/p')
  else
    out=$("$program" "$corpus" 2>&1)
    status=$?
    count=$(printf '%s\n' "$out" | grep -c '^ok ')
  fi
  n=$((n + 1))
  if [ $status -eq 0 ] && [ "${count:-0}" -gt 0 ] && ! printf '%s\n' "$out" | grep -q '^not ok'; then
    echo "ok $n - $target survives its corpus ($count files)"
  else
    bad=$((bad + 1))
    echo "not ok $n - $target over $corpus (status $status)"
    printf '%s\n' "$out" | tail -20 | sed 's/^/#   /'
  fi
done
echo "1..$n"
exit $((bad > 0))
