// SPDX-License-Identifier: Apache-2.0
//
// Two live databases beside each other: what they share is the same, or is named with both
// their words. Each case changes a database that was made by the repository's own DDL.
#include "migrate/ddl.h"
#include "migrate/shared_part.h"
#include "support/check.h"
#include "support/database.h"
#include "support/protoc.h"

static struct rc_buf set;
static struct rc_schema *schema;

struct live {
    const struct rc_scope *scope;
    char *url;
    struct rc_arena arena;
    struct rc_differences differences;
};

static int load(void **state)
{
    (void)state;
    struct rc_problems problems = {0};
    rowcall_error err = {0};
    test_protoc_repository(&set);
    ASSERT_OK(rc_schema_load(rc_buf_view(&set), &schema, &problems, &err), err);
    rc_problems_fini(&problems);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    rc_schema_free(schema);
    rc_buf_fini(&set);
    return 0;
}

static void start(struct live *live, const char *name)
{
    struct rc_buf ddl = {0};
    *live = (struct live){.scope = rc_schema_scope(schema, rc_view_of(name))};
    rc_arena_init(&live->arena, 0);
    live->url = test_database_create();
    assert_int_equal(rc_ddl_create(live->scope, &ddl, NULL), ROWCALL_OK);
    test_database_run(live->url, ddl.data);
    rc_buf_fini(&ddl);
}

static void stop(struct live *live)
{
    rc_arena_fini(&live->arena);
    test_database_drop(live->url);
}

static const struct rc_shared_part *read_part(struct live *live)
{
    rowcall_error err = {0};
    ASSERT_OK(
        rc_compare_url(live->url, live->scope, false, &live->arena, &live->differences, &err),
        err);
    return &live->differences.shared;
}

// What differs between core and bibikos, as lines.
static void expect(struct live *core, struct live *bibikos, const char *text)
{
    struct rc_differences differences = {0};
    rowcall_error err = {0};
    struct rc_buf out = {0};
    const struct rc_shared_part *a = read_part(core);
    const struct rc_shared_part *b = read_part(bibikos);
    assert_true(a->known && b->known);
    ASSERT_OK(rc_shared_part_compare(a, "core", b, "bibikos", &core->arena, &differences, &err),
              err);
    rc_buf_append_text(&out, "");
    for (size_t i = 0; i < differences.count; i++) {
        rc_buf_printf(&out, "%s\n", differences.items[i].text);
    }
    assert_string_equal(out.data ? out.data : "", text);
    assert_int_equal(strcmp(a->fingerprint, b->fingerprint) == 0, differences.count == 0);
    assert_int_equal(strlen(a->fingerprint), 64);
    rc_buf_fini(&out);
}

static void test_shared_part_is_the_same_in_all(void **state)
{
    (void)state;
    struct live core;
    struct live bibikos;
    start(&core, "core");
    start(&bibikos, "bibikos");
    expect(&core, &bibikos, "");
    // What is a database's own is no difference, nor is what nobody has in the schema.
    test_database_run(bibikos.url, "alter table gym_members add column belt text;"
                                   "create table visits (id int);"
                                   "create type mood as enum ('good')");
    expect(&core, &bibikos, "");
    // Changed alike, both are wrong, but the same.
    test_database_run(core.url, "alter table auth_users alter column email type varchar(99)");
    test_database_run(bibikos.url,
                      "alter table auth_users alter column email type varchar(99)");
    expect(&core, &bibikos, "");
    assert_true(core.differences.count == 1 && bibikos.differences.count == 2);
    stop(&core);
    stop(&bibikos);
}

static void test_shared_difference_is_named_with_both_words(void **state)
{
    (void)state;
    struct live core;
    struct live bibikos;
    start(&core, "core");
    start(&bibikos, "bibikos");
    test_database_run(core.url, "alter table auth_users alter column email type varchar(99);"
                                "alter table notifications alter column message drop not null;"
                                "drop index auth_users_email_key");
    test_database_run(bibikos.url, "alter type \"UserStatus\" add value 'GONE';"
                                   "alter table auth_users add column age int default 7;"
                                   "drop table contact_messages");
    expect(&core, &bibikos,
           "enum UserStatus is 'ACTIVE', 'DEACTIVATED', 'BANNED' in core, 'ACTIVE', "
           "'DEACTIVATED', 'BANNED', 'GONE' in bibikos\n"
           "table auth_users: column age is missing in core, but in bibikos\n"
           "table auth_users: index auth_users_email_key is missing in core, but in bibikos: "
           "CREATE UNIQUE INDEX auth_users_email_key ON public.auth_users USING btree (email)\n"
           "table auth_users: column email: type is character varying(99) in core, text in "
           "bibikos\n"
           "table contact_messages is missing in bibikos, but in core\n"
           "table notifications: column message: nullability is nullable in core, not null in "
           "bibikos\n");
    stop(&core);
    stop(&bibikos);
}

static void test_shared_part_is_unknown_without_extensions(void **state)
{
    (void)state;
    struct live core;
    start(&core, "core");
    test_database_run(core.url, "drop extension citext cascade");
    assert_false(read_part(&core)->known);
    stop(&core);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shared_part_is_the_same_in_all),
        cmocka_unit_test(test_shared_difference_is_named_with_both_words),
        cmocka_unit_test(test_shared_part_is_unknown_without_extensions),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
