#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Security floors of the libraries on Debian 12: versions that the library itself cannot tell.
set -u
n=0 bad=0
if ! command -v dpkg-query > /dev/null || ! grep -q '^VERSION_ID="12"' /etc/os-release 2> /dev/null; then
  printf 'ok 1 # SKIP not Debian 12: package versions say nothing here\n1..1\n'
  exit 0
fi
while read -r package floor; do
  n=$((n + 1))
  have=$(dpkg-query -W -f='${Version}' "$package" 2> /dev/null)
  if dpkg --compare-versions "${have:-0}" ge "$floor"; then
    echo "ok $n - $package $have, at least $floor"
  else
    bad=1
    echo "not ok $n - $package ${have:-missing}, want $floor (apt-get upgrade)"
  fi
done << 'LIST'
libssl3 3.0.22-1~deb12u2
libarchive13 3.6.2-1+deb12u5
libcjson1 1.7.15-1+deb12u4
libsqlite3-0 3.40.1-2+deb12u2
LIST
echo "1..$n"
exit $bad
