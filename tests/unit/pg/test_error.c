// SPDX-License-Identifier: Apache-2.0
//
// Errors without a server: classification, export, cutting.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pg/error.h"

#include <string.h>

static struct rc_pg_error make(enum rc_pg_error_kind kind, rowcall_outcome outcome,
                               const char *sqlstate)
{
    struct rc_pg_error error;
    rc_pg_error_set(&error, kind, outcome, "because of %d", 7);
    memcpy(error.sqlstate, sqlstate, strlen(sqlstate) + 1);
    return error;
}

static void test_error_knows_stale_plans(void **state)
{
    (void)state;
    static const struct {
        const char *sqlstate;
        const char *routine;
        bool stale;
    } cases[] = {
        {"26000", "FetchPreparedStatement", true},
        {"26000", "", true},
        {"0A000", "RevalidateCachedQuery", true},
        {"0A000", "", true},
        {"0A000", "CheckSelectLocking", false},
        {"42P01", "RevalidateCachedQuery", false},
        {"", "", false},
        {"2600", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_pg_error error =
            make(RC_PG_ERROR_SERVER, ROWCALL_OUTCOME_ROLLED_BACK, cases[i].sqlstate);
        memcpy(error.routine, cases[i].routine, strlen(cases[i].routine) + 1);
        assert_int_equal(rc_pg_error_is_stale_plan(&error), cases[i].stale);
    }
    struct rc_pg_error lost = make(RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_UNKNOWN, "");
    assert_false(rc_pg_error_is(&lost, ""));
}

static void test_error_is_exported_by_kind(void **state)
{
    (void)state;
    static const struct {
        enum rc_pg_error_kind kind;
        rowcall_outcome outcome;
        const char *sqlstate;
        rowcall_status status;
        const char *reason;
    } cases[] = {
        {RC_PG_ERROR_SERVER, ROWCALL_OUTCOME_ROLLED_BACK, "23505", ROWCALL_UNKNOWN, ""},
        {RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, "", ROWCALL_UNAVAILABLE,
         "P1001"},
        {RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, "28P01", ROWCALL_UNAVAILABLE,
         "P1000"},
        {RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, "3D000", ROWCALL_UNAVAILABLE,
         "P1003"},
        {RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, "42501", ROWCALL_UNAVAILABLE,
         "P1010"},
        {RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, "28000", ROWCALL_UNAVAILABLE,
         "P1010"},
        {RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, "53300", ROWCALL_UNAVAILABLE,
         "P2037"},
        {RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, "57P03", ROWCALL_UNAVAILABLE,
         "P1001"},
        {RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_UNKNOWN, "", ROWCALL_UNAVAILABLE, "P1017"},
        {RC_PG_ERROR_SILENT, ROWCALL_OUTCOME_NOT_EXECUTED, "", ROWCALL_UNAVAILABLE, "P1002"},
        {RC_PG_ERROR_TLS, ROWCALL_OUTCOME_NOT_EXECUTED, "", ROWCALL_UNAVAILABLE, "P1011"},
        {RC_PG_ERROR_TIMEOUT, ROWCALL_OUTCOME_UNKNOWN, "", ROWCALL_DEADLINE_EXCEEDED, "P1008"},
        {RC_PG_ERROR_TIMEOUT, ROWCALL_OUTCOME_NOT_EXECUTED, "", ROWCALL_DEADLINE_EXCEEDED,
         "P2024"},
        {RC_PG_ERROR_QUEUE_FULL, ROWCALL_OUTCOME_NOT_EXECUTED, "", ROWCALL_RESOURCE_EXHAUSTED,
         "P2024"},
        {RC_PG_ERROR_SHUTDOWN, ROWCALL_OUTCOME_NOT_EXECUTED, "", ROWCALL_UNAVAILABLE, ""},
        {RC_PG_ERROR_COPY, ROWCALL_OUTCOME_ROLLED_BACK, "", ROWCALL_INVALID_ARGUMENT, ""},
        {RC_PG_ERROR_INVALID, ROWCALL_OUTCOME_NOT_EXECUTED, "", ROWCALL_INVALID_ARGUMENT, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_pg_error error = make(cases[i].kind, cases[i].outcome, cases[i].sqlstate);
        rowcall_error err = {0};
        assert_int_equal(rc_pg_error_export(&error, &err), cases[i].status);
        assert_int_equal(err.status, cases[i].status);
        assert_int_equal(err.outcome, cases[i].outcome);
        assert_string_equal(err.reason, cases[i].reason);
        assert_string_equal(err.sqlstate, cases[i].sqlstate);
        assert_string_equal(err.message, "because of 7");
        assert_int_equal(rc_pg_error_export(&error, NULL), cases[i].status);
    }
}

static void test_error_export_keeps_the_first_error(void **state)
{
    (void)state;
    struct rc_pg_error error = make(RC_PG_ERROR_TIMEOUT, ROWCALL_OUTCOME_UNKNOWN, "");
    rowcall_error err = {.status = ROWCALL_ABORTED, .message = "first"};
    rc_pg_error_export(&error, &err);
    assert_int_equal(err.status, ROWCALL_ABORTED);
    assert_string_equal(err.message, "first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_knows_stale_plans),
        cmocka_unit_test(test_error_is_exported_by_kind),
        cmocka_unit_test(test_error_export_keeps_the_first_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
