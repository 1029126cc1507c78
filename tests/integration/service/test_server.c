// SPDX-License-Identifier: Apache-2.0
//
// The server's own methods, its tables of them, many threads at once, and the end.
#include "shop.h"

#include "api/descriptor.h"
#include "base/clock.h"
#include "json/decode.h"
#include "json/pool.h"
#include "service/contract.h"
#include "wire/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { THREADS = 4, ROUNDS = 150 };

// The response of one of the server's own methods as JSON, by the compiled proto files.
static void call_own(struct shop *shop, const char *method, const char *text_field,
                     const char *response, struct rc_buf *ret_json)
{
    struct rc_pool *pool = NULL;
    rowcall_error err = {0};
    struct rc_buf envelope = {0};
    struct rc_buf reply = {0};
    struct rc_buf request = {0};
    if (text_field) {
        rc_wire_put_text(&request, 1, text_field);
    }
    size_t mark = rc_wire_begin(&envelope, RC_ENVELOPE_CALLS);
    rc_wire_put_text(&envelope, RC_CALL_METHOD, method);
    rc_wire_put_bytes(&envelope, RC_CALL_REQUEST, rc_buf_view(&request));
    rc_wire_end(&envelope, mark);
    shop_handle(shop, &(struct rc_service_request){.bytes = rc_buf_view(&envelope)}, &reply);
    ASSERT_OK(rc_pool_new(rc_api_fixed_descriptors(), &pool, &err), err);
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, rc_buf_view(&reply));
    assert_true(rc_wire_next(&reader, &value));
    rc_wire_reader_init(&reader, value.bytes);
    assert_true(rc_wire_next(&reader, &value));
    assert_int_equal(value.number, RC_REPLY_RESPONSE);
    ASSERT_OK(rc_json_decode(rc_pool_message(pool, rc_view_of(response)), value.bytes, NULL,
                             ret_json, &err),
              err);
    rc_pool_free(pool);
    rc_buf_fini(&request);
    rc_buf_fini(&envelope);
    rc_buf_fini(&reply);
}

static void test_server_health_tells_of_every_database(void **state)
{
    struct rc_buf json = {0};
    call_own(*state, "Health/Live", NULL, "rowcall.LiveResponse", &json);
    ASSERT_CONTAINS(json.data, "\"version\":\"0.1.0\"");
    rc_buf_clear(&json);
    call_own(*state, "Health/Check", NULL, "rowcall.HealthCheckResponse", &json);
    ASSERT_CONTAINS(json.data,
                    "{\"ready\":true,\"databases\":[{\"name\":\"shop\",\"ready\":true");
    ASSERT_CONTAINS(json.data, "\"name\":\"depot\"");
    ASSERT_CONTAINS(json.data, "\"shared_fingerprint\":\"");
    rc_buf_clear(&json);
    call_own(*state, "Health/Check", "depot", "rowcall.HealthCheckResponse", &json);
    assert_null(strstr(json.data, "\"shop\""));
    rc_buf_fini(&json);
}

static void test_server_reflection_lists_and_describes(void **state)
{
    struct rc_buf json = {0};
    call_own(*state, "Reflection/List", "shop", "rowcall.ReflectionListResponse", &json);
    ASSERT_CONTAINS(json.data, "{\"databases\":[{\"name\":\"shop\",\"entities\":[{\"name\":"
                               "\"Maker\",\"table\":\"makers\"");
    ASSERT_CONTAINS(json.data, "\"FindUnique\"");
    ASSERT_CONTAINS(json.data, "\"Health/Check\"");
    rc_buf_clear(&json);
    // What Describe gives is a pool in which the API's messages are found.
    struct rc_buf envelope = {0};
    size_t mark = rc_wire_begin(&envelope, RC_ENVELOPE_CALLS);
    rc_wire_put_text(&envelope, RC_CALL_METHOD, "Reflection/Describe");
    rc_wire_put_bytes(&envelope, RC_CALL_REQUEST, (struct rc_view){"\x0a\4shop", 6});
    rc_wire_end(&envelope, mark);
    shop_handle(*state, &(struct rc_service_request){.bytes = rc_buf_view(&envelope)}, &json);
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, rc_buf_view(&json));
    for (int level = 0; level < 3; level++) { // reply, response, file_descriptor_set
        assert_true(rc_wire_next(&reader, &value));
        rc_wire_reader_init(&reader, value.bytes);
    }
    struct rc_pool *pool = NULL;
    rowcall_error err = {0};
    ASSERT_OK(rc_pool_new(value.bytes, &pool, &err), err);
    assert_non_null(rc_pool_message(pool, rc_view_of("shop.Product")));
    rc_pool_free(pool);
    rc_buf_fini(&envelope);
    rc_buf_fini(&json);
}

// The tables that envelopes are checked by say what the proto files say.
static void test_server_contract_is_that_of_the_proto_files(void **state)
{
    (void)state;
    static const struct rc_wire_message *const tables[] = {
        &rc_contract_request_envelope,  &rc_contract_live_request,
        &rc_contract_database_request,  &rc_contract_describe_request,
        &rc_contract_begin_request,     &rc_contract_commit_request,
        &rc_contract_rollback_request,  &rc_contract_savepoint_request,
        &rc_contract_raw_query_request, &rc_contract_raw_execute_request,
    };
    struct rc_pool *pool = NULL;
    rowcall_error err = {0};
    ASSERT_OK(rc_pool_new(rc_api_fixed_descriptors(), &pool, &err), err);
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        const struct rc_wire_message *ours = tables[i];
        const struct rc_wire_message *theirs =
            rc_wire_message_ready(rc_pool_message(pool, rc_view_of(ours->full_name)));
        assert_non_null(theirs);
        assert_int_equal(ours->field_count, theirs->field_count);
        for (size_t f = 0; f < ours->field_count; f++) {
            const struct rc_wire_field *a = &ours->fields[f];
            const struct rc_wire_field *b = &theirs->fields[f];
            assert_int_equal(a->number, b->number);
            assert_int_equal(a->type, b->type);
            assert_int_equal(a->repeated, b->repeated);
            assert_string_equal(a->name, b->name);
            assert_int_equal(a->message ? a->message->field_count : 0,
                             b->message ? rc_wire_message_ready(b->message)->field_count : 0);
            assert_int_equal(a->enumeration ? a->enumeration->value_count : 0,
                             b->enumeration ? b->enumeration->value_count : 0);
            for (size_t v = 0; a->enumeration && v < a->enumeration->value_count; v++) {
                assert_int_equal(a->enumeration->values[v].number,
                                 b->enumeration->values[v].number);
                assert_string_equal(a->enumeration->values[v].name,
                                    b->enumeration->values[v].name);
            }
        }
    }
    rc_pool_free(pool);
}

struct worker {
    pthread_t thread;
    struct shop *shop;
    struct rc_buf envelope;
    uint64_t peer;
    int answered;
};

static void count_reply(void *arg, const struct rc_buf *reply)
{
    (void)reply;
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    atomic_int replies = 0;
    for (int i = 0; i < ROUNDS; i++) {
        rc_service_handle(worker->shop->service,
                          &(struct rc_service_request){.bytes = rc_buf_view(&worker->envelope),
                                                       .peer = worker->peer,
                                                       .reply = count_reply,
                                                       .arg = &replies});
    }
    while (atomic_load(&replies) < ROUNDS) { // the test's own timeout bounds this
        struct timespec pause = {0, 1000000};
        (void)nanosleep(&pause, NULL);
    }
    worker->answered = atomic_load(&replies);
    return NULL;
}

static void test_server_answers_many_threads_exactly_once(void **state)
{
    static const struct shop_call calls[] = {
        {"shop", "Maker/FindUnique", "{\"key\":{\"id\":1}}", 0},
        {"depot", "Product/CreateMany",
         "{\"rows\":[{\"sku\":\"a\",\"maker_id\":1,\"title\":\"t\"}],\"skip_duplicates\":true}",
         0},
        {"shop", "Product/Count", "{}", 0},
    };
    struct worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.shop = *state, .peer = (uint64_t)i};
        shop_envelope(*state, calls, 3, i == 0, NULL, &workers[i].envelope);
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_int_equal(workers[i].answered, ROUNDS);
        rc_buf_fini(&workers[i].envelope);
    }
    struct rc_service_stats stats;
    rc_service_read_stats(((struct shop *)*state)->service, &stats);
    assert_int_equal(stats.in_flight, 0);
    assert_int_equal(stats.bytes_in_flight, 0);
    assert_true(stats.calls >= 3 * THREADS * ROUNDS);
    assert_true(stats.by_status[ROWCALL_OK] > THREADS * ROUNDS);
}

// Freed while calls are on their way: all of them are answered before free returns.
static void test_server_answers_everything_before_it_ends(void **state)
{
    (void)state;
    struct shop *shop = shop_new(&(struct rc_service_options){.lanes = 1});
    static const struct shop_call calls[] = {
        {"shop", "Maker/CreateMany", "{\"rows\":[{\"name\":\"n\"}],\"skip_duplicates\":true}",
         0},
        {"shop", "Maker/Count", "{}", 0},
    };
    struct rc_buf envelopes[2] = {{0}, {0}};
    atomic_int replies = 0;
    for (int atomic = 0; atomic < 2; atomic++) {
        shop_envelope(shop, calls, 2, atomic, NULL, &envelopes[atomic]);
        for (int i = 0; i < 50; i++) {
            rc_service_handle(shop->service, &(struct rc_service_request){
                                                 .bytes = rc_buf_view(&envelopes[atomic]),
                                                 .reply = count_reply,
                                                 .arg = &replies});
        }
    }
    rc_service_free(shop->service, rc_clock_now_us() + 20000000);
    shop->service = NULL;
    assert_int_equal(atomic_load(&replies), 100);
    rc_buf_fini(&envelopes[0]);
    rc_buf_fini(&envelopes[1]);
    shop_free(shop);
}

// Ended without patience: still an answer each.
static void test_server_fails_what_it_does_not_wait_for(void **state)
{
    (void)state;
    struct shop *shop = shop_new(&(struct rc_service_options){.lanes = 1});
    static const struct shop_call calls[] = {
        {"shop", "Maker/CreateMany", "{\"rows\":[{\"name\":\"n\"}],\"skip_duplicates\":true}",
         0},
        {"shop", "Maker/Count", "{}", 0},
    };
    struct rc_buf envelopes[2] = {
        {0}, {0}}; // plain and atomic; they stay until every reply is there
    atomic_int replies = 0;
    shop_envelope(shop, calls, 2, false, NULL, &envelopes[0]);
    shop_envelope(shop, calls, 2, true, NULL, &envelopes[1]);
    for (int i = 0; i < 60; i++) {
        rc_service_handle(shop->service,
                          &(struct rc_service_request){.bytes = rc_buf_view(&envelopes[i % 2]),
                                                       .reply = count_reply,
                                                       .arg = &replies});
    }
    rc_service_free(shop->service, 0);
    shop->service = NULL;
    assert_int_equal(atomic_load(&replies), 60);
    rc_buf_fini(&envelopes[0]);
    rc_buf_fini(&envelopes[1]);
    shop_free(shop);
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(test_server_health_tells_of_every_database),
        EMPTY(test_server_reflection_lists_and_describes),
        cmocka_unit_test(test_server_contract_is_that_of_the_proto_files),
        EMPTY(test_server_answers_many_threads_exactly_once),
        cmocka_unit_test(test_server_answers_everything_before_it_ends),
        cmocka_unit_test(test_server_fails_what_it_does_not_wait_for),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
