// SPDX-License-Identifier: Apache-2.0
//
// What a caller is told when things go wrong, above all about the effect of its request.
#include "support/transport_fixture.h"

static struct rc_dialer *dial_with(const char *url, struct rc_dialer_options options)
{
    rowcall_error err = {0};
    struct rc_dialer *dialer = NULL;
    ASSERT_OK(rc_dialer_open(url, &options, &dialer, &err));
    return dialer;
}

// A call that must fail with this status and outcome; its message in ret_err.
static void call_failing(struct rc_dialer *dialer, uint32_t timeout_ms, rowcall_status status,
                         rowcall_outcome outcome, rowcall_error *ret_err)
{
    struct rc_buf reply = {0};
    *ret_err = (rowcall_error){0};
    assert_int_equal(rc_dialer_call(dialer, rc_view_of("x"), timeout_ms, &reply, ret_err),
                     status);
    assert_int_equal(ret_err->status, status);
    assert_int_equal(ret_err->outcome, outcome);
    assert_int_equal(reply.len, 0);
    rc_buf_fini(&reply);
}

static void test_dialer_says_that_no_server_is_there(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err;
    struct rc_dialer *dialer =
        dial_with(fixture->url, (struct rc_dialer_options){.connect_timeout_ms = 50});
    call_failing(dialer, 20000, ROWCALL_UNAVAILABLE, ROWCALL_OUTCOME_NOT_EXECUTED, &err);
    assert_non_null(strstr(err.message, fixture->url));
    assert_non_null(strstr(err.message, "there is no such socket; is the server running?"));
    rc_dialer_close(dialer);

    dialer =
        dial_with("tcp://127.0.0.1:1", (struct rc_dialer_options){.connect_timeout_ms = 50});
    call_failing(dialer, 20000, ROWCALL_UNAVAILABLE, ROWCALL_OUTCOME_NOT_EXECUTED, &err);
    assert_string_equal(err.message,
                        "cannot connect to tcp://127.0.0.1:1: is the server running?");
    rc_dialer_close(dialer);
}

static void test_dialer_refuses_a_wrong_url(void **state)
{
    (void)state;
    struct rc_dialer *dialer = NULL;
    rowcall_error err = {0};
    assert_int_equal(rc_dialer_open("ws://127.0.0.1:1", NULL, &dialer, &err),
                     ROWCALL_INVALID_ARGUMENT);
    assert_non_null(strstr(err.message, "ws://127.0.0.1:1"));
    assert_null(dialer);
}

static void *call_once(void *dialer)
{
    struct rc_buf reply = {0};
    rowcall_error *err = calloc(1, sizeof(*err));
    err->status = rc_dialer_call(dialer, rc_view_of("held"), 20000, &reply, err);
    rc_buf_fini(&reply);
    return err;
}

static void test_dialer_waits_for_a_server_that_starts_later(void **state)
{
    struct fixture *fixture = *state;
    struct rc_dialer *dialer =
        dial_with(fixture->url, (struct rc_dialer_options){.connect_timeout_ms = 20000});
    pthread_t caller;
    assert_int_equal(pthread_create(&caller, NULL, call_once, dialer), 0);
    serve(fixture, (struct rc_server_options){0});
    void *err;
    pthread_join(caller, &err);
    assert_int_equal(((rowcall_error *)err)->status, ROWCALL_OK);
    free(err);
    rc_dialer_close(dialer);
}

static void test_dialer_connects_again_after_a_restart(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    struct rc_dialer *dialer = dial(fixture->url);
    call_echo(dialer, "one");
    rc_server_close(fixture->server);
    serve(fixture, (struct rc_server_options){0});
    // The first call may still meet the old connection; nothing is repeated behind its back.
    rowcall_status st;
    do {
        struct rc_buf reply = {0};
        rowcall_error err = {0};
        st = rc_dialer_call(dialer, rc_view_of("x"), 20000, &reply, &err);
        assert_true(st == ROWCALL_OK || err.outcome == ROWCALL_OUTCOME_UNKNOWN);
        rc_buf_fini(&reply);
    } while (st != ROWCALL_OK);
    call_echo(dialer, "two");
    rc_dialer_close(dialer);
}

static void test_dialer_gives_up_at_the_timeout_with_an_unknown_outcome(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    struct rc_dialer *dialer = dial(fixture->url);
    call_echo(dialer, "connected");
    atomic_store(&fixture->hold, true);
    rowcall_error err;
    call_failing(dialer, 50, ROWCALL_DEADLINE_EXCEEDED, ROWCALL_OUTCOME_UNKNOWN, &err);
    assert_non_null(strstr(err.message, fixture->url));
    WAIT_FOR(count_held(fixture) == 1);
    atomic_store(&fixture->hold, false);
    release_held(fixture); // the late answer is nobody's, least of all the next call's
    for (int i = 0; i < 20; i++) {
        call_echo(dialer, "its own answer");
    }
    rc_dialer_close(dialer);
}

static void test_dialer_sends_a_request_once_when_the_connection_breaks(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    atomic_store(&fixture->hold, true);
    struct rc_dialer *dialer = dial(fixture->url);
    pthread_t caller;
    assert_int_equal(pthread_create(&caller, NULL, call_once, dialer), 0);
    WAIT_FOR(count_held(fixture) == 1);
    rc_server_close(fixture->server);
    void *result;
    pthread_join(caller, &result);
    rowcall_error *err = result;
    assert_int_equal(err->status, ROWCALL_UNAVAILABLE);
    assert_int_equal(err->outcome, ROWCALL_OUTCOME_UNKNOWN);
    assert_non_null(strstr(err->message, "broke before the answer came"));
    free(err);
    release_held(fixture);

    atomic_store(&fixture->hold, false);
    serve(fixture, (struct rc_server_options){0});
    check_serving(fixture->url); // by now the old request would have been sent again
    struct rc_server_stats stats;
    rc_server_read_stats(fixture->server, &stats);
    assert_int_equal(stats.requests, 1);
    rc_dialer_close(dialer);
}

static void test_dialer_refuses_a_request_that_is_too_long(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    struct rc_dialer *dialer =
        dial_with(fixture->url, (struct rc_dialer_options){.max_message_bytes = 8});
    call_echo(dialer, "12345678");
    struct rc_buf reply = {0};
    rowcall_error err = {0};
    assert_int_equal(rc_dialer_call(dialer, rc_view_of("123456789"), 20000, &reply, &err),
                     ROWCALL_RESOURCE_EXHAUSTED);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    assert_string_equal(err.message, "the request has 9 bytes, more than the limit of 8");
    call_echo(dialer, "again"); // on the same connection
    struct rc_server_stats stats;
    rc_server_read_stats(fixture->server, &stats);
    assert_int_equal(stats.requests, 2);
    rc_dialer_close(dialer);
}

static void test_dialer_reports_a_reply_that_does_not_fit(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    struct rc_dialer *dialer = dial(fixture->url);
    struct rc_buf reply;
    rc_buf_init(&reply, 4);
    rowcall_error err = {0};
    assert_int_equal(rc_dialer_call(dialer, rc_view_of("x"), 20000, &reply, &err),
                     ROWCALL_RESOURCE_EXHAUSTED);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_UNKNOWN);
    rc_buf_fini(&reply);

    atomic_store(&fixture->reply_len, 1 << 20); // more than this connection takes: it breaks
    struct rc_dialer *small =
        dial_with(fixture->url, (struct rc_dialer_options){.max_message_bytes = 1024});
    call_failing(small, 20000, ROWCALL_UNAVAILABLE, ROWCALL_OUTCOME_UNKNOWN, &err);
    rc_dialer_close(small);
    rc_dialer_close(dialer);
}

static void test_dialer_makes_calls_wait_for_their_turn(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    struct rc_dialer *dialer =
        dial_with(fixture->url, (struct rc_dialer_options){.max_concurrent = 1});
    call_echo(dialer, "connected");
    atomic_store(&fixture->hold, true);
    pthread_t callers[2];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&callers[i], NULL, call_once, dialer), 0);
    }
    WAIT_FOR(count_held(fixture) == 1);
    rowcall_error err;
    call_failing(dialer, 20, ROWCALL_DEADLINE_EXCEEDED, ROWCALL_OUTCOME_NOT_EXECUTED, &err);
    assert_int_equal(count_held(fixture), 1); // the second waits
    atomic_store(&fixture->hold, false);
    release_held(fixture);
    for (int i = 0; i < 2; i++) {
        void *result;
        pthread_join(callers[i], &result);
        assert_int_equal(((rowcall_error *)result)->status, ROWCALL_OK);
        free(result);
    }
    rc_dialer_close(dialer);
}

static void test_dialer_close_ends_calls_in_flight(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    atomic_store(&fixture->hold, true);
    struct rc_dialer *dialer = dial(fixture->url);
    pthread_t callers[8];
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(pthread_create(&callers[i], NULL, call_once, dialer), 0);
    }
    WAIT_FOR(count_held(fixture) == 8);
    rc_dialer_close(dialer);
    for (size_t i = 0; i < 8; i++) {
        void *result;
        pthread_join(callers[i], &result);
        rowcall_error *err = result;
        assert_int_equal(err->status, ROWCALL_CANCELLED);
        assert_int_equal(err->outcome, ROWCALL_OUTCOME_UNKNOWN);
        free(err);
    }
    release_held(fixture);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_dialer_says_that_no_server_is_there),
        CASE(test_dialer_refuses_a_wrong_url),
        CASE(test_dialer_waits_for_a_server_that_starts_later),
        CASE(test_dialer_connects_again_after_a_restart),
        CASE(test_dialer_gives_up_at_the_timeout_with_an_unknown_outcome),
        CASE(test_dialer_sends_a_request_once_when_the_connection_breaks),
        CASE(test_dialer_refuses_a_request_that_is_too_long),
        CASE(test_dialer_reports_a_reply_that_does_not_fit),
        CASE(test_dialer_makes_calls_wait_for_their_turn),
        CASE(test_dialer_close_ends_calls_in_flight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
