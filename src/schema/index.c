// SPDX-License-Identifier: Apache-2.0
//
// Indexes that are no keys, and check constraints.
#include "schema/loader.h"

#include <string.h>

static const char *const methods[] = {"btree", "hash", "gin", "gist", "spgist", "brin"};

static bool is_method(const char *name)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (strcmp(methods[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static const char *copy_or_null(struct rc_loader *loader, const char *text)
{
    return text ? rc_loader_copy(loader, text) : NULL;
}

static void add_column_indexes(struct rc_loader *loader, struct rc_loader_entity *draft,
                               struct rc_index *indexes)
{
    struct rc_entity *entity = draft->entity;
    for (size_t i = 0; i < entity->column_count; i++) {
        const Rowcall__Column *options = draft->column_drafts[i].options;
        if (!options || !options->has_index || !options->index) {
            continue;
        }
        struct rc_index_part *part = rc_loader_alloc(loader, 1, sizeof(*part));
        part->column = &entity->columns[i];
        const struct rc_column *columns[] = {part->column};
        indexes[entity->index_count++] = (struct rc_index){
            .sql_name = rc_loader_constraint_name(loader, draft, NULL, columns, 1, "_idx"),
            .method = "btree",
            .parts = part,
            .part_count = 1};
    }
}

// One part of the long form; false after reporting.
static bool read_part(struct rc_loader *loader, const struct rc_loader_entity *draft,
                      const Rowcall__IndexPart *option, struct rc_index_part *ret_part)
{
    struct rc_position position = rc_loader_message_position(draft);
    const char *entity_name = draft->entity->name;
    if (!option->field == !option->expression) {
        rc_loader_problem(loader, position,
                          "index of %s: a part is either a field or an expression",
                          entity_name);
        return false;
    }
    if (option->field) {
        char *names[] = {option->field};
        const struct rc_column **columns = rc_loader_columns(loader, draft, names, 1, "index");
        if (!columns) {
            return false;
        }
        ret_part->column = columns[0];
    }
    ret_part->expression = copy_or_null(loader, option->expression);
    ret_part->descending = option->has_descending && option->descending;
    ret_part->nulls = option->has_nulls ? (enum rc_nulls)option->nulls : RC_NULLS_DEFAULT;
    ret_part->operator_class = copy_or_null(loader, option->operator_class);
    if ((unsigned)ret_part->nulls > RC_NULLS_LAST) {
        rc_loader_problem(loader, position, "index of %s: unknown nulls placement %d",
                          entity_name, (int)option->nulls);
        return false;
    }
    return true;
}

static bool read_parts(struct rc_loader *loader, const struct rc_loader_entity *draft,
                       const Rowcall__Index *option, struct rc_index *index)
{
    struct rc_position position = rc_loader_message_position(draft);
    if ((option->n_parts == 0) == (option->n_fields == 0)) {
        rc_loader_problem(loader, position, "index of %s: name either `fields` or `parts`",
                          draft->entity->name);
        return false;
    }
    index->part_count = option->n_parts + option->n_fields;
    struct rc_index_part *parts =
        rc_loader_alloc(loader, index->part_count, sizeof(struct rc_index_part));
    index->parts = parts;
    for (size_t i = 0; i < option->n_parts; i++) {
        if (!read_part(loader, draft, option->parts[i], &parts[i])) {
            return false;
        }
    }
    if (option->n_fields > 0) {
        const struct rc_column **columns =
            rc_loader_columns(loader, draft, option->fields, option->n_fields, "index");
        for (size_t i = 0; columns && i < option->n_fields; i++) {
            parts[i].column = columns[i];
        }
        return columns != NULL;
    }
    return true;
}

static void check_method(struct rc_loader *loader, const struct rc_loader_entity *draft,
                         const struct rc_index *index)
{
    struct rc_position position = rc_loader_message_position(draft);
    bool btree = strcmp(index->method, "btree") == 0;
    if (!is_method(index->method)) {
        rc_loader_problem(loader, position,
                          "index %s: unknown method \"%s\"; use btree, hash, gin, gist, spgist "
                          "or brin",
                          index->sql_name, index->method);
        return;
    }
    if (index->unique && !btree) {
        rc_loader_problem(loader, position, "index %s: only btree indexes can be unique",
                          index->sql_name);
    }
    for (size_t i = 0; i < index->part_count; i++) {
        const struct rc_index_part *part = &index->parts[i];
        if (!btree && (part->descending || part->nulls != RC_NULLS_DEFAULT)) {
            rc_loader_problem(loader, position, "index %s: only btree indexes have an order",
                              index->sql_name);
        }
        if (btree && part->column && !part->column->type.array &&
            !rc_type_info(part->column->type.kind)->is_ordered) {
            rc_loader_problem(loader, position,
                              "index %s: %s has no order that btree could use", index->sql_name,
                              part->column->type.sql);
        }
    }
}

// The default name: of the columns; parts that are expressions count as "expr", as in
// PostgreSQL.
static const char *index_name(struct rc_loader *loader, const struct rc_loader_entity *draft,
                              const Rowcall__Index *option, const struct rc_index *index)
{
    static const struct rc_column expression = {.sql_name = "expr"};
    const struct rc_column **columns =
        rc_loader_scratch(loader, index->part_count, sizeof(*columns));
    for (size_t i = 0; i < index->part_count; i++) {
        columns[i] = index->parts[i].column ? index->parts[i].column : &expression;
    }
    return rc_loader_constraint_name(loader, draft, option->name, columns, index->part_count,
                                     "_idx");
}

static void add_table_index(struct rc_loader *loader, struct rc_loader_entity *draft,
                            const Rowcall__Index *option, struct rc_index *indexes)
{
    struct rc_index index = {
        .method = option->method ? rc_loader_copy(loader, option->method) : "btree",
        .unique = option->has_unique && option->unique,
        .where = copy_or_null(loader, option->where),
        .include_count = option->n_include,
    };
    index.include =
        rc_loader_columns(loader, draft, option->include, option->n_include, "index include");
    if (!read_parts(loader, draft, option, &index) || !index.include) {
        return;
    }
    index.sql_name = index_name(loader, draft, option, &index);
    check_method(loader, draft, &index);
    indexes[draft->entity->index_count++] = index;
}

void rc_load_indexes(struct rc_loader *loader, struct rc_loader_entity *draft)
{
    size_t capacity = draft->entity->column_count + draft->table->n_index;
    struct rc_index *indexes = rc_loader_alloc(loader, capacity, sizeof(struct rc_index));
    draft->entity->indexes = indexes;
    add_column_indexes(loader, draft, indexes);
    for (size_t i = 0; i < draft->table->n_index; i++) {
        add_table_index(loader, draft, draft->table->index[i], indexes);
    }
}

void rc_load_checks(struct rc_loader *loader, struct rc_loader_entity *draft)
{
    size_t count = draft->table->n_check;
    struct rc_position position = rc_loader_message_position(draft);
    struct rc_check *checks = rc_loader_alloc(loader, count, sizeof(struct rc_check));
    for (size_t i = 0; i < count; i++) {
        const Rowcall__Check *option = draft->table->check[i];
        rc_loader_check_name(loader, position, "check", option->name);
        if (*option->expression == '\0') {
            rc_loader_problem(loader, position, "check %s has no expression", option->name);
        }
        checks[i] = (struct rc_check){rc_loader_copy(loader, option->name),
                                      rc_loader_copy(loader, option->expression)};
    }
    draft->entity->checks = checks;
    draft->entity->check_count = count;
}
