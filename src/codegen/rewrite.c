// SPDX-License-Identifier: Apache-2.0
//
// Making descriptors palatable to protoc-gen-c 1.4.
#include "codegen/rewrite.h"

#include <string.h>

typedef Google__Protobuf__FileDescriptorProto file_proto;
typedef Google__Protobuf__DescriptorProto message_proto;
typedef Google__Protobuf__FieldDescriptorProto field_proto;

// FileOptions extension (pb_c_file): no pack and init functions (tables alone, an eighth of the
// code), const strings. Field 1019 with length-delimited {gen_pack_helpers 2: false,
// gen_init_helpers 3: false, const_strings 4: true}.
enum { PB_C_FILE = 1019 };
static const uint8_t pb_c_file_options[] = {6, 2 << 3, 0, 3 << 3, 0, 4 << 3, 1};

char *rc_codegen_path(struct rc_arena *arena, const file_proto *file)
{
    const char *name = file->name ? file->name : "";
    const char *slash = strrchr(name, '/');
    const char *last = slash ? slash + 1 : name;
    if (!file->package || *file->package == '\0') {
        return rc_arena_strdup(arena, last);
    }
    char *path = rc_arena_printf(arena, "%s/%s", file->package, last);
    for (char *at = path; at && *at != '/'; at++) {
        *at = *at == '.' ? '/' : *at;
    }
    return path;
}

static bool is_packable(const field_proto *field)
{
    return field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED &&
           field->type != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING &&
           field->type != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES &&
           field->type != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE &&
           field->type != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_GROUP;
}

static bool rewrite_field(struct rc_arena *arena, field_proto *field)
{
    if (field->proto3_optional) {
        field->has_oneof_index = 0;
        field->has_proto3_optional = 0;
        field->proto3_optional = 0;
    }
    if (field->options) {
        field->options->base.n_unknown_fields = 0;
    }
    if (!is_packable(field)) {
        return true;
    }
    if (!field->options) {
        field->options = rc_arena_new(arena, Google__Protobuf__FieldOptions);
        if (!field->options) {
            return false;
        }
        google__protobuf__field_options__init(field->options);
    }
    if (!field->options->has_packed) {
        field->options->has_packed = 1;
        field->options->packed = 1;
    }
    return true;
}

// Depth is protoc's own: it has parsed these messages recursively itself.
static bool rewrite_message(struct rc_arena *arena, message_proto *message)
{
    size_t oneof_count = 0;
    for (size_t i = 0; i < message->n_field; i++) {
        if (!rewrite_field(arena, message->field[i])) {
            return false;
        }
        size_t used =
            message->field[i]->has_oneof_index ? (size_t)message->field[i]->oneof_index + 1 : 0;
        oneof_count = used > oneof_count ? used : oneof_count;
    }
    // protoc puts synthetic oneofs behind real ones: the indexes that are left are still right.
    message->n_oneof_decl =
        oneof_count < message->n_oneof_decl ? oneof_count : message->n_oneof_decl;
    message->n_extension = 0;
    if (message->options) {
        message->options->base.n_unknown_fields = 0;
    }
    for (size_t i = 0; i < message->n_nested_type; i++) {
        if (!rewrite_message(arena, message->nested_type[i])) {
            return false;
        }
    }
    return true;
}

static bool rewrite_options(struct rc_arena *arena, file_proto *file)
{
    if (!file->options) {
        file->options = rc_arena_new(arena, Google__Protobuf__FileOptions);
        if (!file->options) {
            return false;
        }
        google__protobuf__file_options__init(file->options);
    }
    ProtobufCMessageUnknownField *option = rc_arena_new(arena, ProtobufCMessageUnknownField);
    uint8_t *data = rc_arena_alloc(arena, sizeof(pb_c_file_options));
    if (!option || !data) {
        return false;
    }
    memcpy(data, pb_c_file_options, sizeof(pb_c_file_options));
    *option = (ProtobufCMessageUnknownField){.tag = PB_C_FILE,
                                             .wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
                                             .len = sizeof(pb_c_file_options),
                                             .data = data};
    file->options->base.unknown_fields = option;
    file->options->base.n_unknown_fields = 1;
    return true;
}

// Imports that only options need would make the output include headers that nobody has.
static bool is_about_options(const char *import)
{
    return strcmp(import, "google/protobuf/descriptor.proto") == 0 ||
           strcmp(import, "rowcall/schema.proto") == 0;
}

static const file_proto *find_file(const Google__Protobuf__FileDescriptorSet *all,
                                   const char *name)
{
    for (size_t i = 0; i < all->n_file; i++) {
        if (all->file[i]->name && strcmp(all->file[i]->name, name) == 0) {
            return all->file[i];
        }
    }
    return NULL;
}

// Keeps what is public so; weak imports are of no interest to C.
static bool rewrite_public(struct rc_arena *arena, file_proto *file, const size_t *moved)
{
    int32_t *kept = rc_arena_new_array(arena, file->n_public_dependency + 1, int32_t);
    size_t count = 0; // file->n_dependency still counts what was there before
    for (size_t i = 0; kept && i < file->n_public_dependency; i++) {
        size_t from = (size_t)file->public_dependency[i];
        if (from < file->n_dependency && moved[from] != SIZE_MAX) {
            kept[count++] = (int32_t)moved[from];
        }
    }
    file->public_dependency = kept;
    file->n_public_dependency = count;
    file->n_weak_dependency = 0;
    return kept != NULL;
}

static rowcall_status rewrite_imports(struct rc_arena *arena, file_proto *file,
                                      const Google__Protobuf__FileDescriptorSet *all,
                                      rowcall_error *err)
{
    size_t count = 0;
    size_t *moved = rc_arena_new_array(arena, file->n_dependency + 1, size_t);
    for (size_t i = 0; moved && i < file->n_dependency; i++) {
        if (is_about_options(file->dependency[i])) {
            moved[i] = SIZE_MAX;
            continue;
        }
        const file_proto *import = find_file(all, file->dependency[i]);
        char *path = import ? rc_codegen_path(arena, import) : file->dependency[i];
        if (!path) {
            return rc_error_oom(err);
        }
        moved[i] = count;
        file->dependency[count++] = path;
    }
    if (!moved || !rewrite_public(arena, file, moved)) {
        return rc_error_oom(err);
    }
    file->n_dependency = count;
    return ROWCALL_OK;
}

rowcall_status rc_codegen_rewrite(struct rc_arena *arena, file_proto *file,
                                  const Google__Protobuf__FileDescriptorSet *all,
                                  rowcall_error *err)
{
    static char proto2[] = "proto2";
    file->syntax = proto2;
    file->n_service = 0;
    file->n_extension = 0;
    rowcall_status st = rewrite_imports(arena, file, all, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    for (size_t i = 0; i < file->n_message_type; i++) {
        if (!rewrite_message(arena, file->message_type[i])) {
            return rc_error_oom(err);
        }
    }
    for (size_t i = 0; i < file->n_enum_type; i++) {
        if (file->enum_type[i]->options) {
            file->enum_type[i]->options->base.n_unknown_fields = 0;
        }
    }
    return rewrite_options(arena, file) ? ROWCALL_OK : rc_error_oom(err);
}
