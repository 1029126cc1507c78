// SPDX-License-Identifier: Apache-2.0
//
// Which query it was is told by PostgreSQL's message, which quotes it; the message itself goes
// to nobody.
#include "service/blame_search.h"

#include <stdio.h>

static const char query_name[] = "query";

// Whether text stands in quotes in the message, or begins there where the message is cut.
static bool is_quoted(const char *message, const char *text, size_t len)
{
    for (const char *at = strchr(message, '"'); at; at = strchr(at + 1, '"')) {
        size_t rest = strlen(at + 1);
        bool is_cut = rest < len;
        if (memcmp(at + 1, text, is_cut ? rest : len) == 0 && (is_cut || at[1 + len] == '"')) {
            return true;
        }
    }
    return false;
}

static bool quotes_query(const struct rc_pg_error *error, const struct rc_plan_origin *origin,
                         const struct rc_value *value)
{
    (void)origin;
    return value->kind == RC_VALUE_BYTES &&
           is_quoted(error->message, value->bytes.data, value->bytes.len);
}

static bool quotes_language(const struct rc_pg_error *error,
                            const struct rc_plan_origin *origin, const struct rc_value *value)
{
    (void)value;
    return is_quoted(error->message, origin->language, strlen(origin->language));
}

// The one query of the failed statement that the message quotes; NULL when there is none.
static const struct rc_plan_origin *
find_query(const struct rc_prepared *prepared, const struct rc_pg_error *error,
           bool (*is_meant)(const struct rc_pg_error *error,
                            const struct rc_plan_origin *origin, const struct rc_value *value))
{
    for (size_t s = 0; s < prepared->step_count; s++) {
        const struct rc_step *step = &prepared->steps[s];
        if (error->step >= 0 && (size_t)error->step != s) {
            continue;
        }
        for (size_t i = 0; i < step->statement->param_count; i++) {
            const struct rc_plan_origin *origin = &step->statement->origins[i];
            if (origin->use == RC_PLAN_SEARCHED && is_meant(error, origin, &step->values[i])) {
                return origin;
            }
        }
    }
    return NULL;
}

// err anew, but for what is known about the effect.
static void refuse(rowcall_error *err, const char *reason)
{
    rowcall_error made = {.outcome = err->outcome};
    (void)snprintf(made.sqlstate, sizeof(made.sqlstate), "%s", err->sqlstate);
    (void)snprintf(made.reason, sizeof(made.reason), "%s", reason);
    made.status = ROWCALL_INVALID_ARGUMENT;
    *err = made;
}

static void refuse_query(const struct rc_plan_origin *origin, rowcall_error *err)
{
    refuse(err, "P2007");
    (void)snprintf(err->message, sizeof(err->message),
                   "%s: is no full-text query: words are joined by &, |, ! and <->; the syntax "
                   "WEB takes any text",
                   origin->path);
}

// The language stands beside the query in the request.
static void refuse_language(const struct rc_plan_origin *origin, rowcall_error *err)
{
    size_t len = strlen(origin->path);
    size_t tail = sizeof(query_name) - 1;
    bool is_whole = len >= tail && strcmp(origin->path + len - tail, query_name) == 0;
    refuse(err, "P2007");
    (void)snprintf(err->message, sizeof(err->message),
                   "%.*s%s: the database has no text search configuration \"%s\"",
                   (int)(is_whole ? len - tail : len), origin->path, is_whole ? "language" : "",
                   origin->language);
}

bool rc_blame_search(const struct rc_prepared *prepared, const struct rc_pg_error *error,
                     rowcall_error *err)
{
    const struct rc_plan_origin *origin = NULL;
    if (rc_pg_error_is(error, "42601") && error->parameter > 0) {
        refuse(err, "P2007");
        (void)snprintf(err->message, sizeof(err->message),
                       "a value is not valid text for its type");
    } else if (rc_pg_error_is(error, "42601")) {
        origin = find_query(prepared, error, quotes_query);
        if (origin) {
            refuse_query(origin, err);
        }
    } else if (rc_pg_error_is(error, "42704")) {
        origin = find_query(prepared, error, quotes_language);
        if (origin) {
            refuse_language(origin, err);
        }
    }
    return origin != NULL;
}
