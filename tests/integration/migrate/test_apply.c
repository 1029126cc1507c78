// SPDX-License-Identifier: Apache-2.0
//
// How one migration is run, what a failure leaves, and what its record says of it.
#include "deployment.h"

#include "pg/sync.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

static void test_index_is_built_concurrently(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "create table t(i int);\n"
                    "create index concurrently t_i_idx on t (i);\n"
                    "drop index concurrently t_i_idx;\n"
                    "create index concurrently t_j_idx on t (i);\n"
                    "vacuum t;\n");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    deployment_assert(fixture,
                      "select string_agg(relname, ',') from pg_class c join pg_index i"
                      " on i.indexrelid = c.oid where indrelid = 't'::regclass and indisvalid",
                      "t_j_idx");
    deployment_assert(fixture,
                      "select applied_steps_count || ' ' || (logs is null)::text ||"
                      " (finished_at is not null)::text from _prisma_migrations",
                      "5 truetrue");
}

static void test_failed_index_build_is_told_exactly(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "create table t(i int);\ninsert into t values (1), (1);\n\n"
                    "create unique index concurrently t_i_key on t (i);\nselect 1;\n");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.reason, "P3018");
    assert_string_equal(fixture->err.sqlstate, "23505");
    ASSERT_CONTAINS(fixture->err.message, "1_a/migration.sql:4: ERROR 23505");
    ASSERT_CONTAINS(fixture->err.message,
                    "(statement 3 of 4: create unique index concurrently");
    ASSERT_CONTAINS(fixture->err.message, "what its first 2 statements did stays");
    ASSERT_CONTAINS(fixture->err.message, "index t_i_key on t");
    ASSERT_CONTAINS(fixture->failures, "detail: Key (i)=(1) is duplicated.");
    deployment_assert(fixture,
                      "select applied_steps_count || ' ' || logs from _prisma_migrations",
                      "2 migration.sql:4: ERROR 23505: could not create unique index "
                      "\"t_i_key\"\n"
                      "statement 3 of 4, line 4: create unique index concurrently t_i_key on t "
                      "(i)\n"
                      "detail: Key (i)=(1) is duplicated.\n"
                      "outside of a transaction: what its first 2 statements did stays; "
                      "invalid, to be dropped or rebuilt: index t_i_key on t");
    deployment_assert(fixture, "select count(*) from t", "2");
}

static void test_invalid_index_taken_for_the_wanted_one_is_warned_of(void **state)
{
    struct deployment *fixture = *state;
    struct rc_pg_sync *conn = NULL;
    rowcall_error err = {0};
    ASSERT_OK(rc_pg_sync_open(fixture->url, "test", &conn, &err), err);
    ASSERT_OK(
        rc_pg_sync_script(conn, "create table t(i int); insert into t values (1), (1)", &err),
        err);
    ASSERT_STATUS(rc_pg_sync_script(conn, "create unique index concurrently k on t (i)", NULL),
                  ROWCALL_UNKNOWN);
    ASSERT_OK(rc_pg_sync_script(conn, "create schema app", &err), err);
    rc_pg_sync_close(conn);
    char url[512];
    snprintf(url, sizeof url, "%s%cschema=app", fixture->url,
             strchr(fixture->url, '?') ? '&' : '?');
    fixture->options.url = url;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "create unique index concurrently if not exists k on public.t (i);");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    ASSERT_CONTAINS(fixture->warnings, "index public.k on public.t");
}

static void test_directive_runs_statements_alone(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "-- rowcall: no-transaction\n"
                    "create table t(i int);\n"
                    "begin; insert into t values (1); insert into t values (2); commit;\n"
                    "begin; insert into t values (3); select 1/0; commit;\n");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    ASSERT_CONTAINS(fixture->failures, "statement 8 of 9, line 4: select 1/0");
    ASSERT_CONTAINS(fixture->failures, "it had begun a transaction itself");
    deployment_assert(fixture, "select string_agg(i::text, ',' order by i) from t", "1,2");
}

static void test_transaction_left_open_is_a_failure(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "-- rowcall: no-transaction\ncreate table t(); begin; create table u();");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    ASSERT_CONTAINS(fixture->err.message, "leaves its transaction open");
    deployment_assert(fixture,
                      "select to_regclass('u') is null and finished_at is null"
                      " from _prisma_migrations",
                      "t");
}

// What pg_dump writes at the top of a baseline.
static void test_settings_of_a_file_are_its_own(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "select pg_catalog.set_config('search_path', '', false);\n"
                    "set role pg_monitor;");
    test_tree_write(fixture->folder, "2_b/migration.sql", "create table t();");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    deployment_assert(fixture, "select to_regclass('public.t') is not null", "t");
}

static void test_history_is_in_the_url_s_schema(void **state)
{
    struct deployment *fixture = *state;
    char url[512];
    snprintf(url, sizeof url, "%s%cschema=My%%20App", fixture->url,
             strchr(fixture->url, '?') ? '&' : '?');
    fixture->options.url = url;
    test_tree_write(fixture->folder, "1_a/migration.sql", "create table t();");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    ASSERT_OK(deployment_run(fixture), fixture->err);
    assert_int_equal(fixture->applied, 0);
    deployment_assert(fixture,
                      "select string_agg(relname, ',' order by relname) from pg_class where"
                      " relnamespace = '\"My App\"'::regnamespace and relkind = 'r'",
                      "_prisma_migrations,t");
}

static void test_tables_without_history_want_a_baseline(void **state)
{
    struct deployment *fixture = *state;
    test_database_run(fixture->url, "create table orders()");
    test_tree_write(fixture->folder, "1_a/migration.sql", "create table orders();");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.reason, "P3005");
    ASSERT_CONTAINS(fixture->err.message, "`rowcall migrate resolve --db shop --applied 1_a`");
    deployment_assert(fixture, "select to_regclass('_prisma_migrations')::text", "NULL");
}

// ---- signals and locks

static volatile sig_atomic_t interrupted;

static void take_note(int signal)
{
    interrupted = signal;
}

struct interruption {
    const char *url;
    pthread_t deployer;
};

// A signal comes while the statement runs, to the thread that waits for it.
static void *interrupt_when_running(void *context)
{
    const struct interruption *interruption = context;
    bool is_running = false;
    while (!is_running) {
        char *running = deployment_ask(interruption->url,
                                       "select count(*) from pg_stat_activity where query ="
                                       " 'select pg_sleep(600)' and state = 'active' and"
                                       " datname = current_database()");
        is_running = strcmp(running, "1") == 0;
        free(running);
    }
    pthread_kill(interruption->deployer, SIGUSR1);
    return NULL;
}

static void run_interrupted(struct deployment *fixture)
{
    struct sigaction action = {.sa_handler = take_note};
    struct interruption interruption = {fixture->url, pthread_self()};
    pthread_t thread;
    interrupted = 0;
    fixture->options.interrupted = &interrupted;
    assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
    assert_int_equal(pthread_create(&thread, NULL, interrupt_when_running, &interruption), 0);
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_CANCELLED);
    pthread_join(thread, NULL);
    interrupted = 0;
}

static void test_interruption_between_migrations_starts_none(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql", "create table t();");
    interrupted = SIGINT;
    fixture->options.interrupted = &interrupted;
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_CANCELLED);
    ASSERT_CONTAINS(fixture->err.message, "`rowcall migrate deploy --db shop`");
    deployment_assert(fixture, "select count(*) from _prisma_migrations", "0");
    interrupted = 0;
}

static void test_interrupted_transaction_is_tried_again(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "create table t();\nselect pg_sleep(600);\n");
    run_interrupted(fixture);
    ASSERT_CONTAINS(fixture->failures, "the deploy was told to stop");
    deployment_assert(fixture,
                      "select (to_regclass('t') is null)::text || (rolled_back_at is not "
                      "null)::text from _prisma_migrations",
                      "truetrue");
    test_tree_write(fixture->folder, "1_a/migration.sql", "create table t();");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    assert_int_equal(fixture->applied, 1);
}

static void test_interrupted_statements_are_a_failure(void **state)
{
    struct deployment *fixture = *state;
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "-- rowcall: no-transaction\ncreate table t();\nselect pg_sleep(600);\n");
    run_interrupted(fixture);
    ASSERT_CONTAINS(fixture->failures, "statement 2 of 2, line 3: select pg_sleep(600)");
    deployment_assert(fixture,
                      "select applied_steps_count || ' ' || (rolled_back_at is null)::text"
                      " from _prisma_migrations",
                      "1 true");
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.reason, "P3009");
}

static void test_lock_timeout_names_who_is_in_the_way(void **state)
{
    struct deployment *fixture = *state;
    struct rc_pg_sync *holder = NULL;
    rowcall_error err = {0};
    test_tree_write(fixture->folder, "1_a/migration.sql", "create table t();");
    ASSERT_OK(deployment_run(fixture), fixture->err);
    ASSERT_OK(rc_pg_sync_open(fixture->url, "the shop's server", &holder, &err), err);
    ASSERT_OK(rc_pg_sync_script(holder, "begin; lock table t in access share mode", &err), err);
    test_tree_write(fixture->folder, "2_b/migration.sql", "alter table t add column i int;");
    fixture->options.lock_timeout_ms = 3000;
    ASSERT_STATUS(deployment_run(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.sqlstate, "55P03");
    ASSERT_CONTAINS(fixture->failures, "in the way was the shop's server (backend");
    ASSERT_CONTAINS(fixture->failures, "idle in transaction");
    ASSERT_CONTAINS(fixture->err.message, "`rowcall migrate deploy --db shop` tries it again");
    rc_pg_sync_close(holder);
    ASSERT_OK(deployment_run(fixture), fixture->err);
    assert_int_equal(fixture->applied, 1);
}

static void *release_when_told(void *context)
{
    static const struct timespec pause = {0, 10 * 1000 * 1000};
    struct deployment *fixture = context;
    while (!atomic_load(&fixture->progress_count)) {
        nanosleep(&pause, NULL);
    }
    test_database_run(fixture->url, "select pg_terminate_backend(pid) from pg_stat_activity"
                                    " where application_name = 'the shop''s server'");
    return NULL;
}

static void test_long_statement_tells_who_is_in_the_way(void **state)
{
    struct deployment *fixture = *state;
    struct rc_pg_sync *holder = NULL;
    rowcall_error err = {0};
    pthread_t thread;
    test_database_run(fixture->url, "create schema app; create table app.t()");
    test_tree_write(fixture->folder, "1_a/migration.sql",
                    "alter table app.t add column i int;");
    ASSERT_OK(rc_pg_sync_open(fixture->url, "the shop's server", &holder, &err), err);
    ASSERT_OK(rc_pg_sync_script(holder, "begin; lock table app.t", &err), err);
    assert_int_equal(pthread_create(&thread, NULL, release_when_told, fixture), 0);
    ASSERT_OK(deployment_run(fixture), fixture->err);
    pthread_join(thread, NULL);
    ASSERT_CONTAINS(fixture->progress, "waiting for a lock; in the way is the shop's server");
    rc_pg_sync_close(holder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEPLOYMENT_CASE(test_index_is_built_concurrently),
        DEPLOYMENT_CASE(test_failed_index_build_is_told_exactly),
        DEPLOYMENT_CASE(test_invalid_index_taken_for_the_wanted_one_is_warned_of),
        DEPLOYMENT_CASE(test_directive_runs_statements_alone),
        DEPLOYMENT_CASE(test_transaction_left_open_is_a_failure),
        DEPLOYMENT_CASE(test_settings_of_a_file_are_its_own),
        DEPLOYMENT_CASE(test_history_is_in_the_url_s_schema),
        DEPLOYMENT_CASE(test_tables_without_history_want_a_baseline),
        DEPLOYMENT_CASE(test_interruption_between_migrations_starts_none),
        DEPLOYMENT_CASE(test_interrupted_transaction_is_tried_again),
        DEPLOYMENT_CASE(test_interrupted_statements_are_a_failure),
        DEPLOYMENT_CASE(test_lock_timeout_names_who_is_in_the_way),
        DEPLOYMENT_CASE(test_long_statement_tells_who_is_in_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
