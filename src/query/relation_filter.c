// SPDX-License-Identifier: Apache-2.0
//
// Each member is one [not] exists over the related records; where nothing is asked of them, the
// foreign key alone answers whether it is on this side and PostgreSQL keeps it.
#include "query/relation_filter.h"

#include "query/predicate.h"
#include "query/relation.h"

// A filter while it is written.
struct related {
    struct rc_builder *builder;
    const struct rc_relation *relation;
    struct rc_alias near;
};

// "[not ]exists (select 1 from <related> where <link>", to be closed. Returns the related one.
static struct rc_alias put_exists(const struct related *related, bool exists)
{
    struct rc_builder *builder = related->builder;
    struct rc_alias far = rc_builder_alias(builder);
    rc_builder_put(builder, exists ? "exists (select 1 from " : "not exists (select 1 from ");
    struct rc_alias join = rc_relation_put_tables(builder, related->relation, far);
    rc_builder_put(builder, " where ");
    rc_relation_put_link(builder, related->relation, related->near, far, join);
    return far;
}

// "(t0."a" is not null and t0."b" is not null)", or that one of them is.
static void write_key_presence(const struct related *related, bool is_present,
                               enum rc_truth *ret_truth)
{
    struct rc_junction junction;
    rc_junction_begin(&junction, related->builder, is_present);
    for (size_t i = 0; i < related->relation->column_count; i++) {
        const struct rc_column *column = related->relation->columns[i];
        if (!column->nullable) {
            continue;
        }
        rc_junction_part(&junction);
        rc_builder_put_column(related->builder, related->near, column);
        rc_builder_put(related->builder, is_present ? " is not null" : " is null");
        rc_junction_take(&junction, RC_TRUTH_DEPENDS);
    }
    *ret_truth = rc_junction_end(&junction, true);
}

// Whether there is any related record.
static void write_presence(const struct related *related, bool is_present,
                           enum rc_truth *ret_truth)
{
    if (related->relation->owns && related->relation->key->enforced) {
        write_key_presence(related, is_present, ret_truth);
        return;
    }
    (void)put_exists(related, is_present);
    rc_builder_put(related->builder, ")");
    *ret_truth = RC_TRUTH_DEPENDS;
}

// Whether any related record matches.
static rowcall_status write_some(const struct related *related, const struct rc_node *where,
                                 bool expected, enum rc_truth *ret_truth)
{
    struct rc_builder *builder = related->builder;
    struct rc_builder_mark start = rc_builder_mark(builder);
    struct rc_alias far = put_exists(related, expected);
    rc_builder_put(builder, " and ");
    rowcall_status st = rc_predicate_where(builder, where, far, ret_truth);
    rc_builder_put(builder, ")");
    if (*ret_truth == RC_TRUTH_ALWAYS) {
        rc_builder_rewind(builder, start);
        write_presence(related, expected, ret_truth);
    } else if (*ret_truth == RC_TRUTH_NEVER && !expected) {
        *ret_truth = RC_TRUTH_ALWAYS; // the text goes with the part
    }
    return st;
}

static rowcall_status write_every(const struct related *related, const struct rc_node *where,
                                  enum rc_truth *ret_truth)
{
    struct rc_builder *builder = related->builder;
    struct rc_builder_mark start = rc_builder_mark(builder);
    struct rc_alias far = put_exists(related, false);
    rc_builder_put(builder, " and (");
    rowcall_status st = rc_predicate_where(builder, where, far, ret_truth);
    rc_builder_put(builder, ") is not true)");
    if (*ret_truth == RC_TRUTH_NEVER) {
        rc_builder_rewind(builder, start);
        write_presence(related, false, ret_truth);
    }
    return st;
}

static rowcall_status write_member(const struct related *related, const struct rc_node *member,
                                   enum rc_truth *ret_truth)
{
    switch ((enum rc_api_role)member->field->role) {
    case RC_ROLE_IS:
    case RC_ROLE_SOME:
        return write_some(related, member, true, ret_truth);
    case RC_ROLE_IS_NOT:
    case RC_ROLE_NONE_OF:
        return write_some(related, member, false, ret_truth);
    case RC_ROLE_EVERY:
        return write_every(related, member, ret_truth);
    case RC_ROLE_IS_NULL:
        write_presence(related, !member->flag, ret_truth);
        return ROWCALL_OK;
    default:
        return rc_node_refuse(member, ROWCALL_UNIMPLEMENTED, related->builder->err,
                              "is not served yet");
    }
}

rowcall_status rc_relation_filter_write(struct rc_builder *builder, const struct rc_node *node,
                                        struct rc_alias alias, enum rc_truth *ret_truth)
{
    const struct related related = {builder, node->field->subject, alias};
    struct rc_junction junction;
    rc_junction_begin(&junction, builder, true);
    for (const struct rc_node *member = node->first; member; member = member->next) {
        enum rc_truth truth = RC_TRUTH_ALWAYS;
        rc_junction_part(&junction);
        rowcall_status st = write_member(&related, member, &truth);
        if (st) {
            return st;
        }
        rc_junction_take(&junction, truth);
    }
    *ret_truth = rc_junction_end(&junction, true);
    return ROWCALL_OK;
}
