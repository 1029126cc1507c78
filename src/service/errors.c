// SPDX-License-Identifier: Apache-2.0
//
// The table of SQLSTATEs, and the finding of entity and fields by the names PostgreSQL gives.
// Invariant: nothing of PostgreSQL's own message, detail or hint gets into an error for a
// caller.
#include "service/errors.h"

#include <stdio.h>

// Ordered by SQLSTATE; a class's rule stands behind its members. The last one is for everything
// else.
static const struct rc_error_rule rules[] = {
    {"08P01", "P1016", ROWCALL_INTERNAL, RC_ERROR_SUBJECT_NONE,
     "the database refused the protocol"},
    {"08", "P1017", ROWCALL_UNAVAILABLE, RC_ERROR_SUBJECT_NONE,
     "the connection to the database was lost"},
    {"0A000", "P2026", ROWCALL_UNIMPLEMENTED, RC_ERROR_SUBJECT_NONE,
     "the database does not support this"},
    {"21000", "P2016", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_NONE,
     "the request addresses one record more than once"},
    {"22001", "P2000", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_NONE,
     "a value is too long for its column"},
    {"22003", "P2020", ROWCALL_OUT_OF_RANGE, RC_ERROR_SUBJECT_NONE,
     "a number is out of the range of its type"},
    {"22007", "P2007", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_NONE,
     "a value is not a date or time"},
    {"22008", "P2020", ROWCALL_OUT_OF_RANGE, RC_ERROR_SUBJECT_NONE,
     "a date or time is out of range"},
    {"22012", "P2006", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_NONE, "division by zero"},
    {"22015", "P2020", ROWCALL_OUT_OF_RANGE, RC_ERROR_SUBJECT_NONE,
     "an interval is out of range"},
    {"22P02", "P2007", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_NONE,
     "a value is not valid text for its type"},
    {"22P03", "P2007", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_NONE,
     "a value is not valid for its type"},
    {"22", "P2007", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_NONE,
     "a value is not valid for its type"},
    {"23001", "P2003", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_FOREIGN,
     "a relation does not permit it"},
    {"23502", "P2011", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_COLUMN, "must not be null"},
    {"23503", "P2003", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_FOREIGN,
     "a relation does not permit it"},
    {"23505", "P2002", ROWCALL_ALREADY_EXISTS, RC_ERROR_SUBJECT_KEY, "exists already"},
    {"23514", "P2004", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_CHECK, "violates a check"},
    {"23P01", "P2004", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_CHECK,
     "conflicts with another record"},
    {"23", "P2004", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_CHECK,
     "violates a constraint"},
    {"25006", "P2039", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "the database is read-only"},
    {"25P02", "P2028", ROWCALL_ABORTED, RC_ERROR_SUBJECT_NONE,
     "the transaction had failed before"},
    {"25P03", "P2028", ROWCALL_ABORTED, RC_ERROR_SUBJECT_NONE,
     "the transaction was idle for too long"},
    {"25", "P2028", ROWCALL_ABORTED, RC_ERROR_SUBJECT_NONE,
     "the transaction does not permit it"},
    {"28P01", "P1000", ROWCALL_UNAVAILABLE, RC_ERROR_SUBJECT_NONE,
     "the database rejects the server's credentials"},
    {"28", "P1010", ROWCALL_PERMISSION_DENIED, RC_ERROR_SUBJECT_NONE,
     "the database denies the server access"},
    {"3D000", "P1003", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "the database does not exist"},
    {"40001", "P2034", ROWCALL_ABORTED, RC_ERROR_SUBJECT_NONE,
     "conflict with another transaction; try again"},
    {"40003", "P1017", ROWCALL_UNAVAILABLE, RC_ERROR_SUBJECT_NONE,
     "whether the statement completed is unknown"},
    {"40P01", "P2034", ROWCALL_ABORTED, RC_ERROR_SUBJECT_NONE,
     "deadlock with another transaction; try again"},
    {"40", "P2034", ROWCALL_ABORTED, RC_ERROR_SUBJECT_NONE,
     "the transaction was rolled back; try again"},
    {"42501", "P1010", ROWCALL_PERMISSION_DENIED, RC_ERROR_SUBJECT_NONE,
     "the database denies the server access to this"},
    {"42703", "P2022", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "a column is missing in the database: a migration is due"},
    {"42704", "P2021", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "a type is missing in the database: a migration is due"},
    {"42P01", "P2021", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "the table is missing in the database: a migration is due"},
    {"42P04", "P1009", ROWCALL_ALREADY_EXISTS, RC_ERROR_SUBJECT_NONE,
     "the database exists already"},
    {"42", "P2039", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "the database and the schema do not agree: a migration is due"},
    {"44000", "P2004", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_CHECK,
     "violates a view's check"},
    {"53300", "P2037", ROWCALL_RESOURCE_EXHAUSTED, RC_ERROR_SUBJECT_NONE,
     "the database has too many connections"},
    {"53", "P2039", ROWCALL_RESOURCE_EXHAUSTED, RC_ERROR_SUBJECT_NONE,
     "the database is out of memory or disk space"},
    {"54023", "P2029", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_NONE,
     "the request has too many values"},
    {"54", "P2029", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_NONE,
     "the request is too complex for the database"},
    {"55P03", "P2034", ROWCALL_ABORTED, RC_ERROR_SUBJECT_NONE,
     "a record is locked by another transaction; try again"},
    {"55", "P2039", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "the state of the database does not permit it"},
    {"57014", "P1008", ROWCALL_DEADLINE_EXCEEDED, RC_ERROR_SUBJECT_NONE,
     "the deadline passed while the database worked on it"},
    {"57P01", "P1017", ROWCALL_UNAVAILABLE, RC_ERROR_SUBJECT_NONE,
     "the database shut the connection down"},
    {"57P03", "P1001", ROWCALL_UNAVAILABLE, RC_ERROR_SUBJECT_NONE,
     "the database is starting or stopping"},
    {"57", "P1017", ROWCALL_UNAVAILABLE, RC_ERROR_SUBJECT_NONE, "the database broke off"},
    {"58", "P2039", ROWCALL_UNAVAILABLE, RC_ERROR_SUBJECT_NONE,
     "the database met an error of its system"},
    {"P0001", "P2039", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "the database refuses it by a rule of its own"},
    {"P0004", "P2035", ROWCALL_INTERNAL, RC_ERROR_SUBJECT_NONE,
     "an assertion in the database failed"},
    {"XX001", "P2023", ROWCALL_DATA_LOSS, RC_ERROR_SUBJECT_NONE, "stored data is corrupt"},
    {"XX002", "P2023", ROWCALL_DATA_LOSS, RC_ERROR_SUBJECT_NONE, "an index is corrupt"},
    {"", "P2039", ROWCALL_INTERNAL, RC_ERROR_SUBJECT_NONE, "the database failed"},
};
#define RULE_COUNT (sizeof(rules) / sizeof(rules[0]))

const struct rc_error_rule *rc_error_rule_at(size_t i)
{
    return i < RULE_COUNT ? &rules[i] : NULL;
}

const struct rc_error_rule *rc_error_rule_of(const char *sqlstate)
{
    const struct rc_error_rule *of_class = NULL;
    for (size_t i = 0; i + 1 < RULE_COUNT; i++) {
        size_t len = strlen(rules[i].sqlstate);
        if (strncmp(rules[i].sqlstate, sqlstate, len) == 0) {
            if (len == 5) {
                return &rules[i];
            }
            of_class = &rules[i];
        }
    }
    return of_class ? of_class : &rules[RULE_COUNT - 1];
}

// "a,b" for machines or "a and b" for people, cut where it does not fit.
static void join_names(const struct rc_column *const *columns, size_t count,
                       const char *separator, char *ret_text, size_t size)
{
    size_t len = 0;
    ret_text[0] = '\0';
    for (size_t i = 0; i < count && len < size; i++) {
        int added = snprintf(ret_text + len, size - len, "%s%s", i > 0 ? separator : "",
                             columns[i]->name);
        len += added > 0 ? (size_t)added : 0;
    }
}

// The entity whose table PostgreSQL named; the call's own when it named none that the scope
// has.
static const struct rc_entity *entity_of(const struct rc_pg_error *error,
                                         const struct rc_model *model)
{
    const struct rc_entity *named = rc_scope_entity_by_table(
        model->scope, rc_view_of(error->schema), rc_view_of(error->table));
    return named ? named : model->entity;
}

static void describe_key(const struct rc_pg_error *error, const struct rc_entity *entity,
                         rowcall_error *ret)
{
    const struct rc_key *key = rc_entity_key_by_sql_name(entity, rc_view_of(error->constraint));
    if (!key) {
        (void)snprintf(ret->message, sizeof(ret->message),
                       "another %s that conflicts with this one exists already", entity->name);
        return;
    }
    char names[160];
    join_names(key->columns, key->column_count, ",", ret->fields, sizeof(ret->fields));
    join_names(key->columns, key->column_count, " and ", names, sizeof(names));
    (void)snprintf(ret->message, sizeof(ret->message), "another %s with this %s exists already",
                   entity->name, names);
}

static const struct rc_foreign_key *foreign_key_of(const struct rc_entity *entity,
                                                   const char *constraint)
{
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        if (strcmp(entity->foreign_keys[i].sql_name, constraint) == 0) {
            return &entity->foreign_keys[i];
        }
    }
    return NULL;
}

// PostgreSQL names the owner's table and constraint whichever side was changed. Which side it
// was follows from the call: its own records refer to what is missing, or others refer to its
// own.
static void describe_foreign(const struct rc_pg_error *error, const struct rc_entity *entity,
                             const struct rc_entity *called, enum rc_verb verb,
                             rowcall_error *ret)
{
    const struct rc_foreign_key *key = foreign_key_of(entity, error->constraint);
    if (!key) {
        (void)snprintf(ret->message, sizeof(ret->message),
                       "a relation of %s does not permit it", entity->name);
        return;
    }
    join_names(key->columns, key->column_count, ",", ret->fields, sizeof(ret->fields));
    bool deletes = verb == RC_VERB_DELETE || verb == RC_VERB_DELETE_MANY;
    if (called != key->owner || deletes) {
        (void)snprintf(ret->message, sizeof(ret->message),
                       "some %s still refers to this %s by its relation %s", key->owner->name,
                       key->target->name, key->name);
    } else {
        (void)snprintf(ret->message, sizeof(ret->message),
                       "the %s that %s.%s refers to (%s) does not exist", key->target->name,
                       key->owner->name, key->name, ret->fields);
    }
}

static void describe_column(const struct rc_pg_error *error, const struct rc_entity *entity,
                            const char *what, rowcall_error *ret)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        if (strcmp(entity->columns[i].sql_name, error->column) == 0) {
            (void)snprintf(ret->fields, sizeof(ret->fields), "%s", entity->columns[i].name);
            (void)snprintf(ret->message, sizeof(ret->message), "%s.%s %s", entity->name,
                           ret->fields, what);
            return;
        }
    }
    (void)snprintf(ret->message, sizeof(ret->message), "a column of %s %s", entity->name, what);
}

static void describe(const struct rc_pg_error *error, const struct rc_error_rule *rule,
                     const struct rc_model *model, enum rc_verb verb, rowcall_error *ret)
{
    (void)snprintf(ret->message, sizeof(ret->message), "%s", rule->message);
    if (!model || error->kind != RC_PG_ERROR_SERVER) {
        return; // nobody's record: a connection, a shutdown
    }
    const struct rc_entity *entity = entity_of(error, model);
    (void)snprintf(ret->entity, sizeof(ret->entity), "%s", entity->name);
    switch (rule->subject) {
    case RC_ERROR_SUBJECT_NONE:
        break;
    case RC_ERROR_SUBJECT_KEY:
        describe_key(error, entity, ret);
        break;
    case RC_ERROR_SUBJECT_FOREIGN:
        describe_foreign(error, entity, model->entity, verb, ret);
        break;
    case RC_ERROR_SUBJECT_COLUMN:
        describe_column(error, entity, rule->message, ret);
        break;
    case RC_ERROR_SUBJECT_CHECK:
        (void)snprintf(ret->message, sizeof(ret->message), "%s %s%s%s", entity->name,
                       rule->message, error->constraint[0] ? ": " : "", error->constraint);
        break;
    }
}

// Failures on the way to PostgreSQL have no SQLSTATE to look up.
static void describe_way(const struct rc_pg_error *error, rowcall_error *ret)
{
    static const struct {
        rowcall_status status;
        const char *reason;
        const char *message;
    } ways[RC_PG_ERROR_COUNT] = {
        [RC_PG_ERROR_NONE] = {ROWCALL_INTERNAL, "P2039",
                              "the database failed without a reason"},
        [RC_PG_ERROR_SERVER] = {ROWCALL_INTERNAL, "P2039", "the database failed"},
        [RC_PG_ERROR_CONNECTION] = {ROWCALL_UNAVAILABLE, "P1017",
                                    "the connection to the database was lost"},
        [RC_PG_ERROR_TIMEOUT] = {ROWCALL_DEADLINE_EXCEEDED, "P1008", "the deadline passed"},
        [RC_PG_ERROR_QUEUE_FULL] = {ROWCALL_RESOURCE_EXHAUSTED, "P2024",
                                    "too many calls wait for this database; try again later"},
        [RC_PG_ERROR_SHUTDOWN] = {ROWCALL_UNAVAILABLE, "", "the server is stopping"},
        [RC_PG_ERROR_COPY] = {ROWCALL_INVALID_ARGUMENT, "P2039", "COPY is not served"},
        [RC_PG_ERROR_INVALID] = {ROWCALL_INTERNAL, "P2038", "the statement could not be sent"},
    };
    ret->status = ways[error->kind].status;
    const char *reason = ways[error->kind].reason;
    const char *message = ways[error->kind].message;
    if (error->outcome == ROWCALL_OUTCOME_NOT_EXECUTED) {
        if (error->kind == RC_PG_ERROR_CONNECTION) {
            reason = "P1001";
            message = "the database cannot be reached";
        } else if (error->kind == RC_PG_ERROR_TIMEOUT) {
            reason = "P2024";
            message = "the deadline passed before a connection was free";
        }
    }
    (void)snprintf(ret->reason, sizeof(ret->reason), "%s", reason);
    (void)snprintf(ret->message, sizeof(ret->message), "%s", message);
}

void rc_error_from_pg(const struct rc_pg_error *error, const struct rc_model *model,
                      enum rc_verb verb, rowcall_error *ret_error)
{
    rowcall_error *ret = ret_error;
    *ret = (rowcall_error){.outcome = error->outcome};
    (void)snprintf(ret->sqlstate, sizeof(ret->sqlstate), "%s", error->sqlstate);
    (void)snprintf(ret->constraint, sizeof(ret->constraint), "%s", error->constraint);
    if (error->sqlstate[0] == '\0') {
        describe_way(error, ret);
        return;
    }
    const struct rc_error_rule *rule = rc_error_rule_of(error->sqlstate);
    ret->status = rule->status;
    (void)snprintf(ret->reason, sizeof(ret->reason), "%s", rule->reason);
    describe(error, rule, model, verb, ret);
}
