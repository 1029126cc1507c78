// SPDX-License-Identifier: Apache-2.0
//
// Filters of an entity's records. All members of a filter are joined by AND.
#include "api/api_internal.h"

void rc_api_build_where(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_model *model = builder->model;
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const struct rc_column *column = &model->entity->columns[i];
        const struct rc_wire_message *filter = rc_api_filter_of(builder, &column->type);
        builder->failed |= !filter;
        rc_api_add_column(builder, column, filter)->comment = NULL;
    }
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        rc_api_add_relation(
            builder, relation,
            rc_api_slot(builder, relation->target,
                        relation->to_many ? RC_SLOT_MANY_FILTER : RC_SLOT_ONE_FILTER))
            ->comment = NULL;
    }
    const struct rc_wire_message *self = rc_api_slot(builder, model, RC_SLOT_WHERE);
    rc_api_add_message(builder, 1001, "and", self, RC_ROLE_AND)->repeated = true;
    rc_api_add_message(builder, 1002, "or", rc_api_slot(builder, model, RC_SLOT_WHERE_ANY),
                       RC_ROLE_OR);
    struct rc_wire_field *not = rc_api_add_message(builder, 1003, "not", self, RC_ROLE_NOT);
    not ->repeated = true;
    not ->comment = "None of these holds.";
    if (rc_api_has_searchable(model)) {
        rc_api_add_message(builder, 1006, "search", rc_api_slot(builder, model, RC_SLOT_SEARCH),
                           RC_ROLE_SEARCH);
    }
}

void rc_api_build_where_any(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "any", rc_api_slot(builder, builder->model, RC_SLOT_WHERE),
                       RC_ROLE_ANY)
        ->repeated = true;
}

void rc_api_build_one_filter(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_wire_message *where = rc_api_slot(builder, builder->model, RC_SLOT_WHERE);
    rc_api_add_message(builder, 1, "is", where, RC_ROLE_IS)->comment =
        "There is a related record, and it matches.";
    rc_api_add_message(builder, 2, "is_not", where, RC_ROLE_IS_NOT)->comment =
        "There is no related record that matches.";
    rc_api_add_optional(builder, 3, "is_null", RC_FIELD_BOOL, RC_ROLE_IS_NULL)->comment =
        "Whether there is no related record.";
}

void rc_api_build_many_filter(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_wire_message *where = rc_api_slot(builder, builder->model, RC_SLOT_WHERE);
    rc_api_add_message(builder, 1, "some", where, RC_ROLE_SOME);
    rc_api_add_message(builder, 2, "every", where, RC_ROLE_EVERY)->comment =
        "True when there are no related records.";
    rc_api_add_message(builder, 3, "none", where, RC_ROLE_NONE_OF);
}
