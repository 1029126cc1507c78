// SPDX-License-Identifier: Apache-2.0
//
// Requests of streams, and their statements.
#include "service/stream_request.h"

#include "service/service_internal.h"
#include "service/transaction_table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define CURSOR "rowcall_stream_%" PRIu32

#define PAGE_BYTES ((size_t)1 << 20) // where nothing is said

// What a reply has around its records: a token, timings.
#define REPLY_ROOM ((size_t)512)

size_t rc_stream_limit(const struct rc_service *service)
{
    size_t limit = service->options.max_reply_bytes;
    return limit > 2 * REPLY_ROOM ? limit - REPLY_ROOM : limit / 2;
}

// ---- tokens

void rc_stream_token_write(const char *transaction, uint32_t number, uint64_t page,
                           char ret_token[RC_STREAM_TOKEN_SIZE])
{
    int len = snprintf(ret_token, RC_STREAM_TOKEN_SIZE, "%s.%" PRIu32 ".%" PRIu64, transaction,
                       number, page);
    assert(len > 0 && len < RC_STREAM_TOKEN_SIZE);
    (void)len;
}

// ".123", as the writer has it; *at is moved behind it.
static bool read_number(const char **at, uint64_t *ret)
{
    const char *digits = *at + 1;
    char *end = NULL;
    if (**at != '.' || *digits < '0' || *digits > '9') {
        return false;
    }
    *ret = strtoull(digits, &end, 10);
    *at = end;
    return end - digits < 20; // no overflow
}

static bool read_token(struct rc_view token, struct rc_stream_call *wish)
{
    char text[RC_STREAM_TOKEN_SIZE];
    uint64_t number = 0;
    if (token.len >= sizeof(text) || token.len < RC_TRANSACTION_ID_LEN) {
        return false;
    }
    memcpy(text, token.data, token.len);
    text[token.len] = '\0';
    const char *at = text + RC_TRANSACTION_ID_LEN;
    bool is_one = read_number(&at, &number) && number <= UINT32_MAX &&
                  read_number(&at, &wish->page) && *at == '\0';
    wish->number = (uint32_t)number;
    memcpy(wish->transaction, text, RC_TRANSACTION_ID_LEN);
    wish->transaction[RC_TRANSACTION_ID_LEN] = '\0';
    return is_one;
}

// ---- requests

static bool is_paging(uint32_t role)
{
    return role == RC_ROLE_PAGE_SIZE || role == RC_ROLE_PAGE_BYTES ||
           role == RC_ROLE_PAGE_TOKEN || role == RC_ROLE_CLOSE;
}

// FNV-1a.
static uint64_t hash_bytes(uint64_t hash, const void *data, size_t len)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

// Which records and fields are asked for, if any are: to tell a repeated question from another
// one.
static void read_question(struct rc_call *call, struct rc_stream_call *wish)
{
    const struct rc_wire_message *request =
        rc_api_request(call->database->api, call->method->model, call->method->verb);
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    wish->question = UINT64_C(14695981039346656037);
    rc_wire_reader_init(&reader, call->head->request);
    while (rc_wire_next(&reader, &value)) {
        const struct rc_wire_field *field = rc_wire_field_by_number(request, value.number);
        if (!field || is_paging(field->role)) {
            continue;
        }
        wish->asks = true;
        wish->question = hash_bytes(wish->question, &value.number, sizeof(value.number));
        if (value.type == RC_WIRE_BYTES) {
            wish->question = hash_bytes(wish->question, value.bytes.data, value.bytes.len);
        } else {
            wish->question = hash_bytes(wish->question, &value.scalar, sizeof(value.scalar));
        }
    }
}

static void read_bounds(const struct rc_call *call, struct rc_stream_call *wish)
{
    const struct rc_paging *paging = &call->prepared.paging;
    size_t limit = rc_stream_limit(call->exchange->service);
    size_t bytes = paging->bytes > 0 ? paging->bytes : PAGE_BYTES;
    wish->bounds.rows = paging->size > 0 ? paging->size : UINT32_MAX;
    wish->bounds.bytes = bytes < limit ? bytes : limit;
}

// A stream that is part of a transaction is pulled in it, any other one in none.
static rowcall_status check_transaction(struct rc_call *call, const struct rc_stream_call *wish)
{
    struct rc_view said = call->head->transaction;
    if (said.len == 0 || rc_view_is(said, wish->transaction)) {
        return ROWCALL_OK;
    }
    return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                        "page_token: its stream is not part of the call's transaction");
}

rowcall_status rc_stream_request_read(struct rc_call *call)
{
    const struct rc_paging *paging = &call->prepared.paging;
    struct rc_stream_call *wish = rc_arena_new(&call->exchange->arena, struct rc_stream_call);
    if (!wish) {
        return rc_error_oom(&call->err);
    }
    wish->declare_step = wish->fetch_step = -1;
    wish->begins = paging->token.len == 0;
    wish->closes = paging->close;
    read_bounds(call, wish);
    read_question(call, wish);
    call->stream = wish;
    if (!wish->begins) {
        if (!read_token(paging->token, wish)) {
            return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                                "page_token: is not a token of this server: give back a "
                                "reply's next_page_token");
        }
        return check_transaction(call, wish);
    }
    if (wish->closes) {
        return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                            "close: needs the page_token of the stream to close");
    }
    (void)snprintf(wish->transaction, sizeof(wish->transaction), "%.*s",
                   rc_view_arg(call->head->transaction));
    wish->number = rc_transactions_next_stream(call->exchange->service->transactions);
    return ROWCALL_OK;
}

// ---- statements

static int add_step(struct rc_stream_call *wish, const char *sql)
{
    int i = wish->step_count++;
    wish->statements[i] = (struct rc_pg_statement){.sql = sql, .sql_len = strlen(sql)};
    wish->steps[i] = (struct rc_pg_step){.statement = &wish->statements[i]};
    return i;
}

static void add_fetch(struct rc_stream_call *wish, uint64_t count)
{
    (void)snprintf(wish->fetch, sizeof(wish->fetch), "fetch forward %" PRIu64 " from " CURSOR,
                   count, wish->number);
    wish->fetch_step = add_step(wish, wish->fetch);
}

rowcall_status rc_stream_word_begin(struct rc_call *call)
{
    static const struct rc_transaction_mode mode = {RC_ISOLATION_REPEATABLE_READ, true};
    struct rc_stream_call *wish = call->stream;
    struct rc_stream_rows none = {0};
    const struct rc_pg_step *asked = &call->segment.steps[0]; // the plan's own statement
    const char *declare =
        rc_arena_printf(&call->exchange->arena, "declare " CURSOR " cursor for %s",
                        wish->number, asked->statement->sql);
    if (!declare) {
        return rc_error_oom(&call->err);
    }
    if (call->head->transaction.len == 0) {
        (void)add_step(wish, rc_transaction_mode_sql(&mode));
    }
    wish->declare_step = add_step(wish, declare);
    wish->steps[wish->declare_step].params = asked->params;
    add_fetch(wish, rc_stream_rows_wanted(&none, &wish->bounds));
    return ROWCALL_OK;
}

void rc_stream_word_pull(struct rc_stream_call *wish, uint64_t back, uint64_t forward)
{
    if (back > 0) {
        (void)snprintf(wish->move, sizeof(wish->move), "move backward %" PRIu64 " from " CURSOR,
                       back, wish->number);
        (void)add_step(wish, wish->move);
    }
    add_fetch(wish, forward);
}

void rc_stream_word_close(struct rc_stream_call *wish)
{
    (void)snprintf(wish->move, sizeof(wish->move), "close " CURSOR, wish->number);
    (void)add_step(wish, wish->move);
}
