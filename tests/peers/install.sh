#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the oracle (tests/peers/oracle) into the given folder, unless it is there and newer than
# its sources. Needs Go; its modules come through the ordinary Go client. Exit status 77: cannot.
#
#   tests/peers/install.sh FOLDER
set -eu
[ $# -eq 1 ] || { echo "usage: install.sh FOLDER" >&2; exit 64; }
source=$(cd "$(dirname "$0")/oracle" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)/oracle
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
	echo "the oracle cannot be built (no modules, or an older Go?)" >&2
	exit 77
fi
mv "$out.new" "$out"
