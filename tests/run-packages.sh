#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Security floors of the libraries on Debian 12 and 13: versions that the library itself cannot tell.
set -u
n=0 bad=0
release=$(sed -n 's/^VERSION_ID="\(.*\)"$/\1/p' /etc/os-release 2> /dev/null)
grep -q '^ID=debian$' /etc/os-release 2> /dev/null || release=
while read -r on package floor; do
  [ "$on" = "$release" ] || continue
  n=$((n + 1))
  have=$(dpkg-query -W -f='${Version}' "$package" 2> /dev/null)
  if dpkg --compare-versions "${have:-0}" ge "$floor"; then
    echo "ok $n - $package $have, at least $floor"
  else
    bad=1
    echo "not ok $n - $package ${have:-missing}, want $floor (apt-get upgrade)"
  fi
done << 'LIST'
12 libssl3 3.0.22-1~deb12u2
12 libarchive13 3.6.2-1+deb12u5
12 libcjson1 1.7.15-1+deb12u4
12 libsqlite3-0 3.40.1-2+deb12u2
13 libssl3t64 3.5.7-1~deb13u3
13 libarchive13t64 3.7.4-4+deb13u1
13 libcjson1 1.7.18-3.1+deb13u1
13 libsqlite3-0 3.46.1-7+deb13u2
LIST
if [ $n -eq 0 ]; then
  n=1
  echo "ok 1 # SKIP neither Debian 12 nor 13: package versions say nothing here"
fi
echo "1..$n"
exit $bad
