// SPDX-License-Identifier: Apache-2.0
//
// Groups: what they are made by, what one is, and in which order they come. A key is a column
// of the entity, or of a record that it is related to, over any number of to-one relations.
#include "api/api_internal.h"

void rc_api_build_group_key(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_model *model = builder->model;
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        if (!relation->to_many) {
            rc_api_add_relation(builder, relation,
                                rc_api_slot(builder, relation->target, RC_SLOT_GROUP_KEY))
                ->comment = NULL;
        }
    }
    rc_api_add_scalar(builder, 1007, "field", RC_FIELD_ENUM, RC_ROLE_FIELD)->enumeration =
        rc_api_fields_of(builder, model);
    rc_api_close_oneof(builder, "by");
}

void rc_api_build_group(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "by", rc_api_slot(builder, builder->model, RC_SLOT_ROW),
                       RC_ROLE_BY)
        ->comment = "The values that the records of this group share.";
    rc_api_add_results(builder);
}

void rc_api_build_field_order(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_scalar(builder, 1, "field", RC_FIELD_ENUM, RC_ROLE_FIELD)->enumeration =
        rc_api_fields_of(builder, builder->model);
    rc_api_add_message(builder, 2, "order", &rc_vocabulary_order, RC_ROLE_ORDER_BY);
}

void rc_api_build_group_order_by(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_model *model = builder->model;
    rc_api_add_message(builder, 1, "by", rc_api_slot(builder, model, RC_SLOT_ORDER_BY),
                       RC_ROLE_BY)
        ->comment = "A field that the records are grouped by.";
    rc_api_add_message(builder, 2, "count_all", &rc_vocabulary_order, RC_ROLE_COUNT_ALL);
    for (uint32_t i = 0; i < RC_AGGREGATE_NUMBER; i++) {
        enum rc_aggregate function = (enum rc_aggregate)i;
        if (rc_api_has_function(model, function)) {
            rc_api_add_message(builder, 3 + i, rc_aggregate_name(function),
                               rc_api_slot(builder, model, RC_SLOT_FIELD_ORDER),
                               rc_api_functions[i].role);
        }
    }
    rc_api_close_oneof(builder, "order");
}
