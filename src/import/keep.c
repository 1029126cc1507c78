// SPDX-License-Identifier: Apache-2.0
//
// Keeping what people wrote into authored files.
#include "import/keep.h"

#include <string.h>
#include <utlist.h>

// A text of the project, which may not live as long as the session.
static const char *keep(struct rc_import *session, const char *now, const char *was)
{
    return now || !was ? now : rc_import_copy(session, was, strlen(was));
}

// ---- comments

static void keep_enum(struct rc_import *session, struct rc_draft_enum *enumeration,
                      const struct rc_enum *was)
{
    struct rc_draft_value *value = NULL;
    enumeration->comment = keep(session, enumeration->comment, was->comment);
    LL_FOREACH (enumeration->values, value) {
        const struct rc_enum_label *label = rc_before_label(was, enumeration, value);
        value->comment = keep(session, value->comment, label ? label->comment : NULL);
    }
}

static void keep_relations(struct rc_import *session, struct rc_draft_entity *entity,
                           const struct rc_entity *was)
{
    struct rc_draft_relation *relation = NULL;
    LL_FOREACH (entity->relations, relation) {
        const struct rc_foreign_key *key = rc_before_key(was, entity, relation);
        const struct rc_join_table *join = rc_before_join(was, relation);
        relation->comment = keep(session, relation->comment,
                                 key    ? key->comment
                                 : join ? join->comment
                                        : NULL);
    }
}

// ---- columns

static bool is_filled(const struct rc_draft_column *column)
{
    return column->default_literal || column->default_value || column->default_sql ||
           column->autoincrement || column->generator != RC_GENERATOR_NONE ||
           column->updated_at;
}

// complete: what makes values without PostgreSQL is all that it does not say.
static void keep_column(struct rc_import *session, struct rc_draft_column *column,
                        const struct rc_column *was, bool complete)
{
    column->comment = keep(session, column->comment, was->comment);
    if (complete) {
        if (!is_filled(column) && !column->generated_sql) {
            column->generator = was->generator;
        }
        column->updated_at = was->updated_at && !column->generated_sql;
        return;
    }
    column->sql_comment = keep(session, column->sql_comment, was->sql_comment);
    if (was->generated_sql && !is_filled(column)) {
        column->generated_sql = keep(session, NULL, was->generated_sql);
    }
}

// ---- what Prisma has no words for

static void keep_checks(struct rc_import *session, struct rc_draft_entity *entity,
                        const struct rc_entity *was)
{
    for (size_t i = 0; i < was->check_count; i++) {
        struct rc_draft_check *check = rc_import_new(session, struct rc_draft_check);
        check->sql_name = keep(session, NULL, was->checks[i].sql_name);
        check->expression = keep(session, NULL, was->checks[i].expression);
        LL_APPEND(entity->checks, check);
    }
}

static bool is_beyond_prisma(const struct rc_index *index)
{
    bool beyond = index->include_count > 0;
    for (size_t i = 0; i < index->part_count; i++) {
        beyond =
            beyond || index->parts[i].expression || index->parts[i].nulls != RC_NULLS_DEFAULT;
    }
    return beyond;
}

static bool has_index(const struct rc_draft_entity *entity, const char *sql_name)
{
    const struct rc_draft_index *index = NULL;
    LL_FOREACH (entity->indexes, index) {
        if (strcmp(index->sql_name, sql_name) == 0) {
            return true;
        }
    }
    return false;
}

struct rc_draft_index *rc_keep_index(struct rc_import *session,
                                     const struct rc_draft_entity *entity,
                                     const struct rc_index *was)
{
    struct rc_draft_index *index = rc_import_new(session, struct rc_draft_index);
    index->sql_name = keep(session, NULL, was->sql_name);
    index->method = keep(session, NULL, was->method);
    index->where = keep(session, NULL, was->where);
    index->unique = was->unique;
    for (size_t i = 0; i < was->part_count; i++) {
        const struct rc_index_part *from = &was->parts[i];
        struct rc_draft_part *part = rc_import_new(session, struct rc_draft_part);
        *part = (struct rc_draft_part){
            .column = from->column ? rc_draft_column_sql(entity, from->column->sql_name) : NULL,
            .expression = keep(session, NULL, from->expression),
            .descending = from->descending,
            .nulls = from->nulls,
            .operator_class = keep(session, NULL, from->operator_class)};
        if (from->column && !part->column) {
            return NULL;
        }
        LL_APPEND(index->parts, part);
    }
    index->include.items =
        rc_import_array(session, was->include_count, sizeof(*index->include.items));
    for (size_t i = 0; i < was->include_count; i++) {
        struct rc_draft_column *column = rc_draft_column_sql(entity, was->include[i]->sql_name);
        if (!column) {
            return NULL;
        }
        index->include.items[index->include.count++] = column;
    }
    return index;
}

static void keep_indexes(struct rc_import *session, struct rc_draft_entity *entity,
                         const struct rc_entity *was)
{
    for (size_t i = 0; i < was->index_count; i++) {
        bool keeps =
            is_beyond_prisma(&was->indexes[i]) && !has_index(entity, was->indexes[i].sql_name);
        struct rc_draft_index *index =
            keeps ? rc_keep_index(session, entity, &was->indexes[i]) : NULL;
        if (index) {
            LL_APPEND(entity->indexes, index);
        }
    }
}

static void keep_entity(struct rc_import *session, struct rc_draft_entity *entity,
                        const struct rc_entity *was, bool complete)
{
    struct rc_draft_column *column = NULL;
    entity->comment = keep(session, entity->comment, was->comment);
    LL_FOREACH (entity->columns, column) {
        const struct rc_column *found = rc_before_column(was, entity, column);
        if (found) {
            keep_column(session, column, found, complete);
        }
    }
    keep_relations(session, entity, was);
    if (!complete) {
        entity->sql_comment = keep(session, entity->sql_comment, was->sql_comment);
        keep_checks(session, entity, was);
        keep_indexes(session, entity, was);
        if (entity->view) {
            entity->view_sql = keep(session, entity->view_sql, was->view_sql);
            entity->materialized = was->materialized;
        }
    }
}

void rc_keep(struct rc_import *session, struct rc_draft *draft, const struct rc_before *before,
             bool complete)
{
    struct rc_draft_enum *enumeration = NULL;
    struct rc_draft_entity *entity = NULL;
    LL_FOREACH (draft->enums, enumeration) {
        const struct rc_enum *was = rc_before_enum(before, enumeration);
        if (was) {
            keep_enum(session, enumeration, was);
        }
    }
    LL_FOREACH (draft->entities, entity) {
        const struct rc_entity *was = rc_before_entity(before, entity);
        if (was) {
            keep_entity(session, entity, was, complete);
        }
    }
}

// ---- files

const char *rc_keep_head(struct rc_import *session, const char *text)
{
    struct rc_buf *head = rc_import_buf(session);
    while (strncmp(text, "//", 2) == 0) {
        const char *line = text + 2;
        size_t len = strcspn(line, "\r\n");
        size_t blank = len > 0 && *line == ' ';
        rc_buf_append_text(head, head->len > 0 ? "\n" : "");
        // A first line that is empty has to be a line, too.
        rc_buf_append(head, line + blank, len - blank);
        text = line + len;
        text += *text == '\r';
        text += *text == '\n';
    }
    return head->len > 0 ? rc_import_take(session, head) : NULL;
}
