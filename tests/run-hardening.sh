#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The program is built the way it is meant to be: position independent, read-only relocations, stack
# guards, fortified calls; and it links nothing that opens a network connection or runs a program.
set -u
: "${ASSAY:?}"
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
check "position independent" 'DYN' readelf -h "$ASSAY"
check "read-only relocations" 'GNU_RELRO' readelf -lW "$ASSAY"
check "bound at start" 'BIND_NOW|NOW' readelf -dW "$ASSAY"
refuse "no executable stack" 'GNU_STACK.*RWE' readelf -lW "$ASSAY"
check "stack guards" '__stack_chk_fail' readelf -sW --dyn-syms "$ASSAY"
check "fortified calls" '__(snprintf|memcpy|fprintf|printf|vsnprintf)_chk' readelf -sW --dyn-syms "$ASSAY"
refuse "no socket, no program started" ' (socket|connect|bind|getaddrinfo|gethostbyname|exec[lv]p?e?|fexecve|posix_spawnp?|system|popen|dlopen)@' readelf -sW --dyn-syms "$ASSAY"
refuse "no TLS library" 'NEEDED.*(libssl|libcurl)' readelf -dW "$ASSAY"
echo "1..$n"
exit $bad
