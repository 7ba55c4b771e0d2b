#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Certificates by the thousand, each value changed in every way that a reader could stumble over: what
# the parser of the Notary Project's verifier (Go's crypto/x509) refuses, assay refuses. Needs Go.
set -u
: "${srcdir:?}" "${builddir:?}"
srcdir=$(cd "$srcdir" && pwd) || exit 99
export srcdir LC_ALL=C
command -v go >/dev/null || { echo "1..0 # SKIP go is not installed"; exit 0; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
# Only the standard library: nothing is fetched.
if ! (cd "$srcdir/tests/peers/certs" &&
  GOTOOLCHAIN=local GOFLAGS='-mod=mod -buildvcs=false -trimpath' go build -o "$work/certs" .) >&2; then
  echo "1..0 # SKIP the peer cannot be built (an older Go?)"
  exit 0
fi
n=0 bad=0
check() { # description, lines that are wrong
  n=$((n + 1))
  if [ -z "$2" ]; then
    echo "ok $n - $1"
  else
    bad=$((bad + 1))
    echo "not ok $n - $1"
    printf '%s\n' "$2" | head -20 | sed 's/^/#   /'
  fi
}
"$builddir/tests/tools/mkcerts" >"$work/lines" && "$work/certs" <"$work/lines" >"$work/both" ||
  { echo "Bail out! no certificates were judged"; exit 99; }
count() { awk -F'\t' -v us="$1" -v them="$2" 'substr($2, 1, 4) == us && $3 == them' "$work/both" | wc -l; }
echo "# $(wc -l <"$work/both") certificates: $(count pass pass) pass both, $(count fail fail) fail both, $(count fail pass) fail here alone"
check 'no certificate passes that the reference refuses' \
  "$(awk -F'\t' '$2 == "pass" && $3 == "fail" { print $1 ": " $4 }' "$work/both")"
check 'the manual tells each refusal that is stricter' \
  "$(awk -F'\t' '$2 != "pass" && $3 == "pass" { sub(/^fail /, "", $2); print $2 }' "$work/both" | sort -u |
    while read -r code; do
      sed -n '/^\.Sh STRICTER/,/^\.Sh WEAKER/p' "$srcdir/src/cli/assay.1" | grep -qF -- "$code" || echo "$code"
    done)"
check 'both verdicts occur, by the thousand' \
  "$([ "$(count pass pass)" -gt 1000 ] && [ "$(count fail fail)" -gt 1000 ] || echo 'too few')"
check 'whole certificates pass' "$(awk -F'\t' '/^whole-/ && ($2 != "pass" || $3 != "pass")' "$work/both")"
echo "1..$n"
exit $((bad > 0))
