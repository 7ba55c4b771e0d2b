#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds a program in Go (tests/peers/PROGRAM; the oracle) into the given folder, unless it is there
# and newer than its sources. Needs Go; modules come through the ordinary Go client. Exit status 77:
# cannot.
#
#   tests/peers/install.sh FOLDER [PROGRAM]
set -eu
[ $# -eq 1 ] || [ $# -eq 2 ] || { echo "usage: install.sh FOLDER [PROGRAM]" >&2; exit 64; }
program=${2:-oracle}
source=$(cd "$(dirname "$0")/$program" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)/$program
# Two tests may ask at the same time.
exec 9> "$out.lock"
flock 9
if [ -x "$out" ] && [ -z "$(find "$source" -type f -newer "$out")" ]; then
	exit 0
fi
if ! command -v go > /dev/null; then
	echo "go is not installed" >&2
	exit 77
fi
# The version that go.mod asks for must be here: no tool chain is fetched.
if ! (cd "$source" && GOTOOLCHAIN=local GOFLAGS="-mod=readonly -buildvcs=false -trimpath" \
	go build -o "$out.new" .) >&2; then
	echo "$program cannot be built (no modules, or an older Go?)" >&2
	exit 77
fi
mv "$out.new" "$out"
