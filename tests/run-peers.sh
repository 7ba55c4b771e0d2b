#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Images signed by the Notary Project's own libraries, six keys, JWS and COSE, with tokens from a
# local `openssl ts`: assay must call each compliant. Then one byte of each part is changed, and
# assay must refuse each for its own reason. The libraries judge the same images beside it.
#
# TAP. Needs $ASSAY, Go and its modules, openssl and sqlite3; what is missing is named and skipped.
set -u
. "${srcdir:-.}/tests/lib/peers.sh"
need openssl sqlite3 tar
find_oracle
fix=$srcdir/fixtures
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
umask 022
cd "$work" || exit 1

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
	got=$("$oracle" verify "$2" "$3" "$name@$4" 2> peer.err | head -n 1)
	case $got in
	"$1"*) ok "$5: the libraries say $1 too" ;;
	*) not_ok "$5: the libraries say $1 too"; echo "#   $got"; sed 's/^/#   /' peer.err ;;
	esac
}
subject_of() { # LAYOUT: the digest of its image now
	tr '{' '\n' < "$1/index.json" | grep -v '"artifactType":"application/vnd.cncf.notary' |
		sed -n 's/.*"digest":"\(sha256:[0-9a-f]*\)".*/\1/p' | head -n 1
}

sign() { # LAYOUT [TSACONF TSAROOT], with $key and $form
	layout=$1
	shift
	"$oracle" sign "$layout" "$digest" "$fix/keys/$key.pem" "chain-$key.pem" "$form" "$@" \
		2> sign.err
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
		if ! sign "$image" || ! sign "$image-stamped" tsa.cnf "$fix/certs/time-root.pem"; then
			not_ok "$image: signed by the libraries"
			sed 's/^/#   /' sign.err
			continue
		fi
		accepted "$image" plain "$image"
		accepted "$image-stamped" stamped "$image, with a token"
		refused "$image" stamped timestamp.missing "$image, a token demanded"
		peer_says pass "$image" plain "$digest" "$image"
		peer_says pass "$image-stamped" stamped "$digest" "$image, with a token"
		for row in payload:sig.invalid protected:sig.invalid signature:sig.invalid \
			chain:chain.order token:tst.signature subject:payload.target-mismatch; do
			part=${row%%:*}
			cp -R "$image-stamped" changed
			if "$oracle" mutate changed "$part" 2> mutate.err; then
				refused changed stamped "${row#*:}" "$image, one byte of $part"
				peer_says fail changed stamped "$(subject_of changed)" \
					"$image, one byte of $part"
			else
				not_ok "$image, one byte of $part"
				sed 's/^/#   /' mutate.err
			fi
			rm -rf changed
		done
	done
done
echo "1..$count"
