// SPDX-License-Identifier: Apache-2.0
//
// Making, filling and dropping a shadow database.
#include "migrate/shadow.h"

#include "migrate/database.h"
#include "migrate/steps.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char name_of_tool[] = "rowcall migrate (shadow)";

static rowcall_status explain_refusal(const rowcall_error *cause, rowcall_error *err)
{
    if (strcmp(cause->sqlstate, "42501") != 0) {
        if (err) {
            *err = *cause;
        }
        return cause->status;
    }
    rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                 "no shadow database to try migrations in: %s. Let the role create databases "
                 "(alter role ... createdb), or set SHADOW_ and the name of the URL's variable "
                 "to the URL of an empty database",
                 cause->message);
    rc_error_detail(err, "P3014", NULL, NULL);
    return ROWCALL_FAILED_PRECONDITION;
}

static rowcall_status make(const char *url, struct rc_arena *arena, struct rc_shadow *shadow,
                           rowcall_error *err)
{
    struct timespec now;
    char name[64];
    const char *created = NULL;
    rowcall_error cause = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)snprintf(name, sizeof(name), "rowcall_shadow_%ld_%lx%lx", (long)getpid(),
                   (unsigned long)now.tv_sec, (unsigned long)now.tv_nsec);
    const char *shadow_url = rc_database_url(url, name, arena);
    if (!shadow_url) {
        return rc_error_oom(err);
    }
    if (rc_database_create(shadow_url, arena, &created, &cause) != ROWCALL_OK) {
        return explain_refusal(&cause, err);
    }
    shadow->made = shadow_url;
    return rc_pg_sync_open(shadow_url, name_of_tool, &shadow->conn, err);
}

// What tells one database from all others: its name, and when its server began.
static rowcall_status identify(struct rc_pg_sync *conn, struct rc_arena *arena,
                               const char **ret_identity, rowcall_error *err)
{
    struct rc_pg_result *result = NULL;
    rowcall_status st =
        rc_pg_sync_exec(conn, "select current_database() || ' ' || pg_postmaster_start_time()",
                        NULL, &result, err);
    if (st == ROWCALL_OK) {
        *ret_identity = rc_arena_strdup(arena, rc_pg_result_text(result, 0, 0));
        st = *ret_identity ? ROWCALL_OK : rc_error_oom(err);
    }
    rc_pg_result_free(result);
    return st;
}

// Refuses to empty the real database. One that cannot be reached is not the shadow.
static rowcall_status refuse_real(const char *url, struct rc_pg_sync *shadow,
                                  struct rc_arena *arena, rowcall_error *err)
{
    struct rc_pg_sync *real = NULL;
    const char *identities[2] = {NULL, NULL};
    rowcall_error ignored = {0};
    rowcall_status st = identify(shadow, arena, &identities[0], err);
    if (st == ROWCALL_OK && rc_pg_sync_open(url, name_of_tool, &real, &ignored) == ROWCALL_OK) {
        st = identify(real, arena, &identities[1], err);
    }
    rc_pg_sync_close(real);
    if (st == ROWCALL_OK && identities[1] && strcmp(identities[0], identities[1]) == 0) {
        st = rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                          "the shadow database is the real one: it would be emptied. Give the "
                          "URL of another database");
    }
    return st;
}

static rowcall_status take_given(const char *url, const char *shadow_url,
                                 struct rc_arena *arena, struct rc_shadow *shadow,
                                 rowcall_error *err)
{
    rowcall_status st = rc_pg_sync_open(shadow_url, name_of_tool, &shadow->conn, err);
    st = st ? st : refuse_real(url, shadow->conn, arena, err);
    return st ? st : rc_database_clear(shadow->conn, err);
}

rowcall_status rc_shadow_open(const char *url, const char *shadow_url, struct rc_arena *arena,
                              struct rc_shadow *ret_shadow, rowcall_error *err)
{
    *ret_shadow = (struct rc_shadow){0};
    return shadow_url ? take_given(url, shadow_url, arena, ret_shadow, err)
                      : make(url, arena, ret_shadow, err);
}

void rc_shadow_close(struct rc_shadow *shadow, struct rc_arena *arena)
{
    rowcall_error ignored = {0};
    rc_pg_sync_close(shadow->conn);
    if (shadow->made) {
        (void)!rc_database_drop(shadow->made, arena, &ignored);
    }
    *shadow = (struct rc_shadow){0};
}

// ---- migrations

// As a deploy would, but that what runs in a transaction is sent at once.
static rowcall_status run(struct rc_pg_sync *conn, const char *sql, struct rc_arena *arena,
                          rowcall_error *err)
{
    struct rc_steps steps = {0};
    rowcall_status st = rc_steps_of(sql, arena, &steps, err);
    if (st == ROWCALL_OK && steps.is_enclosed) {
        return rc_pg_sync_script(conn, sql, err);
    }
    for (size_t i = 0; st == ROWCALL_OK && i < steps.count; i++) {
        st = rc_pg_sync_script(conn, steps.items[i].sql, err);
    }
    return st;
}

rowcall_status rc_shadow_apply(struct rc_shadow *shadow,
                               const struct rc_migration_folder *folder, size_t from, size_t to,
                               struct rc_arena *arena, rowcall_error *err)
{
    for (size_t i = from; i < to; i++) {
        rowcall_error cause = {0};
        if (run(shadow->conn, folder->items[i].sql, arena, &cause) != ROWCALL_OK) {
            rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                         "migration %s cannot be applied to an empty database after those "
                         "before it: %s",
                         folder->items[i].name, cause.message);
            rc_error_detail(err, "P3006", NULL, NULL);
            return ROWCALL_FAILED_PRECONDITION;
        }
        // Dumps leave an empty search_path behind, with which the next one would not find a
        // thing.
        rowcall_status st = rc_pg_sync_reset(shadow->conn, err);
        if (st != ROWCALL_OK) {
            return st;
        }
    }
    return ROWCALL_OK;
}

// ---- reading

// Runs read in a transaction that is rolled back.
static rowcall_status look(struct rc_shadow *shadow, const struct rc_scope *scope,
                           struct rc_arena *arena, struct rc_catalog *ret_catalog,
                           rowcall_error *err)
{
    rowcall_error ignored = {0};
    rowcall_status st = rc_pg_sync_exec(shadow->conn, "begin", NULL, NULL, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    st = scope ? rc_catalog_expect(shadow->conn, scope, arena, ret_catalog, err)
               : rc_catalog_read(shadow->conn, NULL, "", arena, ret_catalog, err);
    rowcall_status end =
        rc_pg_sync_exec(shadow->conn, "rollback", NULL, NULL, st ? &ignored : err);
    return st ? st : end;
}

rowcall_status rc_shadow_read(struct rc_shadow *shadow, struct rc_arena *arena,
                              struct rc_catalog *ret_catalog, rowcall_error *err)
{
    return look(shadow, NULL, arena, ret_catalog, err);
}

rowcall_status rc_shadow_expect(struct rc_shadow *shadow, const struct rc_scope *scope,
                                struct rc_arena *arena, struct rc_catalog *ret_catalog,
                                rowcall_error *err)
{
    return look(shadow, scope, arena, ret_catalog, err);
}
