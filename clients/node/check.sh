#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: check.sh PROTO_DIR CONTRACT_JSON WORK_DIR
# Runs check.mjs with the pinned protobufjs, which is installed into WORK_DIR once. Exits with 77 (skipped) where Node,
# npm or the registry is missing: `./run setup` does not install them, as nothing of Rowcall needs them.
set -eu
skip() {
    echo "skipped: $*"
    exit 77
}
here=$(cd "$(dirname "$0")" && pwd)
command -v node >/dev/null || skip 'node is not installed'
command -v npm >/dev/null || skip 'npm is not installed'
mkdir -p "$3"
cp "$here/check.mjs" "$here/package.json" "$3"
if ! [ -d "$3/node_modules/protobufjs" ] || ! cmp -s "$here/package-lock.json" "$3/package-lock.json"; then
    cp "$here/package-lock.json" "$3"
    if ! (cd "$3" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries 1) >"$3/npm.log" 2>&1; then
        rm -rf "$3/node_modules"
        cat "$3/npm.log"
        skip 'protobufjs could not be installed'
    fi
fi
exec node "$3/check.mjs" "$1" "$2"
