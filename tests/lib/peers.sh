# SPDX-License-Identifier: Apache-2.0
# Sourced by tests that put assay beside the Notary Project's libraries: where things are, TAP, and
# the oracle (tests/peers), built if Go and its modules are there. Sets $ASSAY, $srcdir and $builddir
# to whole paths, and $oracle; what is missing is named and the whole test is skipped.
# shellcheck shell=sh
: "${ASSAY:=./assay}" "${srcdir:=.}" "${builddir:=.}"
case $ASSAY in /*) ;; *) ASSAY=$PWD/$ASSAY ;; esac
srcdir=$(cd "$srcdir" && pwd)
builddir=$(cd "$builddir" && pwd)
count=0

ok() { count=$((count + 1)); echo "ok $count - $1"; }
not_ok() { count=$((count + 1)); echo "not ok $count - $1"; }
skip_all() { echo "1..0 # SKIP $1"; exit 0; }
need() { # PROGRAM...
	for tool in "$@"; do
		command -v "$tool" > /dev/null || skip_all "$tool is not installed"
	done
}
find_oracle() {
	peers=${ASSAY_PEERS:-$builddir/tests/peers/bin}
	if ! why=$("$srcdir/tests/peers/install.sh" "$peers" 2>&1); then
		skip_all "$(echo "$why" | tail -n 1)"
	fi
	peers=$(cd "$peers" && pwd)
	# shellcheck disable=SC2034 # for who sources this
	oracle=$peers/oracle
}
# A time-stamp authority for `openssl ts`: tsa.cnf in this folder.
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
}
[ -x "$ASSAY" ] || skip_all "no assay at $ASSAY"
