#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Peak resident memory of all processes of a run together stays below 128 MiB: a large archive, a
# folder of many small signed artifacts, and archives that blow up. tests/bench/bench-gen makes the
# inputs, tests/bench/bench-run looks at the memory every 5 ms.
# MEMORY_GIB: size of the archive (1; 4 is the gate); MEMORY_ARTIFACTS: how many (300; 1000 is the gate).
set -u
: "${srcdir:?}" "${builddir:?}" "${ASSAY:?}"
gib=${MEMORY_GIB:-1} artifacts=${MEMORY_ARTIFACTS:-300}
[ "$gib" -lt 4 ] || artifacts=${MEMORY_ARTIFACTS:-1000}
most=$((128 * 1024))
skip_all() {
  printf '1..0 # SKIP %s\n' "$1"
  exit 0
}
[ -z "${SANITIZED:-}" ] || skip_all "sanitizers keep memory of their own"
srcdir=$(cd "$srcdir" && pwd) || exit 99
export srcdir
bench=$builddir/tests/bench
for tool in bench-gen bench-run; do
  [ -x "$bench/$tool" ] || skip_all "$tool is not built (make $tool)"
done
bench=$(cd "$bench" && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
umask 077
free=$(df -Pk "$work" | awk 'NR == 2 { print $4 }')
[ "$free" -ge $(((gib + 2) * 1048576)) ] || skip_all "$work has no room for $((gib + 2)) GiB"
cd "$work" || exit 99

n=0 failed=0
ok() { # condition's status, text
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else
    failed=1
    echo "not ok $n - $2"
  fi
}
# Leaves assay's status in $status and the peak in $peak (KiB).
watch() { # policy, extra options and inputs
  rm -f watch.db*
  # The status goes beside: bench-run takes 0 and 2 only.
  # shellcheck disable=SC2016
  peak=$("$bench/bench-run" -m m -- sh -c '"$@" > watch.out 2>&1; echo $? > watch.status' sh \
    "$ASSAY" audit --policy "$1" --db watch.db --trust-names "${@:2}" | sed -n 's/^m-rss-kib \([0-9]*\).*/\1/p')
  status=$(cat watch.status)
  [ -n "$peak" ] || peak=$((most * 100))
}
small() { # text
  [ "$peak" -lt $most ]
  ok $? "$1: peak of all processes $((peak / 1024)) MiB, less than $((most / 1024))"
}

"$bench/bench-gen" 1 W1 "$(awk -v g="$gib" 'BEGIN { printf "%.4f", g * 1.2 / 5 }')" big || exit 99
size=$(stat -c %s big/w1.tar)
[ "$size" -ge $((gib * 1073741824)) ]
ok $? "the archive has $((size >> 20)) MiB"
watch big/policy --jobs 2 big/w1.tar
ok "$status" "the archive is compliant"
[ "$status" -eq 0 ] || sed 's/^/#   /' watch.out
small "an archive of $gib GiB"
# One pass over it: the report would say so otherwise.
"$ASSAY" report --db watch.db --format json --output report.json
grep -q '"passes": 1,\{0,1\}$' report.json
ok $? "in one pass"
rm -rf big

"$bench/bench-gen" 1 W2 "$(awk -v a="$artifacts" 'BEGIN { printf "%.4f", a / 10000 }')" many || exit 99
watch many/policy --jobs 2 many/w2
ok "$status" "$artifacts signed artifacts are compliant"
[ "$status" -eq 0 ] || sed 's/^/#   /' watch.out
small "a folder of $artifacts signed artifacts"
mkdir split
# Many inputs at a time: each has a process of its own.
for i in $(seq 1 16); do cp "$srcdir/fixtures/exports/tools.tar.gz" "split/$i.tar.gz"; done
watch many/policy --jobs 8 split
small "16 inputs, 8 at a time"

# One GiB of zeros in an archive of a few MiB: refused long before its end.
mkdir -p bomb/blobs/sha256
truncate -s 1G bomb/blobs/sha256/49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14
tar --format=ustar -C bomb -cf - blobs | gzip -1 > bomb.tar.gz
inputs=(bomb.tar.gz)
if command -v zstd > /dev/null; then
  tar --format=ustar -C bomb -cf - blobs | zstd -q -1 > bomb.tar.zst
  inputs+=(bomb.tar.zst)
fi
for input in "${inputs[@]}"; do
  before=$(date +%s%N)
  watch many/policy "$input"
  took=$((($(date +%s%N) - before) / 1000000))
  [ "$status" -eq 3 ] && grep -q 'limit\.ratio' watch.out
  ok $? "$input is refused for its ratio"
  small "$input"
  [ "$took" -lt 5000 ]
  ok $? "$input is refused at once ($took ms)"
done
echo "1..$n"
exit $failed
