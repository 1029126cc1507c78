// SPDX-License-Identifier: Apache-2.0
//
// Seeds: a file of SQL, and a program.
#include "bin/seed.h"

#include "bin/file.h"
#include "migrate/execute.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static rowcall_status run_file(const struct rc_deploy *deploy, const char *path,
                               size_t *ret_count, rowcall_error *err)
{
    struct rc_buf sql = {0};
    rowcall_error cause = {0};
    rowcall_status st = rc_file_read(path, &sql, &cause);
    if (st == ROWCALL_NOT_FOUND) {
        st = ROWCALL_OK;
    } else if (st != ROWCALL_OK) {
        st = rc_error_set(err, st, "%s", cause.message);
    } else {
        st = rc_execute(deploy, path, sql.data ? sql.data : "", err);
        if (st == ROWCALL_OK) {
            printf("  ran %s\n", path);
            ++*ret_count;
        }
    }
    rc_buf_fini(&sql);
    return st;
}

// In the child: the program finds the URL that we use, also where DIRECT_... led there.
static void become(const char *path, const char *variable, const char *url)
{
    char *const words[] = {(char *)path, NULL};
    if (setenv(variable, url, 1) == 0) {
        execv(path, words);
    }
    fprintf(stderr, "cannot run %s: %s\n", path, strerror(errno));
    _exit(127);
}

static rowcall_status run_program(const struct rc_deploy *deploy, const char *path,
                                  const char *variable, size_t *ret_count, rowcall_error *err)
{
    int status = 0;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        become(path, variable, deploy->url);
    }
    if (pid < 0) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "cannot fork: %s",
                            strerror(errno));
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (deploy->interrupted && *deploy->interrupted) { // the program was, too
        return rc_error_set(err, ROWCALL_CANCELLED, "interrupted while %s ran", path);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "%s ended with %s %d", path,
                            WIFEXITED(status) ? "exit code" : "signal",
                            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    }
    printf("  ran %s\n", path);
    ++*ret_count;
    return ROWCALL_OK;
}

rowcall_status rc_seed_run(const struct rc_deploy *deploy, const char *folder,
                           const char *variable, size_t *ret_count, rowcall_error *err)
{
    struct rc_buf path = {0};
    *ret_count = 0;
    rc_buf_printf(&path, "%s/%s.sql", folder, deploy->database);
    rowcall_status st = rc_buf_status(&path, err);
    st = st ? st : run_file(deploy, path.data, ret_count, err);
    if (st == ROWCALL_OK) {
        rc_buf_truncate(&path, path.len - strlen(".sql"));
        rc_buf_append(&path, "", 0);
        if (access(path.data, X_OK) == 0) {
            st = run_program(deploy, path.data, variable, ret_count, err);
        }
    }
    rc_buf_fini(&path);
    return st;
}
