// SPDX-License-Identifier: Apache-2.0
//
// C from API protos, as a protoc plugin. First Rowcall's own files are printed from the
// descriptors as they are, then the descriptors are rewritten and protoc-gen-c adds the
// structs.
#include "codegen/plugin.h"

#include "codegen/c_scope.h"
#include "codegen/rewrite.h"
#include "codegen/subprocess.h"
#include "wire/writer.h"

#include <string.h>

// Field numbers of google/protobuf/compiler/plugin.proto.
enum { REQUEST_FILE_TO_GENERATE = 1, REQUEST_PROTO_FILE = 15 };
enum { RESPONSE_FEATURES = 2, RESPONSE_FILE = 15 };
enum { FILE_NAME = 1, FILE_CONTENT = 15 };
enum { FEATURE_PROTO3_OPTIONAL = 1 };

struct request {
    Google__Protobuf__FileDescriptorSet all; // every file, in dependency order
    rc_c_file_proto **chosen;                // those to generate
    size_t chosen_count;
};

static void *allocate(void *arena, size_t size)
{
    return rc_arena_alloc(arena, size);
}

static void release(void *arena, void *memory)
{
    (void)arena; // frees it with everything else
    (void)memory;
}

static rowcall_status count_files(struct rc_view bytes, size_t *ret_files, size_t *ret_chosen,
                                  rowcall_error *err)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        *ret_files += value.number == REQUEST_PROTO_FILE;
        *ret_chosen += value.number == REQUEST_FILE_TO_GENERATE;
    }
    return reader.broken
               ? rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                              "the input is no CodeGeneratorRequest: protoc runs this "
                              "program, people do not")
               : ROWCALL_OK;
}

static rc_c_file_proto *find_file(const struct request *request, struct rc_view name)
{
    for (size_t i = 0; i < request->all.n_file; i++) {
        if (request->all.file[i]->name && rc_view_is(name, request->all.file[i]->name)) {
            return request->all.file[i];
        }
    }
    return NULL;
}

static rowcall_status read_request(struct rc_arena *arena, struct rc_view bytes,
                                   struct request *ret_request, rowcall_error *err)
{
    struct request request = {0};
    size_t file_count = 0;
    size_t chosen_count = 0;
    google__protobuf__file_descriptor_set__init(&request.all);
    rowcall_status st = count_files(bytes, &file_count, &chosen_count, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    request.all.file = rc_arena_new_array(arena, file_count + 1, rc_c_file_proto *);
    request.chosen = rc_arena_new_array(arena, chosen_count + 1, rc_c_file_proto *);
    if (!request.all.file || !request.chosen) {
        return rc_error_oom(err);
    }
    ProtobufCAllocator allocator = {allocate, release, arena};
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == REQUEST_PROTO_FILE && value.type == RC_WIRE_BYTES) {
            rc_c_file_proto *file = google__protobuf__file_descriptor_proto__unpack(
                &allocator, value.bytes.len, (const uint8_t *)value.bytes.data);
            if (!file || !file->name) {
                return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                                    "a file of the request cannot be read");
            }
            request.all.file[request.all.n_file++] = file;
        }
    }
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == REQUEST_FILE_TO_GENERATE && value.type == RC_WIRE_BYTES) {
            rc_c_file_proto *file = find_file(&request, value.bytes);
            if (!file) {
                return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                                    "file %.*s is to be generated and not in the request",
                                    rc_view_arg(value.bytes));
            }
            request.chosen[request.chosen_count++] = file;
        }
    }
    *ret_request = request;
    return ROWCALL_OK;
}

static void append_file(void *response, const char *name, struct rc_view content)
{
    struct rc_buf *out = response;
    size_t mark = rc_wire_begin(out, RESPONSE_FILE);
    rc_wire_put_text(out, FILE_NAME, name);
    rc_wire_put_bytes(out, FILE_CONTENT, content);
    rc_wire_end(out, mark);
}

// Each package of the chosen files once, in their order.
static rowcall_status print_packages(struct rc_arena *arena, const struct request *request,
                                     struct rc_buf *response, rowcall_error *err)
{
    bool scope = false;
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < request->chosen_count; i++) {
        const char *name = request->chosen[i]->package ? request->chosen[i]->package : "";
        bool again = false;
        for (size_t k = 0; k < i; k++) {
            const char *other = request->chosen[k]->package ? request->chosen[k]->package : "";
            again = again || strcmp(name, other) == 0;
        }
        if (again) {
            continue;
        }
        struct rc_c_package package;
        st = rc_c_package_build(arena, name, (const rc_c_file_proto *const *)request->chosen,
                                request->chosen_count, &package, err);
        if (st == ROWCALL_OK) {
            st = rc_c_package_print(arena, &package, append_file, response, err);
            scope = scope || (package.service_count > 0 && strcmp(name, "rowcall") != 0);
        }
    }
    if (st == ROWCALL_OK && scope) {
        st = rc_c_shared_handle_print(append_file, response, err);
    }
    return st;
}

// The request for protoc-gen-c: the rewritten files under their new names.
static rowcall_status write_rewritten(struct rc_arena *arena, struct request *request,
                                      struct rc_buf *out, rowcall_error *err)
{
    for (size_t i = 0; i < request->all.n_file; i++) {
        rowcall_status st = rc_codegen_rewrite(arena, request->all.file[i], &request->all, err);
        if (st != ROWCALL_OK) {
            return st;
        }
    }
    for (size_t i = 0; i < request->all.n_file; i++) {
        rc_c_file_proto *file = request->all.file[i];
        file->name = rc_codegen_path(arena, file);
        if (!file->name) {
            return rc_error_oom(err);
        }
    }
    for (size_t i = 0; i < request->chosen_count; i++) {
        rc_wire_put_text(out, REQUEST_FILE_TO_GENERATE, request->chosen[i]->name);
    }
    for (size_t i = 0; i < request->all.n_file; i++) {
        const rc_c_file_proto *file = request->all.file[i];
        size_t len = google__protobuf__file_descriptor_proto__get_packed_size(file);
        uint8_t *packed = rc_arena_alloc(arena, len + 1);
        if (!packed) {
            return rc_error_oom(err);
        }
        google__protobuf__file_descriptor_proto__pack(file, packed);
        rc_wire_put_bytes(out, REQUEST_PROTO_FILE, (struct rc_view){(const char *)packed, len});
    }
    return rc_buf_status(out, err);
}

static rowcall_status generate(struct rc_arena *arena, struct rc_view bytes,
                               const char *protoc_gen_c, struct rc_buf *response,
                               rowcall_error *err)
{
    struct request request;
    struct rc_buf rewritten = {0};
    rowcall_status st = read_request(arena, bytes, &request, err);
    if (st == ROWCALL_OK) {
        st = print_packages(arena, &request, response, err);
    }
    if (st == ROWCALL_OK) {
        st = write_rewritten(arena, &request, &rewritten, err);
    }
    if (st == ROWCALL_OK) {
        // Responses are messages: what protoc-gen-c answers is appended as it is.
        st = rc_subprocess_filter(protoc_gen_c, rc_buf_view(&rewritten), response, err);
        // Last, for protoc-gen-c says it has none, and the last word counts.
        rc_wire_put_uint(response, RESPONSE_FEATURES, FEATURE_PROTO3_OPTIONAL);
    }
    rc_buf_fini(&rewritten);
    return st;
}

rowcall_status rc_codegen_plugin(struct rc_view request, const char *protoc_gen_c,
                                 struct rc_buf *ret_response, rowcall_error *err)
{
    struct rc_arena arena;
    struct rc_buf response = {0};
    rc_arena_init(&arena, 0);
    rowcall_status st = generate(&arena, request, protoc_gen_c, &response, err);
    if (st == ROWCALL_OK) {
        rc_buf_append_view(ret_response, rc_buf_view(&response));
        st = rc_buf_status(ret_response, err);
    }
    rc_buf_fini(&response);
    rc_arena_fini(&arena);
    return st;
}
