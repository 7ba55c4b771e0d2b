#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed.sh [PREFIX/] FILE... > embed_data.c
# Writes the table that base/embed.h declares. A first argument that ends in / is a prefix: it is
# taken off the names, so that a build outside the source folder gives the same bytes.
set -eu
LC_ALL=C
export LC_ALL

prefix=
case ${1-} in
*/) prefix=$1; shift ;;
esac

echo '/* Made by build-aux/embed.sh; do not edit. */'
echo '#include "base/embed.h"'
echo
n=0
for file; do
	n=$((n + 1))
	# A NUL follows the content, so that a library call may take it as a C string.
	echo "static const unsigned char data_${n}[] = {"
	od -An -v -tu1 "$file" | awk '{
		line = ""
		for (i = 1; i <= NF; i++)
			line = line $i ","
		if (line != "")
			print "\t" line
	}'
	printf '\t0\n};\n'
done
echo
echo 'const struct embed_file embed_files[] = {'
n=0
for file; do
	n=$((n + 1))
	name=${file#"$prefix"}
	case $name in
	*[\"\\]*) echo "embed.sh: name with quote or backslash: $name" >&2; exit 1 ;;
	esac
	printf '\t{ "%s", { (const char *)data_%d, sizeof(data_%d) - 1 } },\n' "$name" $n $n
done
# C has no empty arrays; the count does not include this end.
printf '\t{ "", { 0, 0 } }\n};\n'
echo 'const size_t embed_count = sizeof(embed_files) / sizeof(embed_files[0]) - 1;'
