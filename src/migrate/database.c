// SPDX-License-Identifier: Apache-2.0
//
// Taking the database's name out of a URL, and creating it.
#include "migrate/database.h"

#include "base/buf.h"
#include "pg/sync.h"
#include "schema/schema.h"

#include <stdlib.h>
#include <string.h>

// Where the name stands in postgresql://host/NAME?...; false when there is none.
static bool find_name(const char *url, const char **ret_begin, const char **ret_end)
{
    const char *host = strstr(url, "://");
    const char *slash = host ? strchr(host + 3, '/') : NULL;
    if (!slash || !slash[1] || slash[1] == '?') {
        return false;
    }
    *ret_begin = slash + 1;
    *ret_end = slash + 1 + strcspn(slash + 1, "?#");
    return true;
}

static char *percent_decode(struct rc_arena *arena, const char *text, size_t len)
{
    char *made = rc_arena_copy(arena, text, len);
    char *out = made;
    for (const char *in = made; in && *in; in++) {
        char hex[3] = {0};
        if (*in == '%' && in[1] && in[2]) {
            memcpy(hex, in + 1, 2);
            *out++ = (char)strtol(hex, NULL, 16);
            in += 2;
        } else {
            *out++ = *in;
        }
    }
    if (out) {
        *out = '\0';
    }
    return made;
}

static rowcall_status create(const char *admin_url, const char *name, rowcall_error *err)
{
    struct rc_pg_sync *conn = NULL;
    struct rc_buf sql = {0};
    rowcall_error cause = {0};
    rc_buf_append_text(&sql, "create database ");
    rc_sql_identifier(&sql, name);
    rowcall_status st = rc_buf_status(&sql, err);
    if (st == ROWCALL_OK) {
        st = rc_pg_sync_open(admin_url, "rowcall migrate", &conn, err);
    }
    if (st == ROWCALL_OK && rc_pg_sync_exec(conn, sql.data, NULL, NULL, &cause) != ROWCALL_OK) {
        // 42P04, or 23505 when another deploy creates it at this moment.
        bool exists =
            strcmp(cause.sqlstate, "42P04") == 0 || strcmp(cause.sqlstate, "23505") == 0;
        if (!exists) {
            st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot create database %s: %s",
                              name, cause.message);
            rc_error_detail(err, "P3000", NULL, NULL);
        }
    }
    rc_pg_sync_close(conn);
    rc_buf_fini(&sql);
    return st;
}

rowcall_status rc_database_create(const char *url, struct rc_arena *arena,
                                  const char **ret_name, rowcall_error *err)
{
    const char *begin = NULL;
    const char *end = NULL;
    if (!find_name(url, &begin, &end)) {
        return rc_error_set(
            err, ROWCALL_INVALID_ARGUMENT,
            "the database does not exist, and its URL is not of the form "
            "postgresql://host/name, so it cannot be created; create it by hand");
    }
    const char *name = percent_decode(arena, begin, (size_t)(end - begin));
    const char *admin_url =
        rc_arena_printf(arena, "%.*spostgres%s", (int)(begin - url), url, end);
    if (!name || !admin_url) {
        return rc_error_oom(err);
    }
    rowcall_status st = create(admin_url, name, err);
    if (st == ROWCALL_OK) {
        *ret_name = name;
    }
    return st;
}
