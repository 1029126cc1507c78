// SPDX-License-Identifier: Apache-2.0
//
// A pooler invents the process number that it tells its client when it connects, so it is not
// the one that answers. Whether it keeps sessions apart shows with a second connection: while
// the first one is open, another backend has to answer.
#include "migrate/pooler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

rowcall_status rc_pooler_backend(struct rc_pg_sync *conn, char ret_pid[16], rowcall_error *err)
{
    struct rc_pg_result *result = NULL;
    rowcall_status st =
        rc_pg_sync_exec(conn, "select pg_catalog.pg_backend_pid()", NULL, &result, err);
    if (st == ROWCALL_OK) {
        snprintf(ret_pid, 16, "%s", rc_pg_result_text(result, 0, 0));
    }
    rc_pg_result_free(result);
    return st;
}

// A pool without room for a second session keeps it waiting, and then refuses it: no sign of
// sharing.
static bool is_shared(struct rc_pg_sync *conn, const char *url, const char *pid)
{
    struct rc_pg_sync *other = NULL;
    char other_pid[16] = "";
    char again[16] = "";
    rowcall_error ignored = {0};
    bool shared = rc_pg_sync_open(url, "rowcall migrate", &other, &ignored) == ROWCALL_OK &&
                  rc_pooler_backend(other, other_pid, &ignored) == ROWCALL_OK &&
                  rc_pooler_backend(conn, again, &ignored) == ROWCALL_OK &&
                  (strcmp(pid, other_pid) == 0 || strcmp(pid, again) != 0);
    rc_pg_sync_close(other);
    return shared;
}

rowcall_status rc_pooler_detect(struct rc_pg_sync *conn, const char *url,
                                enum rc_pooler *ret_pooler, rowcall_error *err)
{
    char pid[16];
    rowcall_status st = rc_pooler_backend(conn, pid, err);
    if (st == ROWCALL_OK) {
        bool is_direct = strtol(pid, NULL, 10) == rc_pg_sync_backend_pid(conn);
        *ret_pooler = is_direct                   ? RC_POOLER_NONE
                      : is_shared(conn, url, pid) ? RC_POOLER_SHARED
                                                  : RC_POOLER_SESSIONS;
    }
    return st;
}
