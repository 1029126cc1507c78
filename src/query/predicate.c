// SPDX-License-Identifier: Apache-2.0
//
// The tree of and, or and not; its leaves are filter.c's and relation_filter.c's.
#include "query/predicate.h"

#include "query/filter.h"
#include "query/relation_filter.h"

static rowcall_status write_member(struct rc_builder *builder, const struct rc_node *member,
                                   struct rc_alias alias, enum rc_truth *ret_truth);

// The members of node, joined.
static rowcall_status write_members(struct rc_builder *builder, const struct rc_node *node,
                                    struct rc_alias alias, struct rc_junction *junction)
{
    for (const struct rc_node *child = node->first; child; child = child->next) {
        enum rc_truth truth = RC_TRUTH_ALWAYS;
        rc_junction_part(junction);
        rowcall_status st = write_member(builder, child, alias, &truth);
        if (st) {
            return st;
        }
        rc_junction_take(junction, truth);
    }
    return ROWCALL_OK;
}

static rowcall_status write_nested(struct rc_builder *builder, const struct rc_node *node,
                                   bool is_and, struct rc_alias alias, enum rc_truth *ret_truth)
{
    struct rc_junction junction;
    rc_junction_begin(&junction, builder, is_and);
    rowcall_status st = write_members(builder, node, alias, &junction);
    *ret_truth = rc_junction_end(&junction, true);
    return st;
}

static rowcall_status write_not(struct rc_builder *builder, const struct rc_node *where,
                                struct rc_alias alias, enum rc_truth *ret_truth)
{
    rc_builder_put(builder, "not (");
    rowcall_status st = rc_predicate_where(builder, where, alias, ret_truth);
    rc_builder_put(builder, ")");
    if (*ret_truth != RC_TRUTH_DEPENDS) { // the text goes with the part
        *ret_truth = *ret_truth == RC_TRUTH_ALWAYS ? RC_TRUTH_NEVER : RC_TRUTH_ALWAYS;
    }
    return st;
}

static rowcall_status write_member(struct rc_builder *builder, const struct rc_node *member,
                                   struct rc_alias alias, enum rc_truth *ret_truth)
{
    switch ((enum rc_api_role)member->field->role) {
    case RC_ROLE_COLUMN:
        return rc_filter_write(builder, member, alias, ret_truth);
    case RC_ROLE_AND:
    case RC_ROLE_ANY: // a where among alternatives
        return write_nested(builder, member, true, alias, ret_truth);
    case RC_ROLE_OR:
        return write_nested(builder, member, false, alias, ret_truth);
    case RC_ROLE_NOT:
        return write_not(builder, member, alias, ret_truth);
    case RC_ROLE_RELATION:
        return rc_relation_filter_write(builder, member, alias, ret_truth);
    default:
        return rc_node_refuse(member, ROWCALL_UNIMPLEMENTED, builder->err, "is not served yet");
    }
}

rowcall_status rc_predicate_where(struct rc_builder *builder, const struct rc_node *where,
                                  struct rc_alias alias, enum rc_truth *ret_truth)
{
    struct rc_junction junction;
    rc_junction_begin(&junction, builder, true);
    rowcall_status st = where ? write_members(builder, where, alias, &junction) : ROWCALL_OK;
    *ret_truth = rc_junction_end(&junction, false);
    return st;
}

rowcall_status rc_predicate_clause(struct rc_builder *builder, const struct rc_node *where,
                                   struct rc_alias alias)
{
    enum rc_truth truth;
    struct rc_builder_mark mark = rc_builder_mark(builder);
    rc_builder_put(builder, " where ");
    rowcall_status st = rc_predicate_where(builder, where, alias, &truth);
    if (truth == RC_TRUTH_ALWAYS) {
        rc_builder_rewind(builder, mark);
    } else if (truth == RC_TRUTH_NEVER) {
        rc_builder_put(builder, "false");
    }
    return st;
}

static void write_equal(struct rc_builder *builder, const struct rc_node *value,
                        struct rc_alias alias)
{
    const struct rc_column *column = value->field->subject;
    rc_builder_put_column(builder, alias, column);
    rc_builder_put(builder, " = ");
    rc_builder_put_slot(builder, value, &column->type);
}

static const struct rc_node *composite_member(const struct rc_node *composite,
                                              const struct rc_column *column)
{
    const struct rc_node *member = composite->first;
    while (member && member->field->subject != column) {
        member = member->next;
    }
    return member;
}

static rowcall_status write_composite(struct rc_builder *builder,
                                      const struct rc_node *composite, struct rc_alias alias)
{
    const struct rc_key *key = composite->field->subject;
    for (size_t i = 0; i < key->column_count; i++) {
        const struct rc_node *member = composite_member(composite, key->columns[i]);
        if (!member) {
            return rc_node_refuse(composite, ROWCALL_INVALID_ARGUMENT, builder->err, "needs %s",
                                  key->columns[i]->name);
        }
        rc_builder_put(builder, i > 0 ? " and " : "");
        write_equal(builder, member, alias);
    }
    return ROWCALL_OK;
}

rowcall_status rc_predicate_key(struct rc_builder *builder, const struct rc_node *key,
                                struct rc_alias alias)
{
    const struct rc_node *named = key->first;
    if (!named) {
        return rc_node_refuse(key, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "names no unique key");
    }
    if (named->field->role == RC_ROLE_COMPOSITE_KEY) {
        return write_composite(builder, named, alias);
    }
    write_equal(builder, named, alias);
    return ROWCALL_OK;
}

rowcall_status rc_predicate_one(struct rc_builder *builder, const struct rc_node *request,
                                struct rc_alias alias)
{
    const struct rc_node *key = rc_node_child(request, RC_ROLE_KEY);
    if (!key) {
        return rc_error_set(builder->err, ROWCALL_INVALID_ARGUMENT, "key: names no unique key");
    }
    rc_builder_put(builder, " where ");
    rowcall_status st = rc_predicate_key(builder, key, alias);
    enum rc_truth truth = RC_TRUTH_ALWAYS;
    struct rc_builder_mark mark = rc_builder_mark(builder);
    rc_builder_put(builder, " and ");
    if (!st) {
        st = rc_predicate_where(builder, rc_node_child(request, RC_ROLE_WHERE), alias, &truth);
    }
    if (truth == RC_TRUTH_ALWAYS) {
        rc_builder_rewind(builder, mark);
    } else if (truth == RC_TRUTH_NEVER) {
        rc_builder_put(builder, "false");
    }
    return st;
}
