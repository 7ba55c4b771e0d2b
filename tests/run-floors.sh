#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The floors of src/floors hold, and each library is seen only where it may be.
set -u
: "${srcdir:?}"
cd "$srcdir" || exit 99
n=0 bad=0
check() { # description, offending lines
  n=$((n + 1))
  if [ -z "$2" ]; then
    echo "ok $n - $1"
  else
    bad=$((bad + 1))
    echo "not ok $n - $1"
    printf '%s\n' "$2" | sed 's/^/#   /'
  fi
}
while read -r folder allowed; do
  case $folder in '' | '#'*) continue ;; esac
  [ -d "src/$folder" ] || continue
  offending=$(grep -nE '^#include "[a-z]+/' "src/$folder"/*.[ch] 2>/dev/null |
    while IFS= read -r line; do
      target=$(printf '%s' "$line" | sed -E 's/.*#include "([a-z]+)\/.*/\1/')
      case " $folder $allowed " in *" $target "*) ;; *) echo "$line" ;; esac
    done)
  check "floor $folder includes only: $folder $allowed" "$offending"
done < src/floors
for folder in src/*/; do
  name=$(basename "$folder")
  check "folder $name has a floor" "$(grep -qE "^$name( |\$)" src/floors || echo "$name")"
done
library() { # header pattern, where it may stand
  check "<$1> stands only in $2" \
    "$(grep -rnE "#include <($1)" src --include='*.[ch]' | grep -vE "^src/$2")"
}
library 'openssl/' 'crypto/'
library 'cjson/|cJSON' 'codec/jsonin\.c'
library 'cbor' 'codec/cborin\.c'
library 'archive' 'input/tarin\.c'
library 'sqlite3' 'audit/'
library 'zlib|zstd' 'input/un'
check "no library type in a header outside its folder" \
  "$(grep -nE '\b(X509|EVP_|cJSON|sqlite3|archive_entry)\b' src/*/*.h | grep -vE '^src/(crypto|audit)/' | grep -vE ':\s*(/?\*|.*/\*)')"
check "no SQL in C but transactions and pragmas" \
  "$(grep -nE '"[^"]*\b(SELECT|INSERT|UPDATE|DELETE|CREATE)\b ' src/*/*.c)"
check "no column is read by its number: by alias, or a row is passed on whole" \
  "$(grep -nE 'sqlite3_column|\bquery_(int|str|null|bytes|cell|alias)\(' src/*/*.[ch] | grep -vE '^src/(audit/|report/(csv|json_words)\.c)')"
check "a reason is called reason in JSON, and no member has two names" \
  "$(grep -nE 'jsonout_[a-z0-9]+\([^"]*"(code|error|problem|refused|unusable|logged|key|ca|root|signed_with|loaded|unreferenced|signature_algorithm|left_days|text)",' src/*/*.c
  grep -nE 'jsonout_[a-z]+\([^"]*"[a-z_]+", *reason_code\(' src/*/*.c | grep -v '"reason", *reason_code')"
check "what a command shows as JSON goes through cli/doc" \
  "$(grep -nE '\bjsonout_' src/cli/*.[ch] | grep -vE '^src/cli/(doc|recorded)\.[ch]')"
check "no clock below cli/" \
  "$(grep -nE '\b(time|gettimeofday|clock_gettime)\(' src/*/*.c | grep -v '^src/cli/')"
check "nothing prints below report/ and cli/" \
  "$(grep -nE '\b(printf|puts|putchar|fprintf\(stdout)\(' src/*/*.c | grep -vE '^src/(report|cli)/|snprintf|_printf')"
check "no forbidden calls" \
  "$(grep -nE '\b(atoi|strtok|sprintf|strcpy|strcat|gets|alloca|cbor_load|cJSON_GetObjectItem|archive_read_support_format_all|X509_STORE_set_default_paths)\(' src/*/*.c)"
# Inside a folder headers form no cycle either.
check "headers form no cycle" "$(
  for h in src/*/*.h; do
    sed -nE "s|^#include \"([a-z]+/[a-z0-9_]+\.h)\".*|src/\1 $h|p" "$h"
  done | tsort 2>&1 >/dev/null | grep -v '^$'
)"
echo "1..$n"
exit $((bad > 0))
