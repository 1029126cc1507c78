// SPDX-License-Identifier: Apache-2.0
//
// Streams, from a call's request to its page.
#include "service/stream.h"

#include "base/clock.h"
#include "service/blame.h"
#include "service/errors.h"
#include "service/service_internal.h"
#include "service/stream_request.h"
#include "service/transaction.h"
#include "wire/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

// ---- pages

static uint32_t number_of(const struct rc_wire_message *message, enum rc_api_role role)
{
    for (size_t i = 0; i < message->field_count; i++) {
        if (message->fields[i].role == role) {
            return message->fields[i].number;
        }
    }
    return 0;
}

// Whether the page given last ended the stream.
static bool is_over(const struct rc_stream *stream)
{
    const struct rc_stream_rows *rows = &stream->rows;
    bool has_more = rows->count > 0 || !rc_stream_rows_are_all(rows);
    return !has_more && (stream->pages == 1 || rc_stream_rows_page(rows).len == 0);
}

// The page given last, into the reply.
static void put_page(struct rc_call *call, const struct rc_stream *stream,
                     const struct rc_wire_message *response)
{
    rc_buf_append_view(call->reply.out, rc_stream_rows_page(&stream->rows));
    if (!is_over(stream)) {
        char token[RC_STREAM_TOKEN_SIZE];
        rc_stream_token_write(call->stream->transaction, stream->number, stream->pages, token);
        rc_wire_put_text(call->reply.out, number_of(response, RC_ROLE_NEXT_PAGE_TOKEN), token);
    }
}

// The next page, of what is there.
static rowcall_status give_page(struct rc_call *call, struct rc_stream *stream,
                                const struct rc_wire_message *response)
{
    struct rc_stream_rows *rows = &stream->rows;
    if (rows->bytes.broken) {
        return rc_error_oom(&call->err);
    }
    if (rc_stream_rows_are_stuck(rows)) {
        return rc_error_set(&call->err, ROWCALL_RESOURCE_EXHAUSTED,
                            "record %" PRIu64 " of the stream is larger than a reply may be "
                            "(%zu bytes): leave out fields with select",
                            rows->passed + 1, rows->limit);
    }
    rc_stream_rows_cut(rows, &call->stream->bounds);
    stream->pages++;
    put_page(call, stream, response);
    return ROWCALL_OK;
}

// ---- results

// One record: encoded at the end of the reply, where its limit is, and moved.
static void add_record(struct rc_call *call, const struct rc_pg_result *result, int record)
{
    struct rc_stream_rows *rows = &call->stream->stream->rows;
    struct rc_buf *out = call->reply.out;
    size_t mark = out->len;
    if (rows->dropped > 0) { // so will this one be
        rc_stream_rows_add(rows, (struct rc_view){NULL, 0}, false);
    } else if (rc_answer_add_record(&call->answer, 0, result, record, 0, &call->err) !=
               ROWCALL_OK) {
        return;
    } else if (out->broken) {
        rc_stream_rows_add(rows, (struct rc_view){NULL, 0}, true);
        rc_reply_begin(&call->reply, out);
    } else {
        rc_stream_rows_add(rows, (struct rc_view){out->data + mark, out->len - mark}, false);
        rc_buf_truncate(out, mark);
    }
}

static void on_result(struct rc_pg_segment *segment, int step,
                      const struct rc_pg_result *result)
{
    struct rc_call *call = segment->user;
    if (step != call->stream->fetch_step || call->err.status != ROWCALL_OK) {
        return;
    }
    const struct rc_plan_statement *statement = call->answer.prepared->steps[0].statement;
    if ((size_t)rc_pg_result_column_count(result) != statement->width) {
        rc_error_set(&call->err, ROWCALL_INTERNAL, "a result that is not as planned");
        return;
    }
    int records = rc_pg_result_row_count(result);
    for (int i = 0; i < records && call->err.status == ROWCALL_OK; i++) {
        add_record(call, result, i);
    }
}

// Those that no page has room for are counted, too.
static bool on_row(struct rc_pg_segment *segment, int step, const struct rc_pg_result *result)
{
    const struct rc_call *call = segment->user;
    on_result(segment, step, result);
    return call->err.status == ROWCALL_OK;
}

void rc_stream_restart(struct rc_call *call)
{
    rc_stream_rows_restart(&call->stream->stream->rows);
    call->err = (rowcall_error){0};
    rc_reply_begin(&call->reply, call->reply.out);
}

static void restart(struct rc_pg_segment *segment)
{
    rc_stream_restart(segment->user);
}

static void describe(struct rc_call *call, const struct rc_pg_error *error)
{
    const struct rc_stream_call *wish = call->stream;
    struct rc_pg_error own = *error;
    own.step = wish->begins && error->step >= wish->declare_step ? 0 : -1;
    rc_error_from_pg(&own, call->method->model, &call->err);
    if (own.step == 0) {
        rc_blame_values(&call->prepared, &own, &call->err);
    } else if (rc_pg_error_is(error, "55000")) { // of MOVE: the cursor cannot go back
        call->err = (rowcall_error){0};
        rc_error_set(&call->err, ROWCALL_RESOURCE_EXHAUSTED,
                     "behind record %" PRIu64 " of the stream records are suddenly so large "
                     "that %" PRIu64 " of them are more than a reply may be (%zu bytes): begin "
                     "anew with a small page_size",
                     wish->stream->rows.passed, wish->stream->rows.asked,
                     wish->stream->rows.limit);
    }
}

rowcall_status rc_stream_conclude(struct rc_call *call, const struct rc_pg_error *error)
{
    struct rc_stream_call *wish = call->stream;
    call->done_us = rc_clock_now_us();
    if (error) {
        rowcall_error first = call->err;
        describe(call, error);
        call->err = first.status == ROWCALL_OK ? call->err : first;
    } else if (call->err.status == ROWCALL_OK && !wish->closes) {
        (void)give_page(call, wish->stream, call->answer.prepared->plan->response); // in err
    }
    if (call->err.status != ROWCALL_OK) {
        call->err.outcome = ROWCALL_OUTCOME_ROLLED_BACK;
    }
    call->concluded = call->err.status == ROWCALL_OK;
    return call->err.status;
}

// ---- within transactions

static void free_stream(struct rc_stream *stream)
{
    rc_stream_rows_fini(&stream->rows);
    rc_prepared_fini(&stream->prepared);
    free(stream);
}

void rc_streams_free(struct rc_stream *streams)
{
    while (streams) {
        struct rc_stream *next = streams->next;
        free_stream(streams);
        streams = next;
    }
}

static void remove_stream(struct rc_transaction *transaction, struct rc_stream *stream)
{
    struct rc_stream **at = &transaction->streams;
    while (*at != stream) {
        at = &(*at)->next;
    }
    *at = stream->next;
    free_stream(stream);
}

// Lets go of those that are over and were kept for a last page that may be asked for again; how
// many there are then.
static size_t drop_ended(struct rc_transaction *transaction)
{
    size_t count = 0;
    struct rc_stream *next = NULL;
    for (struct rc_stream *at = transaction->streams; at; at = next) {
        next = at->next;
        if (!at->busy && is_over(at)) {
            remove_stream(transaction, at);
        } else {
            count++;
        }
    }
    return count;
}

static rowcall_status refuse(struct rc_call *call, rowcall_status st)
{
    call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    return st;
}

rowcall_status rc_stream_add(struct rc_transaction *transaction, struct rc_call *call)
{
    struct rc_stream_call *wish = call->stream;
    size_t count = drop_ended(transaction);
    if (count >= RC_STREAMS_MAX) {
        return refuse(call, rc_error_set(&call->err, ROWCALL_RESOURCE_EXHAUSTED,
                                         "the transaction has %zu streams open, and may not "
                                         "have more: close one first",
                                         count));
    }
    struct rc_stream *stream = calloc(1, sizeof(*stream));
    if (!stream) {
        return refuse(call, rc_error_oom(&call->err));
    }
    rc_stream_rows_init(&stream->rows, rc_stream_limit(call->exchange->service));
    rc_stream_rows_begin(&stream->rows, rc_stream_rows_wanted(&stream->rows, &wish->bounds));
    stream->number = wish->number;
    stream->question = wish->question;
    stream->busy = true;
    stream->next = transaction->streams;
    transaction->streams = stream;
    wish->stream = stream;
    return ROWCALL_OK;
}

// The stream is over, one way or the other, and with it what was begun for it.
static void end_stream(struct rc_transaction *transaction, struct rc_stream *stream,
                       bool is_complete)
{
    if (!transaction->entry.is_stream) {
        if (!is_complete || stream->pages == 1) {
            remove_stream(transaction, stream);
        }
        return;
    }
    transaction->entry.pages = stream->pages;
    rc_transaction_end(transaction,
                       is_complete ? RC_TRANSACTION_COMMITTED : RC_TRANSACTION_ROLLED_BACK);
}

// A stream may be idle for so long from `since_us` on.
static void renew(struct rc_transaction *transaction, int64_t since_us)
{
    if (transaction->entry.is_stream && transaction->end == RC_TRANSACTION_OPEN) {
        transaction->expires_us = since_us + (int64_t)transaction->entry.timeout_ms * 1000;
        rc_pg_timer_set(transaction->owner->options.timers, &transaction->timer,
                        transaction->expires_us);
    }
}

void rc_stream_leave(struct rc_transaction *transaction, struct rc_call *call)
{
    struct rc_stream_call *wish = call->stream;
    struct rc_stream *stream = wish->stream;
    if (!stream) {
        return;
    }
    wish->stream = NULL;
    stream->busy = false;
    bool failed = call->err.status != ROWCALL_OK;
    if (wish->begins && !failed) { // the plan stays; the values were the cursor's
        stream->step.statement = call->prepared.steps[0].statement;
        stream->prepared = (struct rc_prepared){
            .plan = call->prepared.plan, .steps = &stream->step, .step_count = 1};
        call->prepared = (struct rc_prepared){0};
    }
    if (failed || wish->closes) {
        end_stream(transaction, stream, false);
    } else if (is_over(stream)) {
        end_stream(transaction, stream, true);
    } else {
        renew(transaction, rc_clock_now_us());
    }
}

static struct rc_stream *find(const struct rc_transaction *transaction, uint32_t number)
{
    struct rc_stream *stream = transaction->streams;
    while (stream && stream->number != number) {
        stream = stream->next;
    }
    return stream;
}

// Whether the call may have what it wants of the stream.
static rowcall_status check(struct rc_call *call, const struct rc_stream *stream)
{
    const struct rc_stream_call *wish = call->stream;
    rowcall_error *err = &call->err;
    if (!stream) {
        return rc_error_set(err, ROWCALL_ABORTED,
                            "page_token: the transaction has no such stream any more");
    }
    if (stream->busy) {
        return rc_error_set(err, ROWCALL_ABORTED,
                            "page_token: the stream is being pulled already: wait for that "
                            "page");
    }
    const struct rc_model *model = stream->prepared.plan->model;
    if (model != call->method->model) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "page_token: is of a stream of %s records", model->entity->name);
    }
    if (wish->asks && wish->question != stream->question) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "page_token: the stream was begun for other records or fields: "
                            "leave them out, or say the same");
    }
    if (!wish->closes && wish->page != stream->pages && wish->page + 1 != stream->pages) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "page_token: page %" PRIu64 " is gone, page %" PRIu64 " is next",
                            wish->page, stream->pages);
    }
    return ROWCALL_OK;
}

static void take_stream(struct rc_transaction *transaction, struct rc_call *call,
                        struct rc_stream *stream)
{
    call->stream->stream = stream;
    stream->busy = true;
    renew(transaction, call->deadline_us);
}

// Pulls what is next, from memory if it is there.
static void pull(struct rc_transaction *transaction, struct rc_call *call,
                 struct rc_stream *stream)
{
    struct rc_stream_call *wish = call->stream;
    const struct rc_wire_message *response = stream->prepared.plan->response;
    uint64_t wanted = rc_stream_rows_wanted(&stream->rows, &wish->bounds);
    call->answered = wish->page + 1 == stream->pages || wanted == 0;
    if (wish->page + 1 == stream->pages) {
        put_page(call, stream, response);
    } else if (wanted == 0) {
        (void)give_page(call, stream, response); // kept in call->err
        if (is_over(stream)) {
            end_stream(transaction, stream, true);
            return;
        }
    } else {
        rc_stream_word_pull(wish, rc_stream_rows_behind(&stream->rows), wanted);
        rc_stream_rows_begin(&stream->rows, wanted);
        rc_answer_init(&call->answer, &stream->prepared, call->reply.out);
        take_stream(transaction, call, stream);
        return;
    }
    renew(transaction, rc_clock_now_us());
}

static void close_stream(struct rc_transaction *transaction, struct rc_call *call,
                         struct rc_stream *stream)
{
    if (transaction->entry.is_stream) {
        call->answered = true;
        end_stream(transaction, stream, false);
    } else {
        rc_stream_word_close(call->stream);
        take_stream(transaction, call, stream);
    }
}

// Makes what was worded the call's segment. Rows are handed over as they come: what a fetch
// brings is known when it is there.
static void make_segment(struct rc_call *call)
{
    if (call->stream->fetch_step >= 0) {
        call->stream->steps[call->stream->fetch_step].by_row = true;
    }
    call->segment = (struct rc_pg_segment){.steps = call->stream->steps,
                                           .step_count = call->stream->step_count,
                                           .deadline_us = call->deadline_us,
                                           .on_result = on_result,
                                           .on_row = on_row,
                                           .on_restart = restart,
                                           .user = call};
}

rowcall_status rc_stream_enter(struct rc_transaction *transaction, struct rc_call *call)
{
    struct rc_stream_call *wish = call->stream;
    if (wish->begins) {
        return rc_stream_add(transaction, call);
    }
    struct rc_stream *stream = find(transaction, wish->number);
    rowcall_status st = check(call, stream);
    if (st != ROWCALL_OK) {
        return refuse(call, st);
    }
    if (wish->closes) {
        close_stream(transaction, call, stream);
    } else {
        pull(transaction, call, stream);
    }
    make_segment(call);
    return call->err.status;
}

void rc_stream_enter_ended(struct rc_call *call)
{
    const struct rc_stream_call *wish = call->stream;
    uint64_t pages = 0;
    if (!wish->begins &&
        rc_transaction_table_had_stream(&call->exchange->service->transactions->table,
                                        rc_view_of(wish->transaction),
                                        call->exchange->request.peer, &pages) &&
        (wish->closes || pages == wish->page + 1)) {
        call->err = (rowcall_error){0};
        call->answered = true;
    } else if (call->err.status == ROWCALL_NOT_FOUND && call->head->transaction.len == 0) {
        rc_transaction_refuse(
            &call->err, ROWCALL_NOT_FOUND,
            "page_token: no stream of this token was begun on this connection");
    }
}

// ---- the beginning

void rc_stream_start(struct rc_call *call)
{
    rowcall_status st = rc_stream_request_read(call);
    if (st == ROWCALL_OK && call->stream->begins) {
        st = rc_stream_word_begin(call);
        make_segment(call);
    }
    if (st != ROWCALL_OK) {
        call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        rc_call_finish(call);
    } else if (call->stream->begins && call->head->transaction.len == 0) {
        rc_transactions_begin_stream(call);
    } else {
        rc_transactions_run(call);
    }
}
