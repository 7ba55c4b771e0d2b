#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One last line over all .trs files below the build folders named: N passed, N failed, N skipped.
set -u
passed=0 failed=0 skipped=0
for dir in "$@"; do
  while read -r result; do
    case $result in
      PASS | XFAIL) passed=$((passed + 1)) ;;
      SKIP) skipped=$((skipped + 1)) ;;
      *) failed=$((failed + 1)) ;;
    esac
  done < <(find "$dir" -name '*.trs' -exec sed -n 's/^:test-result: \([A-Z]*\).*/\1/p' {} +)
done
# What could not run says why.
for dir in "$@"; do
  find "$dir" -name '*.trs' -exec sed -n 's/^:test-result: SKIP */skipped: /p' {} + | sort | uniq -c |
    sed 's/^ *\([0-9]*\) /\1 x /'
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
