// SPDX-License-Identifier: Apache-2.0
//
// Raw SQL as a program in C sends it: by itself, and in a transaction beside typed calls.
#include "server.h"

#include <core.h>
#include <rowcall/sql.h>
#include <rowcall/raw.pb-c.h>
#include <rowcall/rowcall.h>

static struct test_server server;
static core_db db;

static rowcall_status query(rowcall_handle handle, const char *sql, int64_t parameter,
                            Rowcall__RawQueryResponse **ret_response, rowcall_error *err)
{
    Rowcall__RawValue value = ROWCALL__RAW_VALUE__INIT;
    Rowcall__RawValue *parameters[] = {&value};
    Rowcall__RawQueryRequest request = ROWCALL__RAW_QUERY_REQUEST__INIT;
    ProtobufCMessage *answer = NULL;
    value.value_case = ROWCALL__RAW_VALUE__VALUE_INTEGER;
    value.integer = parameter;
    request.sql = (char *)sql;
    request.parameters = parameters;
    request.n_parameters = 1;
    rowcall_status st =
        rowcall_call(handle, &rowcall_raw_query, &request.base, NULL, &answer, err);
    *ret_response = (Rowcall__RawQueryResponse *)answer;
    return st;
}

static rowcall_status execute(rowcall_handle handle, const char *sql, int64_t *ret_affected,
                              rowcall_error *err)
{
    Rowcall__RawExecuteRequest request = ROWCALL__RAW_EXECUTE_REQUEST__INIT;
    ProtobufCMessage *answer = NULL;
    request.sql = (char *)sql;
    rowcall_status st =
        rowcall_call(handle, &rowcall_raw_execute, &request.base, NULL, &answer, err);
    if (st == ROWCALL_OK) {
        *ret_affected = ((Rowcall__RawExecuteResponse *)answer)->affected;
        rowcall_free(answer);
    }
    return st;
}

static void test_raw_query_gives_columns_and_rows(void **state)
{
    Rowcall__RawQueryResponse *response = NULL;
    rowcall_error err = {0};
    (void)state;
    ASSERT_OK(
        query(db.handle, "select $1::int + 1 as next, null as nothing", 41, &response, &err),
        err);
    assert_int_equal(response->n_columns, 2);
    assert_string_equal(response->columns[0]->name, "next");
    assert_string_equal(response->columns[0]->type, "integer");
    assert_int_equal(response->n_rows, 1);
    assert_int_equal(response->rows[0]->values[0]->value_case,
                     ROWCALL__RAW_VALUE__VALUE_INTEGER);
    assert_int_equal(response->rows[0]->values[0]->integer, 42);
    assert_int_equal(response->rows[0]->values[1]->value_case,
                     ROWCALL__RAW_VALUE__VALUE_IS_NULL);
    rowcall_free(response);
}

static void test_raw_failure_is_an_error_like_any(void **state)
{
    rowcall_error err = {0};
    int64_t affected = 0;
    (void)state;
    ASSERT_STATUS(execute(db.handle, "insert into nowhere values (1)", &affected, &err),
                  ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(err.reason, "P2010");
    assert_string_equal(err.sqlstate, "42P01");
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
}

static rowcall_status rename_and_fail(core_db tx, void *arg, rowcall_error *err)
{
    int64_t affected = 0;
    rowcall_status st = core_role_create(
        tx, core_role_create_request(.data = core_role_create_data(.name = arg)), NULL, err);
    if (st == ROWCALL_OK) {
        st = execute(tx.handle, "update roles set name = upper(name)", &affected, err);
        assert_int_equal(affected, 1);
    }
    return st == ROWCALL_OK ? ROWCALL_CANCELLED : st;
}

static void test_raw_in_a_transaction_is_rolled_back_with_it(void **state)
{
    Rowcall__RawQueryResponse *response = NULL;
    rowcall_error err = {0};
    char name[] = "guest";
    (void)state;
    ASSERT_STATUS(core_transact(db, &(rowcall_transaction_options){.timeout_ms = 60000},
                                rename_and_fail, name, &err),
                  ROWCALL_CANCELLED);
    err = (rowcall_error){0};
    ASSERT_OK(query(db.handle, "select count(*) from roles where id > $1", 0, &response, &err),
              err);
    assert_int_equal(response->rows[0]->values[0]->integer, 0);
    rowcall_free(response);
}

static int open_all(void **state)
{
    static const char *const arguments[] = {"--allow-raw", NULL};
    rowcall_error err = {0};
    (void)state;
    test_server_start(&server, arguments);
    ASSERT_OK(core_open(&db, &(rowcall_client_options){.url = server.url}, &err), err);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    core_close(db);
    test_server_stop(&server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raw_query_gives_columns_and_rows),
        cmocka_unit_test(test_raw_failure_is_an_error_like_any),
        cmocka_unit_test(test_raw_in_a_transaction_is_rolled_back_with_it),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
