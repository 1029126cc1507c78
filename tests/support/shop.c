// SPDX-License-Identifier: Apache-2.0
//
// The shop: an entity with columns of many kinds, one in another schema with a name that needs
// quoting, one that is small, and one with a column and an array of every type there is,
// related to itself.
#include "support/shop.h"

// A column of every type, and one of its arrays.
#define VALUES                                                                                 \
    "  optional bool one_bool = 10;\n"                                                         \
    "  repeated bool many_bool = 50;\n"                                                        \
    "  optional int32 one_int2 = 11 [(rowcall.column) = {type: \"smallint\"}];\n"              \
    "  repeated int32 many_int2 = 51 [(rowcall.column) = {type: \"smallint[]\"}];\n"           \
    "  optional int32 one_int4 = 12;\n"                                                        \
    "  repeated int32 many_int4 = 52;\n"                                                       \
    "  optional int64 one_int8 = 13;\n"                                                        \
    "  repeated int64 many_int8 = 53;\n"                                                       \
    "  optional int64 one_oid = 14 [(rowcall.column) = {type: \"oid\"}];\n"                    \
    "  repeated int64 many_oid = 54 [(rowcall.column) = {type: \"oid[]\"}];\n"                 \
    "  optional float one_float4 = 15;\n"                                                      \
    "  repeated float many_float4 = 55;\n"                                                     \
    "  optional double one_float8 = 16;\n"                                                     \
    "  repeated double many_float8 = 56;\n"                                                    \
    "  optional string one_numeric = 17 [(rowcall.column) = {type: \"numeric\"}];\n"           \
    "  repeated string many_numeric = 57 [(rowcall.column) = {type: \"numeric[]\"}];\n"        \
    "  optional string one_money = 18 [(rowcall.column) = {type: \"money\"}];\n"               \
    "  repeated string many_money = 58 [(rowcall.column) = {type: \"money[]\"}];\n"            \
    "  optional string one_text = 19;\n"                                                       \
    "  repeated string many_text = 59;\n"                                                      \
    "  optional string one_varchar = 20 [(rowcall.column) = {type: \"varchar(5)\"}];\n"        \
    "  repeated string many_varchar = 60 [(rowcall.column) = {type: \"varchar(5)[]\"}];\n"     \
    "  optional string one_char = 21 [(rowcall.column) = {type: \"char(3)\"}];\n"              \
    "  repeated string many_char = 61 [(rowcall.column) = {type: \"char(3)[]\"}];\n"           \
    "  optional string one_citext = 22 [(rowcall.column) = {type: \"citext\"}];\n"             \
    "  repeated string many_citext = 62 [(rowcall.column) = {type: \"citext[]\"}];\n"          \
    "  optional bytes one_bytea = 23;\n"                                                       \
    "  repeated bytes many_bytea = 63;\n"                                                      \
    "  optional google.protobuf.Timestamp one_timestamp = 24 [(rowcall.column) = {type: "      \
    "\"timestamp\"}];\n"                                                                       \
    "  repeated google.protobuf.Timestamp many_timestamp = 64 [(rowcall.column) = {type: "     \
    "\"timestamp[]\"}];\n"                                                                     \
    "  optional google.protobuf.Timestamp one_timestamptz = 25;\n"                             \
    "  repeated google.protobuf.Timestamp many_timestamptz = 65;\n"                            \
    "  optional string one_date = 26 [(rowcall.column) = {type: \"date\"}];\n"                 \
    "  repeated string many_date = 66 [(rowcall.column) = {type: \"date[]\"}];\n"              \
    "  optional string one_time = 27 [(rowcall.column) = {type: \"time\"}];\n"                 \
    "  repeated string many_time = 67 [(rowcall.column) = {type: \"time[]\"}];\n"              \
    "  optional string one_timetz = 28 [(rowcall.column) = {type: \"timetz\"}];\n"             \
    "  repeated string many_timetz = 68 [(rowcall.column) = {type: \"timetz[]\"}];\n"          \
    "  optional string one_interval = 29 [(rowcall.column) = {type: \"interval\"}];\n"         \
    "  repeated string many_interval = 69 [(rowcall.column) = {type: \"interval[]\"}];\n"      \
    "  optional string one_uuid = 30 [(rowcall.column) = {type: \"uuid\"}];\n"                 \
    "  repeated string many_uuid = 70 [(rowcall.column) = {type: \"uuid[]\"}];\n"              \
    "  optional string one_json = 31 [(rowcall.column) = {type: \"json\"}];\n"                 \
    "  repeated string many_json = 71 [(rowcall.column) = {type: \"json[]\"}];\n"              \
    "  optional string one_jsonb = 32 [(rowcall.column) = {type: \"jsonb\"}];\n"               \
    "  repeated string many_jsonb = 72 [(rowcall.column) = {type: \"jsonb[]\"}];\n"            \
    "  optional string one_xml = 33 [(rowcall.column) = {type: \"xml\"}];\n"                   \
    "  repeated string many_xml = 73 [(rowcall.column) = {type: \"xml[]\"}];\n"                \
    "  optional string one_inet = 34 [(rowcall.column) = {type: \"inet\"}];\n"                 \
    "  repeated string many_inet = 74 [(rowcall.column) = {type: \"inet[]\"}];\n"              \
    "  optional string one_cidr = 35 [(rowcall.column) = {type: \"cidr\"}];\n"                 \
    "  repeated string many_cidr = 75 [(rowcall.column) = {type: \"cidr[]\"}];\n"              \
    "  optional string one_macaddr = 36 [(rowcall.column) = {type: \"macaddr\"}];\n"           \
    "  repeated string many_macaddr = 76 [(rowcall.column) = {type: \"macaddr[]\"}];\n"        \
    "  optional string one_bit = 37 [(rowcall.column) = {type: \"bit(3)\"}];\n"                \
    "  repeated string many_bit = 77 [(rowcall.column) = {type: \"bit(3)[]\"}];\n"             \
    "  optional string one_varbit = 38 [(rowcall.column) = {type: \"varbit\"}];\n"             \
    "  repeated string many_varbit = 78 [(rowcall.column) = {type: \"varbit[]\"}];\n"          \
    "  optional Colour one_enum = 39;\n"                                                       \
    "  repeated Colour many_enum = 79;\n"                                                      \
    "  optional string one_tsvector = 40 [(rowcall.column) = {type: \"tsvector\"}];\n"         \
    "  repeated string many_tsvector = 80 [(rowcall.column) = {type: \"tsvector[]\"}];\n"

const struct test_proto test_shop[TEST_SHOP_FILES] = {
    {"shop/item.proto",
     "syntax = \"proto3\";\n"
     "package schema.shop;\n"
     "import \"google/protobuf/empty.proto\";\n"
     "import \"google/protobuf/timestamp.proto\";\n"
     "import \"rowcall/schema.proto\";\n"
     "enum Colour {\n"
     "  COLOUR_UNSPECIFIED = 0;\n"
     "  RED = 1;\n"
     "  GREEN = 2 [(rowcall.label) = {name: \"gr\\\"een\"}];\n"
     "}\n"
     "message Item {\n"
     "  option (rowcall.table) = {\n"
     "    unique: {fields: [\"maker\", \"serial\"] number: 1}\n"
     "  };\n"
     "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
     "  string name = 2;\n"
     "  string price = 3 [(rowcall.column) = {type: \"numeric(10,2)\"}];\n"
     "  optional string note = 4;\n"
     "  repeated string tags = 5;\n"
     "  optional Colour colour = 6;\n"
     "  string maker = 7 [(rowcall.column) = {type: \"varchar(20)\"}];\n"
     "  int64 serial = 8;\n"
     "  optional string meta = 9 [(rowcall.column) = {type: \"jsonb\"}];\n"
     "  optional string code = 10 [(rowcall.column) = {type: \"char(4)\"}];\n"
     "  string token = 11 [(rowcall.column) = {type: \"uuid\" unique: true generate: UUID4}];\n"
     "  optional google.protobuf.Timestamp sold_at = 12 [(rowcall.column) = {name: "
     "\"soldAt\"}];\n"
     "  google.protobuf.Timestamp updated_at = 13 [(rowcall.column) = {updated_at: true}];\n"
     "  repeated Colour palette = 14;\n"
     "  optional double weight = 15;\n"
     "  optional bytes picture = 16;\n"
     "  optional string tax = 17 [(rowcall.column) = {type: \"money\"}];\n"
     "  optional string doc = 18 [(rowcall.column) = {type: \"xml\"}];\n"
     "  optional string raw = 19 [(rowcall.column) = {type: \"json\"}];\n"
     "  optional string flags = 20 [(rowcall.column) = {type: \"bit(3)\"}];\n"
     "  bool gone = 21 [(rowcall.column) = {default: \"false\"}];\n"
     "  optional string nick = 22 [(rowcall.column) = {type: \"citext\"}];\n"
     "  optional string born = 23 [(rowcall.column) = {type: \"date\"}];\n"
     "}\n"
     "message Part {\n"
     "  option (rowcall.table) = {schema: \"store\" name: \"par\\\"ts\"};\n"
     "  int64 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
     "  int32 item_id = 2 [(rowcall.column) = {name: \"itemId\"}];\n"
     "  optional string label = 3;\n"
     "  Item item = 101 [(rowcall.relation) = {\n"
     "    fields: \"item_id\" inverse: {name: \"parts\" number: 201}}];\n"
     "}\n"
     "message Kind {\n"
     "  option (rowcall.table) = {name: \"kind\"};\n"
     "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
     "  optional int32 parent_id = 2;\n"
     "  Kind parent = 101 [(rowcall.relation) = {\n"
     "    fields: \"parent_id\" inverse: {name: \"children\" number: 201}}];\n" VALUES "}\n"
     "message Tick {\n"
     "  option (rowcall.table) = {name: \"tick\"};\n"
     "  int64 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
     "  optional string word = 2;\n"
     "}\n"
     "message Values {\n" VALUES "}\n"
     "message Picked { optional string text = 1; optional int32 number = 2; }\n"
     "// Every type as a parameter, and as a column of a result.\n"
     "service Echo {\n"
     "  rpc Same(Values) returns (Values) {\n"
     "    option (rowcall.sql).query =\n"
     "      \"select $one_bool as one_bool, $many_bool as many_bool, $one_int2 as \"\n"
     "      \"one_int2, $many_int2 as many_int2, $one_int4 as one_int4, $many_int4 as \"\n"
     "      \"many_int4, $one_int8 as one_int8, $many_int8 as many_int8, $one_oid as \"\n"
     "      \"one_oid, $many_oid as many_oid, $one_float4 as one_float4, $many_float4 \"\n"
     "      \"as many_float4, $one_float8 as one_float8, $many_float8 as many_float8, \"\n"
     "      \"$one_numeric as one_numeric, $many_numeric as many_numeric, $one_money \"\n"
     "      \"as one_money, $many_money as many_money, $one_text as one_text, \"\n"
     "      \"$many_text as many_text, $one_varchar as one_varchar, $many_varchar as \"\n"
     "      \"many_varchar, $one_char as one_char, $many_char as many_char, \"\n"
     "      \"$one_citext as one_citext, $many_citext as many_citext, $one_bytea as \"\n"
     "      \"one_bytea, $many_bytea as many_bytea, $one_timestamp as one_timestamp, \"\n"
     "      \"$many_timestamp as many_timestamp, $one_timestamptz as one_timestamptz, \"\n"
     "      \"$many_timestamptz as many_timestamptz, $one_date as one_date, $many_date \"\n"
     "      \"as many_date, $one_time as one_time, $many_time as many_time, \"\n"
     "      \"$one_timetz as one_timetz, $many_timetz as many_timetz, $one_interval as \"\n"
     "      \"one_interval, $many_interval as many_interval, $one_uuid as one_uuid, \"\n"
     "      \"$many_uuid as many_uuid, $one_json as one_json, $many_json as many_json, \"\n"
     "      \"$one_jsonb as one_jsonb, $many_jsonb as many_jsonb, $one_xml as one_xml, \"\n"
     "      \"$many_xml as many_xml, $one_inet as one_inet, $many_inet as many_inet, \"\n"
     "      \"$one_cidr as one_cidr, $many_cidr as many_cidr, $one_macaddr as \"\n"
     "      \"one_macaddr, $many_macaddr as many_macaddr, $one_bit as one_bit, \"\n"
     "      \"$many_bit as many_bit, $one_varbit as one_varbit, $many_varbit as \"\n"
     "      \"many_varbit, $one_enum as one_enum, $many_enum as many_enum, \"\n"
     "      \"$one_tsvector as one_tsvector, $many_tsvector as many_tsvector\";\n"
     "  }\n"
     "  rpc Stored(google.protobuf.Empty) returns (stream Values) {\n"
     "    option (rowcall.sql).query = \"select * from kind order by id\";\n"
     "  }\n"
     "  rpc Pick(Values) returns (Picked) {\n"
     "    option (rowcall.sql).query = \"select $many_text[1] as text, \"\n"
     "      \"$many_int4[$one_int4] as number from kind \"\n"
     "      \"order by id offset $one_int8 rows fetch first $one_int2 rows only\";\n"
     "  }\n"
     "}\n"},
    {"shop/database.proto", "syntax = \"proto3\";\n"
                            "package schema.shop;\n"
                            "import public \"shop/item.proto\";\n"
                            "import \"rowcall/schema.proto\";\n"
                            "option (rowcall.database) = {\n"
                            "  name: \"shop\" url_env: \"SHOP_URL\" extensions: \"citext\"\n"
                            "};\n"},
};

const char test_shop_ddl[] =
    "create schema store;\n"
    "create extension if not exists citext;\n"
    "create type \"Colour\" as enum ('RED', 'gr\"een');\n"
    "create table item (\n"
    "  id serial primary key, name text not null, price numeric(10,2) not null, note text,\n"
    "  tags text[], colour \"Colour\", maker varchar(20) not null, serial bigint not null,\n"
    "  meta jsonb, code char(4), token uuid not null unique, \"soldAt\" timestamptz,\n"
    "  updated_at timestamptz not null, palette \"Colour\"[], weight double precision,\n"
    "  picture bytea, tax money, doc xml, raw json, flags bit(3),\n"
    "  gone boolean not null default false,\n"
    "  nick citext, born date, unique (maker, serial));\n"
    "create table store.\"par\"\"ts\" (\n"
    "  id bigserial primary key, \"itemId\" integer not null references item, label text);\n"
    "create table tick (id bigserial primary key, word text);\n"
    "create table kind (id serial primary key, parent_id integer references kind"
    ", one_bool boolean, many_bool boolean[]"
    ", one_int2 smallint, many_int2 smallint[]"
    ", one_int4 integer, many_int4 integer[]"
    ", one_int8 bigint, many_int8 bigint[]"
    ", one_oid oid, many_oid oid[]"
    ", one_float4 real, many_float4 real[]"
    ", one_float8 double precision, many_float8 double precision[]"
    ", one_numeric numeric, many_numeric numeric[]"
    ", one_money money, many_money money[]"
    ", one_text text, many_text text[]"
    ", one_varchar varchar(5), many_varchar varchar(5)[]"
    ", one_char char(3), many_char char(3)[]"
    ", one_citext citext, many_citext citext[]"
    ", one_bytea bytea, many_bytea bytea[]"
    ", one_timestamp timestamp, many_timestamp timestamp[]"
    ", one_timestamptz timestamptz, many_timestamptz timestamptz[]"
    ", one_date date, many_date date[]"
    ", one_time time, many_time time[]"
    ", one_timetz timetz, many_timetz timetz[]"
    ", one_interval interval, many_interval interval[]"
    ", one_uuid uuid, many_uuid uuid[]"
    ", one_json json, many_json json[]"
    ", one_jsonb jsonb, many_jsonb jsonb[]"
    ", one_xml xml, many_xml xml[]"
    ", one_inet inet, many_inet inet[]"
    ", one_cidr cidr, many_cidr cidr[]"
    ", one_macaddr macaddr, many_macaddr macaddr[]"
    ", one_bit bit(3), many_bit bit(3)[]"
    ", one_varbit varbit, many_varbit varbit[]"
    ", one_enum \"Colour\", many_enum \"Colour\"[]"
    ", one_tsvector tsvector, many_tsvector tsvector[]"
    ");\n";
