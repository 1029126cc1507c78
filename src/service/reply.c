// SPDX-License-Identifier: Apache-2.0
//
// Replies on the wire.
#include "service/reply.h"

#include "base/utf8.h"
#include "service/contract.h"
#include "wire/writer.h"

void rc_reply_begin(struct rc_reply *reply, struct rc_buf *out)
{
    reply->out = out;
    rc_buf_clear(out);
    reply->reply_mark = rc_wire_begin(out, RC_REPLY_ENVELOPE_REPLIES);
    reply->response_mark = rc_wire_begin(out, RC_REPLY_RESPONSE);
}

struct rc_view rc_reply_response(const struct rc_reply *reply)
{
    const struct rc_buf *out = reply->out;
    size_t begin = out->broken ? out->len : reply->response_mark;
    return (struct rc_view){out->data + begin, out->len - begin};
}

static void write_timings(struct rc_buf *out, const struct rc_reply_timings *timings)
{
    if (timings) {
        size_t mark = rc_wire_begin(out, RC_REPLY_TIMINGS);
        rc_wire_put_uint(out, RC_TIMINGS_QUEUE_US, (uint64_t)timings->queue_us);
        rc_wire_put_uint(out, RC_TIMINGS_DATABASE_US, (uint64_t)timings->database_us);
        rc_wire_put_uint(out, RC_TIMINGS_TOTAL_US, (uint64_t)timings->total_us);
        rc_wire_end(out, mark);
    }
}

void rc_reply_end(struct rc_reply *reply, const struct rc_reply_timings *timings)
{
    rc_wire_end(reply->out, reply->response_mark);
    write_timings(reply->out, timings);
    rc_wire_end(reply->out, reply->reply_mark);
}

void rc_reply_end_explained(struct rc_reply *reply, struct rc_view explain,
                            const struct rc_reply_timings *timings)
{
    rc_wire_end(reply->out, reply->response_mark);
    write_timings(reply->out, timings);
    rc_wire_put_bytes(reply->out, RC_REPLY_EXPLAIN, explain);
    rc_wire_end(reply->out, reply->reply_mark);
}

// Texts that were cut to fit may end within a character, which protobuf forbids: that is cut
// off too.
static void write_text(struct rc_buf *out, uint32_t number, const char *text)
{
    size_t size = strlen(text);
    size_t len = 0;
    size_t step = 1;
    while (len < size && step > 0) {
        step = rc_utf8_sequence(text + len, size - len);
        len += step;
    }
    if (len > 0) {
        rc_wire_put_bytes(out, number, (struct rc_view){text, len});
    }
}

// "a,b" as the repeated field it is.
static void write_fields(struct rc_buf *out, const char *fields)
{
    while (*fields != '\0') {
        size_t len = strcspn(fields, ",");
        rc_wire_put_bytes(out, RC_STATUS_FIELDS, (struct rc_view){fields, len});
        fields += len + (fields[len] == ',' ? 1 : 0);
    }
}

static void write_status(struct rc_buf *out, const rowcall_error *err)
{
    size_t mark = rc_wire_begin(out, RC_REPLY_STATUS);
    rc_wire_put_uint(out, RC_STATUS_CODE, (uint64_t)err->status);
    write_text(out, RC_STATUS_REASON, err->reason);
    write_text(out, RC_STATUS_MESSAGE, err->message);
    write_text(out, RC_STATUS_SQLSTATE, err->sqlstate);
    write_text(out, RC_STATUS_ENTITY, err->entity);
    write_fields(out, err->fields);
    write_text(out, RC_STATUS_CONSTRAINT, err->constraint);
    if (err->outcome != ROWCALL_OUTCOME_UNSPECIFIED) {
        rc_wire_put_uint(out, RC_STATUS_OUTCOME, (uint64_t)err->outcome);
    }
    rc_wire_end(out, mark);
}

void rc_reply_keep(struct rc_reply *reply, const rowcall_error *err)
{
    struct rc_buf *out = reply->out;
    rc_buf_clear(out);
    reply->reply_mark = rc_wire_begin(out, RC_REPLY_ENVELOPE_REPLIES);
    write_status(out, err);
    rc_wire_put_uint(out, RC_REPLY_KEPT, 1);
    rc_wire_end(out, reply->reply_mark);
}

void rc_reply_fail(struct rc_reply *reply, const rowcall_error *err,
                   const struct rc_reply_timings *timings)
{
    struct rc_buf *out = reply->out;
    rc_buf_clear(out);
    reply->reply_mark = rc_wire_begin(out, RC_REPLY_ENVELOPE_REPLIES);
    write_status(out, err);
    write_timings(out, timings);
    rc_wire_end(out, reply->reply_mark);
}
