// SPDX-License-Identifier: Apache-2.0
//
// Calls that share envelopes: which do, and that nobody has to suffer for it. Whether calls are
// quick enough to share is a matter of time, so each test tries until they did.
#include "fake.h"

#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>

enum { TOGETHER = 24, WARM = 20, SIZES_MAX = 4096 };

// Calls that are submitted in one callback, so that they leave together.
struct group {
    struct fake *fake;
    shop_db db;
    int32_t slow; // index of a call that has no answer of its own; -1: none
    uint32_t slow_timeout_ms;
    size_t before;       // envelopes until then
    atomic_int answered; // all but the slow one
    atomic_int wrong;
    atomic_int failed;
    atomic_int slow_answered;
    rowcall_error last; // failure
    rowcall_error slow_error;
    sem_t each;
};

struct member {
    struct group *group;
    int32_t index;
};

static struct member members[TOGETHER];

static void take_answer(void *arg, void *response, const rowcall_error *err)
{
    const struct member *member = arg;
    struct group *group = member->group;
    const shop_tea_find_unique_response *found = response;
    if (member->index == group->slow) {
        group->slow_error = err ? *err : (rowcall_error){0};
        atomic_fetch_add(&group->slow_answered, 1);
    } else {
        if (err) {
            group->last = *err;
            atomic_fetch_add(&group->failed, 1);
        } else if (!found->row || found->row->id != 1000 + member->index) {
            atomic_fetch_add(&group->wrong, 1);
        }
        atomic_fetch_add(&group->answered, 1);
    }
    rowcall_free(response);
    sem_post(&group->each);
}

static void submit_group(void *arg, void *response, const rowcall_error *err)
{
    struct group *group = arg;
    rowcall_free(response);
    assert_null(err);
    for (int32_t i = 0; i < TOGETHER; i++) {
        bool is_slow = i == group->slow;
        const rowcall_call_options options = {.timeout_ms =
                                                  is_slow ? group->slow_timeout_ms : 0};
        rowcall_error own = {0};
        members[i] = (struct member){group, i};
        ASSERT_OK(
            rowcall_submit(group->db.handle, &shop_tea_find_unique_method,
                           &shop_tea_find_unique_request(.key = shop_tea_key_id(
                                                             is_slow ? SLOW_ID : 1000 + i))
                                ->base,
                           &options, take_answer, &members[i], &own),
            own);
    }
    sem_post(&group->each);
}

static void warm(shop_db db)
{
    rowcall_error err = {0};
    for (int i = 0; i < WARM; i++) {
        ASSERT_OK(shop_tea_find_unique(
                      db, shop_tea_find_unique_request(.key = shop_tea_key_id(1)), NULL, &err),
                  err);
    }
}

static void begin_group(struct group *group, struct fake *fake, shop_db db)
{
    size_t sizes[SIZES_MAX];
    *group = (struct group){.fake = fake, .db = db, .slow = -1};
    sem_init(&group->each, 0, 0);
    warm(db);
    group->before = fake_sizes(fake, sizes, SIZES_MAX) + 1;
}

static void send_group(struct group *group)
{
    rowcall_error err = {0};
    ASSERT_OK(shop_tea_find_unique_submit(
                  group->db, shop_tea_find_unique_request(.key = shop_tea_key_id(1)),
                  submit_group, group, &err),
              err);
    sem_wait(&group->each);
}

// Waits for the answers but for the slow one's.
static void wait_answers(struct group *group)
{
    int expected = TOGETHER - (group->slow >= 0);
    while (atomic_load(&group->answered) < expected) {
        sem_wait(&group->each);
    }
    assert_int_equal(atomic_load(&group->wrong), 0);
}

// The smallest envelope of the group, once all of them have arrived.
static size_t find_smallest(const struct group *group)
{
    size_t sizes[SIZES_MAX];
    size_t sum = 0;
    size_t smallest = SIZE_MAX;
    while (sum < TOGETHER) {
        size_t count = fake_sizes(group->fake, sizes, SIZES_MAX);
        sum = 0;
        smallest = SIZE_MAX;
        for (size_t i = group->before; i < count; i++) {
            sum += sizes[i];
            smallest = sizes[i] < smallest ? sizes[i] : smallest;
        }
        sched_yield();
    }
    return smallest;
}

static void test_calls_made_together_share_envelopes(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    struct group group;
    do {
        begin_group(&group, *state, db);
        send_group(&group);
        wait_answers(&group);
        assert_int_equal(atomic_load(&group.failed), 0);
    } while (find_smallest(&group) == 1);
    shop_close(db);
}

static void test_without_batching_each_call_has_a_message(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){.batching = ROWCALL_BATCHING_OFF});
    struct group group;
    size_t sizes[SIZES_MAX];
    begin_group(&group, *state, db);
    send_group(&group);
    wait_answers(&group);
    size_t count = fake_sizes(*state, sizes, SIZES_MAX);
    assert_int_equal(count, WARM + 1 + TOGETHER);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(sizes[i], 1);
    }
    shop_close(db);
}

static void test_calls_of_a_transaction_travel_alone(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    shop_db tx = {0};
    struct group group;
    rowcall_error err = {0};
    ASSERT_OK(rowcall_transaction_begin(db.handle, NULL, &tx.handle, &err), err);
    begin_group(&group, *state, tx);
    send_group(&group);
    wait_answers(&group);
    assert_int_equal(find_smallest(&group), 1);
    size_t sizes[SIZES_MAX];
    size_t count = fake_sizes(*state, sizes, SIZES_MAX);
    assert_int_equal(count - group.before, TOGETHER);
    shop_close(db);
}

// Refused together, each call is sent once more by itself.
static void check_refusal(struct fake *fake, bool crowded)
{
    shop_db db = fake_open(fake, (rowcall_client_options){0});
    struct group group;
    size_t smallest;
    fake_limit(fake, 1, crowded);
    do {
        begin_group(&group, fake, db);
        send_group(&group);
        wait_answers(&group);
        assert_int_equal(atomic_load(&group.failed), 0);
        size_t sizes[SIZES_MAX];
        (void)fake_sizes(fake, sizes, SIZES_MAX);
        smallest = sizes[group.before];
    } while (smallest == 1);
    shop_close(db);
}

static void test_a_refused_envelope_fails_none_of_its_calls(void **state)
{
    check_refusal(*state, false);
}

static void test_calls_without_room_together_are_sent_alone(void **state)
{
    check_refusal(*state, true);
}

// Holds a group back in shared envelopes, one of its calls being slow.
static void hold_group(struct group *group, struct fake *fake, shop_db db, uint32_t timeout_ms)
{
    for (;;) {
        begin_group(group, fake, db);
        // Only what the callback submits is held: the call that it is of has been answered.
        group->slow = TOGETHER / 2;
        group->slow_timeout_ms = timeout_ms;
        fake_hold_after(fake, 1);
        send_group(group);
        if (find_smallest(group) > 1) {
            return;
        }
        fake_release(fake);
        wait_answers(group);
        while (atomic_load(&group->slow_answered) == 0) {
            sem_wait(&group->each);
        }
    }
}

static void test_a_call_that_takes_long_does_not_hold_up_the_others(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    struct group group;
    hold_group(&group, *state, db, 0);
    wait_answers(&group); // although nothing has been answered but questions
    assert_int_equal(atomic_load(&group.failed), 0);
    assert_int_equal(atomic_load(&group.slow_answered), 0);
    assert_true(fake_seen(*state).collects > 0);
    fake_release(*state);
    while (atomic_load(&group.slow_answered) == 0) {
        sem_wait(&group.each);
    }
    ASSERT_STATUS(group.slow_error.status, ROWCALL_OK);
    shop_close(db);
}

static void test_the_time_of_one_call_is_not_that_of_the_others(void **state)
{
    shop_db db = fake_open(*state, (rowcall_client_options){0});
    struct group group;
    hold_group(&group, *state, db, 1);
    while (atomic_load(&group.slow_answered) == 0) {
        sem_wait(&group.each);
    }
    ASSERT_STATUS(group.slow_error.status, ROWCALL_DEADLINE_EXCEEDED);
    assert_int_equal(group.slow_error.outcome, ROWCALL_OUTCOME_UNKNOWN);
    fake_release(*state); // the late reply to it is dropped
    wait_answers(&group);
    assert_int_equal(atomic_load(&group.failed), 0);
    assert_int_equal(atomic_load(&group.slow_answered), 1);
    warm(db); // the connection is in order
    shop_close(db);
}

static void check_kept(struct fake *fake, size_t lost)
{
    shop_db db = fake_open(fake, (rowcall_client_options){0});
    struct group group;
    bool shared = false;
    while (!shared) {
        size_t sizes[SIZES_MAX];
        begin_group(&group, fake, db);
        fake_keep(fake, lost);
        send_group(&group);
        wait_answers(&group);
        (void)fake_sizes(fake, sizes, SIZES_MAX);
        shared = sizes[group.before] > 1;
    }
    assert_int_equal(atomic_load(&group.failed) > 0, lost > 0);
    if (lost > 0) {
        ASSERT_STATUS(group.last.status, ROWCALL_RESOURCE_EXHAUSTED);
        assert_int_equal(group.last.outcome, ROWCALL_OUTCOME_UNKNOWN);
    }
    shop_close(db);
}

static void test_replies_that_are_kept_are_collected(void **state)
{
    check_kept(*state, 0);
}

static void test_kept_replies_that_are_lost_have_an_unknown_outcome(void **state)
{
    check_kept(*state, 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_calls_made_together_share_envelopes),
        CASE(test_without_batching_each_call_has_a_message),
        CASE(test_calls_of_a_transaction_travel_alone),
        CASE(test_a_refused_envelope_fails_none_of_its_calls),
        CASE(test_calls_without_room_together_are_sent_alone),
        CASE(test_a_call_that_takes_long_does_not_hold_up_the_others),
        CASE(test_the_time_of_one_call_is_not_that_of_the_others),
        CASE(test_replies_that_are_kept_are_collected),
        CASE(test_kept_replies_that_are_lost_have_an_unknown_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
