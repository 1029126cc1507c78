// SPDX-License-Identifier: Apache-2.0
//
// `rowcall explain DATABASE METHOD [JSON]`: the SQL that a call would execute on a running
// server, and PostgreSQL's plan for it. The call itself does not happen.
#include "api/descriptor.h"
#include "bin/callee.h"
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/failure.h"
#include "bin/remote.h"
#include "bin/sql_layout.h"
#include "json/decode.h"
#include "service/contract.h"
#include "wire/reader.h"

struct explain_command {
    struct rc_remote_options remote;
    const char *database;
    const char *method;
    const char *json;
    bool analyze;
    bool values;
    bool as_json;
};

// ---- for people

struct parameter {
    struct rc_view type;
    struct rc_view path;
    struct rc_view value;
    bool is_null;
};

static struct parameter read_parameter(struct rc_view bytes)
{
    struct parameter parameter = {{"", 0}, {"", 0}, {"", 0}, false};
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        bool is_text = value.type == RC_WIRE_BYTES;
        if (value.number == RC_EXPLAINED_PARAMETER_TYPE && is_text) {
            parameter.type = value.bytes;
        } else if (value.number == RC_EXPLAINED_PARAMETER_PATH && is_text) {
            parameter.path = value.bytes;
        } else if (value.number == RC_EXPLAINED_PARAMETER_VALUE && is_text) {
            parameter.value = value.bytes;
        } else if (value.number == RC_EXPLAINED_PARAMETER_IS_NULL) {
            parameter.is_null = value.type == RC_WIRE_VARINT && value.scalar != 0;
        }
    }
    return parameter;
}

static void print_parameter(struct rc_view bytes, size_t number, bool values)
{
    struct parameter parameter = read_parameter(bytes);
    bool is_made = parameter.path.len == 0;
    printf("  $%-3zu %-14.*s %.*s", number, rc_view_arg(parameter.type),
           rc_view_arg(is_made ? rc_view_of("(the server's)") : parameter.path));
    if (values && parameter.is_null) {
        printf(" = NULL");
    } else if (values) {
        printf(" = %.*s", rc_view_arg(parameter.value));
    }
    putchar('\n');
}

static void print_plan(struct rc_view plan)
{
    for (size_t at = 0; at < plan.len;) {
        const char *end = memchr(plan.data + at, '\n', plan.len - at);
        size_t len = end ? (size_t)(end - plan.data) - at : plan.len - at;
        printf("  %.*s\n", (int)len, plan.data + at);
        at += len + 1;
    }
}

static void print_heading(const char *text)
{
    bool colour = rc_cli_use_colour(stdout);
    printf("\n%s%s%s\n", colour ? "\033[1m" : "", text, colour ? "\033[0m" : "");
}

static rowcall_status print_statement(struct rc_view bytes, bool values, rowcall_error *err)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct rc_buf sql = {0};
    size_t parameters = 0;
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.type != RC_WIRE_BYTES) {
            continue; // a newer server's
        }
        if (value.number == RC_EXPLAINED_STATEMENT_SQL) {
            rc_sql_layout(value.bytes, &sql);
            printf("%.*s\n", rc_view_arg(rc_buf_view(&sql)));
        } else if (value.number == RC_EXPLAINED_STATEMENT_PARAMETERS) {
            if (parameters++ == 0) {
                print_heading("parameters");
            }
            print_parameter(value.bytes, parameters, values);
        } else if (value.number == RC_EXPLAINED_STATEMENT_PLAN) {
            print_heading("plan");
            print_plan(value.bytes);
        }
    }
    rowcall_status st = rc_buf_status(&sql, err);
    rc_buf_fini(&sql);
    return st;
}

static rowcall_status print_text(struct rc_view explain, bool values, rowcall_error *err)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rowcall_status st = ROWCALL_OK;
    size_t count = 0;
    rc_wire_reader_init(&reader, explain);
    while (st == ROWCALL_OK && rc_wire_next(&reader, &value)) {
        if (value.number == RC_EXPLAIN_STATEMENTS && value.type == RC_WIRE_BYTES) {
            printf("%s", count++ > 0 ? "\n" : "");
            st = print_statement(value.bytes, values, err);
        }
    }
    if (count == 0) {
        puts("nothing to execute");
    }
    return st;
}

// ---- for programs

static rowcall_status print_json(const struct rc_pool *pool, struct rc_view explain,
                                 rowcall_error *err)
{
    const struct rc_json_style style = {.pretty = true};
    const struct rc_wire_message *message =
        rc_pool_message(pool, rc_view_of("rowcall.Explain"));
    struct rc_buf text = {0};
    rowcall_status st =
        message ? rc_json_decode(message, explain, &style, &text, err)
                : rc_error_set(err, ROWCALL_UNIMPLEMENTED, "this server does not explain");
    if (st == ROWCALL_OK) {
        fwrite(text.data, 1, text.len, stdout);
        putchar('\n');
    }
    rc_buf_fini(&text);
    return st;
}

static rowcall_status print(const struct explain_command *command, const struct rc_pool *pool,
                            const struct rc_shell_answer *answer, rowcall_error *err)
{
    if (!answer->has_explain) { // an older server reads metadata for its log alone
        return rc_error_set(err, ROWCALL_UNIMPLEMENTED,
                            "this server does not explain calls: it has executed this one");
    }
    return command->as_json ? print_json(pool, answer->explain, err)
                            : print_text(answer->explain, command->values, err);
}

// Sends the call and prints its answer; *ret_exit is the exit code unless it fails locally.
static rowcall_status exchange(const struct explain_command *command, struct rc_remote *remote,
                               const struct rc_pool *pool, int *ret_exit, rowcall_error *err)
{
    struct rc_buf request = {0};
    struct rc_buf reply = {0};
    struct rc_shell_answer answer = {0};
    char how[64];
    const struct rc_pool_method *method =
        rc_callee_find(pool, command->database, command->method, err);
    rowcall_status st =
        method ? rc_callee_encode(method, command->json, &request, err) : err->status;
    snprintf(how, sizeof how, "%s%s%s", command->analyze ? "analyze" : "plan",
             command->as_json ? ",json" : "", command->values ? ",values" : "");
    if (st == ROWCALL_OK) {
        struct rc_shell_call call = {.database = command->database,
                                     .method = command->method,
                                     .request = rc_buf_view(&request),
                                     .explain = how};
        st = rc_remote_call(remote, &call, &reply, &answer, err);
    }
    if (st == ROWCALL_OK && answer.error.status != ROWCALL_OK) {
        rc_failure_print(&answer.error, command->as_json);
        *ret_exit = rc_failure_exit_answered(&answer.error);
    } else if (st == ROWCALL_OK) {
        st = print(command, pool, &answer, err);
    }
    rc_buf_fini(&request);
    rc_buf_fini(&reply);
    return st;
}

static int explain(const struct explain_command *command)
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
        st = exchange(command, &remote, pool, &exit_code, &err);
    }
    if (st != ROWCALL_OK) {
        rc_failure_print(&err, command->as_json);
        exit_code = rc_failure_exit_local(&err);
    }
    rc_pool_free(pool);
    rc_remote_close(&remote);
    return exit_code;
}

int rc_cmd_explain(int argc, char **argv)
{
    struct explain_command command = {0};
    const struct rc_option options[] = {
        RC_REMOTE_OPTIONS(&command.remote),
        {"analyze", RC_OPTION_FLAG, &command.analyze, NULL,
         "execute it, measured, in a transaction that is rolled back"},
        {"values", RC_OPTION_FLAG, &command.values, NULL, "the parameters' values, too"},
        {"json", RC_OPTION_FLAG, &command.as_json, NULL,
         "as JSON (rowcall.Explain), with PostgreSQL's plan as JSON"},
    };
    const struct rc_command_line line = {
        .name = "explain",
        .arguments = "DATABASE ENTITY/METHOD [JSON | @FILE | -]",
        .about = "Prints the SQL that a call of a running server would execute, where each "
                 "parameter comes\nfrom, and PostgreSQL's plan. The server has to permit it: "
                 "rowcall serve --allow-explain or\n--explain-token-file; rowcall dev does.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .min_arguments = 2,
        .max_arguments = 3,
        .examples = "  rowcall explain core Product/FindMany '{\"take\": 10}'\n"
                    "  rowcall explain --analyze core Product/Count\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    command.database = argv[1];
    command.method = argv[2];
    command.json = count > 2 ? argv[3] : NULL;
    return explain(&command);
}
