// SPDX-License-Identifier: Apache-2.0
//
// One call at a time, and from many threads: what travels, what comes back, and what every way
// to fail says about the call's outcome.
#include "fake.h"

#include "wire/writer.h"

#include <pthread.h>
#include <stdlib.h>

static rowcall_status find(shop_db db, int32_t id, shop_tea_find_unique_response **ret_found,
                           rowcall_error *err)
{
    return shop_tea_find_unique(db, shop_tea_find_unique_request(.key = shop_tea_key_id(id)),
                                ret_found, err);
}

static void test_call_returns_the_response(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){.token = "secret"});
    rowcall_error err = {.status = ROWCALL_ABORTED, .message = "of the call before"};
    shop_tea_find_unique_response *found = NULL;
    ASSERT_OK(find(db, 7, &found, &err), err);
    assert_int_equal(found->row->id, 7);
    assert_string_equal(found->row->name, "Sencha");
    assert_int_equal(err.status, ROWCALL_OK);
    rowcall_free(found);
    struct fake_seen seen = fake_seen(*state);
    assert_int_equal(seen.calls, 1);
    assert_false(seen.atomic);
    assert_string_equal(seen.token, "secret");
    assert_string_equal(seen.database, "shop");
    assert_string_equal(seen.method, "Tea/FindUnique");
    assert_string_equal(seen.idempotency_key, "");
    assert_int_equal(seen.timeout_ms, 30000);
    shop_close(db);
}

static void test_call_without_response_or_error_only_succeeds(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    assert_int_equal(find(db, 7, NULL, NULL), ROWCALL_OK);
    assert_int_equal(find(db, REFUSED_ID, NULL, NULL), ROWCALL_ALREADY_EXISTS);
    shop_close(db);
}

static void test_call_carries_its_options(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){.timeout_ms = 9000});
    rowcall_error err = {0};
    assert_int_equal(find(db, 1, NULL, &err), ROWCALL_OK);
    assert_int_equal(fake_seen(*state).timeout_ms, 9000);
    const rowcall_call_options options = {.timeout_ms = 1234, .idempotency_key = "once"};
    ASSERT_OK(rowcall_call(db.handle, &shop_tea_find_unique_method,
                           &shop_tea_find_unique_request(.key = shop_tea_key_id(1))->base,
                           &options, NULL, &err),
              err);
    struct fake_seen seen = fake_seen(*state);
    assert_int_equal(seen.timeout_ms, 1234);
    assert_string_equal(seen.idempotency_key, "once");
    shop_close(db);
}

static void test_call_gives_every_part_of_the_servers_error(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    rowcall_error err = {0};
    shop_tea_find_unique_response *found = (void *)state;
    ASSERT_STATUS(find(db, REFUSED_ID, &found, &err), ROWCALL_ALREADY_EXISTS);
    assert_ptr_equal(found, state); // untouched
    ASSERT_STATUS(err.status, ROWCALL_ALREADY_EXISTS);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    assert_string_equal(err.reason, "P2002");
    assert_string_equal(err.message, "name, region: exists already");
    assert_string_equal(err.sqlstate, "23505");
    assert_string_equal(err.entity, "Tea");
    assert_string_equal(err.fields, "name,region");
    assert_string_equal(err.constraint, "teas_name_region_key");
    shop_close(db);
}

// The status and outcome of a call that is answered with these bytes; the response stays
// untouched.
static void check_answer(struct fake *fake, const struct rc_buf *answer,
                         rowcall_status expected, rowcall_outcome outcome, const char *part)
{
    fake_answer(fake, rc_buf_view(answer));
    shop_db db = fake_open(fake, (rowcall_client_options){0});
    rowcall_error err = {0};
    shop_tea_find_unique_response *found = NULL;
    ASSERT_STATUS(find(db, 1, &found, &err), expected);
    assert_null(found);
    ASSERT_STATUS(err.status, expected);
    assert_int_equal(err.outcome, outcome);
    ASSERT_CONTAINS(err.message, part);
    shop_close(db);
}

static void test_call_that_is_answered_twice_is_an_error(void **state)
{
    struct rc_buf answer = {0};
    for (int i = 0; i < 2; i++) {
        size_t reply = rc_wire_begin(&answer, 1);
        rc_wire_put_text(&answer, 2, "");
        rc_wire_end(&answer, reply);
    }
    check_answer(*state, &answer, ROWCALL_INTERNAL, ROWCALL_OUTCOME_UNKNOWN, "answered twice");
    rc_buf_fini(&answer);
}

static void test_call_that_is_not_answered_is_an_error(void **state)
{
    struct rc_buf answer = {0};
    check_answer(*state, &answer, ROWCALL_INTERNAL, ROWCALL_OUTCOME_UNKNOWN, "not answered");
}

static void test_call_refuses_answers_that_are_no_envelope(void **state)
{
    static const char *const garbage[] = {
        "\x0a\x7f",                 // a reply that is cut
        "hello",                    // not protobuf
        "\x0a\x02\x0a\x05",         // a status that is cut
        "\x0a\x04\x0a\x02\x18\x05", // a message that is a number
        "\x0a\x05\x0a\x03\x0a\x01"
        "5", // a code that is a text
    };
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        struct rc_buf answer = {0};
        rc_buf_append_text(&answer, garbage[i]);
        check_answer(*state, &answer, ROWCALL_INTERNAL, ROWCALL_OUTCOME_UNKNOWN,
                     "not a reply envelope");
        rc_buf_fini(&answer);
    }
}

static void test_call_refuses_a_response_of_another_type(void **state)
{
    struct rc_buf answer = {0};
    size_t reply = rc_wire_begin(&answer, 1);
    rc_wire_put_text(&answer, 2, "\x08\x01"); // the row as a number
    rc_wire_end(&answer, reply);
    check_answer(*state, &answer, ROWCALL_INTERNAL, ROWCALL_OUTCOME_UNKNOWN, "another type");
    rc_buf_fini(&answer);
}

static void test_call_takes_statuses_and_outcomes_of_newer_servers_as_unknown(void **state)
{
    struct rc_buf answer = {0};
    size_t reply = rc_wire_begin(&answer, 1);
    size_t status = rc_wire_begin(&answer, 1);
    rc_wire_put_uint(&answer, 1, 1ull << 32); // whose low half is 0, OK
    rc_wire_put_text(&answer, 3, "new");
    rc_wire_put_uint(&answer, 8, 77);
    rc_wire_end(&answer, status);
    rc_wire_end(&answer, reply);
    check_answer(*state, &answer, ROWCALL_UNKNOWN, ROWCALL_OUTCOME_UNKNOWN, "new");
    rc_buf_fini(&answer);
}

static void test_call_cuts_long_texts_between_characters(void **state)
{
    struct rc_buf answer = {0};
    rowcall_error err = {0};
    size_t reply = rc_wire_begin(&answer, 1);
    size_t status = rc_wire_begin(&answer, 1);
    rc_wire_put_uint(&answer, 1, ROWCALL_INTERNAL);
    size_t message = rc_wire_begin(&answer, 3);
    for (int i = 0; i < 1000; i++) {
        rc_buf_append_text(&answer, "\xe2\x82\xac"); // three bytes, and 511 is no multiple
    }
    rc_wire_end(&answer, message);
    for (int i = 0; i < 100; i++) {
        rc_wire_put_text(&answer, 6, "field");
    }
    rc_wire_end(&answer, status);
    rc_wire_end(&answer, reply);
    fake_answer(*state, rc_buf_view(&answer));
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    ASSERT_STATUS(find(db, 1, NULL, &err), ROWCALL_INTERNAL);
    assert_int_equal(strlen(err.message), 510);
    assert_int_equal(strlen(err.fields), sizeof err.fields - 1);
    shop_close(db);
    rc_buf_fini(&answer);
}

static void test_call_refuses_a_request_of_another_method(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    rowcall_error err = {0};
    ASSERT_STATUS(rowcall_call(db.handle, &shop_tea_find_unique_method,
                               &shop_tea_create_request()->base, NULL, NULL, &err),
                  ROWCALL_INVALID_ARGUMENT);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    ASSERT_CONTAINS(err.message, "Tea/FindUnique");
    ASSERT_STATUS(rowcall_call(db.handle, &shop_tea_find_unique_method, NULL, NULL, NULL, NULL),
                  ROWCALL_INVALID_ARGUMENT);
    assert_int_equal(fake_seen(*state).envelopes, 0);
    shop_close(db);
}

static void test_call_on_a_closed_handle_is_refused(void **state)
{
    (void)state;
    rowcall_error err = {0};
    ASSERT_STATUS(find((shop_db){0}, 1, NULL, &err), ROWCALL_INVALID_ARGUMENT);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    shop_close((shop_db){0});
}

static void test_call_longer_than_the_limit_is_not_sent(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){.max_message_bytes = 1000});
    rowcall_error err = {0};
    char name[2000];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ASSERT_STATUS(
        shop_tea_find_unique(db, shop_tea_find_unique_request(.key = shop_tea_key_name(name)),
                             NULL, &err),
        ROWCALL_RESOURCE_EXHAUSTED);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    assert_int_equal(fake_seen(*state).envelopes, 0);
    assert_int_equal(find(db, 1, NULL, NULL), ROWCALL_OK);
    shop_close(db);
}

static void test_call_without_an_answer_in_time_may_have_been_executed(void **state)
{
    fake_hold(*state);
    shop_db db = fake_open(*state, (rowcall_client_options){.timeout_ms = 1});
    rowcall_error err = {0};
    ASSERT_STATUS(find(db, 1, NULL, &err), ROWCALL_DEADLINE_EXCEEDED);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_UNKNOWN);
    assert_int_equal(fake_seen(*state).timeout_ms, 1);
    shop_close(db);
}

static void test_call_without_a_server_is_not_executed(void **state)
{
    fake_stop(*state);
    shop_db db = fake_open(*state, (rowcall_client_options){.connect_timeout_ms = 20});
    rowcall_error err = {0};
    ASSERT_STATUS(find(db, 1, NULL, &err), ROWCALL_UNAVAILABLE);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    ASSERT_CONTAINS(err.message, fake_url(*state));
    assert_true(rowcall_error_is_retryable(&err));
    shop_close(db);
}

static void test_open_refuses_urls_that_it_cannot_use(void **state)
{
    (void)state;
    rowcall_error err = {0};
    shop_db db = {0};
    ASSERT_STATUS(shop_open(&db, &(rowcall_client_options){.url = "http://shop"}, &err),
                  ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "http://shop");
    assert_null(db.handle.client);
}

static void test_open_takes_url_and_token_from_the_environment(void **state)
{
    setenv("ROWCALL_URL", fake_url(*state), 1);
    setenv("ROWCALL_TOKEN", "of the environment", 1);
    shop_db db = {0};
    rowcall_error err = {0};
    ASSERT_OK(shop_open(&db, NULL, &err), err);
    unsetenv("ROWCALL_URL");
    unsetenv("ROWCALL_TOKEN");
    ASSERT_OK(find(db, 1, NULL, &err), err);
    assert_string_equal(fake_seen(*state).token, "of the environment");
    shop_close(db);
}

// ---- threads

enum { THREADS = 8, CALLS = 200 };

struct caller {
    shop_db db;
    int32_t first_id;
    int wrong;
};

static void *call_many(void *argument)
{
    struct caller *caller = argument;
    for (int32_t i = 0; i < CALLS; i++) {
        shop_tea_find_unique_response *found = NULL;
        int32_t id = caller->first_id + i;
        caller->wrong += find(caller->db, id, &found, NULL) != ROWCALL_OK || !found->row ||
                         found->row->id != id;
        rowcall_free(found);
    }
    return NULL;
}

static void test_threads_share_a_client_and_get_their_own_answers(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    struct caller callers[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){.db = db, .first_id = 1000 * (i + 1)};
        assert_int_equal(pthread_create(&threads[i], NULL, call_many, &callers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(callers[i].wrong, 0);
    }
    assert_int_equal(fake_seen(*state).all_calls, THREADS * CALLS);
    shop_close(db);
}

struct waiter {
    shop_db db;
    rowcall_status st;
    rowcall_error err;
};

static void *call_once(void *argument)
{
    struct waiter *waiter = argument;
    waiter->st = find(waiter->db, 1, NULL, &waiter->err);
    return NULL;
}

static void test_close_cancels_calls_in_flight(void **state)
{
    fake_hold(*state);
    struct waiter waiter = {.db = fake_open(*state, (rowcall_client_options){0})};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, call_once, &waiter), 0);
    fake_wait_held(*state, 1);
    shop_close(waiter.db);
    pthread_join(thread, NULL);
    ASSERT_STATUS(waiter.st, ROWCALL_CANCELLED);
    assert_int_equal(waiter.err.outcome, ROWCALL_OUTCOME_UNKNOWN);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fake_setup, fake_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_call_returns_the_response),
        TEST(test_call_without_response_or_error_only_succeeds),
        TEST(test_call_carries_its_options),
        TEST(test_call_gives_every_part_of_the_servers_error),
        TEST(test_call_that_is_answered_twice_is_an_error),
        TEST(test_call_that_is_not_answered_is_an_error),
        TEST(test_call_refuses_answers_that_are_no_envelope),
        TEST(test_call_refuses_a_response_of_another_type),
        TEST(test_call_takes_statuses_and_outcomes_of_newer_servers_as_unknown),
        TEST(test_call_cuts_long_texts_between_characters),
        TEST(test_call_refuses_a_request_of_another_method),
        TEST(test_call_on_a_closed_handle_is_refused),
        TEST(test_call_longer_than_the_limit_is_not_sent),
        TEST(test_call_without_an_answer_in_time_may_have_been_executed),
        TEST(test_call_without_a_server_is_not_executed),
        TEST(test_open_refuses_urls_that_it_cannot_use),
        TEST(test_open_takes_url_and_token_from_the_environment),
        TEST(test_threads_share_a_client_and_get_their_own_answers),
        TEST(test_close_cancels_calls_in_flight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
