// SPDX-License-Identifier: Apache-2.0
//
// An envelope of several calls: what of each one's time is carried, and whose answer is whose.
#include "fake.h"

#include "flight.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { CALLS = 3 };

struct fixture {
    struct rc_flight *flight;
    struct rc_pending *calls[CALLS];
};

// Three calls that were submitted at 1, 2 and 3 s, with 10 s each.
static struct fixture begin(void)
{
    struct fixture fixture = {.flight = rc_flight_new(NULL)};
    for (int i = 0; i < CALLS; i++) {
        struct rc_pending *call = rc_pending_new(NULL);
        call->method = &shop_tea_find_unique_method;
        call->submitted_us = (i + 1) * 1000000;
        call->timeout_ms = 10000;
        call->deadline_us = call->submitted_us + 10500000;
        call->wants_response = true;
        rc_wire_put_text(&call->call, 1, "shop");
        fixture.calls[i] = call;
        fixture.flight->calls[fixture.flight->count++] = call;
    }
    return fixture;
}

static void end(struct fixture *fixture)
{
    for (int i = 0; i < CALLS; i++) {
        rowcall_free(fixture->calls[i]->response);
        rc_pending_free(fixture->calls[i]);
    }
    rc_flight_free(fixture->flight);
}

// The timeouts that the envelope carries, by call.
static size_t read_timeouts(const struct rc_flight *flight, uint64_t *ret_timeouts)
{
    struct rc_wire_reader reader;
    struct rc_wire_reader inner;
    struct rc_wire_value value;
    size_t count = 0;
    rc_wire_reader_init(&reader, rc_buf_view(&flight->envelope));
    while (rc_wire_next(&reader, &value)) {
        if (value.number == 1) {
            rc_wire_reader_init(&inner, value.bytes);
            while (rc_wire_next(&inner, &value)) {
                if (value.number == 4) {
                    ret_timeouts[count++] = value.scalar;
                }
            }
        }
    }
    return count;
}

static void test_what_is_left_of_a_calls_time_is_carried(void **state)
{
    (void)state;
    struct fixture fixture = begin();
    rowcall_error err = {0};
    uint64_t timeouts[CALLS];
    ASSERT_OK(rc_flight_write(fixture.flight, "", 3000000, &err), err);
    assert_int_equal(read_timeouts(fixture.flight, timeouts), CALLS);
    assert_int_equal(timeouts[0], 8000);
    assert_int_equal(timeouts[1], 9000);
    assert_int_equal(timeouts[2], 10000);
    assert_int_equal(rc_flight_timeout(fixture.flight, 3000000), 10500); // the most patient
    ASSERT_OK(rc_flight_write(fixture.flight, "", 60000000, &err), err);
    assert_int_equal(read_timeouts(fixture.flight, timeouts), CALLS);
    assert_int_equal(timeouts[0], 1); // 0 would be the server's default
    assert_int_equal(rc_flight_timeout(fixture.flight, 60000000), 1);
    end(&fixture);
}

static void put_tea(struct rc_buf *envelope, uint64_t id)
{
    size_t reply = rc_wire_begin(envelope, 1);
    size_t response = rc_wire_begin(envelope, 2);
    size_t row = rc_wire_begin(envelope, 1);
    rc_wire_put_uint(envelope, 1, id);
    rc_wire_end(envelope, row);
    rc_wire_end(envelope, response);
    rc_wire_end(envelope, reply);
}

static void put_failure(struct rc_buf *envelope, rowcall_status status, rowcall_outcome outcome,
                        bool is_kept)
{
    size_t reply = rc_wire_begin(envelope, 1);
    size_t inner = rc_wire_begin(envelope, 1);
    rc_wire_put_uint(envelope, 1, status);
    rc_wire_put_uint(envelope, 8, outcome);
    rc_wire_end(envelope, inner);
    if (is_kept) {
        rc_wire_put_uint(envelope, 5, 1);
    }
    rc_wire_end(envelope, reply);
}

static void test_each_call_has_its_own_answer(void **state)
{
    (void)state;
    struct fixture fixture = begin();
    struct rc_flight_replies replies;
    struct rc_buf bytes = {0};
    put_tea(&bytes, 5);
    fake_put_refusal(&bytes);
    put_tea(&bytes, 7);
    rc_flight_open(fixture.flight, rc_buf_view(&bytes), &replies);
    for (size_t i = 0; i < CALLS; i++) {
        assert_int_equal(rc_flight_read(fixture.flight, &replies, i), RC_FLIGHT_ANSWERED);
    }
    const shop_tea_find_unique_response *third =
        (const shop_tea_find_unique_response *)fixture.calls[2]->response;
    ASSERT_STATUS(fixture.calls[0]->error.status, ROWCALL_OK);
    ASSERT_STATUS(fixture.calls[1]->error.status, ROWCALL_ALREADY_EXISTS);
    assert_null(fixture.calls[1]->response);
    assert_int_equal(third->row->id, 7);
    rc_buf_fini(&bytes);
    end(&fixture);
}

// The answer to the first call of an envelope whose replies begin like this.
static enum rc_flight_answer judge(rowcall_status status, rowcall_outcome outcome, bool is_kept,
                                   bool was_refused, rowcall_error *ret_error)
{
    struct fixture fixture = begin();
    struct rc_flight_replies replies;
    struct rc_buf bytes = {0};
    put_failure(&bytes, status, outcome, is_kept);
    put_tea(&bytes, 6);
    put_tea(&bytes, 7);
    fixture.calls[0]->was_refused = was_refused;
    rc_flight_open(fixture.flight, rc_buf_view(&bytes), &replies);
    enum rc_flight_answer answer = rc_flight_read(fixture.flight, &replies, 0);
    *ret_error = fixture.calls[0]->error;
    rc_buf_fini(&bytes);
    end(&fixture);
    return answer;
}

static void test_a_call_is_sent_again_only_if_it_left_nothing(void **state)
{
    static const struct {
        rowcall_status status;
        rowcall_outcome outcome;
        bool was_refused;
        enum rc_flight_answer expected;
    } cases[] = {
        {ROWCALL_RESOURCE_EXHAUSTED, ROWCALL_OUTCOME_NOT_EXECUTED, false, RC_FLIGHT_REFUSED},
        {ROWCALL_RESOURCE_EXHAUSTED, ROWCALL_OUTCOME_ROLLED_BACK, false, RC_FLIGHT_REFUSED},
        {ROWCALL_RESOURCE_EXHAUSTED, ROWCALL_OUTCOME_UNKNOWN, false, RC_FLIGHT_ANSWERED},
        {ROWCALL_RESOURCE_EXHAUSTED, ROWCALL_OUTCOME_NOT_EXECUTED, true, RC_FLIGHT_ANSWERED},
        {ROWCALL_UNAVAILABLE, ROWCALL_OUTCOME_NOT_EXECUTED, false, RC_FLIGHT_ANSWERED},
        {ROWCALL_ABORTED, ROWCALL_OUTCOME_ROLLED_BACK, false, RC_FLIGHT_ANSWERED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rowcall_error error;
        assert_int_equal(
            judge(cases[i].status, cases[i].outcome, false, cases[i].was_refused, &error),
            cases[i].expected);
        ASSERT_STATUS(error.status, cases[i].status);
    }
}

static void test_a_reply_that_is_kept_has_to_be_collected(void **state)
{
    (void)state;
    rowcall_error error;
    assert_int_equal(
        judge(ROWCALL_RESOURCE_EXHAUSTED, ROWCALL_OUTCOME_UNKNOWN, true, false, &error),
        RC_FLIGHT_KEPT);
    ASSERT_STATUS(error.status, ROWCALL_RESOURCE_EXHAUSTED); // should it be lost
}

// What becomes of all calls when the envelope is answered with these bytes.
static void check_all(const struct rc_buf *bytes, enum rc_flight_answer expected,
                      rowcall_status status, rowcall_outcome outcome)
{
    struct fixture fixture = begin();
    struct rc_flight_replies replies;
    rc_flight_open(fixture.flight, rc_buf_view(bytes), &replies);
    for (size_t i = 0; i < CALLS; i++) {
        assert_int_equal(rc_flight_read(fixture.flight, &replies, i), expected);
        ASSERT_STATUS(fixture.calls[i]->error.status, status);
        assert_int_equal(fixture.calls[i]->error.outcome, outcome);
    }
    end(&fixture);
}

static void test_a_lone_failure_is_of_the_whole_envelope(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    put_failure(&bytes, ROWCALL_RESOURCE_EXHAUSTED, ROWCALL_OUTCOME_NOT_EXECUTED, false);
    check_all(&bytes, RC_FLIGHT_REFUSED, ROWCALL_RESOURCE_EXHAUSTED,
              ROWCALL_OUTCOME_NOT_EXECUTED);
    rc_buf_clear(&bytes);
    put_failure(&bytes, ROWCALL_INTERNAL, ROWCALL_OUTCOME_UNKNOWN, false);
    check_all(&bytes, RC_FLIGHT_ANSWERED, ROWCALL_INTERNAL, ROWCALL_OUTCOME_UNKNOWN);
    rc_buf_fini(&bytes);
}

static void test_answers_that_do_not_fit_the_calls_are_refused(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    check_all(&bytes, RC_FLIGHT_ANSWERED, ROWCALL_INTERNAL, ROWCALL_OUTCOME_UNKNOWN);
    put_tea(&bytes, 1);
    check_all(&bytes, RC_FLIGHT_ANSWERED, ROWCALL_INTERNAL, ROWCALL_OUTCOME_UNKNOWN);
    for (int i = 0; i < CALLS; i++) {
        put_tea(&bytes, 1);
    }
    check_all(&bytes, RC_FLIGHT_ANSWERED, ROWCALL_INTERNAL, ROWCALL_OUTCOME_UNKNOWN);
    rc_buf_truncate(&bytes, bytes.len - 1);
    check_all(&bytes, RC_FLIGHT_ANSWERED, ROWCALL_INTERNAL, ROWCALL_OUTCOME_UNKNOWN);
    rc_buf_fini(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_left_of_a_calls_time_is_carried),
        cmocka_unit_test(test_each_call_has_its_own_answer),
        cmocka_unit_test(test_a_call_is_sent_again_only_if_it_left_nothing),
        cmocka_unit_test(test_a_reply_that_is_kept_has_to_be_collected),
        cmocka_unit_test(test_a_lone_failure_is_of_the_whole_envelope),
        cmocka_unit_test(test_answers_that_do_not_fit_the_calls_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
