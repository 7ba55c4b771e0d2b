#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The program is built the way it is meant to be: position independent, read-only relocations, stack
# guards, fortified calls; and it links nothing that opens a network connection or runs a program.
# The builder's own flags, those of a Debian package among them, take none of it away.
set -u
: "${srcdir:?}" "${ASSAY:?}" "${CC:=cc}"
if [ -n "${SANITIZED:-}" ]; then
  printf 'ok 1 # SKIP a sanitizer build is not hardened\n1..1\n'
  exit 0
fi
if ! command -v readelf > /dev/null; then
  printf 'ok 1 # SKIP readelf is not installed\n1..1\n'
  exit 0
fi
n=0 bad=0
check() { # text, pattern, command...
  n=$((n + 1))
  if "${@:3}" 2> /dev/null | grep -qE "$2"; then echo "ok $n - $1"; else
    bad=1
    echo "not ok $n - $1"
  fi
}
refuse() {
  n=$((n + 1))
  if hit=$("${@:3}" 2> /dev/null | grep -E "$2"); then
    bad=1
    echo "not ok $n - $1"
    printf '%s\n' "$hit" | sed 's/^/#   /'
  else echo "ok $n - $1"; fi
}
hardened() { # BINARY, what it is
  check "$2: position independent" 'DYN' readelf -h "$1"
  check "$2: read-only relocations" 'GNU_RELRO' readelf -lW "$1"
  check "$2: bound at start" 'BIND_NOW|NOW' readelf -dW "$1"
  refuse "$2: no executable stack" 'GNU_STACK.*RWE' readelf -lW "$1"
  check "$2: stack guards" '__stack_chk_fail' readelf -sW --dyn-syms "$1"
  check "$2: fortified calls" '__(snprintf|memcpy|fprintf|printf|vsnprintf)_chk' readelf -sW --dyn-syms "$1"
}
hardened "$ASSAY" assay
refuse "no socket, no program started" ' (socket|connect|bind|getaddrinfo|gethostbyname|exec[lv]p?e?|fexecve|posix_spawnp?|system|popen|dlopen)@' readelf -sW --dyn-syms "$ASSAY"
refuse "no TLS library" 'NEEDED.*(libssl|libcurl)' readelf -dW "$ASSAY"

# Whatever flags a builder brings, the program that make links with them is no weaker: a small one
# goes by the same rules in place of assay, and tells the level that its calls are fortified at.
# A compiler cache reads -Wp,-U and -Wp,-D otherwise than the compiler does.
export CCACHE_DISABLE=1
unset MAKEFLAGS MFLAGS
source=$(cd "$srcdir" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cat > "$work/probe.c" << 'C'
#include <stdio.h>
#ifndef _FORTIFY_SOURCE
#define _FORTIFY_SOURCE 0
#endif
int
main(int argc, char **argv)
{
	char text[32];

	snprintf(text, (size_t)argc + 8, "%s", argv[0]);
	return printf("%d %c\n", _FORTIFY_SOURCE, text[0]) < 0;
}
C
built_with() { # what it is, level, configure arguments...
  local dir
  dir=$(mktemp -d "$work/XXXXXX")
  cp "$work/probe.c" "$dir"
  # What configure found before holds; the flags that it was found with may differ.
  [ ! -e "$work/cache" ] || sed -i '/^ac_cv_env_/d' "$work/cache"
  if ! (cd "$dir" && "$source/configure" -q --cache-file="$work/cache" CC="$CC" "${@:3}" && mkdir -p .deps &&
    make -s assay assay_OBJECTS=probe.o assay_DEPENDENCIES= assay_LDADD=) > "$dir/log" 2>&1; then
    n=$((n + 1)) bad=1
    echo "not ok $n - $1: builds"
    tail -n 5 "$dir/log" | sed 's/^/#   /'
    return
  fi
  hardened "$dir/assay" "$1"
  check "$1: level $2" "^$2 " "$dir/assay"
  refuse "$1: no warning" 'warning:' cat "$dir/log"
}
built_with "_FORTIFY_SOURCE=2 in CPPFLAGS" 3 CPPFLAGS=-D_FORTIFY_SOURCE=2
built_with "_FORTIFY_SOURCE=2 in CFLAGS" 2 CFLAGS='-O2 -D_FORTIFY_SOURCE=2'
built_with "_FORTIFY_SOURCE=3 for the preprocessor" 3 \
  CFLAGS='-O2 -Wp,-U_FORTIFY_SOURCE -Wp,-D_FORTIFY_SOURCE=3'
if command -v dpkg-buildflags > /dev/null; then
  for hardening in default all; do
    flags=()
    for name in CFLAGS CPPFLAGS LDFLAGS; do
      flags+=("$name=$(DEB_BUILD_MAINT_OPTIONS=hardening=+${hardening/default/format} \
        dpkg-buildflags --get $name)")
    done
    built_with "dpkg-buildflags, $hardening" '[23]' "${flags[@]}"
  done
else
  n=$((n + 1))
  echo "ok $n - flags of a Debian package # SKIP dpkg-buildflags is not installed"
fi
echo "1..$n"
exit $bad
