#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `notation inspect` and `notation ls` show, assay shows: fact by fact against what they printed
# for one layout, and what they say here and now of the bundled exports; and the text view against
# the JSON.
set -u
. "${srcdir:-.}/tests/lib/peers.sh"
export LC_ALL=C TZ=UTC
vectors=${ASSAY_VECTORS:-$srcdir/../shared/vectors}/notation
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
bad=0
check() { # description, lines that are wrong
  if [ -z "$2" ]; then
    ok "$1"
  else
    bad=$((bad + 1))
    not_ok "$1"
    printf '%s\n' "$2" | head -40 | sed 's/^/#   /'
  fi
}
skip() {
  count=$((count + 1))
  echo "ok $count - $1 # SKIP $2"
}
# Lines of $1 that $2 does not have, each as often as it is there.
missing() { comm -23 <(sort "$1") <(sort "$2"); }

# Indented JSON: one line "/path/to/member=value" for each value.
flat() {
  awk '{
    match($0, /^ */); if (NR == 2) step = RLENGTH
    depth = step ? RLENGTH / step : 0; line = substr($0, RLENGTH + 1); sub(/,$/, "", line)
    if (line ~ /^[]}]/) next
    if (line ~ /^"[^"]*": /) {
      name[depth] = substr(line, 2, index(line, "\": ") - 2)
      value = substr(line, index(line, "\": ") + 3)
    } else {
      name[depth] = count[depth]++
      value = line
    }
    count[depth + 1] = 0
    if (value == "{" || value == "[") next
    path = ""
    for (i = 1; i <= depth; i++) path = path "/" name[i]
    print path "=" value
  }'
}

# Our members under the names of the reference.
as_reference() {
  sed -nE 's|^/inputs/0/artifacts/0||p' |
    awk -F= '
      /\/user_metadata\/[0-9]+\/name=/ { meta = $2; gsub(/"/, "", meta); next }
      /\/user_metadata\/[0-9]+\/value=/ {
        sub(/\/user_metadata\/[0-9]+\/value=/, "/userDefinedAttributes/" meta "=")
      }
      /\/timestamp\/lower=/ { lower = $2; gsub(/"/, "", lower); next }
      /\/timestamp\/upper=/ {
        upper = $2; gsub(/"/, "", upper)
        sub(/upper=.*/, "timestamp=\"[" lower ", " upper "]\"")
      }
      { print }' |
    sed -E -e 's|/timestamp/|/timestampSignature/|' -e 's|/unsigned_attributes/|/unsignedAttributes/|' \
      -e 's|/signed_attributes/|/signedAttributes/|' -e 's|/signed_artifact/|/signedArtifact/|' \
      -e 's|/media_type=|/mediaType=|' -e 's|/algorithm=|/signatureAlgorithm=|' \
      -e 's|/envelope_type=|/signatureEnvelopeType=|' -e 's|/content_type=|/contentType=|' \
      -e 's|/signing_scheme=|/signingScheme=|' -e 's|/signing_time=|/signingTime=|' \
      -e 's|/signing_agent=|/signingAgent=|' -e 's|/sha256="sha256:|/SHA256Fingerprint="|' \
      -e 's|/subject=|/issuedTo=|' -e 's|/issuer=|/issuedBy=|' -e 's|/not_after=|/expiry=|'
}

# Version 1.3 of the reference spells some of its members otherwise, and says null for none.
as_later() {
  sed -E -e 's|^/Signatures/|/signatures/|' -e 's|^(/signatures/[0-9]+)/mediaType=|\1/signatureEnvelopeType=|' \
    -e '/=null$/d'
}
as_later_text() {
  sed -E -e 's/signingAgent:/signing agent:/; s/signingScheme:/signing scheme:/; s/signingTime:/signing time:/' \
    -e 's/media type: (application\/(cose|jose\+json))$/signature envelope type: \1/'
}

# The tree of the reference: "label=value", times as RFC 3339 writes them.
tree_facts() {
  sed -nE 's/^[^a-zA-Z0-9]*//; s/^([a-zA-Z0-9 ]+): (.+)$/\1=\2/p' | while IFS='=' read -r label value; do
    case $label in
      expiry | 'signing time') value=$(date -ud "$value" +%FT%TZ) ;;
      timestamp)
        value=${value#[} value=${value%]}
        value="$(date -ud "${value%, *}" +%FT%TZ) to $(date -ud "${value#*, }" +%FT%TZ)"
        ;;
    esac
    printf '%s=%s\n' "$label" "$value"
  done
}

# The same out of our text: labels and values stand in columns; a fraction of a second is finer
# than what the reference prints there.
text_facts() {
  sed -nE -e 's/^ *sha256:([0-9a-f]{64})(  \(signer of the token\))?$/SHA256 fingerprint=\1/p' \
    -e 's/^ *signature (sha256:[0-9a-f]{64})$/signature=\1/p' \
    -e 's/^ *valid +[^ ]+ to ([^ ]+)$/expiry=\1/p' \
    -e 's/^ *window +([^ .Z]+)(\.[0-9]+)?Z to ([^ .Z]+)(\.[0-9]+)?Z$/timestamp=\1Z to \3Z/p' \
    -e 's/^ *envelope type +/signature envelope type=/p' \
    -e 's/^ +(([a-zA-Z0-9]+ )*[a-zA-Z0-9]+) +([^ ].*)$/\1=\3/p'
}

# Ours against what the reference printed: FILE.json, FILE.text of inspect, FILE.ls.
compare() { # what it is, layout, FILE
  "$ASSAY" inspect --format json "$2" | flat | as_reference > ours
  flat < "$3.json" | as_later > theirs
  check "$1: the reference's JSON has facts" "$([ "$(wc -l < theirs)" -gt 20 ] || echo few)"
  check "$1: inspect --format json has all that notation inspect has" "$(missing theirs ours)"
  "$ASSAY" inspect "$2" | text_facts > ours
  as_later_text < "$3.text" | tree_facts > theirs
  check "$1: the reference's tree has facts" "$([ "$(wc -l < theirs)" -gt 15 ] || echo few)"
  check "$1: inspect has all that the tree of notation inspect has" "$(missing theirs ours)"
  # The reference, the type, the digest of each signature.
  "$ASSAY" tree "$2" > tree
  check "$1: tree lists what notation ls lists" "$(
    grep -oE 'sha256:[0-9a-f]{64}$|application/vnd.cncf.notary.signature' "$3.ls" |
      while read -r fact; do grep -qF -- "$fact" tree || echo "$fact"; done
  )"
}

golden=$vectors/golden/inspect-e2e-with-timestamped-signature
if [ -d "$vectors/oci/e2e-with-timestamped-signature" ]; then
  cp "$golden.json" golden.json && cp "$golden.tree.txt" golden.text && cp "$golden.tree.txt" golden.ls
  compare "golden" "$vectors/oci/e2e-with-timestamped-signature" golden
else
  skip "a layout of the reference and what it prints of it" "vectors not present"
fi

# A registry (OCI distribution specification) with the one image of a layout, for who reads no
# layouts: each blob, each manifest with its type, the list of referrers, ordered by digest as ours.
repository=registry.example/shop/some
registry() { # LAYOUT: sets $image
  local url=http://registry.example/v2/shop/some hex blob type referrers=
  rm -rf web && mkdir web && cp "$1"/blobs/sha256/* web/
  for hex in $(cd web && echo *); do
    printf '%s\t%s\n' "$url/blobs/sha256:$hex" "$hex"
  done > blobs
  for hex in $(grep -oE '"digest": ?"sha256:[0-9a-f]{64}' "$1/index.json" | sed 's/.*://' | sort); do
    blob=web/$hex type=application/vnd.oci.image.manifest.v1+json
    grep -q '"manifests":' "$blob" && type=application/vnd.oci.image.index.v1+json
    printf '%s\t%s\t%s\n' "$url/manifests/sha256:$hex" "$hex" "$type"
    grep -q '"subject":' "$blob" || { image=sha256:$hex && continue; }
    referrers+=",{\"mediaType\":\"$type\",\"digest\":\"sha256:$hex\",\"size\":$(wc -c < "$blob"),"
    referrers+="\"artifactType\":\"application/vnd.cncf.notary.signature\"}"
  done > web/urls
  cat blobs >> web/urls
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}' \
    "${referrers#,}" > web/referrers
  printf '%s\treferrers\tapplication/vnd.oci.image.index.v1+json\n' "$url/referrers/$image" >> web/urls
}
live() { # what it is, LAYOUT
  registry "$2"
  mkdir -p none
  {
    notation_in web "$PWD/none" inspect --insecure-registry "$repository@$image" --output json > said.json &&
      notation_in web "$PWD/none" inspect --insecure-registry "$repository@$image" > said.text &&
      notation_in web "$PWD/none" ls --oci-layout "$2@$image" > said.ls
  } 2> said.err || { check "$1: notation reads it" "$(tail -n 3 said.err)" && return; }
  compare "$1" "$2" said
}
if find_notation && command -v openssl > /dev/null; then
  mkdir web-tar signed
  tar -xf "$srcdir/fixtures/exports/web.tar" -C web-tar
  tar -xzf "$srcdir/fixtures/exports/cache.tar.gz" -C signed
  live web.tar web-tar
  # Two signatures by notation itself: with a token, an end, and what a user says.
  fix=$srcdir/fixtures
  cat "$fix/certs/time-issuing.pem" "$fix/certs/time-root.pem" > tsa-chain.pem
  cat "$fix/certs/signer-p256.pem" "$fix/certs/release-issuing.pem" "$fix/certs/release-root.pem" > chain.pem
  stamp_config "$fix/certs/time-signer.pem" "$fix/keys/tsa.pem" "$work/tsa-chain.pem"
  digest=$(sed -n 's/^cache[^	]*	[^	]*	\([^	]*\)	.*/\1/p' "$fix/exports/EXPECT")
  for form in jws cose; do
    peer_sign signed "$digest" "$fix/keys/p256.pem" "$work/chain.pem" $form "$fix/certs/time-root.pem" \
      --expiry 24h --user-metadata build=17 --user-metadata stage=prod > sign.out 2>&1 ||
      check "notation signs" "$(tail -n 3 sign.out)"
  done
  live "two signatures of today" signed
else
  skip "what notation prints here and now" "${no_notation:-openssl is not installed}"
fi

# Whatever the JSON says of a signature, the text says too.
for input in "$srcdir"/fixtures/exports/{api,web.tar,pay.tar,batch-wrapped.tar.gz,tools.tar.gz}; do
  "$ASSAY" inspect "$input" > "$work/text"
  "$ASSAY" inspect --format json "$input" | flat |
    sed -nE '/\/(format|ca|critical|signer|accuracy_us|imprint_algorithm|key_bits)=/d
      s|^/inputs/0/artifacts/.*="?([^"]*)"?$|\1|p' | grep -vxE 'null|true|false|\[\]|present|[0-9.]+' |
    sort -u > "$work/facts"
  check "${input##*/}: the text view says what the JSON says" "$(
    [ -s "$work/facts" ] || echo "no facts"
    while IFS= read -r fact; do grep -qF -- "$fact" "$work/text" || echo "$fact"; done < "$work/facts"
  )"
done
echo "1..$count"
exit $((bad > 0))
