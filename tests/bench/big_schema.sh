#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: big_schema.sh DIR
# Makes a project with 1,000 entities and 16 databases in DIR: DIR/proto, and DIR/schema.binpb as `rowcall generate`
# compiles it (whose derived API, thousands of files, nobody needs here). 200 entities are shared by all databases, 50 are
# each one's own. The URL of database NN is in the variable BIG_NN_URL.
set -eu
dir=${1:?usage: big_schema.sh DIR}
cd "$(dirname "$0")/../.."
contracts=$PWD/proto
mkdir -p "$dir/proto/shared"

# entities PACKAGE PREFIX FIRST LAST: each has a dozen columns, a unique key, an index, and a relation to the one before.
entities() {
    awk -v package="$1" -v prefix="$2" -v first="$3" -v last="$4" '
    BEGIN {
        print "syntax = \"proto3\";\n\npackage schema." package ";\n"
        print "import \"google/protobuf/timestamp.proto\";\nimport \"rowcall/schema.proto\";\n"
        for (i = first; i <= last; i++) {
            name = prefix i
            print "// What the bench knows of " name "."
            print "message " name " {"
            print "  option (rowcall.table) = {"
            print "    name: \"" tolower(name) "s\""
            print "    index: {fields: [\"kind\", \"created_at\"]}"
            print "  };"
            print "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];"
            print "  google.protobuf.Timestamp created_at = 2"
            print "      [(rowcall.column) = {type: \"timestamp(3)\" default_sql: \"CURRENT_TIMESTAMP\"}];"
            print "  google.protobuf.Timestamp updated_at = 3 [(rowcall.column) = {updated_at: true}];"
            print "  // Unique among its kind."
            print "  string name = 4 [(rowcall.column) = {unique: true}];"
            print "  string kind = 5 [(rowcall.column) = {default: \"plain\"}];"
            print "  optional string description = 6;"
            print "  int64 amount = 7;"
            print "  optional string price = 8 [(rowcall.column) = {type: \"numeric(12,2)\"}];"
            print "  bool is_active = 9 [(rowcall.column) = {default: \"true\"}];"
            print "  optional string data = 10 [(rowcall.column) = {type: \"jsonb\"}];"
            print "  repeated string tags = 11;"
            print "  optional int32 parent_id = 12 [(rowcall.column) = {index: true}];"
            if (i > first) {
                print "  " prefix (i - 1) " parent = 101 [(rowcall.relation) = {"
                print "    fields: \"parent_id\" on_delete: SET_NULL inverse: {name: \"children\" number: 201}"
                print "  }];"
            }
            print "}\n"
        }
    }'
}

for part in 1 2 3 4; do
    entities shared Common $((part * 50 - 49)) $((part * 50)) >"$dir/proto/shared/part$part.proto"
done
database=1
while [ $database -le 16 ]; do
    two=$(printf '%02d' $database)
    mkdir -p "$dir/proto/big$two"
    entities "big$two" "Own${two}x" 1 50 >"$dir/proto/big$two/own.proto"
    cat >"$dir/proto/big$two/database.proto" <<PROTO
syntax = "proto3";

package schema.big$two;

import "rowcall/schema.proto";
import public "big$two/own.proto";
import public "shared/part1.proto";
import public "shared/part2.proto";
import public "shared/part3.proto";
import public "shared/part4.proto";

option (rowcall.database) = {
  name: "big$two"
  url_env: "BIG_${two}_URL"
};
PROTO
    database=$((database + 1))
done
cd "$dir/proto"
find . -name '*.proto' | sed 's|^\./||' | LC_ALL=C sort |
    xargs protoc --proto_path=. --proto_path="$contracts" --include_imports --include_source_info \
        --descriptor_set_out="$dir/schema.binpb"
