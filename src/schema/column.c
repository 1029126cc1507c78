// SPDX-License-Identifier: Apache-2.0
//
// Columns: each field of an entity that is not a relation.
#include "schema/loader.h"

#include "schema/names.h"

#include <string.h>

#define TIMESTAMP_NAME ".google.protobuf.Timestamp"

// The system columns of every table.
static const char *const system_columns[] = {"tableoid", "xmin", "cmin",
                                             "xmax",     "cmax", "ctid"};

// A column while it is read.
struct column_draft {
    struct rc_loader_entity *entity;
    const rc_field_proto *field;
    struct rc_column *column;
    struct rc_loader_column *state;
    const Rowcall__Column *options; // never NULL here: an empty one stands for none
};

#define problem(loader, draft, ...)                                                            \
    rc_loader_problem((loader), (draft)->column->position, __VA_ARGS__)

static bool is_listed(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_repeated(const rc_field_proto *field)
{
    return field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
}

static enum rc_field_type field_type(const rc_field_proto *field)
{
    return (enum rc_field_type)field->type;
}

static const char *field_type_name(enum rc_field_type type)
{
    static const char *const names[] = {
        [RC_FIELD_DOUBLE] = "double",     [RC_FIELD_FLOAT] = "float",
        [RC_FIELD_INT64] = "int64",       [RC_FIELD_UINT64] = "uint64",
        [RC_FIELD_INT32] = "int32",       [RC_FIELD_FIXED64] = "fixed64",
        [RC_FIELD_FIXED32] = "fixed32",   [RC_FIELD_BOOL] = "bool",
        [RC_FIELD_STRING] = "string",     [RC_FIELD_MESSAGE] = "google.protobuf.Timestamp",
        [RC_FIELD_BYTES] = "bytes",       [RC_FIELD_UINT32] = "uint32",
        [RC_FIELD_ENUM] = "an enum",      [RC_FIELD_SFIXED32] = "sfixed32",
        [RC_FIELD_SFIXED64] = "sfixed64", [RC_FIELD_SINT32] = "sint32",
        [RC_FIELD_SINT64] = "sint64",
    };
    size_t count = sizeof(names) / sizeof(names[0]);
    return (size_t)type < count && names[type] ? names[type] : "a group";
}

static void check_names(struct rc_loader *loader, const struct column_draft *draft)
{
    const struct rc_column *column = draft->column;
    if (!rc_name_is_field(column->name)) {
        problem(
            loader, draft,
            "field \"%s\": write its name in lower_snake_case; (rowcall.column).name is the "
            "column's",
            column->name);
    }
    if (rc_name_is_reserved_field(column->name)) {
        problem(loader, draft,
                "field name \"%s\" is reserved: choose another and set (rowcall.column).name",
                column->name);
    }
    if (column->number == 0 || column->number > 999) {
        problem(loader, draft,
                "field %s: number %u is reserved for derived messages; use 1 to 999",
                column->name, column->number);
    }
    rc_loader_check_name(loader, column->position, "column", column->sql_name);
    if (is_listed(system_columns, sizeof(system_columns) / sizeof(*system_columns),
                  column->sql_name)) {
        problem(loader, draft, "column \"%s\" has the name of a system column of PostgreSQL",
                column->sql_name);
    }
    for (const struct rc_column *other = draft->entity->columns; other < column; other++) {
        if (strcmp(other->sql_name, column->sql_name) == 0) {
            problem(loader, draft, "fields %s and %s are both column \"%s\"", other->name,
                    column->name, column->sql_name);
        }
    }
}

static void read_enum_type(struct rc_loader *loader, struct column_draft *draft)
{
    struct rc_type *type = &draft->column->type;
    const struct rc_enum *enumeration =
        rc_loader_find_enum(loader, rc_text_or(draft->field->type_name, ""));
    if (!enumeration) {
        problem(loader, draft,
                "field %s: enum %s is in no file of the schema: its file must import "
                "rowcall/schema.proto",
                draft->column->name, rc_text_or(draft->field->type_name, ""));
        draft->state->broken = true;
        return;
    }
    struct rc_buf name = {0};
    if (strcmp(enumeration->sql_schema, "public") != 0) {
        rc_sql_identifier(&name, enumeration->sql_schema);
        rc_buf_append_char(&name, '.');
    }
    rc_sql_identifier(&name, enumeration->sql_name);
    char *copy =
        name.broken ? NULL : rc_arena_copy(&loader->schema->arena, name.data, name.len);
    rc_buf_fini(&name);
    *type = (struct rc_type){.kind = RC_TYPE_ENUM,
                             .precision = -1,
                             .scale = -1,
                             .enumeration = enumeration,
                             .sql = rc_loader_must(loader, copy)};
    if (draft->options->type) {
        problem(loader, draft, "field %s: an enum has its own type; drop `type`",
                draft->column->name);
    }
}

static void read_authored_type(struct rc_loader *loader, struct column_draft *draft)
{
    struct rc_column *column = draft->column;
    enum rc_field_type field = field_type(draft->field);
    rowcall_error err = {0};
    rowcall_status st =
        rc_type_parse(&loader->schema->arena, draft->options->type, &column->type, &err);
    if (st == ROWCALL_RESOURCE_EXHAUSTED) {
        rc_loader_must(loader, NULL);
    }
    if (st != ROWCALL_OK) {
        problem(loader, draft, "field %s: %s", column->name, err.message);
        draft->state->broken = true;
        return;
    }
    if (!rc_type_accepts_field(&column->type, field)) {
        problem(loader, draft, "field %s: %s cannot hold %s; declare the field as %s",
                column->name, column->type.sql, field_type_name(field),
                field_type_name(rc_type_info(column->type.kind)->field));
        draft->state->broken = true;
    }
    if (column->type.array && !is_repeated(draft->field)) {
        problem(loader, draft, "field %s: an array column is a `repeated` field", column->name);
    }
}

static void read_type(struct rc_loader *loader, struct column_draft *draft)
{
    struct rc_column *column = draft->column;
    enum rc_field_type field = field_type(draft->field);
    if (field == RC_FIELD_ENUM) {
        read_enum_type(loader, draft);
    } else if (draft->options->type) {
        read_authored_type(loader, draft);
    } else if (!rc_type_default(field, &column->type)) {
        problem(loader, draft,
                "field %s: no column holds %s; use int32, int64, bool, float, "
                "double, string, bytes, an enum or google.protobuf.Timestamp",
                column->name, field_type_name(field));
        draft->state->broken = true;
    }
    if (draft->state->broken) {
        rc_type_default(RC_FIELD_STRING, &column->type); // something whole for the passes after
    }
    column->type.array = is_repeated(draft->field);
}

static const char *copy_or_null(struct rc_loader *loader, const char *text)
{
    return text ? rc_loader_copy(loader, text) : NULL;
}

static void read_options(struct rc_loader *loader, struct column_draft *draft)
{
    const Rowcall__Column *options = draft->options;
    struct rc_column *column = draft->column;
    bool not_null = options->has_not_null && options->not_null;
    column->nullable = draft->field->has_proto3_optional && draft->field->proto3_optional;
    if (column->type.array) {
        column->nullable = !not_null;
    } else if (options->has_not_null) {
        problem(loader, draft,
                "field %s: not_null is for arrays; a column is nullable when its "
                "field is `optional`",
                column->name);
    }
    column->autoincrement = options->has_autoincrement && options->autoincrement;
    column->default_literal = copy_or_null(loader, options->default_);
    column->default_sql = copy_or_null(loader, options->default_sql);
    column->generator = (enum rc_generator)options->generate;
    column->updated_at = options->has_updated_at && options->updated_at;
    column->generated_sql = copy_or_null(loader, options->generated_sql);
    column->sql_comment = copy_or_null(loader, options->comment);
    column->renamed_from = rc_loader_renamed_from(loader, column->position, "column",
                                                  column->sql_name, options->renamed_from);
    if (options->has_id && options->id) {
        draft->entity->primary_column_count++;
        column->is_id = true;
    }
}

// Whether the field is something that no column can be; reports it.
static bool is_refused(struct rc_loader *loader, const struct column_draft *draft)
{
    const rc_field_proto *field = draft->field;
    const char *name = draft->column->name;
    const char *type_name = rc_text_or(field->type_name, "");
    if (field->has_oneof_index && !(field->has_proto3_optional && field->proto3_optional)) {
        problem(loader, draft, "field %s: a oneof has no columns; use `optional` fields", name);
        return true;
    }
    if (field->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_GROUP) {
        problem(loader, draft, "field %s: groups have no columns", name);
        return true;
    }
    if (field_type(field) != RC_FIELD_MESSAGE || strcmp(type_name, TIMESTAMP_NAME) == 0) {
        return false;
    }
    for (size_t i = 0; i < draft->entity->proto->n_nested_type; i++) {
        const rc_message_proto *nested = draft->entity->proto->nested_type[i];
        const char *tail = strrchr(type_name, '.');
        if (nested->options && nested->options->map_entry && nested->name && tail &&
            strcmp(tail + 1, nested->name) == 0) {
            problem(loader, draft,
                    "field %s: a map has no column; use a jsonb string or an entity", name);
            return true;
        }
    }
    problem(loader, draft,
            "field %s: message %s is neither a relation nor google.protobuf.Timestamp; add "
            "(rowcall.relation), or use a jsonb string",
            name, type_name + (*type_name == '.'));
    return true;
}

static void read_column(struct rc_loader *loader, struct column_draft *draft,
                        const int32_t *path, size_t path_len)
{
    struct rc_entity *entity = draft->entity->entity;
    struct rc_column *column = draft->column;
    const rc_field_proto *field = draft->field;
    const char *name = rc_loader_copy(loader, rc_text_or(field->name, ""));
    *column = (struct rc_column){
        .name = name,
        .sql_name = draft->options->name ? rc_loader_copy(loader, draft->options->name) : name,
        .number = (uint32_t)field->number,
        .comment = rc_source_comment(loader, draft->entity->file, path, path_len),
        .entity = entity,
        .index = entity->column_count,
        .position = rc_source_position(draft->entity->file, path, path_len),
    };
    if (is_refused(loader, draft)) {
        return;
    }
    read_type(loader, draft);
    read_options(loader, draft);
    check_names(loader, draft);
    if (!draft->state->broken) {
        rc_check_default(loader, column);
    }
    entity->column_count++;
}

// protobuf-c gives a struct member x a companion has_x or n_x.
static void check_companions(struct rc_loader *loader, const struct rc_entity *entity)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_column *column = &entity->columns[i];
        const char *rest = strncmp(column->name, "has_", 4) == 0 ? column->name + 4
                           : strncmp(column->name, "n_", 2) == 0 ? column->name + 2
                                                                 : NULL;
        if (rest && rc_entity_column(entity, rc_view_of(rest))) {
            rc_loader_problem(loader, column->position,
                              "field %s collides with the companion of field %s in C: choose "
                              "another name and set (rowcall.column).name",
                              column->name, rest);
        }
    }
}

void rc_load_columns(struct rc_loader *loader, struct rc_loader_entity *draft)
{
    static const Rowcall__Column no_options = ROWCALL__COLUMN__INIT;
    const rc_message_proto *proto = draft->proto;
    draft->columns = rc_loader_alloc(loader, proto->n_field, sizeof(struct rc_column));
    draft->column_drafts =
        rc_loader_scratch(loader, proto->n_field, sizeof(struct rc_loader_column));
    draft->entity->columns = draft->columns;
    for (size_t i = 0; i < proto->n_field; i++) {
        const rc_field_proto *field = proto->field[i];
        struct rc_position position = rc_loader_field_position(draft, i);
        const Rowcall__Column *options = rc_options_column(loader, field, position);
        if (rc_options_relation(loader, field, position)) {
            if (options) {
                rc_loader_problem(loader, position,
                                  "field %s is a relation and has no column: drop "
                                  "(rowcall.column)",
                                  rc_text_or(field->name, ""));
            }
            continue;
        }
        size_t at = draft->entity->column_count;
        draft->column_drafts[at] = (struct rc_loader_column){.options = options};
        struct column_draft column = {draft, field, &draft->columns[at],
                                      &draft->column_drafts[at],
                                      options ? options : &no_options};
        const int32_t path[] = {4, draft->message_index, 2, (int32_t)i};
        read_column(loader, &column, path, 4);
    }
    check_companions(loader, draft->entity);
}
