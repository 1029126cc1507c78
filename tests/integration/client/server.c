// SPDX-License-Identifier: Apache-2.0
//
// The server's process. Its database is migrated by `rowcall migrate deploy`, as anybody's is.
#include "server.h"

#include "support/database.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 16 };

// Runs the program with these arguments in a process of its own.
static pid_t spawn(const struct test_server *server, const char *const *arguments)
{
    const char *words[ARGUMENTS_MAX + 2] = {"rowcall"};
    for (int i = 0; i < ARGUMENTS_MAX && arguments[i]; i++) {
        words[i + 1] = arguments[i];
    }
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)setenv("DATABASE_URL", server->database, 1);
        (void)setenv("ROWCALL_URL", server->url, 1);
        (void)execv(ROWCALL_PROGRAM, (char *const *)words);
        _exit(127);
    }
    return pid;
}

static int reap(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool is_ready(const struct test_server *server)
{
    static const char *const check[] = {"call", "core", "Role/Count", NULL};
    return reap(spawn(server, check)) == 0;
}

void test_server_start(struct test_server *server, const char *const *arguments)
{
    static const char *const deploy[] = {"migrate",      "deploy",   "--db",
                                         "core",         "--schema", CORE_SCHEMA,
                                         "--migrations", MIGRATIONS, NULL};
    const char *serve[ARGUMENTS_MAX] = {"serve", "--schema", CORE_SCHEMA, "--db", "core"};
    *server = (struct test_server){.folder = "/tmp/rowcall-client-XXXXXX"};
    assert_non_null(mkdtemp(server->folder));
    (void)snprintf(server->url, sizeof(server->url), "ipc://%s/s", server->folder);
    server->database = test_database_create();
    assert_int_equal(reap(spawn(server, deploy)), 0);
    for (int i = 0; i < 8 && arguments && arguments[i]; i++) {
        serve[5 + i] = arguments[i];
    }
    server->pid = spawn(server, serve);
    while (!is_ready(server)) { // each waits for a connection; the test's own timeout bounds it
        int status = 0;
        assert_int_equal(waitpid(server->pid, &status, WNOHANG), 0);
    }
}

void test_server_stop(struct test_server *server)
{
    assert_int_equal(kill(server->pid, SIGTERM), 0);
    assert_int_equal(reap(server->pid), 0);
    assert_int_equal(rmdir(server->folder), 0);
    test_database_drop(server->database);
}
