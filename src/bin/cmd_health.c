// SPDX-License-Identifier: Apache-2.0
//
// `rowcall health [DATABASE]`: whether a running server can answer, as an exit code. Made for
// health checks of containers and supervisors; needs no token.
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/remote.h"
#include "wire/reader.h"
#include "wire/writer.h"

struct health_command {
    struct rc_remote_options remote;
    const char *database; // NULL: all
    bool live;
};

// A DatabaseHealth as a line.
static void print_database(struct rc_view message)
{
    enum { NAME = 1, READY = 2, MESSAGE = 3 };
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    struct rc_view name = {0};
    struct rc_view reason = {0};
    bool ready = false;
    rc_wire_reader_init(&reader, message);
    while (rc_wire_next(&reader, &value)) {
        name = value.number == NAME ? value.bytes : name;
        reason = value.number == MESSAGE ? value.bytes : reason;
        ready = value.number == READY ? value.scalar != 0 : ready;
    }
    printf("%.*s: %s%s%.*s\n", rc_view_arg(name), ready ? "ready" : "not ready",
           reason.len ? ": " : "", rc_view_arg(reason));
}

// A HealthCheckResponse.
static bool print_databases(struct rc_view response)
{
    enum { READY = 1, DATABASES = 2 };
    struct rc_wire_reader reader;
    struct rc_wire_value value = {0};
    bool ready = false;
    rc_wire_reader_init(&reader, response);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == READY) {
            ready = value.scalar != 0;
        } else if (value.number == DATABASES) {
            print_database(value.bytes);
        }
    }
    return ready;
}

static rowcall_status ask(const struct health_command *command, struct rc_remote *remote,
                          bool *ret_well, rowcall_error *err)
{
    enum { DATABASE = 1 };
    struct rc_buf request = {0};
    struct rc_buf reply = {0};
    struct rc_shell_answer answer = {0};
    if (command->database) {
        rc_wire_put_text(&request, DATABASE, command->database);
    }
    rowcall_status st = rc_buf_status(&request, err);
    if (st == ROWCALL_OK) {
        struct rc_shell_call call = {.method = command->live ? "Health/Live" : "Health/Check",
                                     .request = rc_buf_view(&request)};
        st = rc_remote_call(remote, &call, &reply, &answer, err);
    }
    if (st == ROWCALL_OK && answer.error.status != ROWCALL_OK) {
        st = rc_error_set(err, answer.error.status, "%s", answer.error.message);
    } else if (st == ROWCALL_OK) {
        *ret_well = command->live || print_databases(answer.response);
    }
    rc_buf_fini(&request);
    rc_buf_fini(&reply);
    return st;
}

int rc_cmd_health(int argc, char **argv)
{
    struct health_command command = {.remote = {.timeout_ms = 2000}};
    const struct rc_option options[] = {
        {"live", RC_OPTION_FLAG, &command.live, NULL,
         "only whether the server answers, whatever its databases do"},
        RC_REMOTE_OPTIONS(&command.remote),
    };
    const struct rc_command_line line = {
        .name = "health",
        .arguments = "[DATABASE]",
        .about = "Asks a running server whether its databases, or the one named, can answer: a "
                 "line each. Exits 0\n"
                 "when all are ready, 1 when one is not, 3 when no server is there. Needs no "
                 "token; waits 2000 ms\n"
                 "unless --timeout says otherwise.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .max_arguments = 1,
        .examples = "  rowcall health\n  rowcall health core --url tcp://127.0.0.1:7000\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    rowcall_error err = {0};
    struct rc_remote remote = {0};
    bool well = false;
    command.database = count > 0 ? argv[1] : NULL;
    rowcall_status st = rc_remote_open(&remote, &command.remote, &err);
    st = st ? st : ask(&command, &remote, &well, &err);
    rc_remote_close(&remote);
    if (st != ROWCALL_OK) {
        return rc_cli_fail(line.name, &err);
    }
    return well ? RC_EXIT_OK : RC_EXIT_FAILED;
}
