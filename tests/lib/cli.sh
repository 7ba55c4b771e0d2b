# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Words that the cases of tests/cli share; run-cli.sh reads this file before each cmd.
set -o pipefail
id=00000000-0000-4000-8000-000000000001
# The clock, the run's id and the time of judgement are inputs: nothing in a record is left to chance
# but the database's own id.
fixed=(--clock 2026-06-02T00:00:00Z --at 2026-06-01T00:00:00Z)

# The bundled policy folder, as a plain user would have it: nobody else may write to it.
policy() { (umask 077 && cp -R --no-preserve=mode fixtures/policies/quickstart "${1:-policy}"); }

# assay audit with what makes it repeat. Names in the bundled exports choose the policy statement.
audit() { assay audit --policy policy --db audit.db "${fixed[@]}" --run-id "$id" --trust-names "$@"; }

# Shows a command, all that it prints, and its status.
run() {
  printf '$'
  printf ' %q' "$@"
  echo
  "$@" 2>&1
  echo "[$?]"
}

# A JSON report without what belongs to the machine: the database's own id, the versions of
# libraries, and the note that root runs the test.
steady() {
  sed -E -e 's/"(origin_db)": "[^"]*"/"\1": ""/' -e 's/"(libraries)": \{[^}]*\}/"\1": {}/' \
    -e 's/^(    "version": )"[^"]*"/\1""/' "$@" |
    sed -zE -e 's/\{[^{}]*"host\.running-as-root"[^{}]*\},?\s*//' -e 's/"notes": \[\s*\]/"notes": []/g'
}

# Puts a text into a layout as a blob; prints its digest and size as members of a descriptor.
blob() { # layout, text
  local digest
  digest=$(printf '%s' "$2" | sha256sum | cut -c 1-64)
  mkdir -p "$1/blobs/sha256"
  printf '%s' "$2" > "$1/blobs/sha256/$digest"
  printf '"digest":"sha256:%s","size":%d' "$digest" "${#2}"
}
