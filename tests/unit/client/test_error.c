// SPDX-License-Identifier: Apache-2.0
//
// An error as people read it, and what programs ask it.
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

static void check_printed(const rowcall_error *err, const char *expected)
{
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    rowcall_error_print(file, err);
    fclose(file);
    assert_string_equal(text, expected);
    free(text);
}

static void test_print_writes_one_line(void **state)
{
    (void)state;
    check_printed(&(rowcall_error){.status = ROWCALL_ALREADY_EXISTS,
                                   .outcome = ROWCALL_OUTCOME_ROLLED_BACK,
                                   .reason = "P2002",
                                   .message = "name is taken"},
                  "rowcall: ALREADY_EXISTS (P2002): name is taken [rolled back]\n");
    check_printed(&(rowcall_error){.status = ROWCALL_UNAVAILABLE,
                                   .outcome = ROWCALL_OUTCOME_NOT_EXECUTED,
                                   .message = "nobody"},
                  "rowcall: UNAVAILABLE: nobody [not executed]\n");
    check_printed(&(rowcall_error){.status = ROWCALL_DEADLINE_EXCEEDED,
                                   .outcome = ROWCALL_OUTCOME_UNKNOWN,
                                   .message = "late"},
                  "rowcall: DEADLINE_EXCEEDED: late [outcome unknown]\n");
    check_printed(&(rowcall_error){.status = ROWCALL_INVALID_ARGUMENT, .message = "no"},
                  "rowcall: INVALID_ARGUMENT: no\n");
}

static void test_print_of_no_error_writes_nothing(void **state)
{
    (void)state;
    check_printed(NULL, "");
    check_printed(&(rowcall_error){0}, "");
}

static void test_retryable_needs_a_cause_that_passes_and_no_effect(void **state)
{
    (void)state;
    static const struct {
        rowcall_status status;
        rowcall_outcome outcome;
        bool expected;
    } cases[] = {
        {ROWCALL_UNAVAILABLE, ROWCALL_OUTCOME_NOT_EXECUTED, true},
        {ROWCALL_UNAVAILABLE, ROWCALL_OUTCOME_UNKNOWN, false},
        {ROWCALL_UNAVAILABLE, ROWCALL_OUTCOME_UNSPECIFIED, false},
        {ROWCALL_ABORTED, ROWCALL_OUTCOME_ROLLED_BACK, true},
        {ROWCALL_ABORTED, ROWCALL_OUTCOME_UNKNOWN, false},
        {ROWCALL_DEADLINE_EXCEEDED, ROWCALL_OUTCOME_NOT_EXECUTED, true},
        {ROWCALL_DEADLINE_EXCEEDED, ROWCALL_OUTCOME_UNKNOWN, false},
        {ROWCALL_RESOURCE_EXHAUSTED, ROWCALL_OUTCOME_NOT_EXECUTED, false},
        {ROWCALL_ALREADY_EXISTS, ROWCALL_OUTCOME_ROLLED_BACK, false},
        {ROWCALL_OK, ROWCALL_OUTCOME_NOT_EXECUTED, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rowcall_error err = {.status = cases[i].status, .outcome = cases[i].outcome};
        assert_int_equal(rowcall_error_is_retryable(&err), cases[i].expected);
    }
    assert_false(rowcall_error_is_retryable(NULL));
    // A call of a transaction that is over: nothing will make it succeed.
    const rowcall_error over = {
        .status = ROWCALL_ABORTED, .outcome = ROWCALL_OUTCOME_NOT_EXECUTED, .reason = "P2028"};
    assert_false(rowcall_error_is_retryable(&over));
}

static void test_conflict_and_not_found_go_by_the_reason(void **state)
{
    (void)state;
    const rowcall_error conflict = {.status = ROWCALL_ALREADY_EXISTS, .reason = "P2002"};
    const rowcall_error absent = {.status = ROWCALL_NOT_FOUND, .reason = "P2025"};
    const rowcall_error no_method = {.status = ROWCALL_NOT_FOUND};
    assert_true(rowcall_error_is_conflict(&conflict));
    assert_false(rowcall_error_is_conflict(&absent));
    assert_false(rowcall_error_is_conflict(NULL));
    assert_true(rowcall_error_is_not_found(&absent));
    assert_false(rowcall_error_is_not_found(&conflict));
    assert_false(rowcall_error_is_not_found(&no_method));
    assert_false(rowcall_error_is_not_found(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print_writes_one_line),
        cmocka_unit_test(test_print_of_no_error_writes_nothing),
        cmocka_unit_test(test_retryable_needs_a_cause_that_passes_and_no_effect),
        cmocka_unit_test(test_conflict_and_not_found_go_by_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
