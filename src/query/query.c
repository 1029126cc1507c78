// SPDX-License-Identifier: Apache-2.0
//
// Check, walk, find or compile, bind. The path of a known shape allocates from the call's arena
// only.
#include "query/query.h"

#include "query/cache.h"
#include "query/compile.h"
#include "query/shape.h"

#include <stdlib.h>

#define DEFAULT_MAX_PLANS      4096
#define DEFAULT_MAX_PLAN_BYTES ((size_t)64 << 20)

struct rc_query {
    struct rc_api *api;
    struct rc_plan_cache *cache;
    uint64_t (*next_id)(void);
    struct rc_wire_limits limits;
};

static uint64_t count_id(void)
{
    static atomic_uint_fast64_t last;
    return atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
}

rowcall_status rc_query_new(struct rc_api *api, const struct rc_query_options *options,
                            struct rc_query **ret_query, rowcall_error *err)
{
    struct rc_query_options given = options ? *options : (struct rc_query_options){0};
    struct rc_query *query = calloc(1, sizeof *query);
    if (!query) {
        return rc_error_oom(err);
    }
    query->api = api;
    query->next_id = given.next_id ? given.next_id : count_id;
    query->limits = rc_wire_default_limits;
    if (given.limits.max_depth) {
        query->limits.max_depth = given.limits.max_depth;
    }
    if (given.limits.max_fields) {
        query->limits.max_fields = given.limits.max_fields;
    }
    query->cache =
        rc_plan_cache_new(given.max_plans ? given.max_plans : DEFAULT_MAX_PLANS,
                          given.max_plan_bytes ? given.max_plan_bytes : DEFAULT_MAX_PLAN_BYTES);
    if (!query->cache) {
        free(query);
        return rc_error_oom(err);
    }
    *ret_query = query;
    return ROWCALL_OK;
}

void rc_query_free(struct rc_query *query)
{
    if (query) {
        rc_plan_cache_free(query->cache);
        free(query);
    }
}

// What one prepare works on.
struct call {
    struct rc_query *query;
    const struct rc_model *model;
    enum rc_verb verb;
    const struct rc_sql_method *sql; // instead of a verb
    const struct rc_wire_message *request;
    const struct rc_wire_message *response;
    struct rc_arena *arena;
    rowcall_error *err;
};

// The plan of a shape, referenced: from the cache, or compiled now.
static rowcall_status find_plan(const struct call *call, struct rc_view shape,
                                struct rc_plan_entry **ret_entry)
{
    const void *subject = call->sql ? (const void *)call->sql : call->model;
    struct rc_plan_entry *entry = rc_plan_cache_find(call->query->cache, subject, shape);
    if (!entry) {
        entry = rc_plan_entry_new(subject, shape);
        if (!entry) {
            return rc_error_oom(call->err);
        }
        const struct rc_compilation task = {.request = call->request,
                                            .response = call->response,
                                            .model = call->model,
                                            .verb = call->verb,
                                            .sql = call->sql,
                                            .shape = entry->shape};
        rowcall_status st = rc_compile(&task, &entry->arena, &entry->plan, call->err);
        if (st) {
            rc_plan_entry_unref(entry);
            return st;
        }
        for (size_t i = 0; i < entry->plan.statement_count; i++) {
            ((struct rc_plan_statement *)entry->plan.statements)[i].id = call->query->next_id();
        }
        if (entry->plan.bulk) {
            struct rc_plan_bulk *bulk = (struct rc_plan_bulk *)entry->plan.bulk;
            bulk->id = call->query->next_id();
            bulk->again_id = bulk->again ? call->query->next_id() : 0;
        }
        entry = rc_plan_cache_add(call->query->cache, entry);
    }
    *ret_entry = entry;
    return ROWCALL_OK;
}

static rowcall_status add_steps(const struct call *call, const struct rc_shape *shape,
                                struct rc_prepared *prepared)
{
    const struct rc_plan *plan = prepared->plan;
    prepared->steps =
        rc_arena_new_array(call->arena, plan->statement_count + 1, struct rc_step);
    if (!prepared->steps) {
        return rc_error_oom(call->err);
    }
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; !st && i < plan->statement_count; i++) {
        struct rc_step *step = &prepared->steps[prepared->step_count++];
        step->statement = &plan->statements[i];
        st = rc_program_bind(step->statement->program, shape, call->arena, &step->values,
                             call->err);
    }
    return st;
}

// Which messages the method has.
static rowcall_status find_method(struct call *call)
{
    struct rc_api *api = call->query->api;
    rowcall_status st =
        call->sql ? ROWCALL_OK : rc_compile_check_verb(call->model, call->verb, call->err);
    if (st) {
        return st;
    }
    const struct rc_wire_message *request = call->sql
                                                ? rc_api_sql_request(api, call->sql)
                                                : rc_api_request(api, call->model, call->verb);
    const struct rc_wire_message *response =
        call->sql ? rc_api_sql_response(api, call->sql)
                  : rc_api_response(api, call->model, call->verb);
    if (call->sql && (!request || !response)) {
        return rc_error_oom(call->err);
    }
    if (!request || !response) {
        return rc_error_set(call->err, ROWCALL_UNIMPLEMENTED, "%s/%s: there is no such method",
                            call->model->entity->name, rc_verb_name(call->verb));
    }
    call->request = rc_wire_message_ready(request);
    call->response = rc_wire_message_ready(response);
    return call->request && call->response ? ROWCALL_OK : rc_error_oom(call->err);
}

static bool is_large(const struct rc_plan *plan, const struct rc_shape *shape)
{
    if (!plan->is_many || plan->take_slot == SIZE_MAX) {
        return plan->is_many;
    }
    int64_t take = shape->slots.values[plan->take_slot].integer;
    return take > plan->few_rows || take < -plan->few_rows;
}

static rowcall_status prepare(struct call *call, struct rc_view request,
                              struct rc_prepared *prepared)
{
    struct rc_shape shape;
    rowcall_status st = find_method(call);
    if (!st) {
        st = rc_wire_check(call->request, request, &call->query->limits, call->err);
    }
    if (!st) {
        st = rc_shape_walk(call->request, call->verb, request, call->arena, &shape, call->err);
    }
    if (st) {
        return st;
    }
    struct rc_plan_entry *entry = NULL;
    st = find_plan(call, (struct rc_view){(const char *)shape.tokens.data, shape.tokens.len},
                   &entry);
    if (st) {
        return st;
    }
    prepared->plan = &entry->plan;
    // To write one record is to require it.
    prepared->required = shape.required || call->verb == RC_VERB_UPDATE ||
                         call->verb == RC_VERB_UPSERT || call->verb == RC_VERB_DELETE;
    prepared->is_large = is_large(&entry->plan, &shape);
    prepared->paging = shape.paging;
    if (entry->plan.max_affected_slot != SIZE_MAX) {
        prepared->has_max_affected = true;
        prepared->max_affected = shape.slots.values[entry->plan.max_affected_slot].integer;
    }
    return add_steps(call, &shape, prepared);
}

static rowcall_status prepare_call(struct call *call, struct rc_view request,
                                   struct rc_prepared *ret_prepared)
{
    struct rc_prepared prepared = {0};
    rowcall_status st = prepare(call, request, &prepared);
    if (st) {
        rc_prepared_fini(&prepared);
        if (call->err) {
            call->err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
        }
        return st;
    }
    *ret_prepared = prepared;
    return ROWCALL_OK;
}

rowcall_status rc_query_prepare(struct rc_query *query, const struct rc_model *model,
                                enum rc_verb verb, struct rc_view request,
                                struct rc_arena *arena, struct rc_prepared *ret_prepared,
                                rowcall_error *err)
{
    struct call call = {
        .query = query, .model = model, .verb = verb, .arena = arena, .err = err};
    return prepare_call(&call, request, ret_prepared);
}

rowcall_status rc_query_prepare_sql(struct rc_query *query, const struct rc_sql_method *method,
                                    struct rc_view request, struct rc_arena *arena,
                                    struct rc_prepared *ret_prepared, rowcall_error *err)
{
    struct call call = {.query = query,
                        .model = &method->service->model,
                        .verb = RC_VERB_NUMBER,
                        .sql = method,
                        .arena = arena,
                        .err = err};
    return prepare_call(&call, request, ret_prepared);
}

void rc_prepared_fini(struct rc_prepared *prepared)
{
    // A plan is the first member of its entry.
    rc_plan_entry_unref((struct rc_plan_entry *)prepared->plan);
    *prepared = (struct rc_prepared){0};
}

void rc_query_stats_read(struct rc_query *query, struct rc_query_stats *ret_stats)
{
    rc_plan_cache_stats(query->cache, ret_stats);
}
