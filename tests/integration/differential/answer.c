// SPDX-License-Identifier: Apache-2.0
//
// The answers of writes: rows where there is a select, else how many.
#include "outcome.h"

#include "match.h"

// What an answer shows of a row: a write's own words return it as the write made it, before
// foreign keys that lead to it follow (a row that refers to itself, and gets another key).
// Where relations are selected, it is read when all is done.
static const json_t *shown(const struct writing *writing, const struct rc_model *model,
                           const json_t *select, const json_t *row)
{
    bool is_plain = !write_has_relations(model, select);
    size_t i;
    const json_t *pair;
    json_array_foreach(writing->written, i, pair)
    {
        if (is_plain && json_array_get(pair, 0) == row) {
            return json_array_get(pair, 1);
        }
    }
    return row;
}

json_t *write_answer_row(struct writing *writing, const struct rc_model *model, json_t *request,
                         const json_t *row)
{
    json_t *select = json_object_get(request, "select");
    json_t *answer = json_object();
    if (select) {
        json_object_set_new(answer, "row",
                            evaluate_row(&writing->evaluator, model, select,
                                         shown(writing, model, select, row)));
    } else {
        json_object_set_new(answer, "count", json_string("1"));
    }
    return answer;
}

json_t *write_answer_rows(struct writing *writing, const struct rc_model *model,
                          json_t *request, const struct row_list *list)
{
    json_t *select = json_object_get(request, "select");
    json_t *group = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_array_append_new(group,
                              evaluate_row(&writing->evaluator, model, select,
                                           shown(writing, model, select, list->rows[i])));
    }
    json_t *answer = json_object();
    if (!select) {
        json_object_set_new(answer, "count", json_sprintf("%d", (int)list->count));
    } else if (list->count > 0) {
        json_object_set_new(answer, "rows", match_groups(json_pack("[O]", group)));
    }
    json_decref(group);
    return answer;
}
