// SPDX-License-Identifier: Apache-2.0
//
// One query a second on the server's own views of what runs.
#include "migrate/progress.h"

#include "base/utf8.h"
#include "migrate/pooler.h"

#include <stdio.h>
#include <string.h>

enum { SECOND_US = 1000000 };

rowcall_status rc_progress_init(struct rc_progress *ret_progress, struct rc_pg_sync *conn,
                                const char *url, rowcall_error *err)
{
    *ret_progress = (struct rc_progress){.url = url};
    return rc_pooler_backend(conn, ret_progress->pid, err);
}

void rc_progress_fini(struct rc_progress *progress)
{
    rc_pg_sync_close(progress->conn);
    progress->conn = NULL;
}

void rc_progress_restart(struct rc_progress *progress)
{
    progress->next_us = 0;
    progress->blocker[0] = '\0';
}

// The first column: who is in the way. The second: how far it is. A rewrite by ALTER TABLE has
// no view of its own; then it is what the statement waits for, or that it runs.
static const char look_sql[] =
    "select (select string_agg(coalesce(nullif(b.application_name, ''), 'a client')"
    " || ' (backend ' || b.pid || '), ' || coalesce(b.state, 'running') || ' for '"
    " || extract(epoch from clock_timestamp() - coalesce(b.xact_start, b.backend_start))::int"
    " || ' s' || coalesce(': ' || nullif(left(regexp_replace(b.query, '\\s+', ' ', 'g'), 60),"
    " ''), ''), '; ')"
    " from pg_stat_activity b where b.pid = any(pg_blocking_pids(a.pid))),"
    " coalesce((select 'building index: ' || phase || case"
    " when lockers_total > 0 and lockers_done < lockers_total"
    " then ', ' || lockers_done || ' of ' || lockers_total || ' transactions have ended'"
    " when blocks_total > 0 then ', ' || 100 * blocks_done / blocks_total || ' %'"
    " when tuples_total > 0 then ', ' || 100 * tuples_done / tuples_total || ' %' else '' end"
    " from pg_stat_progress_create_index where pid = a.pid),"
    " (select 'rewriting: ' || phase || case when heap_blks_total > 0"
    " then ', ' || 100 * heap_blks_scanned / heap_blks_total || ' %' else '' end"
    " from pg_stat_progress_cluster where pid = a.pid),"
    " (select 'vacuuming: ' || phase || case when heap_blks_total > 0"
    " then ', ' || 100 * heap_blks_scanned / heap_blks_total || ' %' else '' end"
    " from pg_stat_progress_vacuum where pid = a.pid),"
    " case when a.wait_event_type = 'Lock' then 'waiting for a lock' else 'running' end)"
    " from pg_stat_activity a where a.pid = $1::int";

static void connect(struct rc_progress *progress)
{
    rowcall_error ignored = {0};
    progress->is_blind = rc_pg_sync_open(progress->url, "rowcall migrate (progress)",
                                         &progress->conn, &ignored) != ROWCALL_OK;
}

// A cut text ends with a whole character: it may become part of a record.
static void trim_end(char *text)
{
    size_t at = 0;
    size_t len = strlen(text);
    size_t step = 0;
    while ((step = rc_utf8_sequence(text + at, len - at)) > 0) {
        at += step;
    }
    text[at] = '\0';
}

static void take(struct rc_progress *progress, const struct rc_pg_result *result)
{
    const char *blocker = rc_pg_result_text(result, 0, 0);
    const char *phase = rc_pg_result_text(result, 0, 1);
    if (blocker) {
        snprintf(progress->blocker, sizeof progress->blocker, "%s", blocker);
        trim_end(progress->blocker);
    }
    snprintf(progress->text, sizeof progress->text, "%s%s%s", phase ? phase : "running",
             blocker ? "; in the way is " : "", blocker ? blocker : "");
}

const char *rc_progress_look(struct rc_progress *progress, int64_t since_us, int64_t first_us)
{
    if (since_us < first_us || since_us < progress->next_us) {
        return NULL;
    }
    progress->next_us = since_us + SECOND_US;
    if (!progress->conn && !progress->is_blind) {
        connect(progress);
    }
    const char *values[] = {progress->pid};
    struct rc_pg_params params = {.count = 1, .values = values};
    struct rc_pg_result *result = NULL;
    rowcall_error ignored = {0};
    snprintf(progress->text, sizeof progress->text, "running");
    if (!progress->is_blind &&
        rc_pg_sync_exec(progress->conn, look_sql, &params, &result, &ignored) == ROWCALL_OK &&
        rc_pg_result_row_count(result) == 1) {
        take(progress, result);
    }
    rc_pg_result_free(result);
    return progress->text;
}
