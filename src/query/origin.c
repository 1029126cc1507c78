// SPDX-License-Identifier: Apache-2.0
//
// Origins. The nearest field that stands for a column is the one the value is for; the message
// that the field is in says what is done with it.
#include "query/origin.h"

#include "query/search.h"

static enum rc_plan_use use_of(const struct rc_node *column, const struct rc_node *value)
{
    uint32_t kind = column->parent->message->role;
    if (kind == RC_MESSAGE_CREATE) {
        return RC_PLAN_STORED;
    }
    if (kind != RC_MESSAGE_UPDATE) {
        return RC_PLAN_COMPARED;
    }
    enum rc_api_role role = (enum rc_api_role)value->field->role;
    return role == RC_ROLE_SET || role == RC_ROLE_PUSH ? RC_PLAN_STORED : RC_PLAN_OPERAND;
}

// Of a full-text query. False: no memory.
static bool find_language(const struct rc_node *node, struct rc_arena *arena,
                          struct rc_plan_origin *origin)
{
    if (node->field->role != RC_ROLE_SEARCH_QUERY) {
        return true;
    }
    struct rc_view language = rc_search_language(node->parent);
    origin->use = RC_PLAN_SEARCHED;
    origin->language = rc_arena_copy(arena, language.data, language.len);
    return origin->language != NULL;
}

bool rc_origin_find(const struct rc_node *node, struct rc_arena *arena,
                    struct rc_plan_origin *ret_origin)
{
    char path[256];
    *ret_origin = (struct rc_plan_origin){.use = RC_PLAN_COMPARED};
    if (!node) {
        return true;
    }
    const struct rc_node *column = node;
    while (column->field && column->field->role != RC_ROLE_COLUMN) {
        column = column->parent;
    }
    if (column->field) {
        ret_origin->column = column->field->subject;
        ret_origin->use = use_of(column, node);
    }
    (void)rc_node_path(node, path, sizeof path);
    ret_origin->path = rc_arena_strdup(arena, path);
    return ret_origin->path != NULL && find_language(node, arena, ret_origin);
}
