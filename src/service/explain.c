// SPDX-License-Identifier: Apache-2.0
//
// Explaining. The call's segment is replaced by one that explains its statements with the same
// parameters; to measure, a transaction is begun in the same segment, so that nothing can run
// outside it.
#include "service/explain.h"

#include "base/clock.h"
#include "service/atomic.h"
#include "service/contract.h"
#include "service/service_internal.h"
#include "transcode/show.h"
#include "wire/writer.h"

static const struct rc_pg_statement begin_statement = {.sql = "begin", .sql_len = 5};

// ---- what is asked for

rowcall_status rc_explain_read(struct rc_view words, struct rc_explain_wish *ret_wish,
                               rowcall_error *err)
{
    struct rc_explain_wish wish = {0};
    bool plan = false;
    bool good = true;
    for (size_t at = 0; at <= words.len && good;) {
        const char *comma =
            at < words.len ? memchr(words.data + at, ',', words.len - at) : NULL;
        size_t end = comma ? (size_t)(comma - words.data) : words.len;
        struct rc_view word = {words.data + at, end - at};
        bool *flag = rc_view_is(word, "plan")      ? &plan
                     : rc_view_is(word, "analyze") ? &wish.analyze
                     : rc_view_is(word, "json")    ? &wish.json
                     : rc_view_is(word, "values")  ? &wish.values
                                                   : &good;
        good = flag != &good;
        *flag = good;
        at = end + 1;
    }
    if (!good || plan == wish.analyze) {
        return rc_error_set(
            err, ROWCALL_INVALID_ARGUMENT,
            "metadata explain: expected plan or analyze, and behind commas json "
            "or values; not \"%.*s\"",
            rc_view_arg(words));
    }
    *ret_wish = wish;
    return ROWCALL_OK;
}

rowcall_status rc_explain_check(struct rc_call *call)
{
    const struct rc_exchange *exchange = call->exchange;
    rowcall_error *err = &call->err;
    if (!rc_access_grants(&exchange->service->access, RC_RIGHT_EXPLAIN,
                          exchange->envelope.token)) {
        return rc_error_set(
            err, ROWCALL_PERMISSION_DENIED,
            "calls are not explained to this caller: the server has to allow it");
    }
    if (call->builtin) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%.*s has no plan to be explained",
                            rc_view_arg(call->head->method));
    }
    if (call->head->transaction.len > 0 || rc_atomic_is_needed(&exchange->envelope)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "a call is explained by itself, not as part of a transaction");
    }
    call->explain = rc_arena_new(&call->exchange->arena, struct rc_explain);
    if (!call->explain) {
        return rc_error_oom(err);
    }
    rc_buf_init(&call->explain->out, exchange->service->options.max_reply_bytes);
    return rc_explain_read(call->head->explain, &call->explain->wish, err);
}

void rc_explain_fini(struct rc_explain *explain)
{
    if (explain) {
        rc_buf_fini(&explain->out);
    }
}

// ---- the answer

static void write_parameter(const struct rc_explain *explain, const struct rc_step *step,
                            size_t i, struct rc_buf *out)
{
    const struct rc_type *type = step->statement->param_types[i];
    const struct rc_plan_origin *origin = &step->statement->origins[i];
    const struct rc_value *value = &step->values[i];
    size_t mark = rc_wire_begin(out, RC_EXPLAINED_STATEMENT_PARAMETERS);
    size_t text = rc_wire_begin(out, RC_EXPLAINED_PARAMETER_TYPE);
    rc_buf_append_text(out,
                       type->kind == RC_TYPE_ENUM ? type->sql : rc_type_info(type->kind)->name);
    rc_buf_append_text(out, type->array ? "[]" : "");
    rc_wire_end(out, text);
    if (origin->path) {
        rc_wire_put_text(out, RC_EXPLAINED_PARAMETER_PATH, origin->path);
    }
    if (explain->wish.values && value->kind == RC_VALUE_NULL) {
        rc_wire_put_uint(out, RC_EXPLAINED_PARAMETER_IS_NULL, 1);
    } else if (explain->wish.values) {
        text = rc_wire_begin(out, RC_EXPLAINED_PARAMETER_VALUE);
        rc_show_value(type, value, out);
        rc_wire_end(out, text);
    }
    rc_wire_end(out, mark);
}

// One line a record; JSON is a single one.
static void write_plan(const struct rc_pg_result *result, struct rc_buf *out)
{
    for (int i = 0; i < rc_pg_result_row_count(result); i++) {
        struct rc_pg_value line = rc_pg_result_value(result, i, 0);
        rc_buf_append_text(out, i > 0 ? "\n" : "");
        rc_buf_append(out, line.data, line.len > 0 ? (size_t)line.len : 0);
    }
}

static void on_result(struct rc_pg_segment *segment, int step,
                      const struct rc_pg_result *result)
{
    struct rc_call *call = segment->user;
    struct rc_explain *explain = call->explain;
    struct rc_buf *out = &explain->out;
    if (explain->wish.analyze && step-- == 0) {
        return; // of BEGIN
    }
    const struct rc_step *explained = &call->prepared.steps[step];
    size_t mark = rc_wire_begin(out, RC_EXPLAIN_STATEMENTS);
    rc_wire_put_text(out, RC_EXPLAINED_STATEMENT_SQL, explained->statement->sql);
    for (size_t i = 0; i < explained->statement->param_count; i++) {
        write_parameter(explain, explained, i, out);
    }
    size_t plan = rc_wire_begin(out, explain->wish.json ? RC_EXPLAINED_STATEMENT_PLAN_JSON
                                                        : RC_EXPLAINED_STATEMENT_PLAN);
    write_plan(result, out);
    rc_wire_end(out, plan);
    rc_wire_end(out, mark);
}

static void conclude(struct rc_call *call, const struct rc_pg_error *error)
{
    call->done_us = rc_clock_now_us();
    if (error) {
        struct rc_pg_error own = *error; // BEGIN is none of the call's steps
        own.step -= call->explain->wish.analyze && own.step >= 0;
        (void)rc_call_conclude(call, &own); // kept in call->err
    } else if (call->explain->out.broken) {
        rc_error_set(&call->err, ROWCALL_RESOURCE_EXHAUSTED,
                     "the plan is larger than %zu bytes", call->explain->out.limit);
        call->err.outcome = ROWCALL_OUTCOME_ROLLED_BACK;
    }
    rc_call_finish(call);
}

// ---- the question

// "explain (verbose, format json) select ...", with the step's parameters.
static bool explain_step(struct rc_call *call, const struct rc_pg_step *step,
                         struct rc_pg_step *ret)
{
    const struct rc_explain_wish *wish = &call->explain->wish;
    struct rc_arena *arena = &call->exchange->arena;
    struct rc_pg_statement *statement = rc_arena_new(arena, struct rc_pg_statement);
    const char *sql = rc_arena_printf(arena, "explain (verbose%s%s) %s",
                                      wish->analyze ? ", analyze, buffers" : "",
                                      wish->json ? ", format json" : "", step->statement->sql);
    if (!statement || !sql) {
        return false;
    }
    *statement = (struct rc_pg_statement){.sql = sql, .sql_len = strlen(sql)};
    *ret = (struct rc_pg_step){.statement = statement, .params = step->params};
    return true;
}

static rowcall_status explain_steps(struct rc_call *call)
{
    const struct rc_pg_segment *from = &call->segment;
    size_t count = (size_t)from->step_count;
    size_t first = call->explain->wish.analyze ? 1 : 0;
    if (first + count > RC_PG_SEGMENT_STEPS_MAX) {
        return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                            "%zu statements cannot be measured at once: give rows the same "
                            "fields, or fewer rows",
                            count);
    }
    struct rc_pg_step *steps =
        rc_arena_new_array(&call->exchange->arena, first + count, struct rc_pg_step);
    bool made = steps != NULL;
    for (size_t i = 0; i < count && made; i++) {
        made = explain_step(call, &from->steps[i], &steps[first + i]);
    }
    if (!made) {
        return rc_error_oom(&call->err);
    }
    if (first > 0) {
        steps[0] = (struct rc_pg_step){.statement = &begin_statement};
    }
    call->segment = (struct rc_pg_segment){.steps = steps,
                                           .step_count = (int)(first + count),
                                           .deadline_us = call->deadline_us,
                                           .read_only = !call->explain->wish.analyze,
                                           .on_result = on_result,
                                           .user = call};
    return ROWCALL_OK;
}

static void on_planned(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    conclude(segment->user, error);
}

void rc_explain_start(struct rc_call *call)
{
    struct rc_explain *explain = call->explain;
    struct rc_pg_error error = {0};
    rc_reply_begin(&call->reply, call->reply.out); // a call without statements has answered
    if (call->answered || explain_steps(call) != ROWCALL_OK) {
        call->err.outcome =
            call->err.status == ROWCALL_OK ? call->err.outcome : ROWCALL_OUTCOME_NOT_EXECUTED;
        rc_call_finish(call);
        return;
    }
    if (explain->wish.analyze) {
        explain->solo = (struct rc_solo){.call = call, .on_done = conclude};
        rc_solo_start(&explain->solo);
        return;
    }
    call->segment.on_done = on_planned;
    call->sent_us = rc_clock_now_us();
    if (rc_pg_pool_submit(call->database->pool, &call->segment, &error) != ROWCALL_OK) {
        conclude(call, &error);
    }
}
