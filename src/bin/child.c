// SPDX-License-Identifier: Apache-2.0
//
// fork, exec, wait.
#include "bin/child.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { EXIT_NOT_STARTED = 127 };

void rc_child_signals(sigset_t *ret_signals)
{
    (void)sigemptyset(ret_signals);
    (void)sigaddset(ret_signals, SIGINT);
    (void)sigaddset(ret_signals, SIGTERM);
    (void)sigaddset(ret_signals, SIGHUP);
    (void)sigaddset(ret_signals, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, ret_signals, NULL);
}

rowcall_status rc_child_self(char *ret_path, size_t size, rowcall_error *err)
{
    ssize_t len = readlink("/proc/self/exe", ret_path, size - 1);
    if (len < 0) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "cannot find this program's own file: %s", strerror(errno));
    }
    ret_path[len] = '\0';
    return ROWCALL_OK;
}

// In the child: what the parent had blocked is no business of another program.
static void unblock_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static rowcall_status start(const char *const *words, bool own_group, pid_t *ret_pid,
                            rowcall_error *err)
{
    char path[PATH_MAX];
    rowcall_status st = rc_child_self(path, sizeof path, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    fflush(NULL);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "cannot fork: %s",
                            strerror(errno));
    }
    if (pid == 0) {
        if (own_group) {
            (void)setpgid(0, 0);
            (void)signal(SIGTTOU, SIG_IGN); // its log goes to the terminal all the same
        }
#ifdef __linux__
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
        unblock_signals();
        if (getppid() == parent) { // else it died before we asked to be told
            execv(path, (char *const *)(uintptr_t)words);
        }
        _exit(EXIT_NOT_STARTED);
    }
    *ret_pid = pid;
    return ROWCALL_OK;
}

rowcall_status rc_child_spawn(const char *const *words, pid_t *ret_pid, rowcall_error *err)
{
    return start(words, true, ret_pid, err);
}

rowcall_status rc_child_run(const char *const *words, rowcall_error *err)
{
    pid_t pid = 0;
    int status = 0;
    rowcall_status st = start(words, false, &pid, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "`rowcall %s` ended with %s",
                            words[1], rc_child_end(status));
    }
    return ROWCALL_OK;
}

rowcall_status rc_child_fork(rc_child_fn work, void *context, pid_t *ret_pid,
                             rowcall_error *err)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) {
        return rc_error_set(err, ROWCALL_RESOURCE_EXHAUSTED, "cannot fork: %s",
                            strerror(errno));
    }
    if (pid == 0) {
        (void)setpgid(0, 0);
        unblock_signals();
        _exit(work(context));
    }
    *ret_pid = pid;
    return ROWCALL_OK;
}

const char *rc_child_end(int status)
{
    static char text[32];
    bool exited = WIFEXITED(status);
    snprintf(text, sizeof text, "%s %d", exited ? "exit code" : "signal",
             exited ? WEXITSTATUS(status) : WTERMSIG(status));
    return text;
}
