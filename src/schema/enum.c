// SPDX-License-Identifier: Apache-2.0
//
// Enums: proto values become the labels of a PostgreSQL enum type. proto3 wants a value 0; one
// that is called *_UNSPECIFIED stands for "none" and is no label.
#include "schema/loader.h"

#include "schema/names.h"

#include <ctype.h>
#include <string.h>

typedef Google__Protobuf__EnumValueDescriptorProto enum_value_proto;

// The part of a value's name behind the enum's own, as the style guide prefixes it:
// PaintColor, PAINT_COLOR_RED -> RED. The whole name when it has no such prefix.
static const char *strip_prefix(struct rc_loader *loader, const char *enum_name,
                                const char *value)
{
    char *prefix = rc_loader_must(loader, rc_snake_case(&loader->scratch, enum_name));
    size_t len = strlen(prefix);
    for (size_t i = 0; i < len; i++) {
        if (toupper((unsigned char)prefix[i]) != value[i]) {
            return value;
        }
    }
    bool more = value[len] == '_' && value[len + 1] != '\0';
    return more ? value + len + 1 : value;
}

static bool is_unspecified(const enum_value_proto *value, const Rowcall__Label *label)
{
    static const char suffix[] = "_UNSPECIFIED";
    size_t len = strlen(value->name);
    size_t suffix_len = sizeof(suffix) - 1;
    return value->number == 0 && !label && len > suffix_len &&
           strcmp(value->name + len - suffix_len, suffix) == 0;
}

static void read_labels(struct rc_loader *loader, const struct rc_loader_file *file,
                        const rc_enum_proto *proto, struct rc_enum *enumeration, int32_t index)
{
    struct rc_enum_label *labels =
        rc_loader_alloc(loader, proto->n_value, sizeof(struct rc_enum_label));
    size_t count = 0;
    for (size_t i = 0; i < proto->n_value; i++) {
        const enum_value_proto *value = proto->value[i];
        const int32_t path[] = {5, index, 2, (int32_t)i};
        struct rc_position position = rc_source_position(file, path, 4);
        const Rowcall__Label *option = rc_options_label(loader, value, position);
        if (!value->name) {
            continue;
        }
        const char *name = rc_loader_copy(loader, value->name);
        if (is_unspecified(value, option)) {
            enumeration->unspecified = 0;
            enumeration->unspecified_name = name;
            continue;
        }
        const char *label = option && option->name
                                ? option->name
                                : strip_prefix(loader, enumeration->name, value->name);
        rc_loader_check_name(loader, position, "enum label", label);
        if (value->number < 0) {
            rc_loader_problem(loader, position, "enum value %s: numbers begin at 0", name);
        }
        for (size_t j = 0; j < count; j++) {
            if (strcmp(labels[j].label, label) == 0) {
                rc_loader_problem(
                    loader, position,
                    "enum %s has two labels \"%s\": give one another (rowcall.label)",
                    enumeration->name, label);
            }
            if (labels[j].number == value->number) {
                rc_loader_problem(
                    loader, position,
                    "enum values %s and %s have one number: aliases have no label",
                    labels[j].name, name);
            }
        }
        labels[count++] = (struct rc_enum_label){
            .name = name,
            .number = value->number,
            .label = rc_loader_copy(loader, label),
            .renamed_from = rc_loader_renamed_from(loader, position, "label", label,
                                                   option ? option->renamed_from : NULL),
            .comment = rc_source_comment(loader, file, path, 4)};
    }
    enumeration->labels = labels;
    enumeration->label_count = count;
}

static void read_reserved(struct rc_loader *loader, const rc_enum_proto *proto,
                          struct rc_enum *enumeration)
{
    size_t count = proto->n_reserved_range + proto->n_reserved_name;
    struct rc_reserved *reserved = rc_loader_alloc(loader, count, sizeof(*reserved));
    size_t at = 0;
    for (size_t i = 0; i < proto->n_reserved_range; i++) {
        reserved[at++] =
            (struct rc_reserved){.first = (uint32_t)proto->reserved_range[i]->start,
                                 .last = (uint32_t)proto->reserved_range[i]->end};
    }
    for (size_t i = 0; i < proto->n_reserved_name; i++) {
        reserved[at++].name = rc_loader_copy(loader, proto->reserved_name[i]);
    }
    enumeration->reserved = reserved;
    enumeration->reserved_count = count;
}

static void read_enum(struct rc_loader *loader, const struct rc_loader_file *file,
                      const rc_enum_proto *proto, struct rc_enum *enumeration, int32_t index)
{
    const int32_t path[] = {5, index};
    struct rc_position position = rc_source_position(file, path, 2);
    const Rowcall__EnumType *option = rc_options_enum(loader, proto, position);
    const char *name = rc_loader_copy(loader, rc_text_or(proto->name, ""));
    *enumeration = (struct rc_enum){
        .name = name,
        .sql_name = option && option->name ? rc_loader_copy(loader, option->name) : name,
        .sql_schema =
            rc_loader_copy(loader, option && option->schema ? option->schema : "public"),
        .unspecified = -1,
        .comment = rc_source_comment(loader, file, path, 2),
        .shared = strcmp(file->folder, "shared") == 0,
        .position = position,
    };
    if (!rc_name_is_type(name)) {
        rc_loader_problem(
            loader, position,
            "enum \"%s\": write its name in CamelCase; (rowcall.enum).name is its "
            "name in PostgreSQL",
            name);
    }
    rc_loader_check_name(loader, position, "enum type", enumeration->sql_name);
    rc_loader_check_name(loader, position, "schema", enumeration->sql_schema);
    enumeration->renamed_from = rc_loader_renamed_from(
        loader, position, "enum", enumeration->sql_name, option ? option->renamed_from : NULL);
    read_labels(loader, file, proto, enumeration, index);
    read_reserved(loader, proto, enumeration);
    if (enumeration->label_count == 0) {
        rc_loader_problem(loader, position,
                          "enum %s has no labels: add a value beside the unspecified one",
                          name);
    }
}

void rc_load_enums(struct rc_loader *loader, struct rc_loader_file *file)
{
    struct rc_enum *enums = (struct rc_enum *)loader->schema->enums;
    for (size_t i = 0; i < file->proto->n_enum_type; i++) {
        const rc_enum_proto *proto = file->proto->enum_type[i];
        struct rc_enum *enumeration = &enums[loader->schema->enum_count++];
        read_enum(loader, file, proto, enumeration, (int32_t)i);
        loader->enums[loader->enum_count++] = (struct rc_loader_enum){
            enumeration,
            rc_loader_printf(loader, ".%s.%s", rc_text_or(file->proto->package, ""),
                             enumeration->name)};
    }
}
