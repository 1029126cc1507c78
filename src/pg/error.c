// SPDX-License-Identifier: Apache-2.0
//
// Errors: copied out of libpq's results at once, because a result does not outlive its turn and
// a connection's message is overwritten by the next. Nothing is parsed that PostgreSQL sends as
// a field; only refused logins have to be read from text.
#include "pg/error.h"

#include "pg/error_internal.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Copies what fits, ends with NUL, and never cuts a UTF-8 character in two.
static void copy_text(char *to, size_t size, const char *from)
{
    if (!from) {
        to[0] = '\0';
        return;
    }
    size_t len = strlen(from);
    if (len >= size) {
        len = size - 1;
        while (len > 0 && ((unsigned char)from[len] & 0xc0) == 0x80) {
            len--;
        }
    }
    memcpy(to, from, len);
    to[len] = '\0';
}

static void copy_field(char *to, size_t size, const PGresult *result, int field)
{
    copy_text(to, size, PQresultErrorField(result, field));
}

static void trim_end(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && isspace((unsigned char)text[len - 1])) {
        text[--len] = '\0';
    }
}

// One line: libpq's hints come on lines of their own.
static void flatten(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        bool blank = *from == '\n' || *from == '\t';
        if (!blank) {
            *to++ = *from;
        } else if (to > text && to[-1] != ' ') {
            *to++ = ' ';
        }
    }
    *to = '\0';
}

bool rc_pg_error_is(const struct rc_pg_error *error, const char *sqlstate)
{
    return error->sqlstate[0] != '\0' && strcmp(error->sqlstate, sqlstate) == 0;
}

bool rc_pg_error_is_stale_plan(const struct rc_pg_error *error)
{
    bool of_plan =
        error->routine[0] == '\0' || strcmp(error->routine, "RevalidateCachedQuery") == 0;
    return rc_pg_error_is(error, "26000") || (rc_pg_error_is(error, "0A000") && of_plan);
}

void rc_pg_error_set(struct rc_pg_error *ret_error, enum rc_pg_error_kind kind,
                     rowcall_outcome outcome, const char *format, ...)
{
    *ret_error = (struct rc_pg_error){.kind = kind, .outcome = outcome, .step = -1};
    va_list args;
    va_start(args, format);
    vsnprintf(ret_error->message, sizeof ret_error->message, format, args);
    va_end(args);
    trim_end(ret_error->message);
}

// The context of a value that could not be read is one line, translated but for its number:
// "unnamed portal parameter $2 = '...'". Other contexts name parameters only within quoted SQL.
static int parameter_of(const char *context)
{
    const char *at = context ? strpbrk(context, "$\"\n") : NULL;
    return at && *at == '$' ? (int)strtol(at + 1, NULL, 10) : 0;
}

void rc_pg_error_from_result(struct rc_pg_error *ret_error, const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (!sqlstate) {
        rc_pg_error_set(ret_error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_UNKNOWN, "%s",
                        primary ? primary : PQresultErrorMessage(result));
        return;
    }
    *ret_error = (struct rc_pg_error){
        .kind = RC_PG_ERROR_SERVER, .outcome = ROWCALL_OUTCOME_ROLLED_BACK, .step = -1};
    copy_text(ret_error->sqlstate, sizeof ret_error->sqlstate, sqlstate);
    copy_text(ret_error->message, sizeof ret_error->message, primary);
    copy_field(ret_error->severity, sizeof ret_error->severity, result,
               PG_DIAG_SEVERITY_NONLOCALIZED);
    copy_field(ret_error->detail, sizeof ret_error->detail, result, PG_DIAG_MESSAGE_DETAIL);
    copy_field(ret_error->hint, sizeof ret_error->hint, result, PG_DIAG_MESSAGE_HINT);
    copy_field(ret_error->schema, sizeof ret_error->schema, result, PG_DIAG_SCHEMA_NAME);
    copy_field(ret_error->table, sizeof ret_error->table, result, PG_DIAG_TABLE_NAME);
    copy_field(ret_error->column, sizeof ret_error->column, result, PG_DIAG_COLUMN_NAME);
    copy_field(ret_error->datatype, sizeof ret_error->datatype, result, PG_DIAG_DATATYPE_NAME);
    copy_field(ret_error->constraint, sizeof ret_error->constraint, result,
               PG_DIAG_CONSTRAINT_NAME);
    copy_field(ret_error->routine, sizeof ret_error->routine, result, PG_DIAG_SOURCE_FUNCTION);
    ret_error->parameter = parameter_of(PQresultErrorField(result, PG_DIAG_CONTEXT));
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (position) {
        ret_error->position = (int)strtol(position, NULL, 10);
    }
}

// Finds "  28P01: " in a verbose message; severities are translated, so they cannot be searched
// for.
static const char *find_sqlstate(const char *text)
{
    for (const char *at = strstr(text, ":  "); at; at = strstr(at + 1, ":  ")) {
        const char *code = at + 3;
        size_t len = strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (len == 5 && code[5] == ':' && code[6] == ' ') {
            return code;
        }
    }
    return NULL;
}

void rc_pg_error_from_connection(struct rc_pg_error *ret_error, const PGconn *pg)
{
    const char *text = pg ? PQerrorMessage(pg) : "out of memory";
    const char *code = find_sqlstate(text);
    if (!code) {
        rc_pg_error_set(ret_error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, "%s",
                        text);
        flatten(ret_error->message);
        return;
    }
    const char *message =
        code + 7; // the rest of the line; what follows is LOCATION and the like
    rc_pg_error_set(ret_error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED, "%.*s",
                    (int)strcspn(message, "\n"), message);
    memcpy(ret_error->sqlstate, code, 5);
}

// libpq has no code for what goes wrong with TLS. It says what did, untranslated (nothing in
// this program sets a locale), behind the address, which ends with "failed: ".
static bool is_about_tls(const char *message)
{
    const char *what = message;
    for (const char *at = strstr(what, "failed: "); at; at = strstr(what, "failed: ")) {
        what = at + strlen("failed: ");
    }
    return strstr(what, "SSL") || strstr(what, "certificate");
}

void rc_pg_error_from_attempt(struct rc_pg_error *ret_error, const PGconn *pg)
{
    rc_pg_error_from_connection(ret_error, pg);
    if (ret_error->sqlstate[0] == '\0' && is_about_tls(ret_error->message)) {
        ret_error->kind = RC_PG_ERROR_TLS;
    }
}

void rc_pg_error_from_slow_attempt(struct rc_pg_error *ret_error, const PGconn *pg)
{
    // STARTED is the only state in which the socket is not connected yet.
    bool reached = pg && PQstatus(pg) != CONNECTION_STARTED;
    rc_pg_error_set(ret_error, reached ? RC_PG_ERROR_SILENT : RC_PG_ERROR_CONNECTION,
                    ROWCALL_OUTCOME_NOT_EXECUTED, "no answer from PostgreSQL in time");
}

static const char *connection_reason(const struct rc_pg_error *error)
{
    static const struct {
        const char *sqlstate; // or the beginning of it
        const char *reason;
    } reasons[] = {
        {"28P01", "P1000"}, {"28", "P1010"},    {"42501", "P1010"},
        {"3D000", "P1003"}, {"53300", "P2037"}, {"57P03", "P1001"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strncmp(error->sqlstate, reasons[i].sqlstate, strlen(reasons[i].sqlstate)) == 0) {
            return reasons[i].reason;
        }
    }
    return error->outcome == ROWCALL_OUTCOME_NOT_EXECUTED ? "P1001" : "P1017";
}

const char *rc_pg_error_reason(const struct rc_pg_error *error)
{
    switch (error->kind) {
    case RC_PG_ERROR_CONNECTION:
        return connection_reason(error);
    case RC_PG_ERROR_SILENT:
        return "P1002";
    case RC_PG_ERROR_TLS:
        return "P1011";
    case RC_PG_ERROR_TIMEOUT:
        return error->outcome == ROWCALL_OUTCOME_NOT_EXECUTED ? "P2024" : "P1008";
    case RC_PG_ERROR_QUEUE_FULL:
        return "P2024";
    case RC_PG_ERROR_NONE:
    case RC_PG_ERROR_SERVER:
    case RC_PG_ERROR_SHUTDOWN:
    case RC_PG_ERROR_COPY:
    case RC_PG_ERROR_INVALID:
    case RC_PG_ERROR_COUNT:
        break;
    }
    return "";
}

rowcall_status rc_pg_error_export(const struct rc_pg_error *error, rowcall_error *err)
{
    static const rowcall_status statuses[RC_PG_ERROR_COUNT] = {
        [RC_PG_ERROR_NONE] = ROWCALL_INTERNAL,
        [RC_PG_ERROR_SERVER] = ROWCALL_UNKNOWN,
        [RC_PG_ERROR_CONNECTION] = ROWCALL_UNAVAILABLE,
        [RC_PG_ERROR_SILENT] = ROWCALL_UNAVAILABLE,
        [RC_PG_ERROR_TLS] = ROWCALL_UNAVAILABLE,
        [RC_PG_ERROR_TIMEOUT] = ROWCALL_DEADLINE_EXCEEDED,
        [RC_PG_ERROR_QUEUE_FULL] = ROWCALL_RESOURCE_EXHAUSTED,
        [RC_PG_ERROR_SHUTDOWN] = ROWCALL_UNAVAILABLE,
        [RC_PG_ERROR_COPY] = ROWCALL_INVALID_ARGUMENT,
        [RC_PG_ERROR_INVALID] = ROWCALL_INVALID_ARGUMENT,
    };
    rowcall_status status = statuses[error->kind];
    if (!err || err->status != ROWCALL_OK) {
        return status; // the first error wins
    }
    rc_error_set(err, status, "%s", error->message);
    err->outcome = error->outcome;
    copy_text(err->sqlstate, sizeof err->sqlstate, error->sqlstate);
    copy_text(err->constraint, sizeof err->constraint, error->constraint);
    copy_text(err->reason, sizeof err->reason, rc_pg_error_reason(error));
    return status;
}
