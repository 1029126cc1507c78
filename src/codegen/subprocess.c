// SPDX-License-Identifier: Apache-2.0
//
// Running a filter. Input is handed over as an unlinked temporary file and output is read from
// a pipe to its end, so neither side can wait for the other.
#include "codegen/subprocess.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static rowcall_status fail(rowcall_error *err, const char *program, const char *what, int error)
{
    return rc_error_set(err, ROWCALL_UNAVAILABLE, "%s: %s: %s", program, what, strerror(error));
}

static int spawn(const char *program, int input, const int output[2], pid_t *ret_child)
{
    posix_spawn_file_actions_t actions;
    char *arguments[] = {(char *)program, NULL};
    int error = posix_spawn_file_actions_init(&actions);
    if (error) {
        return error;
    }
    error = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    error =
        error ? error : posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    error = error ? error : posix_spawn_file_actions_addclose(&actions, output[0]);
    error = error ? error : posix_spawn_file_actions_addclose(&actions, output[1]);
    error =
        error ? error : posix_spawnp(ret_child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static void read_all(int fd, struct rc_buf *ret_output)
{
    char block[65536];
    ssize_t len;
    while ((len = read(fd, block, sizeof(block))) > 0 || (len < 0 && errno == EINTR)) {
        if (len > 0) {
            rc_buf_append(ret_output, block, (size_t)len);
        }
    }
}

static rowcall_status wait_for(const char *program, pid_t child, rowcall_error *err)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return fail(err, program, "wait", errno);
        }
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return rc_error_set(err, ROWCALL_UNAVAILABLE, "%s failed (%s %d)", program,
                            WIFEXITED(status) ? "exit status" : "signal",
                            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    }
    return ROWCALL_OK;
}

rowcall_status rc_subprocess_filter(const char *program, struct rc_view input,
                                    struct rc_buf *ret_output, rowcall_error *err)
{
    rowcall_status st;
    int output[2] = {-1, -1};
    FILE *file = tmpfile();
    bool written = file && (input.len == 0 || fwrite(input.data, input.len, 1, file) == 1);
    if (!written || fflush(file) != 0 || fseek(file, 0, SEEK_SET) != 0) {
        st = fail(err, program, "temporary file", errno);
        goto out;
    }
    if (pipe(output) != 0) {
        st = fail(err, program, "pipe", errno);
        goto out;
    }
    pid_t child = 0;
    int error = spawn(program, fileno(file), output, &child);
    if (error) {
        st = fail(err, program, "cannot be run", error);
        goto out;
    }
    close(output[1]);
    output[1] = -1;
    read_all(output[0], ret_output);
    st = wait_for(program, child, err);
    if (st == ROWCALL_OK) {
        st = rc_buf_status(ret_output, err);
    }
out:
    if (output[0] >= 0) {
        close(output[0]);
    }
    if (output[1] >= 0) {
        close(output[1]);
    }
    if (file) {
        fclose(file);
    }
    return st;
}
