// SPDX-License-Identifier: Apache-2.0
//
// Health and Reflection, and the table of all methods that are the server's own.
#include "service/builtin.h"

#include "api/descriptor.h"
#include "base/clock.h"
#include "service/collect.h"
#include "service/contract.h"
#include "service/errors.h"
#include "service/raw.h"
#include "service/transactions.h"
#include "wire/writer.h"

#include <inttypes.h>

// LiveResponse.
static rowcall_status run_live(struct rc_service *service, struct rc_view request,
                               struct rc_buf *out, rowcall_error *err)
{
    enum { VERSION = 1, UPTIME_MS = 2 };
    (void)request;
    (void)err;
    rc_wire_put_text(out, VERSION, ROWCALL_VERSION);
    rc_wire_put_uint(out, UPTIME_MS,
                     (uint64_t)((rc_clock_now_us() - service->started_us) / 1000));
    return ROWCALL_OK;
}

// The only field of a checked request: a text.
static struct rc_view read_text(struct rc_view request)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    rc_wire_reader_init(&reader, request);
    return rc_wire_next(&reader, &value) ? value.bytes : (struct rc_view){NULL, 0};
}

// Whether the database is asked about: named, or nothing is.
static bool is_asked(const struct rc_database *database, struct rc_view name)
{
    return name.len == 0 || rc_view_is(name, database->scope->name);
}

static rowcall_status check_name(struct rc_service *service, struct rc_view name,
                                 rowcall_error *err)
{
    if (name.len == 0 || rc_service_database_of(service, name)) {
        return ROWCALL_OK;
    }
    char names[256];
    rc_service_database_names(service, names, sizeof(names));
    return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                        "no database \"%.*s\" is served here; there is %s", rc_view_arg(name),
                        names);
}

// DatabaseHealth. Why it is down is told in our own words: PostgreSQL's may name hosts and
// users.
static bool write_health(struct rc_database *database, struct rc_buf *out)
{
    enum {
        NAME = 1,
        READY = 2,
        MESSAGE = 3,
        CONNECTIONS = 4,
        RUNNING = 5,
        QUEUED = 6,
        SHARED_FINGERPRINT = 7,
        FINGERPRINT = 8
    };
    struct rc_pg_pool_stats stats;
    rowcall_error held = {0};
    bool up = rc_pg_pool_is_ready(database->pool);
    bool ready = rc_database_check(database, &held) == ROWCALL_OK && up;
    rc_pg_pool_stats(database->pool, &stats);
    rc_wire_put_text(out, NAME, database->scope->name);
    rc_wire_put_uint(out, READY, ready);
    if (up && !ready) {
        rc_wire_put_text(out, MESSAGE, held.message);
    } else if (!up) {
        struct rc_pg_error error;
        rowcall_error told = {.message = "connecting"};
        rc_pg_pool_last_error(database->pool, &error);
        if (error.kind != RC_PG_ERROR_NONE) {
            error.outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
            rc_error_from_pg(&error, NULL, &told);
        }
        rc_wire_put_text(out, MESSAGE, told.message);
    }
    rc_wire_put_uint(out, CONNECTIONS, (uint64_t)(stats.lanes_up + stats.exclusive_open));
    rc_wire_put_uint(out, RUNNING, (uint64_t)(stats.in_flight + stats.exclusive_leased));
    rc_wire_put_uint(out, QUEUED, (uint64_t)(stats.queued + stats.exclusive_waiting));
    rc_wire_put_text(out, SHARED_FINGERPRINT, rc_scope_shared_fingerprint(database->scope));
    rc_wire_put_text(out, FINGERPRINT, rc_scope_fingerprint(database->scope));
    return ready;
}

// HealthCheckResponse.
static rowcall_status run_check(struct rc_service *service, struct rc_view request,
                                struct rc_buf *out, rowcall_error *err)
{
    enum { READY = 1, DATABASES = 2 };
    struct rc_view name = read_text(request);
    bool ready = true;
    rowcall_status st = check_name(service, name, err);
    for (size_t i = 0; i < service->database_count && st == ROWCALL_OK; i++) {
        if (is_asked(&service->databases[i], name)) {
            size_t mark = rc_wire_begin(out, DATABASES);
            bool up = write_health(&service->databases[i], out);
            rc_wire_end(out, mark);
            ready = ready && up;
        }
    }
    rc_wire_put_uint(out, READY, ready);
    return st;
}

// ReflectedEntity.
static void write_entity(const struct rc_model *model, struct rc_buf *out)
{
    enum { NAME = 1, TABLE = 2, COMMENT = 3, SHARED = 4, METHODS = 5 };
    const struct rc_entity *entity = model->entity;
    rc_wire_put_text(out, NAME, entity->name);
    rc_wire_put_text(out, TABLE, entity->sql_name);
    if (entity->comment) {
        rc_wire_put_text(out, COMMENT, entity->comment);
    }
    rc_wire_put_uint(out, SHARED, entity->shared);
    for (enum rc_verb verb = 0; !model->service && verb < RC_VERB_NUMBER; verb++) {
        if (rc_method_exists(model, verb)) {
            rc_wire_put_text(out, METHODS, rc_verb_name(verb));
        }
    }
    for (size_t i = 0; model->service && i < model->service->method_count; i++) {
        rc_wire_put_text(out, METHODS, model->service->methods[i].name);
    }
}

// ReflectionListResponse.
static rowcall_status run_list(struct rc_service *service, struct rc_view request,
                               struct rc_buf *out, rowcall_error *err)
{
    enum { DATABASES = 1, METHODS = 2, NAME = 1, ENTITIES = 2 };
    struct rc_view name = read_text(request);
    rowcall_status st = check_name(service, name, err);
    for (size_t i = 0; i < service->database_count && st == ROWCALL_OK; i++) {
        const struct rc_scope *scope = service->databases[i].scope;
        if (!is_asked(&service->databases[i], name)) {
            continue;
        }
        size_t mark = rc_wire_begin(out, DATABASES);
        rc_wire_put_text(out, NAME, scope->name);
        for (size_t m = 0; m < scope->model_count; m++) {
            size_t entity = rc_wire_begin(out, ENTITIES);
            write_entity(&scope->models[m], out);
            rc_wire_end(out, entity);
        }
        for (size_t m = 0; m < scope->service_count; m++) {
            size_t sql = rc_wire_begin(out, ENTITIES);
            write_entity(&scope->services[m].model, out);
            rc_wire_end(out, sql);
        }
        rc_wire_end(out, mark);
    }
    const struct rc_builtin *builtin;
    for (size_t i = 0; (builtin = rc_builtin_at(i)) != NULL; i++) {
        if (rc_access_is_granted(&service->access, builtin->right)) {
            rc_wire_put_text(out, METHODS, builtin->name);
        }
    }
    return st;
}

// ReflectionDescribeResponse.
static rowcall_status run_describe(struct rc_service *service, struct rc_view request,
                                   struct rc_buf *out, rowcall_error *err)
{
    enum { FILE_DESCRIPTOR_SET = 1 };
    struct rc_view name = read_text(request);
    const struct rc_scope *scope = rc_schema_scope(service->schema, name);
    struct rc_api *api = NULL;
    struct rc_api *made = NULL;
    rowcall_status st = ROWCALL_OK;
    if (!scope) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "there is no scope \"%.*s\"",
                            rc_view_arg(name));
    }
    const struct rc_database *database = rc_service_database_of(service, name);
    if (database) {
        api = database->api;
    } else { // the shared scope, which no database of ours serves under that name
        st = rc_api_new(scope, &made, err);
        api = made;
    }
    if (st == ROWCALL_OK) {
        size_t mark = rc_wire_begin(out, FILE_DESCRIPTOR_SET);
        st = rc_api_descriptor_set(api, out, err);
        rc_wire_end(out, mark);
    }
    rc_api_free(made);
    return st;
}

#define NAME(text) .name = (text), .name_len = sizeof(text) - 1
static const struct rc_builtin builtins[] = {
    {NAME("Health/Live"), .open = true, .request = &rc_contract_live_request, .run = run_live},
    {NAME("Health/Check"), .open = true, .request = &rc_contract_database_request,
     .run = run_check},
    {NAME("Reflection/List"), .request = &rc_contract_database_request, .run = run_list},
    {NAME("Reflection/Describe"), .request = &rc_contract_describe_request,
     .run = run_describe},
    {NAME("Replies/Collect"), .request = &rc_contract_collect_request,
     .start = rc_collect_start},
    {NAME("Transactions/Begin"), .on_database = true, .request = &rc_contract_begin_request,
     .start = rc_transactions_begin},
    {NAME("Transactions/Commit"), .request = &rc_contract_commit_request,
     .start = rc_transactions_commit},
    {NAME("Transactions/Rollback"), .request = &rc_contract_rollback_request,
     .start = rc_transactions_rollback},
    {NAME("Transactions/Savepoint"), .request = &rc_contract_savepoint_request,
     .start = rc_transactions_savepoint},
    {NAME("Raw/Query"), .on_database = true, .request = &rc_contract_raw_query_request,
     .start = rc_raw_query, .right = RC_RIGHT_RAW, .joins = true},
    {NAME("Raw/Execute"), .on_database = true, .request = &rc_contract_raw_execute_request,
     .start = rc_raw_execute, .right = RC_RIGHT_RAW, .joins = true},
};

const struct rc_builtin *rc_builtin_at(size_t i)
{
    return i < sizeof(builtins) / sizeof(builtins[0]) ? &builtins[i] : NULL;
}

const struct rc_builtin *rc_builtin_find(struct rc_view name)
{
    for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
        const struct rc_builtin *builtin = &builtins[i];
        if (rc_view_equal(name, (struct rc_view){builtin->name, builtin->name_len})) {
            return builtin;
        }
    }
    return NULL;
}

rowcall_status rc_builtin_run(const struct rc_builtin *builtin, struct rc_service *service,
                              struct rc_view request, struct rc_buf *out, rowcall_error *err)
{
    rowcall_status st = rc_wire_check(builtin->request, request, NULL, err);
    if (st == ROWCALL_OK && builtin->run) {
        st = builtin->run(service, request, out, err);
    }
    return st == ROWCALL_OK ? rc_buf_status(out, err) : st;
}
