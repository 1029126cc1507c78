// SPDX-License-Identifier: Apache-2.0
//
// The checker: one frame per open message on an explicit stack, the fields seen in it as bits
// on a second stack. Nothing is allocated; a path is only worked out when there is an error to
// put it in. Invariant: every frame's bits lie in words[first_word, first_word + word count)
// and the top frame's end last.
#include "wire/message.h"

#include <stdio.h>

#define MAX_DEPTH  64
#define WORD_BITS  ((size_t)64)
#define WORD_COUNT ((size_t)2048) // 16 KiB: 64 open messages of 2,048 fields each

const struct rc_wire_limits rc_wire_default_limits = {.max_depth = MAX_DEPTH,
                                                      .max_fields = 1000000};

struct frame {
    const struct rc_wire_message *message;
    const struct rc_wire_field
        *field;                 // the open one: of the nested message above, or of an error
    const unsigned char *start; // of the message's bytes
    const unsigned char *value; // where the open field begins
    struct rc_wire_reader reader;
    size_t first_word; // bits: first the fields, then the oneofs
};

struct checker {
    struct rc_wire_limits limits;
    const struct rc_wire_message *root;
    rowcall_error *err;
    size_t field_count;
    size_t depth; // frames in use
    size_t word_count;
    struct frame frames[MAX_DEPTH];
    uint64_t words[WORD_COUNT];
};

static size_t word_count_of(const struct rc_wire_message *message)
{
    return (message->field_count + message->oneof_count + WORD_BITS - 1) / WORD_BITS;
}

static bool read_element(struct rc_wire_reader *reader, enum rc_wire_type type,
                         uint64_t *ret_value)
{
    if (type == RC_WIRE_FIXED64) {
        return rc_wire_next_fixed64(reader, ret_value);
    }
    if (type == RC_WIRE_FIXED32) {
        uint32_t value;
        bool has_value = rc_wire_next_fixed32(reader, &value);
        *ret_value = has_value ? value : 0;
        return has_value;
    }
    return rc_wire_next_varint(reader, ret_value);
}

// How many elements of the frame's open repeated field end at or before `stop`.
static size_t count_elements(const struct frame *frame, const unsigned char *stop)
{
    const struct rc_wire_field *field = frame->field;
    enum rc_wire_type type = rc_field_wire_type(field->type);
    struct rc_wire_reader reader = {.at = frame->start, .end = frame->reader.end};
    struct rc_wire_value value;
    size_t count = 0;
    while (reader.at < stop && rc_wire_next(&reader, &value)) {
        if (value.number != field->number) {
            continue;
        }
        if (value.type == type) {
            count += reader.at <= stop;
            continue;
        }
        struct rc_wire_reader packed;
        uint64_t element;
        rc_wire_reader_init(&packed, value.bytes);
        while (packed.at < stop && read_element(&packed, type, &element)) {
            count += packed.at <= stop;
        }
    }
    return count;
}

// Fills the error: path of the open fields, then what is wrong. `stop` is where the wrong
// element of the innermost field begins.
static rowcall_status fail_at(struct checker *checker, const unsigned char *stop,
                              rowcall_status status, const char *what)
{
    char path[256];
    size_t len = 0;
    path[0] = '\0';
    for (size_t i = 0; i < checker->depth && len < sizeof path; i++) {
        const struct frame *frame = &checker->frames[i];
        if (!frame->field) {
            break;
        }
        bool is_last = i + 1 == checker->depth;
        int part = snprintf(path + len, sizeof path - len, "%s%s", len > 0 ? "." : "",
                            frame->field->name);
        len += part > 0 ? (size_t)part : 0;
        if (frame->field->repeated && len < sizeof path) {
            part = snprintf(path + len, sizeof path - len, "[%zu]",
                            count_elements(frame, is_last ? stop : frame->value));
            len += part > 0 ? (size_t)part : 0;
        }
    }
    if (len >= sizeof path) { // deeper than an error can show
        memcpy(path + sizeof path - 4, "...", 4);
    }
    const char *root = checker->root->name;
    return rc_error_set(checker->err, status, "%s: %s", len > 0 ? path : root, what);
}

static rowcall_status fail(struct checker *checker, rowcall_status status, const char *what)
{
    const unsigned char *stop =
        checker->depth > 0 ? checker->frames[checker->depth - 1].value : NULL;
    return fail_at(checker, stop, status, what);
}

static rowcall_status push(struct checker *checker, const struct rc_wire_message *message,
                           struct rc_view data)
{
    message = rc_wire_message_ready(message);
    if (!message) {
        return rc_error_oom(checker->err);
    }
    if (checker->depth >= checker->limits.max_depth) {
        return fail(checker, ROWCALL_RESOURCE_EXHAUSTED, "nested too deeply");
    }
    size_t word_count = word_count_of(message);
    if (word_count > WORD_COUNT - checker->word_count) {
        return fail(checker, ROWCALL_RESOURCE_EXHAUSTED, "too many fields in nested messages");
    }
    for (size_t i = 0; i < word_count; i++) { // one or two, mostly
        checker->words[checker->word_count + i] = 0;
    }
    struct frame *frame = &checker->frames[checker->depth++];
    *frame = (struct frame){.message = message, .first_word = checker->word_count};
    rc_wire_reader_init(&frame->reader, data);
    frame->start = frame->reader.at;
    checker->word_count += word_count;
    return ROWCALL_OK;
}

// Sets a bit of the top frame; false when it was set already.
static bool mark(struct checker *checker, size_t bit)
{
    const struct frame *frame = &checker->frames[checker->depth - 1];
    uint64_t *word = &checker->words[frame->first_word + bit / WORD_BITS];
    uint64_t mask = UINT64_C(1) << (bit % WORD_BITS);
    bool is_new = (*word & mask) == 0;
    *word |= mask;
    return is_new;
}

static rowcall_status count_field(struct checker *checker)
{
    if (++checker->field_count > checker->limits.max_fields) {
        return fail(checker, ROWCALL_RESOURCE_EXHAUSTED, "too many fields in one message");
    }
    return ROWCALL_OK;
}

static rowcall_status check_once(struct checker *checker, const struct rc_wire_field *field)
{
    const struct rc_wire_message *message = checker->frames[checker->depth - 1].message;
    if (field->repeated) {
        return ROWCALL_OK;
    }
    if (!mark(checker, (size_t)(field - message->fields))) {
        return fail(checker, ROWCALL_INVALID_ARGUMENT, "given twice");
    }
    if (field->oneof >= 0 && !mark(checker, message->field_count + (size_t)field->oneof)) {
        return fail(checker, ROWCALL_INVALID_ARGUMENT,
                    "another member of its oneof is given too");
    }
    return ROWCALL_OK;
}

// What is wrong with a varint of this type, NULL when nothing is.
static const char *varint_defect(const struct rc_wire_field *field, uint64_t value)
{
    int64_t number = (int64_t)value;
    switch (field->type) {
    case RC_FIELD_INT32:
        return number < INT32_MIN || number > INT32_MAX ? "not within 32 bits" : NULL;
    case RC_FIELD_UINT32:
    case RC_FIELD_SINT32: // zigzag keeps the range
        return value > UINT32_MAX ? "not within 32 bits" : NULL;
    case RC_FIELD_BOOL:
        return value > 1 ? "neither true nor false" : NULL;
    case RC_FIELD_ENUM:
        if (number < INT32_MIN || number > INT32_MAX ||
            !rc_wire_enum_by_number(field->enumeration, (int32_t)number)) {
            return "no value of this enum has this number";
        }
        return NULL;
    default:
        return NULL;
    }
}

static rowcall_status check_packed(struct checker *checker, const struct rc_wire_field *field,
                                   struct rc_view bytes)
{
    enum rc_wire_type type = rc_field_wire_type(field->type);
    struct rc_wire_reader reader;
    rc_wire_reader_init(&reader, bytes);
    for (;;) {
        const unsigned char *start = reader.at;
        uint64_t element;
        if (!read_element(&reader, type, &element)) {
            return reader.broken
                       ? fail_at(checker, start, ROWCALL_INVALID_ARGUMENT, "a cut packed list")
                       : ROWCALL_OK;
        }
        rowcall_status st = count_field(checker);
        if (st != ROWCALL_OK) {
            return st;
        }
        const char *defect = varint_defect(field, element);
        if (defect) {
            return fail_at(checker, start, ROWCALL_INVALID_ARGUMENT, defect);
        }
    }
}

static rowcall_status check_bytes(struct checker *checker, const struct rc_wire_field *field,
                                  struct rc_view bytes)
{
    if (field->type == RC_FIELD_MESSAGE) {
        return push(checker, field->message, bytes);
    }
    if (field->type == RC_FIELD_STRING) {
        if (bytes.len > 0 && memchr(bytes.data, 0, bytes.len)) {
            return fail(checker, ROWCALL_INVALID_ARGUMENT, "text must not contain NUL");
        }
        if (!rc_utf8_is_valid(bytes)) {
            return fail(checker, ROWCALL_INVALID_ARGUMENT, "not valid UTF-8");
        }
    }
    return ROWCALL_OK;
}

static rowcall_status check_value(struct checker *checker, const struct rc_wire_value *value)
{
    struct frame *frame = &checker->frames[checker->depth - 1];
    const struct rc_wire_field *field = rc_wire_field_by_number(frame->message, value->number);
    frame->field = field;
    if (!field) {
        char what[128];
        (void)snprintf(what, sizeof what, "no field %u in %s", (unsigned)value->number,
                       frame->message->name);
        checker->depth--; // the path ends at the message
        return fail(checker, ROWCALL_INVALID_ARGUMENT, what);
    }
    rowcall_status st = count_field(checker);
    if (st == ROWCALL_OK) {
        st = check_once(checker, field);
    }
    if (st != ROWCALL_OK) {
        return st;
    }
    enum rc_wire_type type = rc_field_wire_type(field->type);
    if (field->repeated && type != RC_WIRE_BYTES && value->type == RC_WIRE_BYTES) {
        return check_packed(checker, field, value->bytes);
    }
    if (value->type != type) {
        return fail(checker, ROWCALL_INVALID_ARGUMENT, "of another type on the wire");
    }
    if (type == RC_WIRE_BYTES) {
        return check_bytes(checker, field, value->bytes);
    }
    const char *defect = varint_defect(field, value->scalar);
    return defect ? fail(checker, ROWCALL_INVALID_ARGUMENT, defect) : ROWCALL_OK;
}

// Checks what is left of the top frame until it ends or a nested message opens; pops it at its
// end.
static rowcall_status check_top(struct checker *checker)
{
    size_t depth = checker->depth;
    struct frame *frame = &checker->frames[depth - 1];
    struct rc_wire_value value;
    frame->field = NULL;
    while (checker->depth == depth) {
        frame->value = frame->reader.at;
        if (!rc_wire_next(&frame->reader, &value)) {
            break;
        }
        rowcall_status st = check_value(checker, &value);
        if (st != ROWCALL_OK) {
            return st;
        }
    }
    if (frame->reader.broken) {
        frame->field = NULL;
        return fail(checker, ROWCALL_INVALID_ARGUMENT, "cut or malformed protobuf");
    }
    if (checker->depth == depth) {
        checker->depth--;
        checker->word_count = frame->first_word;
    }
    return ROWCALL_OK;
}

rowcall_status rc_wire_check(const struct rc_wire_message *message, struct rc_view data,
                             const struct rc_wire_limits *limits, rowcall_error *err)
{
    struct checker checker; // the word stack is left as it is: push clears what it hands out
    checker.limits = limits ? *limits : rc_wire_default_limits;
    if (checker.limits.max_depth > MAX_DEPTH) {
        checker.limits.max_depth = MAX_DEPTH;
    }
    checker.root = message;
    checker.err = err;
    checker.field_count = 0;
    checker.depth = 0;
    checker.word_count = 0;
    if (checker.limits.max_depth == 0) {
        checker.limits.max_depth = 1;
    }
    rowcall_status st = push(&checker, message, data);
    while (st == ROWCALL_OK && checker.depth > 0) {
        st = check_top(&checker);
    }
    return st;
}
