// SPDX-License-Identifier: Apache-2.0
//
// Where: columns, relations, and, or, not; all members of a filter are joined by AND.
#include "evaluate.h"

#include "support/check.h"

#include <string.h>

static enum truth opposite(const struct evaluator *evaluator, enum truth truth)
{
    bool is_mistaken = truth == TRUTH_UNKNOWN && evaluator->mistake == MISTAKE_NOT_OF_UNKNOWN;
    return is_mistaken ? TRUTH_TRUE : truth_not(truth);
}

// ---- relations

// How many of the related rows are judged so by where.
struct tally {
    size_t count;
    size_t by[3]; // by enum truth
};

static struct tally count(const struct evaluator *evaluator, const struct rc_relation *relation,
                          json_t *where, const json_t *row)
{
    struct row_list related;
    struct tally tally = {0};
    evaluate_related(evaluator, relation, row, &related);
    tally.count = related.count;
    for (size_t i = 0; i < related.count; i++) {
        tally.by[evaluate_where(evaluator, relation->target, where, related.rows[i])]++;
    }
    return tally;
}

// A related record matches when where is true of it: unknown is no match.
static bool ask_relation(const struct evaluator *evaluator, const char *member, json_t *operand,
                         struct tally tally)
{
    size_t matching = tally.by[TRUTH_TRUE];
    if (strcmp(member, "is_null") == 0) {
        return (tally.count == 0) == json_is_true(operand);
    }
    if (strcmp(member, "is") == 0) {
        return matching > 0 ||
               (evaluator->mistake == MISTAKE_IS_MATCHES_NONE && tally.count == 0);
    }
    if (strcmp(member, "is_not") == 0) {
        return matching == 0 &&
               (evaluator->mistake != MISTAKE_IS_NOT_NEEDS_ONE || tally.count > 0);
    }
    if (strcmp(member, "some") == 0) {
        return evaluator->mistake == MISTAKE_SOME_IS_ANY ? tally.count > 0 : matching > 0;
    }
    if (strcmp(member, "every") == 0) {
        return matching == tally.count &&
               (evaluator->mistake != MISTAKE_EVERY_NEEDS_ONE || tally.count > 0);
    }
    assert_string_equal(member, "none");
    return evaluator->mistake == MISTAKE_NONE_IS_NOT_EVERY ? matching < tally.count
                                                           : matching == 0;
}

static enum truth judge_relation(const struct evaluator *evaluator,
                                 const struct rc_relation *relation, json_t *filter,
                                 const json_t *row)
{
    enum truth truth = TRUTH_TRUE;
    const char *member;
    json_t *operand;
    json_object_foreach(filter, member, operand)
    {
        json_t *where = strcmp(member, "is_null") == 0 ? NULL : operand;
        struct tally tally = count(evaluator, relation, where, row);
        truth = truth_and(truth, truth_of(ask_relation(evaluator, member, operand, tally)));
    }
    return truth;
}

// ---- and, or, not

static enum truth judge_all(const struct evaluator *evaluator, const struct rc_model *model,
                            json_t *list, const json_t *row)
{
    enum truth truth = TRUTH_TRUE;
    size_t i;
    json_t *where;
    json_array_foreach(list, i, where)
    {
        enum truth part = evaluate_where(evaluator, model, where, row);
        truth = evaluator->mistake == MISTAKE_LAST_AND_WINS ? part : truth_and(truth, part);
    }
    return truth;
}

static enum truth judge_any(const struct evaluator *evaluator, const struct rc_model *model,
                            json_t *list, const json_t *row)
{
    bool is_empty = json_array_size(list) == 0;
    enum truth truth = truth_of(is_empty && evaluator->mistake == MISTAKE_EMPTY_OR);
    size_t i;
    json_t *where;
    json_array_foreach(list, i, where)
    {
        enum truth part = evaluate_where(evaluator, model, where, row);
        truth = truth_or(truth, part);
    }
    return truth;
}

static enum truth judge_none(const struct evaluator *evaluator, const struct rc_model *model,
                             json_t *list, const json_t *row)
{
    enum truth truth = TRUTH_TRUE;
    size_t i;
    json_t *where;
    if (evaluator->mistake == MISTAKE_NOT_NEEDS_ALL && json_array_size(list) > 0) {
        return opposite(evaluator, judge_all(evaluator, model, list, row));
    }
    json_array_foreach(list, i, where)
    {
        truth =
            truth_and(truth, opposite(evaluator, evaluate_where(evaluator, model, where, row)));
    }
    return truth;
}

static enum truth judge(const struct evaluator *evaluator, const struct rc_model *model,
                        const char *member, json_t *operand, const json_t *row)
{
    const struct rc_column *column = rc_entity_column(model->entity, rc_view_of(member));
    if (column) {
        return evaluate_filter(evaluator, column, operand, row);
    }
    if (strcmp(member, "and") == 0) {
        return judge_all(evaluator, model, operand, row);
    }
    if (strcmp(member, "or") == 0) {
        return judge_any(evaluator, model, json_object_get(operand, "any"), row);
    }
    if (strcmp(member, "not") == 0) {
        return judge_none(evaluator, model, operand, row);
    }
    const struct rc_relation *relation = world_relation(model, member);
    assert_non_null(relation);
    return judge_relation(evaluator, relation, operand, row);
}

enum truth evaluate_where(const struct evaluator *evaluator, const struct rc_model *model,
                          json_t *where, const json_t *row)
{
    enum truth truth = TRUTH_TRUE;
    const char *member;
    json_t *operand;
    json_object_foreach(where, member, operand)
    {
        truth = truth_and(truth, judge(evaluator, model, member, operand, row));
    }
    return truth;
}
