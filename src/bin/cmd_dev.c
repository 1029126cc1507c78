// SPDX-License-Identifier: Apache-2.0
//
// `rowcall dev`: everything that serving takes, in one command that ends with Ctrl-C. This
// process only starts the others (generate, migrate, serve: this very program) and waits; it
// stays without threads, since it forks. Whatever happens, what it started is stopped in the
// opposite order.
#include "bin/child.h"
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/dotenv.h"
#include "bin/private_pg.h"
#include "bin/project.h"
#include "bin/remote.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READY_SECONDS = 60, POLL_MS = 50 };

struct dev {
    const char *listen; // NULL: ROWCALL_URL, else the default
    bool no_generate;
    sigset_t signals;
    struct rc_schema *schema;
    struct rc_private_pg pg;
    pid_t server;  // 0: not running
    pid_t watcher; // waits until the server is ready; 0: none
    bool ready;
    int stop_signal; // what ended it, 0: nothing did
};

static const char *server_url(const struct dev *dev)
{
    const char *url = dev->listen ? dev->listen : getenv("ROWCALL_URL");
    return url && *url ? url : RC_REMOTE_DEFAULT_URL;
}

// Whether a stop signal is waiting; does not block.
static bool is_stopped(struct dev *dev)
{
    const struct timespec now = {0};
    int number;
    while (!dev->stop_signal && (number = sigtimedwait(&dev->signals, NULL, &now)) > 0) {
        if (number != SIGCHLD) {
            dev->stop_signal = number;
        }
    }
    return dev->stop_signal != 0;
}

// ---- ready?

// Whether every database of the server can answer.
static bool is_ready(struct rc_remote *remote)
{
    enum { READY = 1 };
    struct rc_buf reply = {0};
    struct rc_shell_answer answer = {0};
    struct rc_shell_call call = {.method = "Health/Check"};
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    bool ready = false;
    if (rc_remote_call(remote, &call, &reply, &answer, NULL) == ROWCALL_OK &&
        answer.error.status == ROWCALL_OK) {
        rc_wire_reader_init(&reader, answer.response);
        while (rc_wire_next(&reader, &value)) {
            ready = ready || (value.number == READY && value.scalar != 0);
        }
    }
    rc_buf_fini(&reply);
    return ready;
}

// In a process of its own: nng has threads. Exits with 0 once the server is ready.
static int watch(void *context)
{
    const struct dev *dev = context;
    const struct rc_remote_options options = {.url = server_url(dev), .timeout_ms = 1000};
    const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};
    const time_t end = time(NULL) + READY_SECONDS;
    struct rc_remote remote = {0};
    if (rc_remote_open(&remote, &options, NULL) != ROWCALL_OK) {
        return RC_EXIT_FAILED;
    }
    while (!is_ready(&remote)) {
        if (time(NULL) >= end) {
            return RC_EXIT_FAILED;
        }
        (void)nanosleep(&pause, NULL);
    }
    rc_remote_close(&remote);
    return RC_EXIT_OK;
}

// ---- what it says

// How to call this program: its name when PATH has it, else its path.
static void find_program(char *ret_name, size_t size)
{
    char self[PATH_MAX];
    char cwd[PATH_MAX] = "";
    const char *path = getenv("PATH");
    if (rc_child_self(self, sizeof self, NULL) != ROWCALL_OK) {
        snprintf(ret_name, size, "rowcall");
        return;
    }
    for (const char *at = path; at && *at; at += strcspn(at, ":"), at += *at == ':') {
        char candidate[PATH_MAX];
        char found[PATH_MAX];
        int len =
            snprintf(candidate, sizeof candidate, "%.*s/rowcall", (int)strcspn(at, ":"), at);
        if (len > 0 && (size_t)len < sizeof candidate && realpath(candidate, found) &&
            strcmp(found, self) == 0) {
            snprintf(ret_name, size, "rowcall");
            return;
        }
    }
    size_t below = getcwd(cwd, sizeof cwd) ? strlen(cwd) : 0;
    bool inside = below > 1 && strncmp(self, cwd, below) == 0 && self[below] == '/';
    snprintf(ret_name, size, "%s", inside ? self + below + 1 : self);
}

static void print_how(const struct dev *dev)
{
    char program[PATH_MAX];
    const char *url = server_url(dev);
    const char *known = getenv("ROWCALL_URL");
    const struct rc_scope *database = NULL;
    find_program(program, sizeof program);
    printf("\nServing at %s:", url);
    for (size_t i = 0; i < dev->schema->scope_count; i++) {
        const struct rc_scope *scope = &dev->schema->scopes[i];
        if (scope->is_database) {
            printf(" %s", scope->name);
            database = scope;
        }
    }
    puts(". From another terminal:\n");
    if (strcmp(url, known && *known ? known : RC_REMOTE_DEFAULT_URL) != 0) {
        printf("  export ROWCALL_URL=%s\n", url);
    }
    printf("  %s ls\n", program);
    if (database && database->model_count > 0) {
        const char *entity = database->models[0].entity->name;
        printf("  %s ls %s %s\n", program, database->name, entity);
        printf("  %s call %s %s/FindMany '{\"take\": 10}'\n", program, database->name, entity);
    }
    puts("\nCtrl-C stops it.\n");
    fflush(stdout);
}

// ---- running

static rowcall_status prepare(struct dev *dev, rowcall_error *err)
{
    static const char *const generate[] = {"rowcall", "generate", "--no-c", NULL};
    static const char *const deploy[] = {"rowcall", "migrate", "deploy", "--all", NULL};
    rowcall_status st = rc_dotenv_load(RC_PROJECT_DOTENV, err);
    if (st == ROWCALL_OK && !dev->no_generate) {
        st = rc_child_run(generate, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_project_schema(RC_PROJECT_SCHEMA, &dev->schema, err);
    }
    if (st == ROWCALL_OK && !is_stopped(dev)) {
        st = rc_private_pg_start(&dev->pg, dev->schema, err);
    }
    if (st == ROWCALL_OK && !is_stopped(dev)) {
        st = rc_child_run(deploy, err);
    }
    return st;
}

static rowcall_status start_server(struct dev *dev, rowcall_error *err)
{
    const char *const serve[] = {"rowcall",         "serve",       "--listen", server_url(dev),
                                 "--allow-explain", "--allow-raw", NULL};
    rowcall_status st = rc_child_spawn(serve, &dev->server, err);
    return st == ROWCALL_OK ? rc_child_fork(watch, dev, &dev->watcher, err) : st;
}

// Takes notice of children that ended. FAILED_PRECONDITION when one should not have.
static rowcall_status reap(struct dev *dev, rowcall_error *err)
{
    int status = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == dev->server) {
            dev->server = 0;
            return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                                "the server ended by itself: %s", rc_child_end(status));
        }
        if (pid == dev->watcher) {
            dev->watcher = 0;
            if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
                return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                                    "the server did not become ready in %d seconds",
                                    READY_SECONDS);
            }
            dev->ready = true;
            print_how(dev);
        }
    }
    return ROWCALL_OK;
}

static rowcall_status wait_for_end(struct dev *dev, rowcall_error *err)
{
    rowcall_status st = reap(dev, err);
    while (st == ROWCALL_OK && !dev->stop_signal) {
        const struct timespec pause = {.tv_sec = 1}; // PostgreSQL is no child: it is looked at
        int number = sigtimedwait(&dev->signals, NULL, &pause);
        if (number == SIGCHLD) {
            st = reap(dev, err);
        } else if (number > 0) {
            dev->stop_signal = number;
        } else if (!rc_private_pg_is_alive(&dev->pg)) {
            st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                              "the private PostgreSQL ended by itself; see %s/postgres.log",
                              dev->pg.folder);
        }
    }
    return st;
}

// Asks the server to stop and waits; a second Ctrl-C reaches it as a second signal, upon which
// it ends at once.
static void stop_server(struct dev *dev)
{
    if (dev->watcher > 0) {
        (void)kill(dev->watcher, SIGKILL);
        (void)waitpid(dev->watcher, NULL, 0);
    }
    if (dev->server > 0) {
        (void)kill(dev->server, SIGTERM);
    }
    while (dev->server > 0) {
        if (waitpid(dev->server, NULL, WNOHANG) != 0) {
            dev->server = 0;
            break;
        }
        int number = sigwaitinfo(&dev->signals, NULL);
        if (number > 0 && number != SIGCHLD) {
            (void)kill(dev->server, SIGTERM);
        }
    }
}

static int run(struct dev *dev)
{
    rowcall_error err = {0};
    rowcall_error stopping = {0};
    rc_child_signals(&dev->signals);
    rowcall_status st = prepare(dev, &err);
    if (st == ROWCALL_OK && !is_stopped(dev)) {
        st = start_server(dev, &err);
    }
    if (st == ROWCALL_OK && !dev->stop_signal) {
        st = wait_for_end(dev, &err);
    }
    bool interrupted = is_stopped(dev); // then what failed was interrupted, too
    int exit_code = st == ROWCALL_OK || interrupted ? RC_EXIT_OK : rc_cli_fail("dev", &err);
    stop_server(dev);
    if (rc_private_pg_stop(&dev->pg, &stopping) != ROWCALL_OK) {
        exit_code = rc_cli_fail("dev", &stopping);
    }
    if (interrupted) {
        puts("stopped");
    }
    rc_schema_free(dev->schema);
    return exit_code;
}

int rc_cmd_dev(int argc, char **argv)
{
    struct dev dev = {.pg = {.lock = -1}};
    const struct rc_option options[] = {
        {"listen", RC_OPTION_TEXT, &dev.listen, "URL",
         "where to serve (ROWCALL_URL, else " RC_REMOTE_DEFAULT_URL ")"},
        {"no-generate", RC_OPTION_FLAG, &dev.no_generate, NULL,
         "take " RC_PROJECT_SCHEMA " as it is"},
    };
    const struct rc_command_line line = {
        .name = "dev",
        .arguments = "",
        .about = "Generates, starts a private PostgreSQL, migrates every database and serves, "
                 "until Ctrl-C; then\n"
                 "everything it started is stopped. A database whose URL is in the environment "
                 "or in .env is used\n"
                 "(and migrated) where it is. The private data stays in .rowcall/pg for the "
                 "next time.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall dev\n  rowcall dev --listen tcp://127.0.0.1:7000\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    return run(&dev);
}
