// SPDX-License-Identifier: Apache-2.0
//
// The decoder: one pass, into memory that grows by blocks. The response is the beginning of the
// first block, so freeing it finds them all.
//
//   first block:  next │ len │ capacity │ the response │ its texts, messages, lists ...
//   a list:       capacity │ elements ...
#include "response.h"

#include "rowcall/client.h"
#include "wire/reader.h"

#include <stdint.h>
#include <stdlib.h>

enum {
    MAX_DEPTH = 64,
    MAX_FIELDS = 16 * 1000 * 1000,
    BLOCK_MIN = 256,     // besides what the bytes ask for
    BLOCK_FACTOR = 4,    // structs are larger than what travels
    BLOCK_MAX = 1 << 20, // where blocks stop to double
    ALIGNMENT = 8,
};

struct block {
    struct block *next;
    size_t len;
    size_t capacity;
    uint64_t data[]; // of the strictest type that a message has
};

struct decoder {
    struct block *first;
    struct block *current;
    size_t field_count;
    const char *problem; // what is wrong with the bytes; NULL: nothing, or no memory
};

static bool decode_message(struct decoder *decoder, ProtobufCMessage *message,
                           struct rc_view bytes, int depth);

// ---- memory

static struct block *new_block(size_t capacity)
{
    struct block *block = malloc(sizeof *block + capacity);
    if (block) {
        block->next = NULL;
        block->len = 0;
        block->capacity = capacity;
    }
    return block;
}

// NULL when there is none.
static void *allocate(struct decoder *decoder, size_t size)
{
    struct block *block = decoder->current;
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (size > block->capacity - block->len) {
        size_t capacity = block->capacity < BLOCK_MAX ? block->capacity * 2 : BLOCK_MAX;
        struct block *more = new_block(capacity > size ? capacity : size);
        if (!more) {
            return NULL;
        }
        more->next = decoder->first->next;
        decoder->first->next = more;
        decoder->current = block = more;
    }
    void *memory = (char *)block->data + block->len;
    block->len += size;
    return memory;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

// An empty one: fields of generated types have no defaults but zero.
static ProtobufCMessage *new_message(struct decoder *decoder,
                                     const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = allocate(decoder, descriptor->sizeof_message);
    if (message) {
        memset(message, 0, descriptor->sizeof_message);
        message->descriptor = descriptor;
    }
    return message;
}

static bool refuse(struct decoder *decoder, const char *problem)
{
    decoder->problem = problem;
    return false;
}

// ---- values

static size_t size_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return sizeof(uint32_t);
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        return sizeof(int);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    }
    return sizeof(void *);
}

static enum rc_wire_type wire_type_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return RC_WIRE_FIXED32;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return RC_WIRE_FIXED64;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return RC_WIRE_BYTES;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        break;
    }
    return RC_WIRE_VARINT;
}

// Little-endian values are put as their bytes, which is what they are here.
static void put_scalar(void *member, ProtobufCType type, uint64_t scalar)
{
    switch (type) {
    case PROTOBUF_C_TYPE_SINT32:
        *(int32_t *)member = (int32_t)rc_wire_zigzag(scalar & UINT32_MAX);
        break;
    case PROTOBUF_C_TYPE_SINT64:
        *(int64_t *)member = rc_wire_zigzag(scalar);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)member = scalar != 0;
        break;
    default:
        if (size_of(type) == sizeof(uint32_t)) {
            *(uint32_t *)member = (uint32_t)scalar;
        } else {
            *(uint64_t *)member = scalar;
        }
    }
}

static bool put_text(struct decoder *decoder, char **member, struct rc_view text)
{
    if (text.len > 0 && memchr(text.data, '\0', text.len)) {
        return refuse(decoder, "a text holds NUL");
    }
    if (!rc_utf8_is_valid(text)) {
        return refuse(decoder, "a text is not UTF-8");
    }
    char *copy = allocate(decoder, text.len + 1);
    if (copy) {
        memcpy(copy, text.len > 0 ? text.data : "", text.len);
        copy[text.len] = '\0';
        *member = copy;
    }
    return copy != NULL;
}

static bool put_bytes(struct decoder *decoder, ProtobufCBinaryData *member,
                      struct rc_view bytes)
{
    uint8_t *copy = NULL;
    if (bytes.len > 0) {
        copy = allocate(decoder, bytes.len);
        if (!copy) {
            return false;
        }
        memcpy(copy, bytes.data, bytes.len);
    }
    *member = (ProtobufCBinaryData){.len = bytes.len, .data = copy};
    return true;
}

// Into the message that is there already, or a new one.
static bool put_message(struct decoder *decoder, const ProtobufCFieldDescriptor *field,
                        ProtobufCMessage **member, struct rc_view bytes, int depth)
{
    if (depth + 1 == MAX_DEPTH) {
        return refuse(decoder, "it is nested too deep");
    }
    if (!*member) {
        *member = new_message(decoder, field->descriptor);
    }
    return *member && decode_message(decoder, *member, bytes, depth + 1);
}

// Puts a value of the field's wire type where it belongs.
static bool put_value(struct decoder *decoder, const ProtobufCFieldDescriptor *field,
                      void *member, const struct rc_wire_value *value, int depth)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return put_text(decoder, member, value->bytes);
    case PROTOBUF_C_TYPE_BYTES:
        return put_bytes(decoder, member, value->bytes);
    case PROTOBUF_C_TYPE_MESSAGE:
        return put_message(decoder, field, member, value->bytes, depth);
    default:
        put_scalar(member, field->type, value->scalar);
        return true;
    }
}

// ---- fields

static bool put_singular(struct decoder *decoder, const ProtobufCFieldDescriptor *field,
                         ProtobufCMessage *message, const struct rc_wire_value *value,
                         int depth)
{
    char *base = (char *)message;
    void *member = base + field->offset;
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
        uint32_t *which = (uint32_t *)(base + field->quantifier_offset);
        if (*which != field->id) {
            memset(member, 0, size_of(field->type)); // it was another member's
            *which = field->id;
        }
    } else if (field->quantifier_offset != 0) {
        *(protobuf_c_boolean *)(base + field->quantifier_offset) = 1;
    }
    return put_value(decoder, field, member, value, depth);
}

// How many elements of the list follow one another from here, this one included, so that a list
// of rows is allocated once.
static size_t count_run(const struct rc_wire_reader *reader, uint32_t number)
{
    struct rc_wire_reader ahead = *reader;
    struct rc_wire_value value;
    size_t count = 1;
    while (rc_wire_next(&ahead, &value) && value.number == number) {
        count++;
    }
    return count;
}

// Room for `more` elements; the list behind *member moves when there is none.
static bool reserve(struct decoder *decoder, void **member, size_t count, size_t more,
                    size_t size)
{
    size_t capacity = count > 0 ? ((const size_t *)*member)[-1] : 0;
    if (more <= capacity - count) {
        return true;
    }
    capacity = count + more > capacity * 2 ? count + more : capacity * 2;
    size_t *list = allocate(decoder, sizeof *list + capacity * size);
    if (!list) {
        return false;
    }
    *list = capacity;
    if (count > 0) {
        memcpy(list + 1, *member, count * size);
    }
    *member = list + 1;
    return true;
}

static size_t count_packed(ProtobufCType type, struct rc_view bytes)
{
    size_t count = 0;
    if (wire_type_of(type) != RC_WIRE_VARINT) {
        return bytes.len / size_of(type);
    }
    for (size_t i = 0; i < bytes.len; i++) {
        count += ((unsigned char)bytes.data[i] & 0x80) == 0;
    }
    return count;
}

static bool next_packed(struct rc_wire_reader *reader, enum rc_wire_type type,
                        uint64_t *ret_scalar)
{
    uint32_t narrow;
    switch (type) {
    case RC_WIRE_FIXED32:
        if (!rc_wire_next_fixed32(reader, &narrow)) {
            return false;
        }
        *ret_scalar = narrow;
        return true;
    case RC_WIRE_FIXED64:
        return rc_wire_next_fixed64(reader, ret_scalar);
    case RC_WIRE_VARINT:
    case RC_WIRE_BYTES:
        break;
    }
    return rc_wire_next_varint(reader, ret_scalar);
}

static bool put_packed(struct decoder *decoder, const ProtobufCFieldDescriptor *field,
                       ProtobufCMessage *message, struct rc_view bytes)
{
    size_t *count = (size_t *)((char *)message + field->quantifier_offset);
    void **member = (void **)((char *)message + field->offset);
    size_t size = size_of(field->type);
    struct rc_wire_reader reader;
    uint64_t scalar;
    if (!reserve(decoder, member, *count, count_packed(field->type, bytes), size)) {
        return false;
    }
    rc_wire_reader_init(&reader, bytes);
    while (next_packed(&reader, wire_type_of(field->type), &scalar)) {
        put_scalar((char *)*member + *count * size, field->type, scalar);
        ++*count;
    }
    return !reader.broken || refuse(decoder, "it is cut or garbled");
}

static bool put_element(struct decoder *decoder, const ProtobufCFieldDescriptor *field,
                        ProtobufCMessage *message, const struct rc_wire_value *value,
                        const struct rc_wire_reader *reader, int depth)
{
    size_t *count = (size_t *)((char *)message + field->quantifier_offset);
    void **member = (void **)((char *)message + field->offset);
    size_t size = size_of(field->type);
    bool is_full = *count == 0 || ((const size_t *)*member)[-1] == *count;
    if (is_full && !reserve(decoder, member, *count, count_run(reader, value->number), size)) {
        return false;
    }
    void *element = (char *)*member + *count * size;
    memset(element, 0, size);
    ++*count;
    return put_value(decoder, field, element, value, depth);
}

// The field of this number; NULL when the type has none. Fields mostly come in order, so the
// one behind the last is looked at first.
static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *descriptor,
                                                  uint32_t number, unsigned *next)
{
    if (*next < descriptor->n_fields && descriptor->fields[*next].id == number) {
        return &descriptor->fields[(*next)++];
    }
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(descriptor, number);
    if (field) {
        *next = (unsigned)(field - descriptor->fields) + 1;
    }
    return field;
}

static bool decode_message(struct decoder *decoder, ProtobufCMessage *message,
                           struct rc_view bytes, int depth)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    unsigned next = 0;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (++decoder->field_count > MAX_FIELDS) {
            return refuse(decoder, "it has too many fields");
        }
        const ProtobufCFieldDescriptor *field =
            find_field(message->descriptor, value.number, &next);
        if (!field) {
            continue; // of a newer server
        }
        bool is_list = field->label == PROTOBUF_C_LABEL_REPEATED;
        bool fits = value.type == wire_type_of(field->type);
        bool holds;
        if (is_list && !fits && value.type == RC_WIRE_BYTES) {
            holds = put_packed(decoder, field, message, value.bytes);
        } else if (!fits) {
            holds = refuse(decoder, "a field has another type");
        } else if (is_list) {
            next -= 1; // more of it
            holds = put_element(decoder, field, message, &value, &reader, depth);
        } else {
            holds = put_singular(decoder, field, message, &value, depth);
        }
        if (!holds) {
            return false;
        }
    }
    return !reader.broken || refuse(decoder, "it is cut or garbled");
}

// ---- the response

rowcall_status rc_response_unpack(const ProtobufCMessageDescriptor *descriptor,
                                  struct rc_view bytes, ProtobufCMessage **ret_response,
                                  rowcall_error *err)
{
    struct decoder decoder = {0};
    size_t capacity = descriptor->sizeof_message + BLOCK_MIN + bytes.len * BLOCK_FACTOR;
    decoder.first = decoder.current = new_block(capacity & ~(size_t)(ALIGNMENT - 1));
    ProtobufCMessage *response = decoder.first ? new_message(&decoder, descriptor) : NULL;
    if (response && decode_message(&decoder, response, bytes, 0)) {
        *ret_response = response;
        return ROWCALL_OK;
    }
    free_blocks(decoder.first);
    if (decoder.problem) {
        return rc_error_set(err, ROWCALL_INTERNAL, "the server's response is not a %s: %s",
                            descriptor->name, decoder.problem);
    }
    return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                        "no memory for a response of %zu bytes", bytes.len);
}

void rowcall_free(void *response)
{
    if (response) {
        free_blocks((struct block *)((char *)response - offsetof(struct block, data)));
    }
}
