#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the lists of limits and reason codes into the manual, from limits.def and reason.def.
# manual.sh SRCDIR > new manual
cd "$1" || exit 1
awk '
function escape(s) { gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); return s }
function limits(  line, part) {
	while ((getline line < "src/base/limits.def") > 0)
		if (line ~ /^X\(/) {
			split(line, part, /"/)
			printf ".It Cm %s\n%s%s.\n", part[2], toupper(substr(part[4], 1, 1)), substr(part[4], 2)
		}
}
function reasons(  line, part) {
	while ((getline line < "src/base/reason.def") > 0)
		if (line ~ /^X\(/) {
			split(line, part, /"/)
			printf ".It Cm %s\n%s.\n", part[2], part[4]
		}
}
/^\.\\" limits: build-aux/ { print; print ".Bl -tag -width Ds -compact"; limits(); print ".El"; skip = 1; next }
/^\.\\" reasons: build-aux/ { print; print ".Bl -tag -width Ds -compact"; reasons(); print ".El"; skip = 1; next }
/^\.\\" (limits|reasons): to here/ { skip = 0 }
!skip { print }
' src/cli/assay.1
