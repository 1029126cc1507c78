// SPDX-License-Identifier: Apache-2.0
//
// Session settings as one statement. Not the startup packet's `options`: a pooler in between
// may refuse those, and one setting that a server does not know would refuse the whole login.
#include "pg/session.h"

void rc_pg_session_sql(const struct rc_pg_session *session, int server_version,
                       struct rc_buf *sql)
{
    static const char *const settings[][2] = {
        {"TimeZone", "UTC"},
        {"DateStyle", "ISO"},
        {"IntervalStyle", "postgres"},
        {"extra_float_digits", "1"},
        {"standard_conforming_strings", "on"},
        {"bytea_output", "hex"},
        {"jit", "off"}, // compiled anew for each execution of a prepared statement
    };
    rc_buf_append_text(sql, "SELECT ");
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        rc_buf_printf(sql, "set_config('%s', '%s', false), ", settings[i][0], settings[i][1]);
    }
    if (server_version >= 140000) { // a vanished client's statement ends within a second
        rc_buf_append_text(sql,
                           "set_config('client_connection_check_interval', '1s', false), ");
    }
    if (session->search_path) {
        rc_buf_append_text(sql, "set_config('search_path', $1, false), ");
    }
    rc_buf_printf(sql, "set_config('idle_in_transaction_session_timeout', '%dms', false), ",
                  session->idle_transaction_ms);
    rc_buf_printf(sql, "set_config('statement_timeout', '%dms', false)",
                  session->statement_timeout_ms);
}
