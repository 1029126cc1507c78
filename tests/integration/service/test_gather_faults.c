// SPDX-License-Identifier: Apache-2.0
//
// Lookups that wait together while time runs out, connections are lost, PostgreSQL is away, the
// service stops or limits are reached: each call ends as it would alone, and once.
#include "crowd.h"
#include "keys.h"
#include "rival.h"

#include "base/clock.h"
#include "support/database.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LANES = 2 };

static struct crowd_calls calls;
static char expected[KEYS_LIMIT][64];

static struct rc_service_stats stats_of(const struct shop *shop)
{
    struct rc_service_stats stats;
    rc_service_read_stats(shop->service, &stats);
    return stats;
}

static int begin(void **state)
{
    (void)state;
    calls.count = 0;
    return 0;
}

static int number_of(size_t at)
{
    return KEYS_FIRST + (int)(at % (KEYS_LIMIT - KEYS_FIRST));
}

// Calls for the records with these numbers, one after the other.
static void add_lookups(const struct shop *shop, size_t count, uint32_t timeout_ms)
{
    for (size_t i = 0; i < count; i++) {
        char request[128];
        (void)snprintf(request, sizeof(request),
                       "{\"key\":{\"id\":%d},\"select\":{\"note\":true}}",
                       number_of(calls.count));
        crowd_add(shop, &calls, "Thing/FindUnique", request);
        calls.calls[calls.count - 1].timeout_ms = timeout_ms;
    }
}

static void assert_right(const struct crowd *crowd, size_t at)
{
    struct shop_reply reply;
    crowd_read(crowd, at, &reply);
    ASSERT_REPLY(reply, expected[number_of(at)]);
}

static void pause_ms(long ms)
{
    (void)nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static void wait_for_replies(struct crowd *crowd, size_t count)
{
    for (int i = 0; i < 4000 && crowd_replied(crowd) < count; i++) {
        pause_ms(5);
    }
    assert_int_equal(crowd_replied(crowd), count);
}

// ---- time

// Nobody can read the table. Those with little time are told so in time, though they are in the
// midst of others, and those have their answers afterwards.
static void test_calls_whose_time_is_up_leave_the_line(void **state)
{
    enum { PATIENT = 20, HASTY = 30 };
    struct rc_pg_sync *rival = rival_open(*state);
    add_lookups(*state, PATIENT, 0);
    add_lookups(*state, HASTY, 200);
    add_lookups(*state, PATIENT, 0);
    struct rc_service_stats before = stats_of(*state);
    rival_lock(rival, KEYS_TABLE);
    struct crowd *first = crowd_send(*state, &calls, 1);
    wait_for_replies(first, HASTY);
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    crowd_wait(first);
    for (size_t i = 0; i < calls.count; i++) {
        if (calls.calls[i].timeout_ms == 0) {
            assert_right(first, i);
            continue;
        }
        struct shop_reply reply;
        crowd_read(first, i, &reply);
        ASSERT_STATUS(reply.err.status, ROWCALL_DEADLINE_EXCEEDED);
        assert_string_equal(reply.err.reason, "P2024");
        assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    }
    assert_true(stats_of(*state).coalesced - before.coalesced >= PATIENT);
    crowd_free(first);
    rc_pg_sync_close(rival);
}

// The whole line is behind two calls that wait for PostgreSQL, so nothing of it was executed.
static void test_calls_that_never_left_the_line_were_not_executed(void **state)
{
    enum { BEHIND = 40 };
    struct rc_pg_sync *rival = rival_open(*state);
    rival_lock(rival, KEYS_TABLE);
    add_lookups(*state, LANES, 0);
    struct crowd *ahead = crowd_send(*state, &calls, 1);
    rival_wait_for_waiter(rival);
    calls.count = 0;
    add_lookups(*state, BEHIND, 150);
    struct crowd *behind = crowd_send(*state, &calls, 1);
    crowd_wait(behind);
    for (size_t i = 0; i < BEHIND; i++) {
        struct shop_reply reply;
        crowd_read(behind, i, &reply);
        ASSERT_STATUS(reply.err.status, ROWCALL_DEADLINE_EXCEEDED);
        assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    }
    assert_int_equal(crowd_replied(ahead), 0);
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    crowd_wait(ahead);
    assert_right(ahead, 0);
    assert_right(ahead, 1);
    crowd_free(ahead);
    crowd_free(behind);
    rc_pg_sync_close(rival);
}

static void *lock_table(void *arg)
{
    rival_lock(arg, KEYS_TABLE);
    return NULL;
}

// A batch that is under way when time is up. It is sent when the calls ahead are answered, and
// finds that somebody was waiting for the table behind those.
static void test_batches_whose_time_is_up(void **state)
{
    enum { COUNT = 40 };
    struct rc_pg_sync *rival = rival_open(*state);
    struct rc_pg_sync *other = rival_open(*state);
    struct shop *narrow = shop_beside(*state, &(struct rc_service_options){.lanes = 1});
    pthread_t locking;
    rival_lock(rival, KEYS_TABLE);
    add_lookups(narrow, 1, 0);
    struct crowd *ahead = crowd_send(narrow, &calls, 1);
    rival_wait_for_waiter(rival);
    assert_int_equal(pthread_create(&locking, NULL, lock_table, other), 0);
    rival_wait_for_waiters(rival, 2);
    calls.count = 0;
    add_lookups(narrow, COUNT, 1000);
    struct crowd *behind = crowd_send(narrow, &calls, 1);
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    crowd_wait(ahead);
    assert_right(ahead, 0);
    crowd_wait(behind);
    for (size_t i = 0; i < COUNT; i++) {
        struct shop_reply reply;
        crowd_read(behind, i, &reply);
        ASSERT_STATUS(reply.err.status, ROWCALL_DEADLINE_EXCEEDED);
        assert_int_not_equal(reply.err.outcome, ROWCALL_OUTCOME_UNKNOWN);
    }
    assert_int_equal(pthread_join(locking, NULL), 0);
    assert_int_equal(rival_run(other, "commit"), ROWCALL_OK);
    assert_int_equal(stats_of(narrow).broken_batches, 1);
    crowd_free(ahead);
    crowd_free(behind);
    rc_pg_sync_close(other);
    rc_pg_sync_close(rival);
    shop_free(narrow);
}

// ---- connections

static void wait_ready(const struct shop *shop)
{
    rowcall_error err = {0};
    ASSERT_OK(rc_service_wait_ready(shop->service, rc_clock_now_us() + 20000000, &err), err);
}

struct killer {
    const struct shop *shop;
    pthread_t thread;
    bool is_over; // guarded by mutex
    pthread_mutex_t mutex;
};

// Ends one of the service's sessions again and again.
static void *kill_lanes(void *arg)
{
    struct killer *killer = arg;
    struct rc_pg_sync *rival = rival_open(killer->shop);
    bool is_over = false;
    while (!is_over) {
        (void)rival_run(rival, "select pg_terminate_backend(pid) from pg_stat_activity where"
                               " datname = current_database() and application_name like"
                               " 'rowcall%' order by random() limit 1");
        pause_ms(7);
        (void)pthread_mutex_lock(&killer->mutex);
        is_over = killer->is_over;
        (void)pthread_mutex_unlock(&killer->mutex);
    }
    rc_pg_sync_close(rival);
    return NULL;
}

// A read is repeated once; who loses two connections is told that it was not answered.
static void test_lanes_that_are_lost(void **state)
{
    struct killer killer = {.shop = *state, .mutex = PTHREAD_MUTEX_INITIALIZER};
    size_t right = 0;
    add_lookups(*state, 200, 0);
    assert_int_equal(pthread_create(&killer.thread, NULL, kill_lanes, &killer), 0);
    for (int round = 0; round < 40; round++) {
        struct crowd *crowd = crowd_send(*state, &calls, 1);
        crowd_wait(crowd);
        for (size_t i = 0; i < calls.count; i++) {
            struct shop_reply reply;
            crowd_read(crowd, i, &reply);
            if (reply.err.status == ROWCALL_OK) {
                assert_string_equal(reply.json, expected[number_of(i)]);
                right++;
            } else {
                ASSERT_STATUS(reply.err.status, ROWCALL_UNAVAILABLE);
                assert_int_not_equal(reply.err.outcome, ROWCALL_OUTCOME_UNKNOWN);
            }
        }
        crowd_free(crowd);
    }
    (void)pthread_mutex_lock(&killer.mutex);
    killer.is_over = true;
    (void)pthread_mutex_unlock(&killer.mutex);
    assert_int_equal(pthread_join(killer.thread, NULL), 0);
    assert_true(right > 0);
    wait_ready(*state);
}

// Whether new connections to the shop's database are let in.
static void let_in(const struct shop *shop, bool may)
{
    char sql[256];
    const char *end = strchr(shop->url, '?');
    const char *name = end;
    assert_non_null(end);
    while (name[-1] != '/') {
        name--;
    }
    (void)snprintf(sql, sizeof(sql),
                   "alter database %.*s allow_connections %s;"
                   "select pg_terminate_backend(pid) from pg_stat_activity where datname ="
                   " '%.*s' and not %s",
                   (int)(end - name), name, may ? "true" : "false", (int)(end - name), name,
                   may ? "true" : "false");
    test_database_run(getenv("ROWCALL_TEST_PG"), sql);
}

// Those that were under way, those that come, and those afterwards.
static void test_a_database_that_is_away(void **state)
{
    struct rc_pg_sync *rival = rival_open(*state);
    struct crowd *crowds[2];
    add_lookups(*state, 100, 0);
    rival_lock(rival, KEYS_TABLE);
    crowds[0] = crowd_send(*state, &calls, 1);
    rival_wait_for_waiter(rival);
    let_in(*state, false); // which ends the rival, too
    crowds[1] = crowd_send(*state, &calls, 1);
    for (int i = 0; i < 2; i++) {
        crowd_wait(crowds[i]);
        for (size_t k = 0; k < calls.count; k++) {
            struct shop_reply reply;
            crowd_read(crowds[i], k, &reply);
            assert_true(reply.err.status == ROWCALL_UNAVAILABLE ||
                        reply.err.status == ROWCALL_FAILED_PRECONDITION);
            assert_int_not_equal(reply.err.outcome, ROWCALL_OUTCOME_UNKNOWN);
        }
        crowd_free(crowds[i]);
    }
    rc_pg_sync_close(rival);
    let_in(*state, true);
    wait_ready(*state);
    crowds[0] = crowd_send(*state, &calls, 1);
    crowd_wait(crowds[0]);
    for (size_t i = 0; i < calls.count; i++) {
        assert_right(crowds[0], i);
    }
    crowd_free(crowds[0]);
}

// ---- the service's end

static void test_a_service_that_ends_at_once(void **state)
{
    struct rc_pg_sync *rival = rival_open(*state);
    struct shop *other = shop_beside(*state, &(struct rc_service_options){.lanes = LANES});
    add_lookups(*state, 200, 0);
    rival_lock(rival, KEYS_TABLE);
    struct crowd *crowd = crowd_send(other, &calls, 1);
    rival_wait_for_waiter(rival);
    rc_service_free(other->service, 0);
    other->service = NULL;
    crowd_wait(crowd);
    for (size_t i = 0; i < calls.count; i++) {
        struct shop_reply reply;
        crowd_read(crowd, i, &reply);
        ASSERT_STATUS(reply.err.status, ROWCALL_UNAVAILABLE);
    }
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    crowd_free(crowd);
    shop_free(other);
    rc_pg_sync_close(rival);
}

static void *end_in_time(void *arg)
{
    struct shop *shop = arg;
    rc_service_free(shop->service, rc_clock_now_us() + 20000000);
    shop->service = NULL;
    return NULL;
}

static void test_a_service_that_ends_in_time(void **state)
{
    struct rc_pg_sync *rival = rival_open(*state);
    struct shop *other = shop_beside(*state, &(struct rc_service_options){.lanes = LANES});
    pthread_t ending;
    add_lookups(*state, 200, 0);
    rival_lock(rival, KEYS_TABLE);
    struct crowd *crowd = crowd_send(other, &calls, 1);
    rival_wait_for_waiter(rival);
    assert_int_equal(pthread_create(&ending, NULL, end_in_time, other), 0);
    pause_ms(50);
    assert_int_equal(crowd_replied(crowd), 0);
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    assert_int_equal(pthread_join(ending, NULL), 0);
    crowd_wait(crowd);
    for (size_t i = 0; i < calls.count; i++) {
        assert_right(crowd, i);
    }
    crowd_free(crowd);
    shop_free(other);
    rc_pg_sync_close(rival);
}

// ---- limits

static void test_a_peer_over_its_limit(void **state)
{
    enum { LIMIT = 20, COUNT = 60 };
    struct rc_pg_sync *rival = rival_open(*state);
    struct shop *other = shop_beside(
        *state, &(struct rc_service_options){.lanes = LANES, .max_peer_in_flight = LIMIT});
    size_t answered = 0;
    add_lookups(*state, COUNT, 0);
    rival_lock(rival, KEYS_TABLE);
    struct crowd *greedy = crowd_send(other, &calls, 1);
    calls.count = LIMIT;
    struct crowd *modest = crowd_send(other, &calls, 2);
    rival_wait_for_waiter(rival);
    assert_int_equal(crowd_replied(greedy), COUNT - LIMIT);
    assert_int_equal(crowd_replied(modest), 0);
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    crowd_wait(greedy);
    crowd_wait(modest);
    for (size_t i = 0; i < COUNT; i++) {
        struct shop_reply reply;
        crowd_read(greedy, i, &reply);
        if (reply.err.status == ROWCALL_OK) {
            assert_string_equal(reply.json, expected[number_of(i)]);
            answered++;
        } else {
            ASSERT_STATUS(reply.err.status, ROWCALL_RESOURCE_EXHAUSTED);
            assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
        }
    }
    assert_int_equal(answered, LIMIT);
    for (size_t i = 0; i < LIMIT; i++) {
        assert_right(modest, i);
    }
    crowd_free(greedy);
    crowd_free(modest);
    shop_free(other);
    rc_pg_sync_close(rival);
}

// ---- envelopes

// Lookups of several shapes, writes, and what fails for various reasons, in one message.
static void test_an_envelope_of_all_kinds(void **state)
{
    static const struct {
        const char *method;
        const char *request;
        rowcall_status status;
        const char *json;
    } kinds[] = {
        {"Thing/FindUnique", "{\"key\":{\"id\":12},\"select\":{\"slot\":true}}", ROWCALL_OK,
         "{\"row\":{\"slot\":12}}"},
        {"Thing/FindUnique", "{\"key\":{\"odd\":\"o'13\"},\"select\":{\"slot\":true}}",
         ROWCALL_OK, "{\"row\":{\"slot\":13}}"},
        {"Owner/Update", "{\"key\":{\"id\":1},\"data\":{\"name\":{\"set\":\"Ada\"}}}",
         ROWCALL_OK, "{\"count\":\"1\"}"},
        {"Thing/FindUnique", "{\"key\":{\"k_uuid\":\"nonsense\"}}", ROWCALL_INVALID_ARGUMENT,
         "{}"},
        {"Owner/Update", "{\"key\":{\"id\":77},\"data\":{\"name\":{\"set\":\"Cyd\"}}}",
         ROWCALL_NOT_FOUND, "{}"},
        {"Thing/FindUnique",
         "{\"key\":{\"id\":99},\"required\":true,\"select\":{\"slot\":true}}",
         ROWCALL_NOT_FOUND, "{}"},
        {"Thing/Nothing", "", ROWCALL_UNIMPLEMENTED, "{}"},
        {"Owner/Create", "{\"data\":{\"id\":1,\"name\":\"Eve\"}}", ROWCALL_ALREADY_EXISTS,
         "{}"},
        {"Owner/FindUnique", "{\"key\":{\"id\":2}}", ROWCALL_OK,
         "{\"row\":{\"id\":2,\"name\":\"Bob\"}}"},
    };
    enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), COUNT = 10 * KINDS };
    struct shop_reply *replies = calloc(COUNT, sizeof(*replies));
    struct rc_service_stats before = stats_of(*state);
    assert_non_null(replies);
    for (size_t i = 0; i < COUNT; i++) {
        crowd_add(*state, &calls, kinds[i % KINDS].method, kinds[i % KINDS].request);
    }
    shop_calls(*state, calls.calls, calls.count, false, replies);
    for (size_t i = 0; i < COUNT; i++) {
        ASSERT_STATUS(replies[i].err.status, kinds[i % KINDS].status);
        assert_string_equal(replies[i].json, kinds[i % KINDS].json);
    }
    assert_true(stats_of(*state).coalesced >= before.coalesced + 20);
    free(replies);
}

// ---- the whole

static int open_keys(void **state)
{
    struct shop *shop = shop_new_on(&keys_site, &(struct rc_service_options){.lanes = LANES});
    keys_fill(shop);
    for (int i = KEYS_FIRST; i < KEYS_LIMIT; i++) {
        keys_write(i < KEYS_END ? "{\"row\":{\"note\":\"note ##\"}}" : "{}", i, expected[i],
                   sizeof(expected[i]));
    }
    *state = shop;
    return 0;
}

static int close_keys(void **state)
{
    if (*state) {
        shop_free(*state);
    }
    return 0;
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        CASE(test_calls_whose_time_is_up_leave_the_line),
        CASE(test_calls_that_never_left_the_line_were_not_executed),
        CASE(test_batches_whose_time_is_up),
        CASE(test_lanes_that_are_lost),
        CASE(test_a_database_that_is_away),
        CASE(test_a_service_that_ends_at_once),
        CASE(test_a_service_that_ends_in_time),
        CASE(test_a_peer_over_its_limit),
        CASE(test_an_envelope_of_all_kinds),
    };
    return cmocka_run_group_tests_name("gather faults", tests, open_keys, close_keys);
}
