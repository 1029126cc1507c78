// SPDX-License-Identifier: Apache-2.0
//
// `rowcall encode` and `rowcall decode`: envelopes as files, for tools that send and receive
// bytes. No server is asked: the messages are derived from the compiled schema, as the server
// derives them.
#include "bin/callee.h"
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/envelope.h"
#include "bin/failure.h"
#include "bin/project.h"
#include "bin/scope_pool.h"
#include "json/decode.h"

#include <stdlib.h>
#include <unistd.h>

struct file_command {
    const char *schema_file;
    const char *database;
    const char *method;
    const char *json;  // encode
    const char *token; // encode
    uint32_t timeout_ms;
    bool compact;     // decode
    bool json_errors; // decode
};

// The method, in a pool that the caller frees.
static rowcall_status find_method(const struct file_command *command, struct rc_pool **ret_pool,
                                  const struct rc_pool_method **ret_method, rowcall_error *err)
{
    struct rc_schema *schema = NULL;
    rowcall_status st = rc_project_schema(command->schema_file, &schema, err);
    if (st == ROWCALL_OK) {
        const struct rc_scope *scope = rc_project_database(schema, command->database, err);
        st = scope ? rc_scope_pool(scope, ret_pool, err) : ROWCALL_INVALID_ARGUMENT;
    }
    if (st == ROWCALL_OK) {
        *ret_method = rc_callee_find(*ret_pool, command->database, command->method, err);
        st = *ret_method ? ROWCALL_OK : ROWCALL_INVALID_ARGUMENT;
    }
    rc_schema_free(schema);
    return st;
}

static rowcall_status write_out(const struct rc_buf *bytes, rowcall_error *err)
{
    rowcall_status st = rc_buf_status(bytes, err);
    if (st == ROWCALL_OK &&
        (fwrite(bytes->data, 1, bytes->len, stdout) != bytes->len || fflush(stdout) != 0)) {
        st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "cannot write to standard output");
    }
    return st;
}

static int encode(const struct file_command *command)
{
    struct rc_pool *pool = NULL;
    const struct rc_pool_method *method = NULL;
    struct rc_buf request = {0};
    struct rc_buf envelope = {0};
    rowcall_error err = {0};
    rowcall_status st = find_method(command, &pool, &method, &err);
    if (st == ROWCALL_OK) {
        st = rc_callee_encode(method, command->json, &request, &err);
    }
    if (st == ROWCALL_OK) {
        rc_shell_call_write(&(struct rc_shell_call){.database = command->database,
                                                    .method = command->method,
                                                    .token = command->token,
                                                    .request = rc_buf_view(&request),
                                                    .timeout_ms = command->timeout_ms},
                            &envelope);
        st = write_out(&envelope, &err);
    }
    if (st != ROWCALL_OK) {
        rc_failure_print(&err, false);
    }
    rc_buf_fini(&request);
    rc_buf_fini(&envelope);
    rc_pool_free(pool);
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_failure_exit_local(&err);
}

int rc_cmd_encode(int argc, char **argv)
{
    struct file_command command = {.schema_file = RC_PROJECT_SCHEMA,
                                   .token = getenv("ROWCALL_TOKEN")};
    const struct rc_option options[] = {
        {"schema", RC_OPTION_TEXT, &command.schema_file, "FILE",
         "the compiled schema (" RC_PROJECT_SCHEMA ")"},
        {"token", RC_OPTION_TEXT, &command.token, "TOKEN", "credentials (ROWCALL_TOKEN)"},
        {"timeout", RC_OPTION_COUNT, &command.timeout_ms, "MS",
         "how long the call may take (the server's default)"},
    };
    const struct rc_command_line line = {
        .name = "encode",
        .arguments = "DATABASE ENTITY/METHOD [JSON | @FILE | -]",
        .about = "Writes a request envelope of one call to standard output. It is one message "
                 "of nng's\n"
                 "request/reply protocol; `rowcall decode` reads what comes back.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .min_arguments = 2,
        .max_arguments = 3,
        .examples = "  rowcall encode core Product/Count '{}' > call.bin\n"
                    "  nngcat --req0 --dial \"$ROWCALL_URL\" --file call.bin --raw |\n"
                    "      rowcall decode core Product/Count\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    command.database = argv[1];
    command.method = argv[2];
    command.json = count > 2 ? argv[3] : NULL;
    if (isatty(STDOUT_FILENO)) {
        fprintf(stderr, "rowcall encode: an envelope is bytes: send it to a file or a pipe\n");
        return RC_EXIT_USAGE;
    }
    return encode(&command);
}

static int decode(const struct file_command *command)
{
    struct rc_pool *pool = NULL;
    const struct rc_pool_method *method = NULL;
    struct rc_shell_answer answer = {0};
    struct rc_buf envelope = {0};
    struct rc_buf text = {0};
    rowcall_error err = {0};
    int exit_code = RC_EXIT_OK;
    rowcall_status st = find_method(command, &pool, &method, &err);
    if (st == ROWCALL_OK) {
        st = rc_callee_read_argument("-", &envelope, &err);
    }
    if (st == ROWCALL_OK && envelope.len == 0) {
        st = rc_error_set(&err, ROWCALL_INVALID_ARGUMENT,
                          "there is no reply: standard input is empty");
    }
    if (st == ROWCALL_OK) {
        st = rc_shell_answer_read(rc_buf_view(&envelope), &answer, &err);
    }
    if (st == ROWCALL_OK && answer.error.status != ROWCALL_OK) {
        rc_failure_print(&answer.error, command->json_errors);
        exit_code = RC_EXIT_FAILED;
    } else if (st == ROWCALL_OK) {
        const struct rc_json_style style = {.pretty = !command->compact};
        st = rc_json_decode(method->output, answer.response, &style, &text, &err);
        if (st == ROWCALL_OK) {
            rc_buf_append_char(&text, '\n');
            st = write_out(&text, &err);
        }
    }
    if (st != ROWCALL_OK) {
        rc_failure_print(&err, command->json_errors);
        exit_code = rc_failure_exit_local(&err);
    }
    rc_buf_fini(&envelope);
    rc_buf_fini(&text);
    rc_pool_free(pool);
    return exit_code;
}

int rc_cmd_decode(int argc, char **argv)
{
    struct file_command command = {.schema_file = RC_PROJECT_SCHEMA};
    const struct rc_option options[] = {
        {"schema", RC_OPTION_TEXT, &command.schema_file, "FILE",
         "the compiled schema (" RC_PROJECT_SCHEMA ")"},
        {"compact", RC_OPTION_FLAG, &command.compact, NULL, "the response on one line"},
        {"json", RC_OPTION_FLAG, &command.json_errors, NULL,
         "a failure as JSON (rowcall.Status), on stderr"},
    };
    const struct rc_command_line line = {
        .name = "decode",
        .arguments = "DATABASE ENTITY/METHOD",
        .about = "Reads a reply envelope of one call from standard input and prints the "
                 "response as JSON.\n"
                 "The reply of a failed call is told on stderr, with exit code 1.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .min_arguments = 2,
        .max_arguments = 2,
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    command.database = argv[1];
    command.method = argv[2];
    return decode(&command);
}
