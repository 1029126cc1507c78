// SPDX-License-Identifier: Apache-2.0
//
// Taking the database's name out of a URL, and what is done with all of it at once.
#include "migrate/database.h"

#include "base/buf.h"
#include "pg/sync.h"
#include "schema/schema.h"

#include <ctype.h>
#include <stdio.h>
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

static rowcall_status run_as_admin(const char *admin_url, const char *prefix, const char *name,
                                   const char *suffix, rowcall_error *err)
{
    struct rc_pg_sync *conn = NULL;
    struct rc_buf sql = {0};
    rc_buf_append_text(&sql, prefix);
    rc_sql_identifier(&sql, name);
    rc_buf_append_text(&sql, suffix);
    rowcall_status st = rc_buf_status(&sql, err);
    st = st ? st : rc_pg_sync_open(admin_url, "rowcall migrate", &conn, err);
    st = st ? st : rc_pg_sync_exec(conn, sql.data, NULL, NULL, err);
    rc_pg_sync_close(conn);
    rc_buf_fini(&sql);
    return st;
}

static rowcall_status create(const char *admin_url, const char *name, rowcall_error *err)
{
    rowcall_error cause = {0};
    rowcall_status st = run_as_admin(admin_url, "create database ", name, "", &cause);
    // 42P04, or 23505 when another deploy creates it at this moment.
    bool exists = strcmp(cause.sqlstate, "42P04") == 0 || strcmp(cause.sqlstate, "23505") == 0;
    if (st == ROWCALL_OK || exists) {
        return ROWCALL_OK;
    }
    if (!*cause.sqlstate) { // not even connected
        if (err) {
            *err = cause;
        }
        return st;
    }
    rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot create database %s: %s", name,
                 cause.message);
    rc_error_detail(err, "P3000", NULL, NULL);
    if (err) {
        snprintf(err->sqlstate, sizeof err->sqlstate, "%s", cause.sqlstate);
    }
    return ROWCALL_FAILED_PRECONDITION;
}

static bool is_uri(const char *url)
{
    return strstr(url, "://") != NULL;
}

// Where the database's name goes when a URL has none: behind the host.
static const char *path_of(const char *url)
{
    const char *host = strstr(url, "://") + 3;
    return host + strcspn(host, "/?#");
}

const char *rc_database_url(const char *url, const char *name, struct rc_arena *arena)
{
    const char *begin = NULL;
    const char *end = NULL;
    struct rc_buf encoded = {0};
    for (const char *at = name; *at; at++) {
        bool plain = isalnum((unsigned char)*at) || *at == '_' || *at == '-';
        rc_buf_printf(&encoded, plain ? "%c" : "%%%02X", (unsigned char)*at);
    }
    const char *made = NULL;
    if (encoded.broken) {
        made = NULL;
    } else if (!is_uri(url)) {
        made = rc_arena_printf(arena, "%s dbname='%s'", url, name); // the last one counts
    } else if (find_name(url, &begin, &end)) {
        made = rc_arena_printf(arena, "%.*s%s%s", (int)(begin - url), url, encoded.data, end);
    } else {
        const char *path = path_of(url);
        const char *rest = *path == '/' ? path + 1 : path;
        made = rc_arena_printf(arena, "%.*s/%s%s", (int)(path - url), url, encoded.data, rest);
    }
    rc_buf_fini(&encoded);
    return made;
}

static rowcall_status name_of(const char *url, struct rc_arena *arena, const char **ret_name,
                              rowcall_error *err)
{
    const char *begin = NULL;
    const char *end = NULL;
    if (!find_name(url, &begin, &end)) {
        return rc_error_set(
            err, ROWCALL_INVALID_ARGUMENT,
            "its URL is not of the form postgresql://host/name, so the database "
            "has to be created or dropped by hand");
    }
    *ret_name = percent_decode(arena, begin, (size_t)(end - begin));
    return *ret_name ? ROWCALL_OK : rc_error_oom(err);
}

rowcall_status rc_database_create(const char *url, struct rc_arena *arena,
                                  const char **ret_name, rowcall_error *err)
{
    rowcall_status st = name_of(url, arena, ret_name, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    const char *admin_url = rc_database_url(url, "postgres", arena);
    return admin_url ? create(admin_url, *ret_name, err) : rc_error_oom(err);
}

rowcall_status rc_database_drop(const char *url, struct rc_arena *arena, rowcall_error *err)
{
    const char *name = NULL;
    rowcall_status st = name_of(url, arena, &name, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    if (strcmp(name, "postgres") == 0 || strcmp(name, "template0") == 0 ||
        strcmp(name, "template1") == 0) {
        rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                     "%s is the server's own database and is not dropped", name);
        rc_error_detail(err, "P3004", NULL, NULL);
        return ROWCALL_FAILED_PRECONDITION;
    }
    const char *admin_url = rc_database_url(url, "postgres", arena);
    return admin_url
               ? run_as_admin(admin_url, "drop database if exists ", name, " with (force)", err)
               : rc_error_oom(err);
}

rowcall_status rc_database_clear(struct rc_pg_sync *conn, rowcall_error *err)
{
    static const char script[] =
        "do $$ declare name text; begin"
        " for name in select nspname from pg_namespace where nspname !~ '^pg_'"
        "  and nspname <> 'information_schema' loop"
        "  execute format('drop schema %I cascade', name);"
        " end loop; create schema public; grant usage on schema public to public;"
        " end $$";
    return rc_pg_sync_script(conn, script, err);
}
