// SPDX-License-Identifier: Apache-2.0
//
// Errors and the names of statuses.
#include "support/check.h"

#include "base/error.h"

static void test_error_first_one_wins(void **state)
{
    (void)state;
    rowcall_error err = {0};
    ASSERT_STATUS(rc_error_set(&err, ROWCALL_NOT_FOUND, "no %s %d", "row", 7),
                  ROWCALL_NOT_FOUND);
    ASSERT_STATUS(rc_error_set(&err, ROWCALL_INTERNAL, "later"), ROWCALL_INTERNAL);
    ASSERT_STATUS(err.status, ROWCALL_NOT_FOUND);
    assert_string_equal(err.message, "no row 7");
}

static void test_error_wrap_prefixes_and_keeps_the_status(void **state)
{
    (void)state;
    rowcall_error err = {0};
    ASSERT_STATUS(rc_error_wrap(&err, "unused"), ROWCALL_INTERNAL);
    assert_string_equal(err.message, "");
    (void)rc_error_set(&err, ROWCALL_ABORTED, "deadlock");
    ASSERT_STATUS(rc_error_wrap(&err, "call %d", 3), ROWCALL_ABORTED);
    assert_string_equal(err.message, "call 3: deadlock");
}

static void test_error_accepts_no_error_struct(void **state)
{
    (void)state;
    ASSERT_STATUS(rc_error_set(NULL, ROWCALL_UNKNOWN, "x"), ROWCALL_UNKNOWN);
    ASSERT_STATUS(rc_error_wrap(NULL, "x"), ROWCALL_INTERNAL);
    ASSERT_STATUS(rc_error_oom(NULL), ROWCALL_RESOURCE_EXHAUSTED);
    rc_error_detail(NULL, "P2002", "Product", "id");
}

static void test_error_cuts_long_texts_between_characters(void **state)
{
    (void)state;
    char longer[2000];
    memset(longer, 'a', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    rowcall_error err = {0};
    memcpy(longer + sizeof err.message - 2, "\xE2\x82\xAC", 3); // an euro sign across the end
    (void)rc_error_set(&err, ROWCALL_INTERNAL, "%s", longer);
    assert_int_equal(strlen(err.message), sizeof err.message - 2);
    rc_error_detail(&err, "P2002andmore", longer, "id");
    assert_string_equal(err.reason, "P2002an");
    assert_int_equal(strlen(err.entity), sizeof err.entity - 1);
    assert_string_equal(err.fields, "id");
    ASSERT_STATUS(rc_error_wrap(&err, "%s", longer), ROWCALL_INTERNAL);
    assert_true(strlen(err.message) < sizeof err.message);
}

static void test_error_detail_needs_a_filled_error_and_keeps_null_parts(void **state)
{
    (void)state;
    rowcall_error err = {0};
    rc_error_detail(&err, "P2002", "Product", "id");
    assert_string_equal(err.reason, "");
    (void)rc_error_set(&err, ROWCALL_ALREADY_EXISTS, "taken");
    rc_error_detail(&err, "P2002", "Product", "id");
    rc_error_detail(&err, NULL, NULL, "sku");
    assert_string_equal(err.reason, "P2002");
    assert_string_equal(err.entity, "Product");
    assert_string_equal(err.fields, "sku");
}

static void test_error_clear_makes_rubbish_empty(void **state)
{
    (void)state;
    rowcall_error err;
    memset(&err, 'x', sizeof err);
    rc_error_clear(&err);
    assert_int_equal(err.status, ROWCALL_OK);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_UNSPECIFIED);
    rc_error_set(&err, ROWCALL_INTERNAL, "broken");
    assert_string_equal(err.message, "broken");
    const char *parts[] = {err.reason, err.sqlstate, err.entity, err.fields, err.constraint};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_string_equal(parts[i], "");
    }
}

static void test_status_names_are_those_of_grpc(void **state)
{
    (void)state;
    assert_string_equal(rowcall_status_name(ROWCALL_OK), "OK");
    assert_string_equal(rowcall_status_name(ROWCALL_UNAUTHENTICATED), "UNAUTHENTICATED");
    assert_string_equal(rowcall_status_name((rowcall_status)17), "UNKNOWN");
    assert_int_equal(ROWCALL_UNAUTHENTICATED, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_first_one_wins),
        cmocka_unit_test(test_error_wrap_prefixes_and_keeps_the_status),
        cmocka_unit_test(test_error_accepts_no_error_struct),
        cmocka_unit_test(test_error_cuts_long_texts_between_characters),
        cmocka_unit_test(test_error_detail_needs_a_filled_error_and_keeps_null_parts),
        cmocka_unit_test(test_error_clear_makes_rubbish_empty),
        cmocka_unit_test(test_status_names_are_those_of_grpc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
