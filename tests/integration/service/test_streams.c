// SPDX-License-Identifier: Apache-2.0
//
// Streams: every record once and as of one moment, pages within their bounds, replies that were
// lost, and every way in which a stream ends.
#include "session.h"

#include "base/clock.h"
#include "service/contract.h"
#include "wire/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// A page, read from its bytes: pages are larger than what the shop prints as JSON.
struct page {
    rowcall_error err;
    struct rc_buf reply; // to be finished
    size_t count;        // records
    size_t bytes;        // that they take
    int64_t first, last; // their ids
    bool ascends;        // by ids, each one more than the one before
    char text[32];       // of the last one, as far as it fits
    char token[96];
};

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

static int64_t id_of(struct rc_view row)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    rc_wire_reader_init(&reader, row);
    return rc_wire_next(&reader, &value) && value.number == 1 ? (int64_t)value.scalar : -1;
}

static void read_page(struct rc_view response, struct page *page)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t begin = 0;
    rc_wire_reader_init(&reader, response);
    while (rc_wire_next(&reader, &value)) {
        size_t end = (size_t)((const char *)reader.at - response.data);
        if (value.number == 2) {
            (void)snprintf(page->token, sizeof(page->token), "%.*s", rc_view_arg(value.bytes));
        } else {
            int64_t id = id_of(value.bytes);
            page->ascends = page->ascends && (page->count == 0 || id == page->last + 1);
            page->first = page->count == 0 ? id : page->first;
            page->last = id;
            (void)snprintf(page->text, sizeof(page->text), "%.*s",
                           rc_view_arg(field_of(value.bytes, 2)));
            page->count++;
            page->bytes += end - begin;
        }
        begin = end;
    }
}

// Where the calls come from.
struct reader {
    struct shop *shop;
    const char *method;
    struct shop_terms terms;
};

static struct page call(const struct reader *reader, const char *request)
{
    struct shop_call stream = {"shop", reader->method, request, 60000};
    struct rc_buf envelope = {0};
    struct page page = {.ascends = true};
    struct shop_reply *reply = malloc(sizeof(*reply));
    assert_non_null(reply);
    shop_envelope_on(reader->shop, &reader->terms, &stream, 1, &envelope);
    struct rc_service_request bytes = {
        .bytes = rc_buf_view(&envelope),
        .peer = reader->terms.peer > 0 ? reader->terms.peer : 1,
    };
    shop_handle(reader->shop, &bytes, &page.reply);
    struct rc_view one = field_of(rc_buf_view(&page.reply), RC_REPLY_ENVELOPE_REPLIES);
    struct rc_view response = field_of(one, RC_REPLY_RESPONSE);
    if (response.len > 0) {
        read_page(response, &page);
    } else { // empty, or a failure
        assert_int_equal(
            shop_read(reader->shop, &stream, 1, rc_buf_view(&page.reply), reply, 1), 1);
        page.err = reply->err;
    }
    rc_buf_fini(&envelope);
    free(reply);
    return page;
}

static struct page pull(const struct reader *reader, const char *token, const char *rest)
{
    char request[512];
    (void)snprintf(request, sizeof(request), "{\"page_token\":\"%s\"%s%s}", token,
                   rest[0] ? "," : "", rest);
    return call(reader, request);
}

static void drop(struct page *page)
{
    rc_buf_fini(&page->reply);
}

#define ASSERT_PAGE(page, first_, last_)                                                       \
    do {                                                                                       \
        ASSERT_OK((page).err.status, (page).err);                                              \
        assert_true((page).ascends);                                                           \
        assert_int_equal((page).first, (first_));                                              \
        assert_int_equal((page).last, (last_));                                                \
    } while (0)

static void expect_failure(struct page page, rowcall_status status, const char *part)
{
    ASSERT_STATUS(page.err.status, status);
    ASSERT_CONTAINS(page.err.message, part);
    drop(&page);
}

// Reads what is left, from this page on; how many records that were, each one more than the
// one before.
static size_t read_rest(const struct reader *reader, struct page page, const char *rest,
                        size_t *ret_pages)
{
    size_t count = 0;
    int64_t last = page.first - 1;
    for (*ret_pages = 1;; (*ret_pages)++) {
        ASSERT_OK(page.err.status, page.err);
        assert_true(page.ascends);
        if (page.count > 0) {
            assert_int_equal(page.first, last + 1);
            last = page.last;
        }
        count += page.count;
        char token[96];
        memcpy(token, page.token, sizeof(token));
        drop(&page);
        if (token[0] == '\0') {
            return count;
        }
        page = pull(reader, token, rest);
    }
}

static void fill(const struct shop *shop, int count, const char *text)
{
    char sql[256];
    (void)snprintf(sql, sizeof(sql),
                   "insert into notes (text) select %s from generate_series(1, %d) n", text,
                   count);
    shop_sql(shop, sql);
}

static struct reader reader_of(void *shop)
{
    return (struct reader){.shop = shop, .method = "Note/Stream"};
}

#define BY_ID "\"order_by\":[{\"id\":{}}]"
#define IDS   "\"select\":{\"id\":true}"

// ---- reading

// A million records, while another session changes, adds and deletes.
static void test_stream_gives_every_record_once_as_of_its_beginning(void **state)
{
    struct reader reader = reader_of(*state);
    size_t pages = 0;
    fill(*state, 1000000, "'note ' || n");
    struct page page = call(&reader, "{" BY_ID "}");
    assert_true(page.count < 1000000);
    shop_sql(*state, "delete from notes where id % 2 = 0; update notes set text = 'changed';"
                     "insert into notes (text) values ('new')");
    char token[96];
    memcpy(token, page.token, sizeof(token));
    struct page next = pull(&reader, token, "");
    ASSERT_PAGE(next, page.last + 1, page.last + (int64_t)next.count);
    ASSERT_CONTAINS(next.text, "note ");
    assert_int_equal(page.count + read_rest(&reader, next, "", &pages), 1000000);
    assert_true(pages < 200);
    drop(&page);
    ASSERT_REPLY(shop_call(*state, "Note/Count", "{}"), "{\"count\":\"500001\"}");
}

// The whole request is FindMany's.
static void test_stream_selects_orders_and_pages_as_find_many_does(void **state)
{
    struct reader reader = reader_of(*state);
    size_t pages = 0;
    fill(*state, 1000, "'note ' || n");
    struct page page = call(&reader, "{\"where\":{\"id\":{\"gt\":100}}," BY_ID
                                     ",\"skip\":50,\"take\":700," IDS ",\"page_size\":64}");
    ASSERT_PAGE(page, 151, 214);
    assert_int_equal(read_rest(&reader, page, "\"page_size\":64", &pages), 700);
    assert_int_equal(pages, 12); // the last one is empty: 11 would have been the 700
    page = call(&reader, "{" BY_ID ",\"cursor\":{\"id\":990}," IDS "}");
    ASSERT_PAGE(page, 990, 1000);
    assert_string_equal(page.token, ""); // all of it: nothing is left open
    drop(&page);
    page = call(&reader, "{\"where\":{\"id\":{\"gt\":5000}}}");
    ASSERT_OK(page.err.status, page.err);
    assert_int_equal(page.count, 0);
    assert_string_equal(page.token, "");
    drop(&page);
}

static void test_stream_reads_relations(void **state)
{
    shop_sql(*state, "insert into products (sku, \"makerId\", title)"
                     " select 's' || n, 1 + n % 2, 't' || n from generate_series(1, 5) n");
    ASSERT_REPLY(shop_call(*state, "Product/Stream",
                           "{" BY_ID ",\"take\":2,\"select\":{\"sku\":true,\"maker\":"
                           "{\"name\":true}}}"),
                 "{\"rows\":[{\"sku\":\"s1\",\"maker\":{\"name\":\"Bob\"}},"
                 "{\"sku\":\"s2\",\"maker\":{\"name\":\"Ada\"}}]}");
    ASSERT_REPLY(
        shop_call(*state, "Maker/Stream",
                  "{" BY_ID ",\"select\":{\"name\":true,\"products\":{\"select\":"
                  "{\"sku\":true}}}}"),
        "{\"rows\":[{\"name\":\"Ada\",\"products\":[{\"sku\":\"s2\"},{\"sku\":\"s4\"}]},"
        "{\"name\":\"Bob\",\"products\":[{\"sku\":\"s1\"},{\"sku\":\"s3\"},"
        "{\"sku\":\"s5\"}]}]}");
}

// ---- bounds

static void test_stream_keeps_pages_within_bytes(void **state)
{
    struct reader reader = reader_of(*state);
    size_t count = 0;
    // From 10 bytes to 20 KB and back.
    fill(*state, 3000, "repeat('x', case when n between 1000 and 1100 then 20000 else 10 end)");
    struct page page = call(&reader, "{" BY_ID ",\"page_bytes\":50000}");
    for (;;) {
        ASSERT_OK(page.err.status, page.err);
        assert_true(page.bytes <= 50000);
        assert_int_equal(page.count == 0 ? count : (size_t)page.first - 1, count);
        count += page.count;
        char token[96];
        memcpy(token, page.token, sizeof(token));
        drop(&page);
        if (token[0] == '\0') {
            break;
        }
        page = pull(&reader, token, "\"page_bytes\":50000");
    }
    assert_int_equal(count, 3000);
}

static struct shop *small_shop(size_t max_reply_bytes)
{
    return shop_new(&(struct rc_service_options){.max_reply_bytes = max_reply_bytes});
}

// Records that become wide all at once, more of them than a reply can have: the cursor goes
// back to what was dropped.
static void test_stream_holds_no_more_than_a_reply(void **state)
{
    struct shop *shop = small_shop(100000);
    struct reader reader = reader_of(shop);
    size_t pages = 0;
    (void)state;
    shop_empty((void **)&shop);
    fill(shop, 2000, "repeat('x', case when n > 600 then 5000 else 10 end)");
    struct page page = call(&reader, "{" BY_ID "}");
    assert_int_equal(read_rest(&reader, page, "", &pages), 2000);
    shop_free(shop);
}

// Likewise, where the plan cannot be executed backward: told, with what helps.
static void test_stream_tells_when_it_cannot_go_back(void **state)
{
    struct shop *shop = small_shop(100000);
    struct reader reader = reader_of(shop);
    static const char joined[] =
        "{" BY_ID ",\"select\":{\"id\":true,\"text\":true,\"maker\":{\"name\":true}}%s}";
    char request[256];
    size_t pages = 0;
    (void)state;
    shop_empty((void **)&shop);
    fill(shop, 2000, "repeat('x', case when n > 600 then 5000 else 10 end)");
    (void)snprintf(request, sizeof(request), joined, "");
    struct page page = call(&reader, request);
    while (page.err.status == ROWCALL_OK && page.token[0] != '\0') {
        struct page next = pull(&reader, page.token, "");
        drop(&page);
        page = next;
    }
    if (page.err.status != ROWCALL_OK) { // a nested loop; a merge join can go back
        expect_failure(page, ROWCALL_RESOURCE_EXHAUSTED, "begin anew with a small page_size");
    } else {
        drop(&page);
    }
    (void)snprintf(request, sizeof(request), joined, ",\"page_size\":10");
    assert_int_equal(read_rest(&reader, call(&reader, request), "\"page_size\":10", &pages),
                     2000);
    shop_free(shop);
}

static void test_stream_names_a_record_that_no_reply_can_have(void **state)
{
    struct shop *shop = small_shop(100000);
    struct reader reader = reader_of(shop);
    (void)state;
    shop_empty((void **)&shop);
    fill(shop, 10, "repeat('x', case when n = 8 then 200000 else 10 end)");
    struct page page = call(&reader, "{" BY_ID "}");
    ASSERT_PAGE(page, 1, 7);
    expect_failure(pull(&reader, page.token, ""), ROWCALL_RESOURCE_EXHAUSTED,
                   "record 8 of the stream is larger than a reply may be");
    expect_failure(pull(&reader, page.token, ""), ROWCALL_ABORTED, "closed already");
    drop(&page);
    shop_free(shop);
}

// ---- lost replies

static void expect_same(const struct page *a, const struct page *b)
{
    ASSERT_OK(a->err.status, a->err);
    ASSERT_OK(b->err.status, b->err);
    assert_int_equal(a->count, b->count);
    assert_string_equal(a->token, b->token);
    assert_int_equal(a->first, b->first);
    assert_int_equal(a->last, b->last);
}

static void test_stream_repeats_its_last_page(void **state)
{
    struct reader reader = reader_of(*state);
    char token[96];
    fill(*state, 250, "'note ' || n");
    struct page page = call(&reader, "{" BY_ID ",\"page_size\":100}");
    char begun[96];
    memcpy(begun, page.token, sizeof(begun));
    for (int i = 0; page.token[0] != '\0'; i++) {
        memcpy(token, page.token, sizeof(token));
        drop(&page);
        page = pull(&reader, token, "\"page_size\":100");
        struct page again = pull(&reader, token, "\"page_size\":100");
        expect_same(&page, &again);
        drop(&again);
        if (i == 1) {
            expect_failure(pull(&reader, begun, ""), ROWCALL_FAILED_PRECONDITION,
                           "page 1 is gone, page 3 is next");
        }
    }
    assert_int_equal(page.count, 0); // and the end, too, is told again
    drop(&page);
    expect_failure(pull(&reader, begun, ""), ROWCALL_ABORTED, "its last page was given");
}

// ---- mistakes

static void test_stream_refuses_what_makes_no_sense(void **state)
{
    struct reader reader = reader_of(*state);
    fill(*state, 300, "'note ' || n");
    struct page page = call(&reader, "{" BY_ID ",\"page_size\":100}");
    char text[256];
    ASSERT_PAGE(page, 1, 100);
    expect_failure(pull(&reader, "abc", ""), ROWCALL_INVALID_ARGUMENT,
                   "page_token: is not a token of this server");
    (void)snprintf(text, sizeof(text), "%sx", page.token);
    expect_failure(pull(&reader, text, ""), ROWCALL_INVALID_ARGUMENT, "page_token: is not");
    expect_failure(call(&reader, "{\"close\":true}"), ROWCALL_INVALID_ARGUMENT,
                   "close: needs the page_token");
    expect_failure(pull(&reader, "00000000000000000000000000000000.1.1", ""), ROWCALL_NOT_FOUND,
                   "no stream of this token");
    expect_failure(pull(&reader, page.token, "\"take\":5"), ROWCALL_INVALID_ARGUMENT,
                   "page_token: the stream was begun for other records");
    struct reader wrong = {.shop = *state, .method = "Maker/Stream"};
    expect_failure(pull(&wrong, page.token, ""), ROWCALL_INVALID_ARGUMENT,
                   "page_token: is of a stream of Note records");
    struct reader thief = reader;
    thief.terms.peer = 2;
    expect_failure(pull(&thief, page.token, ""), ROWCALL_NOT_FOUND, "no stream of this token");
    (void)snprintf(text, sizeof(text), "%.32s", page.token);
    struct shop_terms terms = {.transaction = text}; // its transaction is nobody's
    struct shop_reply reply = shop_call_on(*state, &terms, "Note/Count", "{}");
    ASSERT_STATUS(reply.err.status, ROWCALL_NOT_FOUND);
    (void)snprintf(text, sizeof(text), "{\"transaction\":\"%.32s\"}", page.token);
    reply = shop_call(*state, "Transactions/Commit", text);
    ASSERT_STATUS(reply.err.status, ROWCALL_NOT_FOUND);
    struct page next =
        pull(&reader, page.token, BY_ID ",\"page_size\":100"); // the same question
    ASSERT_PAGE(next, 101, 200);
    drop(&page);
    page = pull(&reader, next.token, "\"close\":true");
    ASSERT_OK(page.err.status, page.err);
    drop(&page);
    drop(&next);
}

static void test_stream_is_no_part_of_an_atomic_envelope(void **state)
{
    struct reader reader = reader_of(*state);
    reader.terms.atomic = true;
    expect_failure(call(&reader, "{}"), ROWCALL_INVALID_ARGUMENT,
                   "Note/Stream is not part of an atomic envelope");
}

static void test_stream_blames_what_was_refused(void **state)
{
    struct reader reader = {.shop = *state, .method = "Product/Stream"};
    struct page page = call(&reader, "{\"where\":{\"code\":{\"equals\":\"no uuid\"}}}");
    expect_failure(page, ROWCALL_INVALID_ARGUMENT, "where.code.equals");
    page = call(&reader, "{\"where\":{\"code\":{}}}");
    ASSERT_OK(page.err.status, page.err);
    drop(&page);
}

// ---- in a transaction

static void test_stream_is_part_of_its_transaction(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    struct reader reader = reader_of(*state);
    struct reader outside = reader;
    reader.terms.transaction = session.id;
    size_t pages = 0;
    ASSERT_DONE(
        session_call(&session, "Note/CreateMany",
                     "{\"rows\":[{\"text\":\"a\"},{\"text\":\"b\"},{\"text\":\"c\"}]}"));
    struct page page = call(&reader, "{" BY_ID ",\"page_size\":1}");
    ASSERT_PAGE(page, 1, 1);
    expect_failure(pull(&outside, page.token, ""), ROWCALL_INVALID_ARGUMENT,
                   "page_token: its stream is part of a transaction");
    // What is written meanwhile is none of the cursor's, and others may be read beside it.
    ASSERT_DONE(session_call(&session, "Note/DeleteMany", "{\"all\":true}"));
    struct page other = call(&reader, "{}");
    assert_int_equal(other.count, 0);
    drop(&other);
    char token[96];
    memcpy(token, page.token, sizeof(token));
    drop(&page);
    page = pull(&reader, token, "\"page_size\":2");
    ASSERT_PAGE(page, 2, 3);
    memcpy(token, page.token, sizeof(token));
    assert_int_equal(read_rest(&reader, page, "", &pages), 2);
    page = pull(&reader, token, ""); // the end once more
    ASSERT_OK(page.err.status, page.err);
    assert_int_equal(page.count, 0);
    drop(&page);
    ASSERT_DONE(session_commit(&session));
    expect_failure(pull(&reader, token, ""), ROWCALL_ABORTED, "committed already");
}

static void test_stream_is_closed_within_its_transaction(void **state)
{
    struct session session = session_open(*state, 1, "{" PATIENCE "}");
    struct reader reader = reader_of(*state);
    reader.terms.transaction = session.id;
    fill(*state, 10, "'note ' || n");
    for (int i = 0; i < 40; i++) { // more than may be open
        struct page page = call(&reader, "{" BY_ID ",\"page_size\":1}");
        ASSERT_PAGE(page, 1, 1);
        struct page closed = pull(&reader, page.token, "\"close\":true");
        ASSERT_OK(closed.err.status, closed.err);
        expect_failure(pull(&reader, page.token, ""), ROWCALL_ABORTED, "no such stream");
        drop(&closed);
        drop(&page);
    }
    for (int i = 0; i < 16; i++) {
        struct page page = call(&reader, "{" BY_ID ",\"page_size\":1}");
        ASSERT_PAGE(page, 1, 1);
        drop(&page);
    }
    expect_failure(call(&reader, "{" BY_ID ",\"page_size\":1}"), ROWCALL_RESOURCE_EXHAUSTED,
                   "16 streams open");
    ASSERT_DONE(session_commit(&session));
}

// ---- ends

// A service with one exclusive connection: a stream that has ended has given it back.
static struct shop *narrow_shop(uint32_t max_transaction_ms)
{
    return shop_new(&(struct rc_service_options){.exclusive_max = 1,
                                                 .max_transaction_ms = max_transaction_ms});
}

static struct page begin_long(const struct reader *reader)
{
    struct page page = call(reader, "{" BY_ID ",\"page_size\":10}");
    ASSERT_PAGE(page, 1, 10);
    return page;
}

static void test_stream_gives_its_connection_back(void **state)
{
    struct shop *shop = narrow_shop(0);
    struct reader reader = reader_of(shop);
    struct reader neighbour = reader;
    size_t pages = 0;
    (void)state;
    shop_empty((void **)&shop);
    fill(shop, 100, "'note ' || n");
    neighbour.terms.peer = 2;
    // Read to its end, closed, its client gone.
    assert_int_equal(read_rest(&reader, begin_long(&reader), "\"page_size\":10", &pages), 100);
    struct page page = begin_long(&reader);
    struct page closed = pull(&reader, page.token, "\"close\":true");
    ASSERT_OK(closed.err.status, closed.err);
    drop(&closed);
    closed = pull(&reader, page.token, "\"close\":true"); // once more
    ASSERT_OK(closed.err.status, closed.err);
    drop(&closed);
    expect_failure(pull(&reader, page.token, ""), ROWCALL_ABORTED, "closed already");
    drop(&page);
    page = begin_long(&reader);
    rc_service_peer_gone(shop->service, 1);
    drop(&page);
    page = begin_long(&neighbour);
    struct shop_call late = {"shop", "Note/Stream", "{}", 300};
    struct shop_reply reply;
    shop_calls(shop, &late, 1, false, &reply);
    ASSERT_STATUS(reply.err.status, ROWCALL_RESOURCE_EXHAUSTED);
    ASSERT_CONTAINS(reply.err.message, "had no connection");
    drop(&page); // open until the service is freed
    shop_free(shop);
}

static void test_stream_expires_when_nobody_pulls(void **state)
{
    struct shop *shop = narrow_shop(300);
    struct reader reader = reader_of(shop);
    struct reader neighbour = reader;
    (void)state;
    shop_empty((void **)&shop);
    fill(shop, 100, "'note ' || n");
    neighbour.terms.peer = 2;
    struct page page = begin_long(&reader);
    struct page next = begin_long(&neighbour); // waits until the first one has expired
    expect_failure(pull(&reader, page.token, ""), ROWCALL_ABORTED,
                   "closed because nobody pulled for 300 ms");
    drop(&page);
    drop(&next);
    shop_free(shop);
}

static void test_stream_ends_with_the_server(void **state)
{
    struct shop *shop = narrow_shop(0);
    struct reader reader = reader_of(shop);
    (void)state;
    shop_empty((void **)&shop);
    fill(shop, 100, "'note ' || n");
    struct page page = begin_long(&reader);
    rc_service_stop(shop->service);
    expect_failure(pull(&reader, page.token, ""), ROWCALL_UNAVAILABLE,
                   "the server is stopping");
    drop(&page);
    shop_free(shop); // does not wait for a pull
}

// The connection goes: so does the stream, and the next one has another.
static void test_stream_ends_with_its_connection(void **state)
{
    struct shop *shop = narrow_shop(0);
    struct reader reader = reader_of(shop);
    (void)state;
    shop_empty((void **)&shop);
    fill(shop, 100, "'note ' || n");
    struct page page = begin_long(&reader);
    shop_sql(shop,
             "select pg_terminate_backend(pid) from pg_stat_activity"
             " where application_name like '%exclusive%' and datname = current_database()");
    struct page lost = pull(&reader, page.token, "");
    assert_int_not_equal(lost.err.status, ROWCALL_OK);
    assert_int_equal(lost.err.outcome, lost.err.status == ROWCALL_ABORTED
                                           ? ROWCALL_OUTCOME_NOT_EXECUTED
                                           : ROWCALL_OUTCOME_ROLLED_BACK);
    drop(&lost);
    drop(&page);
    page = begin_long(&reader);
    drop(&page);
    shop_free(shop);
}

static void test_stream_counts_as_a_transaction(void **state)
{
    struct shop *shop = shop_new(&(struct rc_service_options){.max_peer_transactions = 1});
    struct reader reader = reader_of(shop);
    struct rc_service_stats stats;
    (void)state;
    shop_empty((void **)&shop);
    fill(shop, 100, "'note ' || n");
    struct page page = begin_long(&reader);
    rc_service_read_stats(shop->service, &stats);
    assert_int_equal(stats.transactions, 1);
    expect_failure(call(&reader, "{}"), ROWCALL_RESOURCE_EXHAUSTED, "1 transactions open");
    drop(&page);
    shop_free(shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_stream_gives_every_record_once_as_of_its_beginning,
                               shop_empty),
        cmocka_unit_test_setup(test_stream_selects_orders_and_pages_as_find_many_does,
                               shop_empty),
        cmocka_unit_test_setup(test_stream_reads_relations, shop_empty),
        cmocka_unit_test_setup(test_stream_keeps_pages_within_bytes, shop_empty),
        cmocka_unit_test(test_stream_holds_no_more_than_a_reply),
        cmocka_unit_test(test_stream_tells_when_it_cannot_go_back),
        cmocka_unit_test(test_stream_names_a_record_that_no_reply_can_have),
        cmocka_unit_test_setup(test_stream_repeats_its_last_page, shop_empty),
        cmocka_unit_test_setup(test_stream_refuses_what_makes_no_sense, shop_empty),
        cmocka_unit_test_setup(test_stream_is_no_part_of_an_atomic_envelope, shop_empty),
        cmocka_unit_test_setup(test_stream_blames_what_was_refused, shop_empty),
        cmocka_unit_test_setup(test_stream_is_part_of_its_transaction, shop_empty),
        cmocka_unit_test_setup(test_stream_is_closed_within_its_transaction, shop_empty),
        cmocka_unit_test(test_stream_gives_its_connection_back),
        cmocka_unit_test(test_stream_expires_when_nobody_pulls),
        cmocka_unit_test(test_stream_ends_with_the_server),
        cmocka_unit_test(test_stream_ends_with_its_connection),
        cmocka_unit_test(test_stream_counts_as_a_transaction),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
