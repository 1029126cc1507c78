// SPDX-License-Identifier: Apache-2.0
//
// The property of the diff: applied to a database of any schema, what it says of another schema
// makes a database of that one, in which nothing is left to say. Schemas are drawn by chance,
// and changed as people would, renames told.
#include "migrate/compare.h"
#include "migrate/ddl.h"
#include "migrate/diff.h"
#include "random_schema.h"
#include "support/check.h"
#include "support/database.h"
#include "support/protoc.h"

#include <stdio.h>
#include <stdlib.h>

enum { SEEDS = 24 };

struct made {
    struct rc_buf text;
    struct rc_schema *schema;
    const struct rc_scope *scope;
};

static void compile(const struct random_schema *drawn, struct made *ret_made)
{
    struct rc_buf set = {0};
    struct rc_problems problems = {0};
    rowcall_error err = {0};
    *ret_made = (struct made){0};
    random_schema_print(drawn, &ret_made->text);
    struct test_proto file = {"zoo/zoo.proto", ret_made->text.data};
    test_protoc(&file, 1, &set);
    if (rc_schema_load(rc_buf_view(&set), &ret_made->schema, &problems, &err) != ROWCALL_OK) {
        struct rc_buf told = {0};
        rc_problems_print(&problems, &told);
        (void)fprintf(stderr, "%s\n", ret_made->text.data);
        fail_msg("%s", told.data);
    }
    rc_problems_fini(&problems);
    rc_buf_fini(&set);
    ret_made->scope = rc_schema_scope(ret_made->schema, rc_view_of("zoo"));
}

static void release(struct made *made)
{
    rc_schema_free(made->schema);
    rc_buf_fini(&made->text);
}

struct trial {
    uint64_t seed;
    struct rc_pg_sync *conn;
    const struct made *from;
    const struct made *to;
    struct rc_buf script;
};

// More than cmocka would print.
static void tell(const struct trial *trial, const char *what, const char *why)
{
    (void)fprintf(stderr, "==== from\n%s\n==== to\n%s\n==== script\n%s\n",
                  trial->from ? trial->from->text.data : "", trial->to->text.data,
                  trial->script.data ? trial->script.data : "");
    fail_msg("seed %llu: %s: %s", (unsigned long long)trial->seed, what, why);
}

static void make_script(struct trial *trial)
{
    struct rc_arena arena;
    struct rc_diff diff = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    rc_buf_clear(&trial->script);
    if (rc_diff_live(trial->conn, trial->to->scope, true, &arena, &diff, &err) != ROWCALL_OK) {
        tell(trial, "no diff", err.message);
    }
    rc_diff_print(&diff, &trial->script);
    rc_arena_fini(&arena);
}

static void expect_no_difference(struct trial *trial)
{
    struct rc_arena arena;
    struct rc_differences differences = {0};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    if (rc_compare_live(trial->conn, trial->to->scope, false, &arena, &differences, &err) !=
        ROWCALL_OK) {
        tell(trial, "no comparison", err.message);
    }
    if (differences.count > 0) {
        tell(trial, "differs", differences.items[0].text);
    }
    rc_arena_fini(&arena);
    struct rc_buf applied = trial->script;
    trial->script = (struct rc_buf){0};
    make_script(trial);
    if (trial->script.len > 0) {
        tell(trial, "not the whole way", applied.data);
    }
    rc_buf_fini(&applied);
}

// Leads the database to trial->to.
static void go(struct trial *trial)
{
    rowcall_error err = {0};
    make_script(trial);
    if (trial->script.len > 0) {
        int refused = rc_pg_sync_exec(trial->conn, "begin", NULL, NULL, &err) ||
                      rc_pg_sync_script(trial->conn, trial->script.data, &err) ||
                      rc_pg_sync_exec(trial->conn, "commit", NULL, NULL, &err);
        if (refused) {
            (void)fprintf(stderr, "%s\n", rc_pg_sync_last_error(trial->conn)->detail);
            tell(trial, "refused", err.message);
        }
    }
    expect_no_difference(trial);
}

static void create(struct trial *trial)
{
    rowcall_error err = {0};
    rc_buf_clear(&trial->script);
    ASSERT_OK(rc_ddl_create(trial->to->scope, &trial->script, &err), err);
    if (rc_pg_sync_script(trial->conn, trial->script.data, &err) != ROWCALL_OK) {
        tell(trial, "cannot be made", err.message);
    }
    expect_no_difference(trial);
}

static void try_seed(uint64_t seed)
{
    struct random_schema drawn;
    struct made made[4];
    char *url = test_database_create();
    struct trial trial = {.seed = seed};
    rowcall_error err = {0};
    ASSERT_OK(rc_pg_sync_open(url, NULL, &trial.conn, &err), err);
    random_schema_make(seed, &drawn);
    compile(&drawn, &made[0]);
    random_schema_change(seed, &drawn);
    compile(&drawn, &made[1]);
    random_schema_make(seed, &drawn);
    compile(&drawn, &made[2]); // back, without a word of renames
    random_schema_make(seed + 1000003, &drawn);
    compile(&drawn, &made[3]); // something else altogether
    trial.to = &made[0];
    create(&trial);
    for (size_t i = 1; i < 4; i++) {
        trial.from = &made[i - 1];
        trial.to = &made[i];
        go(&trial);
    }
    for (size_t i = 0; i < 4; i++) {
        release(&made[i]);
    }
    rc_buf_fini(&trial.script);
    rc_pg_sync_close(trial.conn);
    test_database_drop(url);
}

// ROWCALL_DIFF_SEED tries one seed, ROWCALL_DIFF_SEEDS that many.
static void test_diff_leads_from_any_schema_to_any(void **state)
{
    (void)state;
    const char *one = getenv("ROWCALL_DIFF_SEED");
    const char *count = getenv("ROWCALL_DIFF_SEEDS");
    uint64_t first = one ? strtoull(one, NULL, 10) : 1;
    uint64_t last = one ? first : first + (count ? strtoull(count, NULL, 10) : SEEDS) - 1;
    for (uint64_t seed = first; seed <= last; seed++) {
        try_seed(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diff_leads_from_any_schema_to_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
