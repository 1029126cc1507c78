// SPDX-License-Identifier: Apache-2.0
//
// `rowcall call DATABASE METHOD [JSON]`: one call on a running server, JSON in, JSON out. What
// the messages look like is the server's to say, so any server can be called, whatever this
// program was built with.
#include "bin/callee.h"
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/failure.h"
#include "bin/remote.h"
#include "json/decode.h"

struct call_command {
    struct rc_remote_options remote;
    const char *database;
    const char *method;
    const char *json;
    bool compact;
    bool timings;
    bool json_errors;
};

static void print_timings(const struct rc_shell_answer *answer)
{
    if (answer->has_timings) {
        fflush(stdout);
        fprintf(stderr,
                "total %.3f ms: waited %.3f ms, database %.3f ms (as the server measured)\n",
                (double)answer->total_us / 1000.0, (double)answer->queue_us / 1000.0,
                (double)answer->database_us / 1000.0);
    }
}

// Sends the call and prints its answer; *ret_exit is the exit code unless it fails locally.
static rowcall_status exchange(const struct call_command *command, struct rc_remote *remote,
                               const struct rc_pool_method *method, int *ret_exit,
                               rowcall_error *err)
{
    struct rc_buf request = {0};
    struct rc_buf reply = {0};
    struct rc_buf text = {0};
    struct rc_shell_answer answer = {0};
    rowcall_status st = rc_callee_encode(method, command->json, &request, err);
    if (st == ROWCALL_OK) {
        struct rc_shell_call call = {.database = command->database,
                                     .method = command->method,
                                     .request = rc_buf_view(&request),
                                     .timings = command->timings};
        st = rc_remote_call(remote, &call, &reply, &answer, err);
    }
    if (st == ROWCALL_OK && answer.error.status != ROWCALL_OK) {
        rc_failure_print(&answer.error, command->json_errors);
        *ret_exit = rc_failure_exit_answered(&answer.error);
    } else if (st == ROWCALL_OK) {
        const struct rc_json_style style = {.pretty = !command->compact};
        st = rc_json_decode(method->output, answer.response, &style, &text, err);
        if (st == ROWCALL_OK) {
            fwrite(text.data, 1, text.len, stdout);
            putchar('\n');
        }
    }
    if (st == ROWCALL_OK) {
        print_timings(&answer);
    }
    rc_buf_fini(&request);
    rc_buf_fini(&reply);
    rc_buf_fini(&text);
    return st;
}

static int call(const struct call_command *command)
{
    struct rc_remote remote = {0};
    struct rc_pool *pool = NULL;
    rowcall_error err = {0};
    int exit_code = RC_EXIT_OK;
    rowcall_status st = rc_remote_open(&remote, &command->remote, &err);
    if (st == ROWCALL_OK) {
        st = rc_remote_describe(&remote, command->database, &pool, &err);
    }
    if (st == ROWCALL_OK) {
        const struct rc_pool_method *method =
            rc_callee_find(pool, command->database, command->method, &err);
        st = method ? exchange(command, &remote, method, &exit_code, &err) : err.status;
    }
    if (st != ROWCALL_OK) {
        rc_failure_print(&err, command->json_errors);
        exit_code = rc_failure_exit_local(&err);
    }
    rc_pool_free(pool);
    rc_remote_close(&remote);
    return exit_code;
}

int rc_cmd_call(int argc, char **argv)
{
    struct call_command command = {0};
    const struct rc_option options[] = {
        RC_REMOTE_OPTIONS(&command.remote),
        {"compact", RC_OPTION_FLAG, &command.compact, NULL, "the response on one line"},
        {"timings", RC_OPTION_FLAG, &command.timings, NULL,
         "how long the server took, on stderr"},
        {"json", RC_OPTION_FLAG, &command.json_errors, NULL,
         "a failure as JSON (rowcall.Status), on stderr"},
    };
    const struct rc_command_line line = {
        .name = "call",
        .arguments = "DATABASE ENTITY/METHOD [JSON | @FILE | -]",
        .about =
            "Calls a method of a running server and prints the response as JSON. The "
            "request is JSON,\n"
            "too ({} when left out), as proto3 maps it: 64-bit numbers as text or number, "
            "bytes as base64.\n"
            "A failure is told on stderr. Exit codes: 1 the call failed, 2 it is wrong and "
            "was not sent,\n3 the server or its database cannot be reached.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .min_arguments = 2,
        .max_arguments = 3,
        .examples = "  rowcall call core Product/FindUnique '{\"key\": {\"name\": \"Gold\"}}'\n"
                    "  rowcall call core Product/Count\n"
                    "  rowcall call core Product/Create @product.json\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    command.database = argv[1];
    command.method = argv[2];
    command.json = count > 2 ? argv[3] : NULL;
    return call(&command);
}
