#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Time-stamp tokens by the thousand, each value changed in every way, and stampers' chains of every
# kind: what the Notary Project's libraries refuse, assay refuses; and what both take means the same
# time. Needs Go and the libraries.
set -u
. "${srcdir:?}/tests/lib/compared.sh"
[ -z "${SANITIZED:-}" ] || skip_all "compared in the plain build"
peer tokens
"$builddir/tests/tools/mktokens" > "$work/lines" &&
	"$peers/tokens" 'the signature of an envelope' < "$work/lines" > "$work/both" ||
	{ echo "Bail out! no tokens were judged"; exit 99; }
compared "$work/both"
# The window of the reference, in nanoseconds, lies within that of assay, in microseconds.
check 'no token means less time than the reference takes it for' \
	"$(awk -F'\t' '$2 ~ /^pass/ && $3 ~ /^pass/ { split($2, us, " "); split($3, them, " ")
		if (us[2] * 1000 > them[2] || us[3] * 1000 < them[3]) print $1 ": " $2 ", " $3 }' "$work/both")"
check 'each group has both verdicts' \
	"$(awk -F'\t' '{ group = $1; sub(/-.*/, "", group); seen[group]; if ($3 ~ /^pass/) pass[group]; else fail[group] }
		END { for (g in seen) if (g != "whole" && !(g in pass && g in fail)) print g }' "$work/both")"
done_all
