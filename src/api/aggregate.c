// SPDX-License-Identifier: Apache-2.0
//
// Aggregates and groups. Results are exact: a sum of integers is an int64 (of int64, and every
// average of integers, a decimal in text); minima and maxima have the column's own type, so
// they travel in a row.
#include "api/api_internal.h"

// The members that Aggregate's response and a group share.
static void add_results(struct rc_api_builder *builder)
{
    const struct rc_model *model = builder->model;
    const struct rc_wire_message *row = rc_api_slot(builder, model, RC_SLOT_ROW);
    rc_api_add_optional(builder, 2, "count_all", RC_FIELD_INT64, RC_ROLE_AGGREGATE);
    rc_api_add_message(builder, 3, "count", rc_api_slot(builder, model, RC_SLOT_FIELD_COUNTS),
                       RC_ROLE_AGGREGATE);
    if (rc_api_has_numeric(model)) {
        rc_api_add_message(builder, 4, "sum", rc_api_slot(builder, model, RC_SLOT_SUM),
                           RC_ROLE_AGGREGATE);
        rc_api_add_message(builder, 5, "avg", rc_api_slot(builder, model, RC_SLOT_AVG),
                           RC_ROLE_AGGREGATE);
    }
    rc_api_add_message(builder, 6, "min", row, RC_ROLE_AGGREGATE);
    rc_api_add_message(builder, 7, "max", row, RC_ROLE_AGGREGATE);
}

void rc_api_build_field_counts(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_entity *entity = builder->model->entity;
    for (size_t i = 0; i < entity->column_count; i++) {
        struct rc_wire_field *field = rc_api_add_column(builder, &entity->columns[i], NULL);
        field->type = RC_FIELD_INT64;
        field->optional = true;
        field->comment = NULL;
    }
}

static enum rc_field_type sum_type(const struct rc_column *column)
{
    switch (rc_type_info(column->type.kind)->field) {
    case RC_FIELD_INT32:
        return RC_FIELD_INT64;
    case RC_FIELD_FLOAT:
        return RC_FIELD_FLOAT;
    case RC_FIELD_DOUBLE:
        return RC_FIELD_DOUBLE;
    default: // int8 and numeric sum to numeric
        return RC_FIELD_STRING;
    }
}

static enum rc_field_type avg_type(const struct rc_column *column)
{
    enum rc_field_type field = rc_type_info(column->type.kind)->field;
    return field == RC_FIELD_FLOAT || field == RC_FIELD_DOUBLE ? RC_FIELD_DOUBLE
                                                               : RC_FIELD_STRING;
}

static void add_numeric(struct rc_api_builder *builder,
                        enum rc_field_type (*type_of)(const struct rc_column *))
{
    const struct rc_entity *entity = builder->model->entity;
    for (size_t i = 0; i < entity->column_count; i++) {
        if (rc_api_is_numeric(&entity->columns[i])) {
            struct rc_wire_field *field = rc_api_add_column(builder, &entity->columns[i], NULL);
            field->type = type_of(&entity->columns[i]);
            field->optional = true;
            field->comment = NULL;
        }
    }
}

void rc_api_build_sum(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_numeric(builder, sum_type);
}

void rc_api_build_avg(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_numeric(builder, avg_type);
}

void rc_api_build_aggregate(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_results(builder);
}

void rc_api_build_group_by(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_model *model = builder->model;
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        if (!relation->to_many) {
            rc_api_add_relation(builder, relation,
                                rc_api_slot(builder, relation->target, RC_SLOT_GROUP_BY))
                ->comment = NULL;
        }
    }
    rc_api_add_scalar(builder, 1006, "field", RC_FIELD_ENUM, RC_ROLE_AGGREGATE)->enumeration =
        rc_api_fields_of(builder, model);
    rc_api_close_oneof(builder, "by");
}

void rc_api_build_group(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "by", rc_api_slot(builder, builder->model, RC_SLOT_ROW),
                       RC_ROLE_AGGREGATE)
        ->comment = "The values that the records of this group share.";
    add_results(builder);
}

void rc_api_build_field_order(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_scalar(builder, 1, "field", RC_FIELD_ENUM, RC_ROLE_AGGREGATE)->enumeration =
        rc_api_fields_of(builder, builder->model);
    rc_api_add_message(builder, 2, "order", &rc_vocabulary_order, RC_ROLE_ORDER_BY);
}

void rc_api_build_group_order_by(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    static const char *const names[] = {"count", "sum", "avg", "min", "max"};
    const struct rc_model *model = builder->model;
    rc_api_add_message(builder, 1, "by", rc_api_slot(builder, model, RC_SLOT_ORDER_BY),
                       RC_ROLE_AGGREGATE);
    rc_api_add_message(builder, 2, "count_all", &rc_vocabulary_order, RC_ROLE_AGGREGATE);
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        rc_api_add_message(builder, 3 + i, names[i],
                           rc_api_slot(builder, model, RC_SLOT_FIELD_ORDER), RC_ROLE_AGGREGATE);
    }
    rc_api_close_oneof(builder, "order");
}

// ---- having: filters on aggregates

void rc_api_build_count_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_entity *entity = builder->model->entity;
    for (size_t i = 0; i < entity->column_count; i++) {
        rc_api_add_column(builder, &entity->columns[i], rc_vocabulary_int64.filter)->comment =
            NULL;
    }
}

static const struct rc_wire_message *filter_of(enum rc_field_type type)
{
    switch (type) {
    case RC_FIELD_INT64:
        return rc_vocabulary_int64.filter;
    case RC_FIELD_FLOAT:
        return rc_vocabulary_float.filter;
    case RC_FIELD_DOUBLE:
        return rc_vocabulary_double.filter;
    default:
        return rc_vocabulary_numeric.filter;
    }
}

static void add_numeric_filters(struct rc_api_builder *builder,
                                enum rc_field_type (*type_of)(const struct rc_column *))
{
    const struct rc_entity *entity = builder->model->entity;
    for (size_t i = 0; i < entity->column_count; i++) {
        if (rc_api_is_numeric(&entity->columns[i])) {
            rc_api_add_column(builder, &entity->columns[i],
                              filter_of(type_of(&entity->columns[i])))
                ->comment = NULL;
        }
    }
}

void rc_api_build_sum_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_numeric_filters(builder, sum_type);
}

void rc_api_build_avg_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_numeric_filters(builder, avg_type);
}

void rc_api_build_extreme_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_entity *entity = builder->model->entity;
    for (size_t i = 0; i < entity->column_count; i++) {
        if (rc_api_is_orderable(&entity->columns[i])) {
            rc_api_add_column(builder, &entity->columns[i],
                              rc_api_filter_of(builder, &entity->columns[i].type))
                ->comment = NULL;
        }
    }
}

void rc_api_build_having(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    const struct rc_model *model = builder->model;
    const struct rc_wire_message *self = rc_api_slot(builder, model, RC_SLOT_HAVING);
    const struct rc_wire_message *extreme = rc_api_slot(builder, model, RC_SLOT_EXTREME_HAVING);
    rc_api_add_message(builder, 2, "count_all", rc_vocabulary_int64.filter, RC_ROLE_AGGREGATE);
    rc_api_add_message(builder, 3, "count", rc_api_slot(builder, model, RC_SLOT_COUNT_HAVING),
                       RC_ROLE_AGGREGATE);
    if (rc_api_has_numeric(model)) {
        rc_api_add_message(builder, 4, "sum", rc_api_slot(builder, model, RC_SLOT_SUM_HAVING),
                           RC_ROLE_AGGREGATE);
        rc_api_add_message(builder, 5, "avg", rc_api_slot(builder, model, RC_SLOT_AVG_HAVING),
                           RC_ROLE_AGGREGATE);
    }
    rc_api_add_message(builder, 6, "min", extreme, RC_ROLE_AGGREGATE);
    rc_api_add_message(builder, 7, "max", extreme, RC_ROLE_AGGREGATE);
    rc_api_add_message(builder, 8, "by", rc_api_slot(builder, model, RC_SLOT_WHERE),
                       RC_ROLE_AGGREGATE)
        ->comment = "The values that the records of a group share.";
    rc_api_add_message(builder, 1001, "and", self, RC_ROLE_AND)->repeated = true;
    rc_api_add_message(builder, 1002, "or", rc_api_slot(builder, model, RC_SLOT_HAVING_ANY),
                       RC_ROLE_OR);
    rc_api_add_message(builder, 1003, "not", self, RC_ROLE_NOT)->repeated = true;
}

void rc_api_build_having_any(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "any", rc_api_slot(builder, builder->model, RC_SLOT_HAVING),
                       RC_ROLE_ANY)
        ->repeated = true;
}
