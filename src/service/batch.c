// SPDX-License-Identifier: Apache-2.0
//
// Parameters of many calls into arrays, and records of one result to many calls. The arrays are
// put together from what each call's parameters were encoded to, so a value was checked, and
// refused, as the call's own before it got here.
#include "service/batch.h"

#include "base/clock.h"
#include "service/call.h"
#include "transcode/encode.h"

// One parameter of all calls.
static rowcall_status gather_parameter(struct rc_batch *batch, size_t at,
                                       struct rc_parameter *parameters,
                                       struct rc_parameter *ret)
{
    const struct rc_prepared *prepared = &batch->calls[0]->prepared;
    for (size_t i = 0; i < batch->count; i++) {
        const struct rc_pg_params *own = &batch->calls[i]->segment.steps[0].params;
        parameters[i] =
            (struct rc_parameter){own->values[at], own->lengths[at], own->formats[at]};
    }
    return rc_encode_gathered(prepared->plan->bulk->param_types[at], parameters, batch->count,
                              &batch->arena, ret, NULL);
}

static rowcall_status make_params(struct rc_batch *batch, struct rc_pg_params *ret)
{
    size_t count = batch->calls[0]->prepared.steps[0].statement->param_count;
    const char **values = rc_arena_new_array(&batch->arena, count, const char *);
    int *lengths = rc_arena_new_array(&batch->arena, count, int);
    int *formats = rc_arena_new_array(&batch->arena, count, int);
    struct rc_parameter *parameters =
        rc_arena_new_array(&batch->arena, batch->count, struct rc_parameter);
    if (!values || !lengths || !formats || !parameters) {
        return ROWCALL_RESOURCE_EXHAUSTED;
    }
    for (size_t i = 0; i < count; i++) {
        struct rc_parameter all;
        rowcall_status st = gather_parameter(batch, i, parameters, &all);
        if (st != ROWCALL_OK) {
            return st;
        }
        values[i] = all.data;
        lengths[i] = all.len;
        formats[i] = all.format;
    }
    *ret = (struct rc_pg_params){(int)count, values, lengths, formats};
    return ROWCALL_OK;
}

rowcall_status rc_batch_make(struct rc_batch *batch)
{
    const struct rc_plan *plan = batch->calls[0]->prepared.plan;
    int64_t now_us = rc_clock_now_us();
    int64_t deadline_us = INT64_MAX;
    for (size_t i = 0; i < batch->count; i++) {
        struct rc_call *call = batch->calls[i];
        call->sent_us = now_us;
        deadline_us = call->deadline_us < deadline_us ? call->deadline_us : deadline_us;
    }
    rc_arena_reset(&batch->arena);
    batch->statement =
        (struct rc_pg_statement){plan->bulk->id, plan->bulk->sql, plan->bulk->sql_len};
    batch->step = (struct rc_pg_step){.statement = &batch->statement};
    batch->segment = (struct rc_pg_segment){
        .steps = &batch->step,
        .step_count = 1,
        .deadline_us = deadline_us,
        .read_only = plan->read_only,
        .user = batch,
    };
    return make_params(batch, &batch->step.params);
}

// Which call a record is for, from 0; the count when it is for none.
static size_t read_ordinal(const struct rc_batch *batch, const struct rc_pg_result *result,
                           int record)
{
    struct rc_pg_value value = rc_pg_result_value(result, record, 0);
    uint64_t number = 0;
    for (int i = 0; i < value.len; i++) {
        number = number << 8 | (unsigned char)value.data[i];
    }
    return value.len == 8 && number >= 1 && number <= batch->count ? number - 1 : batch->count;
}

bool rc_batch_answer(struct rc_batch *batch, const struct rc_pg_result *result)
{
    const struct rc_plan_statement *own = batch->calls[0]->prepared.steps[0].statement;
    if ((size_t)rc_pg_result_column_count(result) != own->width + 1) {
        return false;
    }
    int records = rc_pg_result_row_count(result);
    for (int record = 0; record < records; record++) {
        size_t at = read_ordinal(batch, result, record);
        if (at == batch->count) {
            return false;
        }
        struct rc_call *call = batch->calls[at];
        if (call->err.status == ROWCALL_OK) {
            (void)rc_answer_add_record(&call->answer, 0, result, record, 1,
                                       &call->err); // kept in call->err
        }
    }
    return true;
}
