// SPDX-License-Identifier: Apache-2.0
//
// Where the cluster goes, and who has it.
#include "bin/private_pg.h"

#include "bin/cluster.h"
#include "bin/project.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER ".rowcall"

static rowcall_status fail_errno(rowcall_error *err, const char *what, const char *path)
{
    return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot %s %s: %s", what, path,
                        strerror(errno));
}

// Of two that run in one project the second would stop the first one's cluster.
static rowcall_status take_lock(struct rc_private_pg *pg, rowcall_error *err)
{
    static const char path[] = FOLDER "/dev.lock";
    if (mkdir(FOLDER, 0755) != 0 && errno != EEXIST) {
        return fail_errno(err, "make", FOLDER);
    }
    pg->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (pg->lock < 0) {
        return fail_errno(err, "open", path);
    }
    if (flock(pg->lock, LOCK_EX | LOCK_NB) != 0) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "another `rowcall dev` runs in this folder");
    }
    return ROWCALL_OK;
}

// A folder below TMPDIR named after the project's path. Anybody may make folders there, so one
// that is not ours is refused.
static rowcall_status choose_temporary(struct rc_private_pg *pg, rowcall_error *err)
{
    char project[PATH_MAX];
    char folder[PATH_MAX];
    struct stat found;
    const char *tmp = getenv("TMPDIR");
    if (!getcwd(project, sizeof project)) {
        return fail_errno(err, "find", "the current folder");
    }
    for (char *at = project; *at; at++) {
        *at = *at == '/' ? '-' : *at;
    }
    int len = snprintf(folder, sizeof folder, "%s/rowcall-dev%s", tmp && *tmp ? tmp : "/tmp",
                       project);
    if (len < 0 || (size_t)len + sizeof "/pg" > sizeof folder) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "path too long: %s", project);
    }
    if (mkdir(folder, 0711) != 0 && errno != EEXIST) {
        return fail_errno(err, "make", folder);
    }
    if (lstat(folder, &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != geteuid()) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "%s is there already and not ours", folder);
    }
    snprintf(pg->folder, sizeof pg->folder, "%.*s/pg", len, folder);
    return ROWCALL_OK;
}

static rowcall_status choose_folder(struct rc_private_pg *pg, rowcall_error *err)
{
    snprintf(pg->folder, sizeof pg->folder, FOLDER "/pg");
    if (rc_cluster_can_use(pg->folder)) {
        return ROWCALL_OK;
    }
    (void)rmdir(pg->folder); // made by the attempt, and empty then
    rowcall_status st = choose_temporary(pg, err);
    if (st == ROWCALL_OK) {
        printf("PostgreSQL's user cannot reach " FOLDER "/pg, so its data is in %s\n",
               pg->folder);
    }
    return st;
}

static bool has_url(const struct rc_scope *scope)
{
    const char *url = getenv(scope->url_env);
    return url && *url;
}

static rowcall_status give_url(const struct rc_private_pg *pg, const struct rc_scope *scope,
                               rowcall_error *err)
{
    char *url = NULL;
    rowcall_status st = rc_cluster_url(pg->folder, scope->name, &url, err);
    if (st == ROWCALL_OK && setenv(scope->url_env, url, 1) != 0) {
        st = rc_error_oom(err);
    }
    free(url);
    return st;
}

rowcall_status rc_private_pg_start(struct rc_private_pg *ret_pg, const struct rc_schema *schema,
                                   rowcall_error *err)
{
    *ret_pg = (struct rc_private_pg){.lock = -1};
    rowcall_status st = take_lock(ret_pg, err);
    for (size_t i = 0; st == ROWCALL_OK && i < schema->scope_count; i++) {
        const struct rc_scope *scope = &schema->scopes[i];
        if (!scope->is_database) {
            continue;
        }
        if (has_url(scope)) {
            printf("%s: the database of %s\n", scope->name, scope->url_env);
            continue;
        }
        if (!ret_pg->started) {
            st = choose_folder(ret_pg, err);
            ret_pg->started = st == ROWCALL_OK; // a start that fails may have begun
            if (st == ROWCALL_OK) {
                st = rc_cluster_start(ret_pg->folder, false, err);
            }
        }
        if (st == ROWCALL_OK) {
            st = give_url(ret_pg, scope, err);
        }
        if (st == ROWCALL_OK) {
            printf("%s: a private PostgreSQL in %s (no %s)\n", scope->name, ret_pg->folder,
                   scope->url_env);
        }
    }
    fflush(stdout);
    return st;
}

rowcall_status rc_private_pg_stop(struct rc_private_pg *pg, rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    if (pg->started) {
        st = rc_cluster_stop(pg->folder, err);
        pg->started = false;
    }
    if (pg->lock >= 0) {
        close(pg->lock);
        pg->lock = -1;
    }
    return st;
}

bool rc_private_pg_is_alive(const struct rc_private_pg *pg)
{
    return !pg->started || rc_cluster_is_alive(pg->folder);
}
