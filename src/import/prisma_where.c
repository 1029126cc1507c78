// SPDX-License-Identifier: Apache-2.0
//
// The conditions of partial indexes: raw("sql"), or fields and what they are equal to.
#include "import/prisma_translate.h"

#include <string.h>
#include <utlist.h>

struct condition {
    struct rc_prisma *prisma;
    const struct rc_prisma_block *block;
    struct rc_buf *out;
};

static bool refuse(const struct condition *condition, const struct rc_prisma_value *value)
{
    rc_import_find(condition->prisma->session, RC_FINDING_ERROR,
                   rc_prisma_at(condition->block, value->line),
                   "where: write {field: value}, {field: {not: value}} or raw(\"sql\")");
    return false;
}

static bool is_null(const struct rc_prisma_value *value)
{
    return value->kind == RC_PRISMA_VALUE_NAME && strcmp(value->text, "null") == 0;
}

static bool append_value(const struct condition *condition, const struct rc_prisma_field *field,
                         const struct rc_prisma_value *value)
{
    const struct rc_draft_enum *enumeration = field->column->enumeration;
    const struct rc_draft_value *item = NULL;
    if (value->kind == RC_PRISMA_VALUE_STRING) {
        rc_sql_literal(condition->out, value->text);
    } else if (value->kind == RC_PRISMA_VALUE_NUMBER ||
               (value->kind == RC_PRISMA_VALUE_NAME && !enumeration)) {
        rc_buf_append_text(condition->out, value->text);
    } else if (value->kind == RC_PRISMA_VALUE_NAME) {
        LL_FOREACH (enumeration->values, item) {
            if (strcmp(item->alias, value->text) == 0) {
                rc_sql_literal(condition->out, item->label);
                return true;
            }
        }
        return refuse(condition, value);
    } else {
        return refuse(condition, value);
    }
    return true;
}

// One field: equal to a value, or not.
static bool append_field(const struct condition *condition,
                         const struct rc_prisma_argument *item)
{
    const struct rc_prisma_field *field =
        item->name ? rc_prisma_field(condition->block, item->name) : NULL;
    const struct rc_prisma_value *value = item->value;
    bool negated = false;
    if (!field || !field->column) {
        return refuse(condition, value);
    }
    if (value->kind == RC_PRISMA_VALUE_OBJECT) {
        const struct rc_prisma_value *inner = rc_prisma_argument(value->items, "not", -1);
        if (!inner || value->items->next) {
            return refuse(condition, value);
        }
        negated = true;
        value = inner;
    }
    rc_sql_identifier(condition->out, field->column->sql_name);
    if (is_null(value)) {
        rc_buf_append_text(condition->out, negated ? " IS NOT NULL" : " IS NULL");
        return true;
    }
    rc_buf_append_text(condition->out, negated ? " <> " : " = ");
    return append_value(condition, field, value);
}

const char *rc_prisma_where(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                            const struct rc_prisma_value *value)
{
    const struct rc_prisma_argument *item = NULL;
    struct condition condition = {prisma, block, rc_import_buf(prisma->session)};
    if (!value) {
        return NULL;
    }
    if (value->kind == RC_PRISMA_VALUE_CALL && strcmp(value->text, "raw") == 0) {
        return rc_prisma_string(prisma, block, value->items, "sql", 0);
    }
    if (value->kind != RC_PRISMA_VALUE_OBJECT || !value->items) {
        refuse(&condition, value);
        return NULL;
    }
    LL_FOREACH (value->items, item) {
        rc_buf_append_text(condition.out, item == value->items ? "" : " AND ");
        if (!append_field(&condition, item)) {
            return NULL;
        }
    }
    return rc_import_take(prisma->session, condition.out);
}
