// SPDX-License-Identifier: Apache-2.0
//
// The answers of writes: rows where there is a select, else how many.
#include "outcome.h"

#include "match.h"

bool write_is_plain(const struct rc_model *model, json_t *request)
{
    static const char *const parts[] = {"data", "create", "update", "select"};
    bool is = true;
    size_t i;
    const json_t *row;
    for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        is &= !write_has_relations(model, json_object_get(request, parts[i]));
    }
    json_array_foreach(json_object_get(request, "rows"), i, row)
    {
        is &= !write_has_relations(model, row);
    }
    return is;
}

// How the row's own write left it; the row when it was not written.
static const json_t *left(const struct writing *writing, const json_t *row)
{
    size_t i;
    const json_t *entry;
    json_array_foreach(writing->written, i, entry)
    {
        if (json_array_get(entry, 0) == row &&
            json_integer_value(json_array_get(entry, 2)) == 0) {
            return json_array_get(entry, 1);
        }
    }
    return row;
}

// The row as the answer has it: as it is when all is done. Where that means to look again, it
// has to be found.
static json_t *show(struct writing *writing, const struct rc_model *model, json_t *request,
                    const json_t *row)
{
    if (!writing->is_deletion && !write_is_plain(model, request) &&
        !write_is_found(writing, model, row, left(writing, row))) {
        transaction_note(&writing->transaction, PROBLEM_MISSING);
    }
    return evaluate_row(&writing->evaluator, model, json_object_get(request, "select"), row);
}

json_t *write_answer_row(struct writing *writing, const struct rc_model *model, json_t *request,
                         const json_t *row)
{
    json_t *answer = json_object();
    if (json_object_get(request, "select")) {
        json_object_set_new(answer, "row", show(writing, model, request, row));
    } else {
        json_object_set_new(answer, "count", json_string("1"));
    }
    return answer;
}

void write_add_answers(struct writing *writing, const struct rc_model *model, json_t *request,
                       const struct row_list *list, json_t *answers)
{
    bool selects = json_object_get(request, "select") != NULL;
    for (size_t i = 0; i < list->count; i++) {
        json_array_append_new(answers, selects ? show(writing, model, request, list->rows[i])
                                               : json_null());
    }
}

json_t *write_answer_rows(json_t *request, json_t *answers)
{
    json_t *answer = json_object();
    if (!json_object_get(request, "select")) {
        json_object_set_new(answer, "count", json_sprintf("%d", (int)json_array_size(answers)));
    } else if (json_array_size(answers) > 0) {
        json_object_set_new(answer, "rows", match_groups(json_pack("[O]", answers)));
    }
    json_decref(answers);
    return answer;
}
