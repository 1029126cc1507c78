// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic of updates: integers and decimals of a fixed scale, both as counts of their
// smallest step.
#include "value.h"

#include "support/check.h"

#include <stdlib.h>

// 128 bits: no product of two 64 bit numbers overflows.
__extension__ typedef __int128 wide;

// How many steps 1 is.
static int64_t step_count(const struct rc_column *column)
{
    int64_t steps = 1;
    for (int i = 0; column->type.kind == RC_TYPE_NUMERIC && i < column->type.scale; i++) {
        steps *= 10;
    }
    return steps;
}

// The greatest magnitude that fits, as steps.
static wide limit_of(const struct rc_column *column)
{
    wide limit = 1;
    switch (column->type.kind) {
    case RC_TYPE_INT4:
        return INT32_MAX;
    case RC_TYPE_INT8:
        return INT64_MAX;
    default:
        for (int i = 0; i < column->type.precision; i++) {
            limit *= 10;
        }
        return limit - 1;
    }
}

static int64_t read_steps(const struct rc_column *column, const json_t *value)
{
    int64_t number = 0;
    bool negative = false;
    if (json_is_integer(value)) {
        return json_integer_value(value);
    }
    for (const char *at = json_string_value(value); *at; at++) {
        negative |= *at == '-';
        if (*at >= '0' && *at <= '9') {
            number = number * 10 + (*at - '0');
        }
    }
    const char *point = strchr(json_string_value(value), '.');
    int decimals = point ? (int)strlen(point + 1) : 0;
    for (int i = decimals; column->type.kind == RC_TYPE_NUMERIC && i < column->type.scale;
         i++) {
        number *= 10;
    }
    return negative ? -number : number;
}

static json_t *write_steps(const struct rc_column *column, wide steps)
{
    int64_t of_one = step_count(column);
    int64_t number = (int64_t)steps;
    if (column->type.kind == RC_TYPE_INT4) {
        return json_integer(number);
    }
    if (column->type.kind == RC_TYPE_INT8) {
        return json_sprintf("%s%lld", "", (long long)number);
    }
    int64_t magnitude = number < 0 ? -number : number;
    return json_sprintf("%s%lld.%0*lld", number < 0 ? "-" : "", (long long)(magnitude / of_one),
                        column->type.scale, (long long)(magnitude % of_one));
}

// a / b, halves away from zero.
static wide divide_rounded(wide a, wide b)
{
    bool negative = (a < 0) != (b < 0);
    wide numerator = a < 0 ? -a : a;
    wide denominator = b < 0 ? -b : b;
    wide result = (2 * numerator + denominator) / (2 * denominator);
    return negative ? -result : result;
}

enum value_result value_compute(const struct rc_column *column, const char *operation,
                                const json_t *a, const json_t *b, json_t **ret_value)
{
    wide left = read_steps(column, a);
    wide right = read_steps(column, b);
    wide of_one = step_count(column);
    wide result;
    if (strcmp(operation, "increment") == 0) {
        result = left + right;
    } else if (strcmp(operation, "decrement") == 0) {
        result = left - right;
    } else if (strcmp(operation, "multiply") == 0) {
        result = divide_rounded(left * right, of_one);
    } else {
        assert_string_equal(operation, "divide");
        if (right == 0) {
            return VALUE_DIVIDED_BY_ZERO;
        }
        result = column->type.kind == RC_TYPE_NUMERIC ? divide_rounded(left * of_one, right)
                                                      : left / right;
    }
    if (result > limit_of(column) || result < -limit_of(column)) {
        return VALUE_OUT_OF_RANGE;
    }
    *ret_value = write_steps(column, result);
    return VALUE_OK;
}
