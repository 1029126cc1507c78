// SPDX-License-Identifier: Apache-2.0
//
// One package of API protos as C sees it: its messages, enums and services with their names in
// C and their comments. Built from descriptors, before they are rewritten; everything lives in
// the arena and borrows from the descriptors.
#ifndef RC_CODEGEN_C_MODEL_H
#define RC_CODEGEN_C_MODEL_H

#include "base/arena.h"

#include <google/protobuf/descriptor.pb-c.h>

typedef Google__Protobuf__FileDescriptorProto rc_c_file_proto;
typedef Google__Protobuf__FieldDescriptorProto rc_c_field_proto;

enum { RC_C_NO_SERVICE = -1 };

struct rc_c_message {
    const Google__Protobuf__DescriptorProto *proto;
    const rc_c_file_proto *file;
    const char *own;     // shop_tea_where
    const char *type;    // Shop__TeaWhere
    const char *lower;   // shop__tea_where
    const char *upper;   // SHOP__TEA_WHERE
    const char *comment; // NULL when none
    const char **field_comments;
    int service; // whose header it belongs to; RC_C_NO_SERVICE: the package's
};

struct rc_c_enum {
    const Google__Protobuf__EnumDescriptorProto *proto;
    const rc_c_file_proto *file;
    const char *own;
    const char *type;
    const char *upper;
    const char *comment;
    int service;
};

struct rc_c_service {
    const Google__Protobuf__ServiceDescriptorProto *proto;
    const char *entity; // Tea
    const char *own;    // shop_tea
    const char *file;   // tea: its header's last name
    const char *comment;
    const char **method_comments;
};

struct rc_c_package {
    const char *name;   // "shop", "google.protobuf"
    const char *own;    // "shop", "google_protobuf"
    const char *folder; // "shop", "google/protobuf"
    const rc_c_file_proto **files;
    size_t file_count;
    struct rc_c_message *messages;
    size_t message_count;
    struct rc_c_enum *enums;
    size_t enum_count;
    struct rc_c_service *services;
    size_t service_count;
};

// Builds the model of one package from those of count files that belong to it. INVALID_ARGUMENT
// when two things would have one name in C.
rowcall_status rc_c_package_build(struct rc_arena *arena, const char *name,
                                  const rc_c_file_proto *const *files, size_t count,
                                  struct rc_c_package *ret_package,
                                  rowcall_error *err) RC_MUST_CHECK;

// The message a field or method refers to (".shop.Tea") when it is of this package; NULL else.
const struct rc_c_message *rc_c_package_message(const struct rc_c_package *package,
                                                const char *full_name);

// Rowcall's name for any message or enum (".rowcall.StringFilter"). NULL when memory is out.
const char *rc_c_package_name_of(struct rc_arena *arena, const struct rc_c_package *package,
                                 const char *full_name) RC_MUST_CHECK;

#endif
