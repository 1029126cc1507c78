// SPDX-License-Identifier: Apache-2.0
//
// The keys.
#include "keys.h"

#include <stdio.h>

// Number and name of the field, its type in proto and in SQL; the value of a record, and the
// same value in other words, as JSON.
#define COLUMNS(X)                                                                             \
    X(11, "k_int2", "int32", "smallint", "##", "##")                                           \
    X(12, "k_int4", "int32", "integer", "-20000##", "-20000##")                                \
    X(13, "k_int8", "int64", "bigint", "\"90000000000##\"", "\"90000000000##\"")               \
    X(14, "k_oid", "int64", "oid", "\"40000000##\"", "\"40000000##\"")                         \
    X(16, "k_text", "string", "text", "\"te\\\"x\\\\t {##},'NULL' $1\"",                       \
      "\"te\\\"x\\\\t {##},'NULL' $1\"")                                                       \
    X(17, "k_varchar", "string", "varchar(20)", "\"\\u00e4 ##\"", "\"\\u00e4 ##\"")            \
    X(18, "k_char", "string", "char(6)", "\"c##\"", "\"c##        \"")                         \
    X(19, "k_citext", "string", "citext", "\"Mi\\\"Xed\\\\##\"", "\"mI\\\"xED\\\\##\"")        \
    X(20, "k_uuid", "string", "uuid", "\"0000abcd-0000-4000-8000-0000000000##\"",              \
      "\"{0000ABCD-0000-4000-8000-0000000000##}\"")                                            \
    X(21, "k_numeric", "string", "numeric", "\"##.5\"", "\"##.500\"")                          \
    X(22, "k_money", "string", "money", "\"##.25\"", "\"$##.25\"")                             \
    X(23, "k_date", "string", "date", "\"20##-02-03\"", "\"3 Feb 20##\"")                      \
    X(24, "k_time", "string", "time", "\"10:##:00\"", "\"10:##\"")                             \
    X(25, "k_timetz", "string", "timetz", "\"10:##:00+00\"", "\"12:##:00+02\"")                \
    X(26, "k_interval", "string", "interval", "\"## hours\"", "\"##:00:00\"")                  \
    X(27, "k_timestamp", "google.protobuf.Timestamp", "timestamp", "\"20##-01-01T00:00:00Z\"", \
      "\"20##-01-01T01:00:00+01:00\"")                                                         \
    X(28, "k_timestamptz", "google.protobuf.Timestamp", "timestamptz",                         \
      "\"20##-01-01T00:00:00.000001Z\"", "\"20##-01-01T00:00:00.000001Z\"")                    \
    X(29, "k_bytea", "bytes", "bytea", "\"AP8i##AA\"", "\"AP8i##AA\"")                         \
    X(30, "k_inet", "string", "inet", "\"10.0.0.##\"", "\"10.0.0.##/32\"")                     \
    X(31, "k_cidr", "string", "cidr", "\"10.##.0.0/16\"", "\"10.##/16\"")                      \
    X(32, "k_macaddr", "string", "macaddr", "\"08:00:2b:01:02:##\"", "\"08002B-0102##\"")

#define PROTO_COLUMN(number, name, type, sql, value, other)                                    \
    "  optional " type " " name " = " #number " [(rowcall.column) = {type: \"" sql             \
    "\" unique: true}];\n"
#define SQL_COLUMN(number, name, type, sql, value, other) ", " name " " sql " unique"
#define JSON_VALUE(number, name, type, sql, value, other) "\"" name "\":" value ","
#define KIND(number, name, type, sql, value, other)                                            \
    {"\"" name "\":" value, "\"" name "\":" other, "\"" name "\":{\"equals\":" other "}"},

static const char entities[] =
    "syntax = \"proto3\";\n"
    "package schema.keys;\n"
    "import \"google/protobuf/timestamp.proto\";\n"
    "import \"rowcall/schema.proto\";\n"
    "enum Kind {\n"
    "  KIND_UNSPECIFIED = 0;\n"
    "  KIND_RED = 1;\n"
    "  KIND_ODD = 2 [(rowcall.label) = {name: \"o'd\\\"d {,}\"}];\n"
    "}\n"
    "message Owner {\n"
    "  option (rowcall.table) = {name: \"owners\"};\n"
    "  int32 id = 1 [(rowcall.column) = {id: true}];\n"
    "  string name = 2;\n"
    "}\n"
    "message Thing {\n"
    "  option (rowcall.table) = {name: \"th'ings \\\"$1\\\"\"\n"
    "    unique: {fields: [\"kind\", \"slot\"] number: 1}\n"
    "    unique: {fields: [\"flag\", \"slot\"] number: 2}};\n"
    "  int32 id = 1 [(rowcall.column) = {id: true}];\n"
    "  Kind kind = 2;\n"
    "  bool flag = 3;\n"
    "  int32 slot = 4;\n"
    "  string note = 5;\n"
    "  optional int32 owner_id = 6;\n"
    "  optional string odd = 7 [(rowcall.column) = {\n"
    "    name: \"od'd \\\"na$2me\\\" $1\" unique: true}];\n" COLUMNS(
        PROTO_COLUMN) "  Owner owner = 101 [(rowcall.relation) = {fields: \"owner_id\"\n"
                      "    inverse: {name: \"things\" number: 201}}];\n"
                      "}\n"
                      "message Mark {\n"
                      "  option (rowcall.table) = {name: \"marks\"};\n"
                      "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
                      "  int32 thing_id = 2;\n"
                      "  string word = 3;\n"
                      "  Thing thing = 101 [(rowcall.relation) = {fields: \"thing_id\"\n"
                      "    inverse: {name: \"marks\" number: 201}}];\n"
                      "}\n";

static const char tables[] =
    "create extension if not exists citext;"
    "create type \"Kind\" as enum ('RED', 'o''d\"d {,}');"
    "create table owners (id int primary key, name text not null);"
    "create table " KEYS_TABLE " (id int primary key, kind \"Kind\" not null,"
    " flag bool not null, slot int not null, note text not null,"
    " owner_id int references owners, \"od'd \"\"na$2me\"\" $1\" text unique" COLUMNS(
        SQL_COLUMN) ", unique (kind, slot), unique (flag, slot));"
                    "create table marks (id serial primary key, word text not null,"
                    " thing_id int not null references " KEYS_TABLE ");"
                    "create index on marks (thing_id);";

static const struct test_proto protos[] = {
    {"keys/keys.proto", entities},
    {"keys/database.proto", "syntax = \"proto3\";\n"
                            "package schema.keys;\n"
                            "import public \"keys/keys.proto\";\n"
                            "import \"rowcall/schema.proto\";\n"
                            "option (rowcall.database) = {\n"
                            "  name: \"keys\" url_env: \"KEYS_URL\" extensions: \"citext\"\n"
                            "};\n"},
};

const struct shop_site keys_site = {
    .protos = protos, .proto_count = 2, .databases = {"keys"}, .ddl = tables};

const struct keys_kind keys_kinds[] = {
    {"\"id\":##", "\"id\":##", "\"id\":{\"equals\":##}"},
    {"\"odd\":\"o'##\"", "\"odd\":\"o'##\"", "\"odd\":{\"equals\":\"o'##\"}"},
    {"\"kind_slot\":{\"kind\":\"KIND_ODD\",\"slot\":##}",
     "\"kind_slot\":{\"kind\":\"KIND_RED\",\"slot\":##}",
     "\"kind\":{\"equals\":\"KIND_ODD\"},\"slot\":{\"equals\":##}"},
    {"\"flag_slot\":{\"flag\":true,\"slot\":##}", "\"flag_slot\":{\"flag\":false,\"slot\":##}",
     "\"slot\":{\"equals\":##},\"flag\":{\"equals\":true}"},
    COLUMNS(KIND)};
const size_t keys_kind_count = sizeof(keys_kinds) / sizeof(keys_kinds[0]);

void keys_write(const char *text, int number, char *to, size_t size)
{
    size_t len = 0;
    while (*text != '\0' && len + 3 < size) {
        if (strncmp(text, "##", 2) == 0) {
            len += (size_t)snprintf(to + len, size - len, "%02d", number);
            text += 2;
        } else {
            to[len++] = *text++;
        }
    }
    assert_true(len + 3 < size);
    to[len] = '\0';
}

void keys_fill(struct shop *shop)
{
    static const char record[] = "{\"data\":{" COLUMNS(
        JSON_VALUE) "\"id\":##,\"odd\":\"o'##\",\"kind\":\"KIND_ODD\","
                    "\"flag\":true,\"slot\":##,\"note\":\"note ##\",\"owner_id\":1}}";
    shop_sql(shop, "insert into owners values (1, 'Ada'), (2, 'Bob')");
    for (int i = KEYS_FIRST; i < KEYS_END; i++) {
        char request[4096];
        struct shop_reply reply;
        keys_write(record, i, request, sizeof(request));
        struct shop_call call = {"keys", "Thing/Create", request, 0};
        shop_calls(shop, &call, 1, false, &reply);
        ASSERT_REPLY(reply, "{\"count\":\"1\"}");
    }
    shop_sql(shop, "update " KEYS_TABLE " set owner_id = nullif(id % 3, 0),"
                   " kind = case when id % 4 = 0 then 'RED'::\"Kind\" else kind end,"
                   " flag = id % 5 <> 0;"
                   "insert into marks (thing_id, word)"
                   " select id, 'mark ' || id || ' ' || i from " KEYS_TABLE ","
                   " generate_series(1, 5) i where i <= id % 6;"
                   "analyze");
}
