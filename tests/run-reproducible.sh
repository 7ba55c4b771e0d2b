#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What is built does not tell where: two builds in two folders, from two source folders, are equal
# byte for byte, and so is what "make dist" packs, twice and from what it packed. Objects of each
# kind are compared; with REPRODUCE=all the whole program.
set -u
: "${srcdir:?}" "${CC:=cc}"
n=0 bad=0
check() { # text, lines that are wrong
  n=$((n + 1))
  if [ -z "$2" ]; then echo "ok $n - $1"; else
    bad=1
    echo "not ok $n - $1"
    printf '%s\n' "$2" | head -n 20 | sed 's/^/#   /'
  fi
}
if [ -n "${SANITIZED:-}" ]; then
  printf 'ok 1 # SKIP compared in the plain build\n1..1\n'
  exit 0
fi
source=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
# A cache of results would compare one compilation with itself.
export CCACHE_DISABLE=1 XZ_OPT=-0
unset MAKEFLAGS MFLAGS DESTDIR
umask 022
# An assertion, the embedded files, a table of rows, a generated name, the main program.
some='embed_data.o src/base/err.o src/base/when.o src/codec/jsonin.o src/crypto/cert.o
  src/audit/db.o src/cli/main.o'
target=$some
[ "${REPRODUCE:-}" != all ] || target=assay
build() { # SOURCE FOLDER: configured, built, packed
  mkdir -p "$2" && cd "$2" &&
    "$1/configure" -q --cache-file="$work/cache" CC="$CC" CFLAGS='-O1 -g' &&
    make -s embed_data.c reason_id.h && make -s $target && make -s dist
}
first=$work/one
second=$work/a/longer/way/to/two
(build "$source" "$first") > "$work/log" 2>&1
check "the first build" "$([ -n "$(ls "$first"/*.tar.xz 2> /dev/null)" ] || tail -n 5 "$work/log")"
packed=$(basename "$first"/*.tar.xz)
mv "$first/$packed" "$work/packed.tar.xz"
(sleep 1 && umask 002 && cd "$first" && make -s dist) > "$work/log" 2>&1
check "make dist twice is equal" "$(cmp "$work/packed.tar.xz" "$first/$packed" 2>&1)"

# The second build lies below its source and finds it by a relative path.
mkdir -p "$second" && tar -xf "$work/packed.tar.xz" -C "$second" --strip-components=1
check "nothing in it is newer than configure" \
  "$(find "$second" -newer "$second/configure" -type f | head -n 3)"
(umask 077 && build .. "$second/build") > "$work/log" 2>&1
check "the second build" "$([ -e "$second/build/$packed" ] || tail -n 5 "$work/log")"
check "make dist of what was packed is equal" "$(cmp "$work/packed.tar.xz" "$second/build/$packed" 2>&1)"
for name in $target; do
  check "$name is equal" "$(cmp "$first/$name" "$second/build/$name" 2>&1)"
  check "$name does not name its folders" "$(grep -acF "$work" "$second/build/$name" | grep -vx 0)"
done
echo "1..$n"
exit $bad
