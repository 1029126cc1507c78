// SPDX-License-Identifier: Apache-2.0
//
// The connection that migrates: poolers that do not keep sessions, the lock, and what is seen
// of a statement that takes long.
#include "migrate/migrator.h"

#include "deployment.h"
#include "migrate/status.h"
#include "shared_session.h"

static void test_shared_sessions_are_refused(void **state)
{
    struct deployment *fixture = *state;
    struct shared_session session = {0};
    shared_session_open(&session, fixture->url);
    test_tree_write(fixture->folder, "1_a/migration.sql", "create table t();");
    fixture->options.url = session.url;
    fixture->options.direct_variable = "DIRECT_SHOP_URL";
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    ASSERT_CONTAINS(fixture->err.message, "connection pooler");
    ASSERT_CONTAINS(fixture->err.message, "set DIRECT_SHOP_URL");
    deployment_assert(fixture, "select to_regclass('_prisma_migrations')::text", "NULL");
    shared_session_close(&session);
}

static void test_status_reads_through_a_pooler(void **state)
{
    struct deployment *fixture = *state;
    struct shared_session session = {0};
    struct rc_arena arena = {0};
    struct rc_status status = {0};
    rowcall_error err = {0};
    test_tree_write(fixture->folder, "1_a/migration.sql", "create table t();");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    shared_session_open(&session, fixture->url);
    fixture->options.url = session.url;
    ASSERT_OK(rc_status_read(&fixture->options, &arena, &status, &err), err);
    assert_true(status.is_current);
    assert_int_equal(status.count, 1);
    rc_arena_fini(&arena);
    shared_session_close(&session);
}

static void test_lock_goes_with_the_connection(void **state)
{
    struct deployment *fixture = *state;
    struct rc_arena arena = {0};
    struct rc_migrator one = {0};
    struct rc_migrator two = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_migrator_open(&fixture->options, 0, &arena, &one, &err), err);
    fixture->options.lock_wait_ms = 0;
    ASSERT_STATUS(rc_migrator_open(&fixture->options, 0, &arena, &two, &err),
                  ROWCALL_DEADLINE_EXCEEDED);
    ASSERT_CONTAINS(err.message, "rowcall migrate, backend");
    ASSERT_CONTAINS(err.message, "`rowcall migrate status --db shop`");
    rc_migrator_close(&two);
    rc_migrator_close(&one);
    err = (rowcall_error){0};
    fixture->options.lock_wait_ms = 20000;
    ASSERT_OK(rc_migrator_open(&fixture->options, 0, &arena, &two, &err), err);
    rc_migrator_close(&two);
    rc_arena_fini(&arena);
}

struct builder {
    struct rc_progress progress;
    char seen[512];
};

static bool look_and_stop(void *arg, int64_t since_us)
{
    struct builder *builder = arg;
    const char *text = rc_progress_look(&builder->progress, since_us + 1000000, 1000000);
    if (text && strstr(text, "building index") && strstr(text, "in the way")) {
        snprintf(builder->seen, sizeof builder->seen, "%s", text);
    }
    return *builder->seen != '\0';
}

// A build that has to wait for a transaction says what it is at, and for whom it waits.
static void test_index_build_is_seen(void **state)
{
    struct deployment *fixture = *state;
    struct rc_pg_sync *conn = NULL;
    struct rc_pg_sync *holder = NULL;
    struct builder builder = {0};
    rowcall_error err = {0};
    test_database_run(fixture->url, "create table t(i int)");
    ASSERT_OK(rc_pg_sync_open(fixture->url, "the shop's server", &holder, &err), err);
    ASSERT_OK(rc_pg_sync_script(holder, "begin; insert into t values (2)", &err), err);
    ASSERT_OK(rc_pg_sync_open(fixture->url, "builder", &conn, &err), err);
    ASSERT_OK(rc_progress_init(&builder.progress, conn, fixture->url, &err), err);
    assert_null(rc_progress_look(&builder.progress, 900000, 1000000));
    rc_pg_sync_on_wait(conn, look_and_stop, &builder);
    ASSERT_STATUS(rc_pg_sync_script(conn, "create index concurrently t_i on t (i)", NULL),
                  ROWCALL_UNKNOWN);
    ASSERT_CONTAINS(builder.seen, "building index: waiting for writers before build, 0 of 1 "
                                  "transactions have ended");
    ASSERT_CONTAINS(builder.seen, "in the way is the shop's server (backend");
    ASSERT_CONTAINS(builder.seen, "idle in transaction for");
    rc_progress_fini(&builder.progress);
    rc_pg_sync_close(conn);
    rc_pg_sync_close(holder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEPLOYMENT_CASE(test_shared_sessions_are_refused),
        DEPLOYMENT_CASE(test_status_reads_through_a_pooler),
        DEPLOYMENT_CASE(test_lock_goes_with_the_connection),
        DEPLOYMENT_CASE(test_index_build_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
