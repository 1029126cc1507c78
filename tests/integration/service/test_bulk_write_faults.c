// SPDX-License-Identifier: Apache-2.0
//
// Writes that share a statement while others hold locks, constraints fail, tables have more
// than the schema knows, time runs out and connections are lost: each ends as it would alone.
// What was added to the records is what the answers say, to the last increment.
#include "crowd.h"
#include "rival.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { NOTES = 8 };

static struct crowd_calls calls;

static struct rc_service_stats stats_of(const struct shop *shop)
{
    struct rc_service_stats stats;
    rc_service_read_stats(shop->service, &stats);
    return stats;
}

static int begin(void **state)
{
    (void)shop_empty(state);
    calls.count = 0;
    shop_sql(*state, "insert into notes (text, size) select 'note ' || i, 0"
                     " from generate_series(1, 8) i");
    return 0;
}

// One more for the note: by its shortest request, on a condition that holds, or with other
// columns; each is a plan of its own.
static void add_increment(const struct shop *shop, int id, int way)
{
    static const char *const ways[] = {
        "},\"data\":{\"size\":{\"increment\":1}},\"select\":{\"id\":true,\"size\":true}}",
        "},\"where\":{\"size\":{\"gte\":0}},\"data\":{\"size\":{\"increment\":1}}}",
        "},\"data\":{\"size\":{\"increment\":1},\"text\":{\"set\":\"changed\"}}}",
    };
    char request[CROWD_TEXT];
    (void)snprintf(request, sizeof(request), "{\"key\":{\"id\":%d%s", id, ways[way]);
    crowd_add(shop, &calls, "Note/Update", request);
}

// A number that PostgreSQL computes.
static long number_of(const struct shop *shop, const char *sql)
{
    struct rc_pg_sync *conn = rival_open(shop);
    struct rc_pg_result *result = NULL;
    rowcall_error err = {0};
    ASSERT_OK(rc_pg_sync_exec(conn, sql, NULL, &result, &err), err);
    struct rc_pg_value value = rc_pg_result_value(result, 0, 0);
    char text[32];
    (void)snprintf(text, sizeof(text), "%.*s", value.len, value.data);
    rc_pg_result_free(result);
    rc_pg_sync_close(conn);
    return strtol(text, NULL, 10);
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

// ---- locks

// Somebody has one of the notes. Whatever is about the others is answered meanwhile, and what
// is about that one when it is free, in the order in which it came.
static void test_a_locked_record_holds_up_nobody_else(void **state)
{
    enum { ROUNDS = 12 };
    struct rc_pg_sync *rival = rival_open(*state);
    assert_int_equal(rival_run(rival, "begin; update notes set size = 100 where id = 1"),
                     ROWCALL_OK);
    for (int i = 0; i < NOTES * ROUNDS; i++) {
        add_increment(*state, 1 + i % NOTES, 0);
    }
    struct crowd *crowd = crowd_send(*state, &calls, 1);
    wait_for_replies(crowd, (NOTES - 1) * ROUNDS);
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    crowd_wait(crowd);
    for (size_t i = 0; i < calls.count; i++) {
        struct shop_reply reply;
        crowd_read(crowd, i, &reply);
        ASSERT_STATUS(reply.err.status, ROWCALL_OK);
    }
    assert_int_equal(number_of(*state, "select size from notes where id = 1"), 100 + ROUNDS);
    assert_int_equal(number_of(*state, "select sum(size) from notes where id > 1"),
                     (NOTES - 1) * ROUNDS);
    crowd_free(crowd);
    rc_pg_sync_close(rival);
}

// A record that new ones refer to is somebody's: those that refer to others do not wait.
static void test_a_locked_parent_holds_up_its_own_children(void **state)
{
    enum { COUNT = 40 };
    struct rc_pg_sync *rival = rival_open(*state);
    assert_int_equal(rival_run(rival, "begin; select 1 from makers where id = 2 for update"),
                     ROWCALL_OK);
    for (int i = 0; i < COUNT; i++) {
        char request[CROWD_TEXT];
        (void)snprintf(request, sizeof(request), "{\"data\":{\"text\":\"n\",\"maker_id\":%d}}",
                       1 + (i % 8 == 7));
        crowd_add(*state, &calls, "Note/Create", request);
    }
    struct crowd *crowd = crowd_send(*state, &calls, 1);
    wait_for_replies(crowd, COUNT - COUNT / 8);
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    crowd_wait(crowd);
    assert_int_equal(number_of(*state, "select count(*) from notes where \"makerId\" = 2"),
                     COUNT / 8);
    crowd_free(crowd);
    rc_pg_sync_close(rival);
}

// Many writers of the same few records, by several plans, in several batches at once.
static void test_writers_of_the_same_records_never_deadlock(void **state)
{
    enum { ROUNDS = 12 };
    shop_sql(*state, "do $$ begin execute format('alter database %I set deadlock_timeout ="
                     " ''100ms''', current_database()); end $$");
    struct shop *other =
        shop_beside(*state, &(struct rc_service_options){.lanes = 4, .max_coalesced = 24});
    for (int round = 0; round < ROUNDS; round++) {
        calls.count = 0;
        for (int i = 0; i < CROWD_MAX; i++) {
            add_increment(other, 1 + rand() % NOTES, rand() % 3);
        }
        struct crowd *crowd = crowd_send(other, &calls, 1);
        crowd_wait(crowd);
        for (size_t i = 0; i < calls.count; i++) {
            struct shop_reply reply;
            crowd_read(crowd, i, &reply);
            ASSERT_STATUS(reply.err.status, ROWCALL_OK);
        }
        crowd_free(crowd);
    }
    assert_int_equal(number_of(*state, "select sum(size) from notes"), ROUNDS * CROWD_MAX);
    assert_true(stats_of(other).coalesced > 0);
    shop_free(other); // a session tells its statistics at its end, at the latest
    assert_int_equal(number_of(*state, "select deadlocks from pg_stat_database where datname ="
                                       " current_database()"),
                     0);
}

// ---- what is whose

// Every new record gets its own defaults, and its maker is told of it and no other.
static void test_defaults_are_each_records_own(void **state)
{
    enum { COUNT = 200 };
    struct rc_service_stats before = stats_of(*state);
    for (int i = 0; i < COUNT; i++) {
        char request[CROWD_TEXT];
        (void)snprintf(request, sizeof(request), "{\"data\":{\"text\":\"text %d\"}}", i);
        if (i % 2 == 0) {
            (void)snprintf(request, sizeof(request),
                           "{\"data\":{\"text\":\"text %d\",\"maker_id\":1},\"select\":{\"id\":"
                           "true,\"text\":true,\"token\":true}}",
                           i);
        }
        crowd_add(*state, &calls, "Note/Create", request);
    }
    struct crowd *crowd = crowd_meet(*state, &calls, "notes");
    for (int i = 0; i < COUNT; i += 2) {
        struct shop_reply reply;
        char sql[512];
        int id = 0;
        char text[32], token[40];
        crowd_read(crowd, (size_t)i, &reply);
        ASSERT_STATUS(reply.err.status, ROWCALL_OK);
        assert_int_equal(
            sscanf(reply.json, "{\"row\":{\"id\":%d,\"text\":\"%30[^\"]\",\"token\":\"%36[^\"]",
                   &id, text, token),
            3);
        (void)snprintf(sql, sizeof(sql),
                       "select count(*) from notes where id = %d and text = 'text %d' and"
                       " token = '%s' and text = '%s' and \"makerId\" = 1",
                       id, i, token, text);
        assert_int_equal(number_of(*state, sql), 1);
    }
    assert_int_equal(number_of(*state, "select count(distinct token) from notes"),
                     COUNT + NOTES);
    assert_int_equal(number_of(*state, "select count(*) from notes where made_at > now() -"
                                       " interval '1 hour' and made_at <= now() and (id <= 8 or"
                                       " changed_at > now() - interval '1 hour')"),
                     COUNT + NOTES);
    assert_true(stats_of(*state).coalesced >= before.coalesced + COUNT / 2);
    crowd_free(crowd);
}

// Each fails for a reason of its own, amid others.
static void test_constraints_fail_their_own_call(void **state)
{
    enum { COUNT = 60 };
    shop_sql(*state, "insert into products (sku, \"makerId\", title)"
                     " select 's' || i, 1, 'product ' || i from generate_series(0, 59) i");
    for (int i = 0; i < COUNT; i++) {
        char request[CROWD_TEXT];
        (void)snprintf(request, sizeof(request),
                       "{\"key\":{\"sku\":\"s%d\"},\"data\":{\"price\":{\"set\":\"%s\"}}}", i,
                       i % 20 == 3   ? "-1"
                       : i % 20 == 7 ? "123456789.00"
                       : i % 20 == 9 ? "x"
                                     : "2.50");
        crowd_add(*state, &calls, "Product/Update", request);
    }
    struct crowd *crowd = crowd_meet(*state, &calls, "products");
    for (int i = 0; i < COUNT; i++) {
        struct shop_reply reply;
        crowd_read(crowd, (size_t)i, &reply);
        const char *reason = i % 20 == 3   ? "P2004"
                             : i % 20 == 7 ? "P2020"
                             : i % 20 == 9 ? "P2007"
                                           : "";
        assert_string_equal(reply.err.reason, reason);
        assert_string_equal(reply.err.fields, reason[0] ? "price" : "");
        assert_string_equal(reply.json, reason[0] ? "{}" : "{\"count\":\"1\"}");
    }
    assert_int_equal(number_of(*state, "select count(*) from products where price = 2.5"),
                     COUNT - 9);
    crowd_free(crowd);
}

// ---- tables that have more than the schema knows

static void run_writes(struct shop *shop, size_t *ret_coalesced)
{
    enum { COUNT = 40 };
    struct rc_service_stats before = stats_of(shop);
    calls.count = 0;
    for (int i = 0; i < COUNT; i++) {
        if (i % 2) {
            crowd_add(shop, &calls, "Note/Create",
                      "{\"data\":{\"text\":\"x\"},\"select\":{\"text\":true}}");
        } else {
            add_increment(shop, 1 + i % NOTES, 0);
        }
    }
    struct crowd *crowd = crowd_meet(shop, &calls, "notes");
    for (size_t i = 0; i < calls.count; i++) {
        struct shop_reply reply;
        crowd_read(crowd, i, &reply);
        ASSERT_STATUS(reply.err.status, ROWCALL_OK);
    }
    crowd_free(crowd);
    *ret_coalesced = (size_t)(stats_of(shop).coalesced - before.coalesced);
}

static void test_tables_with_more_are_written_call_by_call(void **state)
{
    static const struct {
        const char *make;
        const char *drop;
        const char *check; // a number that is right only if each call was a statement
        long expected;
    } cases[] = {
        {"create trigger t before insert or update on notes for each row"
         " execute function note_row()",
         "drop trigger t on notes", "select count(*) from seen", 40},
        {"create trigger t after insert or update on notes for each statement"
         " execute function note_statement()",
         "drop trigger t on notes", "select count(*) from seen", 40},
        {"create trigger t after update on notes referencing new table as changed"
         " for each statement execute function note_changed()",
         "drop trigger t on notes", "select max(n) from seen", 1},
        {"create constraint trigger t after insert on notes deferrable initially deferred"
         " for each row execute function note_row()",
         "drop trigger t on notes", "select count(*) from seen", 20},
        {"create rule r as on insert to notes do also insert into seen values (1)",
         "drop rule r on notes", "select count(*) from seen", 20},
        {"alter table notes enable row level security",
         "alter table notes disable row level"
         " security",
         "select 0", 0},
        {"alter table notes add exclude using btree (id with =)",
         "alter table notes drop constraint notes_id_excl", "select 0", 0},
        {"create unique index notes_text_key on notes (id, text)", "drop index notes_text_key",
         "select 0", 0},
    };
    shop_sql(*state,
             "create table seen (n int);"
             "create function note_row() returns trigger language plpgsql as"
             " 'begin insert into seen values (1); return new; end';"
             "create function note_statement() returns trigger language plpgsql as"
             " 'begin insert into seen values (1); return null; end';"
             "create function note_changed() returns trigger language plpgsql as"
             " 'begin insert into seen select count(*) from changed; return null; end'");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct shop *other = shop_beside(*state, &(struct rc_service_options){.lanes = 2});
        size_t coalesced;
        shop_sql(*state, "truncate seen");
        shop_sql(*state, cases[i].make);
        run_writes(other, &coalesced);
        assert_int_equal(coalesced, 0);
        assert_int_equal(number_of(*state, cases[i].check), cases[i].expected);
        shop_sql(*state, cases[i].drop);
        shop_free(other);
    }
    shop_sql(*state, "drop table seen; drop function note_row; drop function note_statement;"
                     "drop function note_changed");
}

// ---- faults

// How many increments there are for certain, and how many there may be besides.
struct tally {
    long certain;
    long unknown;
};

static void count_replies(const struct crowd *crowd, struct tally *tally)
{
    for (size_t i = 0; i < calls.count; i++) {
        struct shop_reply reply;
        crowd_read(crowd, i, &reply);
        assert_true(reply.err.status == ROWCALL_OK || reply.err.status == ROWCALL_UNAVAILABLE ||
                    reply.err.status == ROWCALL_DEADLINE_EXCEEDED);
        tally->certain += reply.err.status == ROWCALL_OK;
        tally->unknown += reply.err.outcome == ROWCALL_OUTCOME_UNKNOWN;
    }
}

static void assert_tally(const struct shop *shop, const struct tally *tally)
{
    long sum = number_of(shop, "select sum(size) from notes");
    assert_true(sum >= tally->certain);
    assert_true(sum <= tally->certain + tally->unknown);
}

static void test_time_that_is_up_is_nobody_elses(void **state)
{
    enum { COUNT = 120 };
    struct rc_pg_sync *rival = rival_open(*state);
    struct tally tally = {0, 0};
    assert_int_equal(rival_run(rival, "begin; select 1 from notes where id <= 2 for update"),
                     ROWCALL_OK);
    for (int i = 0; i < COUNT; i++) {
        add_increment(*state, 1 + i % NOTES, i % 3);
        calls.calls[i].timeout_ms = i % 2 ? 250 : 0;
    }
    struct crowd *crowd = crowd_send(*state, &calls, 1);
    for (size_t i = 1; i < COUNT; i += 2) { // those in a hurry are told while it is locked
        for (int n = 0; n < 4000 && !crowd_has_reply(crowd, i); n++) {
            pause_ms(5);
        }
        assert_true(crowd_has_reply(crowd, i));
    }
    assert_int_equal(rival_run(rival, "commit"), ROWCALL_OK);
    crowd_wait(crowd);
    for (size_t i = 0; i < calls.count; i++) {
        struct shop_reply reply;
        crowd_read(crowd, i, &reply);
        bool may_fail = calls.calls[i].timeout_ms > 0;
        assert_true(reply.err.status == ROWCALL_OK ||
                    (may_fail && reply.err.status == ROWCALL_DEADLINE_EXCEEDED));
    }
    count_replies(crowd, &tally);
    assert_tally(*state, &tally);
    crowd_free(crowd);
    rc_pg_sync_close(rival);
}

static void test_lanes_that_are_lost_lose_no_count(void **state)
{
    struct rc_pg_sync *rival = rival_open(*state);
    struct tally tally = {0, 0};
    for (int round = 0; round < 30; round++) {
        calls.count = 0;
        for (int i = 0; i < CROWD_MAX; i++) {
            add_increment(*state, 1 + rand() % NOTES, rand() % 3);
        }
        struct crowd *crowd = crowd_send(*state, &calls, 1);
        assert_int_equal(rival_run(rival, "select pg_terminate_backend(pid) from"
                                          " pg_stat_activity where datname ="
                                          " current_database() and pid <> pg_backend_pid()"
                                          " order by random() limit 1"),
                         ROWCALL_OK);
        crowd_wait(crowd);
        count_replies(crowd, &tally);
        crowd_free(crowd);
    }
    assert_true(tally.certain > 0);
    assert_tally(*state, &tally);
    rc_pg_sync_close(rival);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        CASE(test_a_locked_record_holds_up_nobody_else),
        CASE(test_a_locked_parent_holds_up_its_own_children),
        CASE(test_writers_of_the_same_records_never_deadlock),
        CASE(test_defaults_are_each_records_own),
        CASE(test_constraints_fail_their_own_call),
        CASE(test_tables_with_more_are_written_call_by_call),
        CASE(test_time_that_is_up_is_nobody_elses),
        CASE(test_lanes_that_are_lost_lose_no_count),
    };
    return cmocka_run_group_tests_name("bulk write faults", tests, shop_open, shop_close);
}
