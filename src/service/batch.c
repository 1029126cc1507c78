// SPDX-License-Identifier: Apache-2.0
//
// Parameters of many calls into arrays, and records of one result to many calls. The arrays are
// put together from what each call's parameters were encoded to, so a value was checked, and
// refused, as the call's own before it got here.
#include "service/batch.h"

#include "base/clock.h"
#include "service/call.h"
#include "transcode/encode.h"

_Static_assert(RC_GATHER_CALLS_MAX <= RC_PG_SEGMENT_STEPS_MAX && RC_GATHER_CALLS_MAX <= 255,
               "every call may be a round of its own, and positions are bytes");

static const struct rc_plan_bulk *bulk_of(const struct rc_batch *batch)
{
    return batch->calls[0]->prepared.plan->bulk;
}

static const struct rc_pg_params *own_params(const struct rc_batch *batch, size_t position)
{
    return &batch->calls[position]->segment.steps[0].params;
}

// ---- rounds

static bool is_same_value(const struct rc_pg_params *a, const struct rc_pg_params *b, size_t at)
{
    if (!a->values[at] || !b->values[at]) {
        return a->values[at] == b->values[at];
    }
    return a->lengths[at] == b->lengths[at] &&
           memcmp(a->values[at], b->values[at], (size_t)a->lengths[at]) == 0;
}

static bool is_same(const struct rc_batch *batch, size_t a, size_t b)
{
    const struct rc_plan_bulk *bulk = bulk_of(batch);
    for (size_t i = 0; i < bulk->same_count; i++) {
        if (!is_same_value(own_params(batch, a), own_params(batch, b), bulk->same[i])) {
            return false;
        }
    }
    return true;
}

// FNV-1a over the values that say which record.
static uint32_t hash_of(const struct rc_batch *batch, size_t position)
{
    const struct rc_plan_bulk *bulk = bulk_of(batch);
    const struct rc_pg_params *params = own_params(batch, position);
    uint32_t hash = 0x811c9dc5u;
    for (size_t i = 0; i < bulk->same_count; i++) {
        const char *value = params->values[bulk->same[i]];
        int len = value ? params->lengths[bulk->same[i]] : 0;
        for (int k = 0; k < len; k++) {
            hash = (hash ^ (unsigned char)value[k]) * 0x01000193u;
        }
    }
    return hash ^ hash >> 15;
}

enum { LATER = UINT8_MAX }; // the round of a call that has to wait for the end of the batch

// The round of each call; returns how many there are.
static size_t number_rounds(struct rc_batch *batch, uint8_t *ret_rounds)
{
    enum { SLOTS = 2 * RC_GATHER_CALLS_MAX };
    uint8_t last[SLOTS] = {0}; // the last call about a record, its position + 1
    bool goes_on = bulk_of(batch)->again != NULL;
    size_t count = 1;
    for (size_t i = 0; i < batch->count; i++) {
        size_t slot = hash_of(batch, i) % SLOTS;
        while (last[slot] && !is_same(batch, last[slot] - 1u, i)) {
            slot = (slot + 1) % SLOTS;
        }
        if (last[slot]) {
            batch->same_next[last[slot] - 1] = (uint8_t)i;
            ret_rounds[i] = goes_on ? (uint8_t)(ret_rounds[last[slot] - 1] + 1) : LATER;
            count = goes_on && ret_rounds[i] >= count ? ret_rounds[i] + 1u : count;
        }
        last[slot] = (uint8_t)(i + 1);
    }
    return count;
}

// Returns how many rounds there are.
static size_t make_rounds(struct rc_batch *batch)
{
    uint8_t rounds[RC_GATHER_CALLS_MAX] = {0};
    memset(batch->same_next, 0, batch->count);
    size_t count = bulk_of(batch)->same_count > 0 ? number_rounds(batch, rounds) : 1;
    size_t at = 0;
    for (size_t round = 0; round < count; round++) {
        batch->begin[round] = (uint8_t)at;
        for (size_t i = 0; i < batch->count; i++) {
            if (rounds[i] == round) {
                batch->order[at++] = (uint8_t)i;
            }
        }
    }
    batch->begin[count] = (uint8_t)at;
    return count;
}

// ---- parameters

// One parameter of all calls of a round.
static rowcall_status gather_parameter(struct rc_batch *batch, size_t round, size_t at,
                                       struct rc_parameter *parameters,
                                       struct rc_parameter *ret)
{
    size_t count = 0;
    for (size_t i = batch->begin[round]; i < batch->begin[round + 1]; i++) {
        const struct rc_pg_params *own = own_params(batch, batch->order[i]);
        parameters[count++] =
            (struct rc_parameter){own->values[at], own->lengths[at], own->formats[at]};
    }
    return rc_encode_gathered(bulk_of(batch)->param_types[at], parameters, count, &batch->arena,
                              ret, NULL);
}

static rowcall_status make_step(struct rc_batch *batch, size_t round, struct rc_pg_step *ret)
{
    size_t count = (size_t)own_params(batch, 0)->count;
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
        rowcall_status st = gather_parameter(batch, round, i, parameters, &all);
        if (st != ROWCALL_OK) {
            return st;
        }
        values[i] = all.data;
        lengths[i] = all.len;
        formats[i] = all.format;
    }
    *ret = (struct rc_pg_step){.statement = &batch->statements[round > 0],
                               .params = {(int)count, values, lengths, formats}};
    return ROWCALL_OK;
}

// Returns the last of their deadlines: who is told that time is up is told the truth.
static int64_t note_sent(struct rc_batch *batch)
{
    int64_t now_us = rc_clock_now_us();
    int64_t deadline_us = 0;
    for (size_t i = 0; i < batch->count; i++) {
        struct rc_call *call = batch->calls[i];
        call->sent_us = now_us;
        deadline_us = call->deadline_us > deadline_us ? call->deadline_us : deadline_us;
    }
    return deadline_us;
}

rowcall_status rc_batch_make(struct rc_batch *batch)
{
    const struct rc_plan_bulk *bulk = bulk_of(batch);
    rc_arena_reset(&batch->arena);
    size_t rounds = make_rounds(batch);
    struct rc_pg_step *steps = rc_arena_new_array(&batch->arena, rounds, struct rc_pg_step);
    if (!steps) {
        return ROWCALL_RESOURCE_EXHAUSTED;
    }
    batch->statements[0] = (struct rc_pg_statement){bulk->id, bulk->sql, bulk->sql_len};
    batch->statements[1] =
        (struct rc_pg_statement){bulk->again_id, bulk->again, bulk->again_len};
    batch->segment = (struct rc_pg_segment){
        .steps = steps,
        .step_count = (int)rounds,
        .deadline_us = note_sent(batch),
        .read_only = !bulk->writes,
        .user = batch,
    };
    batch->is_right = true;
    memset(batch->is_answered, 0, batch->count);
    rowcall_status st = ROWCALL_OK;
    for (size_t round = 0; round < rounds && st == ROWCALL_OK; round++) {
        st = make_step(batch, round, &steps[round]);
    }
    return st;
}

// ---- answers

// Which call of a round a record is for, from 0; beyond them when it is for none.
static size_t read_ordinal(const struct rc_pg_result *result, int record)
{
    struct rc_pg_value value = rc_pg_result_value(result, record, 0);
    uint64_t number = 0;
    for (int i = 0; i < value.len; i++) {
        number = number << 8 | (unsigned char)value.data[i];
    }
    return value.len == 8 && number >= 1 ? (size_t)number - 1 : SIZE_MAX;
}

static void answer_call(struct rc_batch *batch, size_t position,
                        const struct rc_pg_result *result, int record)
{
    struct rc_call *call = batch->calls[position];
    bool counts = call->prepared.steps[0].statement->count == RC_PLAN_COUNT_AFFECTED;
    batch->is_answered[position] = true;
    call->answer.count += counts ? 1 : 0;
    if (call->err.status == ROWCALL_OK) {
        (void)rc_answer_add_record(&call->answer, 0, result, record, (int)bulk_of(batch)->lead,
                                   &call->err); // kept in call->err
    }
}

void rc_batch_answer(struct rc_batch *batch, int step, const struct rc_pg_result *result)
{
    const struct rc_plan_statement *own = batch->calls[0]->prepared.steps[0].statement;
    size_t begin = batch->begin[step];
    size_t count = (size_t)batch->begin[step + 1] - begin;
    int records = rc_pg_result_row_count(result);
    if ((size_t)rc_pg_result_column_count(result) != own->width + bulk_of(batch)->lead) {
        batch->is_right = false;
        return;
    }
    for (int record = 0; record < records; record++) {
        size_t ordinal = read_ordinal(result, record);
        if (ordinal >= count) {
            batch->is_right = false;
            return;
        }
        answer_call(batch, batch->order[begin + ordinal], result, record);
    }
}

bool rc_batch_has(const struct rc_batch *batch, size_t position)
{
    return !bulk_of(batch)->writes || batch->is_answered[position];
}
