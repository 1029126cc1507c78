// SPDX-License-Identifier: Apache-2.0
//
// Admission: each limit, and that what leaves makes room again.
#include "support/check.h"

#include "service/admission.h"
#include "support/fail_alloc.h"

#include <limits.h>

static struct rc_admission *make(uint32_t calls, uint32_t peer_calls, size_t bytes)
{
    struct rc_admission *admission = NULL;
    rowcall_error err = {0};
    struct rc_admission_limits limits = {calls, peer_calls, bytes};
    ASSERT_OK(rc_admission_new(&limits, &admission, &err), err);
    return admission;
}

static void enter(struct rc_admission *admission, uint64_t peer, uint32_t calls, size_t bytes)
{
    rowcall_error err = {0};
    ASSERT_OK(rc_admission_enter(admission, peer, calls, bytes, &err), err);
}

static void refuse(struct rc_admission *admission, uint64_t peer, uint32_t calls, size_t bytes,
                   const char *part)
{
    rowcall_error err = {0};
    ASSERT_STATUS(rc_admission_enter(admission, peer, calls, bytes, &err),
                  ROWCALL_RESOURCE_EXHAUSTED);
    ASSERT_CONTAINS(err.message, part);
}

static void test_admission_bounds_the_calls_of_everybody(void **state)
{
    (void)state;
    struct rc_admission *admission = make(10, 8, 1000);
    enter(admission, 1, 6, 1);
    enter(admission, 2, 4, 1);
    refuse(admission, 3, 1, 1, "the server has 10 calls");
    rc_admission_leave(admission, 2, 4, 1);
    enter(admission, 3, 4, 1);
    rc_admission_leave(admission, 1, 6, 1);
    rc_admission_leave(admission, 3, 4, 1);
    rc_admission_free(admission);
}

static void test_admission_bounds_the_calls_of_a_peer(void **state)
{
    (void)state;
    struct rc_admission *admission = make(100, 3, 1000);
    enter(admission, 7, 2, 1);
    refuse(admission, 7, 2, 1, "this connection has 2 calls");
    refuse(admission, 8, 4, 1, "this connection has 0 calls");
    refuse(admission, 8, UINT32_MAX, 1, "calls");
    enter(admission, 7, 1, 1);
    enter(admission, 7 + 256, 3, 1); // the same chain of the table
    rc_admission_leave(admission, 7, 3, 2);
    rc_admission_leave(admission, 7 + 256, 3, 1);
    rc_admission_free(admission);
}

static void test_admission_bounds_the_bytes_of_requests(void **state)
{
    (void)state;
    struct rc_admission *admission = make(100, 100, 1000);
    enter(admission, 1, 1, 999);
    refuse(admission, 2, 1, 2, "999 bytes");
    refuse(admission, 2, 1, SIZE_MAX, "999 bytes");
    enter(admission, 2, 1, 1);
    uint32_t calls = 0;
    size_t bytes = 0;
    rc_admission_read(admission, &calls, &bytes);
    assert_int_equal(calls, 2);
    assert_int_equal(bytes, 1000);
    rc_admission_leave(admission, 1, 1, 999);
    rc_admission_leave(admission, 2, 1, 1);
    rc_admission_free(admission);
}

static void test_admission_refuses_when_memory_is_out(void **state)
{
    (void)state;
    struct rc_admission *admission = make(100, 100, 1000);
    rowcall_error err = {0};
    fail_alloc_arm(1);
    rowcall_status st = rc_admission_enter(admission, 1, 1, 1, &err);
    assert_true(fail_alloc_disarm());
    ASSERT_STATUS(st, ROWCALL_RESOURCE_EXHAUSTED);
    rc_admission_free(admission); // asserts that nothing is counted
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_admission_bounds_the_calls_of_everybody),
        cmocka_unit_test(test_admission_bounds_the_calls_of_a_peer),
        cmocka_unit_test(test_admission_bounds_the_bytes_of_requests),
        cmocka_unit_test(test_admission_refuses_when_memory_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
