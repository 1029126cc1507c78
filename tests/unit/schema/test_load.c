// SPDX-License-Identifier: Apache-2.0
//
// Loading: the repository's databases become the expected model, and damaged input becomes an
// error, never a crash.
#include "support/check.h"
#include "support/fail_alloc.h"
#include "support/protoc.h"
#include "wire/reader.h"

#include "schema/schema.h"

#include <stdlib.h>

static struct rc_buf set;
static struct rc_schema *schema;

static int load_repository(void **state)
{
    (void)state;
    struct rc_problems problems;
    rowcall_error err = {0};
    test_protoc_repository(&set);
    rowcall_status st = rc_schema_load(rc_buf_view(&set), &schema, &problems, &err);
    struct rc_buf text = {0};
    rc_problems_print(&problems, &text);
    if (st != ROWCALL_OK) {
        fail_msg("%s\n%s", err.message, text.len ? text.data : "");
    }
    rc_buf_fini(&text);
    rc_problems_fini(&problems);
    return 0;
}

static int free_repository(void **state)
{
    (void)state;
    rc_schema_free(schema);
    rc_buf_fini(&set);
    return 0;
}

static const struct rc_scope *scope_of(const char *name)
{
    const struct rc_scope *scope = rc_schema_scope(schema, rc_view_of(name));
    assert_non_null(scope);
    return scope;
}

static const struct rc_model *model_of(const char *scope, const char *entity)
{
    const struct rc_model *model = rc_scope_model(scope_of(scope), rc_view_of(entity));
    assert_non_null(model);
    return model;
}

static const struct rc_relation *relation_of(const struct rc_model *model, const char *name)
{
    for (size_t i = 0; i < model->relation_count; i++) {
        if (strcmp(model->relations[i].name, name) == 0) {
            return &model->relations[i];
        }
    }
    return NULL;
}

static void test_load_finds_scopes_in_order(void **state)
{
    (void)state;
    assert_int_equal(schema->scope_count, 3);
    assert_string_equal(schema->scopes[0].name, "shared");
    assert_false(schema->scopes[0].is_database);
    assert_null(schema->scopes[0].url_env);
    assert_string_equal(schema->scopes[1].name, "bibikos");
    assert_string_equal(schema->scopes[1].url_env, "BIBIKOS_DATABASE_URL");
    assert_string_equal(schema->scopes[2].name, "core");
    assert_string_equal(schema->scopes[2].url_env, "DATABASE_URL");
    assert_string_equal(schema->scopes[2].extensions[0], "citext");
    assert_int_equal(scope_of("shared")->model_count, 14);
    assert_int_equal(scope_of("core")->model_count, 14);
    assert_int_equal(scope_of("bibikos")->model_count, 15);
    assert_null(rc_schema_scope(schema, rc_view_of("nope")));
    assert_null(rc_scope_model(scope_of("core"), rc_view_of("GymMember")));
    assert_null(rc_scope_model(scope_of("core"), rc_view_of("Produc")));
    assert_null(rc_scope_model(scope_of("core"), rc_view_of("Products")));
}

static void test_load_adds_an_inverse_only_where_its_owner_is(void **state)
{
    (void)state;
    const struct rc_relation *member =
        relation_of(model_of("bibikos", "AuthUser"), "gym_member");
    assert_non_null(member);
    assert_false(member->to_many); // its column is unique
    assert_false(member->owns);
    assert_int_equal(member->number, 301);
    assert_string_equal(member->target->entity->name, "GymMember");
    assert_string_equal(member->inverse->name, "user");
    assert_ptr_equal(member->inverse->inverse, member);
    assert_null(relation_of(model_of("core", "AuthUser"), "gym_member"));
    assert_null(relation_of(model_of("shared", "AuthUser"), "gym_member"));
    // One entity, seen from three scopes.
    assert_ptr_equal(model_of("bibikos", "AuthUser")->entity,
                     model_of("core", "AuthUser")->entity);
}

static void test_load_reads_both_sides_of_a_relation(void **state)
{
    (void)state;
    const struct rc_relation *prices = relation_of(model_of("core", "Product"), "prices");
    assert_true(prices->to_many);
    assert_string_equal(prices->columns[0]->name, "id");
    assert_string_equal(prices->target_columns[0]->sql_name, "productId");
    assert_string_equal(prices->key->sql_name, "prices_productId_fkey");
    assert_int_equal(prices->key->on_delete, RC_ACTION_CASCADE);
    assert_int_equal(prices->key->on_update, RC_ACTION_CASCADE);
    const struct rc_relation *replaced =
        relation_of(model_of("core", "Price"), "replaced_by_price");
    assert_true(replaced->owns);
    assert_false(replaced->required);
    assert_ptr_equal(replaced->from, replaced->target);
    assert_string_equal(replaced->inverse->name, "replaced_prices");
    assert_true(relation_of(model_of("core", "Price"), "product")->required);
}

static void test_load_names_what_prisma_named(void **state)
{
    (void)state;
    const struct rc_entity *user = model_of("core", "AuthUser")->entity;
    const struct rc_key *username =
        rc_entity_key_by_sql_name(user, rc_view_of("unique_username"));
    assert_non_null(username);
    assert_string_equal(username->name, "username");
    assert_int_equal(username->number, 4);
    assert_non_null(rc_entity_key_by_sql_name(user, rc_view_of("auth_users_email_key")));
    assert_true(user->keys[0].primary);
    assert_string_equal(user->keys[0].sql_name, "auth_users_pkey");
    const struct rc_entity *role = model_of("core", "UserRole")->entity;
    assert_string_equal(role->sql_name, "user_role");
    assert_int_equal(role->keys[0].number, 1010);
    assert_string_equal(role->keys[0].name, "user_id_role_id");
    assert_true(rc_entity_column(role, rc_view_of("role_id"))->is_id);
    const struct rc_entity *subscription = model_of("core", "Subscription")->entity;
    const struct rc_index *last = &subscription->indexes[subscription->index_count - 1];
    assert_string_equal(last->sql_name, "subscriptions_status_current_period_end_idx");
    assert_int_equal(last->part_count, 2);
    assert_ptr_equal(rc_scope_entity_by_table(scope_of("core"), rc_view_of("public"),
                                              rc_view_of("auth_users")),
                     user);
}

static void test_load_reads_columns(void **state)
{
    (void)state;
    const struct rc_entity *user = model_of("core", "AuthUser")->entity;
    assert_string_equal(user->comment, "A person with an account.");
    assert_string_equal(user->position.file, "shared/auth.proto");
    const struct rc_column *status = rc_entity_column_by_number(user, 7);
    assert_int_equal(status->type.kind, RC_TYPE_ENUM);
    assert_string_equal(status->type.sql, "\"UserStatus\"");
    assert_string_equal(status->default_literal, "ACTIVE");
    const struct rc_enum *labels = status->type.enumeration;
    assert_int_equal(labels->label_count, 3);
    assert_string_equal(labels->unspecified_name, "USER_STATUS_UNSPECIFIED");
    assert_int_equal(rc_enum_by_label(labels, rc_view_of("BANNED"))->number, 3);
    assert_null(rc_enum_by_number(labels, 0));
    const struct rc_column *created = rc_entity_column(user, rc_view_of("created_at"));
    assert_string_equal(created->sql_name, "createdAt");
    assert_string_equal(created->type.sql, "timestamp(3)");
    assert_string_equal(created->default_sql, "CURRENT_TIMESTAMP");
    assert_true(rc_column_is_optional(created));
    assert_false(rc_column_is_optional(rc_entity_column(user, rc_view_of("email"))));
    const struct rc_column *scopes =
        rc_entity_column(model_of("core", "UserProfile")->entity, rc_view_of("scopes"));
    assert_true(scopes->type.array);
    assert_true(scopes->nullable);
}

static void test_load_fingerprints_the_shared_part_alike(void **state)
{
    (void)state;
    const char *shared = rc_scope_fingerprint(scope_of("shared"));
    assert_int_equal(strlen(shared), 64);
    assert_string_equal(rc_scope_shared_fingerprint(scope_of("core")), shared);
    assert_string_equal(rc_scope_shared_fingerprint(scope_of("bibikos")), shared);
    assert_string_equal(rc_scope_fingerprint(scope_of("core")), shared);
    assert_string_not_equal(rc_scope_fingerprint(scope_of("bibikos")), shared);
}

#define SHOP_HEAD                                                                              \
    "syntax = \"proto3\";\npackage schema.shop;\nimport \"rowcall/schema.proto\";\n"           \
    "option (rowcall.database) = {name: \"shop\" url_env: \"SHOP_URL\"};\n"

static void fingerprint_of(const char *text, char ret_hex[65])
{
    struct test_proto proto = {"shop/shop.proto", text};
    struct rc_buf bytes = {0};
    struct rc_schema *loaded = NULL;
    struct rc_problems problems;
    rowcall_error err = {0};
    test_protoc(&proto, 1, &bytes);
    ASSERT_OK(rc_schema_load(rc_buf_view(&bytes), &loaded, &problems, &err), err);
    memcpy(ret_hex, rc_scope_fingerprint(&loaded->scopes[1]), 65);
    rc_schema_free(loaded);
    rc_problems_fini(&problems);
    rc_buf_fini(&bytes);
}

static void test_fingerprint_counts_what_is_physical(void **state)
{
    (void)state;
    char plain[65];
    char renamed[65];
    char longer[65];
    fingerprint_of(SHOP_HEAD "message Tea { option (rowcall.table) = {};\n"
                             "int32 id = 1 [(rowcall.column).id = true]; string leaf = 2; }",
                   plain);
    fingerprint_of(SHOP_HEAD
                   "// A comment.\nmessage Chai { option (rowcall.table).name = \"tea\";\n"
                   "int32 id = 9 [(rowcall.column).id = true];\n"
                   "string blatt = 3 [(rowcall.column).name = \"leaf\"]; }",
                   renamed);
    fingerprint_of(SHOP_HEAD "message Tea { option (rowcall.table) = {};\n"
                             "int32 id = 1 [(rowcall.column).id = true];\n"
                             "optional string leaf = 2; }",
                   longer);
    assert_string_equal(plain, renamed);
    assert_string_not_equal(plain, longer);
}

static void test_default_names_are_shortened(void **state)
{
    (void)state;
    struct test_proto proto = {
        "shop/shop.proto",
        SHOP_HEAD "message Tea { option (rowcall.table) = {name: "
                  "\"a_table_with_a_name_of_some_forty_characters\"};\n"
                  "int32 id = 1 [(rowcall.column).id = true];\n"
                  "string a_column_with_a_long_name = 2 [(rowcall.column).unique = true]; }"};
    struct rc_buf bytes = {0};
    struct rc_schema *loaded = NULL;
    struct rc_problems problems;
    rowcall_error err = {0};
    test_protoc(&proto, 1, &bytes);
    ASSERT_OK(rc_schema_load(rc_buf_view(&bytes), &loaded, &problems, &err), err);
    assert_string_equal(loaded->entities[0].keys[1].sql_name,
                        "a_table_with_a_name_of_some_forty_characters_a_column_with__key");
    assert_int_equal(strlen(loaded->entities[0].keys[1].sql_name), 63);
    rc_schema_free(loaded);
    rc_problems_fini(&problems);
    rc_buf_fini(&bytes);
}

// Loads bytes that may be anything; the only expectation is an answer.
static rowcall_status try_load(const char *data, size_t len)
{
    struct rc_schema *loaded = NULL;
    struct rc_problems problems;
    rowcall_error err = {0};
    rowcall_status st = rc_schema_load((struct rc_view){data, len}, &loaded, &problems, &err);
    assert_int_equal(st != ROWCALL_OK, err.status != ROWCALL_OK);
    if (st == ROWCALL_OK) {
        rc_schema_free(loaded);
    }
    rc_problems_fini(&problems);
    return st;
}

// Whether the set's first len bytes are whole files.
static bool is_whole(size_t len)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, rc_buf_view(&set));
    while (reader.at < (const unsigned char *)set.data + len && rc_wire_next(&reader, &value)) {
    }
    return (const char *)reader.at == set.data + len;
}

static void test_load_survives_truncation(void **state)
{
    (void)state;
    for (size_t len = 0; len < set.len; len += 97) {
        if (is_whole(len)) {
            continue;
        }
        // An exact copy, so that a read past the end is seen by a sanitizer.
        char *copy = malloc(len + 1);
        assert_non_null(copy);
        memcpy(copy, set.data, len);
        assert_int_not_equal(try_load(copy, len), ROWCALL_OK);
        free(copy);
    }
}

static void test_load_survives_mutation(void **state)
{
    (void)state;
    uint32_t random = 20261123;
    char *copy = malloc(set.len);
    assert_non_null(copy);
    for (int round = 0; round < 400; round++) {
        memcpy(copy, set.data, set.len);
        for (int i = 0; i < 8; i++) {
            random = random * 1664525u + 1013904223u;
            copy[random % set.len] = (char)(random >> 24);
        }
        (void)try_load(copy, set.len);
    }
    free(copy);
}

static void test_load_refuses_deep_nesting(void **state)
{
    (void)state;
    // nested_type within nested_type: each level wraps the one before in a tag and a length.
    char bytes[4096];
    size_t at = sizeof(bytes);
    size_t len = 0;
    for (int level = 0; level < 40; level++) {
        uint8_t number = level == 39 ? 1 : level == 38 ? 4 : 3;
        assert_true(len < 128);
        bytes[--at] = (char)len;
        bytes[--at] = (char)(number << 3 | 2);
        len += 2;
    }
    ASSERT_STATUS(try_load(bytes + at, len), ROWCALL_INVALID_ARGUMENT);
}

static void test_load_survives_lack_of_memory(void **state)
{
    (void)state;
    bool refused = true;
    for (unsigned long nth = 1; refused; nth++) {
        fail_alloc_arm(nth);
        struct rc_schema *loaded = NULL;
        struct rc_problems problems;
        rowcall_error err = {0};
        rowcall_status st = rc_schema_load(rc_buf_view(&set), &loaded, &problems, &err);
        refused = fail_alloc_disarm();
        if (st == ROWCALL_OK) {
            rc_schema_free(loaded);
        }
        rc_problems_fini(&problems);
        assert_int_equal(st == ROWCALL_OK, !refused);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load_finds_scopes_in_order),
        cmocka_unit_test(test_load_adds_an_inverse_only_where_its_owner_is),
        cmocka_unit_test(test_load_reads_both_sides_of_a_relation),
        cmocka_unit_test(test_load_names_what_prisma_named),
        cmocka_unit_test(test_load_reads_columns),
        cmocka_unit_test(test_load_fingerprints_the_shared_part_alike),
        cmocka_unit_test(test_fingerprint_counts_what_is_physical),
        cmocka_unit_test(test_default_names_are_shortened),
        cmocka_unit_test(test_load_survives_truncation),
        cmocka_unit_test(test_load_survives_mutation),
        cmocka_unit_test(test_load_refuses_deep_nesting),
        cmocka_unit_test(test_load_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, load_repository, free_repository);
}
