#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_compose.sh ROWCALL SOURCE_DIR
# docker/compose.yaml names what exists, and has a URL for every database of the schema; still so with the one that `rowcall
# db add` puts in.
set -eu
rowcall=$1 source=$2
here=$source/tests/integration/docker
work=$(mktemp -d "${TMPDIR:-/tmp}/rowcall-compose.XXXXXX")
trap 'rm -rf "$work"' EXIT

check() {
    # shellcheck disable=SC2046 # words
    python3 "$here/compose.py" "$1/docker/compose.yaml" check \
        $(sed -n 's/^  url_env: "\(.*\)"$/\1/p' "$1"/proto/*/*.proto)
}
check "$source"
for folder in proto migrations docker; do cp -R "$source/$folder" "$work"; done
cp "$source/.env.example" "$source/.dockerignore" "$work"
cd "$work"
"$rowcall" db add shop
grep -q '^  SHOP_DATABASE_URL: postgresql://postgres@postgres:5432/shop$' docker/compose.yaml
check "$work"
# The check can fail.
sed -i '/^  SHOP_DATABASE_URL/d' docker/compose.yaml
if check "$work" 2>/dev/null; then
    echo 'a database without a URL is not noticed' >&2
    exit 1
fi
