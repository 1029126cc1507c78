// SPDX-License-Identifier: Apache-2.0
//
// `rowcall sql DATABASE SQL [PARAMETER ...]`: one statement on a running server that takes SQL
// from this caller (Raw/Query), its rows as a table.
#include "api/descriptor.h"
#include "bin/callee.h"
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/failure.h"
#include "bin/remote.h"
#include "bin/result_table.h"
#include "json/decode.h"
#include "service/contract.h"
#include "wire/writer.h"

struct sql_command {
    struct rc_remote_options remote;
    const char *database;
    const char *sql;
    char **parameters;
    size_t parameter_count;
    uint32_t max_rows;
    bool read_only;
    bool as_json;
};

// Every parameter is text, which PostgreSQL reads as the type it has in the statement.
static void put_parameter(const char *text, struct rc_buf *request)
{
    size_t mark = rc_wire_begin(request, RC_RAW_PARAMETERS);
    if (strcmp(text, "\\N") == 0) {
        rc_wire_put_uint(request, RC_RAW_VALUE_IS_NULL, 1);
    } else {
        rc_wire_put_text(request, RC_RAW_VALUE_TEXT, text);
    }
    rc_wire_end(request, mark);
}

static rowcall_status make_request(const struct sql_command *command, struct rc_buf *request,
                                   rowcall_error *err)
{
    struct rc_buf sql = {0};
    rowcall_status st = rc_callee_read_argument(command->sql, &sql, err);
    if (st == ROWCALL_OK) {
        rc_wire_put_bytes(request, RC_RAW_SQL, rc_buf_view(&sql));
        for (size_t i = 0; i < command->parameter_count; i++) {
            put_parameter(command->parameters[i], request);
        }
        rc_wire_put_uint(request, RC_RAW_READ_ONLY, command->read_only);
        rc_wire_put_uint(request, RC_RAW_MAX_ROWS, command->max_rows);
        st = rc_buf_status(request, err);
    }
    rc_buf_fini(&sql);
    return st;
}

static rowcall_status print_json(struct rc_view response, rowcall_error *err)
{
    const struct rc_json_style style = {.pretty = true};
    struct rc_pool *pool = NULL;
    struct rc_buf text = {0};
    rowcall_status st = rc_pool_new(rc_api_fixed_descriptors(), &pool, err);
    if (st == ROWCALL_OK) {
        st = rc_json_decode(rc_pool_message(pool, rc_view_of("rowcall.RawQueryResponse")),
                            response, &style, &text, err);
    }
    if (st == ROWCALL_OK) {
        fwrite(text.data, 1, text.len, stdout);
        putchar('\n');
    }
    rc_pool_free(pool);
    rc_buf_fini(&text);
    return st;
}

// Sends the statement and prints its answer; *ret_exit is the exit code unless it fails
// locally.
static rowcall_status exchange(const struct sql_command *command, struct rc_remote *remote,
                               int *ret_exit, rowcall_error *err)
{
    struct rc_buf request = {0};
    struct rc_buf reply = {0};
    struct rc_shell_answer answer = {0};
    rowcall_status st = make_request(command, &request, err);
    struct rc_shell_call call = {.database = command->database, .method = "Raw/Query"};
    if (st == ROWCALL_OK) {
        call.request = rc_buf_view(&request);
        st = rc_remote_call(remote, &call, &reply, &answer, err);
    }
    if (st == ROWCALL_OK && answer.error.status != ROWCALL_OK) {
        rc_failure_print(&answer.error, command->as_json);
        *ret_exit = rc_failure_exit_answered(&answer.error);
    } else if (st == ROWCALL_OK) {
        st = command->as_json ? print_json(answer.response, err)
                              : rc_result_table_print(answer.response, stdout, err);
    }
    rc_buf_fini(&request);
    rc_buf_fini(&reply);
    return st;
}

static int run(const struct sql_command *command)
{
    struct rc_remote remote = {0};
    rowcall_error err = {0};
    int exit_code = RC_EXIT_OK;
    rowcall_status st = rc_remote_open(&remote, &command->remote, &err);
    if (st == ROWCALL_OK) {
        st = exchange(command, &remote, &exit_code, &err);
    }
    if (st != ROWCALL_OK) {
        rc_failure_print(&err, command->as_json);
        exit_code = rc_failure_exit_local(&err);
    }
    rc_remote_close(&remote);
    return exit_code;
}

int rc_cmd_sql(int argc, char **argv)
{
    struct sql_command command = {.max_rows = 0};
    const struct rc_option options[] = {
        RC_REMOTE_OPTIONS(&command.remote),
        {"read-only", RC_OPTION_FLAG, &command.read_only, NULL, "PostgreSQL refuses to write"},
        {"max-rows", RC_OPTION_COUNT, &command.max_rows, "N",
         "more rows are an error, and not read (10000)"},
        {"json", RC_OPTION_FLAG, &command.as_json, NULL,
         "as JSON (rowcall.RawQueryResponse); a failure likewise, on stderr"},
    };
    const struct rc_command_line line = {
        .name = "sql",
        .arguments = "DATABASE SQL|@FILE|- [PARAMETER ...]",
        .about =
            "Executes one statement on a database of a running server and prints its rows. "
            "$1, $2, ... are\nthe parameters, as text; \\N is NULL. The server has to permit "
            "it: rowcall serve --allow-raw or\n--raw-token-file; rowcall dev does.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .min_arguments = 2,
        .max_arguments = 1000,
        .examples = "  rowcall sql core 'select count(*) from products'\n"
                    "  rowcall sql core 'select * from products where id = $1' 7 --json\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    command.database = argv[1];
    command.sql = argv[2];
    command.parameters = &argv[3];
    command.parameter_count = count - 2;
    return run(&command);
}
