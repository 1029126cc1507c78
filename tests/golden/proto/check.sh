#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: check.sh [--update] ROWCALL PROTO_DIR
# `rowcall generate` on a small project that has every feature of the schema language: the API protos are those of
# expected/, byte for byte; only what differs is written; --check names what is stale and writes nothing.
set -eu
update=
if [ "$1" = --update ]; then
    update=1
    shift
fi
rowcall=$1
engine=$2/rowcall
path=$PATH
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    printf '%s\n' "$*"
    exit 1
}

# expect STATUS WHAT ARGUMENTS...: runs `rowcall generate` in the project; what it says is in $work/said.
expect() {
    want=$1
    what=$2
    shift 2
    got=0
    (cd "$work/project" && PATH=$path exec "$rowcall" generate --no-c "$@") >"$work/said" 2>&1 || got=$?
    [ "$got" -eq "$want" ] || { cat "$work/said"; fail "$what: exit code $got, not $want"; }
}

said() {
    grep -qF -- "$1" "$work/said" || { cat "$work/said"; fail "does not say: $1"; }
}

snapshot() {
    (cd "$work/project" && find . -type f -exec stat -c '%n %i %Y' {} + -exec cksum {} + | LC_ALL=C sort) >"$work/$1"
}

mkdir -p "$work/project/proto"
cp -r "$here/authored/." "$work/project/proto"
cp -r "$engine" "$work/project/proto/rowcall"

# Nothing is there yet: --check names what is missing, and leaves it so.
expect 1 'nothing generated yet' --check
said 'missing   proto/api/cafe/cup.proto'
[ ! -e "$work/project/proto/api" ] || fail '--check wrote something'

expect 0 'the first run'
if [ "$update" ]; then
    rm -rf "$here/expected"
    cp -r "$work/project/proto/api" "$here/expected"
fi
diff -ru "$here/expected" "$work/project/proto/api" ||
    fail "run $0 --update with the same arguments if the change is meant"

# The same again writes nothing, nor does --check.
snapshot before
expect 0 'a second run'
said 'all generated files are current'
expect 0 'a check of what was just generated' --check
snapshot after
diff "$work/before" "$work/after" || fail 'files were written though none had changed'

# A file that differs, one that is missing and one too many are all named, and mended.
api=$work/project/proto/api
echo '// edited' >>"$api/shop/sale.proto"
rm "$api/cafe/cup.proto"
cp "$api/shop/tea.proto" "$api/shop/coffee.proto"
snapshot before
expect 1 'a stale tree' --check
said 'differs   proto/api/shop/sale.proto'
said 'missing   proto/api/cafe/cup.proto'
said 'left over proto/api/shop/coffee.proto'
said '3 files are stale'
snapshot after
diff "$work/before" "$work/after" || fail '--check wrote something'
expect 0 'a run over a stale tree'
[ "$(grep -cE '^(wrote|removed) ' "$work/said")" -eq 3 ] || { cat "$work/said"; fail 'touched more than the three stale files'; }
diff -r "$here/expected" "$api" || fail 'a stale tree was not mended'

# A schema with errors: each with file and line, nothing written.
snapshot before
sed -i 's/fields: "tea_id" inverse/fields: "no_such" inverse/' "$work/project/proto/cafe/cafe.proto"
sed -i 's/type: "money"/type: "gold"/' "$work/project/proto/shared/tea.proto"
expect 1 'a wrong schema'
line=$(grep -n 'tea = 101' "$work/project/proto/cafe/cafe.proto" | cut -d: -f1)
said "proto/cafe/cafe.proto:$line: "
line=$(grep -n '"gold"' "$work/project/proto/shared/tea.proto" | cut -d: -f1)
said "proto/shared/tea.proto:$line: "
diff -r "$here/expected" "$api" || fail 'a wrong schema changed the API'
cp -r "$here/authored/." "$work/project/proto"

# A file that is no proto is protoc's to refuse; without protoc, that is said.
echo 'message {' >"$work/project/proto/cafe/broken.proto"
expect 1 'a file that does not compile'
said 'cafe/broken.proto:1:'
rm "$work/project/proto/cafe/broken.proto"
path=/nonexistent
expect 1 'no protoc'
said 'cannot run protoc'
diff -r "$here/expected" "$api" || fail 'a failed run changed the API'
