// SPDX-License-Identifier: Apache-2.0
//
// The envelope. rc_wire_check runs first: what is walked afterwards is well-formed.
#include "service/envelope.h"

#include "service/contract.h"

#include <stdio.h>

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
            break;
        case RC_CALL_TIMINGS:
            ret->timings = value.scalar != 0;
            break;
        }
    }
}

static void read_calls(struct rc_view bytes, struct rc_envelope *ret)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t i = 0;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == RC_ENVELOPE_CALLS) {
            read_call(value.bytes, &ret->calls[i++]);
        } else if (value.number == RC_ENVELOPE_ATOMIC) {
            ret->atomic = value.scalar != 0;
        } else if (value.number == RC_ENVELOPE_TOKEN) {
            ret->token = value.bytes;
        }
    }
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
    if (!envelope.calls) {
        return rc_error_oom(err);
    }
    read_calls(bytes, &envelope);
    *ret_envelope = envelope;
    return ROWCALL_OK;
}

// Appends one pair; returns the new length.
static size_t print_pair(struct rc_view entry, char *text, size_t len, size_t size)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_view pair[2] = {{NULL, 0}, {NULL, 0}};
    rc_wire_reader_init(&reader, entry);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == 1 || value.number == 2) {
            pair[value.number - 1] = value.bytes;
        }
    }
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
