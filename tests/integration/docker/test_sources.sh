#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_sources.sh CMAKE CC SOURCE_DIR
# What the Dockerfile copies is let through by .dockerignore, and is enough to build the program of: the copy is configured as the
# Dockerfile says, and every file that the build of `rowcall` names is there.
set -eu
cmake=$1 cc=$2 source=$3
here=$source/tests/integration/docker
work=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-sources.XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() {
    printf 'FAILED: %s\n' "$*"
    [ ! -s "$work/log" ] || tail -n 30 "$work/log"
    exit 1
}
[ "$(grep -v '^#' "$source/.dockerignore" | head -n 1)" = '*' ] || fail '.dockerignore lets everything through'
program= # up to the schema, which the program is built without
for path in $(python3 "$here/dockerfile.py" "$source/docker/Dockerfile" copied); do
    [ -e "$source/$path" ] || fail "there is no $path"
    grep -qxF -e "!$path" -e "!${path%%/*}" "$source/.dockerignore" || fail ".dockerignore keeps $path away"
    [ "$path" != proto ] || program=done
    if [ -z "$program" ]; then
        mkdir -p "$work/copy/$(dirname "$path")"
        cp -R "$source/$path" "$work/copy/$path"
    fi
done
python3 "$here/dockerfile.py" "$source/docker/Dockerfile" run 1 | grep -qF 'cmake --preset release -DROWCALL_TESTS=OFF' ||
    fail 'the Dockerfile configures otherwise than this test'
cd "$work/copy"
"$cmake" --preset release -DROWCALL_TESTS=OFF -DCMAKE_C_COMPILER="$cc" >"$work/log" 2>&1 || fail 'cannot configure'
ninja -C build/release -t inputs rowcall >"$work/log" 2>&1 || fail 'rowcall is not built'
sed -n "s|^\.\./\.\./||p; s|^$work/copy/\([^b].*\)|\1|p" "$work/log" >"$work/inputs"
[ "$(grep -c '\.c$' "$work/inputs")" -gt 100 ] || fail 'the inputs of rowcall are not understood'
while read -r path; do
    [ -e "$path" ] || fail "the build needs $path, which the Dockerfile does not copy"
done <"$work/inputs"
