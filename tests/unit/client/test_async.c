// SPDX-License-Identifier: Apache-2.0
//
// Calls that do not block: each is answered once, whoever waits and however it ends.
#include "fake.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    CALLS = 2000,
    CHAINS = 32,
    SENT_AT_ONCE = 160, // calls of a method that is not known yet
};

// Calls that answer one after the other: each callback submits the next.
struct chain {
    shop_db db;
    int32_t id;
    int left;
    int wrong;
    sem_t *over;
};

static void submit_next(struct chain *chain);

static void take_tea(void *arg, void *response, const rowcall_error *err)
{
    struct chain *chain = arg;
    shop_tea_find_unique_response *found = response;
    if (chain->id == REFUSED_ID) {
        chain->wrong += response != NULL || !err || err->status != ROWCALL_ALREADY_EXISTS ||
                        strcmp(err->fields, "name,region") != 0;
    } else {
        chain->wrong += err != NULL || !found->row || found->row->id != chain->id;
    }
    rowcall_free(response);
    if (--chain->left > 0) {
        chain->id++;
        submit_next(chain);
    } else {
        sem_post(chain->over);
    }
}

static void submit_next(struct chain *chain)
{
    rowcall_error err = {0};
    if (shop_tea_find_unique_submit(
            chain->db, shop_tea_find_unique_request(.key = shop_tea_key_id(chain->id)),
            take_tea, chain, &err) != ROWCALL_OK) {
        chain->wrong++;
        sem_post(chain->over);
    }
}

static void test_callbacks_submit_and_get_their_own_answers(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    struct chain chains[CHAINS];
    sem_t over;
    sem_init(&over, 0, 0);
    for (int i = 0; i < CHAINS; i++) {
        chains[i] =
            (struct chain){.db = db, .id = 300 + i * 10, .left = CALLS / CHAINS, .over = &over};
        submit_next(&chains[i]);
    }
    for (int i = 0; i < CHAINS; i++) {
        sem_wait(&over);
    }
    shop_close(db); // the last callback has returned then
    for (int i = 0; i < CHAINS; i++) {
        assert_int_equal(chains[i].wrong, 0);
        assert_int_equal(chains[i].left, 0);
    }
    sem_destroy(&over);
}

static rowcall_status submit_future(shop_db db, int32_t id, rowcall_future **ret_future,
                                    rowcall_error *err)
{
    return rowcall_future_submit(
        db.handle, &shop_tea_find_unique_method,
        &shop_tea_find_unique_request(.key = shop_tea_key_id(id))->base, NULL, ret_future, err);
}

static void test_futures_hold_answers_until_they_are_asked_for(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    rowcall_error err = {0};
    rowcall_future *futures[64];
    for (int i = 0; i < 64; i++) {
        ASSERT_OK(submit_future(db, i == 5 ? REFUSED_ID : i, &futures[i], &err), err);
    }
    for (int i = 63; i >= 0; i--) {
        ProtobufCMessage *response = (void *)state;
        rowcall_status st = rowcall_future_wait(futures[i], &response, &err);
        if (i == 5) {
            ASSERT_STATUS(st, ROWCALL_ALREADY_EXISTS);
            ASSERT_STATUS(err.status, ROWCALL_ALREADY_EXISTS);
            assert_ptr_equal(response, state);
        } else {
            ASSERT_OK(st, err);
            assert_int_equal(((shop_tea_find_unique_response *)response)->row->id, i);
            rowcall_free(response);
        }
    }
    shop_close(db);
}

static void test_a_future_that_is_done_does_not_block(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    rowcall_error err = {0};
    rowcall_future *future;
    ASSERT_OK(submit_future(db, 1, &future, &err), err);
    while (!rowcall_future_is_done(future)) {
        sched_yield();
    }
    ASSERT_OK(rowcall_future_wait(future, NULL, &err), err);
    rowcall_future_discard(NULL);
    shop_close(db);
}

static void test_discarded_futures_leave_nothing_behind(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    rowcall_error err = {0};
    for (int i = 0; i < 200; i++) {
        rowcall_future *future;
        ASSERT_OK(submit_future(db, i, &future, &err), err);
        if (i % 2 == 0) {
            while (!rowcall_future_is_done(future)) {
                sched_yield();
            }
        }
        rowcall_future_discard(future);
    }
    shop_close(db); // the sanitizers look for what is left
}

// What a callback was told.
struct told {
    atomic_int count;
    rowcall_error err;
    bool has_response;
};

static void note(void *arg, void *response, const rowcall_error *err)
{
    struct told *told = arg;
    told->has_response = response != NULL;
    if (err) {
        told->err = *err;
    }
    rowcall_free(response);
    atomic_fetch_add(&told->count, 1);
}

static rowcall_status submit_note(shop_db db, struct told *told, rowcall_error *err)
{
    return shop_tea_find_unique_submit(
        db, shop_tea_find_unique_request(.key = shop_tea_key_id(1)), note, told, err);
}

static void test_close_answers_everything_with_cancelled(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    rowcall_error err = {0};
    struct told told[300] = {0}; // more than leave at once
    rowcall_future *future;
    fake_hold(*state);
    ASSERT_OK(submit_future(db, 1, &future, &err), err);
    for (int i = 0; i < 300; i++) {
        ASSERT_OK(submit_note(db, &told[i], &err), err);
    }
    fake_wait_held(*state, SENT_AT_ONCE); // nothing is being written then: see the transport
    shop_close(db);
    int unknown = 0;
    for (int i = 0; i < 300; i++) {
        assert_int_equal(atomic_load(&told[i].count), 1);
        assert_false(told[i].has_response);
        ASSERT_STATUS(told[i].err.status, ROWCALL_CANCELLED);
        unknown += told[i].err.outcome == ROWCALL_OUTCOME_UNKNOWN;
        assert_true(told[i].err.outcome == ROWCALL_OUTCOME_UNKNOWN ||
                    told[i].err.outcome == ROWCALL_OUTCOME_NOT_EXECUTED);
    }
    assert_int_equal(unknown, SENT_AT_ONCE - 1); // besides the future's; the rest waited
    ASSERT_STATUS(rowcall_future_wait(future, NULL, &err), ROWCALL_CANCELLED);
}

static void test_submit_refuses_more_calls_than_the_client_may_have(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){.max_calls = 8});
    rowcall_error err = {0};
    struct told told[8] = {0};
    fake_hold(*state);
    for (int i = 0; i < 8; i++) {
        ASSERT_OK(submit_note(db, &told[i], &err), err);
    }
    ASSERT_STATUS(submit_note(db, &told[0], &err), ROWCALL_RESOURCE_EXHAUSTED);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    ASSERT_CONTAINS(err.message, "max_calls");
    const rowcall_call_options soon = {.timeout_ms = 1};
    ASSERT_STATUS(rowcall_call(db.handle, &shop_tea_find_unique_method,
                               &shop_tea_find_unique_request(.key = shop_tea_key_id(1))->base,
                               &soon, NULL, &err),
                  ROWCALL_DEADLINE_EXCEEDED);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    shop_close(db);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(atomic_load(&told[i].count), 1);
    }
}

static void test_submit_refuses_what_a_call_would(void **state)
{
    rowcall_error err = {0};
    struct told told = {0};
    ASSERT_STATUS(submit_note((shop_db){0}, &told, &err), ROWCALL_INVALID_ARGUMENT);
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    shop_tea_find_many_request *other = shop_tea_find_many_request();
    ASSERT_STATUS(rowcall_submit(db.handle, &shop_tea_find_unique_method, &other->base, NULL,
                                 note, &told, &err),
                  ROWCALL_INVALID_ARGUMENT);
    assert_int_equal(err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    shop_close(db);
    assert_int_equal(atomic_load(&told.count), 0);
}

// A callback that tries everything that waits.
struct waiter {
    shop_db db;
    rowcall_future *future;
    rowcall_status call;
    rowcall_status batch;
    rowcall_status begin;
    rowcall_status wait;
    sem_t over;
};

static void wait_in_callback(void *arg, void *response, const rowcall_error *err)
{
    struct waiter *waiter = arg;
    rowcall_error own = {0};
    rowcall_free(response);
    (void)err;
    shop_tea_find_unique_request *request =
        shop_tea_find_unique_request(.key = shop_tea_key_id(1));
    waiter->call = shop_tea_find_unique(waiter->db, request, NULL, &own);
    rowcall_batch *batch = rowcall_batch_new(waiter->db.handle.client);
    shop_tea_find_unique_add(batch, waiter->db, request);
    waiter->batch = rowcall_batch_run(batch, ROWCALL_BATCH_SEPARATE, &own);
    rowcall_batch_free(batch);
    rowcall_handle transaction;
    waiter->begin = rowcall_transaction_begin(waiter->db.handle, NULL, &transaction, &own);
    waiter->wait = rowcall_future_wait(waiter->future, NULL, &own);
    sem_post(&waiter->over);
}

static void test_a_callback_may_not_wait(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    rowcall_error err = {0};
    struct waiter waiter = {.db = db};
    sem_init(&waiter.over, 0, 0);
    ASSERT_OK(submit_future(db, 1, &waiter.future, &err), err);
    ASSERT_OK(
        shop_tea_find_unique_submit(db, shop_tea_find_unique_request(.key = shop_tea_key_id(1)),
                                    wait_in_callback, &waiter, &err),
        err);
    sem_wait(&waiter.over);
    ASSERT_STATUS(waiter.call, ROWCALL_FAILED_PRECONDITION);
    ASSERT_STATUS(waiter.batch, ROWCALL_FAILED_PRECONDITION);
    ASSERT_STATUS(waiter.begin, ROWCALL_FAILED_PRECONDITION);
    ASSERT_STATUS(waiter.wait, ROWCALL_FAILED_PRECONDITION);
    ASSERT_OK(rowcall_future_wait(waiter.future, NULL, &err), err); // is as it was
    sem_destroy(&waiter.over);
    shop_close(db);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_callbacks_submit_and_get_their_own_answers),
        CASE(test_futures_hold_answers_until_they_are_asked_for),
        CASE(test_a_future_that_is_done_does_not_block),
        CASE(test_discarded_futures_leave_nothing_behind),
        CASE(test_submit_refuses_more_calls_than_the_client_may_have),
        CASE(test_submit_refuses_what_a_call_would),
        CASE(test_a_callback_may_not_wait),
        CASE(test_close_answers_everything_with_cancelled), // last: it leaves nng in disorder
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
