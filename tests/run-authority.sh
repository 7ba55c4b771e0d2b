#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A private authority as its operator would run it: certificates, revocation lists, OCSP answers and
# time stamps from the `openssl` program, a signature from `notation`, the policy folder filled by
# `assay trust`. The image passes a strict policy with the data, and fails without it, with what is
# out of date, and with what is revoked. `notation verify`, which would download the same data,
# judges beside it wherever that is possible.
#
# TAP. Needs $ASSAY, openssl, sqlite3 and `notation` (or Go and its libraries); what is missing is
# named and skipped.
set -u
. "${srcdir:-.}/tests/lib/peers.sh"
need openssl sqlite3 tar
find_peer
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
umask 022
cd "$work" || exit 1
bail() { echo "Bail out! $1"; sed 's/^/# /' log | tail -n 5; exit 1; }

# --- the authority ------------------------------------------------------------------------------
authority() { # NAME: a section of ca.cnf with a data base of its own
	mkdir "$1.d"
	: > "$1.index"
	echo 1000 > "$1.serial"
	echo 01 > "$1.number"
	cat >> ca.cnf <<-CNF
	[$1]
	database = $work/$1.index
	new_certs_dir = $work/$1.d
	serial = $work/$1.serial
	crlnumber = $work/$1.number
	certificate = $work/$1.pem
	private_key = $work/$1.key
	default_md = sha256
	default_days = 30
	default_crl_days = 7
	policy = any
	crl_extensions = list
	unique_subject = no
	copy_extensions = none
	CNF
}
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>> log; }
root() { # NAME
	key "$1" && openssl req -x509 -new -key "$1.key" -subj "/C=US/ST=WA/O=Private/CN=$1" -days 60 \
		-addext keyUsage=critical,keyCertSign,cRLSign -out "$1.pem" 2>> log
}
issue() { # CA NAME EXTENSIONS
	key "$2" && openssl req -new -key "$2.key" -subj "/C=US/ST=WA/O=Private/CN=$2" -out "$2.csr" &&
		openssl ca -batch -notext -config ca.cnf -name "$1" -in "$2.csr" -extensions "$3" \
			-out "$2.pem" >> log 2>&1
}
list() { openssl ca -config ca.cnf -name "$1" -gencrl -out "$1.crl" >> log 2>&1; }
revoke() { openssl ca -config ca.cnf -name "$1" -revoke "$2.pem" >> log 2>&1 && list "$1"; }

cat > ca.cnf <<CNF
[any]
countryName = optional
stateOrProvinceName = optional
organizationName = optional
commonName = supplied
[list]
authorityKeyIdentifier = keyid
[sub]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://pki.example/root.crl
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://pki.example/issuing.crl
authorityInfoAccess = OCSP;URI:http://ocsp.pki.example
[stamper]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://pki.example/time-root.crl
[responder]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
1.3.6.1.5.5.7.48.1.5 = ASN1:NULL
[no-responder]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = codeSigning
CNF
: > log
for name in root issuing time-root; do authority $name; done
if ! { root root && root time-root && issue root issuing sub && issue issuing signer signer &&
	issue time-root stamper stamper && issue issuing responder responder &&
	issue issuing pretender no-responder && issue issuing other signer; }; then
	bail "the authority cannot be made"
fi
for name in root issuing time-root; do list $name || bail "no list of $name"; done
cat signer.pem issuing.pem root.pem > chain.pem
answer() { # FILE CERTIFICATE RESPONDER
	openssl ocsp -index issuing.index -CA issuing.pem -issuer issuing.pem -cert "$2.pem" \
		-rsigner "$3.pem" -rkey "$3.key" -ndays 7 -no_nonce -respout "$1" >> log 2>&1
}

# --- the image and its policy ----------------------------------------------------------------------
name=registry.example/shop/cache
digest=$(sed -n 's/^cache[^	]*	[^	]*	\([^	]*\)	.*/\1/p' "$srcdir/fixtures/exports/EXPECT")
mkdir image && tar -xzf "$srcdir/fixtures/exports/cache.tar.gz" -C image
# An accuracy of one second must lie inside the validity of the new certificates.
sleep 2
# What is published: a signer looks at the lists of the authority that stamps for him.
publish() { # [NAME=]FILE...: under the names that the certificates have for them
	stamp_config "$work/stamper.pem" "$work/stamper.key" "$work/time-root.pem"
	for file in "$@"; do
		case $file in
		*.ocsp) printf 'http://ocsp.pki.example\t../%s\n' "$file" ;;
		*) # RFC 5280 section 4.2.1.13: behind a URL lies DER
			openssl crl -in "${file#*=}" -outform DER -out "web/${file%=*}" 2>> log
			printf 'http://pki.example/%s\t%s\n' "${file%=*}" "${file%=*}" ;;
		esac >> web/urls
	done
}
publish root.crl issuing.crl time-root.crl
peer_sign image "$digest" "$work/signer.key" "$work/chain.pem" cose "$work/time-root.pem" >> log 2>&1 ||
	bail "not signed"
policy() { # NAME: with anchors, without revocation data
	mkdir -m 700 "$1"
	if ! { "$ASSAY" trust add --policy "$1" --type ca --store private root.pem &&
		"$ASSAY" trust add --policy "$1" --type tsa --store private time-root.pem; } >> log 2>&1
	then
		bail "assay trust add"
	fi
	cat > "$1/trustpolicy.json" <<-JSON
	{ "version": "1.0", "trustPolicies": [ { "name": "all", "registryScopes": [ "$name" ],
	  "signatureVerification": { "level": "strict" },
	  "trustStores": [ "ca:private", "tsa:private" ],
	  "trustedIdentities": [ "x509.subject: C=US, ST=WA, O=Private" ] } ] }
	JSON
	chmod 600 "$1/trustpolicy.json"
}
bring() { # POLICY FILE...
	folder=$1
	shift
	"$ASSAY" trust crl add --policy "$folder" "$@" >> log 2>&1 || bail "assay trust crl add $*"
}
judge() { # POLICY [OPTION...]
	folder=$1
	shift
	rm -f judge.db
	"$ASSAY" audit --effect deny --policy "$folder" --db judge.db --name $name "$@" image > judge.out 2>&1
	status=$?
}
compliant() { # TITLE POLICY [OPTION...]
	title=$1
	shift
	judge "$@"
	if [ $status -eq 0 ]; then ok "$title"; else not_ok "$title"; sed 's/^/#   /' judge.out; fi
}
refused() { # TITLE CODE POLICY [OPTION...]: the code is among what blocks
	title=$1 code=$2
	shift 2
	judge "$@"
	if [ $status -eq 2 ] && sqlite3 judge.db 'SELECT reason_code FROM finding WHERE blocking = 1
			UNION SELECT json_extract(c.value, '"'$.reason'"') FROM step, json_each(step.data, '"'$.certificates'"') AS c' |
			grep -qx "$code"; then
		ok "$title: $code"
	else
		not_ok "$title: $code"
		sed 's/^/#   /' judge.out
	fi
}

policy none
# The program looks into the configuration folder; the libraries read the store.
peer_reads() { # TYPE FILE: SHA-256 of the certificate, as the peer tells it
	if [ -n "$notation" ]; then
		notation_in web "$work/none" cert show --type "$1" --store private "$2.pem" 2>> log |
			sed -n 's/^SHA256 Thumbprint: *//p'
	else
		"$oracle" store none "$1" private 2>> log
	fi
}
for store in ca:root tsa:time-root; do
	said=$(peer_reads "${store%%:*}" "${store#*:}")
	want=$(openssl x509 -in "${store#*:}.pem" -outform DER | openssl dgst -sha256 -r | cut -d ' ' -f 1)
	if [ -n "$want" ] && [ "$said" = "$want" ]; then
		ok "$peer reads what assay trust add wrote: ${store%%:*}"
	else
		not_ok "$peer reads what assay trust add wrote: ${store%%:*}"
		echo "#   $said, want $want"
	fi
done
peer_says() { # WANT TITLE FILE...: with these published
	want=$1 title=$2
	shift 2
	[ -n "$notation" ] || return 0
	publish "$@"
	said=fail
	peer_verify web "$work/none" image "$name@$digest" && said=pass
	if [ $said = "$want" ]; then
		ok "$title: notation says $want"
	else
		not_ok "$title: notation says $want"
		sed 's/^/#   /' peer.out
	fi
}
refused "no data" revocation.no-data none
peer_says fail "no data"
policy lists
bring lists root.crl issuing.crl time-root.crl
compliant "with the lists" lists
peer_says pass "with the lists" root.crl issuing.crl time-root.crl
if grep -q '^  revocation .*oldest in use' judge.out; then ok "the summary tells the age"; else not_ok "the summary tells the age"; fi
later=$(date -u -d '+10 days' +%Y-%m-%dT00:00:00Z)
refused "lists out of date" crl.stale lists --at "$later"

policy answers
if ! { answer good.ocsp signer responder && answer poor.ocsp signer pretender &&
	answer another.ocsp other responder; }; then
	bail "no OCSP answers"
fi
bring answers root.crl time-root.crl good.ocsp
compliant "with an OCSP answer" answers
peer_says pass "with an OCSP answer" root.crl time-root.crl good.ocsp
refused "OCSP answer out of date" ocsp.stale answers --at "$later"
policy poor
bring poor root.crl time-root.crl poor.ocsp
refused "responder without the usage" ocsp.responder poor
policy another
bring another root.crl time-root.crl another.ocsp
refused "an answer for another certificate" revocation.no-data another
peer_says fail "an answer for another certificate" root.crl time-root.crl another.ocsp

# A list that names a delta, with and without it; a list of another part of the certificates.
cat >> ca.cnf <<CNF
[base]
authorityKeyIdentifier = keyid
freshestCRL = URI:http://pki.example/issuing-delta.crl
[delta]
authorityKeyIdentifier = keyid
2.5.29.27 = critical,ASN1:INTEGER:9
[part]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical,@elsewhere
[elsewhere]
fullname = URI:http://pki.example/part-2.crl
CNF
kind_of_list() { # KIND NUMBER: issuing-KIND.crl
	echo "$2" > issuing.number
	openssl ca -config ca.cnf -name issuing -gencrl -crlexts "$1" -out "issuing-$1.crl" >> log 2>&1
}
cp issuing.number number.kept
for each in base:09 delta:0A part:0B; do
	kind_of_list "${each%:*}" "${each#*:}" || bail "no list: $each"
done
cp number.kept issuing.number
policy base
bring base root.crl time-root.crl issuing-base.crl
refused "a list without its delta" crl.delta-missing base
peer_says fail "a list without its delta" root.crl time-root.crl issuing.crl=issuing-base.crl
bring base issuing-delta.crl
compliant "with the delta" base
peer_says pass "with the delta" root.crl time-root.crl issuing.crl=issuing-base.crl issuing-delta.crl
policy part
bring part root.crl time-root.crl issuing-part.crl
refused "a list of another part" crl.scope part

# Another authority under the same name, with another key.
mkdir false && cp ca.cnf issuing.index issuing.number false/
openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout false.key \
	-subj "/C=US/ST=WA/O=Private/CN=issuing" -days 60 -out false.pem 2>> log
openssl ca -config ca.cnf -name issuing -cert false.pem -keyfile false.key -gencrl \
	-out false.crl >> log 2>&1 || bail "no false list"
policy false-list
bring false-list root.crl time-root.crl false.crl
refused "a list of another key of that name" crl.bad-signature false-list
peer_says fail "a list of another key of that name" root.crl time-root.crl issuing.crl=false.crl

revoke issuing signer || bail "not revoked"
policy revoked
bring revoked root.crl issuing.crl time-root.crl
refused "signer revoked" revocation.revoked revoked
peer_says fail "signer revoked" root.crl issuing.crl time-root.crl
answer gone.ocsp signer responder || bail "no OCSP answer"
policy revoked-answer
bring revoked-answer root.crl time-root.crl gone.ocsp
refused "signer revoked, says OCSP" revocation.revoked revoked-answer
peer_says fail "signer revoked, says OCSP" root.crl time-root.crl gone.ocsp
bring revoked-answer issuing.crl
refused "signer revoked, both say so" revocation.revoked revoked-answer
cp root.crl first-root.crl
revoke root issuing || bail "not revoked"
bring answers root.crl
refused "intermediate revoked" revocation.revoked answers
peer_says fail "intermediate revoked" root.crl time-root.crl good.ocsp
revoke time-root stamper || bail "not revoked"
bring lists time-root.crl
refused "stamper revoked" tsa.revoked lists
peer_says fail "stamper revoked" root.crl=first-root.crl time-root.crl good.ocsp
echo "1..$count"
