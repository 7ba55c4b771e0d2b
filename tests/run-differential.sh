#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The same signatures, policies and revocation data before assay and before the Notary Project's own
# verifier. Where the two differ, assay must be the stricter one, and tests/differential.expect must
# say why; nothing that the reference refuses may be compliant here.
#
# TAP, a line per case. Needs $ASSAY, the case maker, sqlite3; the reference is `notation verify`,
# which finds the revocation data of a case behind its URLs. Its libraries (tests/peers/oracle, needs
# Go) judge as well, or in its place; they must say the same.
set -u
. "${srcdir:-.}/tests/lib/peers.sh"
maker=$tools/mkdiff
expect=$srcdir/tests/differential.expect
export srcdir
[ -z "${SANITIZED:-}" ] || skip_all "compared in the plain build"
[ -x "$maker" ] || skip_all "no case maker at $maker"
need sqlite3
find_peer
[ -z "$notation" ] || find_oracle
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
umask 022
cd "$work" || exit 1

# Four cases at a time; each line of the reference is "name<tab>pass or fail<tab>what it says".
each_case() { # FUNCTION, for each line of the reference: its three fields
	# shellcheck disable=SC2016 # expanded by the inner shell
	tr '\t' '\n' < reference | paste -d '\n' - - - |
		xargs -d '\n' -n 3 -P 4 bash -c '"$0" "$@"' "$1"
}
program_says() { # CASE: lines of the reference in program.CASE and kept.CASE
	local case=$work/cases/$1 said=fail
	mkdir -p "program/$1" && cd "program/$1" || return
	peer_verify "$case" "$work/cases/$1/config" "$work/cases/$1/layout" \
		"$(cat "$work/cases/$1/reference")" && said=pass
	printf '%s\t%s\t%s\n' "$1" $said "$(tail -n 1 peer.out | tr '\t' ' ')" > "$work/program.$1"
	# With the lists in its own cache, as assay reads it, and nothing behind the URLs: OCSP neither.
	if [ -z "$(ls "$case/cache")" ] || [ -n "$(ls "$case/ocsp")" ]; then return; fi
	said=fail
	kept=$case/cache peer_verify "$work/nowhere" "$work/cases/$1/config" "$work/cases/$1/layout" \
		"$(cat "$work/cases/$1/reference")" && said=pass
	printf '%s\t%s\t%s\n' "$1" $said "$(tail -n 1 peer.out | tr '\t' ' ')" > "$work/kept.$1"
}
mkdir nowhere && : > nowhere/urls
export -f notation_in peer_verify program_says
export notation tools work

"$maker" cases > made || { echo "Bail out! the cases cannot be made"; exit 1; }
if [ -n "$oracle" ]; then
	"$oracle" judge cases > libraries || { echo "Bail out! the libraries failed"; exit 1; }
fi
if [ -n "$notation" ]; then
	for case in cases/*; do printf '%s\t\t\n' "${case#*/}"; done > reference
	each_case program_says
	cat program.* > reference
else
	cp libraries reference
fi

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

line_of() { judge_case "$@" > "line.$1"; }
export -f line_of
each_case line_of
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

# The program and its libraries, the program with a cache of lists and without a network.
if [ -z "$notation" ]; then
	count=$((count + 1))
	echo "ok $count - the notation program # SKIP $no_notation"
elif [ -z "$oracle" ]; then
	count=$((count + 1))
	echo "ok $count - the libraries of notation # SKIP $no_oracle"
else
	while IFS='	' read -r name theirs said; do
		got=$(sed -n "s/^$name	\([a-z]*\)	.*/\1/p" libraries)
		if [ "$got" = "$theirs" ]; then
			ok "$name: the libraries say $got"
		else
			not_ok "$name: the libraries say $got, notation says $theirs"
			echo "#   $said"
		fi
	done < reference
fi
# A cached base that names a delta passes there without it: milder is no news, stricter would be.
for file in kept.*; do
	[ -e "$file" ] || continue
	IFS='	' read -r name got said < "$file"
	theirs=$(sed -n "s/^$name	\([a-z]*\)	.*/\1/p" reference)
	if [ "$got" = "$theirs" ] || [ "$got" = pass ]; then
		ok "$name: notation says $got with its own cache"
	else
		not_ok "$name: notation says $got with its own cache, else $theirs"
		echo "#   $said"
	fi
done
echo "1..$count"
