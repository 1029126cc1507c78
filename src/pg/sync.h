// SPDX-License-Identifier: Apache-2.0
//
// A plain blocking connection for tools: migrations, catalog reading, checks, tests. Nothing on
// the path of a call uses it. One thread at a time. Sessions run with client_encoding UTF8,
// TimeZone UTC, DateStyle ISO, IntervalStyle postgres, extra_float_digits 1 and
// standard_conforming_strings on.
#ifndef RC_PG_SYNC_H
#define RC_PG_SYNC_H

#include "base/error.h"
#include "pg/error.h"
#include "pg/result.h"
#include "pg/statement.h"

struct rc_pg_sync;

// Called while an answer is awaited, at least five times a second, and at once when a signal
// interrupts the waiting; since_us is the time since the statement (or script) was sent. true
// asks PostgreSQL to cancel what runs, which then fails with SQLSTATE 57014. It must not use
// the connection.
typedef bool (*rc_pg_wait_fn)(void *arg, int64_t since_us);

// Called during exec and script for each NOTICE or WARNING; the error (its severity and message
// above all) is borrowed for the call.
typedef void (*rc_pg_notice_fn)(void *arg, const struct rc_pg_error *notice);

// Connects (blocking; connect_timeout 10 s unless the URL says otherwise). url:
// postgresql://... or "key=value ..." as libpq takes them, Prisma's own parameters (schema,
// pgbouncer, connection_limit, pool_timeout, ...) allowed; `schema` becomes the search_path.
// application_name may be NULL. On success *ret_conn is the caller's to close. Fails with
// UNAVAILABLE (reason P1001, P1000, P1003,
// ...) or INVALID_ARGUMENT for a malformed URL. The message never shows the password.
rowcall_status rc_pg_sync_open(const char *url, const char *application_name,
                               struct rc_pg_sync **ret_conn, rowcall_error *err) RC_MUST_CHECK;

// Closes; an open transaction is rolled back by the server. NULL is accepted.
void rc_pg_sync_close(struct rc_pg_sync *conn);

// Runs one statement with parameters (NULL = none); the answer's values are text. *ret_result
// is the caller's to free; ret_result may be NULL when rows do not matter. On failure err has
// PostgreSQL's message and sqlstate, and rc_pg_sync_last_error everything else.
rowcall_status rc_pg_sync_exec(struct rc_pg_sync *conn, const char *sql,
                               const struct rc_pg_params *params,
                               struct rc_pg_result **ret_result,
                               rowcall_error *err) RC_MUST_CHECK;

// As rc_pg_sync_exec, but the answer's values are in PostgreSQL's binary formats.
rowcall_status rc_pg_sync_exec_binary(struct rc_pg_sync *conn, const char *sql,
                                      const struct rc_pg_params *params,
                                      struct rc_pg_result **ret_result,
                                      rowcall_error *err) RC_MUST_CHECK;

// Asks PostgreSQL what a statement would give, without running it: it is parsed and analysed,
// its $1, $2, ... being of the types that the text casts them to. *ret_result, the caller's to
// free, has no rows; its columns have names and types. On failure, which inside a transaction
// fails that as well, rc_pg_sync_last_error has the position in the text.
rowcall_status rc_pg_sync_describe(struct rc_pg_sync *conn, const char *sql,
                                   struct rc_pg_result **ret_result,
                                   rowcall_error *err) RC_MUST_CHECK;

// Runs a script of any number of statements by the simple protocol: all in one implicit
// transaction unless it has its own BEGIN/COMMIT. Rows are thrown away. COPY FROM STDIN / TO
// STDOUT is refused. On failure rc_pg_sync_last_error has the position (characters from the
// start of the script).
rowcall_status rc_pg_sync_script(struct rc_pg_sync *conn, const char *sql,
                                 rowcall_error *err) RC_MUST_CHECK;

// The last failure on this connection; kind RC_PG_ERROR_NONE when nothing has failed. Borrowed
// until the next call.
const struct rc_pg_error *rc_pg_sync_last_error(const struct rc_pg_sync *conn);

// Where notices go; NULL (the default) drops them. arg is passed through.
void rc_pg_sync_on_notice(struct rc_pg_sync *conn, rc_pg_notice_fn on_notice, void *arg);

// Who is asked while an answer is awaited; NULL (the default) waits without asking. arg is
// passed through.
void rc_pg_sync_on_wait(struct rc_pg_sync *conn, rc_pg_wait_fn on_wait, void *arg);

// Takes back what a script may have set: every setting is as after opening, and so is the role.
// Locks, temporary tables and an open transaction stay.
rowcall_status rc_pg_sync_reset(struct rc_pg_sync *conn, rowcall_error *err) RC_MUST_CHECK;

// What the URL's ?schema= names, as a quoted identifier; NULL when it names none. Borrowed for
// the connection's life.
const char *rc_pg_sync_schema(const struct rc_pg_sync *conn);

// The process that the server said serves this connection, when it was opened. A pooler says
// something else than pg_backend_pid() does.
int rc_pg_sync_backend_pid(const struct rc_pg_sync *conn);

// The server's version as a number: 150020 for 15.20.
int rc_pg_sync_server_version(const struct rc_pg_sync *conn);

// A transaction block is open (also a failed one).
bool rc_pg_sync_in_transaction(const struct rc_pg_sync *conn);

// The connection is usable as far as is known without asking the server.
bool rc_pg_sync_is_alive(const struct rc_pg_sync *conn);

#endif
