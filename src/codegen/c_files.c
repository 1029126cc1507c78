// SPDX-License-Identifier: Apache-2.0
//
// C from compiled API protos: the descriptor set is put into a plugin's request, and the
// response taken apart.
#include "codegen/c_files.h"

#include "codegen/plugin.h"
#include "wire/writer.h"

#include <string.h>

// Field numbers: FileDescriptorSet.file, FileDescriptorProto.name, and of plugin.proto.
enum { SET_FILE = 1, PROTO_NAME = 1 };
enum { REQUEST_FILE_TO_GENERATE = 1, REQUEST_PROTO_FILE = 15 };
enum { RESPONSE_ERROR = 1, RESPONSE_FILE = 15 };
enum { FILE_NAME = 1, FILE_CONTENT = 15 };

// The value of a bytes field, empty when there is none.
static struct rc_view find_bytes(struct rc_view message, uint32_t number)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, message);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == number && value.type == RC_WIRE_BYTES) {
            return value.bytes;
        }
    }
    return (struct rc_view){0};
}

static rowcall_status write_request(struct rc_view descriptor_set, struct rc_buf *request,
                                    rowcall_error *err)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, descriptor_set);
    while (rc_wire_next(&reader, &value)) {
        if (value.number != SET_FILE || value.type != RC_WIRE_BYTES) {
            continue;
        }
        struct rc_view name = find_bytes(value.bytes, PROTO_NAME);
        if (!rc_view_is(name, "google/protobuf/descriptor.proto") &&
            !rc_view_is(name, "rowcall/schema.proto")) {
            rc_wire_put_bytes(request, REQUEST_FILE_TO_GENERATE, name);
        }
        rc_wire_put_bytes(request, REQUEST_PROTO_FILE, value.bytes);
    }
    if (reader.broken) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "the API protos are not a compiled FileDescriptorSet");
    }
    return rc_buf_status(request, err);
}

static rowcall_status read_response(struct rc_view response, rc_c_file_fn on_file,
                                    void *context, rowcall_error *err)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_view problem = find_bytes(response, RESPONSE_ERROR);
    if (problem.len > 0) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%.*s", rc_view_arg(problem));
    }
    rc_wire_reader_init(&reader, response);
    while (rc_wire_next(&reader, &value)) {
        if (value.number != RESPONSE_FILE || value.type != RC_WIRE_BYTES) {
            continue;
        }
        char name[256];
        struct rc_view path = find_bytes(value.bytes, FILE_NAME);
        if (path.len == 0 || path.len >= sizeof(name)) {
            return rc_error_set(err, ROWCALL_INTERNAL, "a generated file has no usable name");
        }
        memcpy(name, path.data, path.len);
        name[path.len] = '\0';
        on_file(context, name, find_bytes(value.bytes, FILE_CONTENT));
    }
    return reader.broken
               ? rc_error_set(err, ROWCALL_INTERNAL, "protoc-gen-c's answer is damaged")
               : ROWCALL_OK;
}

rowcall_status rc_codegen_c(struct rc_view descriptor_set, const char *protoc_gen_c,
                            rc_c_file_fn on_file, void *context, rowcall_error *err)
{
    struct rc_buf request = {0};
    struct rc_buf response = {0};
    rowcall_status st = write_request(descriptor_set, &request, err);
    if (st == ROWCALL_OK) {
        st = rc_codegen_plugin(rc_buf_view(&request), protoc_gen_c, &response, err);
    }
    if (st == ROWCALL_OK) {
        st = read_response(rc_buf_view(&response), on_file, context, err);
    }
    rc_buf_fini(&request);
    rc_buf_fini(&response);
    return st;
}
