#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `notation inspect` and `notation ls` show, assay shows: fact by fact against their output for
# one layout, and the text view against the JSON of the bundled exports.
set -u
: "${srcdir:?}" "${ASSAY:?}"
export LC_ALL=C TZ=UTC
srcdir=$(cd "$srcdir" && pwd) || exit 99
vectors=${ASSAY_VECTORS:-$srcdir/../shared/vectors}/notation
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
n=0 bad=0
check() { # description, lines that are wrong
  n=$((n + 1))
  if [ -z "$2" ]; then
    echo "ok $n - $1"
  else
    bad=$((bad + 1))
    echo "not ok $n - $1"
    printf '%s\n' "$2" | head -40 | sed 's/^/#   /'
  fi
}
skip() {
  n=$((n + 1))
  echo "ok $n - $1 # SKIP $2"
}
# Lines of $1 that $2 does not have, each as often as it is there.
missing() { comm -23 <(sort "$1") <(sort "$2"); }

# JSON with an indent of two: one line "/path/to/member=value" for each value.
flat() {
  awk '{
    match($0, /^ */); depth = RLENGTH / 2; line = substr($0, RLENGTH + 1); sub(/,$/, "", line)
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
      -e 's|/media_type=|/mediaType=|' -e 's|/signature_algorithm=|/signatureAlgorithm=|' \
      -e 's|/envelope_type=|/signatureEnvelopeType=|' -e 's|/content_type=|/contentType=|' \
      -e 's|/signing_scheme=|/signingScheme=|' -e 's|/signing_time=|/signingTime=|' \
      -e 's|/signing_agent=|/signingAgent=|' -e 's|/sha256="sha256:|/SHA256Fingerprint="|' \
      -e 's|/subject=|/issuedTo=|' -e 's|/issuer=|/issuedBy=|' -e 's|/not_after=|/expiry=|'
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
    -e 's/^ *window +([^ .]+)(\.[0-9]+)?Z? to ([^ .]+)(\.[0-9]+)?Z?$/timestamp=\1Z to \3Z/p' \
    -e 's/^ *envelope type +/signature envelope type=/p' \
    -e 's/^ +(([a-zA-Z0-9]+ )*[a-zA-Z0-9]+) +([^ ].*)$/\1=\3/p'
}

layout=$vectors/oci/e2e-with-timestamped-signature
golden=$vectors/golden/inspect-e2e-with-timestamped-signature
if [ -d "$layout" ]; then
  "$ASSAY" inspect --format json "$layout" > "$work/json"
  flat < "$work/json" | as_reference > "$work/ours"
  flat < "$golden.json" > "$work/theirs"
  check "the golden JSON has facts" "$([ "$(wc -l < "$work/theirs")" -gt 20 ] || echo few)"
  check "inspect --format json has all that notation inspect has" \
    "$(missing "$work/theirs" "$work/ours")"
  "$ASSAY" inspect "$layout" | text_facts > "$work/ours"
  tree_facts < "$golden.tree.txt" > "$work/theirs"
  check "the golden tree has facts" "$([ "$(wc -l < "$work/theirs")" -gt 20 ] || echo few)"
  check "inspect has all that the tree of notation inspect has" \
    "$(missing "$work/theirs" "$work/ours")"
  # notation ls: the reference, the type, the digest of each signature.
  "$ASSAY" tree "$layout" > "$work/tree"
  check "tree lists what notation ls lists" "$(
    grep -oE 'sha256:[0-9a-f]{64}$|application/vnd.cncf.notary.signature' "$golden.tree.txt" |
      sed '/^sha256:.*/b; /signature$/!d' | while read -r fact; do
      grep -qF -- "$fact" "$work/tree" || echo "$fact"
    done
  )"
else
  for what in 'inspect --format json has all that notation inspect has' \
    'inspect has all that the tree of notation inspect has' 'tree lists what notation ls lists'; do
    skip "$what" "vectors not present"
  done
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
echo "1..$n"
exit $((bad > 0))
