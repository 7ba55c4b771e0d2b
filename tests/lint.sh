#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make lint: what compilers do not say. Tools that are missing are named, not passed over in silence.
# lint.sh [BUILD FOLDER]: the folder that holds config.h.
set -u
build=$(cd "${1:-.}" && pwd) || exit 99
cd "$(dirname "$0")/.." || exit 99
failed=0
have() { command -v "$1" > /dev/null || { echo "lint: $1 is not installed, not run"; return 1; }; }
if have shellcheck; then
  shellcheck -S warning quickstart .ci/run build-aux/embed.sh build-aux/manual.sh fixtures/*.sh \
    fixtures/*/*/*.sh tests/*.sh tests/*/*.sh || failed=1
  # Cases: the words they share are set elsewhere, and some break output on purpose.
  shellcheck -S warning -s bash -e SC2154,SC2069 tests/cli/*/cmd || failed=1
fi
if have mandoc; then
  mandoc -T lint -W warning src/cli/assay.1 || failed=1
fi
if have clang-tidy; then
  if [ -f "$build/config.h" ]; then
    checks='-*,bugprone-*,cert-*,clang-analyzer-*'
    # Not ours: names, casts that -Wconversion judges better, and calls that C11 Annex K would replace.
    for off in bugprone-easily-swappable-parameters bugprone-assignment-in-if-condition \
      bugprone-narrowing-conversions bugprone-reserved-identifier bugprone-macro-parentheses \
      bugprone-sizeof-expression cert-err33-c cert-dcl37-c cert-dcl51-cpp cert-sig30-c \
      clang-analyzer-valist.Uninitialized clang-analyzer-deadcode.DeadStores \
      clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling; do
      checks="$checks,-$off"
    done
    find src -name '*.c' | sort | xargs -P "$(nproc)" -n 4 sh -c 'build=$1 checks=$2; shift 2
      clang-tidy --quiet --warnings-as-errors="*" --checks="$checks" "$@" -- -std=c11 -D_GNU_SOURCE \
        -D_FILE_OFFSET_BITS=64 -Isrc -I"$build" 2> /dev/null' tidy "$build" "$checks" || failed=1
  else
    echo "lint: $build has no config.h, clang-tidy not run"
  fi
fi
exit $failed
