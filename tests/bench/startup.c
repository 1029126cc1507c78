// SPDX-License-Identifier: Apache-2.0
//
// S1: from exec to the line that says "ready", with a schema far larger than ours, whose
// databases are up, and then with none of them up. They have no tables: comparing them with the
// schema begins when the server is ready.
#include "work.h"

#include "peer.h"

#include <stdlib.h>
#include <string.h>

enum { DATABASES = 16, STARTS = 7, QUICK_STARTS = 3 };

static bool make_project(const struct stage *stage, const char *folder)
{
    static char script[] = "tests/bench/big_schema.sh";
    char log[256];
    char to[256];
    snprintf(to, sizeof to, "%s", folder);
    char *const words[] = {(char[]){"sh"}, script, to, NULL};
    stage_path(stage, "big.log", log, sizeof log);
    return process_run(words, log);
}

static bool make_databases(const struct stage *stage)
{
    for (int i = 1; i <= DATABASES; i++) {
        char drop[64];
        char create[64];
        snprintf(drop, sizeof drop, "DROP DATABASE IF EXISTS big%02d WITH (FORCE)", i);
        snprintf(create, sizeof create, "CREATE DATABASE big%02d", i);
        if (!peer_execute(stage, (const char *const[]){drop, create, NULL})) {
            return false;
        }
    }
    return true;
}

// Says where each database is: in the stage's PostgreSQL, or behind a socket that nobody has.
static void name_databases(const struct stage *stage, bool are_up)
{
    const char *query = strchr(stage->database, '?');
    for (int i = 1; i <= DATABASES; i++) {
        char variable[32];
        char url[512];
        snprintf(variable, sizeof variable, "BIG_%02d_URL", i);
        if (are_up) {
            snprintf(url, sizeof url, "postgresql:///big%02d%s", i, query ? query : "");
        } else {
            snprintf(url, sizeof url, "postgresql:///big%02d?host=%s/nobody", i, stage->folder);
        }
        setenv(variable, url, 1);
    }
}

static bool start_often(const struct stage *stage, struct sample *ret_ms,
                        struct sample *ret_cpu_ms)
{
    char url[300];
    snprintf(url, sizeof url, "ipc://%s/big.sock", stage->folder);
    for (int i = 0; i < (stage->quick ? QUICK_STARTS : STARTS); i++) {
        struct process server = {.pid = 0};
        double ms = 0;
        if (!stage_serve_another(stage, url, NULL, &server, &ms)) {
            return false;
        }
        sample_add(ret_ms, ms);
        sample_add(ret_cpu_ms, process_cpu_ms(server.pid));
        if (!process_stop(&server)) {
            return false;
        }
    }
    return true;
}

bool run_startup(struct stage *stage, const struct work *work, struct result *result)
{
    (void)work;
    struct stage big = *stage;
    struct sample down = {.count = 0};
    struct sample cpu = {.count = 0};
    struct sample down_cpu = {.count = 0};
    char folder[200];
    char schema[256];
    stage_path(stage, "big", folder, sizeof folder);
    snprintf(schema, sizeof schema, "%s/schema.binpb", folder);
    big.schema = schema;
    if (!make_project(stage, folder) || !make_databases(stage)) {
        return false;
    }
    name_databases(stage, true);
    if (!start_often(&big, &result->value, &cpu)) {
        return false;
    }
    name_databases(stage, false);
    if (!start_often(&big, &down, &down_cpu)) {
        return false;
    }
    snprintf(result->note, sizeof result->note,
             "%.0f-%.0f ms in %d starts, %.0f ms of processor time; %.0f ms when no database "
             "is up\n",
             sample_min(&result->value), sample_max(&result->value), result->value.count,
             sample_median(&cpu), sample_median(&down));
    snprintf(result->members, sizeof result->members, ",\"cpu_ms\":%.1f,\"down_ms\":%.1f",
             sample_median(&cpu), sample_median(&down));
    return true;
}
