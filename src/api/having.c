// SPDX-License-Identifier: Apache-2.0
//
// Filters of groups: conditions on what the records of a group share, and on aggregates over
// them. All members are joined by AND. A condition has the filter message of the type that is
// compared: of a sum's type, not of the column's.
#include "api/api_internal.h"

static void add_filters(struct rc_api_builder *builder, enum rc_aggregate function)
{
    const struct rc_entity *entity = builder->model->entity;
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_type *type = rc_aggregate_type(function, &entity->columns[i].type);
        if (type) {
            rc_api_add_column(builder, &entity->columns[i], rc_api_filter_of(builder, type))
                ->comment = NULL;
        }
    }
}

void rc_api_build_count_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_filters(builder, RC_AGGREGATE_COUNT);
}

void rc_api_build_sum_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_filters(builder, RC_AGGREGATE_SUM);
}

void rc_api_build_avg_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_filters(builder, RC_AGGREGATE_AVG);
}

void rc_api_build_extreme_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_filters(builder, RC_AGGREGATE_MIN);
}

void rc_api_build_by_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_model *model = builder->model;
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const struct rc_column *column = &model->entity->columns[i];
        if (rc_type_info(column->type.kind)->is_equatable) {
            rc_api_add_column(builder, column, rc_api_filter_of(builder, &column->type))
                ->comment = NULL;
        }
    }
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        if (!relation->to_many) {
            rc_api_add_relation(builder, relation,
                                rc_api_slot(builder, relation->target, RC_SLOT_BY_HAVING))
                ->comment = NULL;
        }
    }
}

void rc_api_build_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    static const enum rc_api_slot filters[RC_AGGREGATE_NUMBER] = {
        [RC_AGGREGATE_COUNT] = RC_SLOT_COUNT_HAVING,
        [RC_AGGREGATE_SUM] = RC_SLOT_SUM_HAVING,
        [RC_AGGREGATE_AVG] = RC_SLOT_AVG_HAVING,
        [RC_AGGREGATE_MIN] = RC_SLOT_EXTREME_HAVING,
        [RC_AGGREGATE_MAX] = RC_SLOT_EXTREME_HAVING,
    };
    (void)verb;
    const struct rc_model *model = builder->model;
    const struct rc_wire_message *self = rc_api_slot(builder, model, RC_SLOT_HAVING);
    rc_api_add_message(builder, 1, "by", rc_api_slot(builder, model, RC_SLOT_BY_HAVING),
                       RC_ROLE_BY)
        ->comment = "The values that the records of a group share.";
    rc_api_add_message(builder, 2, "count_all", rc_vocabulary_int64.filter, RC_ROLE_COUNT_ALL);
    for (uint32_t i = 0; i < RC_AGGREGATE_NUMBER; i++) {
        enum rc_aggregate function = (enum rc_aggregate)i;
        if (rc_api_has_function(model, function)) {
            rc_api_add_message(builder, 3 + i, rc_aggregate_name(function),
                               rc_api_slot(builder, model, filters[i]),
                               rc_api_functions[i].role);
        }
    }
    rc_api_add_message(builder, 1001, "and", self, RC_ROLE_AND)->repeated = true;
    rc_api_add_message(builder, 1002, "or", rc_api_slot(builder, model, RC_SLOT_HAVING_ANY),
                       RC_ROLE_OR);
    struct rc_wire_field *not = rc_api_add_message(builder, 1003, "not", self, RC_ROLE_NOT);
    not ->repeated = true;
    not ->comment = "None of these holds.";
}

void rc_api_build_having_any(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "any", rc_api_slot(builder, builder->model, RC_SLOT_HAVING),
                       RC_ROLE_ANY)
        ->repeated = true;
}
