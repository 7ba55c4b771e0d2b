# SPDX-License-Identifier: Apache-2.0
# Sourced by what asks Debian for more than is installed: the address that apt knows.
# shellcheck shell=sh
debian_mirror() {
	sed -nE 's/^(URIs:|deb)( .*)? (https?:[^ ]*debian\/?)( .*)?$/\3/p' \
		/etc/apt/sources.list /etc/apt/sources.list.d/* 2> /dev/null | head -n 1
}
