// SPDX-License-Identifier: Apache-2.0
//
// Rendering message tables as google.protobuf.*DescriptorProto. The numbers are those of
// descriptor.proto.
//
// Files are laid out as codegen prints them: model.proto with all data, then one file an entity
// with its requests, responses and service.
#include "api/descriptor.h"

#include "wire/writer.h"

enum {
    SET_FILE = 1,
    FILE_NAME = 1,
    FILE_PACKAGE = 2,
    FILE_DEPENDENCY = 3,
    FILE_MESSAGE = 4,
    FILE_ENUM = 5,
    FILE_SERVICE = 6,
    FILE_SYNTAX = 12,
    MESSAGE_NAME = 1,
    MESSAGE_FIELD = 2,
    MESSAGE_ONEOF = 8,
    FIELD_NAME = 1,
    FIELD_NUMBER = 3,
    FIELD_LABEL = 4,
    FIELD_TYPE = 5,
    FIELD_TYPE_NAME = 6,
    FIELD_ONEOF_INDEX = 9,
    FIELD_PROTO3_OPTIONAL = 17,
    ONEOF_NAME = 1,
    ENUM_NAME = 1,
    ENUM_VALUE = 2,
    VALUE_NAME = 1,
    VALUE_NUMBER = 2,
    SERVICE_NAME = 1,
    SERVICE_METHOD = 2,
    METHOD_NAME = 1,
    METHOD_INPUT = 2,
    METHOD_OUTPUT = 3,
    LABEL_OPTIONAL = 1,
    LABEL_REPEATED = 3
};

// One file being written: the model's (only is NULL) or an entity's.
struct file {
    struct rc_buf *out;
    const struct rc_model *only;
};

static void put_type_name(struct rc_buf *out, uint32_t number, const char *full_name)
{
    rc_wire_put_tag(out, number, RC_WIRE_BYTES);
    rc_wire_put_varint(out, strlen(full_name) + 1);
    rc_buf_append_char(out, '.');
    rc_buf_append_text(out, full_name);
}

// synthetic: index of the oneof that proto3 `optional` stands for, -1 when the field has none.
static void put_field(struct rc_buf *out, const struct rc_wire_field *field, int synthetic)
{
    size_t mark = rc_wire_begin(out, MESSAGE_FIELD);
    rc_wire_put_text(out, FIELD_NAME, field->name);
    rc_wire_put_uint(out, FIELD_NUMBER, field->number);
    rc_wire_put_uint(out, FIELD_LABEL, field->repeated ? LABEL_REPEATED : LABEL_OPTIONAL);
    rc_wire_put_uint(out, FIELD_TYPE, (uint64_t)field->type);
    if (field->type == RC_FIELD_MESSAGE) {
        put_type_name(out, FIELD_TYPE_NAME, field->message->full_name);
    } else if (field->type == RC_FIELD_ENUM) {
        put_type_name(out, FIELD_TYPE_NAME, field->enumeration->full_name);
    }
    if (field->oneof >= 0) {
        rc_wire_put_uint(out, FIELD_ONEOF_INDEX, (uint64_t)field->oneof);
    } else if (synthetic >= 0) {
        rc_wire_put_uint(out, FIELD_ONEOF_INDEX, (uint64_t)synthetic);
        rc_wire_put_uint(out, FIELD_PROTO3_OPTIONAL, 1);
    }
    rc_wire_end(out, mark);
}

static void put_oneof(struct rc_buf *out, const char *prefix, const char *name)
{
    size_t mark = rc_wire_begin(out, MESSAGE_ONEOF);
    rc_wire_put_tag(out, ONEOF_NAME, RC_WIRE_BYTES);
    rc_wire_put_varint(out, strlen(prefix) + strlen(name));
    rc_buf_append_text(out, prefix);
    rc_buf_append_text(out, name);
    rc_wire_end(out, mark);
}

// protoc lists a message's fields in the order they are written: members of a oneof behind the
// others.
static void put_message(struct rc_buf *out, const struct rc_wire_message *message)
{
    size_t mark = rc_wire_begin(out, FILE_MESSAGE);
    rc_wire_put_text(out, MESSAGE_NAME, message->name);
    int synthetic = (int)message->oneof_count;
    for (size_t i = 0; i < message->field_count; i++) {
        const struct rc_wire_field *field = &message->fields[i];
        if (field->oneof < 0) {
            put_field(out, field, field->optional ? synthetic++ : -1);
        }
    }
    for (size_t i = 0; i < message->field_count; i++) {
        if (message->fields[i].oneof >= 0) {
            put_field(out, &message->fields[i], -1);
        }
    }
    for (size_t i = 0; i < message->oneof_count; i++) {
        put_oneof(out, "", message->oneofs[i]);
    }
    for (size_t i = 0; i < message->field_count; i++) {
        if (message->fields[i].optional) {
            put_oneof(out, "_", message->fields[i].name);
        }
    }
    rc_wire_end(out, mark);
}

static bool is_method_message(const struct rc_wire_message *message)
{
    return message->role == RC_MESSAGE_REQUEST || message->role == RC_MESSAGE_RESPONSE;
}

static void on_message(void *context, const struct rc_model *model,
                       const struct rc_wire_message *message)
{
    struct file *file = context;
    if (file->only ? model == file->only && is_method_message(message)
                   : !is_method_message(message)) {
        put_message(file->out, message);
    }
}

static void on_enum(void *context, const struct rc_model *model,
                    const struct rc_wire_enum *enumeration)
{
    struct file *file = context;
    (void)model;
    if (file->only) {
        return;
    }
    size_t mark = rc_wire_begin(file->out, FILE_ENUM);
    rc_wire_put_text(file->out, ENUM_NAME, enumeration->name);
    for (size_t i = 0; i < enumeration->value_count; i++) {
        size_t value = rc_wire_begin(file->out, ENUM_VALUE);
        rc_wire_put_text(file->out, VALUE_NAME, enumeration->values[i].name);
        rc_wire_put_uint(file->out, VALUE_NUMBER,
                         (uint64_t)(int64_t)enumeration->values[i].number);
        rc_wire_end(file->out, value);
    }
    rc_wire_end(file->out, mark);
}

static void put_service(struct rc_buf *out, struct rc_api *api, const struct rc_model *model,
                        const char *name)
{
    size_t mark = rc_wire_begin(out, FILE_SERVICE);
    rc_wire_put_text(out, SERVICE_NAME, name);
    for (int verb = 0; verb < RC_VERB_NUMBER; verb++) {
        const struct rc_wire_message *request = rc_api_request(api, model, (enum rc_verb)verb);
        const struct rc_wire_message *response =
            rc_api_response(api, model, (enum rc_verb)verb);
        if (request && response) {
            size_t method = rc_wire_begin(out, SERVICE_METHOD);
            rc_wire_put_text(out, METHOD_NAME, rc_verb_name((enum rc_verb)verb));
            put_type_name(out, METHOD_INPUT, request->full_name);
            put_type_name(out, METHOD_OUTPUT, response->full_name);
            rc_wire_end(out, method);
        }
    }
    rc_wire_end(out, mark);
}

static void put_sql_service(struct rc_buf *out, struct rc_api *api,
                            const struct rc_sql_service *service, const char *name)
{
    size_t mark = rc_wire_begin(out, FILE_SERVICE);
    rc_wire_put_text(out, SERVICE_NAME, name);
    for (size_t i = 0; i < service->method_count; i++) {
        const struct rc_wire_message *request = rc_api_sql_request(api, &service->methods[i]);
        const struct rc_wire_message *response = rc_api_sql_response(api, &service->methods[i]);
        if (request && response) {
            size_t method = rc_wire_begin(out, SERVICE_METHOD);
            rc_wire_put_text(out, METHOD_NAME, service->methods[i].name);
            put_type_name(out, METHOD_INPUT, request->full_name);
            put_type_name(out, METHOD_OUTPUT, response->full_name);
            rc_wire_end(out, method);
        }
    }
    rc_wire_end(out, mark);
}

static rowcall_status put_file(struct rc_api *api, const struct rc_model *only,
                               struct rc_buf *out, rowcall_error *err)
{
    const char *scope = rc_api_scope(api)->name;
    struct rc_arena names;
    rc_arena_init(&names, 0);
    const char *file_name = only ? rc_snake_case(&names, only->entity->name) : "model";
    const char *path =
        file_name ? rc_arena_printf(&names, "api/%s/%s.proto", scope, file_name) : NULL;
    const char *model_path = rc_arena_printf(&names, "api/%s/model.proto", scope);
    const char *service = only ? rc_arena_printf(&names, "%sService", only->entity->name) : "";
    rowcall_status st = path && model_path && service ? ROWCALL_OK : rc_error_oom(err);
    if (st == ROWCALL_OK) {
        struct file file = {.out = out, .only = only};
        size_t mark = rc_wire_begin(out, SET_FILE);
        rc_wire_put_text(out, FILE_NAME, path);
        rc_wire_put_text(out, FILE_PACKAGE, scope);
        if (only) {
            rc_wire_put_text(out, FILE_DEPENDENCY, model_path);
        } else {
            rc_wire_put_text(out, FILE_DEPENDENCY, "google/protobuf/timestamp.proto");
            rc_wire_put_text(out, FILE_DEPENDENCY, "rowcall/query.proto");
        }
        st = rc_api_each(api, on_enum, on_message, &file, err);
        const struct rc_sql_service *sql = only ? only->service : NULL;
        if (sql) {
            put_sql_service(out, api, sql, service);
        } else if (only) {
            put_service(out, api, only, service);
        }
        rc_wire_put_text(out, FILE_SYNTAX, "proto3");
        rc_wire_end(out, mark);
    }
    rc_arena_fini(&names);
    return st;
}

rowcall_status rc_api_descriptor_set(struct rc_api *api, struct rc_buf *out, rowcall_error *err)
{
    const struct rc_scope *scope = rc_api_scope(api);
    rc_buf_append_view(out, rc_api_fixed_descriptors()); // concatenation merges repeated fields
    rowcall_status st = put_file(api, NULL, out, err);
    for (size_t i = 0; st == ROWCALL_OK && i < scope->model_count; i++) {
        st = put_file(api, &scope->models[i], out, err);
    }
    for (size_t i = 0; st == ROWCALL_OK && i < scope->service_count; i++) {
        st = put_file(api, &scope->services[i].model, out, err);
    }
    return st == ROWCALL_OK ? rc_buf_status(out, err) : st;
}
