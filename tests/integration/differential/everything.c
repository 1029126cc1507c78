// SPDX-License-Identifier: Apache-2.0
//
// Whether a filter excludes no record, judged by its form: what UpdateMany and DeleteMany
// refuse unless told that all records are meant.
#include "outcome.h"

#include <string.h>

// Like TRUTH_FALSE and TRUTH_TRUE, for every record; TRUTH_UNKNOWN: it depends on the record.
static enum truth judge(const struct rc_model *model, json_t *where);

static enum truth judge_list(const struct rc_model *model, json_t *list, bool is_and)
{
    enum truth truth = truth_of(is_and);
    size_t i;
    json_t *where;
    json_array_foreach(list, i, where)
    {
        enum truth part = judge(model, where);
        truth = is_and ? truth_and(truth, part) : truth_or(truth, part);
    }
    return truth;
}

static enum truth judge_not(const struct rc_model *model, json_t *list)
{
    enum truth truth = TRUTH_TRUE;
    size_t i;
    json_t *where;
    json_array_foreach(list, i, where)
    {
        truth = truth_and(truth, truth_not(judge(model, where)));
    }
    return truth;
}

// Whether there is a related record.
static enum truth judge_presence(const struct rc_relation *relation, bool is_present)
{
    return relation->required ? truth_of(is_present) : TRUTH_UNKNOWN;
}

static enum truth judge_relation(const struct rc_relation *relation, json_t *filter)
{
    enum truth truth = TRUTH_TRUE;
    const char *name;
    json_t *member;
    json_object_foreach(filter, name, member)
    {
        enum truth part = TRUTH_UNKNOWN;
        bool is_positive = strcmp(name, "is") == 0 || strcmp(name, "some") == 0;
        if (strcmp(name, "is_null") == 0) {
            part = judge_presence(relation, !json_is_true(member));
        } else {
            enum truth inner = judge(relation->target, member);
            bool is_every = strcmp(name, "every") == 0;
            if (inner == TRUTH_UNKNOWN) {
                part = TRUTH_UNKNOWN;
            } else if (is_every == (inner == TRUTH_TRUE)) {
                part = truth_of(!is_positive); // holds of all there may be, or of none
            } else {
                part = judge_presence(relation, is_positive);
            }
        }
        truth = truth_and(truth, part);
    }
    return truth;
}

static enum truth judge_member(const struct rc_model *model, const char *name, json_t *member)
{
    if (strcmp(name, "and") == 0) {
        return judge_list(model, member, true);
    }
    if (strcmp(name, "or") == 0) {
        return judge_list(model, json_object_get(member, "any"), false);
    }
    if (strcmp(name, "not") == 0) {
        return judge_not(model, member);
    }
    const struct rc_relation *relation = world_relation(model, name);
    if (relation) {
        return judge_relation(relation, member);
    }
    size_t conditions =
        json_object_size(member) - (json_object_get(member, "insensitive") != NULL);
    return conditions == 0 ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static enum truth judge(const struct rc_model *model, json_t *where)
{
    enum truth truth = TRUTH_TRUE;
    const char *name;
    json_t *member;
    json_object_foreach(where, name, member)
    {
        truth = truth_and(truth, judge_member(model, name, member));
    }
    return truth;
}

bool write_is_everything(const struct rc_model *model, json_t *where)
{
    return judge(model, where) == TRUTH_TRUE;
}
