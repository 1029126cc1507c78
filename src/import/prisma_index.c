// SPDX-License-Identifier: Apache-2.0
//
// @@index: columns with their order and operator class, methods, partial indexes.
#include "import/prisma_translate.h"

#include <ctype.h>
#include <string.h>
#include <utlist.h>

// An index while it is read.
struct reading {
    struct rc_prisma *prisma;
    const struct rc_prisma_block *block;
    const struct rc_prisma_attribute *attribute;
    struct rc_draft_index *index;
};

static void error(const struct reading *r, const char *text)
{
    rc_import_find(r->prisma->session, RC_FINDING_ERROR,
                   rc_prisma_at(r->block, r->attribute->line), "%s: @@%s: %s", r->block->name,
                   r->attribute->name, text);
}

// ---- operator classes

// "JsonbPathOps" -> "jsonb_path_ops", "Int4MinMaxMultiOps" -> "int4_minmax_multi_ops".
static const char *operator_class(struct rc_import *session, const char *name)
{
    static const char *const joined[][2] = {{"min_max", "minmax"},
                                            {"var_bit", "varbit"},
                                            {"timestamp_tz", "timestamptz"},
                                            {"time_tz", "timetz"},
                                            {"ts_vector", "tsvector"}};
    char *snake = rc_import_printf(
        session, "%s", rc_import_must(session, rc_snake_case(&session->arena, name)));
    for (size_t i = 0; i < sizeof joined / sizeof *joined; i++) {
        char *found = strstr(snake, joined[i][0]);
        size_t len = strlen(joined[i][0]);
        size_t new_len = strlen(joined[i][1]);
        if (found) {
            memcpy(found, joined[i][1], new_len);
            memmove(found + new_len, found + len, strlen(found + len) + 1);
        }
    }
    return snake;
}

static void read_operator_class(const struct reading *r, const struct rc_prisma_value *value,
                                struct rc_draft_part *part)
{
    if (value->kind == RC_PRISMA_VALUE_NAME) {
        part->operator_class = operator_class(r->prisma->session, value->text);
    } else if (value->kind == RC_PRISMA_VALUE_CALL && strcmp(value->text, "raw") == 0) {
        part->operator_class = rc_prisma_string(r->prisma, r->block, value->items, "value", 0);
    } else {
        error(r, "ops is the name of an operator class, or raw(\"name\")");
    }
}

// ---- parts

static void read_options(const struct reading *r, const struct rc_prisma_value *value,
                         struct rc_draft_part *part)
{
    const struct rc_prisma_value *sort = rc_prisma_argument(value->items, "sort", -1);
    const struct rc_prisma_value *ops = rc_prisma_argument(value->items, "ops", -1);
    if (sort && sort->kind == RC_PRISMA_VALUE_NAME && strcmp(sort->text, "Desc") == 0) {
        part->descending = true;
    } else if (sort && (sort->kind != RC_PRISMA_VALUE_NAME || strcmp(sort->text, "Asc") != 0)) {
        error(r, "sort is Asc or Desc");
    }
    if (ops) {
        read_operator_class(r, ops, part);
    }
}

// false when the column is not there, which is reported.
static bool read_part(const struct reading *r, const struct rc_prisma_value *value)
{
    bool named = value->kind == RC_PRISMA_VALUE_NAME || value->kind == RC_PRISMA_VALUE_CALL;
    const struct rc_prisma_field *field = named ? rc_prisma_field(r->block, value->text) : NULL;
    struct rc_draft_part *part = NULL;
    if (!field) {
        error(r, named
                     ? rc_import_printf(r->prisma->session, "there is no field %s", value->text)
                     : "its fields are a list of names: [a, b]");
        return false;
    }
    if (!field->column) {
        rc_import_find(
            r->prisma->session, RC_FINDING_LOSS, rc_prisma_at(r->block, r->attribute->line),
            "%s: @@%s needs %s, which is left out: keep it in migrations of your own",
            r->block->name, r->attribute->name, field->name);
        return false;
    }
    part = rc_import_new(r->prisma->session, struct rc_draft_part);
    part->column = field->column;
    read_options(r, value, part);
    LL_APPEND(r->index->parts, part);
    return true;
}

static bool read_parts(const struct reading *r)
{
    const struct rc_prisma_value *fields =
        rc_prisma_argument(r->attribute->arguments, "fields", 0);
    const struct rc_prisma_argument *item = NULL;
    bool whole = fields && fields->kind == RC_PRISMA_VALUE_LIST && fields->items;
    if (!whole) {
        error(r, "its fields are a list of names: [a, b]");
        return false;
    }
    LL_FOREACH (fields->items, item) {
        whole = read_part(r, item->value) && whole;
    }
    return whole;
}

// ---- the rest

static void read_method(const struct reading *r)
{
    static const char *const methods[][2] = {{"BTree", "btree"},   {"Hash", "hash"},
                                             {"Gin", "gin"},       {"Gist", "gist"},
                                             {"SpGist", "spgist"}, {"Brin", "brin"}};
    const struct rc_prisma_value *type =
        rc_prisma_argument(r->attribute->arguments, "type", -1);
    r->index->method = "btree";
    if (!type) {
        return;
    }
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (type->kind == RC_PRISMA_VALUE_NAME && strcmp(type->text, methods[i][0]) == 0) {
            r->index->method = methods[i][1];
            return;
        }
    }
    error(r, "type is BTree, Hash, Gin, Gist, SpGist or Brin");
}

static void check_arguments(const struct reading *r)
{
    static const char *const known[] = {"fields", "name",   "map",      "type",
                                        "where",  "length", "clustered"};
    const struct rc_prisma_argument *argument = NULL;
    LL_FOREACH (r->attribute->arguments, argument) {
        bool found = !argument->name;
        for (size_t i = 0; i < sizeof known / sizeof *known && !found; i++) {
            found = strcmp(argument->name, known[i]) == 0;
        }
        if (!found) {
            error(r, rc_import_printf(r->prisma->session, "%s is not known", argument->name));
        }
    }
}

struct rc_draft_index *rc_prisma_index(struct rc_prisma *prisma,
                                       const struct rc_prisma_block *block,
                                       const struct rc_prisma_attribute *attribute)
{
    struct reading r = {prisma, block, attribute,
                        rc_import_new(prisma->session, struct rc_draft_index)};
    check_arguments(&r);
    read_method(&r);
    if (!read_parts(&r)) {
        return NULL;
    }
    r.index->sql_name = rc_prisma_string(prisma, block, attribute->arguments, "map", -1);
    r.index->where =
        rc_prisma_where(prisma, block, rc_prisma_argument(attribute->arguments, "where", -1));
    return r.index;
}

// Before `map` there was `name`, which an index still takes for it.
static void read_index(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                       const struct rc_prisma_attribute *attribute)
{
    struct rc_draft_index *index = rc_prisma_index(prisma, block, attribute);
    if (!index) {
        return;
    }
    if (!index->sql_name) {
        index->sql_name = rc_prisma_string(prisma, block, attribute->arguments, "name", -1);
    }
    if (!index->sql_name) {
        index->sql_name = rc_draft_index_name(prisma->session, block->entity, index);
    }
    LL_APPEND(block->entity->indexes, index);
}

void rc_prisma_indexes(struct rc_prisma *prisma)
{
    const struct rc_prisma_block *block = NULL;
    const struct rc_prisma_attribute *attribute = NULL;
    LL_FOREACH (prisma->blocks, block) {
        LL_FOREACH (block->attributes, attribute) {
            if (block->entity && strcmp(attribute->name, "index") == 0) {
                read_index(prisma, block, attribute);
            }
        }
    }
}
