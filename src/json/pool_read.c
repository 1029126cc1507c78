// SPDX-License-Identifier: Apache-2.0
//
// google.protobuf.FileDescriptorSet -> tables, read with the wire reader. The reader's status
// is sticky: helpers go on with empty values after an error, and whoever made the reader looks
// once at the end.
#include "json/pool_internal.h"

#include <stdlib.h>

// Field numbers of google/protobuf/descriptor.proto.
enum {
    SET_FILE = 1,
    NAME = 1, // of everything that has one
    FILE_PACKAGE = 2,
    FILE_MESSAGE = 4,
    FILE_ENUM = 5,
    FILE_SERVICE = 6,
    FILE_SOURCE_INFO = 9,
    MESSAGE_FIELD = 2,
    MESSAGE_NESTED = 3,
    MESSAGE_ENUM = 4,
    MESSAGE_OPTIONS = 7,
    MESSAGE_ONEOF = 8,
    OPTIONS_MAP_ENTRY = 7,
    FIELD_NUMBER = 3,
    FIELD_LABEL = 4,
    FIELD_TYPE = 5,
    FIELD_TYPE_NAME = 6,
    FIELD_ONEOF = 9,
    FIELD_PROTO3_OPTIONAL = 17,
    ENUM_VALUE = 2,
    VALUE_NUMBER = 2,
    SERVICE_METHOD = 2,
    METHOD_INPUT = 2,
    METHOD_OUTPUT = 3,
    SOURCE_LOCATION = 1,
    LOCATION_PATH = 1,
    LOCATION_LEADING = 3,
    LOCATION_TRAILING = 4,
};

#define LABEL_REPEATED 3
#define TYPE_GROUP     10
#define MAX_NESTING    32
#define MAX_PATH       ((size_t)512)

struct location {
    struct rc_view path; // packed, as it stands in the descriptor
    struct rc_view comment;
};

struct pool_reader {
    struct rc_pool *pool;
    rowcall_error *err;
    rowcall_status st;
    struct rc_pool_links *links; // room for every method of the set
    size_t link_count;
    struct location *locations; // of the current file, by path
    size_t location_count;
    char path[MAX_PATH]; // of what is being read, packed
    size_t path_len;
};

static void fail(struct pool_reader *reader, const char *name, const char *what)
{
    if (reader->st == ROWCALL_OK) {
        reader->st = rc_error_set(reader->err, ROWCALL_INVALID_ARGUMENT, "descriptor of %s: %s",
                                  name, what);
    }
}

static void *take(struct pool_reader *reader, size_t count, size_t size)
{
    void *memory = rc_arena_array(&reader->pool->arena, count, size);
    if (!memory && reader->st == ROWCALL_OK) {
        reader->st = rc_error_oom(reader->err);
    }
    return memory;
}

// ---- single fields of an encoded descriptor; the last of several counts

static bool find(struct pool_reader *reader, struct rc_view data, uint32_t number,
                 struct rc_wire_value *ret_value)
{
    struct rc_wire_reader walk;
    struct rc_wire_value value;
    bool found = false;
    rc_wire_reader_init(&walk, data);
    while (rc_wire_next(&walk, &value)) {
        if (value.number == number) {
            *ret_value = value;
            found = true;
        }
    }
    if (walk.broken) {
        fail(reader, "a type", "cut or malformed protobuf");
    }
    return found;
}

static struct rc_view bytes_of(struct pool_reader *reader, struct rc_view data, uint32_t number)
{
    struct rc_wire_value value;
    bool found = find(reader, data, number, &value) && value.type == RC_WIRE_BYTES;
    return found ? value.bytes : (struct rc_view){0};
}

static uint64_t number_of(struct pool_reader *reader, struct rc_view data, uint32_t number)
{
    struct rc_wire_value value;
    bool found = find(reader, data, number, &value) && value.type == RC_WIRE_VARINT;
    return found ? value.scalar : 0;
}

// A name, copied into the pool; refused when it is no text. Never NULL.
static const char *text_of(struct pool_reader *reader, struct rc_view data, uint32_t number)
{
    struct rc_view text = bytes_of(reader, data, number);
    if (!rc_utf8_is_valid(text) || (text.len > 0 && memchr(text.data, 0, text.len))) {
        fail(reader, "a type", "a name that is not text");
        return "";
    }
    char *copy = rc_arena_copy(&reader->pool->arena, text.data, text.len);
    if (!copy && reader->st == ROWCALL_OK) {
        reader->st = rc_error_oom(reader->err);
    }
    return copy ? copy : "";
}

// "scope.name", or name alone where scope is empty. Never NULL.
static const char *join(struct pool_reader *reader, const char *scope, const char *name)
{
    const char *joined =
        rc_arena_printf(&reader->pool->arena, "%s%s%s", scope, *scope ? "." : "", name);
    if (!joined && reader->st == ROWCALL_OK) {
        reader->st = rc_error_oom(reader->err);
    }
    return joined ? joined : "";
}

// ---- walking a repeated field of descriptors

struct list {
    struct rc_wire_reader walk;
    uint32_t number;
    struct rc_view item;
};

static struct list list_of(struct rc_view data, uint32_t number)
{
    struct list list = {.number = number};
    rc_wire_reader_init(&list.walk, data);
    return list;
}

static bool next(struct list *list)
{
    struct rc_wire_value value;
    while (rc_wire_next(&list->walk, &value)) {
        if (value.number == list->number && value.type == RC_WIRE_BYTES) {
            list->item = value.bytes;
            return true;
        }
    }
    return false;
}

static size_t count_of(struct rc_view data, uint32_t number)
{
    struct list list = list_of(data, number);
    size_t count = 0;
    while (next(&list)) {
        count++;
    }
    return count;
}

// ---- comments

static size_t push_varint(struct pool_reader *reader, size_t value, size_t at)
{
    while (at < MAX_PATH) {
        bool is_last = value < 0x80;
        reader->path[at++] = (char)(is_last ? value : (value & 0x7F) | 0x80);
        value >>= 7;
        if (is_last) {
            break;
        }
    }
    return at;
}

// Goes down to element `index` of field `number`; returns what leave needs.
static size_t enter(struct pool_reader *reader, uint32_t number, size_t index)
{
    size_t before = reader->path_len;
    reader->path_len = push_varint(reader, number, reader->path_len);
    reader->path_len = push_varint(reader, index, reader->path_len);
    return before;
}

static void leave(struct pool_reader *reader, size_t before)
{
    reader->path_len = before;
}

static int compare_paths(const void *a, const void *b)
{
    const struct location *left = a;
    const struct location *right = b;
    if (left->path.len != right->path.len) {
        return left->path.len < right->path.len ? -1 : 1;
    }
    return left->path.len > 0 ? memcmp(left->path.data, right->path.data, left->path.len) : 0;
}

static void read_locations(struct pool_reader *reader, struct rc_view file)
{
    struct rc_view info = bytes_of(reader, file, FILE_SOURCE_INFO);
    reader->location_count = 0;
    reader->locations =
        take(reader, count_of(info, SOURCE_LOCATION), sizeof reader->locations[0]);
    if (!reader->locations) {
        return;
    }
    for (struct list list = list_of(info, SOURCE_LOCATION); next(&list);) {
        struct rc_view comment = bytes_of(reader, list.item, LOCATION_LEADING);
        if (comment.len == 0) {
            comment = bytes_of(reader, list.item, LOCATION_TRAILING);
        }
        if (comment.len > 0) {
            reader->locations[reader->location_count++] = (struct location){
                .path = bytes_of(reader, list.item, LOCATION_PATH), .comment = comment};
        }
    }
    qsort(reader->locations, reader->location_count, sizeof reader->locations[0],
          compare_paths);
}

// The comment of what is being read, without the space that // leaves before every line; NULL
// when there is none.
static const char *comment_here(struct pool_reader *reader)
{
    struct location key = {.path = {reader->path, reader->path_len}};
    const struct location *found =
        reader->location_count > 0 ? bsearch(&key, reader->locations, reader->location_count,
                                             sizeof reader->locations[0], compare_paths)
                                   : NULL;
    if (!found) {
        return NULL;
    }
    char *text = rc_arena_copy(&reader->pool->arena, found->comment.data, found->comment.len);
    if (!text) {
        reader->st = rc_error_oom(reader->err);
        return NULL;
    }
    char *to = text;
    for (const char *from = text; *from; from++) {
        bool begins_line = from == text || from[-1] == '\n';
        if (!(begins_line && *from == ' ')) {
            *to++ = *from;
        }
    }
    while (to > text && to[-1] == '\n') {
        to--;
    }
    *to = '\0';
    return text;
}

// ---- enums, fields, messages, services

static void read_enum(struct pool_reader *reader, struct rc_view data, const char *scope,
                      struct rc_wire_enum *ret_enum)
{
    size_t count = count_of(data, ENUM_VALUE);
    struct rc_wire_enum_value *values = take(reader, count, sizeof values[0]);
    ret_enum->name = text_of(reader, data, NAME);
    ret_enum->full_name = join(reader, scope, ret_enum->name);
    ret_enum->comment = comment_here(reader);
    if (!values) {
        return;
    }
    size_t filled = 0;
    for (struct list list = list_of(data, ENUM_VALUE); next(&list);) {
        size_t before = enter(reader, ENUM_VALUE, filled);
        struct rc_wire_enum_value value = {
            .name = text_of(reader, list.item, NAME),
            .number = (int32_t)number_of(reader, list.item, VALUE_NUMBER),
            .comment = comment_here(reader),
        };
        leave(reader, before);
        size_t at = filled++; // nearly always in order; of aliases the first stays first
        for (; at > 0 && values[at - 1].number > value.number; at--) {
            values[at] = values[at - 1];
        }
        values[at] = value;
    }
    ret_enum->values = values;
    ret_enum->value_count = filled;
}

static struct rc_wire_field read_field(struct pool_reader *reader, struct rc_view data,
                                       const char *message)
{
    uint64_t type = number_of(reader, data, FIELD_TYPE);
    uint64_t label = number_of(reader, data, FIELD_LABEL);
    bool is_proto3_optional = number_of(reader, data, FIELD_PROTO3_OPTIONAL) != 0;
    struct rc_wire_value oneof;
    bool has_oneof = find(reader, data, FIELD_ONEOF, &oneof) && !is_proto3_optional;
    struct rc_wire_field field = {
        .number = (uint32_t)number_of(reader, data, FIELD_NUMBER),
        .type = (enum rc_field_type)type,
        .repeated = label == LABEL_REPEATED,
        .optional = is_proto3_optional,
        .oneof = has_oneof ? (int)oneof.scalar : -1,
        .name = text_of(reader, data, NAME),
        .comment = comment_here(reader),
    };
    if (type < RC_FIELD_DOUBLE || type > RC_FIELD_SINT64 || type == TYPE_GROUP) {
        fail(reader, message, "a field of a type that is not known");
    }
    if (field.type == RC_FIELD_MESSAGE || field.type == RC_FIELD_ENUM) {
        const char *name = text_of(reader, data, FIELD_TYPE_NAME);
        if (*name != '.') {
            fail(reader, message, "a type's name that is not fully qualified");
        }
        field.subject = *name ? name + 1 : name;
    }
    return field;
}

static void read_fields(struct pool_reader *reader, struct rc_view data,
                        struct rc_wire_message *message)
{
    struct rc_wire_field *fields =
        take(reader, count_of(data, MESSAGE_FIELD), sizeof fields[0]);
    size_t oneof_limit = count_of(data, MESSAGE_ONEOF);
    size_t filled = 0;
    for (struct list list = list_of(data, MESSAGE_FIELD); fields && next(&list);) {
        size_t before = enter(reader, MESSAGE_FIELD, filled);
        struct rc_wire_field field = read_field(reader, list.item, message->full_name);
        leave(reader, before);
        if (field.oneof < -1 || field.oneof >= (int)oneof_limit) {
            fail(reader, message->full_name, "a field in a oneof that there is not");
        } else if (field.oneof >= (int)message->oneof_count) {
            message->oneof_count = (size_t)field.oneof + 1; // synthetic ones come last
        }
        size_t at = filled++;
        for (; at > 0 && fields[at - 1].number > field.number; at--) {
            fields[at] = fields[at - 1];
        }
        if (field.number == 0 || (at > 0 && fields[at - 1].number == field.number)) {
            fail(reader, message->full_name, "a field number that is zero or used twice");
        }
        fields[at] = field;
    }
    message->fields = fields;
    message->field_count = filled;
}

static void read_oneofs(struct pool_reader *reader, struct rc_view data,
                        struct rc_wire_message *message)
{
    const char **names = take(reader, message->oneof_count, sizeof names[0]);
    struct list list = list_of(data, MESSAGE_ONEOF);
    for (size_t i = 0; names && i < message->oneof_count && next(&list); i++) {
        names[i] = text_of(reader, list.item, NAME);
    }
    message->oneofs = names;
}

// The messages and enums of a file, filled in the order of the file.
struct tables {
    struct rc_wire_message *messages;
    size_t message_count;
    struct rc_wire_enum *enums;
    size_t enum_count;
};

static void count_types(struct pool_reader *reader, struct rc_view message,
                        struct tables *tables, unsigned depth)
{
    if (depth >= MAX_NESTING) {
        fail(reader, "a type", "nested too deeply");
        return;
    }
    tables->message_count++;
    tables->enum_count += count_of(message, MESSAGE_ENUM);
    for (struct list list = list_of(message, MESSAGE_NESTED); next(&list);) {
        count_types(reader, list.item, tables, depth + 1);
    }
}

static void read_enums(struct pool_reader *reader, struct rc_view parent, uint32_t number,
                       const char *scope, struct tables *tables)
{
    size_t i = 0;
    for (struct list list = list_of(parent, number); next(&list); i++) {
        size_t before = enter(reader, number, i);
        read_enum(reader, list.item, scope, &tables->enums[tables->enum_count++]);
        leave(reader, before);
    }
}

// Messages of a file or, by recursion as deep as count_types allowed, nested ones.
static void read_messages(struct pool_reader *reader, struct rc_view parent, uint32_t number,
                          const char *scope, struct tables *tables)
{
    size_t i = 0;
    for (struct list list = list_of(parent, number); next(&list); i++) {
        size_t before = enter(reader, number, i);
        struct rc_wire_message *message = &tables->messages[tables->message_count++];
        struct rc_view options = bytes_of(reader, list.item, MESSAGE_OPTIONS);
        message->name = text_of(reader, list.item, NAME);
        message->full_name = join(reader, scope, message->name);
        message->comment = comment_here(reader);
        message->map_entry = number_of(reader, options, OPTIONS_MAP_ENTRY) != 0;
        atomic_init(&message->ready, true);
        read_fields(reader, list.item, message);
        read_oneofs(reader, list.item, message);
        read_enums(reader, list.item, MESSAGE_ENUM, message->full_name, tables);
        read_messages(reader, list.item, MESSAGE_NESTED, message->full_name, tables);
        leave(reader, before);
    }
}

static const char *method_type(struct pool_reader *reader, struct rc_view method,
                               uint32_t number)
{
    const char *name = text_of(reader, method, number);
    return *name == '.' ? name + 1 : name;
}

static void read_service(struct pool_reader *reader, struct rc_view data, const char *scope,
                         struct rc_pool_service *ret_service)
{
    struct rc_pool_method *methods =
        take(reader, count_of(data, SERVICE_METHOD), sizeof methods[0]);
    size_t filled = 0;
    for (struct list list = list_of(data, SERVICE_METHOD); methods && next(&list);) {
        size_t before = enter(reader, SERVICE_METHOD, filled);
        methods[filled++] = (struct rc_pool_method){.name = text_of(reader, list.item, NAME),
                                                    .comment = comment_here(reader)};
        reader->links[reader->link_count++] = (struct rc_pool_links){
            .input = method_type(reader, list.item, METHOD_INPUT),
            .output = method_type(reader, list.item, METHOD_OUTPUT),
        };
        leave(reader, before);
    }
    ret_service->name = text_of(reader, data, NAME);
    ret_service->full_name = join(reader, scope, ret_service->name);
    ret_service->comment = comment_here(reader);
    ret_service->methods = methods;
    ret_service->method_count = filled;
}

static void read_services(struct pool_reader *reader, struct rc_view data,
                          struct rc_pool_file *file)
{
    struct rc_pool_service *services =
        take(reader, count_of(data, FILE_SERVICE), sizeof services[0]);
    for (struct list list = list_of(data, FILE_SERVICE); services && next(&list);) {
        size_t before = enter(reader, FILE_SERVICE, file->service_count);
        read_service(reader, list.item, file->package, &services[file->service_count++]);
        leave(reader, before);
    }
    file->services = services;
}

static void read_file(struct pool_reader *reader, struct rc_view data,
                      struct rc_pool_file *file)
{
    file->path = text_of(reader, data, NAME);
    file->package = text_of(reader, data, FILE_PACKAGE);
    read_locations(reader, data);
    struct tables tables = {.enum_count = count_of(data, FILE_ENUM)};
    for (struct list list = list_of(data, FILE_MESSAGE); next(&list);) {
        count_types(reader, list.item, &tables, 0);
    }
    tables.messages = take(reader, tables.message_count, sizeof tables.messages[0]);
    tables.enums = take(reader, tables.enum_count, sizeof tables.enums[0]);
    if (reader->st != ROWCALL_OK) {
        return;
    }
    tables.message_count = 0;
    tables.enum_count = 0;
    read_enums(reader, data, FILE_ENUM, file->package, &tables);
    read_messages(reader, data, FILE_MESSAGE, file->package, &tables);
    read_services(reader, data, file);
    file->messages = tables.messages;
    file->message_count = tables.message_count;
    file->enums = tables.enums;
    file->enum_count = tables.enum_count;
}

static size_t count_methods(struct rc_view descriptor_set)
{
    size_t count = 0;
    for (struct list files = list_of(descriptor_set, SET_FILE); next(&files);) {
        for (struct list list = list_of(files.item, FILE_SERVICE); next(&list);) {
            count += count_of(list.item, SERVICE_METHOD);
        }
    }
    return count;
}

rowcall_status rc_pool_read(struct rc_pool *pool, struct rc_view descriptor_set,
                            struct rc_pool_links **ret_links, rowcall_error *err)
{
    struct pool_reader reader = {.pool = pool, .err = err};
    struct rc_wire_value unused;
    (void)find(&reader, descriptor_set, SET_FILE, &unused); // is it protobuf at all?
    pool->files = take(&reader, count_of(descriptor_set, SET_FILE), sizeof pool->files[0]);
    reader.links = take(&reader, count_methods(descriptor_set), sizeof reader.links[0]);
    struct list list = list_of(descriptor_set, SET_FILE);
    while (reader.st == ROWCALL_OK && next(&list)) {
        read_file(&reader, list.item, &pool->files[pool->file_count++]);
    }
    *ret_links = reader.links;
    return reader.st;
}
