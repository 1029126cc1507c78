// SPDX-License-Identifier: Apache-2.0
//
// Rowcall's own options. descriptor.proto's messages do not know them, so they arrive as
// unknown fields; an option that was set in several statements arrives in pieces, whose
// concatenation is the whole.
#include "schema/loader.h"

#include "wire/reader.h"

#include <string.h>

// Extension numbers of proto/rowcall/schema.proto.
enum {
    OPTION_FIRST =
        51000, // database, table, column, enum, label: each on its own kind of options
    OPTION_RELATION = 51001
};

static void *allocate(void *loader, size_t size)
{
    return rc_arena_alloc(&((struct rc_loader *)loader)->scratch, size);
}

static void release(void *loader, void *memory)
{
    (void)loader; // the arena frees it
    (void)memory;
}

// protobuf-c keeps the length prefix in an unknown field's data.
static struct rc_view payload_of(const ProtobufCMessageUnknownField *field)
{
    struct rc_wire_reader reader;
    rc_wire_reader_init(&reader, (struct rc_view){(const char *)field->data, field->len});
    uint64_t len = 0;
    if (!rc_wire_next_varint(&reader, &len) || len > (uint64_t)(reader.end - reader.at)) {
        return (struct rc_view){0};
    }
    return (struct rc_view){(const char *)reader.at, (size_t)len};
}

static void *unpack_option(struct rc_loader *loader, const ProtobufCMessage *options,
                           uint32_t number, const ProtobufCMessageDescriptor *descriptor,
                           struct rc_position position)
{
    if (!options) {
        return NULL;
    }
    size_t total = 0;
    bool present = false;
    for (unsigned i = 0; i < options->n_unknown_fields; i++) {
        total += options->unknown_fields[i].len;
    }
    char *bytes = rc_loader_scratch(loader, total, 1);
    size_t len = 0;
    for (unsigned i = 0; i < options->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *field = &options->unknown_fields[i];
        if (field->tag != number || field->wire_type != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) {
            continue;
        }
        struct rc_view payload = payload_of(field);
        if (payload.len > 0) {
            memcpy(bytes + len, payload.data, payload.len);
        }
        len += payload.len;
        present = true;
    }
    if (!present) {
        return NULL;
    }
    ProtobufCAllocator allocator = {allocate, release, loader};
    void *option =
        protobuf_c_message_unpack(descriptor, &allocator, len, (const uint8_t *)bytes);
    if (!option) {
        rc_loader_problem(loader, position,
                          "the (rowcall) option cannot be read: was it compiled with this "
                          "version's rowcall/schema.proto?");
    }
    return option;
}

static const ProtobufCMessage *base_of(const void *options)
{
    return options; // every generated message begins with its ProtobufCMessage
}

const Rowcall__Database *rc_options_database(struct rc_loader *loader,
                                             const struct rc_loader_file *file)
{
    struct rc_position position = {file->name, 0};
    return unpack_option(loader, base_of(file->proto->options), OPTION_FIRST,
                         &rowcall__database__descriptor, position);
}

const Rowcall__Table *rc_options_table(struct rc_loader *loader,
                                       const rc_message_proto *message,
                                       struct rc_position position)
{
    return unpack_option(loader, base_of(message->options), OPTION_FIRST,
                         &rowcall__table__descriptor, position);
}

const Rowcall__Column *rc_options_column(struct rc_loader *loader, const rc_field_proto *field,
                                         struct rc_position position)
{
    return unpack_option(loader, base_of(field->options), OPTION_FIRST,
                         &rowcall__column__descriptor, position);
}

const Rowcall__Relation *rc_options_relation(struct rc_loader *loader,
                                             const rc_field_proto *field,
                                             struct rc_position position)
{
    return unpack_option(loader, base_of(field->options), OPTION_RELATION,
                         &rowcall__relation__descriptor, position);
}

const Rowcall__EnumType *rc_options_enum(struct rc_loader *loader, const rc_enum_proto *proto,
                                         struct rc_position position)
{
    return unpack_option(loader, base_of(proto->options), OPTION_FIRST,
                         &rowcall__enum_type__descriptor, position);
}

const Rowcall__Sql *rc_options_sql(struct rc_loader *loader,
                                   const Google__Protobuf__MethodDescriptorProto *method,
                                   struct rc_position position)
{
    return unpack_option(loader, base_of(method->options), OPTION_FIRST,
                         &rowcall__sql__descriptor, position);
}

const Rowcall__Label *rc_options_label(struct rc_loader *loader,
                                       const Google__Protobuf__EnumValueDescriptorProto *value,
                                       struct rc_position position)
{
    return unpack_option(loader, base_of(value->options), OPTION_FIRST,
                         &rowcall__label__descriptor, position);
}
