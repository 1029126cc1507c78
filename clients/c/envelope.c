// SPDX-License-Identifier: Apache-2.0
//
// Writing request envelopes and reading reply envelopes, field by field.
#include "envelope.h"

#include "wire/writer.h"

#include <stdio.h>

enum {
    ENVELOPE_CALLS = 1,
    ENVELOPE_ATOMIC = 2,
    ENVELOPE_TOKEN = 3,
    ENVELOPE_ISOLATION_LEVEL = 4,
    ENVELOPE_READ_ONLY = 5,
    ENVELOPE_MAX_RETRIES = 6,
    ENVELOPE_ID = 7,
    CALL_DATABASE = 1,
    CALL_METHOD = 2,
    CALL_REQUEST = 3,
    CALL_TIMEOUT_MS = 4,
    CALL_TRANSACTION = 5,
    CALL_IDEMPOTENCY_KEY = 6,
    CALL_REFERENCES = 9,
    REFERENCE_CALL = 1,
    REFERENCE_FROM = 2,
    REFERENCE_TO = 3,
    ENVELOPE_REPLIES = 1,
    REPLY_STATUS = 1,
    REPLY_RESPONSE = 2,
    REPLY_KEPT = 5,
    COLLECT_ENVELOPE = 1,
    COLLECT_KNOWN = 2,
    COLLECT_REPLIES = 1,
    COLLECTED_REPLY = 1,
    COLLECTED_CALL = 2,
    STATUS_CODE = 1,
    STATUS_REASON = 2,
    STATUS_MESSAGE = 3,
    STATUS_SQLSTATE = 4,
    STATUS_ENTITY = 5,
    STATUS_FIELDS = 6,
    STATUS_CONSTRAINT = 7,
    STATUS_OUTCOME = 8
};

static void put_request(struct rc_buf *out, const ProtobufCMessage *request)
{
    size_t len = protobuf_c_message_get_packed_size(request);
    rc_wire_put_tag(out, CALL_REQUEST, RC_WIRE_BYTES);
    rc_wire_put_varint(out, len);
    char *room = rc_buf_extend(out, len);
    if (room) {
        protobuf_c_message_pack(request, (uint8_t *)room);
    }
}

rowcall_status rc_envelope_put_call(struct rc_buf *out, const rowcall_handle *handle,
                                    const rowcall_method *method,
                                    const ProtobufCMessage *request,
                                    const rowcall_call_options *options, uint32_t timeout_ms,
                                    rowcall_error *err)
{
    if (!request || request->descriptor != method->request) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "the request of %s has to be a %s, made by its macro", method->name,
                            method->request->name);
    }
    rc_wire_put_text(out, CALL_DATABASE, handle->database);
    rc_wire_put_text(out, CALL_METHOD, method->name);
    put_request(out, request);
    if (timeout_ms) {
        rc_wire_put_uint(out, CALL_TIMEOUT_MS, timeout_ms);
    }
    if (handle->transaction[0] != '\0') {
        rc_wire_put_text(out, CALL_TRANSACTION, handle->transaction);
    }
    if (options && options->idempotency_key) {
        rc_wire_put_text(out, CALL_IDEMPOTENCY_KEY, options->idempotency_key);
    }
    return ROWCALL_OK;
}

rowcall_status rc_envelope_add_call(struct rc_buf *out, const rowcall_handle *handle,
                                    const rowcall_method *method,
                                    const ProtobufCMessage *request,
                                    const rowcall_call_options *options, uint32_t timeout_ms,
                                    rowcall_error *err)
{
    size_t mark = rc_wire_begin(out, ENVELOPE_CALLS);
    rowcall_status st =
        rc_envelope_put_call(out, handle, method, request, options, timeout_ms, err);
    rc_wire_end(out, mark);
    return st;
}

void rc_envelope_put_reference(struct rc_buf *out, size_t call, const char *from,
                               const char *to)
{
    size_t mark = rc_wire_begin(out, CALL_REFERENCES);
    rc_wire_put_uint(out, REFERENCE_CALL, call);
    rc_wire_put_text(out, REFERENCE_FROM, from);
    rc_wire_put_text(out, REFERENCE_TO, to);
    rc_wire_end(out, mark);
}

void rc_envelope_frame_call(struct rc_buf *out, struct rc_view call)
{
    rc_wire_put_bytes(out, ENVELOPE_CALLS, call);
}

void rc_envelope_frame_timed(struct rc_buf *out, struct rc_view call, uint32_t timeout_ms)
{
    size_t mark = rc_wire_begin(out, ENVELOPE_CALLS);
    rc_buf_append_view(out, call);
    if (timeout_ms) {
        rc_wire_put_uint(out, CALL_TIMEOUT_MS, timeout_ms);
    }
    rc_wire_end(out, mark);
}

void rc_envelope_add_own(struct rc_buf *out, const char *database, const char *method,
                         struct rc_view request, uint32_t timeout_ms)
{
    size_t mark = rc_wire_begin(out, ENVELOPE_CALLS);
    rc_wire_put_text(out, CALL_DATABASE, database);
    rc_wire_put_text(out, CALL_METHOD, method);
    rc_wire_put_bytes(out, CALL_REQUEST, request);
    rc_wire_put_uint(out, CALL_TIMEOUT_MS, timeout_ms);
    rc_wire_end(out, mark);
}

void rc_envelope_set_atomic(struct rc_buf *out, const rowcall_batch_options *options)
{
    rc_wire_put_uint(out, ENVELOPE_ATOMIC, 1);
    if (options && options->isolation != ROWCALL_ISOLATION_DEFAULT) {
        rc_wire_put_uint(out, ENVELOPE_ISOLATION_LEVEL, (uint64_t)options->isolation);
    }
    if (options && options->read_only) {
        rc_wire_put_uint(out, ENVELOPE_READ_ONLY, 1);
    }
    if (options && options->max_retries) {
        rc_wire_put_uint(out, ENVELOPE_MAX_RETRIES, options->max_retries);
    }
}

void rc_envelope_put_id(struct rc_buf *out, uint64_t id)
{
    rc_wire_put_uint(out, ENVELOPE_ID, id);
}

void rc_envelope_add_collect(struct rc_buf *out, uint64_t id, const bool *known, size_t count,
                             uint32_t timeout_ms)
{
    struct rc_buf request = {0};
    rc_wire_put_uint(&request, COLLECT_ENVELOPE, id);
    for (size_t i = 0; i < count; i++) {
        if (known[i]) {
            rc_wire_put_uint(&request, COLLECT_KNOWN, i);
        }
    }
    rc_envelope_add_own(out, "", "Replies/Collect", rc_buf_view(&request), timeout_ms);
    out->broken = out->broken || request.broken;
    rc_buf_fini(&request);
}

void rc_envelope_finish(struct rc_buf *out, const char *token)
{
    if (token && *token) {
        rc_wire_put_text(out, ENVELOPE_TOKEN, token);
    }
}

// ---- replies

// Cut between characters when it is too long.
static void copy_text(char *to, size_t size, struct rc_view text)
{
    size_t len = text.len < size ? text.len : size - 1;
    while (len < text.len && len > 0 && ((unsigned char)text.data[len] & 0xC0) == 0x80) {
        len--;
    }
    snprintf(to, size, "%.*s", (int)len, text.data);
}

static void append_field(rowcall_error *result, struct rc_view name)
{
    size_t used = strlen(result->fields);
    snprintf(result->fields + used, sizeof result->fields - used, "%s%.*s", used ? "," : "",
             rc_view_arg(name));
}

// A code of a newer server is an error that we have no name for.
static rowcall_status status_of(uint64_t code)
{
    return code <= ROWCALL_UNAUTHENTICATED ? (rowcall_status)code : ROWCALL_UNKNOWN;
}

static rowcall_outcome outcome_of(uint64_t number)
{
    return number <= ROWCALL_OUTCOME_UNKNOWN ? (rowcall_outcome)number
                                             : ROWCALL_OUTCOME_UNKNOWN;
}

// False when the field is there with a type that it does not have.
static bool take_status_number(rowcall_error *result, const struct rc_wire_value *value)
{
    if (value->type != RC_WIRE_VARINT) {
        return false;
    }
    if (value->number == STATUS_CODE) {
        result->status = status_of(value->scalar);
    } else {
        result->outcome = outcome_of(value->scalar);
    }
    return true;
}

static bool take_status_text(rowcall_error *result, const struct rc_wire_value *value)
{
    if (value->type != RC_WIRE_BYTES) {
        return false;
    }
    switch (value->number) {
    case STATUS_REASON:
        copy_text(result->reason, sizeof result->reason, value->bytes);
        break;
    case STATUS_MESSAGE:
        copy_text(result->message, sizeof result->message, value->bytes);
        break;
    case STATUS_SQLSTATE:
        copy_text(result->sqlstate, sizeof result->sqlstate, value->bytes);
        break;
    case STATUS_ENTITY:
        copy_text(result->entity, sizeof result->entity, value->bytes);
        break;
    case STATUS_FIELDS:
        append_field(result, value->bytes);
        break;
    case STATUS_CONSTRAINT:
        copy_text(result->constraint, sizeof result->constraint, value->bytes);
        break;
    default:
        break;
    }
    return true;
}

static bool take_status_field(rowcall_error *result, const struct rc_wire_value *value)
{
    if (value->number == STATUS_CODE || value->number == STATUS_OUTCOME) {
        return take_status_number(result, value);
    }
    bool is_known = value->number >= STATUS_REASON && value->number <= STATUS_CONSTRAINT;
    return !is_known || take_status_text(result, value); // the rest is of a newer server
}

static bool read_status(struct rc_view bytes, rowcall_error *result)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, bytes);
    bool is_whole = true;
    while (is_whole && rc_wire_next(&reader, &value)) {
        is_whole = take_status_field(result, &value);
    }
    return is_whole && !reader.broken;
}

bool rc_envelope_read_reply(struct rc_view bytes, rowcall_error *result,
                            struct rc_envelope_reply *ret_reply)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    bool is_whole = true;
    result->status = ROWCALL_OK;
    *ret_reply = (struct rc_envelope_reply){0};
    rc_wire_reader_init(&reader, bytes);
    while (is_whole && rc_wire_next(&reader, &value)) {
        if (value.number == REPLY_STATUS && value.type == RC_WIRE_BYTES) {
            *result = (rowcall_error){0};
            is_whole = read_status(value.bytes, result);
        } else if (value.number == REPLY_RESPONSE && value.type == RC_WIRE_BYTES) {
            ret_reply->response = value.bytes;
        } else if (value.number == REPLY_KEPT && value.type == RC_WIRE_VARINT) {
            ret_reply->is_kept = value.scalar != 0;
        }
    }
    return is_whole && !reader.broken;
}

static bool read_collected(struct rc_view bytes, struct rc_view *ret_replies, size_t count)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_view reply = {0};
    uint64_t call = 0;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == COLLECTED_REPLY && value.type == RC_WIRE_BYTES) {
            reply = value.bytes;
        } else if (value.number == COLLECTED_CALL && value.type == RC_WIRE_VARINT) {
            call = value.scalar;
        }
    }
    if (call < count && reply.data) {
        ret_replies[call] = reply;
    }
    return !reader.broken;
}

bool rc_envelope_read_collected(struct rc_view response, struct rc_view *ret_replies,
                                size_t count)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    bool is_whole = true;
    rc_wire_reader_init(&reader, response);
    while (is_whole && rc_wire_next(&reader, &value)) {
        if (value.number == COLLECT_REPLIES && value.type == RC_WIRE_BYTES) {
            is_whole = read_collected(value.bytes, ret_replies, count);
        }
    }
    return is_whole && !reader.broken;
}

bool rc_envelope_split(struct rc_view bytes, struct rc_view *ret_replies, size_t max,
                       size_t *ret_count)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    size_t count = 0;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == ENVELOPE_REPLIES && value.type == RC_WIRE_BYTES) {
            if (count < max) {
                ret_replies[count] = value.bytes;
            }
            count++;
        }
    }
    *ret_count = count;
    return !reader.broken;
}

rowcall_status rc_envelope_read(struct rc_view bytes, rc_envelope_reply_fn take, void *context,
                                rowcall_error *err)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rowcall_status st = ROWCALL_OK;
    bool is_whole = true;
    rc_wire_reader_init(&reader, bytes);
    while (st == ROWCALL_OK && is_whole && rc_wire_next(&reader, &value)) {
        if (value.number == ENVELOPE_REPLIES && value.type == RC_WIRE_BYTES) {
            rowcall_error result = {0};
            struct rc_envelope_reply reply;
            is_whole = rc_envelope_read_reply(value.bytes, &result, &reply);
            st = is_whole ? take(context, &result, reply.response, err) : ROWCALL_OK;
        }
    }
    if (st == ROWCALL_OK && (!is_whole || reader.broken)) {
        st = rc_error_set(err, ROWCALL_INTERNAL, "the server's answer is not a reply envelope");
    }
    if (st != ROWCALL_OK && err) {
        err->outcome = ROWCALL_OUTCOME_UNKNOWN; // it was sent; more is not known
    }
    return st;
}
