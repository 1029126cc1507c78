// SPDX-License-Identifier: Apache-2.0
//
// Putting the script together: extensions, schemas, enums, tables, indexes, foreign keys,
// comments; every step under the comment that Prisma gives it.
#include "migrate/ddl.h"

#include "migrate/ddl_column.h"

#include <ctype.h>
#include <string.h>

struct script {
    struct rc_buf *out;
    const struct rc_scope *scope;
    const struct rc_ddl_options *options;
    bool begun;
};

static void step(struct script *script, const char *name)
{
    rc_buf_printf(script->out, "%s-- %s\n", script->begun ? "\n" : "", name);
    script->begun = true;
}

static void name(struct script *script, const char *sql_schema, const char *sql_name)
{
    rc_ddl_name(script->out, sql_schema, sql_name, script->options);
}

static void table_name(struct script *script, const struct rc_entity *entity)
{
    name(script, entity->sql_schema, entity->sql_name);
}

static void column_list(struct rc_buf *out, const struct rc_column *const *columns,
                        size_t count, const char *separator)
{
    rc_buf_append_char(out, '(');
    for (size_t i = 0; i < count; i++) {
        rc_buf_append_text(out, i ? separator : "");
        rc_sql_identifier(out, columns[i]->sql_name);
    }
    rc_buf_append_char(out, ')');
}

// ---- schemas, extensions, enums

static void create_schema(struct script *script, const char *sql_schema)
{
    struct rc_buf full = {0};
    rc_buf_printf(&full, "%s%s",
                  script->options->schema_prefix ? script->options->schema_prefix : "",
                  sql_schema);
    step(script, "CreateSchema");
    rc_buf_append_text(script->out, "CREATE SCHEMA IF NOT EXISTS ");
    rc_sql_identifier(script->out, full.data ? full.data : "");
    rc_buf_append_text(script->out, ";\n");
    rc_buf_fini(&full);
}

// Whether an entity before this one, or an enum, has the schema already.
static bool is_first_use(const struct script *script, size_t model, const char *sql_schema)
{
    for (size_t i = 0; i < model; i++) {
        if (strcmp(script->scope->models[i].entity->sql_schema, sql_schema) == 0) {
            return false;
        }
    }
    return true;
}

static bool enum_uses(const struct script *script, size_t count, const char *sql_schema)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(script->scope->enums[i]->sql_schema, sql_schema) == 0) {
            return true;
        }
    }
    return false;
}

static bool needs_creating(const struct script *script, const char *sql_schema)
{
    return script->options->schema_prefix || strcmp(sql_schema, "public") != 0;
}

static void create_schemas(struct script *script)
{
    const struct rc_scope *scope = script->scope;
    for (size_t i = 0; i < scope->enum_count; i++) {
        const char *sql_schema = scope->enums[i]->sql_schema;
        if (needs_creating(script, sql_schema) && !enum_uses(script, i, sql_schema)) {
            create_schema(script, sql_schema);
        }
    }
    for (size_t i = 0; i < scope->model_count; i++) {
        const char *sql_schema = scope->models[i].entity->sql_schema;
        if (needs_creating(script, sql_schema) && is_first_use(script, i, sql_schema) &&
            !enum_uses(script, scope->enum_count, sql_schema)) {
            create_schema(script, sql_schema);
        }
    }
}

static void create_extensions(struct script *script)
{
    for (size_t i = 0; !script->options->skip_extensions && i < script->scope->extension_count;
         i++) {
        step(script, "CreateExtension");
        rc_buf_append_text(script->out, "CREATE EXTENSION IF NOT EXISTS ");
        rc_sql_identifier(script->out, script->scope->extensions[i]);
        rc_buf_append_text(script->out, ";\n");
    }
}

static void create_enum(struct script *script, const struct rc_enum *enumeration)
{
    step(script, "CreateEnum");
    rc_buf_append_text(script->out, "CREATE TYPE ");
    name(script, enumeration->sql_schema, enumeration->sql_name);
    rc_buf_append_text(script->out, " AS ENUM (");
    for (size_t i = 0; i < enumeration->label_count; i++) {
        rc_buf_append_text(script->out, i ? ", " : "");
        rc_sql_literal(script->out, enumeration->labels[i].label);
    }
    rc_buf_append_text(script->out, ");\n");
}

// ---- tables

static void create_table(struct script *script, const struct rc_entity *entity)
{
    struct rc_buf *out = script->out;
    step(script, "CreateTable");
    rc_buf_append_text(out, "CREATE TABLE ");
    table_name(script, entity);
    rc_buf_append_text(out, " (\n");
    for (size_t i = 0; i < entity->column_count; i++) {
        rc_buf_append_text(out, "    ");
        rc_ddl_column(out, &entity->columns[i], script->options);
        rc_buf_append_text(out, ",\n");
    }
    const struct rc_key *primary = &entity->keys[0];
    rc_buf_append_text(out, "\n    CONSTRAINT ");
    rc_sql_identifier(out, primary->sql_name);
    rc_buf_append_text(out, " PRIMARY KEY ");
    column_list(out, primary->columns, primary->column_count, ",");
    for (size_t i = 0; i < entity->check_count; i++) {
        rc_buf_append_text(out, ",\n    CONSTRAINT ");
        rc_sql_identifier(out, entity->checks[i].sql_name);
        rc_buf_printf(out, " CHECK (%s)", entity->checks[i].expression);
    }
    rc_buf_append_text(out, "\n);\n");
}

// ---- indexes; Prisma makes unique keys as unique indexes, too

static void index_head(struct script *script, const struct rc_entity *entity, bool unique,
                       const char *sql_name)
{
    step(script, "CreateIndex");
    rc_buf_printf(script->out, "CREATE %sINDEX ", unique ? "UNIQUE " : "");
    rc_sql_identifier(script->out, sql_name);
    rc_buf_append_text(script->out, " ON ");
    table_name(script, entity);
}

static void index_part(struct rc_buf *out, const struct rc_index_part *part)
{
    if (part->column) {
        rc_sql_identifier(out, part->column->sql_name);
    } else {
        rc_buf_printf(out, "(%s)", part->expression);
    }
    if (part->operator_class) {
        rc_buf_printf(out, " %s", part->operator_class);
    }
    if (part->descending) {
        rc_buf_append_text(out, " DESC");
    }
    if (part->nulls != RC_NULLS_DEFAULT) {
        rc_buf_printf(out, " NULLS %s", part->nulls == RC_NULLS_FIRST ? "FIRST" : "LAST");
    }
}

static void create_index(struct script *script, const struct rc_entity *entity,
                         const struct rc_index *index)
{
    struct rc_buf *out = script->out;
    index_head(script, entity, index->unique, index->sql_name);
    if (strcmp(index->method, "btree") != 0) {
        rc_buf_append_text(out, " USING ");
        for (const char *at = index->method; *at; at++) {
            rc_buf_append_char(out, (char)toupper((unsigned char)*at));
        }
        rc_buf_append_char(out, ' ');
    }
    rc_buf_append_char(out, '(');
    for (size_t i = 0; i < index->part_count; i++) {
        rc_buf_append_text(out, i ? ", " : "");
        index_part(out, &index->parts[i]);
    }
    rc_buf_append_char(out, ')');
    if (index->include_count) {
        rc_buf_append_text(out, " INCLUDE ");
        column_list(out, index->include, index->include_count, ", ");
    }
    if (index->where) {
        rc_buf_printf(out, " WHERE %s", index->where);
    }
    rc_buf_append_text(out, ";\n");
}

static void create_indexes(struct script *script, const struct rc_entity *entity)
{
    for (size_t i = 1; i < entity->key_count; i++) {
        const struct rc_key *key = &entity->keys[i];
        index_head(script, entity, true, key->sql_name);
        column_list(script->out, key->columns, key->column_count, ", ");
        rc_buf_append_text(script->out, ";\n");
    }
    for (size_t i = 0; i < entity->index_count; i++) {
        create_index(script, entity, &entity->indexes[i]);
    }
}

// ---- foreign keys and comments

static const char *action_sql(enum rc_action action)
{
    switch (action) {
    case RC_ACTION_NO_ACTION:
        return "NO ACTION";
    case RC_ACTION_RESTRICT:
        return "RESTRICT";
    case RC_ACTION_CASCADE:
        return "CASCADE";
    case RC_ACTION_SET_NULL:
        return "SET NULL";
    case RC_ACTION_SET_DEFAULT:
        return "SET DEFAULT";
    }
    return "";
}

static void add_foreign_key(struct script *script, const struct rc_foreign_key *key)
{
    struct rc_buf *out = script->out;
    step(script, "AddForeignKey");
    rc_buf_append_text(out, "ALTER TABLE ");
    table_name(script, key->owner);
    rc_buf_append_text(out, " ADD CONSTRAINT ");
    rc_sql_identifier(out, key->sql_name);
    rc_buf_append_text(out, " FOREIGN KEY ");
    column_list(out, key->columns, key->column_count, ", ");
    rc_buf_append_text(out, " REFERENCES ");
    table_name(script, key->target);
    column_list(out, key->references, key->column_count, ", ");
    rc_buf_printf(out, " ON DELETE %s ON UPDATE %s;\n", action_sql(key->on_delete),
                  action_sql(key->on_update));
}

static void add_comment(struct script *script, const struct rc_entity *entity,
                        const struct rc_column *column, const char *text)
{
    step(script, "AddComment");
    rc_buf_printf(script->out, "COMMENT ON %s ", column ? "COLUMN" : "TABLE");
    table_name(script, entity);
    if (column) {
        rc_buf_append_char(script->out, '.');
        rc_sql_identifier(script->out, column->sql_name);
    }
    rc_buf_append_text(script->out, " IS ");
    rc_sql_literal(script->out, text);
    rc_buf_append_text(script->out, ";\n");
}

static void add_comments(struct script *script, const struct rc_entity *entity)
{
    if (entity->sql_comment) {
        add_comment(script, entity, NULL, entity->sql_comment);
    }
    for (size_t i = 0; i < entity->column_count; i++) {
        if (entity->columns[i].sql_comment) {
            add_comment(script, entity, &entity->columns[i], entity->columns[i].sql_comment);
        }
    }
}

// Join tables last, as Prisma has them.
static void each_table(struct script *script,
                       void (*print)(struct script *script, const struct rc_entity *entity))
{
    for (size_t i = 0; i < script->scope->model_count; i++) {
        if (!script->scope->models[i].entity->view) {
            print(script, script->scope->models[i].entity);
        }
    }
    for (size_t i = 0; i < script->scope->join_table_count; i++) {
        print(script, script->scope->join_tables[i]->table);
    }
}

static void add_foreign_keys(struct script *script, const struct rc_entity *entity)
{
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        if (entity->foreign_keys[i].enforced) {
            add_foreign_key(script, &entity->foreign_keys[i]);
        }
    }
}

void rc_ddl_create(const struct rc_scope *scope, const struct rc_ddl_options *options,
                   struct rc_buf *out)
{
    static const struct rc_ddl_options none = {0};
    struct script script = {.out = out, .scope = scope, .options = options ? options : &none};
    create_schemas(&script);
    create_extensions(&script);
    for (size_t i = 0; i < scope->enum_count; i++) {
        create_enum(&script, scope->enums[i]);
    }
    each_table(&script, create_table);
    each_table(&script, create_indexes);
    each_table(&script, add_foreign_keys);
    each_table(&script, add_comments);
}
