// SPDX-License-Identifier: Apache-2.0
//
// A database made by the repository's own DDL matches the schema; every kind of change to it is
// named.
#include "migrate/compare.h"
#include "migrate/ddl.h"
#include "support/blog.h"
#include "support/check.h"
#include "support/database.h"
#include "support/protoc.h"
#include "support/shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct rc_buf set;
static struct rc_schema *schema;
static const struct rc_scope *scope;
static char *url;
static struct rc_buf ddl;

static int load_set(const char *name)
{
    struct rc_problems problems = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_schema_load(rc_buf_view(&set), &schema, &problems, &err), err);
    rc_problems_fini(&problems);
    scope = rc_schema_scope(schema, rc_view_of(name));
    assert_int_equal(rc_ddl_create(scope, &ddl, NULL), ROWCALL_OK);
    return 0;
}

static int load(void **state)
{
    (void)state;
    test_protoc_repository(&set);
    return load_set("bibikos");
}

static int load_blog(void **state)
{
    (void)state;
    test_protoc(test_blog, TEST_BLOG_FILES, &set);
    (void)load_set("blog");
    rc_buf_append_text(&ddl, test_blog_more_ddl);
    return 0;
}

static int load_shop(void **state)
{
    (void)state;
    test_protoc(test_shop, TEST_SHOP_FILES, &set);
    return load_set("shop");
}

// PostgreSQL schemas whose names are keywords or need quotes, and texts of the author's that
// name them.
static const struct test_proto desk[] = {
    {"desk/desk.proto",
     "syntax = \"proto3\";\n"
     "package schema.desk;\n"
     "import \"rowcall/schema.proto\";\n"
     "option (rowcall.database) = {name: \"desk\" url_env: \"DESK_URL\"};\n"
     "enum Mood {\n"
     "  option (rowcall.enum) = {name: \"mood\" schema: \"order\"};\n"
     "  GOOD = 0;\n"
     "  BAD = 1;\n"
     "}\n"
     "message Ticket {\n"
     "  option (rowcall.table) = {\n"
     "    name: \"tickets\" schema: \"order\"\n"
     "    check: {name: \"mood_check\" expression: \"mood <> 'BAD'::\\\"order\\\".mood\"}\n"
     "    index: {parts: {field: \"id\"} where: \"mood = 'GOOD'::\\\"order\\\".mood\"}\n"
     "  };\n"
     "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
     "  Mood mood = 2 [(rowcall.column) = {default_sql: \"'GOOD'::\\\"order\\\".mood\"}];\n"
     "  repeated Mood moods = 3 [(rowcall.column) = {default_sql: "
     "\"ARRAY['BAD']::\\\"order\\\".mood[]\"}];\n"
     "}\n"
     "message Seat {\n"
     "  option (rowcall.table) = {name: \"seats\" schema: \"My Desk\"};\n"
     "  int32 id = 1 [(rowcall.column) = {id: true autoincrement: true}];\n"
     "  int32 ticket_id = 2;\n"
     "  Ticket ticket = 101 [(rowcall.relation) = {fields: \"ticket_id\"}];\n"
     "}\n"
     "message Total {\n"
     "  option (rowcall.table) = {name: \"totals\" schema: \"user\" view: true\n"
     "    definition: \"SELECT t.mood, count(*) AS n FROM \\\"order\\\".tickets t JOIN "
     "\\\"My Desk\\\".seats s ON s.ticket_id = t.id GROUP BY t.mood\"};\n"
     "  Mood mood = 1 [(rowcall.column) = {id: true}];\n"
     "  optional int64 n = 2;\n"
     "}\n"},
};

static int load_desk(void **state)
{
    (void)state;
    test_protoc(desk, sizeof desk / sizeof desk[0], &set);
    return load_set("desk");
}

static int unload(void **state)
{
    (void)state;
    rc_schema_free(schema);
    schema = NULL;
    rc_buf_fini(&set);
    rc_buf_fini(&ddl);
    return 0;
}

static int setup(void **state)
{
    (void)state;
    url = test_database_create();
    test_database_run(url, ddl.data);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_database_drop(url);
    return 0;
}

// All differences as lines.
static void compare(bool strict, struct rc_buf *out)
{
    struct rc_arena arena;
    struct rc_differences differences = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    ASSERT_OK(rc_compare_url(url, scope, strict, &arena, &differences, &err), err);
    rc_buf_append_text(out, "");
    for (size_t i = 0; i < differences.count; i++) {
        rc_buf_printf(out, "%s\n", differences.items[i].text);
    }
    rc_arena_fini(&arena);
}

static void test_own_ddl_has_no_differences(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    compare(true, &out);
    assert_int_equal(out.len, 0);
    rc_buf_fini(&out);
}

static void test_each_change_is_named_alone(void **state)
{
    (void)state;
    static const struct {
        const char *change;
        const char *text;
    } cases[] = {
        {"alter table products alter column hierarchy type bigint",
         "table products: column hierarchy: type is bigint, the schema says integer\n"},
        {"alter table products alter column hierarchy drop not null",
         "table products: column hierarchy: nullability is nullable, the schema says not "
         "null\n"},
        {"alter table products alter column hierarchy set default 7",
         "table products: column hierarchy: default is 7, the schema says 0\n"},
        {"alter table products drop column description",
         "table products: column description is missing\n"},
        {"alter table products add column extra text",
         "table products: column extra is not in the schema\n"},
        {"drop index products_name_key",
         "table products: index products_name_key is missing; the schema says CREATE UNIQUE "
         "INDEX "
         "products_name_key ON public.products USING btree (name)\n"},
        {"create index extra on products(active)",
         "table products: index extra is not in the schema: CREATE INDEX extra ON "
         "public.products "
         "USING btree (active)\n"},
        {"drop index auth_users_status_idx; create index auth_users_status_idx on auth_users "
         "using "
         "hash (status)",
         "table auth_users: index auth_users_status_idx is CREATE INDEX auth_users_status_idx "
         "ON "
         "public.auth_users USING hash (status), the schema says CREATE INDEX "
         "auth_users_status_idx ON "
         "public.auth_users USING btree (status)\n"},
        {"alter table gym_members drop constraint \"gym_members_userId_fkey\"",
         "table gym_members: foreign key gym_members_userId_fkey is missing; the schema says "
         "FOREIGN KEY "
         "(\"userId\") REFERENCES public.auth_users(id) ON UPDATE CASCADE ON DELETE CASCADE\n"},
        {"alter table roles add constraint short check (length(name) < 9)",
         "table roles: check short is not in the schema: CHECK ((length(name) < 9))\n"},
        {"alter table user_role drop constraint user_role_pkey",
         "table user_role: primary key user_role_pkey is missing; the schema says PRIMARY KEY "
         "(\"userId\", \"roleId\")\n"},
        {"alter type \"UserStatus\" add value 'NEW'",
         "enum UserStatus is 'ACTIVE', 'DEACTIVATED', 'BANNED', 'NEW', the schema says "
         "'ACTIVE', "
         "'DEACTIVATED', 'BANNED'\n"},
        {"alter table roles rename column name to title",
         "table roles: column name is missing\n"
         "table roles: index roles_name_key is CREATE UNIQUE INDEX roles_name_key ON "
         "public.roles USING "
         "btree (title), the schema says CREATE UNIQUE INDEX roles_name_key ON public.roles "
         "USING btree (name)\n"
         "table roles: column title is not in the schema\n"},
        // As CREATE INDEX CONCURRENTLY leaves one that failed.
        {"update pg_index set indisvalid = false where indexrelid = "
         "'products_name_key'::regclass",
         "table products: index products_name_key is CREATE UNIQUE INDEX products_name_key ON "
         "public.products USING btree (name) (invalid: not usable until it is made anew), the "
         "schema says CREATE UNIQUE INDEX products_name_key ON public.products USING btree "
         "(name)\n"},
        {"drop table stripe_webhook_events", "table stripe_webhook_events is missing\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_buf out = {0};
        if (i > 0) {
            test_database_drop(url);
            setup(NULL);
        }
        test_database_run(url, cases[i].change);
        compare(false, &out);
        assert_string_equal(out.data, cases[i].text);
        rc_buf_fini(&out);
    }
}

static void test_unknown_tables_count_only_when_strict(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    test_database_run(
        url, "create table visitors(id int primary key); create type mood as enum ('ok')");
    compare(false, &out);
    assert_int_equal(out.len, 0);
    compare(true, &out);
    assert_string_equal(out.data, "enum mood is not in the schema: 'ok'\n"
                                  "table visitors is not in the schema\n");
    rc_buf_fini(&out);
}

static void test_comparison_leaves_nothing_behind(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    compare(false, &out);
    rc_buf_fini(&out);
    // The schema of the comparison would be a second one by this name.
    test_database_run(url, "create schema rowcall_check_public");
}

static void test_missing_extension_is_named(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    test_database_run(url, "drop extension citext cascade");
    compare(false, &out);
    assert_string_equal(out.data, "extension citext is missing\n");
    rc_buf_fini(&out);
}

static void test_role_without_rights_is_told_what_it_needs(void **state)
{
    (void)state;
    struct rc_arena arena;
    struct rc_differences differences = {0};
    rowcall_error err = {0};
    char role[64];
    char script[256];
    char *as_role = NULL;
    snprintf(role, sizeof role, "reader_%ld", (long)getpid());
    snprintf(script, sizeof script, "create role %s login", role);
    test_database_run(url, script);
    assert_true(asprintf(&as_role, "%.*s%s", (int)(strstr(url, "user=") - url + 5), url, role) >
                0);
    rc_arena_init(&arena, 0);
    ASSERT_STATUS(rc_compare_url(as_role, scope, false, &arena, &differences, &err),
                  ROWCALL_FAILED_PRECONDITION);
    ASSERT_CONTAINS(err.message, "the right to create schemas");
    rc_arena_fini(&arena);
    free(as_role);
    snprintf(script, sizeof script, "drop role %s", role);
    test_database_run(url, script);
}

// A join table is compared like any other, though no message declares it.
static void test_join_table_is_compared(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    test_database_run(url, "drop index \"_PostToTag_B_index\"");
    compare(true, &out);
    assert_string_equal(out.data, "table _PostToTag: index _PostToTag_B_index is missing; the "
                                  "schema says CREATE INDEX \"_PostToTag_B_index\" ON "
                                  "public.\"_PostToTag\" USING btree (\"B\")\n");
    rc_buf_clear(&out);
    test_database_run(url, "drop table \"_PostToTag\"");
    compare(true, &out);
    assert_string_equal(out.data, "table _PostToTag is missing\n");
    rc_buf_fini(&out);
}

// Of a view its columns count and their types, without lengths; columns that nobody reads do
// not.
static void test_views_are_compared(void **state)
{
    (void)state;
    static const struct {
        const char *change;
        const char *text;
    } cases[] = {
        {"drop view author_stats; create table author_stats (id int)",
         "table author_stats is a table, the schema says a view\n"},
        {"drop table author_stats; create view author_stats as select 1 as \"userId\", 2::int8 "
         "as posts, 3 as average, "
         "4::int8 as \"bestId\", 'READER'::\"Level\" as level, '{}'::text[] as titles",
         "view author_stats: column average: type is integer, the schema says numeric\n"
         "view author_stats: column titles: type is text[], the schema says character "
         "varying[]\n"},
        {"drop view author_stats; create materialized view author_stats as select 1 as "
         "\"userId\", 2::int8 as posts, "
         "3::numeric(9,1) as average, 5 as x, 'READER'::\"Level\" as level, '{}'::varchar(7)[] "
         "as "
         "titles; create unique index on author_stats (\"userId\")",
         "view author_stats: column bestId is missing\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_buf out = {0};
        test_database_run(url, cases[i].change);
        compare(false, &out);
        assert_string_equal(out.data, cases[i].text);
        rc_buf_fini(&out);
    }
}

static void test_missing_view_is_named(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    test_database_run(url, "drop view author_stats; create view visits as select 1 as x");
    compare(false, &out);
    assert_string_equal(out.data, "view author_stats is missing\n");
    rc_buf_clear(&out);
    compare(true, &out);
    assert_string_equal(out.data, "view author_stats is missing\n"
                                  "view visits is not in the schema\n");
    rc_buf_fini(&out);
}

// Whatever extensions bring is their own; what the schema stands for is compared all the same.
static void test_extensions_may_bring_tables_and_views(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    test_database_run(url, "create extension hstore;"
                           "create view visits as select 1 as x; create table stamps (id int);"
                           "alter extension hstore add view visits;"
                           "alter extension hstore add table stamps;"
                           "alter extension hstore add view author_stats");
    compare(true, &out);
    assert_string_equal(out.data, "");
    test_database_run(url, "alter extension hstore drop view author_stats;"
                           "drop view author_stats; create view author_stats as select 1 as "
                           "\"userId\"; alter extension hstore add view author_stats");
    compare(false, &out);
    ASSERT_CONTAINS(out.data, "view author_stats: column bestId is missing\n");
    rc_buf_fini(&out);
}

static void test_collations_count_when_strict(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    test_database_run(url, "alter table auth_users alter column email type text collate \"C\"");
    compare(false, &out);
    assert_string_equal(out.data, "");
    compare(true, &out);
    assert_string_equal(out.data, "table auth_users: column email: collation is "
                                  "pg_catalog.\"C\", the schema says its type's\n");
    rc_buf_fini(&out);
}

// ?schema= of a URL moves what migrations name without a schema, and nothing else.
static void test_other_search_path_is_told(void **state)
{
    (void)state;
    struct rc_arena arena;
    struct rc_differences differences = {0};
    rowcall_error err = {0};
    char *elsewhere = NULL;
    test_database_run(url, "create schema app");
    assert_true(asprintf(&elsewhere, "%s&schema=app", url) > 0);
    rc_arena_init(&arena, 0);
    ASSERT_OK(rc_compare_url(elsewhere, scope, true, &arena, &differences, &err), err);
    // Statements of the author's name tables as migrations do, and do not find them either.
    assert_int_equal(differences.count, 3);
    assert_string_equal(differences.items[1].kind, "sql");
    assert_string_equal(differences.items[2].kind, "sql");
    assert_string_equal(differences.items[0].kind, "schema");
    ASSERT_CONTAINS(differences.items[0].text, "(\"app\")");
    ASSERT_CONTAINS(differences.items[0].text, "leave ?schema= out of the URL");
    rc_arena_fini(&arena);
    free(elsewhere);
}

static void test_schemas_with_keywords_for_names(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    test_database_run(url, "alter table \"order\".tickets drop constraint mood_check;"
                           "alter table \"My Desk\".seats drop constraint seats_ticket_id_fkey;"
                           "alter table \"order\".tickets alter column mood set default "
                           "'BAD'");
    compare(true, &out);
    assert_string_equal(
        out.data,
        "table My Desk.seats: foreign key seats_ticket_id_fkey is missing; the schema "
        "says FOREIGN KEY (ticket_id) REFERENCES \"order\".tickets(id) ON UPDATE "
        "CASCADE ON DELETE RESTRICT\n"
        "table order.tickets: column mood: default is 'BAD'::\"order\".mood, the "
        "schema says 'GOOD'::\"order\".mood\n"
        "table order.tickets: check mood_check is missing; the schema says CHECK "
        "((mood <> 'BAD'::\"order\".mood))\n");
    rc_buf_fini(&out);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_own_ddl_has_no_differences),
        CASE(test_each_change_is_named_alone),
        CASE(test_unknown_tables_count_only_when_strict),
        CASE(test_comparison_leaves_nothing_behind),
        CASE(test_missing_extension_is_named),
        CASE(test_role_without_rights_is_told_what_it_needs),
        CASE(test_collations_count_when_strict),
        CASE(test_other_search_path_is_told),
    };
    const struct CMUnitTest blog_tests[] = {
        CASE(test_own_ddl_has_no_differences),
        CASE(test_join_table_is_compared),
        CASE(test_missing_view_is_named),
        CASE(test_views_are_compared),
        CASE(test_extensions_may_bring_tables_and_views),
    };
    const struct CMUnitTest desk_tests[] = {
        CASE(test_own_ddl_has_no_differences),
        CASE(test_schemas_with_keywords_for_names),
    };
    // Every type, also as what typed SQL gives.
    const struct CMUnitTest shop_tests[] = {CASE(test_own_ddl_has_no_differences)};
    int failed = cmocka_run_group_tests_name("repository", tests, load, unload);
    failed += cmocka_run_group_tests_name("blog", blog_tests, load_blog, unload);
    failed += cmocka_run_group_tests_name("desk", desk_tests, load_desk, unload);
    return failed + cmocka_run_group_tests_name("shop", shop_tests, load_shop, unload);
}
