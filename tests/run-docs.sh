#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Options that commands tell in --help are those of the manual and of the completion, both ways.
set -u
: "${srcdir:?}" "${ASSAY:?}"
export LC_ALL=C
n=0 bad=0
check() {
  n=$((n + 1))
  if [ -z "$2" ]; then
    echo "ok $n - $1"
  else
    bad=$((bad + 1))
    echo "not ok $n - $1"
    printf '%s\n' "$2" | sed 's/^/#   /'
  fi
}
manual=$srcdir/src/cli/assay.1
# shellcheck source=/dev/null
. "$srcdir/src/cli/assay.bash"
# What the completion offers for the last of these words.
offered() {
  COMP_WORDS=(assay "$@") COMP_CWORD=$# COMPREPLY=()
  _assay 2> /dev/null
  printf '%s\n' "${COMPREPLY[@]}"
}
commands=$("$ASSAY" --help | sed -nE '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p')
check "--help tells the commands" "$([ -n "$commands" ] || echo none)"
check "the completion has the commands" \
  "$(comm -3 <(printf '%s\n' "$commands" | sort) <(offered '' | grep -v '^--' | sort))"
check "the manual has the commands" "$(for c in $commands; do
  grep -qE "^\.(It|Ss|Sh|Nm|Cm).* $c( |\$)" "$manual" || echo "$c"
done)"
parts() { # COMMAND: its parts, each with all its words; of none, itself
  local inner
  inner=$("$ASSAY" $1 --help | sed -nE '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p')
  [ -n "$inner" ] || { echo "$1"; return; }
  for word in $inner; do parts "$1 $word"; done
}
leaves=$(for c in $commands; do parts "$c"; done)
for group in $(printf '%s\n' "$leaves" | sed -n 's/ [a-z]*$//p' | sort -u | tr ' ' '_'); do
  group=${group//_/ }
  # shellcheck disable=SC2086
  check "the completion has the parts of $group" "$(comm -3 \
    <("$ASSAY" $group --help | sed -nE '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p' | sort) \
    <(offered $group '' | sort))"
done
options() { "$ASSAY" $1 --help | sed -nE 's/^  --([a-z-]+).*/\1/p' | grep -v '^limit-$' | sort -u; }
while read -r command; do
  # shellcheck disable=SC2086
  "$ASSAY" $command --help > /dev/null || check "$command --help works" "status $?"
  told=$(options "$command")
  check "$command --help tells options" "$([ -n "$told" ] || echo none)"
  # shellcheck disable=SC2086
  check "$command --help has examples that are commands of it" "$(
    "$ASSAY" $command --help | sed -n '/^Examples:/,$p' | sed 1d > examples.$$
    [ -s examples.$$ ] || echo none
    grep -v "^  assay $command " examples.$$
    rm -f examples.$$)"
  check "the manual names the options of $command" "$(for o in $told; do
    grep -qF -- "Fl \\-$o" "$manual" || grep -qF -- "Fl -$o" "$manual" || echo "--$o"
  done)"
  # shellcheck disable=SC2086
  completed=$(offered $command -- | sed -n 's/^--//p' | sort -u)
  check "the completion has the options of $command" \
    "$(comm -3 <(printf '%s\n' "$told") <(printf '%s\n' "$completed"))"
done <<< "$leaves"
all=$(while read -r command; do options "$command"; done <<< "$leaves" | sort -u)
check "the manual names no option that is not there" "$(
  grep -oE 'Fl -[a-z-]+' "$manual" | sed 's/^Fl -//' | sort -u |
    while read -r o; do
      case $o in help | version | limit-* | verbose) continue ;; esac
      printf '%s\n' "$all" | grep -qx -- "$o" || echo "--$o"
    done)"
check "the manual names every limit" "$(
  "$ASSAY" help limits | sed -nE 's/^  ([a-z-]+) .*/\1/p' |
    while read -r limit; do grep -qF -- "$limit" "$manual" || echo "$limit"; done)"
check "the manual lists limits and reasons as build-aux/manual.sh writes them" \
  "$(sh "$srcdir/build-aux/manual.sh" "$srcdir" | diff "$manual" - | head -20)"
# Each refusal that the comparison with the reference lists as stricter is told by its code.
stricter=$(sed -n '/^\.Sh STRICTER/,/^\.Sh WEAKER/p' "$manual")
check "the manual tells every refusal that is stricter than the reference" "$(
  grep -v '^#' "$srcdir/tests/differential.expect" | cut -f 2 | sort -u | while read -r code; do
    printf '%s\n' "$stricter" | grep -qF -- "$code" || echo "$code"
  done)"
check "the list of those refusals is there to compare with" "$(
  [ "$(printf '%s\n' "$stricter" | grep -c '^\.Pq')" -gt 30 ] || echo 'too short')"
if command -v mandoc > /dev/null; then
  check "the manual has no faults" "$(mandoc -T lint -W warning "$manual" 2>&1)"
else
  n=$((n + 1))
  echo "ok $n - the manual has no faults # SKIP mandoc is not installed"
fi
echo "1..$n"
exit $((bad > 0))
