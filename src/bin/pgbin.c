// SPDX-License-Identifier: Apache-2.0
//
// Finding PostgreSQL's programs by looking, not by asking pg_config, which may belong to a
// client package.
#include "bin/pgbin.h"

#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_programs(const char *folder)
{
    static const char *const programs[] = {"initdb", "pg_ctl", "postgres"};
    char path[4096];
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        int len = snprintf(path, sizeof path, "%s/%s", folder, programs[i]);
        if (len < 0 || (size_t)len >= sizeof path || access(path, X_OK) != 0) {
            return false;
        }
    }
    return true;
}

static bool find_packaged(int version, char *ret_folder, size_t size)
{
    static const char root[] = "/usr/lib/postgresql/";
    glob_t found = {0};
    long best = 0;
    if (glob("/usr/lib/postgresql/*/bin", 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            long number = strtol(found.gl_pathv[i] + sizeof root - 1, NULL, 10);
            bool wanted = version ? number == version : number > best;
            if (wanted && has_programs(found.gl_pathv[i])) {
                best = number;
                snprintf(ret_folder, size, "%s", found.gl_pathv[i]);
            }
        }
    }
    globfree(&found);
    return best > 0;
}

static bool find_in_path(char *ret_folder, size_t size)
{
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t len = strcspn(path, ":");
        snprintf(ret_folder, size, "%.*s", (int)len, path);
        if (len > 0 && has_programs(ret_folder)) {
            return true;
        }
        path += len;
        path += *path == ':';
    }
    return false;
}

rowcall_status rc_pgbin_find(int version, char *ret_folder, size_t size, rowcall_error *err)
{
    if (find_packaged(version, ret_folder, size) || find_in_path(ret_folder, size)) {
        return ROWCALL_OK;
    }
    if (version) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "PostgreSQL %d, which this cluster was made with, is not installed",
                            version);
    }
    return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                        "PostgreSQL's server programs (initdb, pg_ctl) are not installed");
}
