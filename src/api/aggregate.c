// SPDX-License-Identifier: Apache-2.0
//
// What Aggregate and GroupBy compute. A request lists the fields of each function; a result has
// a message per function, whose fields have the types that schema/aggregate.c gives. Minima and
// maxima have the column's own type, so they travel in a row.
#include "api/api_internal.h"

const struct rc_api_function rc_api_functions[RC_AGGREGATE_NUMBER] = {
    [RC_AGGREGATE_COUNT] = {RC_ROLE_COUNT_OF, RC_SLOT_FIELD_COUNTS, NULL,
                            "Count the records in which these fields are not NULL."},
    [RC_AGGREGATE_SUM] = {RC_ROLE_SUM_OF, RC_SLOT_SUM, rc_api_has_sum,
                          "Of the values that are not NULL; of none there is no sum."},
    [RC_AGGREGATE_AVG] = {RC_ROLE_AVG_OF, RC_SLOT_AVG, rc_api_has_avg, NULL},
    [RC_AGGREGATE_MIN] = {RC_ROLE_MIN_OF, RC_SLOT_ROW, rc_api_has_extremes,
                          "Not of bool, bytes, uuid, json and other types without min()."},
    [RC_AGGREGATE_MAX] = {RC_ROLE_MAX_OF, RC_SLOT_ROW, rc_api_has_extremes, NULL},
};

enum rc_api_role rc_api_aggregate_role(enum rc_aggregate function)
{
    return rc_api_functions[function].role;
}

bool rc_api_has_function(const struct rc_model *model, enum rc_aggregate function)
{
    return !rc_api_functions[function].exists || rc_api_functions[function].exists(model);
}

void rc_api_add_functions(struct rc_api_builder *builder, uint32_t first)
{
    rc_api_add_scalar(builder, first, "count_all", RC_FIELD_BOOL, RC_ROLE_COUNT_ALL)->comment =
        "Count the records.";
    for (uint32_t i = 0; i < RC_AGGREGATE_NUMBER; i++) {
        enum rc_aggregate function = (enum rc_aggregate)i;
        if (rc_api_has_function(builder->model, function)) {
            rc_api_add_field_list(builder, first + 1 + i, rc_aggregate_name(function),
                                  rc_api_functions[i].role)
                ->comment = rc_api_functions[i].comment;
        }
    }
}

void rc_api_add_results(struct rc_api_builder *builder)
{
    const struct rc_model *model = builder->model;
    rc_api_add_optional(builder, 2, "count_all", RC_FIELD_INT64, RC_ROLE_COUNT_ALL);
    for (uint32_t i = 0; i < RC_AGGREGATE_NUMBER; i++) {
        enum rc_aggregate function = (enum rc_aggregate)i;
        if (rc_api_has_function(model, function)) {
            rc_api_add_message(builder, 3 + i, rc_aggregate_name(function),
                               rc_api_slot(builder, model, rc_api_functions[i].result),
                               rc_api_functions[i].role);
        }
    }
}

// A field per column that the function is defined for, as its result travels.
static void add_result_fields(struct rc_api_builder *builder, enum rc_aggregate function)
{
    const struct rc_entity *entity = builder->model->entity;
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_type *type = rc_aggregate_type(function, &entity->columns[i].type);
        if (type) {
            struct rc_wire_field *field = rc_api_add_column(builder, &entity->columns[i], NULL);
            field->type = rc_type_info(type->kind)->field;
            field->optional = true;
            field->comment = NULL;
        }
    }
}

void rc_api_build_field_counts(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_result_fields(builder, RC_AGGREGATE_COUNT);
}

void rc_api_build_sum(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_result_fields(builder, RC_AGGREGATE_SUM);
}

void rc_api_build_avg(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_result_fields(builder, RC_AGGREGATE_AVG);
}
