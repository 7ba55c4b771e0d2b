# SPDX-License-Identifier: Apache-2.0
# Sourced by tests that put assay beside the Notary Project's own: where things are, TAP, the
# `notation` program (tests/peers/program.sh), and its libraries (tests/peers/oracle) where Go and
# its modules are there. Sets $ASSAY, $srcdir and $builddir to whole paths; what is missing is named
# and the whole test is skipped.
# shellcheck shell=sh
: "${ASSAY:=./assay}" "${srcdir:=.}" "${builddir:=.}"
case $ASSAY in /*) ;; *) ASSAY=$PWD/$ASSAY ;; esac
srcdir=$(cd "$srcdir" && pwd)
builddir=$(cd "$builddir" && pwd)
peers=${ASSAY_PEERS:-$builddir/tests/peers/bin}
tools=$builddir/tests/tools
count=0

ok() { count=$((count + 1)); echo "ok $count - $1"; }
not_ok() { count=$((count + 1)); echo "not ok $count - $1"; }
skip_all() { echo "1..0 # SKIP $1"; exit 0; }
need() { # PROGRAM...
	for tool in "$@"; do
		command -v "$tool" > /dev/null || skip_all "$tool is not installed"
	done
}
# Sets $program to where it is, or to why it cannot be had.
find_program() { # NAME
	program=$("$srcdir/tests/peers/program.sh" "$peers" "$1" 2>&1) && return
	program=$(echo "$program" | tail -n 1)
	return 1
}
# Sets $notation, or $no_notation to why not; the same for $oracle.
find_notation() {
	if find_program notation; then
		notation=$program
	else
		no_notation=$program notation=
		return 1
	fi
}
find_oracle() {
	if no_oracle=$("$srcdir/tests/peers/install.sh" "$peers" 2>&1); then
		oracle=$(cd "$peers" && pwd)/oracle
	else
		no_oracle=$(echo "$no_oracle" | tail -n 1) oracle=
		return 1
	fi
}
# The program if it can be had, else its libraries; $peer is its name in what is printed.
find_peer() {
	peer=notation
	find_notation && return
	# shellcheck disable=SC2034 # for who sources this
	peer="the libraries"
	find_oracle || skip_all "$no_notation; $no_oracle"
}

# --- the program --------------------------------------------------------------------------------
# It sees the files of WEB/urls behind their URLs, no network, and nothing that it kept from before
# but the lists in $kept.
notation_in() { # WEB CONFIG ARGUMENT...
	web=$1 config=$2
	shift 2
	rm -rf cache
	[ -z "${kept:-}" ] || { mkdir cache && cp -R "$kept" cache/crl; }
	HOME=$PWD NOTATION_CONFIG=$config NOTATION_CACHE=$PWD/cache \
		NOTATION_LIBEXEC=$PWD/no-plugins NOTATION_EXPERIMENTAL=1 \
		"$tools/withweb" "$web" "$notation" "$@"
}
peer_sign() { # LAYOUT DIGEST KEY CHAIN jws|cose [TSAROOT [OPTION...]]: stamped, if that is given
	if [ -z "$notation" ]; then
		# shellcheck disable=SC2086 # two words or none
		"$oracle" sign "$1" "$2" "$3" "$4" "$5" ${6:+tsa.cnf "$6"}
		return
	fi
	mkdir -p signer
	printf '{"keys":[{"name":"key","keyPath":"%s","certPath":"%s"}]}\n' "$3" "$4" \
		> signer/signingkeys.json
	subject=$1@$2 form=$5
	shift 5
	[ $# -eq 0 ] || {
		root=$1
		shift
		set -- --timestamp-url "$tsa_url" --timestamp-root-cert "$root" "$@"
	}
	notation_in web "$PWD/signer" sign --oci-layout "$subject" --key key --signature-format "$form" "$@"
}
# The libraries take revocation data from the network alone: WEB is for the program.
peer_verify() { # WEB POLICY LAYOUT NAME@DIGEST: what it says is in peer.out
	if [ -z "$notation" ]; then
		"$oracle" verify "$3" "$2" "$4" > peer.out 2>&1
	else
		notation_in "$1" "$2" verify --oci-layout "$3@${4##*@}" --scope "${4%@*}" > peer.out 2>&1
	fi
}

# --- a time-stamp authority for `openssl ts`: tsa.cnf in this folder; web/urls has it as $tsa_url
tsa_url=http://tsa.example/
stamp_config() { # SIGNER KEY CHAIN
	echo 01 > stamps
	cat > tsa.cnf <<-CNF
	[tsa]
	default_tsa = one
	[one]
	serial = $PWD/stamps
	crypto_device = builtin
	signer_cert = $1
	certs = $3
	signer_key = $2
	signer_digest = sha256
	default_policy = 1.3.6.1.4.1.32473.1
	digests = sha256, sha384, sha512
	accuracy = secs:1
	ess_cert_id_alg = sha256
	ess_cert_id_chain = no
	CNF
	mkdir -p web
	printf '%s\ttsa:%s\n' "$tsa_url" "$PWD/tsa.cnf" > web/urls
}
[ -x "$ASSAY" ] || skip_all "no assay at $ASSAY"
