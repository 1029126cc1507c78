// SPDX-License-Identifier: Apache-2.0
//
// Results of any size, read row by row: whole and in order, or refused; in memory that the
// result's size does not show in; once, although the connection was lost in the middle.
#include "shop.h"

#include "service/contract.h"
#include "wire/reader.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

enum { NOTES = 60000 };

#define FIND_ALL "{\"select\":{\"id\":true},\"order_by\":[{\"id\":{\"direction\":\"ASC\"}}]}"

// Notes whose text has so many letters each.
static void write_notes(const struct shop *shop, int count, int letters)
{
    char sql[128];
    (void)snprintf(
        sql, sizeof sql,
        "insert into notes (text) select repeat('x', %d) from generate_series(1, %d)", letters,
        count);
    shop_sql(shop, sql);
}

static struct rc_view field_of(struct rc_view message, uint32_t number)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, message);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == number) {
            return value.bytes;
        }
    }
    return (struct rc_view){NULL, 0};
}

// How many rows the reply has; each is one number, and those are 1, 2, 3 ...
static int count_rows(struct rc_view reply)
{
    struct rc_view response = field_of(reply, RC_REPLY_RESPONSE);
    struct rc_wire_reader reader;
    struct rc_wire_value row;
    int count = 0;
    rc_wire_reader_init(&reader, response);
    while (rc_wire_next(&reader, &row)) {
        struct rc_wire_reader fields;
        struct rc_wire_value id;
        rc_wire_reader_init(&fields, row.bytes);
        assert_true(rc_wire_next(&fields, &id));
        assert_int_equal(id.scalar, ++count);
    }
    assert_false(reader.broken);
    return count;
}

static void call(struct shop *shop, const char *method, const char *request,
                 struct rc_buf *ret_bytes)
{
    struct rc_buf envelope = {0};
    const struct shop_call one = {
        .database = "shop", .method = method, .request = request, .timeout_ms = 60000};
    shop_envelope(shop, &one, 1, false, NULL, &envelope);
    shop_handle(shop, &(struct rc_service_request){.bytes = rc_buf_view(&envelope), .peer = 1},
                ret_bytes);
    rc_buf_fini(&envelope);
}

static int find_rows(struct shop *shop, const char *request)
{
    struct rc_buf bytes = {0};
    call(shop, "Note/FindMany", request, &bytes);
    int count = count_rows(field_of(rc_buf_view(&bytes), RC_REPLY_ENVELOPE_REPLIES));
    rc_buf_fini(&bytes);
    return count;
}

static void test_large_results_are_whole(void **state)
{
    write_notes(*state, NOTES, 10);
    assert_int_equal(find_rows(*state, FIND_ALL), NOTES);
    assert_int_equal(find_rows(*state, "{\"select\":{\"id\":true},\"take\":5000,\"order_by\":[{"
                                       "\"id\":{\"direction\":\"ASC\"}}]}"),
                     5000);
    assert_int_equal(
        find_rows(*state, "{\"select\":{\"id\":true},\"where\":{\"id\":{\"lt\":0}}}"), 0);
}

// A number that stands for all rows is said once; nothing there is an error where it is one.
static void test_large_results_have_one_total(void **state)
{
    write_notes(*state, 300, 10);
    struct shop_reply reply = shop_call(
        *state, "Note/FindMany",
        "{\"select\":{\"id\":true},\"with_total\":true,\"where\":{\"id\":{\"lte\":3}},"
        "\"order_by\":[{\"id\":{\"direction\":\"ASC\"}}]}");
    ASSERT_REPLY(reply, "{\"rows\":[{\"id\":1},{\"id\":2},{\"id\":3}],\"total\":\"3\"}");
    ASSERT_REPLY(shop_call(*state, "Note/FindMany",
                           "{\"with_total\":true,\"where\":{\"id\":{\"lt\":0}}}"),
                 "{\"total\":\"0\"}");
}

// What rows are written is told as they come, and how many.
static void test_large_results_of_writes(void **state)
{
    write_notes(*state, 3, 10);
    struct shop_reply reply =
        shop_call(*state, "Note/UpdateMany",
                  "{\"all\":true,\"data\":{\"size\":{\"set\":7}},\"select\":{\"size\":true}}");
    ASSERT_REPLY(reply, "{\"rows\":[{\"size\":7},{\"size\":7},{\"size\":7}]}");
    reply = shop_call(*state, "Note/DeleteMany",
                      "{\"all\":true,\"max_affected\":\"2\",\"select\":{\"size\":true}}");
    ASSERT_STATUS(reply.err.status, ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(reply.json, "{}");
    ASSERT_REPLY(shop_call(*state, "Note/Count", "{}"), "{\"count\":\"3\"}");
}

// Sanitizers keep what was freed for a while.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_TELLS false
#else
#define MEMORY_TELLS true
#endif

static long most_memory_kib(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

// 120 MB pass through a limit of 1 MiB.
static void test_large_results_over_the_limit_are_refused(void **state)
{
    const struct shop *site = *state;
    struct rc_service_options options = {.max_reply_bytes = (size_t)1 << 20};
    struct shop *shop = shop_beside(site, &options);
    write_notes(shop, NOTES, 2000);
    long before_kib = most_memory_kib();
    struct shop_reply reply = shop_call(shop, "Note/FindMany", "{}");
    ASSERT_STATUS(reply.err.status, ROWCALL_RESOURCE_EXHAUSTED);
    if (MEMORY_TELLS) {
        assert_true(most_memory_kib() < before_kib + 24 * 1024);
    }
    assert_int_equal(find_rows(shop, FIND_ALL), NOTES); // and the next one is answered
    shop_free(shop);
}

static void *break_connections(void *arg)
{
    struct shop *shop = arg;
    for (int i = 0; i < 20; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 7000000}, NULL);
        shop_sql(shop, "select pg_terminate_backend(pid) from pg_stat_activity"
                       " where datname = current_database() and pid <> pg_backend_pid()"
                       " and backend_type = 'client backend'");
    }
    return NULL;
}

// A read is executed once more when its connection is lost; nobody sees rows twice, or not all.
static void test_large_results_come_once_when_connections_are_lost(void **state)
{
    struct shop *shop = *state;
    pthread_t breaker;
    int answered = 0;
    write_notes(shop, NOTES, 10);
    assert_int_equal(pthread_create(&breaker, NULL, break_connections, shop), 0);
    for (int i = 0; i < 20 || answered == 0; i++) {
        struct rc_buf bytes = {0};
        call(shop, "Note/FindMany", FIND_ALL, &bytes);
        struct rc_view reply = field_of(rc_buf_view(&bytes), RC_REPLY_ENVELOPE_REPLIES);
        if (field_of(reply, RC_REPLY_STATUS).len == 0) { // else it was lost more than once
            assert_int_equal(count_rows(reply), NOTES);
            answered++;
        }
        rc_buf_fini(&bytes);
    }
    pthread_join(breaker, NULL);
}

// A result that is taken in a transaction, before others of the same connection.
static void test_large_results_in_an_atomic_envelope(void **state)
{
    struct shop_reply replies[3];
    const struct shop_call calls[] = {
        {.database = "shop",
         .method = "Note/FindMany",
         .request = "{\"select\":{\"id\":true}}"},
        {.database = "shop", .method = "Note/DeleteMany", .request = "{\"all\":true}"},
        {.database = "shop", .method = "Note/Count", .request = "{}"},
    };
    write_notes(*state, 2, 10);
    shop_calls(*state, calls, 3, true, replies);
    ASSERT_REPLY(replies[0], "{\"rows\":[{\"id\":1},{\"id\":2}]}");
    ASSERT_REPLY(replies[1], "{\"count\":\"2\"}");
    ASSERT_REPLY(replies[2], "{\"count\":\"0\"}");
}

int main(void)
{
#define LARGE_TEST(name) cmocka_unit_test_setup(name, shop_empty)
    const struct CMUnitTest tests[] = {
        LARGE_TEST(test_large_results_are_whole),
        LARGE_TEST(test_large_results_have_one_total),
        LARGE_TEST(test_large_results_of_writes),
        LARGE_TEST(test_large_results_over_the_limit_are_refused),
        LARGE_TEST(test_large_results_come_once_when_connections_are_lost),
        LARGE_TEST(test_large_results_in_an_atomic_envelope),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
