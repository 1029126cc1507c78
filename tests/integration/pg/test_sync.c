// SPDX-License-Identifier: Apache-2.0
//
// The blocking connection against a real server.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pg/sync.h"
#include "support/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    char *url;
    struct rc_pg_sync *conn;
};

static int open_database(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->url = test_database_create();
    *state = f;
    return rc_pg_sync_open(f->url, "sync test", &f->conn, NULL) == ROWCALL_OK ? 0 : -1;
}

static int close_database(void **state)
{
    struct fixture *f = *state;
    rc_pg_sync_close(f->conn);
    test_database_drop(f->url);
    free(f);
    return 0;
}

static void test_sync_answers_text_and_null(void **state)
{
    struct fixture *f = *state;
    struct rc_pg_result *result = NULL;
    const char *values[] = {"41", NULL};
    struct rc_pg_params params = {.count = 2, .values = values};
    assert_int_equal(rc_pg_sync_exec(f->conn,
                                     "SELECT $1::int + 1 AS answer, $2::text AS nothing",
                                     &params, &result, NULL),
                     ROWCALL_OK);
    assert_int_equal(rc_pg_result_row_count(result), 1);
    assert_int_equal(rc_pg_result_column_count(result), 2);
    assert_string_equal(rc_pg_result_column_name(result, 0), "answer");
    assert_int_equal(rc_pg_result_column_type(result, 0), 23);
    assert_string_equal(rc_pg_result_text(result, 0, 0), "42");
    assert_null(rc_pg_result_text(result, 0, 1));
    assert_string_equal(rc_pg_result_tag(result), "SELECT 1");
    rc_pg_result_free(result);
}

static void test_sync_answers_binary(void **state)
{
    struct fixture *f = *state;
    struct rc_pg_result *result = NULL;
    assert_int_equal(rc_pg_sync_exec_binary(f->conn, "SELECT 258::int8", NULL, &result, NULL),
                     ROWCALL_OK);
    struct rc_pg_value value = rc_pg_result_value(result, 0, 0);
    assert_int_equal(value.len, 8);
    assert_memory_equal(value.data, "\0\0\0\0\0\0\1\2", 8);
    rc_pg_result_free(result);
}

static void test_sync_describes_without_running(void **state)
{
    struct fixture *f = *state;
    struct rc_pg_result *result = NULL;
    rowcall_error err = {0};
    test_database_run(f->url, "CREATE TABLE item (id int8)");
    assert_int_equal(rc_pg_sync_describe(
                         f->conn, "INSERT INTO item VALUES ($1::int8) RETURNING id, 'x' AS x",
                         &result, NULL),
                     ROWCALL_OK);
    assert_int_equal(rc_pg_result_row_count(result), 0);
    assert_int_equal(rc_pg_result_column_count(result), 2);
    assert_string_equal(rc_pg_result_column_name(result, 0), "id");
    assert_int_equal(rc_pg_result_column_type(result, 0), 20);
    assert_int_equal(rc_pg_result_column_type(result, 1), 25);
    rc_pg_result_free(result);
    assert_int_equal(
        rc_pg_sync_describe(f->conn, "SELECT id, nothing FROM item", &result, &err),
        ROWCALL_UNKNOWN);
    assert_string_equal(err.sqlstate, "42703");
    assert_int_equal(rc_pg_sync_last_error(f->conn)->position, 12);
    assert_int_equal(rc_pg_sync_exec(f->conn, "SELECT count(*) FROM item", NULL, &result, NULL),
                     ROWCALL_OK);
    assert_string_equal(rc_pg_result_text(result, 0, 0), "0");
    rc_pg_result_free(result);
}

static void test_sync_runs_with_fixed_settings(void **state)
{
    struct fixture *f = *state;
    struct rc_pg_result *result = NULL;
    test_database_run(
        f->url, "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Tokyo''', "
                "current_database()); END$$");
    struct rc_pg_sync *conn = NULL;
    assert_int_equal(rc_pg_sync_open(f->url, "named", &conn, NULL), ROWCALL_OK);
    assert_int_equal(
        rc_pg_sync_exec(
            conn,
            "SELECT current_setting('TimeZone'), current_setting('application_name'), "
            "current_setting('client_encoding')",
            NULL, &result, NULL),
        ROWCALL_OK);
    assert_string_equal(rc_pg_result_text(result, 0, 0), "UTC");
    assert_string_equal(rc_pg_result_text(result, 0, 1), "named");
    assert_string_equal(rc_pg_result_text(result, 0, 2), "UTF8");
    rc_pg_result_free(result);
    rc_pg_sync_close(conn);
}

static void test_sync_tells_everything_about_a_violation(void **state)
{
    struct fixture *f = *state;
    rowcall_error err = {0};
    assert_int_equal(rc_pg_sync_script(
                         f->conn, "CREATE TABLE item (id int CONSTRAINT item_id UNIQUE)", NULL),
                     ROWCALL_OK);
    assert_int_equal(
        rc_pg_sync_script(f->conn, "INSERT INTO item VALUES (1); INSERT INTO item VALUES (1)",
                          &err),
        ROWCALL_UNKNOWN);
    assert_string_equal(err.sqlstate, "23505");
    assert_string_equal(err.constraint, "item_id");
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    const struct rc_pg_error *error = rc_pg_sync_last_error(f->conn);
    assert_int_equal(error->kind, RC_PG_ERROR_SERVER);
    assert_string_equal(error->severity, "ERROR");
    assert_string_equal(error->schema, "public");
    assert_string_equal(error->table, "item");
    assert_string_equal(error->detail, "Key (id)=(1) already exists.");
}

static void test_sync_script_is_one_transaction_and_names_the_position(void **state)
{
    struct fixture *f = *state;
    struct rc_pg_result *result = NULL;
    assert_int_equal(
        rc_pg_sync_script(f->conn, "CREATE TABLE half (i int); SELECT nonsense", NULL),
        ROWCALL_UNKNOWN);
    assert_int_equal(rc_pg_sync_last_error(f->conn)->position, 35);
    assert_int_equal(
        rc_pg_sync_exec(f->conn, "SELECT to_regclass('half')", NULL, &result, NULL),
        ROWCALL_OK);
    assert_null(rc_pg_result_text(result, 0, 0));
    rc_pg_result_free(result);
}

static void count_notice(void *arg, const struct rc_pg_error *notice)
{
    int *count = arg;
    (*count)++;
    assert_string_equal(notice->severity, "NOTICE");
    assert_string_equal(notice->message, "hello");
}

static void test_sync_hands_notices_over(void **state)
{
    struct fixture *f = *state;
    int count = 0;
    rc_pg_sync_on_notice(f->conn, count_notice, &count);
    assert_int_equal(rc_pg_sync_script(f->conn, "DO $$BEGIN RAISE NOTICE 'hello'; END$$", NULL),
                     ROWCALL_OK);
    assert_int_equal(count, 1);
}

static void test_sync_refuses_copy(void **state)
{
    struct fixture *f = *state;
    rowcall_error err = {0};
    assert_int_equal(rc_pg_sync_script(f->conn, "COPY pg_class TO STDOUT", &err),
                     ROWCALL_INVALID_ARGUMENT);
    assert_false(rc_pg_sync_is_alive(f->conn));
    assert_int_equal(rc_pg_sync_exec(f->conn, "SELECT 1", NULL, NULL, NULL),
                     ROWCALL_UNAVAILABLE);
}

static void test_sync_follows_transactions(void **state)
{
    struct fixture *f = *state;
    assert_false(rc_pg_sync_in_transaction(f->conn));
    assert_int_equal(rc_pg_sync_exec(f->conn, "BEGIN", NULL, NULL, NULL), ROWCALL_OK);
    assert_true(rc_pg_sync_in_transaction(f->conn));
    assert_int_equal(rc_pg_sync_exec(f->conn, "SELECT nonsense", NULL, NULL, NULL),
                     ROWCALL_UNKNOWN);
    assert_true(rc_pg_sync_in_transaction(f->conn));
    assert_int_equal(rc_pg_sync_exec(f->conn, "ROLLBACK", NULL, NULL, NULL), ROWCALL_OK);
    assert_false(rc_pg_sync_in_transaction(f->conn));
}

static void test_sync_says_why_it_cannot_connect(void **state)
{
    (void)state;
    struct rc_pg_sync *conn = NULL;
    rowcall_error err = {0};
    assert_int_equal(rc_pg_sync_open("postgresql://u:s3cret@127.0.0.1:1/d", NULL, &conn, &err),
                     ROWCALL_UNAVAILABLE);
    assert_string_equal(err.reason, "P1001");
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    assert_null(strstr(err.message, "s3cret"));
    err = (rowcall_error){0};
    char url[512];
    snprintf(url, sizeof url, "%s&dbname=no_such_database", getenv("ROWCALL_TEST_PG"));
    assert_int_equal(rc_pg_sync_open(url, NULL, &conn, &err), ROWCALL_UNAVAILABLE);
    assert_string_equal(err.reason, "P1003");
    assert_string_equal(err.sqlstate, "3D000");
    assert_null(conn);
}

static bool count_and_cancel(void *arg, int64_t since_us)
{
    int *asked = arg;
    (void)since_us;
    return ++*asked >= 2;
}

static void test_sync_cancels_when_asked(void **state)
{
    struct fixture *f = *state;
    int asked = 0;
    rc_pg_sync_on_wait(f->conn, count_and_cancel, &asked);
    assert_int_not_equal(rc_pg_sync_script(f->conn, "SELECT 1; SELECT pg_sleep(60)", NULL),
                         ROWCALL_OK);
    assert_string_equal(rc_pg_sync_last_error(f->conn)->sqlstate, "57014");
    assert_true(asked >= 2);
    rc_pg_sync_on_wait(f->conn, NULL, NULL);
    assert_int_equal(rc_pg_sync_exec(f->conn, "SELECT 1", NULL, NULL, NULL), ROWCALL_OK);
}

static void test_sync_reset_takes_settings_back(void **state)
{
    struct fixture *f = *state;
    struct rc_pg_result *result = NULL;
    static const char script[] =
        "SET search_path = ''; SET ROLE pg_monitor; SET TimeZone = 'Asia/Tokyo';"
        " SELECT pg_advisory_lock(7)";
    assert_int_equal(rc_pg_sync_script(f->conn, script, NULL), ROWCALL_OK);
    assert_int_equal(rc_pg_sync_reset(f->conn, NULL), ROWCALL_OK);
    assert_int_equal(
        rc_pg_sync_exec(f->conn,
                        "SELECT current_setting('search_path') || ' ' || "
                        "current_setting('TimeZone') || ' ' || (current_user = session_user)"
                        " || ' ' || pg_advisory_unlock(7)",
                        NULL, &result, NULL),
        ROWCALL_OK);
    assert_string_equal(rc_pg_result_text(result, 0, 0), "\"$user\", public UTC true true");
    rc_pg_result_free(result);
}

static void test_sync_knows_the_schema_of_its_url(void **state)
{
    struct fixture *f = *state;
    struct rc_pg_sync *other = NULL;
    char url[512];
    snprintf(url, sizeof url, "%s%cschema=App", f->url, strchr(f->url, '?') ? '&' : '?');
    assert_null(rc_pg_sync_schema(f->conn));
    assert_int_equal(rc_pg_sync_open(url, "sync test", &other, NULL), ROWCALL_OK);
    assert_string_equal(rc_pg_sync_schema(other), "\"App\"");
    rc_pg_sync_close(other);
}

#define sync_test(test) cmocka_unit_test_setup_teardown(test, open_database, close_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        sync_test(test_sync_answers_text_and_null),
        sync_test(test_sync_answers_binary),
        sync_test(test_sync_describes_without_running),
        sync_test(test_sync_runs_with_fixed_settings),
        sync_test(test_sync_tells_everything_about_a_violation),
        sync_test(test_sync_script_is_one_transaction_and_names_the_position),
        sync_test(test_sync_hands_notices_over),
        sync_test(test_sync_refuses_copy),
        sync_test(test_sync_follows_transactions),
        sync_test(test_sync_cancels_when_asked),
        sync_test(test_sync_reset_takes_settings_back),
        sync_test(test_sync_knows_the_schema_of_its_url),
        cmocka_unit_test(test_sync_says_why_it_cannot_connect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
