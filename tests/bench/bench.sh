#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The gates of speed and memory, as ratios taken in this run on this machine.
#
#   ASSAY=path/to/assay BENCH_BIN=folder/of/bench-programs srcdir=source/tree tests/bench/bench.sh
#
# Also read: BENCH_DIR (work folder, about 6 GB; a temporary one if not given), BENCH_PAIRS (7),
# BENCH_W1 (0.2: a 1 GB archive), BENCH_BIG (0.9: more than 4 GiB), BENCH_W2 (0.1: 1,000 artifacts).
#
#   B1  archive, two jobs: processor time at most 1.15 of `openssl dgst`; its wall time is told
#   B2  archive, one job: processor time at most 1.15 of `openssl dgst`
#   B4  signed artifacts, one job: processor time at most 2.5 of the primitives they need
#   B9  resident memory of all processes below 128 MiB: large archive, and signed artifacts
#
# A gate of time fails only if three tries fail, and is skipped when the machine is too restless
# (the same command twice differs by more than 15 %). Exit status 1 if any gate fails.
set -eu
: "${ASSAY:?path of the program}" "${BENCH_BIN:=.}" "${srcdir:=.}" "${BENCH_PAIRS:=7}"
: "${BENCH_W1:=0.2}" "${BENCH_BIG:=0.9}" "${BENCH_W2:=0.1}"
export srcdir LC_ALL=C TZ=UTC
if [ -n "${BENCH_DIR:-}" ]; then
	work=$BENCH_DIR
	mkdir -p "$work"
else
	work=$(mktemp -d)
fi
trap 'rm -rf "$work/w1" "$work/big" "$work/w2" "$work/db"; rmdir "$work" 2>/dev/null || :' EXIT
trap 'exit 130' INT TERM
failed=0

say() { printf '%s\n' "$*"; }

# holds VALUE LIMIT: is it at most the limit?
holds() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; }

# Everything must be judged, and compliant: else the time of something else would be taken.
demand_right() { # FOLDER INPUT
	status=0
	"$ASSAY" audit --effect deny --policy "$1/policy" --db "$work/db/right.db" --jobs 1 \
		--trust-names "$2" \
		> "$work/db/right.out" 2>&1 || status=$?
	if [ "$status" -ne 0 ]; then
		say "Bail out! assay ended with $status on $2:"
		head -n 20 "$work/db/right.out"
		exit 1
	fi
	if command -v sqlite3 > /dev/null; then
		want=$(sed -n 's/^compliant //p' "$1/EXPECT")
		got=$(sqlite3 "$work/db/right.db" \
			"SELECT count(*) FROM evaluation WHERE state = 'Compliant'")
		if [ "$got" != "$want" ]; then
			say "Bail out! $got compliant artifacts in $2, want $want"
			exit 1
		fi
	fi
}

# ratio KIND LIMIT TEXT bench-run-arguments...: up to three tries.
ratio() {
	kind=$1 limit=$2 text=$3
	shift 3
	for try in 1 2 3; do
		rm -f "$work"/db/b[0-9]-*.db
		"$BENCH_BIN/bench-run" -n "$BENCH_PAIRS" "$@" > "$work/db/ratio"
		line=$(sed -n "s/^[^ ]*-$kind //p" "$work/db/ratio")
		if holds "${line%% *}" "$limit"; then
			say "pass $text: $line (at most $limit)"
			return
		fi
	done
	if [ "$restless" = yes ]; then
		say "skip $text: $line (at most $limit), but the machine is restless"
	else
		say "FAIL $text: $line (at most $limit; $try tries)"
		failed=1
	fi
}

memory() { # TEXT FOLDER INPUT JOBS
	"$BENCH_BIN/bench-run" -m m -- "$ASSAY" audit --policy "$2/policy" \
		--db "$work/db/memory.db" --jobs "$4" --trust-names "$3" > "$work/db/ratio"
	read -r _ sum largest < "$work/db/ratio"
	rm -f "$work/db/memory.db"
	if [ "$sum" -lt 131072 ]; then
		say "pass $1: $sum KiB, largest process $largest KiB (below 131072)"
	else
		say "FAIL $1: $sum KiB, largest process $largest KiB (below 131072)"
		failed=1
	fi
}

mkdir -p "$work/db"
say "# ratios: median, least, most; $BENCH_PAIRS pairs each"
"$BENCH_BIN/bench-gen" 1 W1 "$BENCH_W1" "$work/w1"
"$BENCH_BIN/bench-gen" 2 W2 "$BENCH_W2" "$work/w2"
w1=$work/w1/w1.tar w2=$work/w2/w2
artifacts=$(sed -n 's/^artifacts //p' "$work/w2/EXPECT")
cat "$w1" > /dev/null
demand_right "$work/w1" "$w1"
rm -f "$work/db/right.db"
demand_right "$work/w2" "$w2"
mv "$work/db/right.db" "$work/db/model.db"

"$BENCH_BIN/bench-run" -n 5 same -- openssl dgst -sha256 "$w1" -- openssl dgst -sha256 "$w1" \
	> "$work/db/ratio"
spread=$(sed -n 's/^same-cpu //p' "$work/db/ratio")
restless=$(echo "$spread" | awk '{ print ($3 - 1 > 0.15 || 1 - $2 > 0.15) ? "yes" : "no" }')
say "# the same command twice: $spread"
"$BENCH_BIN/bench-prim" prims "$work/w2" "$work/db/model.db" | sed 's/^/# /; s/$/ ns/'

ratio cpu 1.15 "B1 cpu, archive, 2 jobs / openssl dgst" B1 -- \
	"$ASSAY" audit --policy "$work/w1/policy" --db "$work/db/b1-{}.db" --jobs 2 \
	--trust-names "$w1" -- openssl dgst -sha256 "$w1"
say "note B1 wall: $(sed -n 's/^B1-wall //p' "$work/db/ratio") (goal of a later version: 0.60)"
ratio cpu 1.15 "B2 cpu, archive, 1 job / openssl dgst" B2 -- \
	"$ASSAY" audit --policy "$work/w1/policy" --db "$work/db/b2-{}.db" --jobs 1 \
	--trust-names "$w1" -- openssl dgst -sha256 "$w1"
ratio cpu 2.5 "B4 cpu, $artifacts signed artifacts / primitives" -r B4 -- \
	"$ASSAY" audit --policy "$work/w2/policy" --db "$work/db/b4-{}.db" --jobs 1 \
	--trust-names "$w2" -- "$BENCH_BIN/bench-prim" floor "$artifacts" "$work/w2" \
	"$work/db/model.db"
rm -f "$work"/db/b[0-9]-*.db
memory "B9 memory, $artifacts signed artifacts" "$work/w2" "$w2" 2
rm -rf "$work/w1"
"$BENCH_BIN/bench-gen" 3 W1 "$BENCH_BIG" "$work/big"
memory "B9 memory, archive of $(wc -c < "$work/big/w1.tar") bytes" "$work/big" \
	"$work/big/w1.tar" 1
exit "$failed"
