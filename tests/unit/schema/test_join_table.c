// SPDX-License-Identifier: Apache-2.0
//
// Implicit many-to-many relations: both sides, the table that Prisma would make, and its names.
#include "support/blog.h"
#include "support/check.h"

#include "schema/schema.h"

#include <stdio.h>

static struct rc_schema *load(const struct test_proto *protos, size_t count)
{
    struct rc_buf set = {0};
    struct rc_schema *schema = NULL;
    struct rc_problems problems;
    rowcall_error err = {0};
    test_protoc(protos, count, &set);
    rowcall_status st = rc_schema_load(rc_buf_view(&set), &schema, &problems, &err);
    if (st != ROWCALL_OK) {
        fail_msg("%s", problems.count > 0 ? problems.items[0].message : err.message);
    }
    rc_problems_fini(&problems);
    rc_buf_fini(&set);
    return schema;
}

static int load_blog(void **state)
{
    *state = load(test_blog, TEST_BLOG_FILES);
    return 0;
}

static int free_blog(void **state)
{
    rc_schema_free(*state);
    return 0;
}

static const struct rc_relation *relation_of(const struct rc_scope *scope, const char *entity,
                                             const char *name)
{
    const struct rc_model *model = rc_scope_model(scope, rc_view_of(entity));
    assert_non_null(model);
    for (size_t i = 0; i < model->relation_count; i++) {
        if (strcmp(model->relations[i].name, name) == 0) {
            return &model->relations[i];
        }
    }
    fail_msg("%s has no relation %s", entity, name);
    return NULL;
}

static const struct rc_scope *blog_of(void **state)
{
    return rc_schema_scope(*state, rc_view_of("blog"));
}

static void test_join_table_relates_both_sides(void **state)
{
    const struct rc_relation *tags = relation_of(blog_of(state), "Post", "tags");
    const struct rc_relation *posts = relation_of(blog_of(state), "Tag", "posts");
    assert_ptr_equal(tags->inverse, posts);
    assert_ptr_equal(posts->inverse, tags);
    assert_ptr_equal(tags->join, posts->join);
    assert_null(tags->key);
    assert_true(tags->to_many && posts->to_many);
    assert_false(tags->owns || tags->required || posts->owns || posts->required);
    assert_string_equal(tags->join_near, "A");
    assert_string_equal(tags->join_far, "B");
    assert_string_equal(posts->join_near, "B");
    assert_string_equal(posts->join_far, "A");
    assert_int_equal(tags->column_count, 1);
    assert_string_equal(tags->columns[0]->entity->name, "Post");
    assert_string_equal(tags->target_columns[0]->entity->name, "Tag");
    assert_string_equal(posts->columns[0]->entity->name, "Tag");
    assert_ptr_equal(posts->target, tags->from);
    assert_int_equal(posts->number, 201);
}

// The field whose name sorts first leads from A to B: friend_of, which is the inverse.
static void test_join_table_of_one_entity_follows_field_names(void **state)
{
    const struct rc_relation *friends = relation_of(blog_of(state), "User", "friends");
    const struct rc_relation *friend_of = relation_of(blog_of(state), "User", "friend_of");
    assert_ptr_equal(friends->inverse, friend_of);
    assert_ptr_equal(friend_of->inverse, friends);
    assert_string_equal(friend_of->join_near, "A");
    assert_string_equal(friend_of->join_far, "B");
    assert_string_equal(friends->join_near, "B");
    assert_string_equal(friends->join_far, "A");
    assert_false(friends->join->owner_is_a);
}

static void test_join_table_is_prisma_s(void **state)
{
    const struct rc_scope *scope = blog_of(state);
    const struct rc_join_table *join =
        rc_scope_join_table(scope, rc_view_of("public"), rc_view_of("_PostToTag"));
    assert_non_null(join);
    assert_null(rc_scope_join_table(scope, rc_view_of("side"), rc_view_of("_PostToTag")));
    const struct rc_entity *table = join->table;
    assert_string_equal(table->name, "Post.tags");
    assert_int_equal(table->column_count, 2);
    assert_string_equal(table->columns[0].sql_name, "A");
    assert_string_equal(table->columns[0].type.sql, "bigint");
    assert_string_equal(table->columns[1].type.sql, "integer");
    assert_false(table->columns[0].nullable || table->columns[0].autoincrement);
    assert_string_equal(table->keys[0].sql_name, "_PostToTag_AB_pkey");
    assert_string_equal(table->indexes[0].sql_name, "_PostToTag_B_index");
    assert_string_equal(table->foreign_keys[0].sql_name, "_PostToTag_A_fkey");
    assert_string_equal(table->foreign_keys[1].sql_name, "_PostToTag_B_fkey");
    assert_int_equal(table->foreign_keys[0].on_delete, RC_ACTION_CASCADE);
    assert_int_equal(table->foreign_keys[1].on_update, RC_ACTION_CASCADE);
    // Sorted by name; nobody finds it as an entity.
    assert_int_equal(scope->join_table_count, 2);
    assert_string_equal(scope->join_tables[0]->sql_name, "_Friends");
    assert_ptr_equal(scope->join_tables[1], join);
    assert_null(
        rc_scope_entity_by_table(scope, rc_view_of("public"), rc_view_of("_PostToTag")));
}

#define HEAD                                                                                   \
    "syntax = \"proto3\";\npackage schema.shop;\nimport \"rowcall/schema.proto\";\n"           \
    "option (rowcall.database) = {name: \"shop\" url_env: \"SHOP_URL\"};\n"
#define ID   "int32 id = 1 [(rowcall.column).id = true]; "
#define LONG "ANameOfFiftyCharactersWhichIsMoreThanPeopleNeedXYZ" // 50

static struct rc_schema *load_text(const char *text)
{
    struct test_proto proto = {"shop/shop.proto", text};
    return load(&proto, 1);
}

static void test_join_table_names_are_cut_as_prisma_cuts_them(void **state)
{
    (void)state;
    struct rc_schema *schema =
        load_text(HEAD "message " LONG " { option (rowcall.table) = {name: \"a\"}; " ID
                       "repeated Other others = 2 [(rowcall.relation) = {many_to_many: {} "
                       "inverse: {name: \"back\" number: 9}}]; }\n"
                       "message Other { option (rowcall.table) = {}; " ID "}\n"
                       "message More { option (rowcall.table) = {}; " ID
                       "repeated Other others = 2 [(rowcall.relation) = {many_to_many: {name: "
                       "\"b2345678901234567890123456789012345678901234567890123456789012\"} "
                       "inverse: {name: \"more\" number: 8}}]; }\n");
    const struct rc_scope *scope = rc_schema_scope(schema, rc_view_of("shop"));
    const struct rc_entity *cut = scope->join_tables[0]->table;
    assert_string_equal(cut->sql_name, "_" LONG "ToOther");
    assert_string_equal(cut->keys[0].sql_name, "_" LONG "ToOt_AB_pkey");
    assert_string_equal(cut->indexes[0].sql_name, "_" LONG "ToOt_B_index");
    assert_string_equal(cut->foreign_keys[0].sql_name, "_" LONG "ToOth_A_fkey");
    // 62 characters of one's own are the most: the underscore makes 63.
    assert_int_equal(strlen(scope->join_tables[1]->sql_name), 63);
    rc_schema_free(schema);
}

// The inverse is there only where the owner is, and the shared part does not count the table.
static void test_join_table_belongs_to_its_owner_s_scopes(void **state)
{
    (void)state;
    const struct test_proto protos[] = {
        {"shared/tag.proto", "syntax = \"proto3\";\npackage schema.shared;\n"
                             "import \"rowcall/schema.proto\";\n"
                             "message Tag { option (rowcall.table) = {}; " ID "}\n"},
        {"shop/shop.proto",
         HEAD "import \"shared/tag.proto\";\nmessage Tea { option (rowcall.table) = {}; " ID
              "repeated schema.shared.Tag tags = 2 [(rowcall.relation) = {many_to_many: {} "
              "inverse: {name: \"teas\" number: 9}}]; }\n"},
    };
    struct rc_schema *schema = load(protos, 2);
    const struct rc_scope *shared = rc_schema_scope(schema, rc_view_of("shared"));
    const struct rc_scope *shop = rc_schema_scope(schema, rc_view_of("shop"));
    assert_int_equal(shared->join_table_count, 0);
    assert_int_equal(shared->models[0].relation_count, 0);
    assert_string_equal(relation_of(shop, "Tag", "teas")->join->sql_name, "_TagToTea");
    assert_string_equal(rc_scope_shared_fingerprint(shop), rc_scope_fingerprint(shared));
    assert_string_not_equal(rc_scope_fingerprint(shop), rc_scope_fingerprint(shared));
    rc_schema_free(schema);
}

static void test_join_table_counts_in_the_fingerprint(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "message Tag { option (rowcall.table) = {}; " ID "}\n"
             "message Tea { option (rowcall.table) = {}; " ID
             "repeated Tag tags = 2 [(rowcall.relation) = {many_to_many: {name: \"%s\"} "
             "inverse: {name: \"teas\" number: 9}}]; }\n";
    char prints[2][65];
    for (int i = 0; i < 2; i++) {
        char named[1024];
        snprintf(named, sizeof(named), text, i ? "one" : "other");
        struct rc_schema *schema = load_text(named);
        memcpy(prints[i], rc_scope_fingerprint(&schema->scopes[1]), sizeof(prints[i]));
        rc_schema_free(schema);
    }
    assert_string_not_equal(prints[0], prints[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join_table_relates_both_sides),
        cmocka_unit_test(test_join_table_of_one_entity_follows_field_names),
        cmocka_unit_test(test_join_table_is_prisma_s),
        cmocka_unit_test(test_join_table_names_are_cut_as_prisma_cuts_them),
        cmocka_unit_test(test_join_table_belongs_to_its_owner_s_scopes),
        cmocka_unit_test(test_join_table_counts_in_the_fingerprint),
    };
    return cmocka_run_group_tests(tests, load_blog, free_blog);
}
