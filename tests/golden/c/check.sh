#!/bin/sh
# check.sh [--update] PROTOC PLUGIN PROTO_DIR PROTOBUF_INCLUDE
# The generated C of proto/ is what expected/ says, and the same when it is generated again. The structs (*.pb-c.*) are
# protoc-gen-c's affair: the program beside this test compiles and uses them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
update=
[ "$1" = --update ] && { update=1; shift; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for run in first second; do
    mkdir "$work/$run"
    "$1" --plugin=protoc-gen-rowcall="$2" -I"$here/proto" -I"$3" -I"$4" --rowcall_out="$work/$run" \
        api/shop/model.proto api/shop/tea.proto api/shop/tea_blend.proto api/shop/tea_report.proto api/cafe/cup.proto
done
diff -r "$work/first" "$work/second" || { echo "two runs differ"; exit 1; }
find "$work/first" -name '*.pb-c.*' -exec rm {} +
if [ "$update" ]; then
    rm -rf "$here/expected" && cp -r "$work/first" "$here/expected"
fi
diff -ru "$here/expected" "$work/first" || { echo "run $0 --update with the same arguments if the change is meant"; exit 1; }
