// SPDX-License-Identifier: Apache-2.0
//
// Answers. A failing append leaves the buffer as it is: whoever fails the call empties it.
#include "service/answer.h"

#include "wire/writer.h"

#include <inttypes.h>

rowcall_status rc_answer_init(struct rc_answer *answer, const struct rc_prepared *prepared,
                              struct rc_arena *arena, struct rc_buf *out, rowcall_error *err)
{
    *answer = (struct rc_answer){.prepared = prepared, .out = out};
    answer->columns =
        rc_arena_new_array(arena, prepared->step_count, const struct rc_decode_column *);
    if (!answer->columns) {
        return rc_error_oom(err);
    }
    for (size_t i = 0; i < prepared->step_count; i++) {
        const struct rc_plan *plan = prepared->steps[i].plan;
        struct rc_decode_column *columns =
            rc_arena_new_array(arena, plan->column_count, struct rc_decode_column);
        if (!columns) {
            return rc_error_oom(err);
        }
        for (size_t c = 0; c < plan->column_count; c++) {
            const struct rc_plan_column *from = &plan->columns[c];
            const struct rc_column *column =
                from->meaning == RC_PLAN_COLUMN
                    ? rc_entity_column_by_number(plan->model->entity, from->number)
                    : NULL;
            columns[c] = (struct rc_decode_column){.type = from->type,
                                                   .as_text = from->as_text,
                                                   .number = from->number,
                                                   .name = column ? column->name : ""};
        }
        answer->columns[i] = columns;
    }
    return ROWCALL_OK;
}

// An int8 as PostgreSQL sends it.
static bool read_number(struct rc_view bytes, int64_t *ret)
{
    uint64_t number = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        number = number << 8 | (unsigned char)bytes.data[i];
    }
    *ret = (int64_t)number;
    return bytes.len == sizeof(*ret);
}

// One value that is not of the row. ret_present: false when the record holds no row.
static rowcall_status take_number(struct rc_answer *answer, const struct rc_plan_column *column,
                                  const struct rc_decode_column *decoded, struct rc_view bytes,
                                  bool *ret_present, rowcall_error *err)
{
    int64_t number = 0;
    bool valid = true;
    switch (column->meaning) {
    case RC_PLAN_TARGETS:
        valid = read_number(bytes, &number);
        answer->targets = number;
        break;
    case RC_PLAN_COUNT:
        valid = read_number(bytes, &number);
        answer->count += number;
        break;
    case RC_PLAN_TOTAL:
    case RC_PLAN_EXISTS:
        return rc_decode_value(decoded, bytes, answer->out, err);
    case RC_PLAN_PRESENT:
        *ret_present = bytes.len == 1 && bytes.data[0] != 0;
        break;
    case RC_PLAN_COLUMN:
        valid = false;
        break;
    }
    return valid ? ROWCALL_OK
                 : rc_error_set(err, ROWCALL_INTERNAL, "a result that is not as planned");
}

// One record: numbers (of the first record only, they repeat), then the row.
static rowcall_status take_record(struct rc_answer *answer, int step,
                                  const struct rc_pg_result *result, int record,
                                  rowcall_error *err)
{
    const struct rc_plan *plan = answer->prepared->steps[step].plan;
    const struct rc_decode_column *columns = answer->columns[step];
    rowcall_status st = ROWCALL_OK;
    bool present = plan->row_number != 0;
    size_t c = 0;
    for (; c < plan->column_count && plan->columns[c].meaning != RC_PLAN_COLUMN; c++) {
        struct rc_pg_value value = rc_pg_result_value(result, record, (int)c);
        bool null = value.len < 0;
        if (plan->columns[c].meaning == RC_PLAN_PRESENT && null) {
            present = false;
        } else if (!null && (record == 0 || plan->columns[c].meaning == RC_PLAN_PRESENT)) {
            st = take_number(answer, &plan->columns[c], &columns[c],
                             (struct rc_view){value.data, (size_t)value.len}, &present, err);
        }
        if (st != ROWCALL_OK) {
            return st;
        }
    }
    if (!present) {
        return ROWCALL_OK;
    }
    answer->rows++;
    size_t mark = rc_wire_begin(answer->out, plan->row_number);
    for (; c < plan->column_count && st == ROWCALL_OK; c++) {
        struct rc_pg_value value = rc_pg_result_value(result, record, (int)c);
        if (value.len >= 0) {
            st = rc_decode_value(&columns[c], (struct rc_view){value.data, (size_t)value.len},
                                 answer->out, err);
        }
    }
    rc_wire_end(answer->out, mark);
    return st;
}

rowcall_status rc_answer_add(struct rc_answer *answer, int step,
                             const struct rc_pg_result *result, rowcall_error *err)
{
    const struct rc_plan *plan = answer->prepared->steps[step].plan;
    rowcall_status st = ROWCALL_OK;
    if (plan->count == RC_PLAN_COUNT_AFFECTED) {
        answer->count += rc_pg_result_affected(result);
    }
    if (plan->column_count == 0) {
        return st;
    }
    if ((size_t)rc_pg_result_column_count(result) != plan->column_count) {
        return rc_error_set(err, ROWCALL_INTERNAL, "a result that is not as planned");
    }
    int records = rc_pg_result_row_count(result);
    for (int i = 0; i < records && st == ROWCALL_OK && !answer->out->broken; i++) {
        st = take_record(answer, step, result, i, err);
    }
    if (st == ROWCALL_DATA_LOSS) {
        rc_error_detail(err, NULL, plan->model->entity->name, NULL);
    }
    return st;
}

static rowcall_status not_found(const struct rc_model *model, rowcall_error *err)
{
    rc_error_set(err, ROWCALL_NOT_FOUND, "no %s matches", model->entity->name);
    rc_error_detail(err, "P2025", model->entity->name, NULL);
    return ROWCALL_NOT_FOUND;
}

rowcall_status rc_answer_end(struct rc_answer *answer, const struct rc_model *model,
                             rowcall_error *err)
{
    const struct rc_prepared *prepared = answer->prepared;
    if (prepared->has_max_affected && answer->targets > prepared->max_affected) {
        rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                     "more than max_affected (%" PRId64 ") records match: nothing was changed",
                     prepared->max_affected);
        rc_error_detail(err, NULL, model->entity->name, NULL);
        return ROWCALL_FAILED_PRECONDITION;
    }
    bool answers_rows = prepared->step_count > 0 && prepared->steps[0].plan->row_number != 0;
    if (prepared->required && (answers_rows ? answer->rows : answer->count) == 0) {
        return not_found(model, err);
    }
    if (prepared->count_number != 0) {
        rc_wire_put_uint(answer->out, prepared->count_number, (uint64_t)answer->count);
    }
    if (answer->out->broken) {
        return rc_error_set(
            err, ROWCALL_RESOURCE_EXHAUSTED,
            "the reply is larger than %zu bytes: ask for fewer records with take, "
            "or for fewer fields with select",
            answer->out->limit);
    }
    return ROWCALL_OK;
}
