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
    const struct rc_column *other; // what the operands are values of: the same, or another one
    const json_t *value;           // of the row
    const json_t *row;
    bool insensitive;
};

static bool ignores_case(const struct question *question)
{
    return (question->insensitive && question->evaluator->mistake != MISTAKE_CASE_MATTERS) ||
           question->column->type.kind == RC_TYPE_CITEXT ||
           question->other->type.kind == RC_TYPE_CITEXT;
}

static int compare(const struct question *question, const json_t *operand)
{
    return value_compare_with(question->column, question->value, question->other, operand,
                              ignores_case(question));
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

// Nothing is in an empty list, not even NULL. Whether something is a NULL element is not known.
static enum truth ask_in(const struct question *question, const json_t *list)
{
    size_t size = value_list_size(list);
    enum truth truth = truth_of(size == 0 && question->evaluator->mistake == MISTAKE_EMPTY_IN);
    for (size_t i = 0; i < size; i++) {
        const json_t *element = value_list_at(list, i);
        bool is_open = json_is_null(element) || json_is_null(question->value);
        truth =
            truth_or(truth, is_open ? TRUTH_UNKNOWN : truth_of(!compare(question, element)));
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
    bool insensitive = ignores_case(question);
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
    if (strcmp(operator, "has") == 0) {
        return truth_of(holds(question->column, question->value, operand));
    }
    if (strncmp(operator, "has_", strlen("has_")) != 0) {
        return truth_of(is_so(evaluator, operator,
                              value_compare(question->column, question->value, operand)));
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

static enum truth ask(const struct question *question, const char *member,
                      const json_t *operand)
{
    if (strcmp(member, "is_null") == 0) {
        return truth_of(json_is_null(question->value) == json_is_true(operand));
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

// Whether the list has the value; unlike `has`, which asks for a value that is given, this asks
// whether two columns are equal, and nobody knows of a NULL.
static enum truth ask_has(const struct question *question, const struct rc_column *other,
                          const json_t *value)
{
    struct rc_column element = value_element(question->column);
    struct question reversed = *question;
    reversed.column = other;
    reversed.other = &element;
    reversed.value = value;
    return ask_in(&reversed, question->value);
}

// A comparison with another column is a filter with its value.
static enum truth ask_field(const struct question *question, const char *comparison,
                            const char *name)
{
    static const char *const members[][2] = {{"EQUALS", "equals"},
                                             {"NOT_EQUALS", "not"},
                                             {"LESS", "lt"},
                                             {"LESS_OR_EQUAL", "lte"},
                                             {"GREATER", "gt"},
                                             {"GREATER_OR_EQUAL", "gte"},
                                             {"CONTAINS", "contains"},
                                             {"STARTS_WITH", "starts_with"},
                                             {"ENDS_WITH", "ends_with"},
                                             {"IN", "in"},
                                             {"NOT_IN", "not_in"},
                                             {"HAS", "has"},
                                             {"HAS_EVERY", "has_every"},
                                             {"HAS_SOME", "has_some"}};
    const struct rc_entity *entity = question->column->entity;
    const struct rc_column *other = rc_entity_column(entity, rc_view_of(name));
    const json_t *value = json_object_get(question->row, name);
    struct question with = *question;
    struct rc_column element;
    size_t i = 0;
    assert_non_null(other);
    while (strcmp(members[i][0], comparison) != 0) {
        i++;
        assert_in_range(i, 0, sizeof members / sizeof members[0] - 1);
    }
    if (json_is_null(value) || json_is_null(question->value)) {
        return TRUTH_UNKNOWN;
    }
    if (strcmp(comparison, "HAS") == 0) {
        return ask_has(question, other, value);
    }
    element = value_element(other);
    with.other = other->type.array && !question->column->type.array ? &element : other;
    return ask(&with, members[i][1], value);
}

static enum truth ask_fields(const struct question *question, const json_t *comparisons)
{
    enum truth truth = TRUTH_TRUE;
    size_t i;
    const json_t *element;
    json_array_foreach(comparisons, i, element)
    {
        const json_t *comparison = json_object_get(element, "comparison");
        const json_t *field = json_object_get(element, "field");
        truth = truth_and(
            truth, ask_field(question, comparison ? json_string_value(comparison) : "EQUALS",
                             json_string_value(field)));
    }
    return truth;
}

enum truth evaluate_filter(const struct evaluator *evaluator, const struct rc_column *column,
                           json_t *filter, const json_t *row)
{
    const struct question question = {.evaluator = evaluator,
                                      .column = column,
                                      .other = column,
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
        if (strcmp(member, "compare") == 0) {
            truth = truth_and(truth, ask_fields(&question, operand));
        } else if (strcmp(member, "insensitive") != 0) {
            truth = truth_and(truth, ask(&question, member, operand));
        }
    }
    return truth;
}
