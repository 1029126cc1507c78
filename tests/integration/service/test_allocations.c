// SPDX-License-Identifier: Apache-2.0
//
// Calls that are like those before them allocate nothing: in service, query, transcode and pg
// everything they need is there already. What libpq and nng allocate is theirs and not counted.
#include "shop.h"

#include "support/count_alloc.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// How many requests overlap is up to the machine, so how long it takes until everything is warm
// is, too; but that time comes, and then nothing is allocated.
enum { FRUGAL_ROUNDS = 10, ROUNDS_MAX = 300, ENVELOPES_MAX = 256, CALLS_MAX = 64 };

// Envelopes that are handed over at once, and the wait for all their replies.
struct round {
    struct shop *shop;
    struct rc_buf envelopes[ENVELOPES_MAX];
    size_t count;
    size_t call_count; // of each
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    size_t waiting;
    bool missing;
};

static void note_reply(void *arg, const struct rc_buf *reply)
{
    struct round *round = arg;
    (void)pthread_mutex_lock(&round->mutex);
    round->waiting--;
    round->missing |= !reply;
    (void)pthread_cond_signal(&round->answered);
    (void)pthread_mutex_unlock(&round->mutex);
}

static void run(struct round *round)
{
    struct rc_service_stats before;
    struct rc_service_stats after;
    rc_service_read_stats(round->shop->service, &before);
    round->waiting = round->count;
    for (size_t i = 0; i < round->count; i++) {
        struct rc_service_request request = {.bytes = rc_buf_view(&round->envelopes[i]),
                                             .peer = 1,
                                             .reply = note_reply,
                                             .arg = round};
        rc_service_handle(round->shop->service, &request);
    }
    (void)pthread_mutex_lock(&round->mutex);
    while (round->waiting > 0) {
        (void)pthread_cond_wait(&round->answered, &round->mutex);
    }
    (void)pthread_mutex_unlock(&round->mutex);
    rc_service_read_stats(round->shop->service, &after);
    assert_false(round->missing);
    assert_int_equal(after.by_status[ROWCALL_OK] - before.by_status[ROWCALL_OK],
                     round->count * round->call_count);
}

// A request with each # replaced by a number.
static void write_request(const char *request, size_t number, char *to, size_t size)
{
    size_t len = 0;
    for (const char *c = request; *c != '\0' && len < size; c++) {
        len += (size_t)(*c == '#' ? snprintf(to + len, size - len, "%zu", number)
                                  : snprintf(to + len, size - len, "%c", *c));
    }
}

// Fills the envelopes with calls of a method; each # is a number that is never the same.
static void fill(struct round *round, const char *method, const char *request)
{
    static size_t number;
    static char requests[CALLS_MAX][512];
    struct shop_call calls[CALLS_MAX];
    for (size_t i = 0; i < round->count; i++) {
        for (size_t k = 0; k < round->call_count; k++) {
            write_request(request, ++number, requests[k], sizeof requests[k]);
            calls[k] = (struct shop_call){"shop", method, requests[k], 0};
        }
        rc_buf_clear(&round->envelopes[i]);
        shop_envelope(round->shop, calls, round->call_count, false, NULL, &round->envelopes[i]);
    }
}

// Calls a method in so many envelopes at once, of so many calls each, until it has cost no
// allocation some times in a row.
static void assert_frugal(struct shop *shop, const char *method, const char *request,
                          size_t envelopes, size_t calls)
{
    struct round *round = calloc(1, sizeof(*round));
    unsigned long allocated = 0;
    int frugal = 0;
    assert_non_null(round);
    *round = (struct round){.shop = shop, .count = envelopes, .call_count = calls};
    (void)pthread_mutex_init(&round->mutex, NULL);
    (void)pthread_cond_init(&round->answered, NULL);
    for (int i = 0; i < ROUNDS_MAX && frugal < FRUGAL_ROUNDS; i++) {
        fill(round, method, request);
        unsigned long before = count_alloc();
        run(round);
        allocated = count_alloc() - before;
        frugal = allocated == 0 ? frugal + 1 : 0;
    }
    for (size_t i = 0; i < envelopes; i++) {
        rc_buf_fini(&round->envelopes[i]);
    }
    (void)pthread_cond_destroy(&round->answered);
    (void)pthread_mutex_destroy(&round->mutex);
    free(round);
    if (frugal < FRUGAL_ROUNDS) {
        fail_msg("%s, %zu envelopes of %zu calls: %lu allocations, still", method, envelopes,
                 calls, allocated);
    }
}

static int stock_shop(void **state)
{
    (void)shop_empty(state);
    shop_sql(*state, "insert into products (sku, \"makerId\", title, stock)"
                     " select 's' || i, 1, 'product ' || i, 0 from generate_series(1, 40) i");
    return 0;
}

static void test_lone_lookup_allocates_nothing(void **state)
{
    assert_frugal(*state, "Product/FindUnique", "{\"key\":{\"sku\":\"s7\"}}", 1, 1);
}

static void test_many_lookups_at_once_allocate_nothing(void **state)
{
    assert_frugal(*state, "Product/FindUnique", "{\"key\":{\"sku\":\"s7\"}}", 200, 1);
}

static void test_envelope_of_lookups_allocates_nothing(void **state)
{
    assert_frugal(*state, "Product/FindUnique",
                  "{\"key\":{\"sku\":\"s7\"},\"select\":{\"title\":true,\"maker\":{}}}", 1, 64);
}

static void test_page_of_records_allocates_nothing(void **state)
{
    assert_frugal(*state, "Product/FindMany",
                  "{\"where\":{\"stock\":{\"gte\":0},\"title\":{\"starts_with\":\"prod\"}},"
                  "\"order_by\":[{\"id\":{}}],\"take\":20}",
                  4, 4);
}

static void test_create_allocates_nothing(void **state)
{
    assert_frugal(*state, "Maker/Create", "{\"data\":{\"name\":\"maker #\"}}", 16, 1);
    assert_frugal(*state, "Maker/Create", "{\"data\":{\"name\":\"maker #\"}}", 2, 32);
}

static void test_update_allocates_nothing(void **state)
{
    assert_frugal(*state, "Product/Update",
                  "{\"key\":{\"sku\":\"s1\"},\"data\":{\"title\":{\"set\":\"title #\"}}}", 16,
                  1);
}

static void test_nested_create_allocates_nothing(void **state)
{
    assert_frugal(*state, "Maker/Create",
                  "{\"data\":{\"name\":\"maker #\",\"products\":{\"create\":["
                  "{\"sku\":\"n#\",\"title\":\"a\"},{\"sku\":\"m#\",\"title\":\"b\"}]}}}",
                  4, 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, stock_shop)
    const struct CMUnitTest tests[] = {
        CASE(test_lone_lookup_allocates_nothing),
        CASE(test_many_lookups_at_once_allocate_nothing),
        CASE(test_envelope_of_lookups_allocates_nothing),
        CASE(test_page_of_records_allocates_nothing),
        CASE(test_create_allocates_nothing),
        CASE(test_update_allocates_nothing),
        CASE(test_nested_create_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
