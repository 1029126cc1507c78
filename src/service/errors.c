// SPDX-License-Identifier: Apache-2.0
//
// The table of SQLSTATEs, and that of failures without one. ERRORS.md shows both to people; a
// test compares them.
#include "service/errors.h"

#include "service/describe.h"

#include <stdio.h>

// Ordered by SQLSTATE; a class's rule stands behind its members. The last one is for everything
// else.
static const struct rc_error_rule rules[] = {
    {"08P01", "P1016", ROWCALL_INTERNAL, RC_ERROR_SUBJECT_NONE,
     "the number of parameters is wrong"},
    {"08", "P2036", ROWCALL_INTERNAL, RC_ERROR_SUBJECT_NONE,
     "the database could not reach a server that it needs"},
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
    {"22026", "P2000", ROWCALL_INVALID_ARGUMENT, RC_ERROR_SUBJECT_NONE,
     "a value has not the length of its column"},
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
    {"25001", "P2039", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "it cannot run within a transaction"},
    {"25006", "P2039", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "the database is read-only"},
    {"25P01", "P1018", ROWCALL_FAILED_PRECONDITION, RC_ERROR_SUBJECT_NONE,
     "the transaction has ended already"},
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
    {"HV", "P2036", ROWCALL_INTERNAL, RC_ERROR_SUBJECT_NONE,
     "a foreign server that the database uses failed"},
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

// Failures on the way to PostgreSQL have no SQLSTATE to look up. The first that fits counts.
static const struct rc_error_way ways[] = {
    {RC_PG_ERROR_CONNECTION, true, "P1001", ROWCALL_UNAVAILABLE,
     "the database cannot be reached"},
    {RC_PG_ERROR_CONNECTION, false, "P1017", ROWCALL_UNAVAILABLE,
     "the connection to the database was lost"},
    {RC_PG_ERROR_SILENT, false, "P1002", ROWCALL_DEADLINE_EXCEEDED,
     "the database was reached, but did not answer in time"},
    {RC_PG_ERROR_TLS, false, "P1011", ROWCALL_UNAVAILABLE,
     "no secure connection to the database"},
    {RC_PG_ERROR_TIMEOUT, true, "P2024", ROWCALL_DEADLINE_EXCEEDED,
     "the deadline passed before a connection was free"},
    {RC_PG_ERROR_TIMEOUT, false, "P1008", ROWCALL_DEADLINE_EXCEEDED, "the deadline passed"},
    {RC_PG_ERROR_QUEUE_FULL, false, "P2024", ROWCALL_RESOURCE_EXHAUSTED,
     "too many calls wait for this database; try again later"},
    {RC_PG_ERROR_SHUTDOWN, false, "", ROWCALL_UNAVAILABLE, "the server is stopping"},
    {RC_PG_ERROR_COPY, false, "P2039", ROWCALL_INVALID_ARGUMENT, "COPY is not served"},
    {RC_PG_ERROR_INVALID, false, "P2038", ROWCALL_INTERNAL, "the statement could not be sent"},
    {RC_PG_ERROR_COUNT, false, "P2039", ROWCALL_INTERNAL,
     "the database failed without a reason"},
};
#define WAY_COUNT (sizeof(ways) / sizeof(ways[0]))

const struct rc_error_way *rc_error_way_at(size_t i)
{
    return i < WAY_COUNT ? &ways[i] : NULL;
}

static const struct rc_error_way *way_of(const struct rc_pg_error *error)
{
    for (size_t i = 0; i + 1 < WAY_COUNT; i++) {
        if (ways[i].kind == error->kind &&
            (!ways[i].unsent || error->outcome == ROWCALL_OUTCOME_NOT_EXECUTED)) {
            return &ways[i];
        }
    }
    return &ways[WAY_COUNT - 1];
}

// A connection may be lost with an SQLSTATE that says why (too many connections, a shutdown) or
// with one that says nothing more.
static bool has_rule(const struct rc_pg_error *error)
{
    const struct rc_error_rule *rule = rc_error_rule_of(error->sqlstate);
    bool says_nothing = rule->sqlstate[0] == '\0' || strncmp(rule->sqlstate, "08", 2) == 0;
    return error->sqlstate[0] != '\0' &&
           (error->kind != RC_PG_ERROR_CONNECTION || !says_nothing);
}

void rc_error_from_pg(const struct rc_pg_error *error, const struct rc_model *model,
                      rowcall_error *ret_error)
{
    rowcall_error *ret = ret_error;
    *ret = (rowcall_error){.outcome = error->outcome};
    (void)snprintf(ret->sqlstate, sizeof(ret->sqlstate), "%s", error->sqlstate);
    (void)snprintf(ret->constraint, sizeof(ret->constraint), "%s", error->constraint);
    if (!has_rule(error)) {
        const struct rc_error_way *way = way_of(error);
        rc_error_set(ret, way->status, "%s", way->message);
        rc_error_detail(ret, way->reason, NULL, NULL);
        return;
    }
    const struct rc_error_rule *rule = rc_error_rule_of(error->sqlstate);
    rc_error_set(ret, rule->status, "%s", rule->message);
    rc_error_detail(ret, rule->reason, NULL, NULL);
    if (model && error->kind == RC_PG_ERROR_SERVER) { // otherwise it is nobody's record
        rc_describe(error, rule, model, ret);
    }
}
