#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Exports that the tools write which people carry images with: an image is pushed to a registry of
# this test's own, signed there by `notation` and by `cosign`, and exported by `oras`, `cosign` and
# `crane`. assay finds Notation's signature in each export that has it, counts Cosign's, and refuses
# by name what it does not read.
#
# TAP. Needs $ASSAY, sqlite3 and the four programs; what is missing is named and skipped.
set -u
. "${srcdir:-.}/tests/lib/peers.sh"
need sqlite3 tar
find_notation || skip_all "$no_notation"
find_program cosign && cosign=$program || skip_all "$program"
find_program oras && oras=$program || skip_all "$program"
find_program crane && crane=$program || skip_all "$program"
fix=$srcdir/fixtures
work=$(mktemp -d) || exit 1
served=
trap '[ -z "$served" ] || kill "$served"; rm -rf "$work"' EXIT
umask 022
cd "$work" || exit 1
bail() { echo "Bail out! $1"; sed 's/^/# /' log | tail -n 5; exit 1; }

# --- a registry on the loopback interface, one image in two repositories ---------------------------
mkdir image policy signer keys
"$crane" registry serve --address 127.0.0.1:0 > served 2>&1 &
served=$!
for _ in $(seq 100); do
	port=$(sed -n 's/.*serving on port //p' served)
	[ -z "$port" ] || break
	sleep 0.1
done
[ -n "$port" ] || bail "no registry"
registry=127.0.0.1:$port
export HOME=$work NOTATION_CONFIG=$work/signer NOTATION_CACHE=$work/cache COSIGN_PASSWORD=
tar -xzf "$fix/exports/cache.tar.gz" -C image
digest=$(sed -n 's/^cache[^	]*	[^	]*	\([^	]*\)	.*/\1/p' "$fix/exports/EXPECT")
cat "$fix/certs/signer-p256.pem" "$fix/certs/release-issuing.pem" "$fix/certs/release-root.pem" > chain.pem
printf '{"keys":[{"name":"key","keyPath":"%s","certPath":"%s"}]}\n' "$fix/keys/p256.pem" "$work/chain.pem" \
	> signer/signingkeys.json
cosign_sign() { # REFERENCE [OPTION...]
	"$cosign" sign --key keys/cosign.key --tlog-upload=false --use-signing-config=false --yes \
		--allow-insecure-registry --allow-http-registry "$@"
}
{
	for repository in both cosign; do
		"$oras" copy --from-oci-layout "image@$digest" --to-plain-http "$registry/$repository:7.2" || exit
	done
	(cd keys && "$cosign" generate-key-pair) &&
		"$notation" sign --insecure-registry --key key "$registry/both@$digest" &&
		cosign_sign "$registry/both@$digest" &&
		cosign_sign "$registry/cosign@$digest" --new-bundle-format=false
} > log 2>&1 || bail "not signed"

# --- what is exported ------------------------------------------------------------------------------
pull() { "$crane" pull --insecure --format="$1" "$registry/$2:7.2" "$3"; }
save() { "$cosign" save --allow-insecure-registry --allow-http-registry --dir "$2" "$registry/$1@$digest"; }
{
	"$oras" copy -r --from-plain-http --to-oci-layout "$registry/both:7.2" oras-copy:7.2 &&
		"$oras" backup --plain-http --include-referrers --output oras-backup.tar "$registry/both:7.2" &&
		save both cosign-save && save cosign cosign-only &&
		pull oci both crane-oci && pull tarball both crane-docker.tar
} > log 2>&1 || bail "not exported"
tar -cf cosign-only.tar -C cosign-only .

cp -R --no-preserve=mode "$fix/policies/quickstart/." policy
chmod -R go-w policy
judged() { # EXPORT STATUS REASON [PATTERN]: what the first finding is, what is printed beside
	rm -f judge.db
	"$ASSAY" audit --effect deny --policy policy --db judge.db --jobs 1 --name registry.example/shop/cache \
		"$1" > judge.out 2>&1
	status=$?
	reason=$(sqlite3 judge.db "SELECT coalesce(reason_code, 'none') FROM evaluation UNION ALL
		SELECT reason_code FROM input WHERE state <> 'complete'" 2> /dev/null | head -n 1)
	if [ $status -eq "$2" ] && [ "$reason" = "$3" ] && grep -qE -- "${4:-.}" judge.out; then
		ok "$1: $3"
	else
		not_ok "$1: $3"
		echo "#   status $status, $reason"
		sed 's/^/#   /' judge.out | head -n 20
	fi
}
judged oras-copy 0 none
judged oras-backup.tar 0 none
judged cosign-save 0 none
judged crane-oci 2 signature.not-found
judged cosign-only 2 signature.not-found '1 of Cosign'
judged cosign-only.tar 2 signature.not-found '1 of Cosign'
judged crane-docker.tar 3 form.no-manifest-digest
echo "1..$count"
