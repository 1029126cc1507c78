// SPDX-License-Identifier: Apache-2.0
//
// What an entity derives to depends on its place in the scope: whether it has to-many
// relations, is a view, is anybody's related record, or has something to add up.
#include "api/api_internal.h"

bool rc_api_has_to_many(const struct rc_model *model)
{
    for (size_t i = 0; i < model->relation_count; i++) {
        if (model->relations[i].to_many) {
            return true;
        }
    }
    return false;
}

bool rc_api_is_writable(const struct rc_model *model)
{
    return !model->entity->view;
}

static bool is_target(const struct rc_model *model, bool to_many)
{
    const struct rc_scope *scope = model->scope;
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct rc_model *other = &scope->models[i];
        for (size_t k = 0; k < other->relation_count; k++) {
            if (other->relations[k].target == model && other->relations[k].to_many == to_many) {
                return true;
            }
        }
    }
    return false;
}

bool rc_api_is_to_one_target(const struct rc_model *model)
{
    return is_target(model, false);
}

bool rc_api_is_to_many_target(const struct rc_model *model)
{
    return is_target(model, true);
}

bool rc_api_is_nested_one(const struct rc_model *model)
{
    return rc_api_is_writable(model) && rc_api_is_to_one_target(model);
}

bool rc_api_is_nested_many(const struct rc_model *model)
{
    return rc_api_is_writable(model) && rc_api_is_to_many_target(model);
}

bool rc_api_is_nested(const struct rc_model *model)
{
    return rc_api_is_nested_one(model) || rc_api_is_nested_many(model);
}

static bool has_function(const struct rc_model *model, enum rc_aggregate function)
{
    for (size_t i = 0; i < model->entity->column_count; i++) {
        if (rc_aggregate_type(function, &model->entity->columns[i].type)) {
            return true;
        }
    }
    return false;
}

bool rc_api_has_sum(const struct rc_model *model)
{
    return has_function(model, RC_AGGREGATE_SUM);
}

bool rc_api_has_avg(const struct rc_model *model)
{
    return has_function(model, RC_AGGREGATE_AVG);
}

bool rc_api_has_extremes(const struct rc_model *model)
{
    return has_function(model, RC_AGGREGATE_MIN);
}
