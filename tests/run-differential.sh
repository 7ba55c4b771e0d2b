#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The same signatures, policies and revocation data before assay and before the Notary Project's own
# verifier. Where the two differ, assay must be the stricter one, and tests/differential.expect must
# say why; nothing that the reference refuses may be compliant here.
#
# TAP, a line per case. Needs $ASSAY, the case maker, sqlite3; the reference is the Notary Project's
# libraries (tests/peers, needs Go) and, where it can be installed, the `notation` program itself.
set -u
. "${srcdir:-.}/tests/lib/peers.sh"
maker=$builddir/tests/tools/mkdiff
expect=$srcdir/tests/differential.expect
export srcdir
[ -z "${SANITIZED:-}" ] || skip_all "compared in the plain build"
[ -x "$maker" ] || skip_all "no case maker at $maker"
need sqlite3
find_oracle
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
umask 022
cd "$work" || exit 1

"$maker" cases > made || { echo "Bail out! the cases cannot be made"; exit 1; }
"$oracle" judge cases > reference || { echo "Bail out! the reference failed"; exit 1; }

# Prints "pass", or "fail CODE". A skipped artifact is no pass: nothing about it was verified.
assay_says() { # CASE
	local name=${1##*/} reference scope status
	reference=$(cat "$1/reference")
	scope=${reference%@*}
	"$ASSAY" audit --effect deny --quiet --policy "$1/config" --db "$name.db" --jobs 1 \
		--name "$scope" --notation-crl-cache "$1/cache" --ocsp-dir "$1/ocsp" \
		"$1/layout" > "$name.out" 2> "$name.err"
	status=$?
	if [ $status -eq 78 ]; then
		echo "fail $(sed -n 's/.*\[\([a-z-]*\.[a-z-]*\)\]$/\1/p' "$name.err" | head -n 1)"
		return
	fi
	sqlite3 "$name.db" "SELECT CASE WHEN state = 'Compliant' THEN 'pass'
		ELSE 'fail ' || coalesce(reason_code, '?') END FROM evaluation"
	rm -f "$name.db" "$name.out"
}

# The reason why assay may be stricter in this case; empty: it may not.
allowed() { # CASE CODE
	local pattern code why
	while IFS='	' read -r pattern code why; do
		case $pattern in '#'* | '') continue ;; esac
		# shellcheck disable=SC2254 # the pattern is one
		case $1 in $pattern) [ "$2" = "$code" ] && { echo "$why"; return; } ;; esac
	done < "$expect"
}

judge_case() { # CASE, its line on stdout
	local name=$1 theirs=$2 said=$3 ours why
	ours=$(assay_says "cases/$name")
	case $theirs/${ours%% *} in
	pass/pass | fail/fail) echo "ok - $name: both $theirs${ours#fail}" ;;
	pass/fail)
		why=$(allowed "$name" "${ours#fail }")
		if [ -n "$why" ]; then
			echo "ok - $name: stricter, ${ours#fail }: $why"
		else
			echo "not ok - $name: the reference passes, assay says ${ours#fail }"
		fi ;;
	*)
		echo "not ok - $name: assay says ${ours:-nothing}, the reference fails"
		echo "#   $said" ;;
	esac
}
export -f assay_says allowed judge_case
export ASSAY expect

# Four at a time; the order of the lines stays that of the cases.
# shellcheck disable=SC2016 # expanded by the inner shell
tr '\t' '\n' < reference | paste -d '\n' - - - |
	xargs -d '\n' -n 3 -P 4 bash -c 'judge_case "$1" "$2" "${3:-}" > "line.$1"' _
count=0
while IFS='	' read -r name _ _; do
	count=$((count + 1))
	sed "s/^ok - /ok $count - /; s/^not ok - /not ok $count - /" "line.$name"
done < reference

# A rule that nothing meets any more is a difference that is gone: the list must say what is true.
while IFS='	' read -r pattern code _; do
	case $pattern in '#'* | '') continue ;; esac
	count=$((count + 1))
	if cat line.* | grep -q ": stricter, $code: " && for f in line.*; do
		# shellcheck disable=SC2254
		case ${f#line.} in $pattern) grep -q ": stricter, $code: " "$f" && break ;; esac
		false
	done; then
		echo "ok $count - the list is needed: $pattern $code"
	else
		echo "not ok $count - the list is needed: $pattern $code"
	fi
done < "$expect"

# The program itself, on the same configuration folders. Its cache of revocation lists is used as it
# is; OCSP would need a network.
if notation=$("$srcdir/tests/peers/notation.sh" "$peers" 2> notation.err); then
	while IFS='	' read -r name theirs _; do
		case $name in ocsp-*) continue ;; esac
		count=$((count + 1))
		reference=$(cat "cases/$name/reference")
		mkdir -p "home/notation/$name/cache"
		cp -R "cases/$name/cache" "home/notation/$name/cache/crl"
		if NOTATION_CONFIG=$work/cases/$name/config NOTATION_CACHE=$work/home/notation/$name/cache \
			NOTATION_EXPERIMENTAL=1 "$notation" verify --oci-layout \
			"$work/cases/$name/layout@${reference##*@}" --scope "${reference%@*}" \
			> "notation.$name" 2>&1; then got=pass; else got=fail; fi
		if [ $got = "$theirs" ] || { [ $got = fail ] && grep -q '^ok - .*: stricter' "line.$name"; }; then
			echo "ok $count - $name: notation says $got"
		elif [ $got = fail ]; then
			echo "not ok $count - $name: notation says fail, its libraries pass"
			sed 's/^/#   /' "notation.$name" | tail -n 2
		else
			echo "not ok $count - $name: notation says pass, its libraries fail"
		fi
	done < reference
else
	count=$((count + 1))
	echo "ok $count - the notation program # SKIP $(tail -n 1 notation.err)"
fi
echo "1..$count"
