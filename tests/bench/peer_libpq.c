// SPDX-License-Identifier: Apache-2.0
//
// libpq, used as a program in C that wants to be fast does: prepared once, parameters and
// results in binary, and no more done with a value than reading it.
#include "peer.h"

#include "base/histogram.h"
#include "operation.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

static const char fetch[] =
    "SELECT \"id\", \"createdAt\", \"updatedAt\", \"username\", \"email\", \"timezone\", "
    "\"status\" FROM \"auth_users\" WHERE \"id\" > $1 ORDER BY \"id\" LIMIT 1000";

static bool report(PGconn *connection, const char *what)
{
    fprintf(stderr, "bench: %s: %s", what, PQerrorMessage(connection));
    return false;
}

static PGconn *connect_to(const struct stage *stage)
{
    PGconn *connection = PQconnectdb(stage->database);
    if (PQstatus(connection) != CONNECTION_OK) {
        report(connection, "PostgreSQL");
        PQfinish(connection);
        return NULL;
    }
    return connection;
}

static uint64_t read_int64(const char *bytes)
{
    uint64_t value = 0;
    memcpy(&value, bytes, sizeof value);
    return be64toh(value);
}

static int32_t read_int32(const char *bytes)
{
    uint32_t value = 0;
    memcpy(&value, bytes, sizeof value);
    return (int32_t)be32toh(value);
}

// Reads every value: numbers as numbers, texts to their last byte.
static bool read_rows(const PGresult *result, int32_t first, uint64_t *sum)
{
    for (int row = 0; row < PQntuples(result); row++) {
        if (read_int32(PQgetvalue(result, row, 0)) != first + row) {
            return false;
        }
        *sum += read_int64(PQgetvalue(result, row, 1)) + read_int64(PQgetvalue(result, row, 2));
        for (int column = 3; column < 7; column++) {
            *sum += strlen(PQgetvalue(result, row, column));
        }
    }
    return PQntuples(result) == MANY_ROWS;
}

static bool fetch_once(PGconn *connection, int32_t after, uint64_t *sum)
{
    uint32_t bytes = htobe32((uint32_t)after);
    const char *const values[] = {(const char *)&bytes};
    const int lengths[] = {sizeof bytes};
    const int formats[] = {1};
    PGresult *result = PQexecPrepared(connection, "fetch", 1, values, lengths, formats, 1);
    bool is_right =
        PQresultStatus(result) == PGRES_TUPLES_OK && read_rows(result, after + 1, sum);
    PQclear(result);
    return is_right || report(connection, "fetching rows with libpq");
}

static bool prepare(PGconn *connection)
{
    PGresult *result = PQprepare(connection, "fetch", fetch, 0, NULL);
    bool is_prepared = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return is_prepared || report(connection, "preparing with libpq");
}

static bool fetch_for(PGconn *connection, int seconds, struct measure *ret_measure)
{
    static struct rc_histogram latencies_us;
    static volatile uint64_t kept; // what was read is used: no compiler leaves it out
    uint32_t random = 12345;
    uint64_t sum = 0;
    int64_t begin = now_us();
    int64_t end = begin + (int64_t)seconds * 1000000;
    latencies_us = (struct rc_histogram){.count = 0};
    for (int64_t now = begin; now < end;) {
        random = random * 1664525 + 1013904223;
        if (!fetch_once(connection, (int32_t)((random >> 8) % (USERS - MANY_ROWS + 1)), &sum)) {
            return false;
        }
        int64_t done = now_us();
        rc_histogram_record(&latencies_us, (uint64_t)(done - now));
        now = done;
    }
    kept = sum;
    (void)kept;
    *ret_measure = (struct measure){
        .ops = (double)latencies_us.count * MANY_ROWS * 1e6 / (double)(now_us() - begin),
        .mean_us = rc_histogram_mean(&latencies_us),
        .p50_us = (double)rc_histogram_percentile(&latencies_us, 50),
        .p99_us = (double)rc_histogram_percentile(&latencies_us, 99),
    };
    return true;
}

bool peer_libpq(const struct stage *stage, struct measure *ret_measure)
{
    PGconn *connection = connect_to(stage);
    bool is_good =
        connection && prepare(connection) && fetch_for(connection, stage->seconds, ret_measure);
    PQfinish(connection);
    return is_good;
}

bool peer_execute(const struct stage *stage, const char *const statements[])
{
    PGconn *connection = connect_to(stage);
    bool is_good = connection != NULL;
    for (size_t i = 0; is_good && statements[i]; i++) {
        PGresult *result = PQexec(connection, statements[i]);
        is_good = PQresultStatus(result) == PGRES_COMMAND_OK ||
                  PQresultStatus(result) == PGRES_TUPLES_OK ||
                  report(connection, statements[i]);
        PQclear(result);
    }
    PQfinish(connection);
    return is_good;
}

bool peer_show(const struct stage *stage, const char *query, char *ret_text, size_t size)
{
    PGconn *connection = connect_to(stage);
    PGresult *result = connection ? PQexec(connection, query) : NULL;
    bool is_good =
        connection && ((PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1) ||
                       report(connection, query));
    if (is_good) {
        snprintf(ret_text, size, "%s", PQgetvalue(result, 0, 0));
    }
    PQclear(result);
    PQfinish(connection);
    return is_good;
}

bool peer_count(const struct stage *stage, const char *query, int64_t *ret_count)
{
    char text[32];
    if (!peer_show(stage, query, text, sizeof text)) {
        return false;
    }
    *ret_count = strtoll(text, NULL, 10);
    return true;
}
