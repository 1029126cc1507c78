// SPDX-License-Identifier: Apache-2.0
//
// What never reaches the database: bytes that are nothing, wrong tokens, limits, methods that
// do not exist. Each is answered, and the service goes on.
#include "shop.h"

#include "service/contract.h"
#include "wire/writer.h"

#include <stdlib.h>

// Sends bytes as they are; the single reply's error.
static rowcall_error send_bytes(struct shop *shop, struct rc_view bytes)
{
    struct rc_buf reply = {0};
    struct shop_reply read;
    shop_handle(shop, &(struct rc_service_request){.bytes = bytes, .peer = 1}, &reply);
    assert_int_equal(shop_read(shop, NULL, 0, rc_buf_view(&reply), &read, 1), 1);
    rc_buf_fini(&reply);
    return read.err;
}

static void expect_alive(struct shop *shop)
{
    ASSERT_REPLY(shop_call(shop, "Maker/Count", "{}"), "{\"count\":\"2\"}");
}

static void test_refusals_of_bytes_that_are_no_envelope(void **state)
{
    static const struct rc_view cases[] = {
        {"", 0},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11},
        {"GET / HTTP/1.1\r\n\r\n", 18},
        {"\x0a\x7f", 2},                           // a call that ends too early
        {"\x0a\2\x0a\x05", 4},                     // likewise its database
        {"\x0a\4\x12\2\xc3\x28", 6},               // a method that is not UTF-8
        {"\x0a\4\x12\2\0\0", 6},                   // a method with NUL
        {"\x0a\3\x0a\1x\xf8\3\1", 8},              // an unknown field
        {"\x0a\6\x0a\1x\x0a\1y", 8},               // a singular field twice
        {"\x0a\x07\x20\xff\xff\xff\xff\x7f\0", 9}, // a timeout of more than 32 bits
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rowcall_error err = send_bytes(*state, cases[i]);
        ASSERT_STATUS(err.status, ROWCALL_INVALID_ARGUMENT);
        assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    }
    expect_alive(*state);
}

// An envelope with one call whose request is these bytes.
static rowcall_error send_request(struct shop *shop, const char *method, struct rc_view request)
{
    struct rc_buf bytes = {0};
    size_t mark = rc_wire_begin(&bytes, RC_ENVELOPE_CALLS);
    rc_wire_put_text(&bytes, RC_CALL_DATABASE, "shop");
    rc_wire_put_text(&bytes, RC_CALL_METHOD, method);
    rc_wire_put_bytes(&bytes, RC_CALL_REQUEST, request);
    rc_wire_end(&bytes, mark);
    rowcall_error err = send_bytes(shop, rc_buf_view(&bytes));
    rc_buf_fini(&bytes);
    return err;
}

static void test_refusals_of_requests_name_the_field(void **state)
{
    rowcall_error err =
        send_request(*state, "Product/FindMany", (struct rc_view){"\xf8\x7f\1", 3});
    ASSERT_STATUS(err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "2047");
    err = send_request(*state, "Product/FindMany", (struct rc_view){"\x08\1", 2});
    ASSERT_STATUS(err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "where");
    expect_alive(*state);
}

static void test_refusals_of_ten_thousand_levels(void **state)
{
    struct rc_buf request = {0};
    // where { and { and { ... from the inside out.
    for (int level = 0; level < 10000; level++) {
        struct rc_buf outer = {0};
        rc_wire_put_bytes(&outer, level == 9999 ? 1 : 1001, rc_buf_view(&request));
        rc_buf_fini(&request);
        request = outer;
    }
    rowcall_error err = send_request(*state, "Product/FindMany", rc_buf_view(&request));
    assert_int_not_equal(err.status, ROWCALL_OK);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    rc_buf_fini(&request);
    expect_alive(*state);
}

// Random bytes, and a right envelope with random bytes changed: an answer each, whatever it
// says.
static void test_refusals_of_random_bytes(void **state)
{
    static const struct shop_call calls[] = {
        {"shop", "Product/FindMany", "{\"where\":{\"title\":{\"contains\":\"x\"}},\"take\":3}",
         0},
        {"shop", "Maker/Count", "{}", 0},
    };
    struct rc_buf envelope = {0};
    shop_envelope(*state, calls, 2, false, NULL, &envelope);
    srand(7);
    for (int round = 0; round < 2000; round++) {
        char bytes[512];
        size_t len = envelope.len;
        assert_true(len < sizeof(bytes));
        memcpy(bytes, envelope.data, len);
        for (int i = rand() % 4; i >= 0; i--) {
            bytes[(size_t)rand() % len] = (char)rand();
        }
        if (round % 10 == 0) {
            len = (size_t)rand() % len;
        }
        struct rc_buf reply = {0};
        shop_handle(
            *state,
            &(struct rc_service_request){.bytes = {bytes, len}, .peer = (uint64_t)round},
            &reply);
        assert_true(reply.len > 0);
        rc_buf_fini(&reply);
    }
    rc_buf_fini(&envelope);
    expect_alive(*state);
}

static void test_refusals_name_unknown_databases_and_methods(void **state)
{
    struct shop_call calls[] = {
        {"nowhere", "Product/Count", "{}", 0}, {"shop", "Ghost/Count", "{}", 0},
        {"shop", "Product/Fly", "{}", 0},      {"shop", "", "{}", 0},
        {"", "Product/Count", "{}", 0},
    };
    struct shop_reply replies[5];
    shop_calls(*state, calls, 5, false, replies);
    ASSERT_STATUS(replies[0].err.status, ROWCALL_INVALID_ARGUMENT);
    assert_string_equal(replies[0].err.message,
                        "no database \"nowhere\" is served here; there is shop, depot");
    ASSERT_STATUS(replies[1].err.status, ROWCALL_UNIMPLEMENTED);
    ASSERT_CONTAINS(replies[1].err.message, "Ghost/Count");
    ASSERT_STATUS(replies[2].err.status, ROWCALL_UNIMPLEMENTED);
    ASSERT_CONTAINS(replies[2].err.message, "Product/Fly");
    ASSERT_STATUS(replies[3].err.status, ROWCALL_UNIMPLEMENTED);
    ASSERT_STATUS(replies[4].err.status, ROWCALL_INVALID_ARGUMENT);
}

// A call that asks for what is not served is refused, not executed without it.
static void test_refusals_of_what_is_not_served_yet(void **state)
{
    struct rc_buf bytes = {0};
    size_t mark = rc_wire_begin(&bytes, RC_ENVELOPE_CALLS);
    rc_wire_put_text(&bytes, RC_CALL_DATABASE, "shop");
    rc_wire_put_text(&bytes, RC_CALL_METHOD, "Maker/Count");
    rc_wire_put_text(&bytes, RC_CALL_IDEMPOTENCY_KEY, "x");
    rc_wire_end(&bytes, mark);
    rowcall_error err = send_bytes(*state, rc_buf_view(&bytes));
    ASSERT_STATUS(err.status, ROWCALL_UNIMPLEMENTED);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    rc_buf_fini(&bytes);
}

static void test_refusals_of_transactions_for_what_has_none(void **state)
{
    struct shop_call health = {"", "Health/Live", "", 0};
    struct shop_reply reply;
    shop_calls_on(*state, &(struct shop_terms){.transaction = "x"}, &health, 1, &reply);
    ASSERT_STATUS(reply.err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(reply.err.message, "Health/Live is not part of a transaction");
}

static void test_refusals_while_draining_and_over_limit_answer_every_call(void **state)
{
    static const struct shop_call calls[] = {{"shop", "Maker/Count", "{}", 0},
                                             {"shop", "Maker/Exists", "{}", 0}};
    struct rc_buf envelope = {0};
    shop_envelope(*state, calls, 2, false, NULL, &envelope);
    for (int draining = 0; draining < 2; draining++) {
        struct rc_buf reply = {0};
        struct shop_reply replies[2];
        shop_handle(*state,
                    &(struct rc_service_request){.bytes = rc_buf_view(&envelope),
                                                 .draining = draining,
                                                 .over_limit = !draining},
                    &reply);
        assert_int_equal(shop_read(*state, calls, 2, rc_buf_view(&reply), replies, 2), 2);
        for (size_t i = 0; i < 2; i++) {
            ASSERT_STATUS(replies[i].err.status,
                          draining ? ROWCALL_UNAVAILABLE : ROWCALL_RESOURCE_EXHAUSTED);
            assert_int_equal(replies[i].err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
        }
        rc_buf_fini(&reply);
    }
    rc_buf_fini(&envelope);
}

static rowcall_status call_with_token(struct shop *shop, const char *token, const char *method)
{
    struct shop_call call = {"shop", method, "{}", 0};
    struct rc_buf envelope = {0};
    struct rc_buf reply = {0};
    struct shop_reply read;
    shop_envelope(shop, &call, 1, false, token, &envelope);
    shop_handle(shop, &(struct rc_service_request){.bytes = rc_buf_view(&envelope)}, &reply);
    assert_int_equal(shop_read(shop, &call, 1, rc_buf_view(&reply), &read, 1), 1);
    rc_buf_fini(&envelope);
    rc_buf_fini(&reply);
    return read.err.status;
}

static void test_refusals_without_a_token_spare_health_alone(void **state)
{
    (void)state;
    static const char *const tokens[] = {"first", "second!"};
    struct shop *shop =
        shop_new(&(struct rc_service_options){.tokens = tokens, .token_count = 2});
    static const char *const wrong[] = {"", "firs", "first!", "fjrst", "secon", "firstfirst"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        ASSERT_STATUS(call_with_token(shop, wrong[i], "Maker/Count"), ROWCALL_UNAUTHENTICATED);
        ASSERT_STATUS(call_with_token(shop, wrong[i], "Reflection/List"),
                      ROWCALL_UNAUTHENTICATED);
        ASSERT_STATUS(call_with_token(shop, wrong[i], "Health/Check"), ROWCALL_OK);
    }
    ASSERT_STATUS(call_with_token(shop, "first", "Maker/Count"), ROWCALL_OK);
    ASSERT_STATUS(call_with_token(shop, "second!", "Reflection/List"), ROWCALL_OK);
    shop_free(shop);
}

static void test_refusals_of_replies_over_their_limit(void **state)
{
    (void)state;
    struct shop *shop = shop_new(&(struct rc_service_options){.max_reply_bytes = 2000});
    shop_sql(shop, "insert into makers (name) select repeat('x', 30) || i"
                   " from generate_series(1, 100) i");
    struct shop_reply reply = shop_call(shop, "Maker/FindMany", "{}");
    ASSERT_STATUS(reply.err.status, ROWCALL_RESOURCE_EXHAUSTED);
    ASSERT_CONTAINS(reply.err.message, "take");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    ASSERT_STATUS(shop_call(shop, "Maker/FindMany", "{\"take\":10}").err.status, ROWCALL_OK);
    // Each fits by itself, together they do not.
    static const struct shop_call calls[] = {{"shop", "Maker/FindMany", "{\"take\":40}", 0},
                                             {"shop", "Maker/FindMany", "{\"take\":40}", 0},
                                             {"shop", "Maker/Count", "{}", 0}};
    struct shop_reply replies[3];
    shop_calls(shop, calls, 3, false, replies);
    ASSERT_STATUS(replies[0].err.status, ROWCALL_OK);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_RESOURCE_EXHAUSTED);
    ASSERT_CONTAINS(replies[1].err.message, "envelope");
    ASSERT_REPLY(replies[2], "{\"count\":\"100\"}");
    shop_free(shop);
}

static void test_refusals_of_too_many_calls(void **state)
{
    (void)state;
    struct shop *shop = shop_new(&(struct rc_service_options){
        .max_calls = 3, .max_in_flight = 4, .max_peer_in_flight = 2});
    struct shop_call calls[4];
    struct shop_reply replies[4];
    for (size_t i = 0; i < 4; i++) {
        calls[i] = (struct shop_call){"shop", "Maker/Count", "{}", 0};
    }
    shop_calls(shop, calls, 2, false, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_OK);
    shop_calls(shop, calls, 3, false, replies);
    for (size_t i = 0; i < 3; i++) {
        ASSERT_STATUS(replies[i].err.status, ROWCALL_RESOURCE_EXHAUSTED);
        ASSERT_CONTAINS(replies[i].err.message, "this connection");
    }
    struct rc_buf envelope = {0};
    shop_envelope(shop, calls, 4, false, NULL, &envelope);
    rowcall_error err = send_bytes(shop, rc_buf_view(&envelope)); // one reply: it was not read
    ASSERT_STATUS(err.status, ROWCALL_RESOURCE_EXHAUSTED);
    ASSERT_CONTAINS(err.message, "4 calls");
    rc_buf_fini(&envelope);
    shop_free(shop);
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(test_refusals_of_bytes_that_are_no_envelope),
        EMPTY(test_refusals_of_requests_name_the_field),
        EMPTY(test_refusals_of_ten_thousand_levels),
        EMPTY(test_refusals_of_random_bytes),
        EMPTY(test_refusals_name_unknown_databases_and_methods),
        EMPTY(test_refusals_of_what_is_not_served_yet),
        EMPTY(test_refusals_of_transactions_for_what_has_none),
        EMPTY(test_refusals_while_draining_and_over_limit_answer_every_call),
        cmocka_unit_test(test_refusals_without_a_token_spare_health_alone),
        cmocka_unit_test(test_refusals_of_replies_over_their_limit),
        cmocka_unit_test(test_refusals_of_too_many_calls),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
