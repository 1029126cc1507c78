// SPDX-License-Identifier: Apache-2.0
//
// The authored schema as a catalog, in the author's words.
#include "migrate/catalog.h"

#include "migrate/spelling.h"

#include <string.h>

struct making {
    struct rc_arena *arena;
    const char *prefix;
    struct rc_buf text; // reused for each text
    bool failed;
};

// What was put into the buffer, as a text of the arena; the buffer is empty again. NULL when it
// was empty already.
static const char *take(struct making *making)
{
    const char *text = NULL;
    if (making->text.broken) {
        making->failed = true;
    } else if (making->text.len > 0) {
        text = rc_arena_copy(making->arena, making->text.data, making->text.len);
        making->failed |= !text;
    }
    rc_buf_clear(&making->text);
    return text;
}

static void *array(struct making *making, size_t count, size_t size)
{
    void *made = rc_arena_array(making->arena, count + 1, size);
    making->failed |= !made;
    return made;
}

static const char *schema_name(struct making *making, const char *sql_schema)
{
    rc_buf_printf(&making->text, "%s%s", making->prefix, sql_schema);
    return take(making);
}

static const char *const *names_of(struct making *making,
                                   const struct rc_column *const *columns, size_t count)
{
    const char **names = array(making, count, sizeof(*names));
    for (size_t i = 0; names && i < count; i++) {
        names[i] = columns[i]->sql_name;
    }
    return names;
}

// ---- columns

static struct rc_catalog_column make_column(struct making *making,
                                            const struct rc_column *column)
{
    const struct rc_enum *enumeration = column->type.enumeration;
    struct rc_catalog_column made = {
        .name = column->sql_name,
        .renamed_from = column->renamed_from,
        .not_null = !column->nullable,
        .autoincrement = column->autoincrement,
        .comment = column->sql_comment,
        .enum_schema = enumeration ? schema_name(making, enumeration->sql_schema) : NULL,
        .enum_name = enumeration ? enumeration->sql_name : NULL,
        .is_array = column->type.array,
    };
    rc_spell_type(&making->text, &column->type, making->prefix);
    made.type.spelling = take(making);
    rc_spell_default(&making->text, column);
    made.default_value.spelling = take(making);
    made.generated.spelling = column->generated_sql;
    return made;
}

static void make_columns(struct making *making, const struct rc_entity *entity,
                         struct rc_catalog_column **ret_columns, size_t *ret_count)
{
    struct rc_catalog_column *columns = array(making, entity->column_count, sizeof(*columns));
    for (size_t i = 0; columns && i < entity->column_count; i++) {
        columns[i] = make_column(making, &entity->columns[i]);
    }
    *ret_columns = columns;
    *ret_count = columns ? entity->column_count : 0;
}

// ---- keys, checks, indexes

static struct rc_catalog_constraint make_primary_key(struct making *making,
                                                     const struct rc_key *key)
{
    struct rc_catalog_constraint made = {
        .name = key->sql_name,
        .kind = RC_CONSTRAINT_PRIMARY_KEY,
        .columns = names_of(making, key->columns, key->column_count),
        .column_count = key->column_count,
    };
    rc_spell_primary_key(&making->text, key);
    made.definition.spelling = take(making);
    return made;
}

static struct rc_catalog_constraint make_foreign_key(struct making *making,
                                                     const struct rc_foreign_key *key)
{
    struct rc_catalog_constraint made = {
        .name = key->sql_name,
        .kind = RC_CONSTRAINT_FOREIGN_KEY,
        .columns = names_of(making, key->columns, key->column_count),
        .column_count = key->column_count,
        .target_schema = schema_name(making, key->target->sql_schema),
        .target_table = key->target->sql_name,
        .target_columns = names_of(making, key->references, key->column_count),
    };
    rc_spell_foreign_key(&making->text, key, making->prefix);
    made.definition.spelling = take(making);
    return made;
}

static struct rc_catalog_constraint make_check(struct making *making,
                                               const struct rc_check *check)
{
    struct rc_catalog_constraint made = {.name = check->sql_name, .kind = RC_CONSTRAINT_CHECK};
    rc_buf_printf(&making->text, "CHECK (%s)", check->expression);
    made.definition.spelling = take(making);
    return made;
}

static void make_constraints(struct making *making, const struct rc_entity *entity,
                             struct rc_catalog_table *table)
{
    size_t most = 1 + entity->check_count + entity->foreign_key_count;
    struct rc_catalog_constraint *made = array(making, most, sizeof(*made));
    size_t count = 0;
    if (!made) {
        return;
    }
    made[count++] = make_primary_key(making, &entity->keys[0]);
    for (size_t i = 0; i < entity->check_count; i++) {
        made[count++] = make_check(making, &entity->checks[i]);
    }
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        if (entity->foreign_keys[i].enforced) {
            made[count++] = make_foreign_key(making, &entity->foreign_keys[i]);
        }
    }
    table->constraints = made;
    table->constraint_count = count;
}

static struct rc_catalog_index make_index(struct making *making, const struct rc_index *index)
{
    struct rc_catalog_index made = {
        .name = index->sql_name,
        .unique = index->unique,
        .valid = true,
        .has_expression = index->where != NULL,
    };
    const char **columns =
        array(making, index->part_count + index->include_count, sizeof(*columns));
    for (size_t i = 0; columns && i < index->part_count; i++) {
        if (index->parts[i].column) {
            columns[made.column_count++] = index->parts[i].column->sql_name;
        } else {
            made.has_expression = true;
        }
    }
    for (size_t i = 0; columns && i < index->include_count; i++) {
        columns[made.column_count++] = index->include[i]->sql_name;
    }
    made.columns = columns;
    rc_spell_index(&making->text, index);
    made.tail.spelling = take(making);
    return made;
}

// Prisma makes unique keys as unique indexes, too; they come first.
static void make_indexes(struct making *making, const struct rc_entity *entity,
                         struct rc_catalog_table *table)
{
    struct rc_catalog_index *made =
        array(making, entity->key_count + entity->index_count, sizeof(*made));
    size_t count = 0;
    for (size_t i = 1; made && i < entity->key_count; i++) {
        const struct rc_key *key = &entity->keys[i];
        made[count] = (struct rc_catalog_index){
            .name = key->sql_name,
            .unique = true,
            .valid = true,
            .columns = names_of(making, key->columns, key->column_count),
            .column_count = key->column_count,
        };
        rc_spell_unique_key(&making->text, key);
        made[count++].tail.spelling = take(making);
    }
    for (size_t i = 0; made && i < entity->index_count; i++) {
        made[count++] = make_index(making, &entity->indexes[i]);
    }
    table->indexes = made;
    table->index_count = count;
}

// ---- tables, views, enums

static struct rc_catalog_table make_table(struct making *making, const struct rc_entity *entity)
{
    struct rc_catalog_table table = {
        .schema = schema_name(making, entity->sql_schema),
        .name = entity->sql_name,
        .renamed_from = entity->renamed_from,
        .comment = entity->sql_comment,
    };
    make_columns(making, entity, &table.columns, &table.column_count);
    make_constraints(making, entity, &table);
    make_indexes(making, entity, &table);
    return table;
}

static struct rc_catalog_view make_view(struct making *making, const struct rc_entity *entity)
{
    struct rc_catalog_view view = {
        .schema = schema_name(making, entity->sql_schema),
        .name = entity->sql_name,
        .materialized = entity->materialized,
        .managed = entity->view_sql != NULL,
        .definition = {.spelling = entity->view_sql},
        .comment = entity->sql_comment,
    };
    make_columns(making, entity, &view.columns, &view.column_count);
    return view;
}

static void make_relations(struct making *making, const struct rc_scope *scope,
                           struct rc_catalog *catalog)
{
    catalog->tables =
        array(making, scope->model_count + scope->join_table_count, sizeof(*catalog->tables));
    catalog->views = array(making, scope->model_count, sizeof(*catalog->views));
    for (size_t i = 0; !making->failed && i < scope->model_count; i++) {
        const struct rc_entity *entity = scope->models[i].entity;
        if (entity->view) {
            catalog->views[catalog->view_count++] = make_view(making, entity);
        } else {
            catalog->tables[catalog->table_count++] = make_table(making, entity);
        }
    }
    for (size_t i = 0; !making->failed && i < scope->join_table_count; i++) {
        catalog->tables[catalog->table_count++] =
            make_table(making, scope->join_tables[i]->table);
    }
}

static void make_enums(struct making *making, const struct rc_scope *scope,
                       struct rc_catalog *catalog)
{
    catalog->enums = array(making, scope->enum_count, sizeof(*catalog->enums));
    for (size_t i = 0; catalog->enums && i < scope->enum_count; i++) {
        const struct rc_enum *enumeration = scope->enums[i];
        struct rc_catalog_enum *made = &catalog->enums[catalog->enum_count++];
        *made = (struct rc_catalog_enum){
            .schema = schema_name(making, enumeration->sql_schema),
            .name = enumeration->sql_name,
            .renamed_from = enumeration->renamed_from,
            .labels = array(making, enumeration->label_count, sizeof(*made->labels)),
        };
        for (size_t l = 0; made->labels && l < enumeration->label_count; l++) {
            made->labels[made->label_count++] =
                (struct rc_catalog_label){.name = enumeration->labels[l].label,
                                          .renamed_from = enumeration->labels[l].renamed_from};
        }
    }
}

static void add_schema(struct rc_catalog *catalog, const char **names, const char *schema)
{
    for (size_t i = 0; i < catalog->schema_count; i++) {
        if (strcmp(names[i], schema) == 0) {
            return;
        }
    }
    names[catalog->schema_count++] = schema;
}

// public is always there, unless a prefix makes it another.
static void make_schemas(struct making *making, struct rc_catalog *catalog)
{
    size_t most = 1 + catalog->enum_count + catalog->table_count + catalog->view_count;
    const char **names = array(making, most, sizeof(*names));
    const char *public_schema = schema_name(making, "public");
    if (making->failed) {
        return;
    }
    add_schema(catalog, names, public_schema);
    for (size_t i = 0; i < catalog->enum_count; i++) {
        add_schema(catalog, names, catalog->enums[i].schema);
    }
    for (size_t i = 0; i < catalog->table_count; i++) {
        add_schema(catalog, names, catalog->tables[i].schema);
    }
    for (size_t i = 0; i < catalog->view_count; i++) {
        add_schema(catalog, names, catalog->views[i].schema);
    }
    catalog->schemas = names;
}

rowcall_status rc_catalog_of_scope(const struct rc_scope *scope, const char *prefix,
                                   struct rc_arena *arena, struct rc_catalog *ret_catalog,
                                   rowcall_error *err)
{
    struct making making = {.arena = arena, .prefix = prefix};
    struct rc_catalog catalog = {.extensions = scope->extensions,
                                 .extension_count = scope->extension_count};
    make_enums(&making, scope, &catalog);
    make_relations(&making, scope, &catalog);
    make_schemas(&making, &catalog);
    rc_buf_fini(&making.text);
    *ret_catalog = catalog;
    return making.failed ? rc_error_oom(err) : ROWCALL_OK;
}

static void append_schema(struct rc_buf *out, const char *prefix, const char *sql_schema)
{
    rc_buf_append_text(out, ",\"");
    for (const char *parts[] = {prefix, sql_schema, NULL}, **part = parts; *part; part++) {
        for (const char *at = *part; *at; at++) {
            rc_buf_append_text(out, *at == '"' || *at == '\\' ? "\\" : "");
            rc_buf_append_char(out, *at);
        }
    }
    rc_buf_append_char(out, '"');
}

void rc_catalog_schemas_of(const struct rc_catalog *catalog, struct rc_buf *out)
{
    rc_buf_append_text(out, "{public");
    for (size_t i = 0; i < catalog->schema_count; i++) {
        append_schema(out, "", catalog->schemas[i]);
    }
    rc_buf_append_char(out, '}');
}

void rc_catalog_schemas_of_scope(const struct rc_scope *scope, const char *prefix,
                                 struct rc_buf *out)
{
    rc_buf_printf(out, "{\"%spublic\"", prefix);
    for (size_t i = 0; i < scope->model_count; i++) {
        append_schema(out, prefix, scope->models[i].entity->sql_schema);
    }
    for (size_t i = 0; i < scope->enum_count; i++) {
        append_schema(out, prefix, scope->enums[i]->sql_schema);
    }
    rc_buf_append_char(out, '}');
}
