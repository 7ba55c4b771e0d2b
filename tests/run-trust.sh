#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Trust stores that assay writes are read, shown and changed by the real `notation`, and the reverse.
#
# TAP. Needs $ASSAY and `notation`; what is missing is named and all is skipped.
set -u
. "${srcdir:-.}/tests/lib/peers.sh"
find_notation || skip_all "$no_notation"
certs=$srcdir/fixtures/certs
bad=0
check() { # TEXT, status of what was tried
	if [ "$2" -eq 0 ]; then
		ok "$1"
	else
		bad=$((bad + 1))
		not_ok "$1"
		sed 's/^/#   /' said 2> /dev/null
	fi
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
umask 022
cd "$work" || exit 1
mkdir config web && : > web/urls
mine() { "$ASSAY" trust "$@" --policy config > said 2>&1; }
theirs() { notation_in web "$work/config" cert "$@" > said 2>&1; }
row() { # type, store, file: is it in their list?
	theirs list && grep -qE "^$1 +$2 +$3 *\$" said
}
thumb() { # file: SHA-256 of its one certificate, as assay tells it
	mine show "$1" && sed -n 's/^  certificate  *sha256://p' said
}

# --- assay writes, notation reads
for store in 'ca acme release-root.pem' 'signingAuthority signers anchors/self.pem' \
	'tsa time time-root.pem' 'ca der anchors/two.der'; do
	# shellcheck disable=SC2086 # three words
	set -- $store
	mine add --type "$1" --store "$2" "$certs/$3"
	check "assay adds $3 to $1:$2" $?
	row "$1" "$2" "${3##*/}"
	check "notation lists it" $?
done
digest=$(thumb release-root.pem)
theirs show --type ca --store acme release-root.pem && [ -n "$digest" ] && grep -q "$digest" said
check "notation shows the same certificate" $?
! theirs add --type ca --store acme "$certs/release-root.pem"
check "notation will not overwrite it" $?
theirs delete --type ca --store acme release-root.pem -y
check "notation deletes it" $?
mine list --type ca --store acme
[ $? -eq 78 ] && grep -q truststore.empty said
check "assay says that the store is empty" $?

# --- notation writes, assay reads
theirs add --type ca --store theirs "$certs/release-root.pem" "$certs/stranger-root.pem"
check "notation adds two certificates" $?
mine list --store theirs && grep -q release-root.pem said && grep -q stranger-root.pem said
check "assay lists both" $?
mine add --type ca --store theirs "$certs/release-root.pem" && grep -q already said
check "assay knows one that is there" $?
mine add --type ca --store theirs "$certs/anchors/root.der"
check "assay adds a third" $?
row ca theirs root.der
check "notation lists it" $?
mine remove --type ca --store theirs stranger-root.pem && ! row ca theirs stranger-root.pem
check "assay removes one, and notation does not list it" $?
mine remove --type ca --store theirs --all && ! row ca theirs '.*'
check "assay removes the store, and notation does not list it" $?
[ -z "$(find config -name '.assay*')" ]
check "nothing else is left behind" $?
echo "1..$count"
exit $((bad > 0))
