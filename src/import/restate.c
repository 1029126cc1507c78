// SPDX-License-Identifier: Apache-2.0
//
// From the schema that the project's files make back to a draft.
#include "import/restate.h"

#include "import/files.h"
#include "import/keep.h"

#include <string.h>
#include <utlist.h>

struct restating {
    struct rc_import *session;
    const struct rc_before *before;
    struct rc_draft *draft;
};

static struct rc_draft_file *file_of(const struct restating *r, const char *path)
{
    const struct rc_before_file *was = rc_before_file(r->before, path);
    struct rc_draft_file *file = NULL;
    LL_FOREACH (r->draft->files, file) {
        if (strcmp(file->path, path) == 0) {
            return file;
        }
    }
    file = rc_import_new(r->session, struct rc_draft_file);
    file->path = path;
    file->folder = rc_before_folder(r->session, path);
    file->comment = was ? rc_keep_head(r->session, was->text) : NULL;
    LL_APPEND(r->draft->files, file);
    return file;
}

static struct rc_draft_reserved *reserved_of(const struct restating *r,
                                             const struct rc_reserved *reserved, size_t count)
{
    struct rc_draft_reserved *list = NULL;
    for (size_t i = 0; i < count; i++) {
        struct rc_draft_reserved *item = rc_import_new(r->session, struct rc_draft_reserved);
        *item = (struct rc_draft_reserved){
            .first = reserved[i].first, .last = reserved[i].last, .name = reserved[i].name};
        LL_APPEND(list, item);
    }
    return list;
}

// ---- enums

static void restate_enum(const struct restating *r, const struct rc_enum *was)
{
    struct rc_draft_enum *made = rc_import_new(r->session, struct rc_draft_enum);
    *made = (struct rc_draft_enum){
        .name = was->name,
        .alias = was->name,
        .sql_name = was->sql_name,
        .sql_schema = was->sql_schema,
        .renamed_from = was->renamed_from,
        .comment = was->comment,
        .unspecified = was->unspecified_name,
        .reserved = reserved_of(r, was->reserved, was->reserved_count),
        .file = file_of(r, was->position.file),
    };
    made->folder = made->file->folder;
    for (size_t i = 0; i < was->label_count; i++) {
        struct rc_draft_value *value = rc_import_new(r->session, struct rc_draft_value);
        *value = (struct rc_draft_value){.name = was->labels[i].name,
                                         .alias = was->labels[i].name,
                                         .label = was->labels[i].label,
                                         .renamed_from = was->labels[i].renamed_from,
                                         .comment = was->labels[i].comment,
                                         .number = (uint32_t)was->labels[i].number,
                                         .numbered = true};
        LL_APPEND(made->values, value);
    }
    LL_APPEND(r->draft->enums, made);
}

static struct rc_draft_enum *find_enum(const struct restating *r, const struct rc_enum *was)
{
    struct rc_draft_enum *enumeration = NULL;
    LL_FOREACH (r->draft->enums, enumeration) {
        if (strcmp(enumeration->name, was->name) == 0 &&
            strcmp(enumeration->file->path, was->position.file) == 0) {
            return enumeration;
        }
    }
    return NULL;
}

// ---- columns, keys

static void restate_column(const struct restating *r, struct rc_draft_entity *entity,
                           const struct rc_column *was)
{
    struct rc_draft_column *column = rc_import_new(r->session, struct rc_draft_column);
    struct rc_draft_value *value = NULL;
    *column = (struct rc_draft_column){
        .name = was->name,
        .alias = was->name,
        .sql_name = was->sql_name,
        .renamed_from = was->renamed_from,
        .number = was->number,
        .type = was->type,
        .nullable = was->nullable,
        .autoincrement = was->autoincrement,
        .default_literal = was->default_literal,
        .default_sql = was->default_sql,
        .generator = was->generator,
        .updated_at = was->updated_at,
        .generated_sql = was->generated_sql,
        .comment = was->comment,
        .sql_comment = was->sql_comment,
    };
    if (was->type.enumeration) {
        column->enumeration = find_enum(r, was->type.enumeration);
        column->default_literal = was->type.array ? was->default_literal : NULL;
        LL_FOREACH (column->enumeration ? column->enumeration->values : NULL, value) {
            if (was->default_literal && !was->type.array &&
                strcmp(value->label, was->default_literal) == 0) {
                column->default_value = value;
            }
        }
    }
    LL_APPEND(entity->columns, column);
}

static struct rc_draft_columns columns_of(const struct restating *r,
                                          const struct rc_draft_entity *entity,
                                          const struct rc_column *const *was, size_t count)
{
    struct rc_draft_columns columns = {rc_import_array(r->session, count, sizeof(void *)),
                                       count};
    for (size_t i = 0; i < count; i++) {
        columns.items[i] = rc_draft_column_sql(entity, was[i]->sql_name);
    }
    return columns;
}

static void restate_keys(const struct restating *r, struct rc_draft_entity *entity,
                         const struct rc_entity *was)
{
    enum { COMPOSITE_NUMBER = 1010 };
    for (size_t i = 0; i < was->key_count; i++) {
        const struct rc_key *key = &was->keys[i];
        struct rc_draft_columns columns =
            columns_of(r, entity, key->columns, key->column_count);
        if (key->primary) {
            entity->primary = columns;
            entity->primary_name = key->sql_name;
            continue;
        }
        struct rc_draft_unique *unique = rc_import_new(r->session, struct rc_draft_unique);
        unique->columns = columns;
        unique->sql_name = key->sql_name;
        unique->number = key->number > COMPOSITE_NUMBER ? key->number - COMPOSITE_NUMBER : 0;
        LL_APPEND(entity->uniques, unique);
    }
    for (size_t i = 0; i < was->index_count; i++) {
        struct rc_draft_index *index = rc_keep_index(r->session, entity, &was->indexes[i]);
        LL_APPEND(entity->indexes, index);
    }
    for (size_t i = 0; i < was->check_count; i++) {
        struct rc_draft_check *check = rc_import_new(r->session, struct rc_draft_check);
        check->sql_name = was->checks[i].sql_name;
        check->expression = was->checks[i].expression;
        LL_APPEND(entity->checks, check);
    }
}

static void restate_entity(const struct restating *r, const struct rc_entity *was)
{
    struct rc_draft_entity *entity = rc_import_new(r->session, struct rc_draft_entity);
    *entity = (struct rc_draft_entity){
        .name = was->name,
        .alias = was->name,
        .sql_name = was->sql_name,
        .sql_schema = was->sql_schema,
        .renamed_from = was->renamed_from,
        .comment = was->comment,
        .sql_comment = was->sql_comment,
        .view = was->view,
        .materialized = was->materialized,
        .view_sql = was->view_sql,
        .reserved = reserved_of(r, was->reserved, was->reserved_count),
        .folder = was->folder,
        .file = file_of(r, was->file),
    };
    for (size_t i = 0; i < was->column_count; i++) {
        restate_column(r, entity, &was->columns[i]);
    }
    restate_keys(r, entity, was);
    LL_APPEND(r->draft->entities, entity);
}

// ---- relations

static struct rc_draft_entity *find_entity(const struct restating *r,
                                           const struct rc_entity *was)
{
    struct rc_draft_entity *entity = NULL;
    LL_FOREACH (r->draft->entities, entity) {
        if (strcmp(entity->name, was->name) == 0 && strcmp(entity->folder, was->folder) == 0) {
            return entity;
        }
    }
    return NULL;
}

static void restate_key(const struct restating *r, struct rc_draft_entity *entity,
                        const struct rc_foreign_key *was)
{
    struct rc_draft_relation *relation = rc_import_new(r->session, struct rc_draft_relation);
    struct rc_draft_entity *target = find_entity(r, was->target);
    *relation = (struct rc_draft_relation){
        .name = was->name,
        .number = was->number,
        .comment = was->comment,
        .target = target,
        .columns = columns_of(r, entity, was->columns, was->column_count),
        .references = columns_of(r, target, was->references, was->column_count),
        .sql_name = was->sql_name,
        .on_delete = was->on_delete,
        .on_update = was->on_update,
        .inverse_name = was->inverse_name,
        .inverse_number = was->inverse_number,
        .position = was->position,
    };
    LL_APPEND(entity->relations, relation);
}

static void restate_join(const struct restating *r, struct rc_draft_entity *entity,
                         const struct rc_join_table *was)
{
    struct rc_draft_relation *relation = rc_import_new(r->session, struct rc_draft_relation);
    const char *usual = rc_import_printf(r->session, "_%sTo%s", was->a->name, was->b->name);
    *relation = (struct rc_draft_relation){
        .name = was->name,
        .number = was->number,
        .comment = was->comment,
        .target = find_entity(r, was->target),
        .many_to_many = true,
        .join_name = strcmp(usual, was->sql_name) == 0 ? NULL : was->sql_name + 1,
        .join_renamed_from = was->table->renamed_from,
        .inverse_name = was->inverse_name,
        .inverse_number = was->inverse_number,
        .position = was->position,
    };
    LL_APPEND(entity->relations, relation);
}

static int compare_lines(struct rc_draft_relation *a, struct rc_draft_relation *b)
{
    return a->position.line - b->position.line;
}

static void restate_relations(const struct restating *r, const struct rc_entity *was)
{
    struct rc_draft_entity *entity = find_entity(r, was);
    for (size_t i = 0; i < was->foreign_key_count; i++) {
        restate_key(r, entity, &was->foreign_keys[i]);
    }
    for (size_t i = 0; i < was->join_table_count; i++) {
        restate_join(r, entity, &was->join_tables[i]);
    }
    LL_SORT(entity->relations, compare_lines);
}

// The schema sorts entities by name; files have an order of their own.
static int compare_positions(const struct rc_entity *a, const struct rc_entity *b)
{
    int order = strcmp(a->file, b->file);
    return order ? order : a->position.line - b->position.line;
}

static const struct rc_entity **in_file_order(const struct restating *r)
{
    const struct rc_schema *schema = r->before->schema;
    const struct rc_entity **sorted =
        rc_import_array(r->session, schema->entity_count, sizeof(*sorted));
    for (size_t i = 0; i < schema->entity_count; i++) {
        size_t at = i;
        for (; at > 0 && compare_positions(sorted[at - 1], &schema->entities[i]) > 0; at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = &schema->entities[i];
    }
    return sorted;
}

struct rc_draft *rc_restate(struct rc_import *session, const struct rc_before *before)
{
    struct restating *r = rc_import_new(session, struct restating);
    const struct rc_schema *schema = before->schema;
    *r = (struct restating){session, before, rc_import_new(session, struct rc_draft)};
    for (size_t i = 0; i < schema->enum_count; i++) {
        restate_enum(r, &schema->enums[i]);
    }
    const struct rc_entity **sorted = in_file_order(r);
    for (size_t i = 0; i < schema->entity_count; i++) {
        restate_entity(r, sorted[i]);
    }
    for (size_t i = 0; i < schema->entity_count; i++) {
        restate_relations(r, sorted[i]);
    }
    rc_files_imports(session, r->draft);
    return r->draft;
}
