# SPDX-License-Identifier: Apache-2.0
# Sourced by tests that put thousands of made inputs before assay's readers and the reference's. Sets
# $peers, $builddir, $srcdir and $work, a folder of its own. `compared FILE` judges lines "name, what
# assay says, what the reference says, why", separated by tabs; a verdict is a word and may go on.
# The first part of a name, up to "-", is its group.
# shellcheck shell=bash
: "${srcdir:?}" "${builddir:?}"
srcdir=$(cd "$srcdir" && pwd) || exit 99
builddir=$(cd "$builddir" && pwd) || exit 99
export srcdir LC_ALL=C
peers=${ASSAY_PEERS:-$builddir/tests/peers/bin}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
n=0 bad=0

skip_all() { echo "1..0 # SKIP $1"; exit 0; }
peer() { # PROGRAM: in $peers
	why=$(bash "$srcdir/tests/peers/install.sh" "$peers" "$1" 2>&1) || skip_all "$(echo "$why" | tail -n 1)"
}
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
compared() { # FILE
	awk -F'\t' '{
		group = $1; sub(/-.*/, "", group)
		split($2, us, " "); split($3, them, " "); all[group]++; count[group, us[1], them[1]]++
	} END {
		for (g in all)
			printf "# %s: %d pass both, %d fail both, %d fail here alone\n", g,
			    count[g, "pass", "pass"], count[g, "fail", "fail"], count[g, "fail", "pass"]
	}' "$1" | sort
	check 'nothing passes that the reference refuses' \
		"$(awk -F'\t' '{ split($2, us, " "); split($3, them, " ")
			if (us[1] != "fail" && them[1] != "pass") print $1 ": " $4 }' "$1")"
	check 'the manual tells each refusal that is stricter' \
		"$(awk -F'\t' '{ split($2, us, " "); split($3, them, " ")
			if (us[1] != "pass" && them[1] != "fail") print us[2] }' "$1" | sort -u |
			while read -r code; do
				sed -n '/^\.Sh STRICTER/,/^\.Sh WEAKER/p' "$srcdir/src/cli/assay.1" |
					grep -qF -- "$code" || echo "$code"
			done)"
	check 'what is whole passes' \
		"$(awk -F'\t' '/^whole-/ && ($2 !~ /^pass/ || $3 !~ /^pass/) { print $1 ": " $2 }' "$1")"
}
done_all() {
	echo "1..$n"
	exit $((bad > 0))
}
