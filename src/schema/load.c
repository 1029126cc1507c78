// SPDX-License-Identifier: Apache-2.0
//
// Loading a schema: unpack the descriptor set within limits, run the passes, answer with a
// whole schema or with every problem that was found. The only cleanup of a load is here.
#include "schema/loader.h"

#include "wire/reader.h"

#include <stdlib.h>
#include <string.h>

// A schema is a trusted file; these limits keep a damaged one from harm, for protobuf-c has
// none.
enum { MAX_SET_BYTES = 256 * 1024 * 1024, MAX_NESTED_TYPES = 32 };

// Field numbers of descriptor.proto.
enum { SET_FILE = 1, FILE_MESSAGE_TYPE = 4, MESSAGE_NESTED_TYPE = 3 };

// DescriptorProto.nested_type is the only recursion of descriptor.proto. False when it goes
// deeper than allowed; bytes that are no protobuf are left to the unpacking to refuse.
static bool is_shallow(struct rc_view message, uint32_t number, unsigned depth)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    if (depth > MAX_NESTED_TYPES) {
        return false;
    }
    rc_wire_reader_init(&reader, message);
    while (rc_wire_next(&reader, &value)) {
        uint32_t inner = number == SET_FILE ? FILE_MESSAGE_TYPE : MESSAGE_NESTED_TYPE;
        if (value.number == number && value.type == RC_WIRE_BYTES &&
            !is_shallow(value.bytes, inner, depth + 1)) {
            return false;
        }
    }
    return true;
}

static void *allocate(void *scratch, size_t size)
{
    return rc_arena_alloc(scratch, size);
}

static void release(void *scratch, void *memory)
{
    (void)scratch; // the arena frees it
    (void)memory;
}

static rowcall_status unpack(struct rc_loader *loader, struct rc_view data, rowcall_error *err)
{
    if (data.len > MAX_SET_BYTES || !is_shallow(data, SET_FILE, 0)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "the descriptor set is larger or nested deeper than any schema");
    }
    ProtobufCAllocator allocator = {allocate, release, &loader->scratch};
    struct rc_view rest = data;
    rc_source_split(loader, data, &rest);
    loader->set = google__protobuf__file_descriptor_set__unpack(&allocator, rest.len,
                                                                (const uint8_t *)rest.data);
    if (!loader->set) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "the schema is not a compiled FileDescriptorSet (protoc "
                            "--descriptor_set_out)");
    }
    return ROWCALL_OK;
}

static bool imports_schema(const rc_file_proto *proto)
{
    for (size_t i = 0; i < proto->n_dependency; i++) {
        if (strcmp(proto->dependency[i], "rowcall/schema.proto") == 0) {
            return true;
        }
    }
    return false;
}

static void read_file(struct rc_loader *loader, size_t i)
{
    const rc_file_proto *proto = loader->set->file[i];
    struct rc_loader_file *file = &loader->files[loader->file_count++];
    const char *name = rc_loader_copy(loader, rc_text_or(proto->name, ""));
    const char *slash = strchr(name, '/');
    *file = (struct rc_loader_file){
        .proto = proto,
        .name = name,
        .folder = slash ? rc_loader_printf(loader, "%.*s", (int)(slash - name), name) : "",
        .authored = imports_schema(proto),
        .source_info = loader->source_infos ? loader->source_infos[i] : (struct rc_view){0},
    };
    if (!file->authored) {
        return;
    }
    struct rc_position position = {name, 0};
    rc_source_index(loader, file);
    file->database = rc_options_database(loader, file);
    if (strcmp(rc_text_or(proto->syntax, "proto2"), "proto3") != 0) {
        rc_loader_problem(loader, position,
                          "a schema is written in proto3: syntax = \"proto3\"");
    }
    if (proto->n_extension > 0) {
        const int32_t path[] = {7, 0};
        rc_loader_problem(loader, rc_source_position(file, path, 2),
                          "a schema file declares no extensions");
    }
}

static void reserve(struct rc_loader *loader)
{
    size_t entity_count = 0;
    size_t enum_count = 0;
    size_t service_count = 0;
    for (size_t i = 0; i < loader->set->n_file; i++) {
        service_count += loader->set->file[i]->n_service;
        entity_count += loader->set->file[i]->n_message_type;
        enum_count += loader->set->file[i]->n_enum_type;
    }
    loader->files = rc_loader_scratch(loader, loader->set->n_file, sizeof(*loader->files));
    loader->entities = rc_loader_scratch(loader, entity_count, sizeof(*loader->entities));
    loader->records = rc_loader_scratch(loader, entity_count, sizeof(*loader->records));
    loader->services = rc_loader_scratch(loader, service_count, sizeof(*loader->services));
    loader->enums = rc_loader_scratch(loader, enum_count, sizeof(*loader->enums));
    loader->schema->entities = rc_loader_alloc(loader, entity_count, sizeof(struct rc_entity));
    loader->schema->enums = rc_loader_alloc(loader, enum_count, sizeof(struct rc_enum));
}

static void run_passes(struct rc_loader *loader)
{
    reserve(loader);
    for (size_t i = 0; i < loader->set->n_file; i++) {
        read_file(loader, i);
    }
    for (size_t i = 0; i < loader->file_count; i++) {
        if (loader->files[i].authored) {
            rc_load_enums(loader, &loader->files[i]);
            rc_load_entities(loader, &loader->files[i]);
        }
    }
    rc_sort_entities(loader);
    for (size_t i = 0; i < loader->entity_count; i++) {
        rc_load_columns(loader, &loader->entities[i]);
        rc_load_keys(loader, &loader->entities[i]);
        rc_load_indexes(loader, &loader->entities[i]);
        rc_load_checks(loader, &loader->entities[i]);
    }
    for (size_t i = 0; i < loader->entity_count; i++) {
        rc_load_foreign_keys(loader, &loader->entities[i]);
        rc_load_join_tables(loader, &loader->entities[i]);
    }
    for (size_t i = 0; i < loader->file_count; i++) {
        if (loader->files[i].authored) {
            rc_load_records(loader, &loader->files[i]);
        }
    }
    for (size_t i = 0; i < loader->file_count; i++) {
        if (loader->files[i].authored) {
            rc_load_services(loader, &loader->files[i]);
        }
    }
    rc_load_scopes(loader);
}

static int compare_problems(const void *a, const void *b)
{
    const struct rc_problem *left = a;
    const struct rc_problem *right = b;
    int order = strcmp(left->position.file, right->position.file);
    order = order ? order : left->position.line - right->position.line;
    return order ? order : strcmp(left->message, right->message);
}

static rowcall_status judge(struct rc_loader *loader, rowcall_error *err)
{
    struct rc_problems *problems = loader->problems;
    if (problems->count == 0) {
        rc_fingerprints_prepare(loader);
        return ROWCALL_OK;
    }
    qsort(problems->items, problems->count, sizeof(*problems->items), compare_problems);
    rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "the schema has %zu problem%s", problems->count,
                 problems->count == 1 ? "" : "s");
    rc_error_detail(err, "P1012", NULL, NULL);
    return ROWCALL_INVALID_ARGUMENT;
}

rowcall_status rc_schema_load(struct rc_view descriptor_set, struct rc_schema **ret_schema,
                              struct rc_problems *ret_problems, rowcall_error *err)
{
    *ret_problems = (struct rc_problems){0};
    rc_arena_init(&ret_problems->arena, 0);
    // One block on the heap, so that longjmp leaves no local undefined.
    struct rc_loader *loader = calloc(1, sizeof(*loader));
    struct rc_schema *schema = calloc(1, sizeof(*schema));
    if (!loader || !schema) {
        free(loader);
        free(schema);
        return rc_error_oom(err);
    }
    rc_arena_init(&schema->arena, 0);
    rc_arena_init(&loader->scratch, 0);
    loader->schema = schema;
    loader->problems = ret_problems;
    volatile rowcall_status st = ROWCALL_OK;
    if (setjmp(loader->out_of_memory) == 0) {
        st = unpack(loader, descriptor_set, err);
        if (st == ROWCALL_OK) {
            run_passes(loader);
            st = judge(loader, err);
        }
    } else {
        st = rc_error_oom(err);
    }
    rc_arena_fini(&loader->scratch);
    rc_buf_fini(&loader->unsourced);
    free(loader);
    if (st != ROWCALL_OK) {
        rc_schema_free(schema);
        return st;
    }
    *ret_schema = schema;
    return ROWCALL_OK;
}

void rc_schema_free(struct rc_schema *schema)
{
    if (schema) {
        rc_fingerprints_fini(schema);
        rc_arena_fini(&schema->arena);
        free(schema);
    }
}
