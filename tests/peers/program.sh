#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Says where a peer's program is: on the PATH, or in the given folder, unpacked there from the package
# of that name in Debian's unstable suite; nothing is installed. apt checks the suite's signature and
# the package's digest. Exit status 77: it is not to be had here, the last line of stderr says why.
#
#   tests/peers/program.sh FOLDER PROGRAM
set -eu
[ $# -eq 2 ] || { echo "usage: program.sh FOLDER PROGRAM" >&2; exit 64; }
name=$2
if command -v "$name"; then
	exit 0
fi
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib/mirror.sh"
mkdir -p "$1"
out=$(cd "$1" && pwd)
# Several tests may ask at the same time; the lists are fetched once.
exec 9> "$out/lock"
flock 9
if [ -x "$out/$name" ]; then
	echo "$out/$name"
	exit 0
fi
# Who asked in vain a moment ago would wait for the network again.
if [ -n "$(find "$out" -maxdepth 1 -name "$name.cannot" -mmin -10)" ]; then
	cat "$out/$name.cannot" >&2
	exit 77
fi
cannot() {
	echo "$name: $1" | tee "$out/$name.cannot" >&2
	exit 77
}
for tool in apt-get dpkg-deb; do
	command -v $tool > /dev/null || cannot "not installed, and this is no Debian"
done
mirror=$(debian_mirror)
[ -n "$mirror" ] || cannot "not installed, and no mirror of Debian is known"

apt=$out/apt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/parts"
printf '%s\n' 'Types: deb' "URIs: $mirror" 'Suites: sid' 'Components: main' \
	'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' > "$apt/parts/sid.sources"
unstable() { # an apt of its own: lists, archives and sources of this machine stay as they are
	timeout 180 apt-get -qq -o Dir::Etc::sourcelist="$apt/none" -o Dir::Etc::sourceparts="$apt/parts" \
		-o Dir::State::lists="$apt/lists" -o Dir::Cache::archives="$apt/archives" \
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root \
		-o Acquire::Languages=none -o Acquire::GzipIndexes=true -o Acquire::Retries=0 \
		-o Acquire::http::Timeout=10 -o APT::Update::Error-Mode=any "$@" > "$out/$name.log" 2>&1
}
cd "$work"
if [ -z "$(find "$apt" -maxdepth 1 -name updated -mmin -60)" ]; then
	unstable update || cannot "no package lists of Debian's unstable suite"
	touch "$apt/updated"
fi
unstable download "$name" || cannot "no such package in Debian's unstable suite"
dpkg-deb -x "$name"_*.deb tree || cannot "the package cannot be unpacked"
"tree/usr/bin/$name" --help > "$out/$name.log" 2>&1 || cannot "the packaged program does not run here"
mv "tree/usr/bin/$name" "$out/$name"
rm -f "$out/$name.log" "$out/$name.cannot"
echo "$out/$name"
