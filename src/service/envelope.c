// SPDX-License-Identifier: Apache-2.0
//
// The envelope. rc_wire_check runs first: what is walked afterwards is well-formed.
#include "service/envelope.h"

#include "service/contract.h"

#include <stdio.h>

static void read_reference(struct rc_view bytes, struct rc_envelope_reference *ret)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        switch ((enum rc_reference_number)value.number) {
        case RC_REFERENCE_CALL:
            ret->call = (uint32_t)value.scalar;
            break;
        case RC_REFERENCE_FROM:
            ret->from = value.bytes;
            break;
        case RC_REFERENCE_TO:
            ret->to = value.bytes;
            break;
        }
    }
}

// Key and value of an entry of metadata.
static void read_pair(struct rc_view entry, struct rc_view ret_pair[2])
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    ret_pair[0] = ret_pair[1] = (struct rc_view){"", 0};
    rc_wire_reader_init(&reader, entry);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == 1 || value.number == 2) {
            ret_pair[value.number - 1] = value.bytes;
        }
    }
}

static void read_metadata(struct rc_view entry, struct rc_envelope_call *ret)
{
    struct rc_view pair[2];
    read_pair(entry, pair);
    if (rc_view_is(pair[0], "explain")) {
        ret->explain = pair[1].data ? pair[1] : (struct rc_view){"", 0};
    }
}

// The call's references, counted by read_call. False without memory.
static bool read_references(struct rc_envelope_call *call, struct rc_arena *arena)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t i = 0;
    if (call->reference_count == 0) {
        return true;
    }
    call->references =
        rc_arena_new_array(arena, call->reference_count, struct rc_envelope_reference);
    if (!call->references) {
        return false;
    }
    rc_wire_reader_init(&reader, call->raw);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == RC_CALL_REFERENCES) {
            read_reference(value.bytes, &call->references[i++]);
        }
    }
    return true;
}

static void read_call(struct rc_view bytes, struct rc_envelope_call *ret)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    ret->raw = bytes;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        switch ((enum rc_call_number)value.number) {
        case RC_CALL_DATABASE:
            ret->database = value.bytes;
            break;
        case RC_CALL_METHOD:
            ret->method = value.bytes;
            break;
        case RC_CALL_REQUEST:
            ret->request = value.bytes;
            break;
        case RC_CALL_TIMEOUT_MS:
            ret->timeout_ms = (uint32_t)value.scalar;
            break;
        case RC_CALL_TRANSACTION:
            ret->transaction = value.bytes;
            break;
        case RC_CALL_IDEMPOTENCY_KEY:
            ret->idempotency_key = value.bytes;
            break;
        case RC_CALL_METADATA:
            read_metadata(value.bytes, ret);
            break;
        case RC_CALL_TIMINGS:
            ret->timings = value.scalar != 0;
            break;
        case RC_CALL_REFERENCES:
            ret->reference_count++;
            break;
        }
    }
}

// False without memory.
static bool read_fields(struct rc_view bytes, struct rc_arena *arena, struct rc_envelope *ret)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t i = 0;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        switch ((enum rc_envelope_number)value.number) {
        case RC_ENVELOPE_CALLS:
            read_call(value.bytes, &ret->calls[i]);
            if (!read_references(&ret->calls[i++], arena)) {
                return false;
            }
            break;
        case RC_ENVELOPE_ATOMIC:
            ret->atomic = value.scalar != 0;
            break;
        case RC_ENVELOPE_TOKEN:
            ret->token = value.bytes;
            break;
        case RC_ENVELOPE_ISOLATION_LEVEL:
            ret->mode.isolation = (enum rc_isolation)value.scalar;
            break;
        case RC_ENVELOPE_READ_ONLY:
            ret->mode.read_only = value.scalar != 0;
            break;
        case RC_ENVELOPE_MAX_RETRIES:
            ret->max_retries = (uint32_t)value.scalar;
            break;
        case RC_ENVELOPE_ID:
            ret->id = value.scalar;
            break;
        }
    }
    return true;
}

rowcall_status rc_envelope_read(struct rc_view bytes, size_t max_calls, struct rc_arena *arena,
                                struct rc_envelope *ret_envelope, rowcall_error *err)
{
    struct rc_envelope envelope = {0};
    rowcall_status st = rc_wire_check(&rc_contract_request_envelope, bytes, NULL, err);
    if (st != ROWCALL_OK) {
        rc_error_wrap(err, "the envelope");
        return st;
    }
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        envelope.call_count += value.number == RC_ENVELOPE_CALLS;
    }
    if (envelope.call_count == 0) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "the envelope holds no calls");
    }
    if (envelope.call_count > max_calls) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                            "the envelope holds %zu calls; this server takes %zu",
                            envelope.call_count, max_calls);
    }
    envelope.calls = rc_arena_new_array(arena, envelope.call_count, struct rc_envelope_call);
    if (!envelope.calls || !read_fields(bytes, arena, &envelope)) {
        return rc_error_oom(err);
    }
    *ret_envelope = envelope;
    return ROWCALL_OK;
}

// Appends one pair; returns the new length.
static size_t print_pair(struct rc_view entry, char *text, size_t len, size_t size)
{
    struct rc_view pair[2];
    read_pair(entry, pair);
    int added = snprintf(text + len, size - len, "%s%.*s=%.*s", len > 0 ? " " : "",
                         rc_view_arg(pair[0]), rc_view_arg(pair[1]));
    return added < 0 ? len : len + (size_t)added;
}

void rc_envelope_metadata(const struct rc_envelope_call *call, char *ret_text, size_t size)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t len = 0;
    ret_text[0] = '\0';
    rc_wire_reader_init(&reader, call->raw);
    while (len < size && rc_wire_next(&reader, &value)) {
        if (value.number == RC_CALL_METADATA) {
            len = print_pair(value.bytes, ret_text, len, size);
        }
    }
}
