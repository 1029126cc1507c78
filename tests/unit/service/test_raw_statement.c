// SPDX-License-Identifier: Apache-2.0
//
// Statements by their words.
#include "support/check.h"

#include "service/raw_statement.h"

static void test_raw_statement_is_known_by_its_first_word(void **state)
{
    static const struct {
        const char *sql;
        enum rc_raw_kind kind;
    } cases[] = {
        {"select 1", RC_RAW_READS},
        {"  (SELECT 1) union select 2", RC_RAW_READS},
        {"-- copy\n/* begin /* nested */ */ Select 1;", RC_RAW_READS},
        {"values (1)", RC_RAW_READS},
        {"table t", RC_RAW_READS},
        {"with a as (select 1) select * from a", RC_RAW_READS},
        {"with a as (delete from t returning *) select * from a", RC_RAW_OTHER},
        {"select 1 into t", RC_RAW_OTHER},
        {"select 'insert', \"update\", $a$delete$a$, $$into$$, E'\\'merge' from t",
         RC_RAW_READS},
        {"select $1, a$insert from t -- update", RC_RAW_READS},
        {"select 'it''s' /* update */ from t", RC_RAW_READS},
        {"select date'2020-01-01\\' from t", RC_RAW_READS},
        {"select * from t for update", RC_RAW_OTHER},
        {"insert into t values (1)", RC_RAW_OTHER},
        {"explain select 1", RC_RAW_OTHER},
        {"show all", RC_RAW_OTHER},
        {"do $$ begin commit; end $$", RC_RAW_OTHER},
        {"create table copy (a int)", RC_RAW_OTHER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rowcall_error err = {0};
        enum rc_raw_kind kind = RC_RAW_OTHER;
        ASSERT_OK(rc_raw_judge(rc_view_of(cases[i].sql), &kind, &err), err);
        if (kind != cases[i].kind) {
            fail_msg("%s", cases[i].sql);
        }
    }
}

static void test_raw_statement_refuses_what_is_not_for_it(void **state)
{
    static const char *const cases[][2] = {
        {"copy t from stdin", "COPY is not possible"},
        {"/* x */ COPY t to stdout", "COPY is refused"},
        {"begin", "Transactions/Begin"},
        {"START TRANSACTION", "Transactions/Begin"},
        {"commit", "Transactions/Commit"},
        {"end", "Transactions/Commit"},
        {"rollback to a", "Transactions/Rollback"},
        {"abort", "Transactions/Rollback"},
        {"savepoint a", "Transactions/Savepoint"},
        {"release a", "Transactions/Savepoint"},
        {"set role x", "set_config"},
        {"reset all", "session"},
        {"discard all", "session"},
        {"listen a", "session"},
        {"unlisten a", "session"},
        {"load 'a'", "session"},
        {"load'a'", "session"},
        {"prepare a as select 1", "PREPARE"},
        {"prepare transaction 'a'", "PREPARE"},
        {"execute a", "PREPARE"},
        {"deallocate a", "PREPARE"},
        {"declare a cursor for select 1", "max_rows"},
        {"fetch a", "max_rows"},
        {"move a", "max_rows"},
        {"close a", "max_rows"},
        {"", "holds no statement"},
        {" ; -- nothing", "holds no statement"},
        {"/* open", "holds no statement"},
        {"'open", "holds no statement"},
        {"$a$open", "holds no statement"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rowcall_error err = {0};
        enum rc_raw_kind kind;
        if (rc_raw_judge(rc_view_of(cases[i][0]), &kind, &err) != ROWCALL_INVALID_ARGUMENT) {
            fail_msg("%s is not refused", cases[i][0]);
        }
        ASSERT_CONTAINS(err.message, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raw_statement_is_known_by_its_first_word),
        cmocka_unit_test(test_raw_statement_refuses_what_is_not_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
