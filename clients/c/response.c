// SPDX-License-Identifier: Apache-2.0
//
// The walk before unpacking, iterative: depth costs a slot of an array, not a frame of the
// stack.
#include "response.h"

#include "rowcall/client.h"
#include "wire/reader.h"

#include <stdlib.h>

enum { MAX_DEPTH = 64, MAX_FIELDS = 16 * 1000 * 1000 };

struct level {
    struct rc_wire_reader reader;
    const ProtobufCMessageDescriptor *descriptor;
};

static rowcall_status refuse(rowcall_error *err, const ProtobufCMessageDescriptor *descriptor,
                             const char *what)
{
    return rc_error_set(err, ROWCALL_INTERNAL, "the server's response is not a %s: %s",
                        descriptor->name, what);
}

// NULL, or what is wrong with a text.
static const char *check_text(struct rc_view text)
{
    if (text.len && memchr(text.data, '\0', text.len)) {
        return "a text holds NUL";
    }
    return rc_utf8_is_valid(text) ? NULL : "a text is not UTF-8";
}

static rowcall_status walk(const ProtobufCMessageDescriptor *descriptor, struct rc_view bytes,
                           rowcall_error *err)
{
    struct level levels[MAX_DEPTH];
    struct rc_wire_value value;
    int depth = 0;
    size_t count = 0;
    levels[0].descriptor = descriptor;
    rc_wire_reader_init(&levels[0].reader, bytes);
    while (depth >= 0) {
        struct level *level = &levels[depth];
        if (!rc_wire_next(&level->reader, &value)) {
            if (level->reader.broken) {
                return refuse(err, descriptor, "it is cut or garbled");
            }
            depth--;
            continue;
        }
        if (++count > MAX_FIELDS) {
            return refuse(err, descriptor, "it has too many fields");
        }
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(level->descriptor, value.number);
        if (!field || value.type != RC_WIRE_BYTES) {
            continue; // a field of a newer server, or a scalar
        }
        if (field->type == PROTOBUF_C_TYPE_STRING) {
            const char *problem = check_text(value.bytes);
            if (problem) {
                return refuse(err, descriptor, problem);
            }
        } else if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            if (depth + 1 == MAX_DEPTH) {
                return refuse(err, descriptor, "it is nested too deep");
            }
            levels[++depth].descriptor = field->descriptor;
            rc_wire_reader_init(&levels[depth].reader, value.bytes);
        }
    }
    return ROWCALL_OK;
}

// malloc, which rowcall_free's allocator frees; protobuf-c itself does not tell no memory from
// bad bytes.
static void *allocate(void *is_out_of_memory, size_t size)
{
    void *memory = malloc(size);
    if (!memory) {
        *(bool *)is_out_of_memory = true;
    }
    return memory;
}

static void release(void *is_out_of_memory, void *memory)
{
    (void)is_out_of_memory;
    free(memory);
}

rowcall_status rc_response_unpack(const ProtobufCMessageDescriptor *descriptor,
                                  struct rc_view bytes, ProtobufCMessage **ret_response,
                                  rowcall_error *err)
{
    rowcall_status st = walk(descriptor, bytes, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    bool is_out_of_memory = false;
    ProtobufCAllocator allocator = {allocate, release, &is_out_of_memory};
    ProtobufCMessage *response = protobuf_c_message_unpack(descriptor, &allocator, bytes.len,
                                                           (const uint8_t *)bytes.data);
    if (!response && is_out_of_memory) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED,
                            "no memory for a response of %zu bytes", bytes.len);
    }
    if (!response) {
        return refuse(err, descriptor, "a field has another type");
    }
    *ret_response = response;
    return ROWCALL_OK;
}

void rowcall_free(void *response)
{
    if (response) {
        protobuf_c_message_free_unpacked(response, NULL);
    }
}
