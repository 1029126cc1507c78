// SPDX-License-Identifier: Apache-2.0
//
// Blame. A parameter is a suspect by what it does to its column and by its value; suspects that
// only might have done it are named when there is a single one.
#include "service/blame.h"

#include "service/blame_search.h"
#include "transcode/measure.h"

#include <stdio.h>

// The columns at fault, in the order found. Those of one entity: the first one's.
struct culprits {
    const struct rc_plan_origin *first;
    char fields[192];
    char paths[256];
    size_t count;
    bool all_are_int8;
};

static void append_name(char *text, size_t size, const char *name, const char *separator)
{
    size_t len = strlen(text);
    (void)snprintf(text + len, size - len, "%s%s", len > 0 ? separator : "", name);
}

// Whether a comma-separated list holds the name.
static bool is_listed(const char *fields, const char *name)
{
    size_t len = strlen(name);
    size_t part = 0;
    for (const char *at = fields; *at != '\0'; at += part + (at[part] == ',')) {
        part = strcspn(at, ",");
        if (part == len && memcmp(at, name, len) == 0) {
            return true;
        }
    }
    return false;
}

static void add_culprit(struct culprits *culprits, const struct rc_plan_origin *origin)
{
    const struct rc_column *column = origin->column;
    bool is_known = culprits->first && (column->entity != culprits->first->column->entity ||
                                        is_listed(culprits->fields, column->name));
    if (is_known) {
        return;
    }
    if (culprits->count++ == 0) {
        culprits->first = origin;
        culprits->all_are_int8 = true;
    }
    culprits->all_are_int8 &= column->type.kind == RC_TYPE_INT8;
    append_name(culprits->fields, sizeof(culprits->fields), column->name, ",");
    append_name(culprits->paths, sizeof(culprits->paths),
                origin->path ? origin->path : column->name, ", ");
}

static void name_culprits(const struct culprits *culprits, rowcall_error *err)
{
    if (culprits->count > 0) {
        rc_error_wrap(err, "%s", culprits->paths);
        rc_error_detail(err, NULL, culprits->first->column->entity->name, culprits->fields);
    }
}

void rc_blame_parameter(const struct rc_plan_statement *statement, size_t parameter,
                        rowcall_error *err)
{
    struct culprits culprits = {0};
    if (parameter >= statement->param_count) {
        return;
    }
    const struct rc_plan_origin *origin = &statement->origins[parameter];
    if (origin->column) {
        add_culprit(&culprits, origin);
        name_culprits(&culprits, err);
    } else if (origin->path) {
        rc_error_wrap(err, "%s", origin->path);
    }
}

// ---- suspects

// Whether the parameter may be what an error of this kind is about.
typedef bool (*suspect_fn)(const struct rc_plan_origin *origin, const struct rc_type *type,
                           const struct rc_value *value);

static bool is_too_long(const struct rc_plan_origin *origin, const struct rc_type *type,
                        const struct rc_value *value)
{
    (void)type;
    return origin->use == RC_PLAN_STORED && rc_measure_too_long(&origin->column->type, value);
}

static bool is_too_large(const struct rc_plan_origin *origin, const struct rc_type *type,
                         const struct rc_value *value)
{
    (void)type;
    return origin->use == RC_PLAN_STORED && rc_measure_too_large(&origin->column->type, value);
}

static bool is_operand(const struct rc_plan_origin *origin, const struct rc_type *type,
                       const struct rc_value *value)
{
    (void)type;
    (void)value;
    return origin->use == RC_PLAN_OPERAND;
}

// An array written as text, which PostgreSQL reads when the statement runs.
static bool is_literal(const struct rc_plan_origin *origin, const struct rc_type *type,
                       const struct rc_value *value)
{
    (void)value;
    return origin->use == RC_PLAN_STORED && origin->column->type.array &&
           type != &origin->column->type && type->kind == RC_TYPE_TEXT &&
           origin->column->type.kind != RC_TYPE_TEXT;
}

static void find_suspects(const struct rc_prepared *prepared, const struct rc_pg_error *error,
                          suspect_fn is_suspect, struct culprits *culprits)
{
    for (size_t s = 0; s < prepared->step_count; s++) {
        const struct rc_step *step = &prepared->steps[s];
        if (error->step >= 0 && (size_t)error->step != s) {
            continue;
        }
        for (size_t i = 0; i < step->statement->param_count; i++) {
            const struct rc_plan_origin *origin = &step->statement->origins[i];
            if (origin->column &&
                is_suspect(origin, step->statement->param_types[i], &step->values[i])) {
                add_culprit(culprits, origin);
            }
        }
    }
}

// How suspects are found for an SQLSTATE.
static const struct {
    const char *sqlstate; // or the beginning of it
    suspect_fn is_suspect;
    bool is_proof; // a suspect did it; otherwise only when it is the one suspect
} searches[] = {
    {"22001", is_too_long, true}, {"22026", is_too_long, true}, {"22003", is_too_large, true},
    {"22003", is_operand, false}, {"22012", is_operand, false}, {"22", is_literal, false},
};

void rc_blame_values(const struct rc_prepared *prepared, const struct rc_pg_error *error,
                     rowcall_error *err)
{
    if (error->kind != RC_PG_ERROR_SERVER || rc_blame_search(prepared, error, err)) {
        return;
    }
    if (error->parameter > 0 && error->step >= 0 &&
        (size_t)error->step < prepared->step_count) {
        rc_blame_parameter(prepared->steps[error->step].statement, (size_t)error->parameter - 1,
                           err);
        return;
    }
    for (size_t i = 0; i < sizeof(searches) / sizeof(searches[0]); i++) {
        struct culprits culprits = {0};
        size_t len = strlen(searches[i].sqlstate);
        if (strncmp(error->sqlstate, searches[i].sqlstate, len) != 0) {
            continue;
        }
        find_suspects(prepared, error, searches[i].is_suspect, &culprits);
        if (culprits.count == 1 || (culprits.count > 1 && searches[i].is_proof)) {
            name_culprits(&culprits, err);
            if (len == 5 && strcmp(error->sqlstate, "22003") == 0 && culprits.all_are_int8) {
                rc_error_detail(err, "P2033", NULL, NULL);
            }
            return;
        }
    }
}
