// SPDX-License-Identifier: Apache-2.0
//
// The DDL of a schema that uses everything the schema language has, line by line.
#include "migrate/ddl.h"
#include "support/check.h"
#include "support/protoc.h"

static const struct test_proto protos[] = {
    {"shared/tea.proto",
     "syntax = \"proto3\";\n"
     "package schema.shared;\n"
     "import \"rowcall/schema.proto\";\n"
     "import \"google/protobuf/timestamp.proto\";\n"
     "enum Kind {\n"
     "  option (rowcall.enum) = { name: \"TeaKind\" schema: \"app\" };\n"
     "  KIND_UNSPECIFIED = 0;\n"
     "  KIND_GREEN = 1;\n"
     "  KIND_BLACK = 2 [(rowcall.label).name = \"it's black\"];\n"
     "}\n"
     "message Garden {\n"
     "  option (rowcall.table) = { schema: \"app\" comment: \"Where tea grows\" };\n"
     "  int64 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
     "  string code = 2 [(rowcall.column) = {type: \"varchar(8)\" unique: true}];\n"
     "  repeated Garden uphill = 3 [(rowcall.relation) = {\n"
     "    many_to_many: {name: \"Slope\"} inverse: {name: \"downhill\" number: 4} }];\n"
     "  repeated Buyer buyers = 5 [(rowcall.relation) = {\n"
     "    many_to_many: {} inverse: {name: \"gardens\" number: 2} }];\n"
     "}\n"
     "message Buyer {\n"
     "  option (rowcall.table) = {};\n"
     "  string code = 1 [(rowcall.column) = {type: \"varchar(12)\" id: true default: \"x\"}];\n"
     "}\n"
     "message Tea {\n"
     "  option (rowcall.table) = {\n"
     "    name: \"teas\"\n"
     "    primary_key: { fields: [\"name\", \"harvest\"] }\n"
     "    unique: { fields: [\"code\", \"kind\"] number: 1 name: \"one_code\" }\n"
     "    index: { parts: [{field: \"price\" descending: true nulls: NULLS_LAST},"
     "                     {expression: \"lower(name)\" operator_class: \"text_pattern_ops\"}]"
     "             include: \"harvest\" where: \"price > 0\" name: \"cheap\" }\n"
     "    index: { fields: \"tags\" method: \"gin\" }\n"
     "    check: { name: \"price_is_positive\" expression: \"price > 0\" }\n"
     "  };\n"
     "  string name = 1 [(rowcall.column).comment = \"As on the tin\"];\n"
     "  int32 harvest = 2 [(rowcall.column).type = \"smallint\"];\n"
     "  optional string price = 3 [(rowcall.column) = {type: \"numeric(10,2)\" default: "
     "\"1.50\"}];\n"
     "  Kind kind = 4 [(rowcall.column).default = \"KIND_BLACK\"];\n"
     "  repeated string tags = 5 [(rowcall.column) = {default: \"{}\" not_null: true}];\n"
     "  google.protobuf.Timestamp picked_at = 6 [(rowcall.column) = {type: \"timestamp(3)\" "
     "default_sql: \"CURRENT_TIMESTAMP\"}];\n"
     "  google.protobuf.Timestamp seen_at = 7;\n"
     "  int32 doubled = 8 [(rowcall.column).generated_sql = \"harvest * 2\"];\n"
     "  string code = 9 [(rowcall.column).type = \"char(4)\"];\n"
     "  double weight = 10 [(rowcall.column).default = \"NaN\"];\n"
     "  bool rare = 11 [(rowcall.column).default = \"false\"];\n"
     "  optional int64 garden_id = 12;\n"
     "  Garden garden = 13 [(rowcall.relation) = { fields: \"garden_id\" on_delete: NO_ACTION "
     "on_update: SET_DEFAULT }];\n"
     "}\n"
     "message TeaStats {\n"
     "  option (rowcall.table) = { view: true };\n"
     "  int32 id = 1 [(rowcall.column).id = true];\n"
     "}\n"},
    {"one/database.proto", "syntax = \"proto3\";\n"
                           "package schema.one;\n"
                           "import \"rowcall/schema.proto\";\n"
                           "import \"shared/tea.proto\";\n"
                           "option (rowcall.database) = { name: \"one\" url_env: \"ONE_URL\" "
                           "extensions: \"citext\" };\n"},
};

static const char expected[] =
    "-- CreateSchema\n"
    "CREATE SCHEMA IF NOT EXISTS \"app\";\n"
    "\n"
    "-- CreateExtension\n"
    "CREATE EXTENSION IF NOT EXISTS \"citext\";\n"
    "\n"
    "-- CreateEnum\n"
    "CREATE TYPE \"app\".\"TeaKind\" AS ENUM ('GREEN', 'it''s black');\n"
    "\n"
    "-- CreateTable\n"
    "CREATE TABLE \"buyer\" (\n"
    "    \"code\" VARCHAR(12) NOT NULL DEFAULT 'x',\n"
    "\n"
    "    CONSTRAINT \"buyer_pkey\" PRIMARY KEY (\"code\")\n"
    ");\n"
    "\n"
    "-- CreateTable\n"
    "CREATE TABLE \"app\".\"garden\" (\n"
    "    \"id\" BIGSERIAL NOT NULL,\n"
    "    \"code\" VARCHAR(8) NOT NULL,\n"
    "\n"
    "    CONSTRAINT \"garden_pkey\" PRIMARY KEY (\"id\")\n"
    ");\n"
    "\n"
    "-- CreateTable\n"
    "CREATE TABLE \"teas\" (\n"
    "    \"name\" TEXT NOT NULL,\n"
    "    \"harvest\" SMALLINT NOT NULL,\n"
    "    \"price\" DECIMAL(10,2) DEFAULT 1.50,\n"
    "    \"kind\" \"app\".\"TeaKind\" NOT NULL DEFAULT 'it''s black',\n"
    "    \"tags\" TEXT[] NOT NULL DEFAULT '{}',\n"
    "    \"picked_at\" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,\n"
    "    \"seen_at\" TIMESTAMPTZ NOT NULL,\n"
    "    \"doubled\" INTEGER GENERATED ALWAYS AS (harvest * 2) STORED NOT NULL,\n"
    "    \"code\" CHAR(4) NOT NULL,\n"
    "    \"weight\" DOUBLE PRECISION NOT NULL DEFAULT 'NaN',\n"
    "    \"rare\" BOOLEAN NOT NULL DEFAULT false,\n"
    "    \"garden_id\" BIGINT,\n"
    "\n"
    "    CONSTRAINT \"teas_pkey\" PRIMARY KEY (\"name\",\"harvest\"),\n"
    "    CONSTRAINT \"price_is_positive\" CHECK (price > 0)\n"
    ");\n"
    "\n"
    "-- CreateTable\n"
    "CREATE TABLE \"app\".\"_Slope\" (\n"
    "    \"A\" BIGINT NOT NULL,\n"
    "    \"B\" BIGINT NOT NULL,\n"
    "\n"
    "    CONSTRAINT \"_Slope_AB_pkey\" PRIMARY KEY (\"A\",\"B\")\n"
    ");\n"
    "\n"
    "-- CreateTable\n"
    "CREATE TABLE \"_BuyerToGarden\" (\n"
    "    \"A\" VARCHAR(12) NOT NULL,\n"
    "    \"B\" BIGINT NOT NULL,\n"
    "\n"
    "    CONSTRAINT \"_BuyerToGarden_AB_pkey\" PRIMARY KEY (\"A\",\"B\")\n"
    ");\n"
    "\n"
    "-- CreateIndex\n"
    "CREATE UNIQUE INDEX \"garden_code_key\" ON \"app\".\"garden\"(\"code\");\n"
    "\n"
    "-- CreateIndex\n"
    "CREATE UNIQUE INDEX \"one_code\" ON \"teas\"(\"code\", \"kind\");\n"
    "\n"
    "-- CreateIndex\n"
    "CREATE INDEX \"cheap\" ON \"teas\"(\"price\" DESC NULLS LAST, (lower(name)) "
    "text_pattern_ops)"
    " INCLUDE (\"harvest\") WHERE price > 0;\n"
    "\n"
    "-- CreateIndex\n"
    "CREATE INDEX \"teas_tags_idx\" ON \"teas\" USING GIN (\"tags\");\n"
    "\n"
    "-- CreateIndex\n"
    "CREATE INDEX \"_Slope_B_index\" ON \"app\".\"_Slope\"(\"B\");\n"
    "\n"
    "-- CreateIndex\n"
    "CREATE INDEX \"_BuyerToGarden_B_index\" ON \"_BuyerToGarden\"(\"B\");\n"
    "\n"
    "-- AddForeignKey\n"
    "ALTER TABLE \"teas\" ADD CONSTRAINT \"teas_garden_id_fkey\" FOREIGN KEY (\"garden_id\")"
    " REFERENCES \"app\".\"garden\"(\"id\") ON DELETE NO ACTION ON UPDATE SET DEFAULT;\n"
    "\n"
    "-- AddForeignKey\n"
    "ALTER TABLE \"app\".\"_Slope\" ADD CONSTRAINT \"_Slope_A_fkey\" FOREIGN KEY (\"A\")"
    " REFERENCES \"app\".\"garden\"(\"id\") ON DELETE CASCADE ON UPDATE CASCADE;\n"
    "\n"
    "-- AddForeignKey\n"
    "ALTER TABLE \"app\".\"_Slope\" ADD CONSTRAINT \"_Slope_B_fkey\" FOREIGN KEY (\"B\")"
    " REFERENCES \"app\".\"garden\"(\"id\") ON DELETE CASCADE ON UPDATE CASCADE;\n"
    "\n"
    "-- AddForeignKey\n"
    "ALTER TABLE \"_BuyerToGarden\" ADD CONSTRAINT \"_BuyerToGarden_A_fkey\" FOREIGN KEY "
    "(\"A\")"
    " REFERENCES \"buyer\"(\"code\") ON DELETE CASCADE ON UPDATE CASCADE;\n"
    "\n"
    "-- AddForeignKey\n"
    "ALTER TABLE \"_BuyerToGarden\" ADD CONSTRAINT \"_BuyerToGarden_B_fkey\" FOREIGN KEY "
    "(\"B\")"
    " REFERENCES \"app\".\"garden\"(\"id\") ON DELETE CASCADE ON UPDATE CASCADE;\n"
    "\n"
    "-- AddComment\n"
    "COMMENT ON TABLE \"app\".\"garden\" IS 'Where tea grows';\n"
    "\n"
    "-- AddComment\n"
    "COMMENT ON COLUMN \"teas\".\"name\" IS 'As on the tin';\n";

static struct rc_buf set;
static struct rc_schema *schema;
static const struct rc_scope *scope;

static int load(void **state)
{
    (void)state;
    struct rc_problems problems = {0};
    rowcall_error err = {0};
    test_protoc(protos, sizeof protos / sizeof protos[0], &set);
    rowcall_status st = rc_schema_load(rc_buf_view(&set), &schema, &problems, &err);
    for (size_t i = 0; i < problems.count; i++) {
        print_message("%s:%d: %s\n", problems.items[i].position.file,
                      problems.items[i].position.line, problems.items[i].message);
    }
    rc_problems_fini(&problems);
    ASSERT_OK(st, err);
    scope = rc_schema_scope(schema, rc_view_of("one"));
    return 0;
}

static int unload(void **state)
{
    (void)state;
    rc_schema_free(schema);
    rc_buf_fini(&set);
    return 0;
}

static void test_ddl_is_prisma_s(void **state)
{
    (void)state;
    struct rc_buf script = {0};
    assert_int_equal(rc_ddl_create(scope, &script, NULL), ROWCALL_OK);
    assert_string_equal(script.data, expected);
    rc_buf_fini(&script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ddl_is_prisma_s),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
