// SPDX-License-Identifier: Apache-2.0
//
// Replies before their envelope's: of calls beside one that waits, and of those that are too
// large together.
#include "rival.h"

#include "service/contract.h"
#include "wire/writer.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { ID = 11, CALLS = 4, TITLE = 3000 };

// What Replies/Collect answered: bit i says that it has the reply to call i.
struct collected {
    unsigned calls;
    bool failed[CALLS];
    size_t len[CALLS];
};

static void read_collected(struct rc_view bytes, struct collected *collected)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_view reply = {0};
    uint64_t call = 0;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == RC_COLLECTED_REPLY) {
            reply = value.bytes;
        } else if (value.number == RC_COLLECTED_CALL) {
            call = value.scalar;
        }
    }
    assert_in_range(call, 0, CALLS - 1);
    collected->calls |= 1u << call;
    collected->len[call] = reply.len;
    rc_wire_reader_init(&reader, reply);
    assert_true(rc_wire_next(&reader, &value));
    collected->failed[call] = value.number == RC_REPLY_STATUS;
}

// The first field of this number; the empty view when there is none.
static struct rc_view field_of(struct rc_view bytes, uint32_t number)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == number) {
            return value.bytes;
        }
    }
    return (struct rc_view){NULL, 0};
}

// Asks for the replies of an envelope, but for those of the calls whose bits are in known.
static struct collected collect(struct shop *shop, uint64_t peer, uint64_t id, unsigned known)
{
    struct rc_buf envelope = {0};
    struct rc_buf request = {0};
    struct rc_buf answer = {0};
    struct collected collected = {0};
    rc_wire_put_uint(&request, RC_COLLECT_ENVELOPE, id);
    for (unsigned i = 0; i < 32; i++) {
        if (known >> i & 1) {
            rc_wire_put_uint(&request, RC_COLLECT_KNOWN, i);
        }
    }
    size_t mark = rc_wire_begin(&envelope, RC_ENVELOPE_CALLS);
    rc_wire_put_text(&envelope, RC_CALL_METHOD, "Replies/Collect");
    rc_wire_put_bytes(&envelope, RC_CALL_REQUEST, rc_buf_view(&request));
    rc_wire_end(&envelope, mark);
    shop_handle(shop,
                &(struct rc_service_request){.bytes = rc_buf_view(&envelope), .peer = peer},
                &answer);
    struct rc_view reply = field_of(rc_buf_view(&answer), RC_REPLY_ENVELOPE_REPLIES);
    assert_int_equal(field_of(reply, RC_REPLY_STATUS).len, 0);
    struct rc_view response = field_of(reply, RC_REPLY_RESPONSE);
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, response);
    while (rc_wire_next(&reader, &value)) {
        read_collected(value.bytes, &collected);
    }
    rc_buf_fini(&envelope);
    rc_buf_fini(&request);
    rc_buf_fini(&answer);
    return collected;
}

// An envelope with an id, handled by a thread of its own.
struct sending {
    struct shop *shop;
    struct rc_buf envelope;
    struct rc_buf reply;
    pthread_t thread;
};

static void *handle(void *arg)
{
    struct sending *sending = arg;
    const struct rc_service_request request = {.bytes = rc_buf_view(&sending->envelope),
                                               .peer = 1};
    shop_handle(sending->shop, &request, &sending->reply);
    return NULL;
}

static void begin_sending(struct sending *sending, struct shop *shop,
                          const struct shop_call *calls, size_t count, uint64_t id)
{
    *sending = (struct sending){.shop = shop};
    shop_envelope(shop, calls, count, false, NULL, &sending->envelope);
    if (id) {
        rc_wire_put_uint(&sending->envelope, RC_ENVELOPE_ID, id);
    }
    assert_int_equal(pthread_create(&sending->thread, NULL, handle, sending), 0);
}

static void end_sending(struct sending *sending, const struct shop_call *calls, size_t count,
                        struct shop_reply *ret_replies)
{
    pthread_join(sending->thread, NULL);
    assert_int_equal(shop_read(sending->shop, calls, count, rc_buf_view(&sending->reply),
                               ret_replies, count),
                     count);
    rc_buf_fini(&sending->envelope);
    rc_buf_fini(&sending->reply);
}

static void create(struct shop *shop, int i, const char *title)
{
    char json[TITLE + 128];
    snprintf(json, sizeof json,
             "{\"data\":{\"sku\":\"s%d\",\"maker_id\":1,\"title\":\"%d%s\"}}", i, i, title);
    struct shop_reply made = shop_call(shop, "Product/Create", json);
    ASSERT_OK(made.err.status, made.err);
}

static void test_a_call_that_waits_does_not_hold_up_the_others(void **state)
{
    static const struct shop_call calls[] = {
        {"shop", "Product/Count", "{}", 0},
        {"shop", "Product/Update", "{\"key\":{\"id\":1},\"data\":{\"stock\":{\"set\":5}}}", 0},
    };
    struct shop *shop = *state;
    struct sending sending;
    struct shop_reply replies[2];
    create(shop, 1, "locked");
    struct rc_pg_sync *rival = rival_open(shop);
    assert_int_equal(rival_run(rival, "begin; select 1 from products where id = 1 for update"),
                     ROWCALL_OK);
    begin_sending(&sending, shop, calls, 2, ID);
    struct collected collected = {0};
    while (collected.calls == 0) { // until the first is finished; the test's timeout bounds it
        collected = collect(shop, 1, ID, 0);
    }
    assert_int_equal(collected.calls, 1);
    assert_false(collected.failed[0]);
    assert_int_equal(collect(shop, 1, ID, 1).calls, 0); // it is known
    assert_int_equal(collect(shop, 1, ID + 1, 0).calls, 0);
    assert_int_equal(collect(shop, 2, ID, 0).calls, 0); // another connection's
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    end_sending(&sending, calls, 2, replies); // has them all
    ASSERT_REPLY(replies[0], "{\"count\":\"1\"}");
    ASSERT_REPLY(replies[1], "{\"count\":\"1\"}");
    assert_int_equal(collect(shop, 1, ID, 0).calls, 0); // it is answered
    rc_pg_sync_close(rival);
}

#define UPDATE(id)                                                                             \
    {                                                                                          \
        "shop", "Product/Update",                                                              \
            "{\"key\":{\"id\":" #id "},\"data\":{\"stock\":{\"set\":7}},\"select\":{}}", 0     \
    }

static const struct shop_call updates[] = {UPDATE(1), UPDATE(2), UPDATE(3), UPDATE(4)};

// Four products that fit into a reply one by one.
static struct shop *open_small(void)
{
    char title[TITLE + 1];
    memset(title, 't', TITLE);
    title[TITLE] = '\0';
    struct shop *shop = shop_new(&(struct rc_service_options){.max_reply_bytes = 5000});
    void *state = shop;
    assert_int_equal(shop_empty(&state), 0);
    for (int i = 1; i <= CALLS; i++) {
        create(shop, i, title);
    }
    return shop;
}

static void test_replies_too_large_together_are_kept(void **state)
{
    (void)state;
    struct shop *shop = open_small();
    struct sending sending;
    struct shop_reply replies[CALLS];
    begin_sending(&sending, shop, updates, CALLS, ID);
    end_sending(&sending, updates, CALLS, replies);
    ASSERT_OK(replies[0].err.status, replies[0].err);
    unsigned known = 1;
    for (unsigned i = 1; i < CALLS; i++) {
        ASSERT_STATUS(replies[i].err.status, ROWCALL_RESOURCE_EXHAUSTED);
        assert_int_equal(replies[i].err.outcome, ROWCALL_OUTCOME_UNKNOWN);
        struct collected collected = collect(shop, 1, ID, known);
        assert_int_equal(collected.calls, 1u << i); // one by one, as they have no room together
        assert_false(collected.failed[i]);
        assert_true(collected.len[i] > TITLE);
        known |= collected.calls;
    }
    assert_int_equal(collect(shop, 1, ID, known).calls, 0);
    assert_int_equal(collect(shop, 1, ID, 0).calls, 0); // those that were known are forgotten
    shop_free(shop);
}

static void test_kept_replies_go_with_their_connection(void **state)
{
    (void)state;
    struct shop *shop = open_small();
    struct sending sending;
    struct shop_reply replies[CALLS];
    begin_sending(&sending, shop, updates, CALLS, ID);
    end_sending(&sending, updates, CALLS, replies);
    assert_int_equal(collect(shop, 2, ID, 0).calls, 0);
    assert_int_not_equal(collect(shop, 1, ID, 0).calls, 0);
    rc_service_peer_gone(shop->service, 1);
    assert_int_equal(collect(shop, 1, ID, 0).calls, 0);
    begin_sending(&sending, shop, updates, CALLS, 0); // without an id nothing is kept
    end_sending(&sending, updates, CALLS, replies);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_RESOURCE_EXHAUSTED);
    assert_int_equal(collect(shop, 1, 0, 0).calls, 0);
    shop_free(shop); // with replies that were never collected
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_call_that_waits_does_not_hold_up_the_others, shop_empty),
        cmocka_unit_test(test_replies_too_large_together_are_kept),
        cmocka_unit_test(test_kept_replies_go_with_their_connection),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
