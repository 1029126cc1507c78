// SPDX-License-Identifier: Apache-2.0
//
// The table of SQLSTATEs: its form, and what each kind of rule says about a failure.
#include "support/check.h"

#include "service/errors.h"
#include "support/protoc.h"

#include <stdio.h>

static const char shop[] =
    "syntax = \"proto3\"; package schema.shop; import \"rowcall/schema.proto\";\n"
    "option (rowcall.database) = {name: \"shop\" url_env: \"SHOP_URL\"};\n"
    "message Maker { option (rowcall.table) = {name: \"makers\"};\n"
    "  int32 id = 1 [(rowcall.column).id = true]; }\n"
    "message Product { option (rowcall.table) = {name: \"products\"\n"
    "    unique: {fields: [\"maker_id\", \"title\"] number: 1}\n"
    "    index: {name: \"products_title_idx\" unique: true fields: \"title\"\n"
    "      where: \"id > 0\"}\n"
    "    check: {name: \"ids\" expression: \"lower(title) <> 'maker_id' AND\"\n"
    "      \" \\\"makerId\\\" > 1e2\"}};\n"
    "  int32 id = 1 [(rowcall.column).id = true];\n"
    "  int32 maker_id = 2 [(rowcall.column).name = \"makerId\"];\n"
    "  string title = 3;\n"
    "  Maker maker = 101 [(rowcall.relation) = {fields: \"maker_id\"\n"
    "    inverse: {name: \"products\" number: 201}}];\n"
    "  repeated Tag tags = 102 [(rowcall.relation) = {\n"
    "    many_to_many: {} inverse: {name: \"products\" number: 201}}]; }\n"
    "message Tag { option (rowcall.table) = {name: \"tags\"};\n"
    "  int32 id = 1 [(rowcall.column).id = true]; }\n";

static int load(void **state)
{
    struct rc_buf set = {0};
    struct rc_schema *schema = NULL;
    struct rc_problems problems;
    rowcall_error err = {0};
    test_protoc(&(struct test_proto){"shop/shop.proto", shop}, 1, &set);
    ASSERT_OK(rc_schema_load(rc_buf_view(&set), &schema, &problems, &err), err);
    rc_problems_fini(&problems);
    rc_buf_fini(&set);
    *state = schema;
    return 0;
}

static int unload(void **state)
{
    rc_schema_free(*state);
    return 0;
}

static const struct rc_model *model(void **state, const char *name)
{
    return rc_scope_model(rc_schema_scope(*state, rc_view_of("shop")), rc_view_of(name));
}

static void fail_with(struct rc_pg_error *error, const char *sqlstate)
{
    *error = (struct rc_pg_error){.kind = RC_PG_ERROR_SERVER,
                                  .outcome = ROWCALL_OUTCOME_ROLLED_BACK,
                                  .step = 0,
                                  .message = "secret 42",
                                  .detail = "Key (title)=(secret 42)",
                                  .schema = "public",
                                  .table = "products"};
    (void)snprintf(error->sqlstate, sizeof(error->sqlstate), "%s", sqlstate);
}

static void test_errors_every_rule_is_complete_and_found(void **state)
{
    (void)state;
    size_t count = 0;
    const struct rc_error_rule *rule;
    for (size_t i = 0; (rule = rc_error_rule_at(i)) != NULL; i++) {
        size_t len = strlen(rule->sqlstate);
        const struct rc_error_rule *next = rc_error_rule_at(i + 1);
        assert_true(len == 5 || len == 2 || (len == 0 && !next));
        assert_int_equal(strlen(rule->reason), 5);
        assert_true(rule->status > ROWCALL_OK && rule->status <= ROWCALL_UNAUTHENTICATED);
        assert_true(strlen(rule->message) > 5);
        char sqlstate[8];
        (void)snprintf(sqlstate, sizeof(sqlstate), "%s%s", rule->sqlstate,
                       len == 2   ? "ZZZ"
                       : len == 0 ? "ZZ999"
                                  : "");
        assert_ptr_equal(rc_error_rule_of(sqlstate), rule);
        count++;
    }
    assert_true(count > 40);
}

static void test_errors_of_every_rule_tell_code_entity_and_outcome(void **state)
{
    const struct rc_error_rule *rule;
    for (size_t i = 0; (rule = rc_error_rule_at(i)) != NULL; i++) {
        struct rc_pg_error error;
        rowcall_error err;
        fail_with(&error, strlen(rule->sqlstate) == 5 ? rule->sqlstate : "ZZ999");
        rc_error_from_pg(&error, model(state, "Product"), &err);
        assert_string_equal(err.reason, rc_error_rule_of(error.sqlstate)->reason);
        ASSERT_STATUS(err.status, rc_error_rule_of(error.sqlstate)->status);
        assert_string_equal(err.sqlstate, error.sqlstate);
        assert_string_equal(err.entity, "Product");
        assert_int_equal(err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
        assert_null(strstr(err.message, "secret"));
    }
}

static void test_errors_unique_violation_names_the_fields_of_its_key(void **state)
{
    struct rc_pg_error error;
    rowcall_error err;
    fail_with(&error, "23505");
    (void)snprintf(error.constraint, sizeof(error.constraint), "products_makerId_title_key");
    rc_error_from_pg(&error, model(state, "Product"), &err);
    assert_string_equal(err.reason, "P2002");
    ASSERT_STATUS(err.status, ROWCALL_ALREADY_EXISTS);
    assert_string_equal(err.fields, "maker_id,title");
    assert_string_equal(err.message,
                        "another Product with this maker_id and title exists already");
    assert_string_equal(err.constraint, "products_makerId_title_key");
}

static void test_errors_foreign_key_tells_which_side_is_wrong(void **state)
{
    struct rc_pg_error error;
    rowcall_error err;
    fail_with(&error, "23503");
    (void)snprintf(error.constraint, sizeof(error.constraint), "products_makerId_fkey");
    (void)snprintf(error.message, sizeof(error.message),
                   "insert or update on table \"products\" violates foreign key constraint"
                   " \"products_makerId_fkey\"");
    rc_error_from_pg(&error, model(state, "Product"), &err);
    assert_string_equal(err.reason, "P2003");
    assert_string_equal(err.fields, "maker_id");
    assert_string_equal(err.message,
                        "the Maker that Product.maker refers to (maker_id) does not exist");
    (void)snprintf(error.message, sizeof(error.message),
                   "update or delete on table \"makers\" violates foreign key constraint"
                   " \"products_makerId_fkey\" on table \"products\"");
    rc_error_from_pg(&error, model(state, "Maker"), &err);
    assert_string_equal(err.entity, "Product");
    assert_string_equal(err.message,
                        "some Product still refers to this Maker by its relation maker");
}

// PostgreSQL speaks the language of its lc_messages.
static void test_errors_foreign_key_tells_the_side_in_any_language(void **state)
{
    static const struct {
        const char *message;
        const char *said;
    } cases[] = {
        {"Einf\xc3\xbcgen oder Aktualisieren in Tabelle \xc2\xbbproducts\xc2\xab verletzt "
         "Fremdschl\xc3\xbcssel-Constraint \xc2\xbbproducts_makerId_fkey\xc2\xab",
         "does not exist"},
        {"Aktualisieren oder L\xc3\xb6schen in Tabelle \xc2\xbbmakers\xc2\xab verletzt "
         "Fremdschl\xc3\xbcssel-Constraint \xc2\xbbproducts_makerId_fkey\xc2\xab von Tabelle "
         "\xc2\xbbproducts\xc2\xab",
         "still refers"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct rc_pg_error error;
        rowcall_error err;
        fail_with(&error, "23503");
        (void)snprintf(error.constraint, sizeof(error.constraint), "products_makerId_fkey");
        (void)snprintf(error.message, sizeof(error.message), "%s", cases[i].message);
        rc_error_from_pg(&error, model(state, "Maker"), &err);
        ASSERT_CONTAINS(err.message, cases[i].said);
        assert_string_equal(err.entity, "Product");
        assert_string_equal(err.fields, "maker_id");
    }
}

static void test_errors_of_unique_indexes_name_their_columns(void **state)
{
    struct rc_pg_error error;
    rowcall_error err;
    fail_with(&error, "23505");
    (void)snprintf(error.constraint, sizeof(error.constraint), "products_title_idx");
    rc_error_from_pg(&error, model(state, "Product"), &err);
    assert_string_equal(err.fields, "title");
    assert_string_equal(err.message, "another Product with this title exists already");
}

// Names are columns; strings, numbers and functions are not, whatever they are called.
static void test_errors_of_checks_name_the_columns_of_their_expression(void **state)
{
    struct rc_pg_error error;
    rowcall_error err;
    fail_with(&error, "23514");
    (void)snprintf(error.constraint, sizeof(error.constraint), "ids");
    rc_error_from_pg(&error, model(state, "Maker"), &err);
    assert_string_equal(err.entity, "Product");
    assert_string_equal(err.fields, "maker_id,title");
    assert_string_equal(err.message, "Product violates a check: ids");
}

// A join table is nobody's entity: it is told as the relation that it makes, seen from the
// call.
static void test_errors_of_join_tables_name_the_relation(void **state)
{
    struct rc_pg_error error;
    rowcall_error err;
    fail_with(&error, "23503");
    (void)snprintf(error.table, sizeof(error.table), "_ProductToTag");
    (void)snprintf(error.constraint, sizeof(error.constraint), "_ProductToTag_B_fkey");
    rc_error_from_pg(&error, model(state, "Product"), &err);
    assert_string_equal(err.reason, "P2003");
    assert_string_equal(err.entity, "Product");
    assert_string_equal(err.fields, "tags");
    assert_string_equal(err.message, "a record that Product.tags is to connect does not exist");
    rc_error_from_pg(&error, model(state, "Tag"), &err);
    assert_string_equal(err.entity, "Tag");
    assert_string_equal(err.fields, "products");
    fail_with(&error, "23505");
    (void)snprintf(error.table, sizeof(error.table), "_ProductToTag");
    rc_error_from_pg(&error, model(state, "Tag"), &err);
    assert_string_equal(err.message, "Tag.products: exists already");
}

// What a statement meets on its way to another server is no loss of our connection.
static void test_errors_of_other_servers_are_not_of_the_connection(void **state)
{
    struct rc_pg_error error;
    rowcall_error err;
    fail_with(&error, "08006");
    rc_error_from_pg(&error, model(state, "Product"), &err);
    assert_string_equal(err.reason, "P2036");
    error.kind = RC_PG_ERROR_CONNECTION;
    error.outcome = ROWCALL_OUTCOME_UNKNOWN;
    rc_error_from_pg(&error, model(state, "Product"), &err);
    assert_string_equal(err.reason, "P1017");
    assert_string_equal(err.entity, "");
}

// Tools and calls give a failed connection the same code.
static void test_errors_of_connections_agree_with_those_of_tools(void **state)
{
    static const char *const states[] = {"",      "28P01", "28000", "3D000", "42501",
                                         "53300", "57P03", "57P01", "XX000", "08006"};
    (void)state;
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        struct rc_pg_error error;
        rowcall_error err;
        fail_with(&error, states[i]);
        error.kind = RC_PG_ERROR_CONNECTION;
        error.outcome = strcmp(states[i], "57P01") == 0 ? ROWCALL_OUTCOME_UNKNOWN
                                                        : ROWCALL_OUTCOME_NOT_EXECUTED;
        rc_error_from_pg(&error, NULL, &err);
        assert_string_equal(err.reason, rc_pg_error_reason(&error));
    }
}

static void test_errors_null_violation_names_the_field(void **state)
{
    struct rc_pg_error error;
    rowcall_error err;
    fail_with(&error, "23502");
    (void)snprintf(error.column, sizeof(error.column), "makerId");
    rc_error_from_pg(&error, model(state, "Product"), &err);
    assert_string_equal(err.reason, "P2011");
    assert_string_equal(err.fields, "maker_id");
    assert_string_equal(err.message, "Product.maker_id must not be null");
}

static void test_errors_of_unknown_constraints_still_name_the_entity(void **state)
{
    static const char *const states[] = {"23505", "23503", "23502", "23514"};
    for (size_t i = 0; i < 4; i++) {
        struct rc_pg_error error;
        rowcall_error err;
        fail_with(&error, states[i]);
        (void)snprintf(error.constraint, sizeof(error.constraint), "made_by_hand");
        rc_error_from_pg(&error, model(state, "Product"), &err);
        assert_string_equal(err.entity, "Product");
        ASSERT_CONTAINS(err.message, "Product");
    }
}

static void test_errors_on_the_way_have_no_sqlstate(void **state)
{
    static const struct {
        enum rc_pg_error_kind kind;
        rowcall_outcome outcome;
        rowcall_status status;
        const char *reason;
    } cases[] = {
        {RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_UNKNOWN, ROWCALL_UNAVAILABLE, "P1017"},
        {RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, ROWCALL_UNAVAILABLE, "P1001"},
        {RC_PG_ERROR_SILENT, ROWCALL_OUTCOME_NOT_EXECUTED, ROWCALL_DEADLINE_EXCEEDED, "P1002"},
        {RC_PG_ERROR_TLS, ROWCALL_OUTCOME_NOT_EXECUTED, ROWCALL_UNAVAILABLE, "P1011"},
        {RC_PG_ERROR_TIMEOUT, ROWCALL_OUTCOME_UNKNOWN, ROWCALL_DEADLINE_EXCEEDED, "P1008"},
        {RC_PG_ERROR_TIMEOUT, ROWCALL_OUTCOME_NOT_EXECUTED, ROWCALL_DEADLINE_EXCEEDED, "P2024"},
        {RC_PG_ERROR_QUEUE_FULL, ROWCALL_OUTCOME_NOT_EXECUTED, ROWCALL_RESOURCE_EXHAUSTED,
         "P2024"},
        {RC_PG_ERROR_SHUTDOWN, ROWCALL_OUTCOME_NOT_EXECUTED, ROWCALL_UNAVAILABLE, ""},
        {RC_PG_ERROR_INVALID, ROWCALL_OUTCOME_NOT_EXECUTED, ROWCALL_INTERNAL, "P2038"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rc_pg_error error = {.kind = cases[i].kind,
                                    .outcome = cases[i].outcome,
                                    .message = "could not connect to secret.host"};
        rowcall_error err;
        rc_error_from_pg(&error, model(state, "Product"), &err);
        ASSERT_STATUS(err.status, cases[i].status);
        assert_string_equal(err.reason, cases[i].reason);
        assert_int_equal(err.outcome, cases[i].outcome);
        assert_string_equal(err.sqlstate, "");
        assert_null(strstr(err.message, "secret"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors_every_rule_is_complete_and_found),
        cmocka_unit_test(test_errors_of_every_rule_tell_code_entity_and_outcome),
        cmocka_unit_test(test_errors_unique_violation_names_the_fields_of_its_key),
        cmocka_unit_test(test_errors_foreign_key_tells_which_side_is_wrong),
        cmocka_unit_test(test_errors_foreign_key_tells_the_side_in_any_language),
        cmocka_unit_test(test_errors_of_unique_indexes_name_their_columns),
        cmocka_unit_test(test_errors_of_checks_name_the_columns_of_their_expression),
        cmocka_unit_test(test_errors_of_join_tables_name_the_relation),
        cmocka_unit_test(test_errors_of_other_servers_are_not_of_the_connection),
        cmocka_unit_test(test_errors_of_connections_agree_with_those_of_tools),
        cmocka_unit_test(test_errors_null_violation_names_the_field),
        cmocka_unit_test(test_errors_of_unknown_constraints_still_name_the_entity),
        cmocka_unit_test(test_errors_on_the_way_have_no_sqlstate),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
