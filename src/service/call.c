// SPDX-License-Identifier: Apache-2.0
//
// Calls. What is made for sending lives in the exchange's arena, which stays until the reply is
// out.
#include "service/call.h"

#include "base/clock.h"
#include "base/log.h"
#include "service/blame.h"
#include "service/builtin.h"
#include "service/errors.h"
#include "service/explain.h"
#include "service/gather.h"
#include "service/raw.h"
#include "service/redact.h"
#include "service/stream.h"
#include "service/transactions.h"
#include "transcode/encode.h"

#include <stdio.h>
#include <stdlib.h>

_Static_assert(RC_PLAN_STATEMENTS_MAX <= RC_PG_SEGMENT_STEPS_MAX,
               "a plan has to fit into a segment");

static rowcall_status not_executed(struct rc_call *call, rowcall_status st)
{
    if (call->err.outcome == ROWCALL_OUTCOME_UNSPECIFIED) {
        call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    }
    return st;
}

// Statement and parameters of one step.
static rowcall_status encode_step(struct rc_call *call, const struct rc_step *step,
                                  struct rc_pg_step *ret)
{
    struct rc_arena *arena = &call->exchange->arena;
    const struct rc_plan_statement *from = step->statement;
    struct rc_pg_statement *statement = rc_arena_new(arena, struct rc_pg_statement);
    const char **values = rc_arena_new_array(arena, from->param_count, const char *);
    int *lengths = rc_arena_new_array(arena, from->param_count, int);
    int *formats = rc_arena_new_array(arena, from->param_count, int);
    if (!statement || !values || !lengths || !formats) {
        return rc_error_oom(&call->err);
    }
    for (size_t i = 0; i < from->param_count; i++) {
        struct rc_parameter parameter;
        rowcall_status st = rc_encode_value(from->param_types[i], &step->values[i], arena,
                                            &parameter, &call->err);
        if (st != ROWCALL_OK) {
            rc_blame_parameter(from, i, &call->err);
            return st;
        }
        values[i] = parameter.data;
        lengths[i] = parameter.len;
        formats[i] = parameter.format;
    }
    *statement = (struct rc_pg_statement){from->id, from->sql, from->sql_len};
    *ret = (struct rc_pg_step){
        .statement = statement,
        .params = {(int)from->param_count, values, lengths, formats},
    };
    return ROWCALL_OK;
}

static rowcall_status encode(struct rc_call *call)
{
    struct rc_prepared *prepared = &call->prepared;
    struct rc_arena *arena = &call->exchange->arena;
    struct rc_pg_step *steps =
        rc_arena_new_array(arena, prepared->step_count, struct rc_pg_step);
    if (!steps) {
        return rc_error_oom(&call->err);
    }
    for (size_t i = 0; i < prepared->step_count; i++) {
        rowcall_status st = encode_step(call, &prepared->steps[i], &steps[i]);
        if (st != ROWCALL_OK) {
            return st;
        }
    }
    call->segment = (struct rc_pg_segment){
        .steps = steps,
        .step_count = (int)prepared->step_count,
        .deadline_us = call->deadline_us,
        .read_only = prepared->plan->read_only,
        .on_result = rc_call_on_result,
        .on_row = rc_call_on_row,
        .on_restart = rc_call_on_restart,
        .user = call,
    };
    steps[0].by_row = prepared->is_large;
    return ROWCALL_OK;
}

// What no method takes, and who may call it.
static rowcall_status check_head(struct rc_call *call)
{
    rowcall_error *err = &call->err;
    if (!call->exchange->authorized && !(call->builtin && call->builtin->open)) {
        return rc_error_set(err, ROWCALL_UNAUTHENTICATED, "%s",
                            call->exchange->envelope.token.len > 0 ? "the token is not valid"
                                                                   : "a token is needed");
    }
    if (call->builtin &&
        !rc_access_grants(&call->exchange->service->access, call->builtin->right,
                          call->exchange->envelope.token)) {
        return rc_error_set(err, ROWCALL_PERMISSION_DENIED,
                            "%s is not permitted to this caller: the server has to allow it",
                            call->builtin->name);
    }
    if (call->head->transaction.len > 0 && call->builtin && !call->builtin->joins) {
        return rc_error_set(
            err, ROWCALL_INVALID_ARGUMENT,
            "%s is not part of a transaction: leave the call's transaction empty",
            call->builtin->name);
    }
    if (call->head->reference_count > 0 && !call->exchange->envelope.atomic) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "references are for an atomic envelope: set atomic, too");
    }
    if (call->head->idempotency_key.len > 0) {
        return rc_error_set(err, ROWCALL_UNIMPLEMENTED,
                            "idempotency keys are not served yet: leave idempotency_key empty");
    }
    return ROWCALL_OK;
}

static rowcall_status find_database(struct rc_call *call)
{
    struct rc_service *service = call->exchange->service;
    struct rc_view name = call->head->database;
    call->database = rc_service_database_of(service, name);
    if (!call->database) {
        char names[256];
        rc_service_database_names(service, names, sizeof(names));
        return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                            "no database \"%.*s\" is served here; there is %s",
                            rc_view_arg(name), names);
    }
    return rc_database_check(call->database, &call->err);
}

static rowcall_status find_method(struct rc_call *call)
{
    struct rc_view method = call->head->method;
    rowcall_status st = find_database(call);
    if (st != ROWCALL_OK) {
        return st;
    }
    call->method = rc_methods_find(&call->database->methods, method);
    if (!call->method) {
        return rc_error_set(&call->err, ROWCALL_UNIMPLEMENTED, "%s has no method \"%.*s\"",
                            call->database->scope->name, rc_view_arg(method));
    }
    return ROWCALL_OK;
}

rowcall_status rc_call_find(struct rc_call *call)
{
    struct rc_exchange *exchange = call->exchange;
    const struct rc_service_options *options = &exchange->service->options;
    uint32_t timeout_ms = call->head->timeout_ms;
    timeout_ms = timeout_ms == 0 ? options->default_timeout_ms : timeout_ms;
    timeout_ms = timeout_ms > options->max_timeout_ms ? options->max_timeout_ms : timeout_ms;
    call->deadline_us = exchange->received_us + (int64_t)timeout_ms * 1000;
    call->builtin = rc_builtin_find(call->head->method);
    rowcall_status st = check_head(call);
    if (st == ROWCALL_OK && call->head->explain.data) {
        st = rc_explain_check(call);
    }
    if (st == ROWCALL_OK && !call->builtin) {
        st = find_method(call);
    } else if (st == ROWCALL_OK && call->builtin->on_database) {
        st = find_database(call);
    }
    if (st == ROWCALL_OK && call->method && call->method->verb == RC_VERB_STREAM &&
        exchange->envelope.atomic) {
        st = rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                          "%s is not part of an atomic envelope, which ends before its next "
                          "page: send it alone, or in a transaction that you begin",
                          call->method->name);
    }
    return not_executed(call, st);
}

static rowcall_status prepare_query(struct rc_call *call, struct rc_view request,
                                    struct rc_prepared *ret_prepared)
{
    const struct rc_method *method = call->method;
    if (method->sql) {
        return rc_query_prepare_sql(call->database->query, method->sql, request,
                                    &call->exchange->arena, ret_prepared, &call->err);
    }
    return rc_query_prepare(call->database->query, method->model, method->verb, request,
                            &call->exchange->arena, ret_prepared, &call->err);
}

static rowcall_status load_method(struct rc_call *call, struct rc_view request)
{
    struct rc_prepared prepared = {0};
    rc_prepared_fini(&call->prepared); // of another request
    rowcall_status st = prepare_query(call, request, &prepared);
    if (st != ROWCALL_OK) {
        return st;
    }
    call->prepared = prepared;
    call->read_only = prepared.plan->read_only;
    rc_answer_init(&call->answer, &call->prepared, call->reply.out);
    if (call->prepared.step_count == 0) { // nothing to write: a CreateMany without rows
        call->answered = true;
        return rc_answer_end(&call->answer, call->method->model, &call->err);
    }
    return encode(call);
}

rowcall_status rc_call_load(struct rc_call *call, struct rc_view request)
{
    if (!call->builtin) {
        return not_executed(call, load_method(call, request));
    }
    call->answered = call->builtin->run != NULL;
    return not_executed(call, rc_builtin_run(call->builtin, call->exchange->service, request,
                                             call->reply.out, &call->err));
}

rowcall_status rc_call_prepare(struct rc_call *call)
{
    rowcall_status st = rc_call_find(call);
    return st == ROWCALL_OK ? rc_call_load(call, call->head->request) : st;
}

rowcall_status rc_call_check(struct rc_call *call, struct rc_view request)
{
    struct rc_prepared prepared = {0};
    rowcall_status st = prepare_query(call, request, &prepared);
    if (st == ROWCALL_OK) {
        call->read_only = prepared.plan->read_only;
        rc_prepared_fini(&prepared);
    }
    return not_executed(call, st);
}

void rc_call_on_result(struct rc_pg_segment *segment, int step,
                       const struct rc_pg_result *result)
{
    struct rc_call *call = segment->user;
    if (call->err.status ==
        ROWCALL_OK) { // after a failure the other steps' results are of no use
        (void)rc_answer_add(&call->answer, step, result, &call->err);
    }
}

bool rc_call_on_row(struct rc_pg_segment *segment, int step, const struct rc_pg_result *result)
{
    struct rc_call *call = segment->user;
    rc_call_on_result(segment, step, result);
    call->answer.goes_on = true;
    return call->err.status == ROWCALL_OK && !call->reply.out->broken;
}

void rc_call_on_restart(struct rc_pg_segment *segment)
{
    rc_call_rewind(segment->user);
}

static void log_failure(const struct rc_call *call, const struct rc_pg_error *error)
{
    if (!rc_log_enabled(RC_LOG_DEBUG)) {
        return;
    }
    char message[sizeof(error->message)];
    bool whole = call->exchange->service->options.log_values;
    rc_redact(error->message, whole, message, sizeof(message));
    rc_log(RC_LOG_DEBUG, call->database->subject, "statement failed", "method", "%.*s",
           rc_view_arg(call->head->method), "sqlstate", "%s", error->sqlstate, "message", "%s",
           message, "detail", "%s", whole ? error->detail : "", "table", "%s", error->table,
           "column", "%s", error->column, "constraint", "%s", error->constraint, (char *)NULL);
}

// The failure that a statement ended with on purpose (plan.h); NULL when PostgreSQL failed it.
static const struct rc_plan_failure *planned_failure(const struct rc_call *call,
                                                     const struct rc_pg_error *error)
{
    const struct rc_plan *plan = call->prepared.plan;
    const char *name = strstr(error->message, RC_PLAN_FAILURE_SETTING); // in any quotes
    if (!plan || !name || strcmp(error->sqlstate, "42704") != 0) {
        return NULL;
    }
    size_t number = strtoul(name + strlen(RC_PLAN_FAILURE_SETTING), NULL, 10);
    return number < plan->failure_count ? &plan->failures[number] : NULL;
}

static rowcall_status fail_as_planned(struct rc_call *call,
                                      const struct rc_plan_failure *failure)
{
    rc_error_set(&call->err, failure->status, "%s: %s", failure->entity, failure->message);
    rc_error_detail(&call->err, failure->reason, failure->entity, failure->fields);
    call->err.outcome = ROWCALL_OUTCOME_ROLLED_BACK;
    return failure->status;
}

rowcall_status rc_call_conclude(struct rc_call *call, const struct rc_pg_error *error)
{
    call->done_us = rc_clock_now_us();
    if (call->raw) {
        return rc_raw_conclude(call, error);
    }
    if (call->stream) {
        return rc_stream_conclude(call, error);
    }
    const struct rc_plan_failure *failure = error ? planned_failure(call, error) : NULL;
    if (failure) {
        return fail_as_planned(call, failure);
    }
    if (error) {
        log_failure(call, error);
        rc_error_from_pg(error, call->method->model, &call->err);
        rc_blame_values(&call->prepared, error, &call->err);
        return call->err.status;
    }
    if (call->err.status == ROWCALL_OK) {
        (void)rc_answer_end(&call->answer, call->method->model,
                            &call->err); // kept in call->err
    }
    // The statement is committed. A refusal comes from one that changed nothing; a reply that
    // cannot be written is another matter.
    rowcall_status st = call->err.status;
    if (st != ROWCALL_OK) {
        bool refused = st == ROWCALL_NOT_FOUND || st == ROWCALL_FAILED_PRECONDITION;
        call->err.outcome =
            refused || call->read_only ? ROWCALL_OUTCOME_ROLLED_BACK : ROWCALL_OUTCOME_UNKNOWN;
    }
    call->concluded = st == ROWCALL_OK;
    return st;
}

void rc_call_rewind(struct rc_call *call)
{
    rc_error_clear(&call->err);
    call->concluded = false;
    call->done_us = 0;
    rc_reply_begin(&call->reply, call->reply.out);
    rc_answer_init(&call->answer, &call->prepared, call->reply.out);
    if (call->answered && !call->references) {
        (void)rc_answer_end(&call->answer, call->method->model,
                            &call->err); // kept in call->err
    }
}

static void on_done(struct rc_pg_segment *segment, const struct rc_pg_error *error)
{
    struct rc_call *call = segment->user;
    (void)rc_call_conclude(call, error); // kept in call->err
    rc_call_finish(call);
}

rowcall_status rc_call_submit(struct rc_call *call, rc_pg_done_fn given_on_done)
{
    struct rc_pg_error error; // filled when it is needed
    call->segment.on_done = given_on_done ? given_on_done : on_done;
    call->sent_us = call->sent_us > 0 ? call->sent_us : rc_clock_now_us();
    rowcall_status st = rc_pg_pool_submit(call->database->pool, &call->segment, &error);
    return st == ROWCALL_OK ? st : rc_call_conclude(call, &error);
}

// A lock that ends with the call that asked for it protects nothing.
static rowcall_status check_locks(struct rc_call *call)
{
    if (!call->prepared.plan->locks || call->exchange->envelope.atomic) {
        return ROWCALL_OK;
    }
    call->err.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    return rc_error_set(&call->err, ROWCALL_INVALID_ARGUMENT,
                        "lock: records are locked until the transaction ends, and this call is "
                        "in none: begin one, or send an atomic envelope");
}

void rc_call_start(struct rc_call *call)
{
    if (rc_call_prepare(call) != ROWCALL_OK) {
        rc_call_finish(call);
    } else if (call->explain) {
        rc_explain_start(call);
    } else if (call->builtin && call->builtin->start) {
        call->builtin->start(call);
    } else if (call->method && call->method->verb == RC_VERB_STREAM) {
        rc_stream_start(call);
    } else if (call->head->transaction.len > 0) {
        rc_transactions_run(call);
    } else if (!call->answered && rc_gather_takes(call->database->gather, call)) {
        rc_gather_add(call->database->gather, call, call->exchange->call_count > 1);
    } else if (call->answered || check_locks(call) != ROWCALL_OK ||
               rc_call_submit(call, NULL) != ROWCALL_OK) {
        rc_call_finish(call); // once it was submitted it may be gone already
    }
}

static void log_call(const struct rc_call *call, int64_t total_us)
{
    struct rc_service *service = call->exchange->service;
    bool slow =
        service->options.slow_ms > 0 && total_us >= (int64_t)service->options.slow_ms * 1000;
    if (slow) {
        atomic_fetch_add_explicit(&service->counters.slow, 1, memory_order_relaxed);
    }
    enum rc_log_level level = slow ? RC_LOG_WARN : RC_LOG_DEBUG;
    if (!rc_log_enabled(level)) {
        return;
    }
    char metadata[256];
    rc_envelope_metadata(call->head, metadata, sizeof(metadata));
    rc_log(level, call->database ? call->database->subject : "server",
           slow ? "slow call" : "call", "method", "%.*s", rc_view_arg(call->head->method),
           "status", "%s", rowcall_status_name(call->err.status), "reason", "%s",
           call->err.reason, "peer", "%llu", (unsigned long long)call->exchange->request.peer,
           "total_us", "%lld", (long long)total_us, "database_us", "%lld",
           (long long)(call->done_us > 0 ? call->done_us - call->sent_us : 0), "metadata", "%s",
           metadata, (char *)NULL);
}

void rc_call_finish(struct rc_call *call)
{
    struct rc_service_counters *counters = &call->exchange->service->counters;
    int64_t now_us = rc_clock_now_us();
    int64_t since_us = call->exchange->received_us;
    struct rc_reply_timings timings = {
        .queue_us = (call->sent_us > 0 ? call->sent_us : now_us) - since_us,
        .database_us =
            call->sent_us > 0 && call->done_us > 0 ? call->done_us - call->sent_us : 0,
        .total_us = now_us - since_us,
    };
    const struct rc_reply_timings *told = call->head->timings ? &timings : NULL;
    if (call->err.status == ROWCALL_OK && call->explain) {
        rc_reply_end_explained(&call->reply, rc_buf_view(&call->explain->out), told);
    } else if (call->err.status == ROWCALL_OK) {
        rc_reply_end(&call->reply, told);
    } else {
        rc_reply_fail(&call->reply, &call->err, told);
    }
    rc_prepared_fini(&call->prepared);
    rc_explain_fini(call->explain);
    rc_raw_fini(call->raw);
    atomic_fetch_add_explicit(&counters->calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counters->by_status[call->err.status], 1, memory_order_relaxed);
    log_call(call, timings.total_us);
    atomic_store_explicit(&call->finished, true, memory_order_release);
    rc_exchange_call_finished(call->exchange);
}
