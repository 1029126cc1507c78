// SPDX-License-Identifier: Apache-2.0
//
// Interactive transactions: what they do, and every way in which they end.
#include "session.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void test_transaction_holds_once_committed(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    ASSERT_DONE(session_create(&session, "a"));
    ASSERT_DONE(session_create(&session, "b"));
    session_expect(&session, *state, 2);
    session_expect(NULL, *state, 0);
    ASSERT_REPLY(session_commit(&session), "{}");
    session_expect(NULL, *state, 2);
    ASSERT_REFUSED(session_create(&session, "c"), ROWCALL_ABORTED, "committed already");
    ASSERT_REFUSED(session_commit(&session), ROWCALL_ABORTED, "committed already");
    ASSERT_REFUSED(session_rollback(&session), ROWCALL_ABORTED, "committed already");
}

static void test_transaction_leaves_nothing_once_rolled_back(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    ASSERT_DONE(session_create(&session, "a"));
    ASSERT_REPLY(session_rollback(&session), "{}");
    session_expect(NULL, *state, 0);
    struct shop_reply reply = session_create(&session, "b");
    ASSERT_REFUSED(reply, ROWCALL_ABORTED, "rolled back already");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
}

// Beginnings differ in nothing that could be guessed, and say how long they live.
static void test_transaction_begins_with_an_id_and_a_timeout(void **state)
{
    struct session sessions[2];
    struct shop_reply reply = session_begin(&sessions[0], *state, 1, "{}");
    ASSERT_CONTAINS(reply.json, "\"timeout_ms\":5000");
    reply = session_begin(&sessions[1], *state, 1, "{\"timeout_ms\":86400000}");
    ASSERT_CONTAINS(reply.json, "\"timeout_ms\":60000"); // cut
    assert_int_equal(strlen(sessions[0].id), 32);
    assert_string_not_equal(sessions[0].id, sessions[1].id);
    ASSERT_DONE(session_rollback(&sessions[0]));
    ASSERT_DONE(session_rollback(&sessions[1]));
}

static void test_transaction_is_its_clients_alone(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    struct session thief = session;
    thief.peer = 2;
    ASSERT_REFUSED(session_create(&thief, "a"), ROWCALL_NOT_FOUND, "this connection");
    ASSERT_REFUSED(session_savepoint(&thief, "a"), ROWCALL_NOT_FOUND, "this connection");
    ASSERT_REFUSED(session_rollback(&thief), ROWCALL_NOT_FOUND, "this connection");
    ASSERT_REFUSED(session_commit(&thief), ROWCALL_NOT_FOUND, "this connection");
    ASSERT_DONE(session_create(&session, "a"));
    ASSERT_DONE(session_commit(&session));
    ASSERT_REFUSED(session_commit(&thief), ROWCALL_NOT_FOUND, "this connection");
    struct session guess = {
        .shop = *state, .peer = 1, .id = "00000000000000000000000000000000"};
    ASSERT_REFUSED(session_create(&guess, "b"), ROWCALL_NOT_FOUND, "this connection");
    guess.id[0] = '\0';
    ASSERT_REFUSED(session_commit(&guess), ROWCALL_NOT_FOUND, "this connection");
}

static void test_transaction_is_on_the_database_it_was_begun_on(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    struct shop_terms terms = {.transaction = session.id};
    struct shop_call count = {"depot", "Product/Count", "{}", 0};
    struct shop_reply reply;
    shop_calls_on(*state, &terms, &count, 1, &reply);
    ASSERT_STATUS(reply.err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(reply.err.message, "begun on shop: this call is on depot");
    struct shop_call begin = {"", "Transactions/Begin", "{}", 0};
    shop_calls_on(*state, &(struct shop_terms){0}, &begin, 1, &reply);
    ASSERT_STATUS(reply.err.status, ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(reply.err.message, "there is shop, depot");
    ASSERT_DONE(session_rollback(&session));
}

static void test_transaction_is_no_part_of_an_atomic_envelope(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    struct shop_terms terms = {.atomic = true, .transaction = session.id};
    static const struct shop_call calls[] = {{"shop", "Product/Count", "{}", 0},
                                             {"shop", "Product/Count", "{}", 0}};
    struct shop_reply replies[2];
    for (size_t count = 1; count <= 2; count++) {
        shop_calls_on(*state, &terms, calls, count, replies);
        ASSERT_STATUS(replies[0].err.status, ROWCALL_INVALID_ARGUMENT);
        ASSERT_CONTAINS(replies[0].err.message, "transaction of its own");
    }
    ASSERT_DONE(session_rollback(&session));
}

// Several calls in one message: executed in order, without a round trip for each.
static void test_transaction_takes_calls_in_order(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    char commit[96];
    (void)snprintf(commit, sizeof(commit), "{\"transaction\":\"%s\"}", session.id);
    const struct shop_call calls[] = {
        {"shop", "Maker/Create", "{\"data\":{\"name\":\"Cay\"}}", 0},
        {"shop", "Maker/CreateMany", "{}", 0}, // answered without PostgreSQL
        {"shop", "Maker/Update",
         "{\"key\":{\"name\":\"Cay\"},\"data\":{\"name\":{\"set\":\"Di\"}}}", 0},
        {"shop", "Maker/Exists", "{\"where\":{\"name\":{\"equals\":\"Di\"}}}", 0},
        {"shop", "Transactions/Commit", commit, 0},
        {"shop", "Maker/Count", "{}", 0},
    };
    struct shop_reply replies[6];
    struct shop_terms terms = {.transaction = session.id};
    shop_calls_on(*state, &terms, calls, 6, replies);
    for (size_t i = 0; i < 5; i++) {
        ASSERT_DONE(replies[i]);
    }
    ASSERT_REPLY(replies[3], "{\"exists\":true}");
    ASSERT_REFUSED(replies[5], ROWCALL_ABORTED, "already"); // ended, or being ended
    ASSERT_REPLY(shop_call(*state, "Maker/Exists", calls[3].request), "{\"exists\":true}");
}

// More calls at once than a connection takes: they wait, in order.
static void test_transaction_takes_as_many_calls_as_come(void **state)
{
    enum { CALLS = 300 };
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    struct shop_call *calls = calloc(CALLS, sizeof(*calls));
    struct shop_reply *replies = calloc(CALLS, sizeof(*replies));
    char(*requests)[96] = calloc(CALLS, sizeof(*requests));
    for (int i = 0; i + 1 < CALLS; i++) {
        (void)snprintf(requests[i], sizeof(requests[i]), "{\"data\":{\"name\":\"m%d\"}}", i);
        calls[i] = (struct shop_call){"shop", "Maker/Create", requests[i], 0};
    }
    (void)snprintf(requests[CALLS - 1], sizeof(requests[0]), "{\"transaction\":\"%s\"}",
                   session.id);
    calls[100] = (struct shop_call){"shop", "Maker/CreateMany", "{}", 0};
    calls[CALLS - 1] =
        (struct shop_call){"shop", "Transactions/Commit", requests[CALLS - 1], 0};
    shop_calls_on(*state, &(struct shop_terms){.transaction = session.id}, calls, CALLS,
                  replies);
    for (int i = 0; i < CALLS; i++) {
        ASSERT_DONE(replies[i]);
    }
    ASSERT_REPLY(shop_call(*state, "Maker/Count", "{}"), "{\"count\":\"300\"}");
    free(calls);
    free(replies);
    free(requests);
}

// ---- isolation

static void create_maker(struct shop *shop, const char *name)
{
    char json[64];
    (void)snprintf(json, sizeof(json), "{\"data\":{\"name\":\"%s\"}}", name);
    ASSERT_DONE(shop_call(shop, "Maker/Create", json));
}

static void test_transaction_sees_what_its_isolation_permits(void **state)
{
    struct session committed =
        session_open(*state, 1, "{\"isolation_level\":\"READ_COMMITTED\"," PATIENCE "}");
    struct session repeatable =
        session_open(*state, 1, "{\"isolation_level\":\"REPEATABLE_READ\"," PATIENCE "}");
    ASSERT_REPLY(session_call(&committed, "Maker/Count", "{}"), "{\"count\":\"2\"}");
    ASSERT_REPLY(session_call(&repeatable, "Maker/Count", "{}"), "{\"count\":\"2\"}");
    create_maker(*state, "Cay");
    ASSERT_REPLY(session_call(&committed, "Maker/Count", "{}"), "{\"count\":\"3\"}");
    ASSERT_REPLY(session_call(&repeatable, "Maker/Count", "{}"), "{\"count\":\"2\"}");
    ASSERT_DONE(session_commit(&committed));
    ASSERT_DONE(session_commit(&repeatable));
}

// Each counts what the other is about to add to. What the second COMMIT, or its write, says.
static struct shop_reply skew(struct shop *shop, const char *begin)
{
    struct session sessions[2];
    struct shop_reply reply = {0};
    for (uint64_t i = 0; i < 2; i++) {
        sessions[i] = session_open(shop, i + 1, begin);
        session_expect(&sessions[i], shop, 0);
    }
    ASSERT_DONE(session_create(&sessions[0], "a"));
    ASSERT_DONE(session_create(&sessions[1], "b"));
    ASSERT_DONE(session_commit(&sessions[0]));
    reply = session_commit(&sessions[1]);
    shop_sql(shop, "truncate products");
    return reply;
}

static void test_transaction_that_is_serializable_meets_conflicts(void **state)
{
    ASSERT_DONE(skew(*state, "{\"isolation_level\":\"REPEATABLE_READ\"," PATIENCE "}"));
    struct shop_reply reply =
        skew(*state, "{\"isolation_level\":\"SERIALIZABLE\"," PATIENCE "}");
    ASSERT_STATUS(reply.err.status, ROWCALL_ABORTED);
    assert_string_equal(reply.err.reason, "P2034");
    assert_string_equal(reply.err.sqlstate, "40001");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
}

static void test_transaction_that_is_read_only_refuses_writes(void **state)
{
    struct session session = session_open(*state, 1, "{\"read_only\":true," PATIENCE "}");
    ASSERT_REFUSED(session_create(&session, "a"), ROWCALL_FAILED_PRECONDITION,
                   "Product/Create writes or locks, and the transaction is read-only");
    session_expect(&session, *state, 0); // that has not failed it
    ASSERT_DONE(session_commit(&session));
}

// ---- failures

static void test_transaction_fails_with_a_statement(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    ASSERT_DONE(session_create(&session, "a"));
    struct shop_reply reply = session_create(&session, "a");
    ASSERT_STATUS(reply.err.status, ROWCALL_ALREADY_EXISTS);
    assert_string_equal(reply.err.reason, "P2002");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    reply = session_call(&session, "Product/Count", "{}");
    ASSERT_REFUSED(reply, ROWCALL_ABORTED, "has failed with Product/Create (P2002)");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    ASSERT_REFUSED(session_savepoint(&session, "s"), ROWCALL_ABORTED, "Product/Create (P2002)");
    reply = session_commit(&session);
    ASSERT_REFUSED(reply, ROWCALL_ABORTED, "rolled back because Product/Create (P2002)");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    ASSERT_REFUSED(session_commit(&session), ROWCALL_ABORTED, "rolled back already");
    session_expect(NULL, *state, 0);
}

// The same when everything was sent before the failure was known.
static void test_transaction_fails_what_was_sent_behind_a_failure(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    char commit[96];
    (void)snprintf(commit, sizeof(commit), "{\"transaction\":\"%s\"}", session.id);
    const struct shop_call calls[] = {
        {"shop", "Maker/Create", "{\"data\":{\"name\":\"Cay\"}}", 0},
        {"shop", "Maker/Create", "{\"data\":{\"name\":\"Cay\"}}", 0},
        {"shop", "Maker/Count", "{}", 0},
        {"shop", "Transactions/Commit", commit, 0},
    };
    struct shop_reply replies[4];
    struct shop_terms terms = {.transaction = session.id};
    shop_calls_on(*state, &terms, calls, 4, replies);
    ASSERT_DONE(replies[0]);
    ASSERT_STATUS(replies[1].err.status, ROWCALL_ALREADY_EXISTS);
    ASSERT_REFUSED(replies[2], ROWCALL_ABORTED, "Maker/Create (P2002)");
    ASSERT_REFUSED(replies[3], ROWCALL_ABORTED, "Maker/Create (P2002)");
    ASSERT_REPLY(shop_call(*state, "Maker/Count", "{}"), "{\"count\":\"2\"}");
}

static void test_transaction_survives_what_changed_nothing(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    ASSERT_DONE(session_create(&session, "a"));
    struct shop_reply reply =
        session_call(&session, "Product/Update",
                     "{\"key\":{\"id\":99},\"data\":{\"title\":{\"set\":\"x\"}}}");
    ASSERT_STATUS(reply.err.status, ROWCALL_NOT_FOUND);
    assert_string_equal(reply.err.reason, "P2025");
    ASSERT_STATUS(
        session_call(&session, "Product/FindUnique", "{\"key\":{\"id\":99},\"required\":true}")
            .err.status,
        ROWCALL_NOT_FOUND);
    ASSERT_STATUS(
        session_call(&session, "Product/DeleteMany", "{\"all\":true,\"max_affected\":0}")
            .err.status,
        ROWCALL_FAILED_PRECONDITION);
    ASSERT_STATUS(session_call(&session, "Product/DeleteMany", "{}").err.status,
                  ROWCALL_INVALID_ARGUMENT);
    ASSERT_STATUS(session_call(&session, "Product/Nothing", "").err.status,
                  ROWCALL_UNIMPLEMENTED);
    ASSERT_DONE(session_commit(&session));
    session_expect(NULL, *state, 1);
}

// What it wrote cannot be told: it must not be committed by somebody who does not know it.
static void test_transaction_fails_with_a_reply_that_is_too_large(void **state)
{
    (void)state;
    struct shop *shop = shop_new(&(struct rc_service_options){.max_reply_bytes = 300});
    struct session session = session_open(shop, 1, "{" PATIENCE "}");
    static const char rows[] =
        "{\"rows\":[{\"name\":"
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"},"
        "{\"name\":"
        "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"},"
        "{\"name\":"
        "\"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\"},"
        "{\"name\":"
        "\"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd\"}],"
        "\"select\":{}}";
    struct shop_reply reply = session_call(&session, "Maker/CreateMany", rows);
    ASSERT_STATUS(reply.err.status, ROWCALL_RESOURCE_EXHAUSTED);
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    ASSERT_REFUSED(session_call(&session, "Maker/Count", "{}"), ROWCALL_ABORTED,
                   "Maker/CreateMany (RESOURCE_EXHAUSTED)");
    ASSERT_REFUSED(session_commit(&session), ROWCALL_ABORTED, "rolled back because");
    ASSERT_REPLY(shop_call(shop, "Maker/Count", "{}"), "{\"count\":\"0\"}");
    session = session_open(shop, 1, "{" PATIENCE "}");
    shop_sql(shop, "insert into makers (name) select repeat('x', 90) || i"
                   " from generate_series(1, 9) i");
    ASSERT_STATUS(session_call(&session, "Maker/FindMany", "{}").err.status,
                  ROWCALL_RESOURCE_EXHAUSTED);
    ASSERT_DONE(session_call(&session, "Maker/Count", "{}")); // a read is another matter
    ASSERT_DONE(session_commit(&session));
    shop_free(shop);
}

// ---- the end by others

// Calls until the transaction is refused.
static struct shop_reply call_until_refused(const struct session *session)
{
    struct shop_reply reply;
    do {
        reply = session_call(session, "Product/Count", "{}");
    } while (reply.err.status == ROWCALL_OK);
    return reply;
}

static void test_transaction_expires(void **state)
{
    struct session session = session_open(*state, 1, "{\"timeout_ms\":50}");
    struct shop_reply reply = session_create(&session, "a"); // perhaps it is late already
    assert_true(reply.err.status == ROWCALL_OK || reply.err.status == ROWCALL_ABORTED);
    ASSERT_REFUSED(call_until_refused(&session), ROWCALL_ABORTED, "expired after 50 ms");
    ASSERT_REFUSED(session_commit(&session), ROWCALL_ABORTED, "expired");
    session_expect(NULL, *state, 0);
}

// Products are created slowly.
static void slow_down(struct shop *shop)
{
    shop_sql(shop, "create or replace function slow() returns trigger language plpgsql as $$"
                   " begin perform pg_sleep(60); return new; end $$;"
                   "create or replace trigger slow before insert on products for each row"
                   " execute function slow()");
}

// Waits until one is being created.
static void await_sleep(struct shop *shop)
{
    shop_sql(shop,
             "do $$ begin while not exists (select from pg_stat_activity where wait_event ="
             " 'PgSleep' and query like 'insert%' and datname = current_database()) loop"
             " perform pg_stat_clear_snapshot(); perform pg_sleep(0.01); end loop; end $$");
}

// Waits until none is.
static void await_awakening(struct shop *shop)
{
    shop_sql(shop,
             "do $$ begin while exists (select from pg_stat_activity where wait_event ="
             " 'PgSleep' and query like 'insert%' and datname = current_database()) loop"
             " perform pg_stat_clear_snapshot(); perform pg_sleep(0.01); end loop; end $$");
}

static void test_transaction_expires_during_a_call(void **state)
{
    slow_down(*state);
    struct session session = session_open(*state, 1, "{\"timeout_ms\":200}");
    struct shop_reply reply = session_create(&session, "a");
    shop_sql(*state, "drop trigger slow on products");
    ASSERT_REFUSED(reply, ROWCALL_ABORTED, "expired after 200 ms");
    assert_int_not_equal(reply.err.outcome, ROWCALL_OUTCOME_UNKNOWN);
    ASSERT_REFUSED(call_until_refused(&session), ROWCALL_ABORTED, "");
    session_expect(NULL, *state, 0);
}

static void test_transaction_fails_with_a_call_that_is_late(void **state)
{
    slow_down(*state);
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    struct shop_terms terms = {.transaction = session.id};
    struct shop_call create = {"shop", "Product/Create",
                               "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"a\"}}",
                               1000};
    struct shop_reply reply;
    shop_calls_on(*state, &terms, &create, 1, &reply);
    shop_sql(*state, "drop trigger slow on products");
    ASSERT_STATUS(reply.err.status, ROWCALL_DEADLINE_EXCEEDED);
    assert_string_equal(reply.err.reason, "P1008");
    ASSERT_REFUSED(session_call(&session, "Product/Count", "{}"), ROWCALL_ABORTED,
                   "Product/Create (P1008)");
    ASSERT_DONE(session_rollback(&session));
}

static struct shop *shop_of_one(void)
{
    return shop_new(&(struct rc_service_options){.exclusive_max = 1});
}

static void test_transaction_waits_no_longer_than_it_was_told(void **state)
{
    (void)state;
    struct shop *shop = shop_of_one();
    struct session first = session_open(shop, 1, "{" PATIENCE "}");
    struct session second;
    struct shop_reply reply = session_begin(&second, shop, 2, "{\"max_wait_ms\":30}");
    ASSERT_REFUSED(reply, ROWCALL_RESOURCE_EXHAUSTED, "start timeout");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    ASSERT_DONE(session_rollback(&first));
    second = session_open(shop, 2, "{" PATIENCE "}");
    ASSERT_DONE(session_commit(&second));
    shop_free(shop);
}

static void test_transaction_is_refused_beyond_a_clients_limit(void **state)
{
    (void)state;
    struct shop *shop = shop_new(&(struct rc_service_options){.max_peer_transactions = 2});
    struct session sessions[4];
    sessions[0] = session_open(shop, 1, "{" PATIENCE "}");
    sessions[1] = session_open(shop, 1, "{" PATIENCE "}");
    ASSERT_REFUSED(session_begin(&sessions[2], shop, 1, "{}"), ROWCALL_RESOURCE_EXHAUSTED,
                   "2 transactions open");
    sessions[3] = session_open(shop, 2, "{" PATIENCE "}"); // others have a limit of their own
    struct rc_service_stats stats;
    rc_service_read_stats(shop->service, &stats);
    assert_int_equal(stats.transactions, 3);
    ASSERT_DONE(session_rollback(&sessions[0]));
    sessions[2] = session_open(shop, 1, "{" PATIENCE "}");
    shop_free(shop); // with three of them open
}

static void test_transaction_ends_with_its_client(void **state)
{
    (void)state;
    struct shop *shop = shop_of_one();
    struct session session = session_open(shop, 1, "{" PATIENCE "}");
    shop_sql(shop, "insert into makers (name) values ('Ada')");
    ASSERT_DONE(session_create(&session, "a"));
    rc_service_peer_gone(shop->service, 2);
    session_expect(&session, shop, 1); // somebody else
    rc_service_peer_gone(shop->service, 1);
    ASSERT_REFUSED(session_commit(&session), ROWCALL_ABORTED, "rolled back");
    struct session next = session_open(shop, 2, "{" PATIENCE "}");
    session_expect(&next, shop, 0);
    ASSERT_DONE(session_commit(&next));
    shop_free(shop);
}

struct creator {
    pthread_t thread;
    struct session session;
    struct shop_reply reply;
};

static void *run_create(void *arg)
{
    struct creator *creator = arg;
    creator->reply = session_create(&creator->session, "a");
    return NULL;
}

// What it was executing is cancelled: nobody waits for it any more.
static void test_transaction_ends_with_its_client_during_a_call(void **state)
{
    (void)state;
    struct shop *shop = shop_of_one();
    struct creator creator = {.session = session_open(shop, 1, "{" PATIENCE "}")};
    shop_sql(shop, "insert into makers (name) values ('Ada')");
    slow_down(shop);
    assert_int_equal(pthread_create(&creator.thread, NULL, run_create, &creator), 0);
    await_sleep(shop);
    rc_service_peer_gone(shop->service, 1);
    await_awakening(shop);
    assert_int_equal(pthread_join(creator.thread, NULL), 0);
    assert_int_not_equal(creator.reply.err.status, ROWCALL_OK);
    assert_int_equal(creator.reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    struct session next = session_open(shop, 2, "{" PATIENCE "}");
    session_expect(&next, shop, 0);
    ASSERT_DONE(session_commit(&next));
    shop_free(shop);
}

struct crowd {
    pthread_t thread;
    struct session session;
    struct shop_reply replies[100];
};

static void *run_crowd(void *arg)
{
    struct crowd *crowd = arg;
    struct shop_call calls[100];
    for (int i = 0; i < 100; i++) {
        calls[i] = (struct shop_call){"shop", "Maker/Count", "{}", 0};
    }
    calls[0] =
        (struct shop_call){"shop", "Product/Create",
                           "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"a\"}}", 0};
    shop_calls_on(crowd->session.shop, &(struct shop_terms){.transaction = crowd->session.id},
                  calls, 100, crowd->replies);
    return NULL;
}

// What waits behind a call when the transaction ends is answered, too.
static void test_transaction_that_ends_answers_what_waits_in_it(void **state)
{
    (void)state;
    struct shop *shop = shop_of_one();
    struct crowd *crowd = calloc(1, sizeof(*crowd));
    crowd->session = session_open(shop, 1, "{" PATIENCE "}");
    shop_sql(shop, "insert into makers (name) values ('Ada')");
    slow_down(shop);
    assert_int_equal(pthread_create(&crowd->thread, NULL, run_crowd, crowd), 0);
    await_sleep(shop);
    rc_service_peer_gone(shop->service, 1);
    assert_int_equal(pthread_join(crowd->thread, NULL), 0);
    for (int i = 0; i < 100; i++) {
        assert_int_not_equal(crowd->replies[i].err.status, ROWCALL_OK);
        assert_int_not_equal(crowd->replies[i].err.outcome, ROWCALL_OUTCOME_UNKNOWN);
    }
    ASSERT_REFUSED(crowd->replies[99], ROWCALL_ABORTED, "rolled back");
    free(crowd);
    shop_free(shop);
}

static void test_transaction_is_lost_with_its_connection(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    ASSERT_DONE(session_create(&session, "a"));
    shop_sql(*state, "select pg_terminate_backend(pid) from pg_stat_activity where"
                     " application_name like 'rowcall shop exclusive%' and datname ="
                     " current_database()");
    struct shop_reply reply = call_until_refused(&session);
    assert_true(reply.err.status == ROWCALL_ABORTED || reply.err.status == ROWCALL_UNAVAILABLE);
    assert_int_not_equal(reply.err.outcome, ROWCALL_OUTCOME_UNKNOWN);
    ASSERT_REFUSED(session_commit(&session), ROWCALL_ABORTED, "connection to the database");
    session_expect(NULL, *state, 0);
    session = session_open(*state, 1, "{" PATIENCE "}");
    ASSERT_DONE(session_create(&session, "b"));
    ASSERT_DONE(session_commit(&session));
}

static void test_transaction_ends_when_the_server_stops(void **state)
{
    (void)state;
    struct shop *shop = shop_new(&(struct rc_service_options){.exclusive_max = 2});
    struct session idle = session_open(shop, 1, "{" PATIENCE "}");
    struct creator creator = {.session = session_open(shop, 2, "{" PATIENCE "}")};
    shop_sql(shop,
             "insert into makers (name) values ('Ada'); create function slow() returns"
             " trigger language plpgsql as $$ begin perform pg_sleep(0.3); return new; end"
             " $$; create trigger slow before insert on products for each row execute"
             " function slow()");
    assert_int_equal(pthread_create(&creator.thread, NULL, run_create, &creator), 0);
    await_sleep(shop);
    rc_service_stop(shop->service);
    struct shop_reply reply = session_commit(&idle);
    ASSERT_STATUS(reply.err.status, ROWCALL_UNAVAILABLE);
    assert_int_equal(pthread_join(creator.thread, NULL), 0);
    ASSERT_DONE(creator.reply); // it had been accepted
    rc_service_free(shop->service, rc_clock_now_us() + 10000000);
    shop->service = NULL;
    shop_sql(shop, "do $$ begin assert not exists (select from products); end $$");
    shop_free(shop);
}

// Ended without patience, in the middle of things.
static void test_transaction_ends_when_the_server_does_not_wait(void **state)
{
    (void)state;
    struct shop *shop = shop_of_one();
    struct creator creator = {.session = session_open(shop, 1, "{" PATIENCE "}")};
    shop_sql(shop, "insert into makers (name) values ('Ada')");
    slow_down(shop);
    assert_int_equal(pthread_create(&creator.thread, NULL, run_create, &creator), 0);
    await_sleep(shop);
    rc_service_free(shop->service, 0);
    shop->service = NULL;
    assert_int_equal(pthread_join(creator.thread, NULL), 0);
    assert_int_not_equal(creator.reply.err.status, ROWCALL_OK);
    shop_free(shop);
}

// ---- many at once

enum { THREADS = 4, ROUNDS = 40 };

struct worker {
    pthread_t thread;
    struct shop *shop;
    uint64_t peer;
    int committed;
};

// Some commit, some roll back, some clients go in the middle.
static void *work(void *arg)
{
    struct worker *worker = arg;
    for (int i = 0; i < ROUNDS; i++) {
        struct session session;
        char sku[13];
        worker->peer += THREADS;
        (void)snprintf(sku, sizeof(sku), "%llu", (unsigned long long)worker->peer);
        struct shop_reply reply =
            session_begin(&session, worker->shop, worker->peer, "{" PATIENCE "}");
        if (reply.err.status == ROWCALL_OK) {
            reply = session_create(&session, sku);
        }
        if (reply.err.status == ROWCALL_OK && i % 4 == 1) {
            rc_service_peer_gone(worker->shop->service, worker->peer);
        } else if (reply.err.status == ROWCALL_OK && i % 4 == 2) {
            (void)session_rollback(&session);
        } else if (reply.err.status == ROWCALL_OK) {
            worker->committed += session_commit(&session).err.status == ROWCALL_OK;
        }
    }
    return NULL;
}

static void test_transactions_of_many_clients_do_not_mix(void **state)
{
    struct worker workers[THREADS];
    int committed = 0;
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.shop = *state, .peer = 100 + (uint64_t)i};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        committed += workers[i].committed;
    }
    assert_int_equal(committed, THREADS * ROUNDS / 2);
    session_expect(NULL, *state, committed);
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(test_transaction_holds_once_committed),
        EMPTY(test_transaction_leaves_nothing_once_rolled_back),
        EMPTY(test_transaction_begins_with_an_id_and_a_timeout),
        EMPTY(test_transaction_is_its_clients_alone),
        EMPTY(test_transaction_is_on_the_database_it_was_begun_on),
        EMPTY(test_transaction_is_no_part_of_an_atomic_envelope),
        EMPTY(test_transaction_takes_calls_in_order),
        EMPTY(test_transaction_takes_as_many_calls_as_come),
        EMPTY(test_transaction_sees_what_its_isolation_permits),
        EMPTY(test_transaction_that_is_serializable_meets_conflicts),
        EMPTY(test_transaction_that_is_read_only_refuses_writes),
        EMPTY(test_transaction_fails_with_a_statement),
        EMPTY(test_transaction_fails_what_was_sent_behind_a_failure),
        EMPTY(test_transaction_survives_what_changed_nothing),
        cmocka_unit_test(test_transaction_fails_with_a_reply_that_is_too_large),
        EMPTY(test_transaction_expires),
        EMPTY(test_transaction_expires_during_a_call),
        EMPTY(test_transaction_fails_with_a_call_that_is_late),
        cmocka_unit_test(test_transaction_waits_no_longer_than_it_was_told),
        cmocka_unit_test(test_transaction_is_refused_beyond_a_clients_limit),
        cmocka_unit_test(test_transaction_ends_with_its_client),
        cmocka_unit_test(test_transaction_ends_with_its_client_during_a_call),
        cmocka_unit_test(test_transaction_that_ends_answers_what_waits_in_it),
        EMPTY(test_transaction_is_lost_with_its_connection),
        cmocka_unit_test(test_transaction_ends_when_the_server_stops),
        cmocka_unit_test(test_transaction_ends_when_the_server_does_not_wait),
        EMPTY(test_transactions_of_many_clients_do_not_mix),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
