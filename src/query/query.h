// SPDX-License-Identifier: Apache-2.0
//
// From a request's bytes to statements with values: the one entrance of this module. One per
// database scope; it owns the plan cache. Nothing is executed here.
//
//   struct rc_prepared prepared = {0};
//   st = rc_query_prepare(query, model, RC_VERB_FIND_MANY, request, arena, &prepared, err);
//   ... send prepared.steps as one segment, answer from their results ...
//   rc_prepared_fini(&prepared);
#ifndef RC_QUERY_QUERY_H
#define RC_QUERY_QUERY_H

#include "query/paging.h"
#include "query/plan.h"

struct rc_query;

// Zero = default.
struct rc_query_options {
    size_t max_plans;          // kept in the cache; default 4,096
    size_t max_plan_bytes;     // that they may take together; default 64 MiB
    uint64_t (*next_id)(void); // gives plan ids, thread-safe; default: a counter of this module
    struct rc_wire_limits limits; // of a request; a zero member = rc_wire_default_limits'
};

// api is borrowed and must outlive the query. options may be NULL. Free with rc_query_free.
rowcall_status rc_query_new(struct rc_api *api, const struct rc_query_options *options,
                            struct rc_query **ret_query, rowcall_error *err) RC_MUST_CHECK;

// Every rc_prepared must be finished. NULL is accepted.
void rc_query_free(struct rc_query *query);

// One statement to execute, with the value of each of its parameters (param_count).
struct rc_step {
    const struct rc_plan_statement *statement;
    const struct rc_value *values;
};

// What one call executes: a plan's statements in one transaction, in order. Rows are those of
// all steps, one after the other.
struct rc_prepared {
    const struct rc_plan *plan;
    struct rc_step *steps;
    size_t step_count; // the plan's; 0 for a CreateMany without rows
    // No row (or, where rows are not answered, a count of 0) is NOT_FOUND, P2025: a read said
    // `required`, or it is an Update or Delete of one record.
    bool required;
    // How many rows may be answered: more than anybody wants to hold twice. False where the
    // request bounds them, or there is one at most.
    bool is_large;
    struct rc_paging paging; // of a Stream
    bool has_max_affected;
    int64_t max_affected; // has_max_affected: TARGETS above it is FAILED_PRECONDITION
};

// Prepares a call. model belongs to the api's scope. request is borrowed and, like arena, must
// stay until the values have been encoded. On failure ret_prepared needs no fini:
//   INVALID_ARGUMENT    the request is wrong; the message begins with the field's path
//   UNIMPLEMENTED       a method or field that this server does not serve, by name
//   RESOURCE_EXHAUSTED  limits or memory
// err->outcome is NOT_EXECUTED in all of them. Thread-safe.
rowcall_status rc_query_prepare(struct rc_query *query, const struct rc_model *model,
                                enum rc_verb verb, struct rc_view request,
                                struct rc_arena *arena, struct rc_prepared *ret_prepared,
                                rowcall_error *err) RC_MUST_CHECK;

// The same for a typed SQL method of the api's scope.
rowcall_status rc_query_prepare_sql(struct rc_query *query, const struct rc_sql_method *method,
                                    struct rc_view request, struct rc_arena *arena,
                                    struct rc_prepared *ret_prepared,
                                    rowcall_error *err) RC_MUST_CHECK;

// Gives the plan back (it may have left the cache meanwhile). Accepts a zeroed one; the steps
// are the arena's. Thread-safe, but each rc_prepared is one thread's at a time.
void rc_prepared_fini(struct rc_prepared *prepared);

// How the cache does. Thread-safe.
struct rc_query_stats {
    uint64_t hits;
    uint64_t misses; // compiled
    uint64_t evictions;
    size_t plans; // in the cache now
    size_t bytes; // that they take
};
void rc_query_stats_read(struct rc_query *query, struct rc_query_stats *ret_stats);

#endif
