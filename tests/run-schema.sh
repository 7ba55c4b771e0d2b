#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# JSON reports of very different runs hold to schema/assay-report-1.schema.json, and a report that is
# changed does not. With python3 and its jsonschema, or with ajv.
set -u
: "${srcdir:?}" "${ASSAY:?}"
srcdir=$(cd "$srcdir" && pwd) || exit 99
schema=$srcdir/schema/assay-report-1.schema.json
if python3 -c 'import jsonschema' 2> /dev/null; then
  holds() {
    python3 -W ignore - "$schema" "$1" << 'PY'
import json, sys, jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft7Validator.check_schema(schema)
report = json.load(open(sys.argv[2], encoding="utf-8"))
wrong = sorted(jsonschema.Draft7Validator(schema).iter_errors(report), key=lambda e: list(map(str, e.path)))
for e in wrong[:10]:
    print("/" + "/".join(map(str, e.path)), e.message[:200])
sys.exit(1 if wrong else 0)
PY
  }
elif command -v ajv > /dev/null; then
  holds() { ajv validate --strict=false -s "$schema" -d "$1" 2>&1; }
else
  echo '1..0 # SKIP neither python3 with jsonschema nor ajv is installed'
  exit 0
fi
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
umask 077
cd "$work" || exit 99
cp -R --no-preserve=mode "$srcdir/fixtures/policies/quickstart" policy
n=0 failed=0
check() { # text, file
  n=$((n + 1))
  if why=$(holds "$2" 2>&1); then echo "ok $n - $1"; else
    failed=1
    echo "not ok $n - $1"
    printf '%s\n' "$why" | head -20 | sed 's/^/#   /'
  fi
}
audit() { # text, options and inputs
  rm -f report.json
  "$ASSAY" audit --quiet --policy "${policy:-policy}" --db audit.db --report json=report.json "${@:2}" > out 2>&1
  [ -s report.json ] || sed 's/^/# /' out
  check "$1" report.json
}
exports=$srcdir/fixtures/exports
audit "every bundled export" --trust-names "$exports"
audit "the same again: changes since the run before" --trust-names --effect deny "$exports"
audit "an index and its children" --trust-names --subjects all --record-host "$exports/api"
audit "no names, another time, another series" --at 2031-01-01T00:00:00Z --series later "$exports"
audit "a digest of the archive" --hash-input --name registry.example/shop/web "$exports/web.tar"
: > empty.tar
audit "nothing but refused inputs" nowhere.tar empty.tar "$exports/EXPECT"
: > list
audit "no input at all" @list
audit "revocation data, some of no use" --crl-dir "$srcdir/fixtures/revocation" --ocsp-dir "$srcdir/fixtures/revocation" \
  --at 2026-06-01T00:00:00Z --trust-names "$exports"
cp "$srcdir/fixtures/blobs/trustpolicy.blob.json" policy/
rm -f report.json
"$ASSAY" blob "$srcdir/fixtures/blobs/tool.txt" --signature "$srcdir/fixtures/blobs/tool.txt.jws.sig" \
  --signature "$srcdir/fixtures/blobs/other.txt.jws.sig" --signature nowhere.cose.sig \
  --quiet --policy policy --db audit.db --report json=report.json > out 2>&1
check "a file and its signatures" report.json
mkdir older
cp "$srcdir/fixtures/revocation/issuing-older.crl" older
audit "an older revocation list than before" --crl-dir older --trust-names "$exports/queue.tar.zst"
name=$'a\e[31m\n\xff".tar'
cp "$exports/web.tar" "$name"
audit "a name that is no text" "$name"
audit "a member too many" --limit-members 2 "$exports/web.tar"
cp -R policy skip
cat > skip/trustpolicy.json << 'JSON'
{ "version": "1.0", "trustPolicies": [ { "name": "skip", "registryScopes": [ "*" ],
  "signatureVerification": { "level": "skip" } } ] }
JSON
policy=skip audit "everything skipped, with warnings of the policy" "$exports"
"$ASSAY" report --db audit.db --format json > report.json
check "a report made later" report.json
# The same check must be able to fail.
audit "a report to change" --trust-names "$exports/web.tar"
for change in 's/"state": "Compliant"/"state": "compliant"/' 's/"digest": "sha256:/"digest": "md5:/' \
  's/"format": "assay-report\/1",/& "surplus": 1,/' 's/"inputs": [0-9]*,//'; do
  sed "$change" report.json > changed.json
  n=$((n + 1))
  if cmp -s changed.json report.json || holds changed.json > /dev/null 2>&1; then
    failed=1
    echo "not ok $n - the change $change is seen"
  else
    echo "ok $n - the change $change is seen"
  fi
done
# The other JSON outputs are JSON at least.
if command -v python3 > /dev/null; then
  for command in tree inspect; do
    for input in "$exports" "$name" nowhere; do
      "$ASSAY" $command --format json "$input" > other.json
      n=$((n + 1))
      if python3 -c 'import json, sys; json.load(open(sys.argv[1], encoding="utf-8"))' other.json 2> why; then
        echo "ok $n - $command --format json is JSON"
      else
        failed=1
        echo "not ok $n - $command --format json is JSON"
        sed 's/^/#   /' why
      fi
    done
  done
fi
echo "1..$n"
exit $failed
