#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Says where the `notation` program is: on the PATH, or installed into the given folder by the Go
# client. Exit status 77: it is not to be had here, the last line of stderr says why.
#
#   tests/peers/notation.sh FOLDER
set -eu
[ $# -eq 1 ] || { echo "usage: notation.sh FOLDER" >&2; exit 64; }
if command -v notation; then
	exit 0
fi
mkdir -p "$1"
out=$(cd "$1" && pwd)
if [ ! -x "$out/notation" ]; then
	command -v go > /dev/null || { echo "neither notation nor go is installed" >&2; exit 77; }
	GOBIN=$out GOTOOLCHAIN=local go install \
		github.com/notaryproject/notation/cmd/notation@v1.3.2 > "$out/notation.log" 2>&1 || {
		echo "notation cannot be installed here" >&2
		exit 77
	}
fi
echo "$out/notation"
