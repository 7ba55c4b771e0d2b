#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command, by default "./quickstart check", on another release of Debian: in a folder that
# debootstrap fills from the mirror of this machine, with the source copied in and the packages
# installed by quickstart itself. The folder stays and serves again, without network as well; vectors
# beside the source are there as well.
# Exit status 77: it cannot be done here, the last line of stderr says why.
#
#   tests/debian.sh SUITE FOLDER [COMMAND...]
set -u
[ $# -ge 2 ] || { echo "usage: debian.sh SUITE FOLDER [COMMAND...]" >&2; exit 64; }
suite=$1 root=$2
shift 2
[ $# -gt 0 ] || set -- ./quickstart check
source=$(cd "$(dirname "$0")/.." && pwd)
skip() { printf '%s\n' "$*" >&2; exit 77; }

[ "$(id -u)" -eq 0 ] || skip "a Debian of its own needs root"
unshare --mount true 2> /dev/null || skip "a Debian of its own needs leave to mount"
. "$source/tests/lib/mirror.sh"
mirror=$(debian_mirror)
mirror=${mirror%/}
[ -n "$mirror" ] || skip "no mirror of Debian among the sources of apt"
eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
export http_proxy https_proxy

mkdir -p "$(dirname "$root")"
exec 9> "$root.lock"
flock -n 9 || skip "another run is in $root"
if [ ! -e "$root/etc/assay-ready" ]; then
	command -v debootstrap > /dev/null || skip "debootstrap is not installed"
	rm -rf --one-file-system "${root:?}"
	if ! debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror" > "$root.log" 2>&1; then
		skip "no $suite from $mirror: $(tail -n 1 "$root.log")"
	fi
	echo "deb $mirror-security $suite-security main" > "$root/etc/apt/sources.list.d/security.list"
	touch "$root/etc/assay-ready"
fi
root=$(cd "$root" && pwd)
for file in /etc/resolv.conf /etc/hosts; do cp -L "$file" "$root$file"; done

# What the repository holds and what is new in it; without one, all but what was built.
rm -rf --one-file-system "$root/assay"
mkdir "$root/assay"
cd "$source" || exit 1
if git ls-files --error-unmatch configure.ac > /dev/null 2>&1; then
	git ls-files -z --cached --others --exclude-standard | tar -c --null --files-from=- --ignore-failed-read
else
	tar -c --exclude='./build*' .
fi | tar -x --no-same-owner -C "$root/assay"

vectors=
if [ -d ../shared/vectors ]; then
	mkdir -p "$root/shared"
	vectors=$(cd ../shared && pwd)
fi

# Mounts and processes go with the command.
# shellcheck disable=SC2016 # expanded by the inner shell
exec env -i TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
	${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
	unshare --mount --pid --fork --kill-child sh -c 'root=$1 vectors=$2 && shift 2 &&
		mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" &&
		{ [ -z "$vectors" ] || mount --bind "$vectors" "$root/shared"; } &&
		exec chroot "$root" sh -c '\''cd /assay && exec "$@"'\'' - "$@"' \
	- "$root" "$vectors" "$@" < /dev/null
