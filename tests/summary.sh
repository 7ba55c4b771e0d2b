#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What was skipped and why, then one last line over all tests below the build folders named:
# N passed, N failed, N skipped. Counts come from the .trs files, reasons from the logs beside them.
set -u
passed=0 failed=0 skipped=0
while read -r result _; do
  case $result in
    PASS | XFAIL) passed=$((passed + 1)) ;;
    SKIP) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
  esac
done < <(find "$@" -name '*.trs' -exec sed -n 's/^:test-result: *//p' {} +)
find "$@" -name '*.trs' | sed 's/trs$/log/' | sort | while IFS= read -r log; do
  sed -nE "s|^(ok [0-9]+\|1\.\.0).*# *[Ss][Kk][Ii][Pp][A-Za-z]* *|skipped in $(basename "$log" .log): |p" "$log"
done | uniq -c | sed -E 's/^ *1 //; s/^ *([0-9]+) (.*)/\2 (\1 times)/'
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
