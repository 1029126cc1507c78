// SPDX-License-Identifier: Apache-2.0
//
// Table options, fields and relations as a person writes them.
#include "import/draft_text.h"

#include "import/proto_text.h"

#include <ctype.h>
#include <string.h>
#include <utlist.h>

const char *rc_draft_value_prefix(struct rc_import *session, const char *enum_name)
{
    char *prefix = rc_import_printf(
        session, "%s_", rc_import_must(session, rc_snake_case(&session->arena, enum_name)));
    for (char *at = prefix; *at; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
    return prefix;
}

// ---- pieces

// name: "a", or name: ["a", "b"].
static void append_fields(struct rc_buf *out, const char *name,
                          const struct rc_draft_columns *columns)
{
    rc_buf_printf(out, "%s: %s", name, columns->count == 1 ? "" : "[");
    for (size_t i = 0; i < columns->count; i++) {
        rc_buf_append_text(out, i > 0 ? ", " : "");
        rc_authored_string(out, columns->items[i]->name);
    }
    rc_buf_append_text(out, columns->count == 1 ? "" : "]");
}

static bool is_default(const char *name, const char *otherwise)
{
    return strcmp(name, otherwise) == 0;
}

// The column's own unique key: one that (rowcall.column) can say.
static const struct rc_draft_unique *unique_of(const struct rc_draft_entity *entity,
                                               const struct rc_draft_column *column)
{
    const struct rc_draft_unique *unique = NULL;
    LL_FOREACH (entity->uniques, unique) {
        if (unique->columns.count == 1 && unique->columns.items[0] == column) {
            return unique;
        }
    }
    return NULL;
}

// Whether the index is one that (rowcall.column).index says.
static bool is_plain(struct rc_import *session, const struct rc_draft_entity *entity,
                     const struct rc_draft_index *index)
{
    const struct rc_draft_part *part = index->parts;
    bool simple = part && !part->next && part->column && !part->descending &&
                  part->nulls == RC_NULLS_DEFAULT && !part->operator_class;
    return simple && !index->unique && !index->where && index->include.count == 0 &&
           strcmp(index->method, "btree") == 0 &&
           is_default(index->sql_name, rc_draft_index_name(session, entity, index));
}

// Two plain indexes of a column have one name, so only the first can be meant.
static bool has_plain_index(struct rc_import *session, const struct rc_draft_entity *entity,
                            const struct rc_draft_column *column)
{
    const struct rc_draft_index *index = NULL;
    LL_FOREACH (entity->indexes, index) {
        if (is_plain(session, entity, index) && index->parts->column == column) {
            return true;
        }
    }
    return false;
}

// Whether the primary key is said by `id` at its column.
static bool has_short_key(struct rc_import *session, const struct rc_draft_entity *entity)
{
    return entity->primary.count == 1 &&
           is_default(entity->primary_name,
                      rc_draft_constraint_name(session, entity, NULL, "_pkey"));
}

// ---- table options

static void put_keys(struct rc_import *session, const struct rc_draft_entity *entity,
                     struct rc_authored_options *options)
{
    const struct rc_draft_unique *unique = NULL;
    struct rc_buf *out = options->text;
    if (!has_short_key(session, entity)) {
        const char *usual = rc_draft_constraint_name(session, entity, NULL, "_pkey");
        rc_buf_append_text(out, "primary_key: {");
        append_fields(out, "fields", &entity->primary);
        if (!is_default(entity->primary_name, usual)) {
            rc_buf_append_text(out, " name: ");
            rc_authored_string(out, entity->primary_name);
        }
        rc_buf_append_char(out, '}');
        rc_authored_options_next(options);
    }
    LL_FOREACH (entity->uniques, unique) {
        const char *usual = rc_draft_constraint_name(session, entity, &unique->columns, "_key");
        if (unique->columns.count < 2) {
            continue;
        }
        rc_buf_append_text(out, "unique: {");
        append_fields(out, "fields", &unique->columns);
        if (!is_default(unique->sql_name, usual)) {
            rc_buf_append_text(out, " name: ");
            rc_authored_string(out, unique->sql_name);
        }
        rc_buf_printf(out, " number: %u}", unique->number);
        rc_authored_options_next(options);
    }
}

static void append_part(struct rc_import *session, const struct rc_draft_part *part,
                        struct rc_buf *out)
{
    struct rc_authored_options *options = rc_authored_options_new(session);
    rc_authored_options_string(options, "field", part->column ? part->column->name : NULL);
    rc_authored_options_string(options, "expression", part->expression);
    rc_authored_options_flag(options, "descending", part->descending);
    rc_authored_options_string(options, "operator_class", part->operator_class);
    if (part->nulls != RC_NULLS_DEFAULT) {
        rc_buf_append_text(options->text, part->nulls == RC_NULLS_FIRST ? "nulls: NULLS_FIRST"
                                                                        : "nulls: NULLS_LAST");
        rc_authored_options_next(options);
    }
    rc_buf_append_text(out, "parts: ");
    rc_authored_options_inline(options, out);
}

static void append_parts(struct rc_import *session, const struct rc_draft_index *index,
                         struct rc_authored_options *options)
{
    const struct rc_draft_part *part = NULL;
    bool plain = true;
    size_t count = 0;
    LL_FOREACH (index->parts, part) {
        plain = plain && part->column && !part->descending && !part->operator_class &&
                part->nulls == RC_NULLS_DEFAULT;
        count++;
    }
    if (plain) {
        const char *separator = count > 1 ? "fields: [" : "fields: ";
        LL_FOREACH (index->parts, part) {
            rc_buf_append_text(options->text, separator);
            rc_authored_string(options->text, part->column->name);
            separator = ", ";
        }
        rc_buf_append_text(options->text, count > 1 ? "]" : "");
        rc_authored_options_next(options);
        return;
    }
    LL_FOREACH (index->parts, part) {
        append_part(session, part, options->text);
        rc_authored_options_next(options);
    }
}

static void put_index(struct rc_import *session, const struct rc_draft_entity *entity,
                      const struct rc_draft_index *index, struct rc_authored_options *options)
{
    struct rc_authored_options *own = rc_authored_options_new(session);
    const char *usual = rc_draft_index_name(session, entity, index);
    bool btree = strcmp(index->method, "btree") == 0;
    append_parts(session, index, own);
    rc_authored_options_string(own, "name",
                               is_default(index->sql_name, usual) ? NULL : index->sql_name);
    rc_authored_options_string(own, "method", btree ? NULL : index->method);
    rc_authored_options_flag(own, "unique", index->unique);
    rc_authored_options_string(own, "where", index->where);
    if (index->include.count > 0) {
        append_fields(own->text, "include", &index->include);
        rc_authored_options_next(own);
    }
    rc_buf_append_text(options->text, "index: ");
    rc_authored_options_inline(own, options->text);
    rc_authored_options_next(options);
}

static void put_checks(const struct rc_draft_entity *entity,
                       struct rc_authored_options *options)
{
    const struct rc_draft_check *check = NULL;
    LL_FOREACH (entity->checks, check) {
        rc_buf_append_text(options->text, "check: {name: ");
        rc_authored_string(options->text, check->sql_name);
        rc_buf_append_text(options->text, " expression: ");
        rc_authored_string(options->text, check->expression);
        rc_buf_append_char(options->text, '}');
        rc_authored_options_next(options);
    }
}

static void gather_table(struct rc_import *session, const struct rc_draft_entity *entity,
                         struct rc_authored_options *options)
{
    const struct rc_draft_index *index = NULL;
    const char *usual = rc_import_must(session, rc_snake_case(&session->arena, entity->name));
    rc_authored_options_string(options, "name",
                               is_default(entity->sql_name, usual) ? NULL : entity->sql_name);
    rc_authored_options_string(options, "schema",
                               is_default(entity->sql_schema, "public") ? NULL
                                                                        : entity->sql_schema);
    rc_authored_options_string(options, "renamed_from", entity->renamed_from);
    put_keys(session, entity, options);
    LL_FOREACH (entity->indexes, index) {
        if (!is_plain(session, entity, index)) {
            put_index(session, entity, index, options);
        }
    }
    put_checks(entity, options);
    rc_authored_options_string(options, "comment", entity->sql_comment);
    rc_authored_options_flag(options, "view", entity->view);
    rc_authored_options_flag(options, "materialized", entity->materialized);
    rc_authored_options_string(options, "definition", entity->view_sql);
}

void rc_draft_text_table(struct rc_import *session, const struct rc_draft_entity *entity,
                         struct rc_buf *out)
{
    struct rc_authored_options *options = rc_authored_options_new(session);
    gather_table(session, entity, options);
    rc_buf_append_text(out, "  option (rowcall.table) = ");
    if (options->count <= 1 && options->text->len < RC_PROTO_LINE / 2) {
        rc_authored_options_inline(options, out);
    } else {
        rc_authored_options_lines(options, "  ", false, out);
    }
    rc_buf_append_text(out, ";\n");
}

// ---- columns

const char *rc_draft_generator_name(enum rc_generator generator)
{
    static const char *const names[] = {
        [RC_GENERATOR_UUID4] = "UUID4", [RC_GENERATOR_UUID7] = "UUID7",
        [RC_GENERATOR_ULID] = "ULID",   [RC_GENERATOR_NANOID] = "NANOID",
        [RC_GENERATOR_CUID2] = "CUID2",
    };
    return names[generator];
}

static const char *field_type(const struct rc_draft_entity *entity,
                              const struct rc_draft_column *column, struct rc_import *session)
{
    static const char *const names[] = {
        [RC_FIELD_DOUBLE] = "double", [RC_FIELD_FLOAT] = "float",
        [RC_FIELD_INT64] = "int64",   [RC_FIELD_INT32] = "int32",
        [RC_FIELD_BOOL] = "bool",     [RC_FIELD_STRING] = "string",
        [RC_FIELD_BYTES] = "bytes",   [RC_FIELD_MESSAGE] = "google.protobuf.Timestamp",
    };
    if (column->enumeration) {
        bool near = strcmp(column->enumeration->folder, entity->folder) == 0;
        return near ? column->enumeration->name
                    : rc_import_printf(session, "schema.%s.%s", column->enumeration->folder,
                                       column->enumeration->name);
    }
    return names[rc_type_info(column->type.kind)->field];
}

// The shorter names that people write for what format_type spells out.
static const char *short_type(struct rc_import *session, const struct rc_type *type)
{
    static const struct {
        enum rc_type_kind kind;
        const char *name;
        const char *usual;
    } names[] = {{RC_TYPE_VARCHAR, "varchar", "character varying"},
                 {RC_TYPE_CHAR, "char", "character"},
                 {RC_TYPE_VARBIT, "varbit", "bit varying"}};
    bool zoned = type->kind == RC_TYPE_TIMESTAMPTZ || type->kind == RC_TYPE_TIMETZ;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = strlen(names[i].usual);
        if (names[i].kind == type->kind && strncmp(type->sql, names[i].usual, len) == 0) {
            return rc_import_printf(session, "%s%s", names[i].name, type->sql + len);
        }
    }
    if (zoned) {
        const char *name = type->kind == RC_TYPE_TIMETZ ? "timetz" : "timestamptz";
        return type->precision < 0 ? name
                                   : rc_import_printf(session, "%s(%d)", name, type->precision);
    }
    return type->sql;
}

// The type that has to be said; NULL where it is the field's own.
static const char *authored_type(struct rc_import *session,
                                 const struct rc_draft_column *column)
{
    struct rc_type usual = {0};
    if (column->enumeration) {
        return NULL;
    }
    bool has_usual = rc_type_default(rc_type_info(column->type.kind)->field, &usual);
    return has_usual && strcmp(usual.sql, column->type.sql) == 0
               ? NULL
               : short_type(session, &column->type);
}

static void gather_column(struct rc_import *session, const struct rc_draft_entity *entity,
                          const struct rc_draft_column *column,
                          struct rc_authored_options *options)
{
    const struct rc_draft_unique *unique = unique_of(entity, column);
    bool id = has_short_key(session, entity) && entity->primary.items[0] == column;
    rc_authored_options_string(
        options, "name", is_default(column->sql_name, column->name) ? NULL : column->sql_name);
    rc_authored_options_string(options, "type", authored_type(session, column));
    rc_authored_options_flag(options, "id", id);
    rc_authored_options_flag(options, "unique", unique);
    if (unique) {
        const char *usual = rc_draft_constraint_name(session, entity, &unique->columns, "_key");
        rc_authored_options_string(options, "unique_name",
                                   is_default(unique->sql_name, usual) ? NULL
                                                                       : unique->sql_name);
    }
    rc_authored_options_flag(options, "autoincrement", column->autoincrement);
    rc_authored_options_string(options, "default",
                               column->default_value ? column->default_value->name
                                                     : column->default_literal);
    rc_authored_options_string(options, "default_sql", column->default_sql);
    if (column->generator != RC_GENERATOR_NONE) {
        rc_buf_printf(options->text, "generate: %s",
                      rc_draft_generator_name(column->generator));
        rc_authored_options_next(options);
    }
    rc_authored_options_flag(options, "updated_at", column->updated_at);
    rc_authored_options_string(options, "generated_sql", column->generated_sql);
    rc_authored_options_flag(options, "not_null", column->type.array && !column->nullable);
    rc_authored_options_flag(options, "index", has_plain_index(session, entity, column));
    rc_authored_options_string(options, "comment", column->sql_comment);
    rc_authored_options_string(options, "renamed_from", column->renamed_from);
}

void rc_draft_text_column(struct rc_import *session, const struct rc_draft_entity *entity,
                          const struct rc_draft_column *column, struct rc_buf *out)
{
    struct rc_authored_options *options = rc_authored_options_new(session);
    const char *arity = column->type.array ? "repeated " : column->nullable ? "optional " : "";
    rc_authored_comment(out, "  ", column->comment);
    size_t begin = out->len;
    rc_buf_printf(out, "  %s%s %s = %u", arity, field_type(entity, column, session),
                  column->name, column->number);
    gather_column(session, entity, column, options);
    size_t options_len = options->text->len + options->count; // a space or brace each
    size_t head = out->len - begin + strlen(" [(rowcall.column) = {}];");
    if (options->count == 0) {
        // the field says it all
    } else if (head + options_len <= RC_PROTO_LINE) {
        rc_buf_append_text(out, " [(rowcall.column) = ");
        rc_authored_options_inline(options, out);
        rc_buf_append_char(out, ']');
    } else if (strlen("      [(rowcall.column) = {}];") + options_len <= RC_PROTO_LINE) {
        rc_buf_append_text(out, "\n      [(rowcall.column) = ");
        rc_authored_options_inline(options, out);
        rc_buf_append_char(out, ']');
    } else {
        rc_buf_append_text(out, " [(rowcall.column) = ");
        rc_authored_options_lines(options, "  ", true, out);
        rc_buf_append_char(out, ']');
    }
    rc_buf_append_text(out, ";\n");
}

// ---- relations

const char *rc_draft_action_name(enum rc_action action)
{
    static const char *const names[] = {
        [RC_ACTION_NO_ACTION] = "NO_ACTION",     [RC_ACTION_RESTRICT] = "RESTRICT",
        [RC_ACTION_CASCADE] = "CASCADE",         [RC_ACTION_SET_NULL] = "SET_NULL",
        [RC_ACTION_SET_DEFAULT] = "SET_DEFAULT",
    };
    return names[action];
}

static bool refers_to_primary_key(const struct rc_draft_relation *relation)
{
    const struct rc_draft_columns *primary = &relation->target->primary;
    bool same = relation->references.count == primary->count;
    for (size_t i = 0; same && i < primary->count; i++) {
        same = primary->items[i] == relation->references.items[i];
    }
    return same;
}

static void gather_constraint(struct rc_import *session, const struct rc_draft_entity *entity,
                              const struct rc_draft_relation *relation,
                              struct rc_authored_options *options)
{
    const char *usual = rc_draft_constraint_name(session, entity, &relation->columns, "_fkey");
    if (entity->view || relation->target->view) {
        return; // PostgreSQL has no constraint there
    }
    if (relation->on_delete != rc_draft_default_on_delete(relation)) {
        rc_buf_printf(options->text, "on_delete: %s",
                      rc_draft_action_name(relation->on_delete));
        rc_authored_options_next(options);
    }
    if (relation->on_update != RC_ACTION_CASCADE) {
        rc_buf_printf(options->text, "on_update: %s",
                      rc_draft_action_name(relation->on_update));
        rc_authored_options_next(options);
    }
    rc_authored_options_string(
        options, "name", is_default(relation->sql_name, usual) ? NULL : relation->sql_name);
}

static void gather_relation(struct rc_import *session, const struct rc_draft_entity *entity,
                            const struct rc_draft_relation *relation,
                            struct rc_authored_options *options)
{
    if (relation->many_to_many) {
        struct rc_authored_options *own = rc_authored_options_new(session);
        rc_authored_options_string(own, "name", relation->join_name);
        rc_authored_options_string(own, "renamed_from", relation->join_renamed_from);
        rc_buf_append_text(options->text, "many_to_many: ");
        rc_authored_options_inline(own, options->text);
        rc_authored_options_next(options);
    } else {
        append_fields(options->text, "fields", &relation->columns);
        rc_authored_options_next(options);
        if (!refers_to_primary_key(relation)) {
            append_fields(options->text, "references", &relation->references);
            rc_authored_options_next(options);
        }
        gather_constraint(session, entity, relation, options);
    }
    if (relation->inverse_name) {
        rc_buf_append_text(options->text, "inverse: {name: ");
        rc_authored_string(options->text, relation->inverse_name);
        rc_buf_printf(options->text, " number: %u}", relation->inverse_number);
        rc_authored_options_next(options);
    }
}

void rc_draft_text_relation(struct rc_import *session, const struct rc_draft_entity *entity,
                            const struct rc_draft_relation *relation, struct rc_buf *out)
{
    struct rc_authored_options *options = rc_authored_options_new(session);
    bool near = strcmp(relation->target->folder, entity->folder) == 0;
    rc_authored_comment(out, "  ", relation->comment);
    rc_buf_printf(out, "  %s%s%s%s%s %s = %u [(rowcall.relation) = ",
                  relation->many_to_many ? "repeated " : "", near ? "" : "schema.",
                  near ? "" : relation->target->folder, near ? "" : ".", relation->target->name,
                  relation->name, relation->number);
    gather_relation(session, entity, relation, options);
    rc_authored_options_lines(options, "  ", true, out);
    rc_buf_append_text(out, "];\n");
}
