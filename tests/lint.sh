#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make lint: what compilers do not say. Tools that are missing are named, not passed over in silence.
set -u
cd "$(dirname "$0")/.." || exit 99
failed=0
have() { command -v "$1" > /dev/null || { echo "lint: $1 is not installed, not run"; return 1; }; }
if have shellcheck; then
  shellcheck -S warning quickstart .ci/run build-aux/*.sh tests/*.sh || failed=1
fi
if have mandoc; then
  mandoc -T lint -W warning src/cli/assay.1 || failed=1
fi
if have clang-tidy; then
  mapfile -t sources < <(git ls-files 'src/*.c')
  clang-tidy --quiet --checks='-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-assignment-in-if-condition,-bugprone-narrowing-conversions,-bugprone-reserved-identifier,-bugprone-macro-parentheses,cert-*,-cert-err33-c,-cert-dcl37-c,-cert-dcl51-cpp,-cert-sig30-c,clang-analyzer-*,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling' \
    "${sources[@]}" -- -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Isrc -I"${1:-build}" 2>/dev/null || failed=1
fi
exit $failed
