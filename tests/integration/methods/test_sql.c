// SPDX-License-Identifier: Apache-2.0
//
// Typed SQL, over the blog's service Report.
#include "harness.h"

#include "service/contract.h"
#include "support/check.h"
#include "wire/writer.h"

#include <stdlib.h>

static int fill(void **state)
{
    harness_empty(state);
    harness_sql("insert into users (name, age) values ('ada', 30), ('bob', 40), ('eve', null);"
                "insert into posts (title, score, \"authorId\", \"updatedAt\") values"
                " ('a', 1, 1, now()), ('b', 4, 1, now()), ('c', 3, 2, now())");
    return 0;
}

static void test_rows_are_typed_whatever_their_order(void **state)
{
    (void)state;
    harness_expect("Report/Scores", "{}",
                   "{'rows':[{'user_name':'ada','posts':'2','average':'2.5000000000000000',"
                   "'labels':{'values':['a$least','b']}},"
                   "{'user_name':'bob','posts':'1','average':'3.0000000000000000',"
                   "'labels':{'values':['a$least','b']}},"
                   "{'user_name':'eve','posts':'0','labels':{'values':['a$least','b']}}]}");
}

static void test_parameters_may_be_absent(void **state)
{
    (void)state;
    harness_expect("Report/Scores", "{'least': 4, 'names': {'values': ['ada', 'eve']}}",
                   "{'rows':[{'user_name':'ada','posts':'1','average':'4.0000000000000000',"
                   "'labels':{'values':['a$least','b']}},"
                   "{'user_name':'eve','posts':'0','labels':{'values':['a$least','b']}}]}");
    harness_expect("Report/Scores", "{'names': {}}", "{}");
}

static void test_one_row_or_none(void **state)
{
    (void)state;
    harness_expect("Report/Oldest", "{}", "{'row':{'id':2,'name':'bob','level':'OWNER'}}");
    harness_sql("update users set age = null");
    harness_expect("Report/Oldest", "{}", "{}");
}

static void test_writes(void **state)
{
    (void)state;
    harness_expect("Report/Rename", "{'id': 1, 'name': 'Ada'}",
                   "{'row':{'id':1,'name':'Ada'}}");
    harness_expect("Report/Rename", "{'id': 9, 'name': 'x'}", "{}");
    harness_expect("Report/Forget", "{'id': 1, 'name': ''}", "{'count':'2'}");
    harness_expect("Report/Rename", "{'id': 2, 'name': 'Ada'}",
                   "ALREADY_EXISTS P2002 rolled back: another User with this name exists "
                   "already");
}

static void put_call(struct rc_buf *envelope, const char *method, const char *name,
                     const char *from)
{
    struct rc_buf request = {0};
    size_t call = rc_wire_begin(envelope, RC_ENVELOPE_CALLS);
    rc_wire_put_text(envelope, RC_CALL_DATABASE, "blog");
    rc_wire_put_text(envelope, RC_CALL_METHOD, method);
    if (name) {
        rc_wire_put_text(&request, 2, name);
    }
    rc_wire_put_bytes(envelope, RC_CALL_REQUEST, rc_buf_view(&request));
    if (from) {
        size_t reference = rc_wire_begin(envelope, RC_CALL_REFERENCES);
        rc_wire_put_text(envelope, RC_REFERENCE_FROM, from);
        rc_wire_put_text(envelope, RC_REFERENCE_TO, "id");
        rc_wire_end(envelope, reference);
    }
    rc_wire_end(envelope, call);
    rc_buf_fini(&request);
}

static void test_values_go_from_call_to_call(void **state)
{
    (void)state;
    struct rc_buf envelope = {0};
    put_call(&envelope, "Report/Oldest", NULL, NULL);
    put_call(&envelope, "Report/Rename", "old", "row.id");
    rc_wire_put_uint(&envelope, RC_ENVELOPE_ATOMIC, 1);
    char *answer = harness_send(rc_buf_view(&envelope));
    assert_null(strstr(answer, "ABORTED"));
    free(answer);
    rc_buf_fini(&envelope);
    harness_expect("Report/Oldest", "{}", "{'row':{'id':2,'name':'old','level':'OWNER'}}");
}

static void test_writes_in_a_with_clause(void **state)
{
    (void)state;
    harness_expect("Report/Purge", "{'id': 1, 'name': '!'}",
                   "{'rows':[{'id':2,'name':'ada!'}]}");
    harness_expect("Report/Take", "{'id': 2, 'name': '?'}",
                   "{'rows':[{'id':3,'name':'c?','level':'READER'}]}");
    harness_expect("Post/Count", "{}", "{'count':'0'}");
}

static void test_functions(void **state)
{
    (void)state;
    harness_expect("Report/Add", "{'a': '2', 'b': '0.25'}", "{'row':{'total':'2.25'}}");
    harness_expect("Report/Add", "{'a': '2'}", "{'row':{'total':'3'}}");
}

static void test_bad_requests_are_refused(void **state)
{
    (void)state;
    harness_expect("Report/Rename", "{'id': 1}",
                   "INVALID_ARGUMENT P2013 not executed: name: must be given");
    harness_expect_begin("Report/Add", "{'a': '1', 'b': 'x'}",
                         "INVALID_ARGUMENT P2007 rolled back: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_rows_are_typed_whatever_their_order, fill),
        cmocka_unit_test_setup(test_parameters_may_be_absent, fill),
        cmocka_unit_test_setup(test_one_row_or_none, fill),
        cmocka_unit_test_setup(test_writes, fill),
        cmocka_unit_test_setup(test_values_go_from_call_to_call, fill),
        cmocka_unit_test_setup(test_writes_in_a_with_clause, fill),
        cmocka_unit_test_setup(test_functions, fill),
        cmocka_unit_test_setup(test_bad_requests_are_refused, fill),
    };
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
