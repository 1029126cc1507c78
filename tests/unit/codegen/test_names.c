// SPDX-License-Identifier: Apache-2.0
//
// Names: how proto names become C's, and that the checker of schemas knows every name the API
// derives.
#include "support/check.h"
#include "support/protoc.h"

#include "api/api.h"
#include "codegen/c_names.h"

static void test_names_follow_protoc_gen_c(void **state)
{
    (void)state;
    static const char *const cases[][4] = {
        {"shop.TeaWhere", "Shop__TeaWhere", "shop__tea_where", "SHOP__TEA_WHERE"},
        {"my_db.HTTPLog2", "MyDb__HTTPLog2", "my_db__httplog2", "MY_DB__HTTPLOG2"},
        {"google.protobuf.Timestamp", "Google__Protobuf__Timestamp",
         "google__protobuf__timestamp", "GOOGLE__PROTOBUF__TIMESTAMP"},
    };
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(rc_c_foreign_type(&arena, cases[i][0]), cases[i][1]);
        assert_string_equal(rc_c_foreign_lower(&arena, cases[i][0]), cases[i][2]);
        assert_string_equal(rc_c_foreign_upper(&arena, cases[i][0]), cases[i][3]);
    }
    assert_string_equal(rc_c_member(&arena, "not"), "not_");
    assert_string_equal(rc_c_member(&arena, "in"), "in");
    rc_arena_fini(&arena);
}

static void test_own_names_are_snake_case_and_not_repetitive(void **state)
{
    (void)state;
    struct rc_arena arena;
    rc_arena_init(&arena, 0);
    assert_string_equal(rc_c_own(&arena, "shop", "TeaWhere"), "shop_tea_where");
    assert_string_equal(rc_c_own(&arena, "google.protobuf", "Timestamp"),
                        "google_protobuf_timestamp");
    assert_string_equal(rc_c_own_constant(&arena, "shop", "TeaKind", "TEA_KIND_GREEN"),
                        "SHOP_TEA_KIND_GREEN");
    assert_string_equal(rc_c_own_constant(&arena, "shop", "TeaKind", "GREEN"),
                        "SHOP_TEA_KIND_GREEN");
    assert_string_equal(rc_c_own_constant(&arena, "shop", "TeaKind", "TEA_KINDLY"),
                        "SHOP_TEA_KIND_TEA_KINDLY");
    rc_arena_fini(&arena);
}

// A schema in which entities have the names of all messages that are derived from one of its
// entities.
struct rivals {
    struct rc_buf text;
    struct rc_buf names; // NUL-terminated, one behind the other
    const char *of;
};

static void add_rival(struct rivals *rivals, const struct rc_model *model, const char *name)
{
    if (!model || strcmp(model->entity->name, rivals->of) != 0 ||
        strcmp(name, rivals->of) == 0) {
        return;
    }
    rc_buf_printf(&rivals->text,
                  "message %s { option (rowcall.table) = {}; "
                  "int32 id = 1 [(rowcall.column).id = true]; }\n",
                  name);
    rc_buf_append(&rivals->names, name, strlen(name) + 1);
}

static void add_enum(void *context, const struct rc_model *model,
                     const struct rc_wire_enum *enumeration)
{
    add_rival(context, model, enumeration->name);
}

static void add_message(void *context, const struct rc_model *model,
                        const struct rc_wire_message *message)
{
    add_rival(context, model, message->name);
}

static const char entities[] =
    "syntax = \"proto3\";\npackage schema.shop;\nimport \"rowcall/schema.proto\";\n"
    "option (rowcall.database) = {name: \"shop\" url_env: \"SHOP_URL\"};\n"
    "message Tea {\n"
    "  option (rowcall.table) = {unique: {fields: [\"lot\", \"shelf_id\"] number: 1}};\n"
    "  int32 id = 1 [(rowcall.column).id = true]; int32 lot = 2; int32 shelf_id = 3;\n"
    "  Shelf shelf = 101 [(rowcall.relation) = {fields: \"shelf_id\" inverse: {name: \"teas\" "
    "number: "
    "201}}];\n"
    "}\n"
    "message Shelf {\n"
    "  option (rowcall.table) = {};\n"
    "  int32 id = 1 [(rowcall.column).id = true]; int32 best_id = 2 [(rowcall.column).unique = "
    "true];\n"
    "  Tea best = 101 [(rowcall.relation) = {fields: \"best_id\" inverse: {name: \"best_of\" "
    "number: "
    "202}}];\n"
    "}\n";

static void load(const char *text, struct rc_schema **ret_schema, struct rc_buf *ret_findings)
{
    struct test_proto proto = {"shop/shop.proto", text};
    struct rc_buf set = {0};
    struct rc_problems problems;
    rowcall_error err = {0};
    test_protoc(&proto, 1, &set);
    *ret_schema = NULL;
    rowcall_status st = rc_schema_load(rc_buf_view(&set), ret_schema, &problems, &err);
    assert_int_equal(st == ROWCALL_OK, *ret_schema != NULL);
    rc_problems_print(&problems, ret_findings);
    rc_problems_fini(&problems);
    rc_buf_fini(&set);
}

static void expect_refusals(const char *entity)
{
    struct rc_schema *schema;
    struct rc_schema *refused;
    struct rc_buf findings = {0};
    struct rivals rivals = {.of = entity};
    struct rc_api *api = NULL;
    rowcall_error err = {0};
    load(entities, &schema, &findings);
    assert_non_null(schema);
    ASSERT_OK(rc_api_new(rc_schema_scope(schema, rc_view_of("shop")), &api, &err), err);
    rc_buf_append_text(&rivals.text, entities);
    ASSERT_OK(rc_api_each(api, add_enum, add_message, &rivals, &err), err);
    assert_true(rivals.names.len > 0);
    load(rivals.text.data, &refused, &findings);
    assert_null(refused);
    for (const char *name = rivals.names.data; name < rivals.names.data + rivals.names.len;
         name += strlen(name) + 1) {
        char expected[256];
        snprintf(expected, sizeof(expected),
                 ": %s is the name of a message that is derived from", name);
        ASSERT_CONTAINS(findings.data, expected);
    }
    rc_api_free(api);
    rc_schema_free(schema);
    rc_buf_fini(&findings);
    rc_buf_fini(&rivals.text);
    rc_buf_fini(&rivals.names);
}

static void test_derived_names_are_refused_for_entities(void **state)
{
    (void)state;
    expect_refusals("Tea");
    expect_refusals("Shelf");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_follow_protoc_gen_c),
        cmocka_unit_test(test_own_names_are_snake_case_and_not_repetitive),
        cmocka_unit_test(test_derived_names_are_refused_for_entities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
