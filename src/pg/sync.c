// SPDX-License-Identifier: Apache-2.0
//
// The blocking connection. Every call leaves `last_error` describing the last failure, from
// which the caller's rowcall_error is filled.
#include "pg/sync.h"

#include "base/clock.h"
#include "pg/error_internal.h"
#include "pg/result_internal.h"
#include "pg/session.h"
#include "pg/url.h"

#include <poll.h>
#include <stdlib.h>

enum { WAIT_MS = 200, CANCEL_AGAIN_US = 1000000 };

struct rc_pg_sync {
    PGconn *pg;
    struct rc_pg_error last_error;
    rc_pg_notice_fn on_notice;
    void *on_notice_arg;
    rc_pg_wait_fn on_wait;
    void *on_wait_arg;
    char *search_path; // what the URL's schema asks for; NULL
};

static void receive_notice(void *arg, const PGresult *result)
{
    struct rc_pg_sync *conn = arg;
    if (conn->on_notice) {
        struct rc_pg_error notice;
        rc_pg_error_from_result(&notice, result);
        notice.outcome = ROWCALL_OUTCOME_UNSPECIFIED;
        conn->on_notice(conn->on_notice_arg, &notice);
    }
}

static rowcall_status fail(struct rc_pg_sync *conn, rowcall_error *err)
{
    return rc_pg_error_export(&conn->last_error, err);
}

static rowcall_status configure(struct rc_pg_sync *conn, rowcall_error *err)
{
    const char *search_path = conn->search_path;
    struct rc_pg_session session = {.search_path = search_path};
    struct rc_pg_params params = {.count = search_path ? 1 : 0, .values = &search_path};
    struct rc_buf sql = {0};
    rc_pg_session_sql(&session, PQserverVersion(conn->pg), &sql);
    rowcall_status st = rc_buf_status(&sql, err);
    if (st == ROWCALL_OK) {
        st = rc_pg_sync_exec(conn, sql.data, &params, NULL, err);
    }
    rc_buf_fini(&sql);
    return st;
}

static rowcall_status fail_connect(struct rc_pg_sync *conn, const struct rc_pg_url *url,
                                   rowcall_error *err)
{
    bool timed_out = conn->pg && PQstatus(conn->pg) != CONNECTION_BAD;
    if (timed_out) {
        rc_pg_error_from_slow_attempt(&conn->last_error, conn->pg);
    } else {
        rc_pg_error_from_attempt(&conn->last_error, conn->pg);
        rc_pg_url_scrub(url, conn->last_error.message);
    }
    return fail(conn, err);
}

rowcall_status rc_pg_sync_open(const char *url_text, const char *application_name,
                               struct rc_pg_sync **ret_conn, rowcall_error *err)
{
    struct rc_pg_url url = {0};
    struct rc_pg_sync *conn = NULL;
    rowcall_status st = rc_pg_url_init(&url, url_text, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    conn = calloc(1, sizeof *conn);
    if (!conn) {
        st = rc_error_oom(err);
        goto out;
    }
    conn->pg = rc_pg_url_connect(&url, application_name);
    if (!conn->pg || PQstatus(conn->pg) != CONNECTION_OK) {
        st = fail_connect(conn, &url, err);
        goto out;
    }
    PQsetErrorVerbosity(conn->pg, PQERRORS_DEFAULT);
    PQsetNoticeReceiver(conn->pg, receive_notice, conn);
    conn->search_path = url.search_path;
    url.search_path = NULL;
    st = configure(conn, err);
    if (st == ROWCALL_OK) {
        *ret_conn = conn;
        conn = NULL;
    }
out:
    rc_pg_sync_close(conn);
    rc_pg_url_fini(&url);
    return st;
}

void rc_pg_sync_close(struct rc_pg_sync *conn)
{
    if (conn) {
        PQfinish(conn->pg);
        free(conn->search_path);
        free(conn);
    }
}

// COPY would wait for data that never comes, so the connection is ended.
static rowcall_status refuse_copy(struct rc_pg_sync *conn, rowcall_error *err)
{
    PQfinish(conn->pg);
    conn->pg = NULL;
    rc_pg_error_set(&conn->last_error, RC_PG_ERROR_COPY, ROWCALL_OUTCOME_ROLLED_BACK,
                    "COPY to or from the client is not possible here");
    return fail(conn, err);
}

static rowcall_status check_result(struct rc_pg_sync *conn, const PGresult *result,
                                   rowcall_error *err)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        return ROWCALL_OK;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        return refuse_copy(conn, err);
    default:
        break;
    }
    if (result) {
        rc_pg_error_from_result(&conn->last_error, result);
    } else {
        rc_pg_error_set(&conn->last_error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_UNKNOWN,
                        "%s", PQerrorMessage(conn->pg));
    }
    return fail(conn, err);
}

static rowcall_status check_open(struct rc_pg_sync *conn, rowcall_error *err)
{
    if (conn->pg) {
        return ROWCALL_OK;
    }
    rc_pg_error_set(&conn->last_error, RC_PG_ERROR_CONNECTION, ROWCALL_OUTCOME_NOT_EXECUTED,
                    "the connection was closed after an earlier failure");
    return fail(conn, err);
}

static void cancel(struct rc_pg_sync *conn)
{
    char ignored[256];
    PGcancel *request = PQgetCancel(conn->pg);
    if (request) {
        PQcancel(request, ignored, sizeof ignored); // what becomes of it, the answer tells
        PQfreeCancel(request);
    }
}

// Waits until PQgetResult does not block, asking on_wait meanwhile. A request to cancel that
// comes before the statement has begun is lost, so it is repeated.
static void wait_for_result(struct rc_pg_sync *conn, int64_t start_us)
{
    int64_t next_cancel_us = 0;
    while (conn->on_wait && PQisBusy(conn->pg)) {
        struct pollfd wait = {.fd = PQsocket(conn->pg), .events = POLLIN};
        if (poll(&wait, 1, WAIT_MS) > 0 && !PQconsumeInput(conn->pg)) {
            return; // the connection is lost: PQgetResult says so
        }
        int64_t now_us = rc_clock_now_us();
        if (PQisBusy(conn->pg) && conn->on_wait(conn->on_wait_arg, now_us - start_us) &&
            now_us >= next_cancel_us) {
            cancel(conn);
            next_cancel_us = now_us + CANCEL_AGAIN_US;
        }
    }
}

// The answer to what was sent: the last result, or the first that is a failure, which is what
// the caller is told. NULL when there is none.
static PGresult *receive(struct rc_pg_sync *conn)
{
    int64_t start_us = rc_clock_now_us();
    PGresult *kept = NULL;
    for (;;) {
        wait_for_result(conn, start_us);
        PGresult *result = PQgetResult(conn->pg);
        ExecStatusType status = PQresultStatus(result);
        bool is_failure = kept && PQresultStatus(kept) == PGRES_FATAL_ERROR;
        if (!result) {
            return kept;
        }
        if (is_failure) {
            PQclear(result);
            continue;
        }
        PQclear(kept);
        kept = result;
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
            return kept;
        }
    }
}

static rowcall_status exec(struct rc_pg_sync *conn, const char *sql,
                           const struct rc_pg_params *params, int format,
                           struct rc_pg_result **ret_result, rowcall_error *err)
{
    static const struct rc_pg_params none;
    const struct rc_pg_params *p = params ? params : &none;
    rowcall_status st = check_open(conn, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    bool sent = PQsendQueryParams(conn->pg, sql, p->count, NULL, p->values, p->lengths,
                                  p->formats, format);
    PGresult *result = sent ? receive(conn) : NULL;
    st = check_result(conn, result, err);
    if (st == ROWCALL_OK && ret_result) {
        *ret_result = rc_pg_result_wrap(result);
    } else {
        PQclear(result);
    }
    return st;
}

rowcall_status rc_pg_sync_exec(struct rc_pg_sync *conn, const char *sql,
                               const struct rc_pg_params *params,
                               struct rc_pg_result **ret_result, rowcall_error *err)
{
    return exec(conn, sql, params, 0, ret_result, err);
}

rowcall_status rc_pg_sync_exec_binary(struct rc_pg_sync *conn, const char *sql,
                                      const struct rc_pg_params *params,
                                      struct rc_pg_result **ret_result, rowcall_error *err)
{
    return exec(conn, sql, params, 1, ret_result, err);
}

rowcall_status rc_pg_sync_describe(struct rc_pg_sync *conn, const char *sql,
                                   struct rc_pg_result **ret_result, rowcall_error *err)
{
    rowcall_status st = check_open(conn, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    PGresult *result = PQprepare(conn->pg, "", sql, 0, NULL);
    st = check_result(conn, result, err);
    if (st == ROWCALL_OK) {
        PQclear(result);
        result = PQdescribePrepared(conn->pg, "");
        st = check_result(conn, result, err);
    }
    if (st == ROWCALL_OK) {
        *ret_result = rc_pg_result_wrap(result);
    } else {
        PQclear(result);
    }
    return st;
}

rowcall_status rc_pg_sync_script(struct rc_pg_sync *conn, const char *sql, rowcall_error *err)
{
    rowcall_status st = check_open(conn, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    PGresult *result = PQsendQuery(conn->pg, sql) ? receive(conn) : NULL;
    st = check_result(conn, result, err);
    PQclear(result);
    return st;
}

const struct rc_pg_error *rc_pg_sync_last_error(const struct rc_pg_sync *conn)
{
    return &conn->last_error;
}

void rc_pg_sync_on_notice(struct rc_pg_sync *conn, rc_pg_notice_fn on_notice, void *arg)
{
    conn->on_notice = on_notice;
    conn->on_notice_arg = arg;
}

void rc_pg_sync_on_wait(struct rc_pg_sync *conn, rc_pg_wait_fn on_wait, void *arg)
{
    conn->on_wait = on_wait;
    conn->on_wait_arg = arg;
}

rowcall_status rc_pg_sync_reset(struct rc_pg_sync *conn, rowcall_error *err)
{
    // Each alone: RESET SESSION AUTHORIZATION gives the role back that RESET ALL leaves.
    rowcall_status st = rc_pg_sync_exec(conn, "reset session authorization", NULL, NULL, err);
    if (st == ROWCALL_OK) {
        st = rc_pg_sync_exec(conn, "reset all", NULL, NULL, err);
    }
    return st == ROWCALL_OK ? configure(conn, err) : st;
}

const char *rc_pg_sync_schema(const struct rc_pg_sync *conn)
{
    return conn->search_path;
}

int rc_pg_sync_backend_pid(const struct rc_pg_sync *conn)
{
    return conn->pg ? PQbackendPID(conn->pg) : 0;
}

int rc_pg_sync_server_version(const struct rc_pg_sync *conn)
{
    return conn->pg ? PQserverVersion(conn->pg) : 0;
}

bool rc_pg_sync_in_transaction(const struct rc_pg_sync *conn)
{
    PGTransactionStatusType status = conn->pg ? PQtransactionStatus(conn->pg) : PQTRANS_UNKNOWN;
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

bool rc_pg_sync_is_alive(const struct rc_pg_sync *conn)
{
    return conn->pg && PQstatus(conn->pg) == CONNECTION_OK;
}
