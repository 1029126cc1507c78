// SPDX-License-Identifier: Apache-2.0
//
// Answers. A failing append leaves the buffer as it is: whoever fails the call empties it.
#include "service/answer.h"

#include "wire/writer.h"

#include <inttypes.h>

void rc_answer_init(struct rc_answer *answer, const struct rc_prepared *prepared,
                    struct rc_buf *out)
{
    *answer = (struct rc_answer){.prepared = prepared, .out = out};
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

static bool read_bool(struct rc_view bytes, uint64_t *ret)
{
    *ret = bytes.len == 1 && bytes.data[0] != 0;
    return bytes.len == 1;
}

// One head. ret_present: false when the record holds no row.
static rowcall_status take_head(struct rc_answer *answer, const struct rc_plan_head *head,
                                struct rc_view bytes, bool *ret_present, rowcall_error *err)
{
    int64_t number = 0;
    uint64_t truth = 0;
    bool valid = true;
    switch (head->meaning) {
    case RC_PLAN_GUARDS:
        break;
    case RC_PLAN_TARGETS:
        valid = read_number(bytes, &number);
        answer->targets = number;
        break;
    case RC_PLAN_COUNT:
        valid = read_number(bytes, &number);
        answer->count += number;
        break;
    case RC_PLAN_TOTAL:
        valid = read_number(bytes, &number);
        rc_wire_put_uint(answer->out, head->number, (uint64_t)number);
        break;
    case RC_PLAN_EXISTS:
    case RC_PLAN_CREATED:
        valid = read_bool(bytes, &truth);
        rc_wire_put_uint(answer->out, head->number, truth);
        break;
    case RC_PLAN_PRESENT:
        valid = read_bool(bytes, &truth);
        *ret_present = truth != 0;
        break;
    }
    return valid ? ROWCALL_OK
                 : rc_error_set(err, ROWCALL_INTERNAL, "a result that is not as planned");
}

// The values of one record of a result.
struct result_source {
    struct rc_row_source source; // first: the walk sees only this
    const struct rc_pg_result *result;
    int record;
    int column;
    int width;
    bool is_first; // of its result
};

static size_t fill_of_result(struct rc_row_source *source)
{
    struct result_source *at = (struct result_source *)source;
    int left = at->width - at->column;
    int count = left < RC_ROW_VALUES_AT_ONCE ? left : RC_ROW_VALUES_AT_ONCE;
    rc_pg_result_views(at->result, at->record, at->column, count, source->values);
    at->column += count;
    return (size_t)count;
}

// The heads of a record: those of the first one count, since they repeat; PRESENT is each
// one's.
static rowcall_status take_heads(struct rc_answer *answer,
                                 const struct rc_plan_statement *statement,
                                 struct result_source *at, bool *ret_present,
                                 rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; i < statement->head_count && st == ROWCALL_OK; i++) {
        const struct rc_plan_head *head = &statement->heads[i];
        struct rc_view bytes = {NULL, 0};
        (void)rc_row_source_next(&at->source, &bytes);
        if (head->meaning == RC_PLAN_PRESENT && !bytes.data) {
            *ret_present = false;
        } else if (bytes.data && (at->is_first || head->meaning == RC_PLAN_PRESENT)) {
            st = take_head(answer, head, bytes, ret_present, err);
        }
    }
    return st;
}

static rowcall_status take_row(struct rc_answer *answer,
                               const struct rc_plan_statement *statement,
                               struct result_source *at, rowcall_error *err)
{
    uint32_t number = answer->prepared->plan->row_number;
    answer->rows++;
    if (number == 0) { // the response itself is the row
        return rc_row_decode(statement->fields, statement->field_count, &at->source,
                             answer->out, err);
    }
    size_t mark = rc_wire_begin(answer->out, number);
    rowcall_status st =
        rc_row_decode(statement->fields, statement->field_count, &at->source, answer->out, err);
    rc_wire_end(answer->out, mark);
    return st;
}

static rowcall_status take_record(struct rc_answer *answer,
                                  const struct rc_plan_statement *statement,
                                  struct result_source *at, rowcall_error *err)
{
    bool present = statement->answers_rows;
    rowcall_status st = take_heads(answer, statement, at, &present, err);
    return st == ROWCALL_OK && present ? take_row(answer, statement, at, err) : st;
}

rowcall_status rc_answer_add_record(struct rc_answer *answer, int step,
                                    const struct rc_pg_result *result, int record, int column,
                                    rowcall_error *err)
{
    const struct rc_plan_statement *statement = answer->prepared->steps[step].statement;
    struct result_source at;
    rc_row_source_init(&at.source, fill_of_result);
    at.result = result;
    at.record = record;
    at.is_first = record == 0 && !answer->goes_on;
    at.column = column;
    at.width = column + (int)statement->width;
    rowcall_status st = take_record(answer, statement, &at, err);
    if (st == ROWCALL_DATA_LOSS) {
        rc_error_detail(err, NULL, answer->prepared->plan->model->entity->name, NULL);
    }
    return st;
}

rowcall_status rc_answer_add(struct rc_answer *answer, int step,
                             const struct rc_pg_result *result, rowcall_error *err)
{
    const struct rc_plan_statement *statement = answer->prepared->steps[step].statement;
    rowcall_status st = ROWCALL_OK;
    if (statement->count == RC_PLAN_COUNT_AFFECTED) {
        answer->count += rc_pg_result_affected(result);
    }
    if (statement->head_count == 0 && !statement->answers_rows) {
        return st;
    }
    if ((size_t)rc_pg_result_column_count(result) != statement->width) {
        return rc_error_set(err, ROWCALL_INTERNAL, "a result that is not as planned");
    }
    int records = rc_pg_result_row_count(result);
    for (int i = 0; i < records && st == ROWCALL_OK && !answer->out->broken; i++) {
        st = rc_answer_add_record(answer, step, result, i, 0, err);
    }
    return st;
}

static rowcall_status not_found(const struct rc_model *model, rowcall_error *err)
{
    rc_error_set(err, ROWCALL_NOT_FOUND, "no %s matches", model->entity->name);
    rc_error_detail(err, "P2025", model->entity->name, NULL);
    return ROWCALL_NOT_FOUND;
}

static bool answers_rows(const struct rc_prepared *prepared)
{
    bool does = false;
    for (size_t i = 0; i < prepared->step_count; i++) {
        does |= prepared->steps[i].statement->answers_rows;
    }
    return does;
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
    if (prepared->required && (answers_rows(prepared) ? answer->rows : answer->count) == 0) {
        return not_found(model, err);
    }
    if (prepared->plan->count_number != 0) {
        rc_wire_put_uint(answer->out, prepared->plan->count_number, (uint64_t)answer->count);
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
