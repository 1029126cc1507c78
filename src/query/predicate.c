// SPDX-License-Identifier: Apache-2.0
//
// The leaves of a where, which are filter.c's, relation_filter.c's and search.c's, and keys.
#include "query/predicate.h"

#include "query/filter.h"
#include "query/logic.h"
#include "query/relation_filter.h"
#include "query/search.h"

// What the conditions are about.
struct subject {
    struct rc_builder *builder;
    struct rc_alias alias;
};

static rowcall_status write_leaf(const void *context, const struct rc_node *member,
                                 enum rc_truth *ret_truth)
{
    const struct subject *subject = context;
    switch ((enum rc_api_role)member->field->role) {
    case RC_ROLE_COLUMN:
        return rc_filter_write(subject->builder, member, subject->alias, ret_truth);
    case RC_ROLE_RELATION:
        return rc_relation_filter_write(subject->builder, member, subject->alias, ret_truth);
    case RC_ROLE_SEARCH:
        *ret_truth = RC_TRUTH_DEPENDS;
        return rc_search_write(subject->builder, member, subject->alias);
    default:
        return rc_node_refuse(member, ROWCALL_UNIMPLEMENTED, subject->builder->err,
                              "is not served yet");
    }
}

rowcall_status rc_predicate_where(struct rc_builder *builder, const struct rc_node *where,
                                  struct rc_alias alias, enum rc_truth *ret_truth)
{
    const struct subject subject = {builder, alias};
    const struct rc_logic logic = {builder, write_leaf, &subject};
    return rc_logic_write(&logic, where, ret_truth);
}

// "<keyword><where>", nothing, or "<keyword>false".
static rowcall_status write_clause(struct rc_builder *builder, const struct rc_node *where,
                                   struct rc_alias alias, const char *keyword)
{
    const struct subject subject = {builder, alias};
    const struct rc_logic logic = {builder, write_leaf, &subject};
    return rc_logic_clause(&logic, where, keyword);
}

rowcall_status rc_predicate_clause(struct rc_builder *builder, const struct rc_node *where,
                                   struct rc_alias alias)
{
    return write_clause(builder, where, alias, " where ");
}

rowcall_status rc_predicate_and(struct rc_builder *builder, const struct rc_node *where,
                                struct rc_alias alias)
{
    return write_clause(builder, where, alias, " and ");
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

rowcall_status rc_predicate_check_composite(struct rc_builder *builder,
                                            const struct rc_node *composite)
{
    const struct rc_key *key = composite->field->subject;
    for (size_t i = 0; i < key->column_count; i++) {
        if (!composite_member(composite, key->columns[i])) {
            return rc_node_refuse(composite, ROWCALL_INVALID_ARGUMENT, builder->err, "needs %s",
                                  key->columns[i]->name);
        }
    }
    return ROWCALL_OK;
}

static rowcall_status write_composite(struct rc_builder *builder,
                                      const struct rc_node *composite, struct rc_alias alias)
{
    const struct rc_key *key = composite->field->subject;
    rowcall_status st = rc_predicate_check_composite(builder, composite);
    for (size_t i = 0; !st && i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? " and " : "");
        write_equal(builder, composite_member(composite, key->columns[i]), alias);
    }
    return st;
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

void rc_predicate_put_conflict(struct rc_builder *builder, const struct rc_node *key)
{
    const struct rc_node *named = key->first;
    const struct rc_key *composite =
        named && named->field->role == RC_ROLE_COMPOSITE_KEY ? named->field->subject : NULL;
    rc_builder_put(builder, "(");
    for (size_t i = 0; composite && i < composite->column_count; i++) {
        rc_builder_put(builder, i > 0 ? ", " : "");
        rc_builder_put_name(builder, composite->columns[i]);
    }
    if (named && !composite) {
        rc_builder_put_name(builder, named->field->subject);
    }
    rc_builder_put(builder, ")");
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
    return st ? st : rc_predicate_and(builder, rc_node_child(request, RC_ROLE_WHERE), alias);
}
