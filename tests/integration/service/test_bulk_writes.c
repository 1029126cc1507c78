// SPDX-License-Identifier: Apache-2.0
//
// Creates and updates that share a statement: each is answered as if it were alone.
#include "rival.h"
#include "shop.h"

#include <stdio.h>

enum { CALLS = 60, TEXT = 160 };

struct crowd {
    struct shop_call calls[CALLS];
    char requests[CALLS][TEXT];
    struct shop_reply replies[CALLS];
    size_t count;
};

static struct crowd crowd; // its replies are too large for the stack

static void crowd_add(const char *method, const char *request)
{
    (void)snprintf(crowd.requests[crowd.count], TEXT, "%s", request);
    crowd.calls[crowd.count] = (struct shop_call){.database = "shop", .method = method};
    crowd.calls[crowd.count].request = crowd.requests[crowd.count];
    crowd.count++;
}

static void crowd_run(struct shop *shop)
{
    shop_calls(shop, crowd.calls, crowd.count, false, crowd.replies);
}

static struct rc_service_stats stats_of(const struct shop *shop)
{
    struct rc_service_stats stats;
    rc_service_read_stats(shop->service, &stats);
    return stats;
}

static int begin(void **state)
{
    (void)shop_empty(state);
    crowd.count = 0;
    shop_sql(*state, "insert into notes (text, size) select 'note ' || i, 0"
                     " from generate_series(1, 8) i");
    return 0;
}

static void test_new_records_are_answered_to_those_who_made_them(void **state)
{
    struct rc_service_stats before = stats_of(*state);
    for (int i = 0; i < CALLS; i++) {
        char request[TEXT];
        (void)snprintf(request, sizeof(request),
                       "{\"data\":{\"text\":\"text %d\",\"maker_id\":%d},"
                       "\"select\":{\"text\":true,\"maker_id\":true}}",
                       i, 1 + i % 2);
        crowd_add("Note/Create", request);
    }
    crowd_run(*state);
    for (int i = 0; i < CALLS; i++) {
        char expected[TEXT];
        (void)snprintf(expected, sizeof(expected),
                       "{\"row\":{\"text\":\"text %d\",\"maker_id\":%d}}", i, 1 + i % 2);
        ASSERT_REPLY(crowd.replies[i], expected);
    }
    ASSERT_REPLY(shop_call(*state, "Note/Count", "{}"), "{\"count\":\"68\"}");
    assert_true(stats_of(*state).coalesced > before.coalesced);
}

static void test_a_new_record_that_cannot_be_made_fails_alone(void **state)
{
    crowd_add("Note/Create", "{\"data\":{\"text\":\"a\",\"maker_id\":1}}");
    crowd_add("Note/Create", "{\"data\":{\"text\":\"b\",\"maker_id\":99}}");
    crowd_add("Note/Create", "{\"data\":{\"text\":\"c\",\"maker_id\":2}}");
    crowd_run(*state);
    ASSERT_REPLY(crowd.replies[0], "{\"count\":\"1\"}");
    ASSERT_STATUS(crowd.replies[1].err.status, ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(crowd.replies[1].err.reason, "P2003");
    ASSERT_REPLY(crowd.replies[2], "{\"count\":\"1\"}");
}

// Sixty increments of eight records: each is answered with the next number of its record.
static void test_updates_of_one_record_keep_their_order(void **state)
{
    struct rc_service_stats before = stats_of(*state);
    for (int i = 0; i < CALLS; i++) {
        char request[TEXT];
        (void)snprintf(request, sizeof(request),
                       "{\"key\":{\"id\":%d},\"data\":{\"size\":{\"increment\":1}},"
                       "\"select\":{\"id\":true,\"size\":true}}",
                       1 + i % 8);
        crowd_add("Note/Update", request);
    }
    crowd_run(*state);
    for (int i = 0; i < CALLS; i++) {
        char expected[TEXT];
        (void)snprintf(expected, sizeof(expected), "{\"row\":{\"id\":%d,\"size\":%d}}",
                       1 + i % 8, 1 + i / 8);
        ASSERT_REPLY(crowd.replies[i], expected);
    }
    assert_true(stats_of(*state).coalesced > before.coalesced);
}

static struct shop_reply size_of(struct shop *shop, int id)
{
    char request[TEXT];
    (void)snprintf(request, sizeof(request), "{\"key\":{\"id\":%d},\"select\":{\"size\":true}}",
                   id);
    return shop_call(shop, "Note/FindUnique", request);
}

// Each is for a record that the one before it has made what it has to be, the last one for
// what it is no more.
static void test_updates_on_conditions_keep_their_order(void **state)
{
    static const int sizes[] = {0, 1, 2, 2, 3, 1, 4};
    static const bool finds[] = {true, true, true, false, true, false, true};
    enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
    for (int i = 0; i < COUNT; i++) {
        char request[TEXT];
        (void)snprintf(request, sizeof(request),
                       "{\"key\":{\"id\":3},\"where\":{\"size\":{\"equals\":%d}},"
                       "\"data\":{\"size\":{\"increment\":1}}}",
                       sizes[i]);
        crowd_add("Note/Update", request);
    }
    crowd_run(*state);
    for (int i = 0; i < COUNT; i++) {
        ASSERT_STATUS(crowd.replies[i].err.status, finds[i] ? ROWCALL_OK : ROWCALL_NOT_FOUND);
    }
    ASSERT_REPLY(size_of(*state, 3), "{\"row\":{\"size\":5}}");
}

static void test_an_update_that_fails_or_finds_nothing_does_so_alone(void **state)
{
    crowd_add("Note/Update", "{\"key\":{\"id\":1},\"data\":{\"size\":{\"increment\":1}}}");
    crowd_add("Note/Update", "{\"key\":{\"id\":77},\"data\":{\"size\":{\"increment\":1}}}");
    crowd_add("Note/Update", "{\"key\":{\"id\":2},\"data\":{\"size\":{\"increment\":1}}}");
    crowd_run(*state);
    ASSERT_REPLY(crowd.replies[0], "{\"count\":\"1\"}");
    ASSERT_STATUS(crowd.replies[1].err.status, ROWCALL_NOT_FOUND);
    ASSERT_REPLY(crowd.replies[2], "{\"count\":\"1\"}");

    shop_sql(*state, "update notes set size = 32767 where id = 2");
    crowd_run(*state);
    ASSERT_REPLY(crowd.replies[0], "{\"count\":\"1\"}");
    ASSERT_STATUS(crowd.replies[1].err.status, ROWCALL_NOT_FOUND);
    ASSERT_STATUS(crowd.replies[2].err.status, ROWCALL_OUT_OF_RANGE);
    ASSERT_REPLY(
        shop_call(*state, "Note/FindUnique", "{\"key\":{\"id\":1},\"select\":{\"size\":true}}"),
        "{\"row\":{\"size\":2}}");
}

// One update waits for a rival's lock; others, and those in its batch, do not wait with it.
static void test_a_locked_record_holds_up_nobody(void **state)
{
    static const struct shop_call locked = {
        "shop", "Note/Update", "{\"key\":{\"id\":1},\"data\":{\"size\":{\"increment\":1}}}", 0};
    struct shop_reply first;
    struct shop_reply last;
    struct rc_pg_sync *rival = rival_open(*state);
    assert_int_equal(rival_run(rival, "begin; update notes set size = 100 where id = 1"),
                     ROWCALL_OK);
    struct shop_pending *waiting = shop_send(*state, &locked, 1, false);
    rival_wait_for_waiter(rival);
    for (int i = 2; i <= 8; i++) { // one by one
        char request[TEXT];
        (void)snprintf(request, sizeof(request),
                       "{\"key\":{\"id\":%d},\"data\":{\"size\":{\"increment\":1}}}", i);
        ASSERT_REPLY(shop_call(*state, "Note/Update", request), "{\"count\":\"1\"}");
        crowd_add("Note/Update", request);
    }
    struct shop_pending *also_waiting = shop_send(*state, &locked, 1, false);
    crowd_run(*state);
    for (size_t i = 0; i < crowd.count; i++) {
        ASSERT_REPLY(crowd.replies[i], "{\"count\":\"1\"}");
    }
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    shop_wait(waiting, &first);
    shop_wait(also_waiting, &last);
    ASSERT_REPLY(first, "{\"count\":\"1\"}");
    ASSERT_REPLY(last, "{\"count\":\"1\"}");
    ASSERT_REPLY(
        shop_call(*state, "Note/FindUnique", "{\"key\":{\"id\":1},\"select\":{\"size\":true}}"),
        "{\"row\":{\"size\":102}}");
    rc_pg_sync_close(rival);
}

// A trigger that counts statements sees as many of them as there are calls.
static void test_a_table_with_triggers_is_written_call_by_call(void **state)
{
    shop_sql(
        *state,
        "create table seen (n int);"
        "create function see() returns trigger language plpgsql as"
        " 'begin insert into seen values (1); return null; end';"
        "create trigger see after insert on notes for each statement execute function see()");
    for (int i = 0; i < 20; i++) {
        crowd_add("Note/Create", "{\"data\":{\"text\":\"x\"}}");
    }
    crowd_run(*state);
    shop_sql(*state, "do $$ begin if (select count(*) from seen) <> 20 then"
                     " raise 'statements: %', (select count(*) from seen); end if; end $$;"
                     "drop table seen; drop function see cascade");
    for (int i = 0; i < 20; i++) {
        ASSERT_REPLY(crowd.replies[i], "{\"count\":\"1\"}");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_new_records_are_answered_to_those_who_made_them, begin),
        cmocka_unit_test_setup(test_a_new_record_that_cannot_be_made_fails_alone, begin),
        cmocka_unit_test_setup(test_updates_of_one_record_keep_their_order, begin),
        cmocka_unit_test_setup(test_updates_on_conditions_keep_their_order, begin),
        cmocka_unit_test_setup(test_an_update_that_fails_or_finds_nothing_does_so_alone, begin),
        cmocka_unit_test_setup(test_a_locked_record_holds_up_nobody, begin),
        cmocka_unit_test_setup(test_a_table_with_triggers_is_written_call_by_call, begin),
    };
    return cmocka_run_group_tests_name("bulk writes", tests, shop_open, shop_close);
}
