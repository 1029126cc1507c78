// SPDX-License-Identifier: Apache-2.0
//
// Values of columns, in the form that JSON answers have: a NULL is json_null, a list is
// {"values": [...], "nulls": [positions]} without members that would be empty. What compares
// how is written here once more, from PostgreSQL's documentation, for the types that the
// differential tests use; a column of another type ends the test with its name.
#ifndef RC_TESTS_DIFFERENTIAL_VALUE_H
#define RC_TESTS_DIFFERENTIAL_VALUE_H

#include "dice.h"

#include "base/buf.h"
#include "schema/schema.h"

#include <jansson.h>

// Less than, equal to or greater than 0. Both are values of the column's type, not NULL.
int value_compare(const struct rc_column *column, const json_t *a, const json_t *b);

// Values of two columns, numbers of any type or texts of any, with or without regard to case.
int value_compare_with(const struct rc_column *column, const json_t *a,
                       const struct rc_column *other, const json_t *b, bool ignores_case);

// Whether a filter's `compare` may compare the columns so ("EQUALS", "CONTAINS", "HAS", ...).
bool value_may_compare(const char *comparison, const struct rc_column *column,
                       const struct rc_column *other);

// Elements of a list value: how many, and the one at index (borrowed; json_null for NULL).
size_t value_list_size(const json_t *list);
const json_t *value_list_at(const json_t *list, size_t index);

// The column that a list's elements would have: the same, without being an array.
struct rc_column value_element(const struct rc_column *column);

// A value from a small choice, with ties and awkward cases. A new reference, never NULL.
json_t *value_draw(struct dice *dice, const struct rc_column *column);

// A value as the schema writes it ("0", "READER"). A new reference.
json_t *value_parse(const struct rc_column *column, const char *text);

// Some value, where it does not matter which. A new reference.
json_t *value_zero(const struct rc_column *column);

enum value_result { VALUE_OK, VALUE_OUT_OF_RANGE, VALUE_DIVIDED_BY_ZERO };

// increment, decrement, multiply, divide: of numbers, none NULL. VALUE_OK: ret_value is a new
// reference. Integers are divided towards zero, decimals rounded to the column's scale, halves
// away from zero.
enum value_result value_compute(const struct rc_column *column, const char *operation,
                                const json_t *a, const json_t *b, json_t **ret_value);

// As a literal with its cast.
void value_put_sql(struct rc_buf *sql, const struct rc_column *column, const json_t *value);

#endif
