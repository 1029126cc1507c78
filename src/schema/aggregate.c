// SPDX-License-Identifier: Apache-2.0
//
// The table of aggregate functions by type.
#include "schema/aggregate.h"

static const struct rc_type int8_type = {
    .kind = RC_TYPE_INT8, .precision = -1, .scale = -1, .sql = "bigint"};
static const struct rc_type numeric_type = {
    .kind = RC_TYPE_NUMERIC, .precision = -1, .scale = -1, .sql = "numeric"};
static const struct rc_type float4_type = {
    .kind = RC_TYPE_FLOAT4, .precision = -1, .scale = -1, .sql = "real"};
static const struct rc_type float8_type = {
    .kind = RC_TYPE_FLOAT8, .precision = -1, .scale = -1, .sql = "double precision"};
static const struct rc_type money_type = {
    .kind = RC_TYPE_MONEY, .precision = -1, .scale = -1, .sql = "money"};
static const struct rc_type interval_type = {
    .kind = RC_TYPE_INTERVAL, .precision = -1, .scale = -1, .sql = "interval"};

// What can be added up, and what that gives. Integers widen, so no sum loses a digit; averages
// of exact numbers are numeric, with the digits that PostgreSQL divides to.
static const struct totals {
    const struct rc_type *sum;
    const struct rc_type *avg;
} totals[RC_TYPE_COUNT] = {
    [RC_TYPE_INT2] = {&int8_type, &numeric_type},
    [RC_TYPE_INT4] = {&int8_type, &numeric_type},
    [RC_TYPE_INT8] = {&numeric_type, &numeric_type},
    [RC_TYPE_NUMERIC] = {&numeric_type, &numeric_type},
    [RC_TYPE_FLOAT4] = {&float4_type, &float8_type},
    [RC_TYPE_FLOAT8] = {&float8_type, &float8_type},
    [RC_TYPE_MONEY] = {&money_type, NULL},
    [RC_TYPE_INTERVAL] = {&interval_type, &interval_type},
};

static const char *const names[RC_AGGREGATE_NUMBER] = {
    [RC_AGGREGATE_COUNT] = "count", [RC_AGGREGATE_SUM] = "sum", [RC_AGGREGATE_AVG] = "avg",
    [RC_AGGREGATE_MIN] = "min",     [RC_AGGREGATE_MAX] = "max",
};

const char *rc_aggregate_name(enum rc_aggregate function)
{
    return names[function];
}

const struct rc_type *rc_aggregate_type(enum rc_aggregate function, const struct rc_type *type)
{
    const struct rc_type_info *info = rc_type_info(type->kind);
    switch (function) {
    case RC_AGGREGATE_COUNT:
        return &int8_type;
    case RC_AGGREGATE_SUM:
        return type->array ? NULL : totals[type->kind].sum;
    case RC_AGGREGATE_AVG:
        return type->array ? NULL : totals[type->kind].avg;
    case RC_AGGREGATE_MIN:
    case RC_AGGREGATE_MAX: // an array has them where its elements compare
        return (type->array ? info->is_ordered : info->has_extremes) ? type : NULL;
    case RC_AGGREGATE_NUMBER:
        break;
    }
    return NULL;
}
