// SPDX-License-Identifier: Apache-2.0
//
// Test databases, made and dropped over the blocking connection.
#include "support/database.h"

#include "pg/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *server_url(void)
{
    const char *url = getenv("ROWCALL_TEST_PG");
    if (!url || strncmp(url, "postgresql://", 13) != 0) {
        fprintf(stderr,
                "ROWCALL_TEST_PG must be the URL of a test cluster; run through ctest\n");
        exit(1);
    }
    return url;
}

void test_database_run(const char *url, const char *sql)
{
    struct rc_pg_sync *conn = NULL;
    rowcall_error err = {0};
    if (rc_pg_sync_open(url, "rowcall test", &conn, &err) != ROWCALL_OK ||
        rc_pg_sync_script(conn, sql, &err) != ROWCALL_OK) {
        fprintf(stderr, "test database: %s\n  in: %.200s\n", err.message, sql);
        exit(1);
    }
    rc_pg_sync_close(conn);
}

// The URL with another database in its path.
static char *url_of(const char *base, const char *database)
{
    const char *path = strchr(base + strlen("postgresql://"), '/');
    const char *query = strchr(base, '?');
    size_t head = path ? (size_t)(path - base) : strcspn(base, "?");
    char *url = NULL;
    if (asprintf(&url, "%.*s/%s%s", (int)head, base, database, query ? query : "") < 0) {
        abort();
    }
    return url;
}

char *test_database_create(void)
{
    static unsigned created;
    struct timespec now;
    char name[64];
    char sql[128];
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(name, sizeof name, "test_%d_%lx_%u", (int)getpid(), (unsigned long)now.tv_nsec,
             ++created);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE template0", name);
    test_database_run(server_url(), sql);
    return url_of(server_url(), name);
}

void test_database_drop(char *url)
{
    if (!url) {
        return;
    }
    const char *name = strstr(url, "/test_");
    char sql[128];
    if (name) {
        name++;
        snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %.*s WITH (FORCE)",
                 (int)strcspn(name, "?"), name);
        test_database_run(server_url(), sql);
    }
    free(url);
}
