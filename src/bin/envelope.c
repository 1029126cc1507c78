// SPDX-License-Identifier: Apache-2.0
//
// Writing a call, reading its answer: field by field, by the numbers of the contract.
#include "bin/envelope.h"

#include "service/contract.h"
#include "wire/reader.h"
#include "wire/writer.h"

#include <stdio.h>
#include <string.h>

static void put_reference(const struct rc_shell_reference *reference, struct rc_buf *out)
{
    size_t mark = rc_wire_begin(out, RC_CALL_REFERENCES);
    rc_wire_put_uint(out, RC_REFERENCE_CALL, reference->source);
    rc_wire_put_text(out, RC_REFERENCE_FROM, reference->from);
    rc_wire_put_text(out, RC_REFERENCE_TO, reference->to);
    rc_wire_end(out, mark);
}

static void put_explain(const char *explain, struct rc_buf *out)
{
    enum { KEY = 1, VALUE = 2 };
    size_t entry = rc_wire_begin(out, RC_CALL_METADATA);
    rc_wire_put_text(out, KEY, "explain");
    rc_wire_put_text(out, VALUE, explain);
    rc_wire_end(out, entry);
}

// Call number `index` of a batch.
static void put_call(const struct rc_shell_batch *batch, size_t index, struct rc_buf *out)
{
    const struct rc_shell_call *call = &batch->calls[index];
    size_t mark = rc_wire_begin(out, RC_ENVELOPE_CALLS);
    if (call->database && *call->database) {
        rc_wire_put_text(out, RC_CALL_DATABASE, call->database);
    }
    rc_wire_put_text(out, RC_CALL_METHOD, call->method);
    rc_wire_put_bytes(out, RC_CALL_REQUEST, call->request);
    if (call->timeout_ms) {
        rc_wire_put_uint(out, RC_CALL_TIMEOUT_MS, call->timeout_ms);
    }
    if (call->timings) {
        rc_wire_put_uint(out, RC_CALL_TIMINGS, 1);
    }
    if (call->explain) {
        put_explain(call->explain, out);
    }
    for (size_t i = 0; i < batch->reference_count; i++) {
        if (batch->references[i].call == index) {
            put_reference(&batch->references[i], out);
        }
    }
    rc_wire_end(out, mark);
}

void rc_shell_batch_write(const struct rc_shell_batch *batch, struct rc_buf *ret_envelope)
{
    for (size_t i = 0; i < batch->count; i++) {
        put_call(batch, i, ret_envelope);
    }
    if (batch->atomic) {
        rc_wire_put_uint(ret_envelope, RC_ENVELOPE_ATOMIC, 1);
    }
    const char *token = batch->calls[0].token;
    if (token && *token) {
        rc_wire_put_text(ret_envelope, RC_ENVELOPE_TOKEN, token);
    }
    if (batch->isolation) {
        rc_wire_put_uint(ret_envelope, RC_ENVELOPE_ISOLATION_LEVEL, batch->isolation);
    }
    if (batch->read_only) {
        rc_wire_put_uint(ret_envelope, RC_ENVELOPE_READ_ONLY, 1);
    }
    if (batch->max_retries) {
        rc_wire_put_uint(ret_envelope, RC_ENVELOPE_MAX_RETRIES, batch->max_retries);
    }
}

void rc_shell_call_write(const struct rc_shell_call *call, struct rc_buf *ret_envelope)
{
    rc_shell_batch_write(&(struct rc_shell_batch){.calls = call, .count = 1}, ret_envelope);
}

static void copy_text(char *ret_text, size_t size, struct rc_view text)
{
    snprintf(ret_text, size, "%.*s", rc_view_arg(text));
}

// Appends one more name to the comma-separated list of fields.
static void add_field(char *fields, size_t size, struct rc_view name)
{
    size_t len = strlen(fields);
    snprintf(fields + len, size - len, "%s%.*s", len ? "," : "", rc_view_arg(name));
}

// Whether a field of Status has the wire type that the contract gives it.
static bool is_status_type(const struct rc_wire_value *value)
{
    bool number = value->number == RC_STATUS_CODE || value->number == RC_STATUS_OUTCOME;
    return value->number > RC_STATUS_OUTCOME ||
           value->type == (number ? RC_WIRE_VARINT : RC_WIRE_BYTES);
}

static bool read_status(struct rc_view bytes, rowcall_error *ret_error)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (!is_status_type(&value)) {
            return false;
        }
        switch (value.number) {
        case RC_STATUS_CODE: // a code that we do not know is still a failure
            ret_error->status = value.scalar <= ROWCALL_UNAUTHENTICATED
                                    ? (rowcall_status)value.scalar
                                    : ROWCALL_UNKNOWN;
            break;
        case RC_STATUS_REASON:
            copy_text(ret_error->reason, sizeof ret_error->reason, value.bytes);
            break;
        case RC_STATUS_MESSAGE:
            copy_text(ret_error->message, sizeof ret_error->message, value.bytes);
            break;
        case RC_STATUS_SQLSTATE:
            copy_text(ret_error->sqlstate, sizeof ret_error->sqlstate, value.bytes);
            break;
        case RC_STATUS_ENTITY:
            copy_text(ret_error->entity, sizeof ret_error->entity, value.bytes);
            break;
        case RC_STATUS_FIELDS:
            add_field(ret_error->fields, sizeof ret_error->fields, value.bytes);
            break;
        case RC_STATUS_CONSTRAINT:
            copy_text(ret_error->constraint, sizeof ret_error->constraint, value.bytes);
            break;
        case RC_STATUS_OUTCOME:
            ret_error->outcome = value.scalar <= ROWCALL_OUTCOME_UNKNOWN
                                     ? (rowcall_outcome)value.scalar
                                     : ROWCALL_OUTCOME_UNKNOWN;
            break;
        default: // a newer server's
            break;
        }
    }
    return !reader.broken;
}

static bool read_timings(struct rc_view bytes, struct rc_shell_answer *ret_answer)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    rc_wire_reader_init(&reader, bytes);
    ret_answer->has_timings = true;
    while (rc_wire_next(&reader, &value)) {
        if (value.number <= RC_TIMINGS_TOTAL_US && value.type != RC_WIRE_VARINT) {
            return false;
        }
        if (value.number == RC_TIMINGS_QUEUE_US) {
            ret_answer->queue_us = value.scalar;
        } else if (value.number == RC_TIMINGS_DATABASE_US) {
            ret_answer->database_us = value.scalar;
        } else if (value.number == RC_TIMINGS_TOTAL_US) {
            ret_answer->total_us = value.scalar;
        }
    }
    return !reader.broken;
}

bool rc_shell_reply_read(struct rc_view bytes, struct rc_shell_answer *ret_answer)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    bool good = true;
    *ret_answer = (struct rc_shell_answer){0};
    rc_wire_reader_init(&reader, bytes);
    while (good && rc_wire_next(&reader, &value)) {
        if (value.number <= RC_REPLY_EXPLAIN && value.type != RC_WIRE_BYTES) {
            good = false;
        } else if (value.number == RC_REPLY_STATUS) {
            good = read_status(value.bytes, &ret_answer->error);
        } else if (value.number == RC_REPLY_RESPONSE) {
            ret_answer->response = value.bytes;
        } else if (value.number == RC_REPLY_TIMINGS) {
            good = read_timings(value.bytes, ret_answer);
        } else if (value.number == RC_REPLY_EXPLAIN) {
            ret_answer->explain = value.bytes;
            ret_answer->has_explain = true;
        }
    }
    return good && !reader.broken;
}

// The replies there are, those behind `count` read over; false when the bytes are no replies.
static bool read_replies(struct rc_view envelope, struct rc_shell_answer *answers, size_t count,
                         size_t *ret_replies)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    size_t replies = 0;
    bool good = true;
    rc_wire_reader_init(&reader, envelope);
    while (good && rc_wire_next(&reader, &value)) {
        if (value.number == RC_REPLY_ENVELOPE_REPLIES) {
            struct rc_shell_answer beyond = {0};
            struct rc_shell_answer *answer = replies < count ? &answers[replies] : &beyond;
            replies++;
            good = value.type == RC_WIRE_BYTES && rc_shell_reply_read(value.bytes, answer);
        }
    }
    *ret_replies = replies;
    return good && !reader.broken;
}

rowcall_status rc_shell_answers_read(struct rc_view envelope, struct rc_shell_answer *answers,
                                     size_t count, rowcall_error *err)
{
    size_t replies = 0;
    for (size_t i = 0; i < count; i++) {
        answers[i] = (struct rc_shell_answer){0};
    }
    bool good = read_replies(envelope, answers, count, &replies);
    if (good && replies == 1 && answers[0].error.status != ROWCALL_OK) {
        for (size_t i = 1; i < count; i++) {
            answers[i].error = answers[0].error;
        }
        return ROWCALL_OK;
    }
    if (!good || replies != count) {
        return rc_error_set(err, ROWCALL_INTERNAL,
                            "these %zu bytes are not a reply envelope of %s", envelope.len,
                            count == 1 ? "one call" : "so many calls");
    }
    return ROWCALL_OK;
}

rowcall_status rc_shell_answer_read(struct rc_view envelope, struct rc_shell_answer *ret_answer,
                                    rowcall_error *err)
{
    return rc_shell_answers_read(envelope, ret_answer, 1, err);
}

static void put_text(struct rc_buf *buf, uint32_t number, const char *text)
{
    if (*text) {
        rc_wire_put_text(buf, number, text);
    }
}

void rc_shell_status_write(const rowcall_error *error, struct rc_buf *ret_status)
{
    rc_wire_put_uint(ret_status, RC_STATUS_CODE, (uint64_t)error->status);
    put_text(ret_status, RC_STATUS_REASON, error->reason);
    put_text(ret_status, RC_STATUS_MESSAGE, error->message);
    put_text(ret_status, RC_STATUS_SQLSTATE, error->sqlstate);
    put_text(ret_status, RC_STATUS_ENTITY, error->entity);
    for (const char *at = error->fields; *at;) {
        size_t len = strcspn(at, ",");
        rc_wire_put_bytes(ret_status, RC_STATUS_FIELDS, (struct rc_view){at, len});
        at += len + (at[len] == ',');
    }
    put_text(ret_status, RC_STATUS_CONSTRAINT, error->constraint);
    if (error->outcome != ROWCALL_OUTCOME_UNSPECIFIED) {
        rc_wire_put_uint(ret_status, RC_STATUS_OUTCOME, (uint64_t)error->outcome);
    }
}
