// SPDX-License-Identifier: Apache-2.0
//
// Connectives as junctions within junctions.
#include "query/logic.h"

static rowcall_status write_member(const struct rc_logic *logic, const struct rc_node *member,
                                   enum rc_truth *ret_truth);

// The members of node, joined.
static rowcall_status write_members(const struct rc_logic *logic, const struct rc_node *node,
                                    struct rc_junction *junction)
{
    for (const struct rc_node *child = node->first; child; child = child->next) {
        enum rc_truth truth = RC_TRUTH_ALWAYS;
        rc_junction_part(junction);
        rowcall_status st = write_member(logic, child, &truth);
        if (st) {
            return st;
        }
        rc_junction_take(junction, truth);
    }
    return ROWCALL_OK;
}

static rowcall_status write_nested(const struct rc_logic *logic, const struct rc_node *node,
                                   bool is_and, enum rc_truth *ret_truth)
{
    struct rc_junction junction;
    rc_junction_begin(&junction, logic->builder, is_and);
    rowcall_status st = write_members(logic, node, &junction);
    *ret_truth = rc_junction_end(&junction, true);
    return st;
}

static rowcall_status write_not(const struct rc_logic *logic, const struct rc_node *node,
                                enum rc_truth *ret_truth)
{
    rc_builder_put(logic->builder, "not (");
    rowcall_status st = rc_logic_write(logic, node, ret_truth);
    rc_builder_put(logic->builder, ")");
    if (*ret_truth != RC_TRUTH_DEPENDS) { // the text goes with the part
        *ret_truth = *ret_truth == RC_TRUTH_ALWAYS ? RC_TRUTH_NEVER : RC_TRUTH_ALWAYS;
    }
    return st;
}

static rowcall_status write_member(const struct rc_logic *logic, const struct rc_node *member,
                                   enum rc_truth *ret_truth)
{
    switch ((enum rc_api_role)member->field->role) {
    case RC_ROLE_AND:
    case RC_ROLE_ANY: // one among alternatives
        return write_nested(logic, member, true, ret_truth);
    case RC_ROLE_OR:
        return write_nested(logic, member, false, ret_truth);
    case RC_ROLE_NOT:
        return write_not(logic, member, ret_truth);
    default:
        return logic->write_leaf(logic->context, member, ret_truth);
    }
}

rowcall_status rc_logic_write(const struct rc_logic *logic, const struct rc_node *node,
                              enum rc_truth *ret_truth)
{
    struct rc_junction junction;
    rc_junction_begin(&junction, logic->builder, true);
    rowcall_status st = node ? write_members(logic, node, &junction) : ROWCALL_OK;
    *ret_truth = rc_junction_end(&junction, false);
    return st;
}

rowcall_status rc_logic_clause(const struct rc_logic *logic, const struct rc_node *node,
                               const char *keyword)
{
    enum rc_truth truth;
    struct rc_builder_mark mark = rc_builder_mark(logic->builder);
    rc_builder_put(logic->builder, keyword);
    rowcall_status st = rc_logic_write(logic, node, &truth);
    if (truth == RC_TRUTH_ALWAYS) {
        rc_builder_rewind(logic->builder, mark);
    } else if (truth == RC_TRUTH_NEVER) {
        rc_builder_put(logic->builder, "false");
    }
    return st;
}
