#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Certificates by the thousand, each value changed in every way that a reader could stumble over: what
# the parser of the Notary Project's verifier (Go's crypto/x509) refuses, assay refuses. Needs Go.
set -u
. "${srcdir:?}/tests/lib/compared.sh"
peer certs # its standard library alone: nothing is fetched
"$builddir/tests/tools/mkcerts" > "$work/lines" && "$peers/certs" < "$work/lines" > "$work/both" ||
	{ echo "Bail out! no certificates were judged"; exit 99; }
compared "$work/both"
check 'both verdicts occur, by the thousand' \
	"$(awk -F'\t' '{ count[$3]++ } END { if (count["pass"] < 1000 || count["fail"] < 1000) print "too few" }' "$work/both")"
done_all
