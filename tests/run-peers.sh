#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Images signed by `notation`, six keys, JWS and COSE, with tokens from a local `openssl ts`: assay
# must call each compliant. Then one bit of each part is changed, and assay must refuse each for its
# own reason. `notation verify` judges the same images beside it. Where the program cannot be had,
# the Notary Project's libraries stand in for it.
#
# TAP. Needs $ASSAY, openssl, sqlite3 and the peer; what is missing is named and skipped.
set -u
. "${srcdir:-.}/tests/lib/peers.sh"
need openssl sqlite3 tar
find_peer
fix=$srcdir/fixtures
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
umask 022
cd "$work" || exit 1
[ -z "$notation" ] || echo "# $("$notation" version | sed -n 's/^Version: */notation /p')"

# --- people: a leaf for each key under the committed CAs, and a time-stamp authority ----------
leaf() { # KEY: makes chain-KEY.pem, leaf first
	printf '%s\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
		extendedKeyUsage=codeSigning > leaf.ext
	serial=$(openssl rand -hex 8)
	openssl req -new -key "$fix/keys/$1.pem" -out "$1.csr" \
		-subj "/C=US/ST=WA/O=Example Corp/CN=Peer $1" &&
	openssl x509 -req -in "$1.csr" -CA "$fix/certs/release-issuing.pem" \
		-CAkey "$fix/keys/ca-sub.pem" -set_serial "0x$serial" -days 30 \
		-sha256 -extfile leaf.ext -out "leaf-$1.pem" &&
	cat "leaf-$1.pem" "$fix/certs/release-issuing.pem" "$fix/certs/release-root.pem" \
		> "chain-$1.pem"
}
authority() {
	cat "$fix/certs/time-issuing.pem" "$fix/certs/time-root.pem" > tsa-chain.pem
	stamp_config "$fix/certs/time-signer.pem" "$fix/keys/tsa.pem" "$work/tsa-chain.pem"
}
policies() { # plain: no tsa store; stamped: a token must hold, always
	for p in plain stamped; do
		mkdir $p
		cp -R --no-preserve=mode "$fix/policies/quickstart/truststore" $p/
		chmod -R go-w $p
		tsa=
		[ $p = plain ] || tsa=', "tsa:example-time"'
		cat > $p/trustpolicy.json <<-JSON
		{ "version": "1.0", "trustPolicies": [ { "name": "all", "registryScopes": [ "*" ],
		  "signatureVerification": { "level": "strict" },
		  "trustStores": [ "ca:example-release"$tsa ],
		  "trustedIdentities": [ "x509.subject: C=US, ST=WA, O=Example Corp" ] } ] }
		JSON
	done
}
unsigned() { # FOLDER: a layout with one image
	mkdir "$1" && tar -xzf "$fix/exports/cache.tar.gz" -C "$1"
}
name=registry.example/shop/cache
digest=$(sed -n 's/^cache[^	]*	[^	]*	\([^	]*\)	.*/\1/p' "$fix/exports/EXPECT")

# judge LAYOUT POLICY: sets $status and $reason
judge() {
	rm -f judge.db
	"$ASSAY" audit --effect deny --policy "$2" --db judge.db --jobs 1 --trust-names "$1" > judge.out 2>&1
	status=$?
	reason=$(sqlite3 judge.db "SELECT coalesce(reason_code, 'none') FROM evaluation" 2> /dev/null)
}
refused() { # LAYOUT POLICY REASON TITLE
	judge "$1" "$2"
	if [ "$status" -eq 2 ] && [ "$reason" = "$3" ]; then
		ok "$4: $3"
	else
		not_ok "$4: $3"
		echo "#   got status $status, reason $reason"
		sed 's/^/#   /' judge.out | head -n 10
	fi
}
accepted() { # LAYOUT POLICY TITLE
	judge "$1" "$2"
	if [ "$status" -eq 0 ] && [ "$reason" = none ]; then
		ok "$3"
	else
		not_ok "$3"
		echo "#   got status $status, reason $reason"
		sed 's/^/#   /' judge.out | head -n 10
	fi
}
peer_says() { # WANT LAYOUT POLICY DIGEST TITLE
	said=fail
	peer_verify web "$work/$3" "$2" "$name@$4" && said=pass
	if [ $said = "$1" ]; then
		ok "$5: $peer says $1 too"
	else
		not_ok "$5: $peer says $1 too"
		sed 's/^/#   /' peer.out
	fi
}
sign() { # LAYOUT [TSAROOT], with $key and $form
	peer_sign "$1" "$digest" "$fix/keys/$key.pem" "$work/chain-$key.pem" "$form" ${2:+"$2"} \
		> sign.out 2>&1
}

authority
policies
unsigned unsigned-image
refused unsigned-image plain signature.not-found "not signed"
keys="rsa2048 rsa3072 rsa4096 p256 p384 p521"
for key in $keys; do
	if ! leaf "$key" 2> leaf.err; then
		echo "Bail out! no leaf for $key: $(tail -n 1 leaf.err)"
		exit 1
	fi
done
# A token with an accuracy of one second must lie a second inside the validity of each leaf.
sleep 2
for key in $keys; do
	for form in jws cose; do
		image=$key-$form
		unsigned "$image"
		unsigned "$image-stamped"
		if ! sign "$image" || ! sign "$image-stamped" "$fix/certs/time-root.pem"; then
			not_ok "$image: signed by $peer"
			sed 's/^/#   /' sign.out
			continue
		fi
		accepted "$image" plain "$image"
		accepted "$image-stamped" stamped "$image, with a token"
		refused "$image" stamped timestamp.missing "$image, a token demanded"
		peer_says pass "$image" plain "$digest" "$image"
		peer_says pass "$image-stamped" stamped "$digest" "$image, with a token"
		peer_says fail "$image" stamped "$digest" "$image, a token demanded"
		for row in payload:sig.invalid protected:sig.invalid signature:sig.invalid \
			chain:chain.order token:tst.signature subject:payload.target-mismatch; do
			part=${row%%:*}
			cp -R "$image-stamped" changed
			if subject=$("$tools/spoil" changed "$part" 2> spoil.err); then
				refused changed stamped "${row#*:}" "$image, one bit of $part"
				peer_says fail changed stamped "$subject" "$image, one bit of $part"
			else
				not_ok "$image, one bit of $part"
				sed 's/^/#   /' spoil.err
			fi
			rm -rf changed
		done
	done
done
echo "1..$count"
