// SPDX-License-Identifier: Apache-2.0
//
// Deploying migrations on a real PostgreSQL: what is applied, recorded, refused, and left
// behind.
#include "deployment.h"

#include "pg/sync.h"

#include <pthread.h>

static void test_deploy_applies_in_order_and_once(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "2_b/migration.sql",
                    "insert into t values (2); create table u();");
    test_tree_write(fixture->folder, "1_a/migration.sql", "create table t(i int);");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    assert_int_equal(fixture->applied, 2);
    deployment_assert(fixture, "select i from t", "2");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    assert_int_equal(fixture->applied, 0);
    assert_string_equal(fixture->warnings, "");
}

static void test_history_is_prisma_s(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql", "select 1;\n");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    deployment_assert(
        fixture,
        "select string_agg(column_name || ' ' || data_type || coalesce('(' || "
        "character_maximum_length || ')', '') || case is_nullable when 'NO' then '!' else '' "
        "end,"
        " ', ' order by ordinal_position) from information_schema.columns"
        " where table_name = '_prisma_migrations'",
        "id character varying(36)!, checksum character varying(64)!, finished_at timestamp "
        "with "
        "time zone, migration_name character varying(255)!, logs text, rolled_back_at "
        "timestamp "
        "with time zone, started_at timestamp with time zone!, applied_steps_count integer!");
    // sha256sum of "select 1;\n"
    deployment_assert(
        fixture,
        "select migration_name || ' ' || checksum || ' ' || applied_steps_count || ' ' ||"
        " (logs is null)::text || (rolled_back_at is null)::text || (finished_at >= "
        "started_at)::text"
        " || (id ~ "
        "'^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')::text"
        " from _prisma_migrations",
        "1_a 4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c 1 "
        "truetruetruetrue");
}

static void test_failure_leaves_nothing_but_its_record(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(
        fixture->folder, "1_a/migration.sql",
        "create table t(i int);\n-- a comment with ä\ninsert into nowhere values (1);\n");
    test_tree_write(fixture->folder, "2_b/migration.sql", "create table u(i int);");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.reason, "P3018");
    assert_string_equal(fixture->err.sqlstate, "42P01");
    ASSERT_CONTAINS(fixture->err.message, "1_a/migration.sql:3");
    ASSERT_CONTAINS(fixture->err.message, "nowhere");
    assert_int_equal(fixture->applied, 0);
    deployment_assert(fixture, "select to_regclass('t') is null and to_regclass('u') is null",
                      "t");
    deployment_assert(fixture, "select logs from _prisma_migrations where finished_at is null",
                      "migration.sql:3: ERROR 42P01: relation \"nowhere\" does not exist\n"
                      "statement 2 of 2, line 3: insert into nowhere values (1)\n"
                      "it was rolled back: nothing of it stays");
    ASSERT_CONTAINS(fixture->err.message,
                    "`rowcall migrate resolve --db shop --rolled-back 1_a`");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.reason, "P3009");
    ASSERT_CONTAINS(fixture->err.message, "1_a");
}

// What a failure leaves behind is said as it is, whoever ended the transaction.
static void test_failure_says_what_stays(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "create table t(i int); commit; create table u(i int); select 1/0;");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    ASSERT_CONTAINS(fixture->err.message, "what it committed stays");
    assert_null(strstr(fixture->err.message, "rolled back and"));
    deployment_assert(fixture,
                      "select to_regclass('t') is not null and to_regclass('u') is null", "t");
}

static void test_failure_at_commit_is_rolled_back(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "create table t(i int primary key);"
                    "create table u(i int references t deferrable initially deferred);"
                    "insert into u values (1);");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.sqlstate, "23503");
    ASSERT_CONTAINS(fixture->err.message, "it was rolled back");
    deployment_assert(fixture, "select to_regclass('t') is null", "t");
    deployment_assert(fixture, "select finished_at is null from _prisma_migrations", "t");
}

// The record is written by a statement that is none of the file's: no line is blamed.
static void test_failure_to_record_blames_no_line(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql", "drop table _prisma_migrations;");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    ASSERT_CONTAINS(fixture->err.message, "1_a/migration.sql: ERROR 42P01");
}

static void test_lost_connection_is_said(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "create table t(i int); select pg_terminate_backend(pg_backend_pid());");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_UNAVAILABLE);
    assert_string_equal(fixture->err.reason, "P1017");
    assert_int_equal(fixture->err.outcome, ROWCALL_OUTCOME_UNKNOWN);
    ASSERT_CONTAINS(fixture->err.message, "the connection was lost");
    ASSERT_CONTAINS(fixture->err.message, "run `rowcall migrate status --db shop`");
    deployment_assert(fixture, "select logs from _prisma_migrations",
                      "running: in one transaction");
    deployment_assert(fixture, "select to_regclass('t') is null", "t");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.reason, "P3009");
}

static void test_failure_marked_as_rolled_back_is_tried_again(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql", "create tabel t(i int);");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    test_database_run(fixture->url, "update _prisma_migrations set rolled_back_at = now()");
    test_tree_write(fixture->folder, "1_a/migration.sql", "create table t(i int);");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    assert_int_equal(fixture->applied, 1);
}

static void test_edited_removed_and_loose_files_are_warned_of(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql", "select 1;\n");
    test_tree_write(fixture->folder, "2_b/migration.sql", "select 1;\nselect 2;\n");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    test_tree_write(fixture->folder, "1_a/migration.sql", "select 3;\n");
    test_tree_write(fixture->folder, "2_b/migration.sql", "select 1;\r\nselect 2;\r\n");
    test_tree_write(fixture->folder, "notes.txt", "");
    test_database_run(fixture->url,
                      "insert into _prisma_migrations (id, checksum, migration_name,"
                      " finished_at) values ('x', 'y', '0_gone', now())");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    ASSERT_CONTAINS(fixture->warnings, "1_a was edited");
    ASSERT_CONTAINS(fixture->warnings, "0_gone was applied but is not in the folder");
    ASSERT_CONTAINS(fixture->warnings, "notes.txt is no migration");
    assert_null(strstr(fixture->warnings, "2_b"));
}

static void *deploy_thread(void *context)
{
    deployment_run(context);
    return NULL;
}

static void test_two_deploys_together_apply_everything_once(void **state)
{
    struct deployment *one = *state;
    struct deployment two = *one;
    two.options.context = &two;
    pthread_t thread;
    test_tree_write(one->folder, "1_a/migration.sql",
                    "create table t(i int); select pg_sleep(0.2);");
    test_tree_write(one->folder, "2_b/migration.sql", "insert into t values (1);");
    assert_int_equal(pthread_create(&thread, NULL, deploy_thread, &two), 0);
    deployment_run(one);
    pthread_join(thread, NULL);
    ASSERT_OK(one->err.status, one->err);
    ASSERT_OK(two.err.status, two.err);
    assert_int_equal(one->applied + two.applied, 2);
    deployment_assert(one, "select count(*)::text from t", "1");
}

static void test_lock_that_stays_taken_is_p1002(void **state)
{
    struct deployment *fixture = *state;
    struct rc_pg_sync *holder = NULL;
    rowcall_error err = {0};
    ASSERT_OK(rc_pg_sync_open(fixture->url, "some other tool", &holder, &err), err);
    ASSERT_OK(rc_pg_sync_exec(holder, "select pg_advisory_lock(72707369)", NULL, NULL, &err),
              err);
    struct rc_deploy run = {
        .url = fixture->url, .folder = fixture->folder, .lock_wait_ms = 150};
    size_t applied = 0;
    ASSERT_STATUS(rc_deploy_run(&run, &applied, &err), ROWCALL_DEADLINE_EXCEEDED);
    assert_string_equal(err.reason, "P1002");
    ASSERT_CONTAINS(err.message, "some other tool");
    rc_pg_sync_close(holder);
}

static void test_missing_database_is_created(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql", "create table t(i int);");
    test_database_run(getenv("ROWCALL_TEST_PG"), "select 1");
    char *name = deployment_ask(fixture->url, "select current_database()");
    char drop[128];
    snprintf(drop, sizeof drop, "drop database \"%s\"", name);
    test_database_run(getenv("ROWCALL_TEST_PG"), drop);
    ASSERT_OK(deployment_run(fixture), fixture->err);
    deployment_assert(fixture, "select to_regclass('t')::text", "t");
    free(name);
}

static void test_unreachable_server_is_unavailable(void **state)
{
    struct deployment *fixture = *state;
    struct rc_deploy run = {.url = "postgresql:///x?host=/nowhere", .folder = fixture->folder};
    size_t applied = 0;
    rowcall_error err = {0};
    ASSERT_STATUS(rc_deploy_run(&run, &applied, &err), ROWCALL_UNAVAILABLE);
    assert_string_equal(err.reason, "P1001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEPLOYMENT_CASE(test_deploy_applies_in_order_and_once),
        DEPLOYMENT_CASE(test_history_is_prisma_s),
        DEPLOYMENT_CASE(test_failure_leaves_nothing_but_its_record),
        DEPLOYMENT_CASE(test_failure_says_what_stays),
        DEPLOYMENT_CASE(test_failure_at_commit_is_rolled_back),
        DEPLOYMENT_CASE(test_failure_to_record_blames_no_line),
        DEPLOYMENT_CASE(test_lost_connection_is_said),
        DEPLOYMENT_CASE(test_failure_marked_as_rolled_back_is_tried_again),
        DEPLOYMENT_CASE(test_edited_removed_and_loose_files_are_warned_of),
        DEPLOYMENT_CASE(test_two_deploys_together_apply_everything_once),
        DEPLOYMENT_CASE(test_lock_that_stays_taken_is_p1002),
        DEPLOYMENT_CASE(test_missing_database_is_created),
        DEPLOYMENT_CASE(test_unreachable_server_is_unavailable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
