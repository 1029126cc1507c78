// SPDX-License-Identifier: Apache-2.0
//
// Filters: each member is judged by itself, and the judgements are joined by AND.
#include "evaluate.h"

#include "support/check.h"

#include <strings.h>

// One filter of one column, at one row.
struct question {
    const struct evaluator *evaluator;
    const struct rc_column *column;
    const json_t *value; // of the row
    const json_t *row;
    bool insensitive;
};

static int compare(const struct question *question, const json_t *value)
{
    bool insensitive =
        question->insensitive && question->evaluator->mistake != MISTAKE_CASE_MATTERS;
    return insensitive ? value_compare_insensitive(question->column, question->value, value)
                       : value_compare(question->column, question->value, value);
}

static bool is_so(const struct evaluator *evaluator, const char *operator, int order)
{
    if (strcmp(operator, "equals") == 0) {
        return order == 0;
    }
    if (strcmp(operator, "not") == 0) {
        return order != 0;
    }
    if (strcmp(operator, "lt") == 0) {
        return order < 0;
    }
    if (strcmp(operator, "lte") == 0) {
        return evaluator->mistake == MISTAKE_LESS_OR_EQUAL ? order < 0 : order <= 0;
    }
    if (strcmp(operator, "gt") == 0) {
        return order > 0;
    }
    if (strcmp(operator, "gte") == 0) {
        return order >= 0;
    }
    fail_msg("the evaluator does not know the filter %s", operator);
    return false;
}

// Nothing is in an empty list, not even NULL. Elements are never NULL.
static enum truth ask_in(const struct question *question, const json_t *list)
{
    size_t size = value_list_size(list);
    enum truth truth = truth_of(size == 0 && question->evaluator->mistake == MISTAKE_EMPTY_IN);
    for (size_t i = 0; i < size; i++) {
        truth = truth_or(truth, json_is_null(question->value)
                                    ? TRUTH_UNKNOWN
                                    : truth_of(!compare(question, value_list_at(list, i))));
    }
    return truth;
}

// Where text begins with part, letters being compared by `same`.
static bool is_at(const char *text, const char *part, bool insensitive)
{
    size_t len = strlen(part);
    return insensitive ? strncasecmp(text, part, len) == 0 : strncmp(text, part, len) == 0;
}

static enum truth ask_text(const struct question *question, const char *operator,
                           const char * part)
{
    const char *text = json_string_value(question->value);
    bool insensitive =
        question->column->type.kind == RC_TYPE_CITEXT ||
        (question->insensitive && question->evaluator->mistake != MISTAKE_CASE_MATTERS);
    if (!text) {
        return TRUTH_UNKNOWN;
    }
    if (question->evaluator->mistake == MISTAKE_WILDCARDS && strcmp(part, "%") == 0) {
        return TRUTH_TRUE;
    }
    size_t len = strlen(text);
    size_t part_len = strlen(part);
    if (strcmp(operator, "starts_with") == 0) {
        return truth_of(is_at(text, part, insensitive));
    }
    if (strcmp(operator, "ends_with") == 0) {
        return truth_of(part_len <= len && is_at(text + len - part_len, part, insensitive));
    }
    bool is_found = false;
    for (size_t at = 0; at <= len; at++) {
        is_found |= is_at(text + at, part, insensitive);
    }
    return truth_of(is_found);
}

// Whether the list holds the value; NULL is like nothing.
static bool holds(const struct rc_column *column, const json_t *list, const json_t *value)
{
    struct rc_column element = value_element(column);
    for (size_t i = 0; i < value_list_size(list); i++) {
        const json_t *held = value_list_at(list, i);
        if (!json_is_null(held) && !json_is_null(value) &&
            value_compare(&element, held, value) == 0) {
            return true;
        }
    }
    return false;
}

static enum truth ask_list(const struct question *question, const char *operator,
                           const json_t * operand)
{
    const struct evaluator *evaluator = question->evaluator;
    size_t found = 0;
    if (json_is_null(question->value)) {
        bool is_mistaken = evaluator->mistake == MISTAKE_EMPTY_LIST_IS_NULL;
        return is_mistaken && strcmp(operator, "is_empty") == 0 ? TRUTH_TRUE : TRUTH_UNKNOWN;
    }
    if (strcmp(operator, "is_empty") == 0) {
        return truth_of((value_list_size(question->value) == 0) == json_is_true(operand));
    }
    if (strcmp(operator, "equals") == 0) {
        return truth_of(value_compare(question->column, question->value, operand) == 0);
    }
    if (strcmp(operator, "has") == 0) {
        return truth_of(holds(question->column, question->value, operand));
    }
    size_t wanted = value_list_size(operand);
    for (size_t i = 0; i < wanted; i++) {
        found += holds(question->column, question->value, value_list_at(operand, i));
    }
    if (strcmp(operator, "has_some") == 0) {
        return truth_of(found > 0);
    }
    assert_string_equal(operator, "has_every");
    return truth_of(evaluator->mistake == MISTAKE_HAS_EVERY_IS_SOME ? found > 0
                                                                    : found == wanted);
}

// compare: other columns of the same row.
static enum truth ask_fields(const struct question *question, const json_t *comparisons)
{
    static const char *const operators[][2] = {
        {"EQUALS", "equals"},     {"NOT_EQUALS", "not"}, {"LESS", "lt"},
        {"LESS_OR_EQUAL", "lte"}, {"GREATER", "gt"},     {"GREATER_OR_EQUAL", "gte"}};
    enum truth truth = TRUTH_TRUE;
    size_t i;
    const json_t *comparison;
    json_array_foreach(comparisons, i, comparison)
    {
        const json_t *name = json_object_get(comparison, "comparison");
        const char *given = name ? json_string_value(name) : "EQUALS";
        const json_t *other = json_object_get(
            question->row, json_string_value(json_object_get(comparison, "field")));
        assert_non_null(other);
        enum truth part = TRUTH_UNKNOWN;
        if (!json_is_null(question->value) && !json_is_null(other)) {
            int order = value_compare(question->column, question->value, other);
            size_t k = 0;
            while (strcmp(operators[k][0], given) != 0) {
                k++;
            }
            part = truth_of(is_so(question->evaluator, operators[k][1], order));
        }
        truth = truth_and(truth, part);
    }
    return truth;
}

static enum truth ask(const struct question *question, const char *member,
                      const json_t *operand)
{
    if (strcmp(member, "is_null") == 0) {
        return truth_of(json_is_null(question->value) == json_is_true(operand));
    }
    if (strcmp(member, "compare") == 0) {
        return ask_fields(question, operand);
    }
    if (question->column->type.array) {
        return ask_list(question, member, operand);
    }
    if (strcmp(member, "in") == 0) {
        return ask_in(question, operand);
    }
    if (strcmp(member, "not_in") == 0) {
        return truth_not(ask_in(question, operand));
    }
    if (strcmp(member, "contains") == 0 || strcmp(member, "starts_with") == 0 ||
        strcmp(member, "ends_with") == 0) {
        return ask_text(question, member, json_string_value(operand));
    }
    if (json_is_null(question->value)) {
        bool is_mistaken = question->evaluator->mistake == MISTAKE_NOT_EQUALS_NULL;
        return is_mistaken && strcmp(member, "not") == 0 ? TRUTH_TRUE : TRUTH_UNKNOWN;
    }
    return truth_of(is_so(question->evaluator, member, compare(question, operand)));
}

enum truth evaluate_filter(const struct evaluator *evaluator, const struct rc_column *column,
                           json_t *filter, const json_t *row)
{
    const struct question question = {.evaluator = evaluator,
                                      .column = column,
                                      .value = json_object_get(row, column->name),
                                      .row = row,
                                      .insensitive =
                                          json_is_true(json_object_get(filter, "insensitive"))};
    enum truth truth = TRUTH_TRUE;
    const char *member;
    json_t *operand;
    assert_non_null(question.value);
    json_object_foreach(filter, member, operand)
    {
        if (strcmp(member, "insensitive") != 0) {
            truth = truth_and(truth, ask(&question, member, operand));
        }
    }
    return truth;
}
