#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every fuzz target survives its kept corpus, fixtures/fuzz/TARGET. A build for fuzzing goes on from
# there; any other build makes one beside itself and runs this test in it, so that a target that dies
# of its first input, and so never fuzzed, is seen where others are.
set -u
: "${srcdir:?}" "${builddir:?}"
runs=300 # far beyond any corpus
n=0 bad=0
ok() { # status, text, output
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else
    bad=$((bad + 1))
    echo "not ok $n - $2"
    printf '%s\n' "$3" | tail -20 | sed 's/^/#   /'
  fi
}

# Sets `out` and `count`: files of the corpus that were run.
replays() { # program, corpus
  count=
  out=$("$1" "$2" 2>&1) || return 1
  count=$(printf '%s\n' "$out" | grep -c '^ok ')
  [ "$count" -gt 0 ] && ! printf '%s\n' "$out" | grep -q '^not ok'
}

# Sets `out` and `count`: inputs that were tried. A fuzzer's first input is the empty one.
fuzzes() { # program, corpus
  local found
  count=
  found=$(mktemp -d "$work/XXXXXX")
  out=$("$1" -runs=$runs -seed=1 -artifact_prefix="$found/" "$found" "$2" 2>&1) || return 1
  count=$(printf '%s\n' "$out" | sed -nE 's/^Done ([0-9]+) runs? in.*/\1/p')
  [ "${count:-0}" -ge $runs ] && printf '%s\n' "$out" | grep -q 'INITED'
}

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
fuzzing=no
for source in "$srcdir"/tests/fuzz/fuzz_*.c; do
  target=$(basename "$source" .c)
  corpus=$srcdir/fixtures/fuzz/${target#fuzz_}
  program=$builddir/tests/fuzz/$target
  if grep -qa libFuzzer "$program"; then
    fuzzing=yes
    fuzzes "$program" "$corpus"
    ok $? "$target gets past its corpus (${count:-0} inputs)" "$out"
  else
    replays "$program" "$corpus"
    ok $? "$target survives its corpus (${count:-0} files)" "$out"
  fi
done

# Two targets to judge this test by: one dies of the empty input alone, as only a sanitizer sees.
fuzzer() { # name, what it does with the input
  printf '#include <stddef.h>\nint LLVMFuzzerTestOneInput(const unsigned char *, size_t);\nint LLVMFuzzerTestOneInput(const unsigned char *p, size_t n) { %s }\n' "$2" > "$work/$1.c"
  clang -fsanitize=fuzzer,undefined -fno-sanitize-recover=all -o "$work/$1" "$work/$1.c" 2> /dev/null
}
mkdir "$work/corpus" && printf x > "$work/corpus/x"
if [ -n "${SANITIZED:-}" ] && [ $fuzzing = no ]; then
  ok 0 "fuzzers # SKIP the build without sanitizers makes them"
elif ! fuzzer good 'return p == NULL && n > 0;'; then
  ok 0 "fuzzers # SKIP clang or its libFuzzer is not installed"
else
  fuzzes "$work/good" "$work/corpus"
  ok $? "a target that takes anything is seen to fuzz" "$out"
  fuzzer deaf 'const unsigned char *volatile none = n == 0 ? NULL : p; return (none + n) == p + n + 1;'
  ! fuzzes "$work/deaf" "$work/corpus"
  ok $? "a target that dies of its first input is seen" "$out"
  if [ $fuzzing = no ]; then
    source=$(cd "$srcdir" && pwd)
    mkdir -p "$builddir/fuzzing"
    # Built once, then as any other folder: what changed.
    (
      unset MAKEFLAGS MFLAGS MAKELEVEL
      cd "$builddir/fuzzing" || exit 1
      [ Makefile -nt "$source/configure" ] ||
        "$source/configure" -q CC=clang --enable-fuzzing --enable-asan CFLAGS=-O0 || exit 1
      make -s -j"$(nproc)" check
    ) > "$work/log" 2>&1
    status=$?
    while read -r state text; do
      n=$((n + 1))
      [ "$state" = ok ] || bad=$((bad + 1))
      echo "${state/not/not ok} $n - ${text#*- }"
    done < <(grep -E '^(not )?ok [0-9]+ - fuzz_' "$builddir/fuzzing/tests/run-fuzz.log" 2> /dev/null)
    ok $status "the build for fuzzing and its tests" "$(cat "$work/log")"
  fi
fi
echo "1..$n"
exit $((bad > 0))
