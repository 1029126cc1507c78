// SPDX-License-Identifier: Apache-2.0
//
// `rowcall batch DATABASE METHOD JSON METHOD JSON ...`: several calls in one message, one
// transaction, and values that go from one call to a later one.
#include "bin/callee.h"
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/failure.h"
#include "bin/remote.h"
#include "json/decode.h"

#include <string.h>

enum { CALLS_MAX = 32 };

struct batch_command {
    struct rc_remote_options remote;
    struct rc_texts refers;
    const char *isolation;
    uint32_t retries;
    bool read_only;
    bool separate;
    bool json_errors;

    struct rc_shell_call calls[CALLS_MAX];
    const char *json[CALLS_MAX];
    const struct rc_pool_method *methods[CALLS_MAX];
    struct rc_buf requests[CALLS_MAX];
    struct rc_shell_answer answers[CALLS_MAX];
    struct rc_shell_reference references[RC_TEXTS_MAX];
    struct rc_shell_batch batch;
};

// ---- the command line

static rowcall_status read_isolation(struct batch_command *command, rowcall_error *err)
{
    static const char *const levels[] = {"", "read-committed", "repeatable-read",
                                         "serializable"};
    if (!command->isolation) {
        return ROWCALL_OK;
    }
    for (uint32_t i = 1; i < 4; i++) {
        if (strcmp(command->isolation, levels[i]) == 0) {
            command->batch.isolation = i;
            return ROWCALL_OK;
        }
    }
    return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                        "--isolation is read-committed, repeatable-read or serializable, not "
                        "'%s'",
                        command->isolation);
}

// "1:data.user_id", cut off at `end`. False when it is not that, or there is no such call.
static bool read_end(char *text, const char *end, size_t calls, size_t *ret_call,
                     const char **ret_path)
{
    size_t call = 0;
    char *at = text;
    for (; at < end && *at >= '0' && *at <= '9' && call < CALLS_MAX; at++) {
        call = call * 10 + (size_t)(*at - '0');
    }
    *ret_call = call;
    *ret_path = at + 1;
    return at > text && at < end && *at == ':' && at + 1 < end && call < calls;
}

// "1:data.user_id=0:row.id"; the words of the command line are ours to cut.
static rowcall_status read_refer(char *text, size_t calls, struct rc_shell_reference *ret,
                                 rowcall_error *err)
{
    char *equals = strchr(text, '=');
    bool good = equals && read_end(text, equals, calls, &ret->call, &ret->to) &&
                read_end(equals + 1, text + strlen(text), calls, &ret->source, &ret->from);
    if (!good) {
        return rc_error_set(
            err, ROWCALL_INVALID_ARGUMENT,
            "--refer '%s': say CALL:PATH=CALL:PATH, as in 1:data.user_id=0:row.id; "
            "calls count from 0",
            text);
    }
    *equals = '\0';
    return ROWCALL_OK;
}

static rowcall_status read_words(struct batch_command *command, char **argv, size_t count,
                                 rowcall_error *err)
{
    struct rc_shell_batch *batch = &command->batch;
    if (count % 2 != 1) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "each ENTITY/METHOD needs its JSON; {} is the shortest");
    }
    for (size_t i = 0; i < (count - 1) / 2; i++) {
        command->calls[i] =
            (struct rc_shell_call){.database = argv[1], .method = argv[2 + 2 * i]};
        command->json[i] = argv[3 + 2 * i];
    }
    *batch = (struct rc_shell_batch){.count = (count - 1) / 2,
                                     .references = command->references,
                                     .reference_count = command->refers.count,
                                     .atomic = !command->separate,
                                     .read_only = command->read_only,
                                     .max_retries = command->retries};
    rowcall_status st = read_isolation(command, err);
    for (size_t i = 0; st == ROWCALL_OK && i < command->refers.count; i++) {
        st = read_refer((char *)command->refers.items[i], batch->count, &command->references[i],
                        err);
    }
    return st;
}

// ---- calling

static rowcall_status encode(struct batch_command *command, const struct rc_pool *pool,
                             rowcall_error *err)
{
    for (size_t i = 0; i < command->batch.count; i++) {
        struct rc_shell_call *call = &command->calls[i];
        command->methods[i] = rc_callee_find(pool, call->database, call->method, err);
        rowcall_status st = command->methods[i] ? ROWCALL_OK : err->status;
        if (st == ROWCALL_OK) {
            st = rc_callee_encode(command->methods[i], command->json[i], &command->requests[i],
                                  err);
        }
        if (st != ROWCALL_OK) {
            return rc_error_wrap(err, "call %zu (%s)", i, call->method);
        }
        call->request = rc_buf_view(&command->requests[i]);
    }
    return ROWCALL_OK;
}

static rowcall_status print_response(const struct rc_pool_method *method,
                                     struct rc_view response, rowcall_error *err)
{
    static const struct rc_json_style style = {.pretty = false};
    struct rc_buf text = {0};
    rowcall_status st = rc_json_decode(method->output, response, &style, &text, err);
    if (st == ROWCALL_OK) {
        fwrite(text.data, 1, text.len, stdout);
        putchar('\n');
    }
    rc_buf_fini(&text);
    return st;
}

// Whether a call's error only says that another one failed.
static bool is_consequence(const struct batch_command *command, const rowcall_error *error)
{
    return command->batch.atomic && strcmp(error->reason, "P2028") == 0;
}

// Responses line by line, failures on stderr; the exit code.
static rowcall_status print_answers(struct batch_command *command, int *ret_exit,
                                    rowcall_error *err)
{
    size_t consequences = 0;
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < command->batch.count; i++) {
        rowcall_error *error = &command->answers[i].error;
        if (error->status == ROWCALL_OK) {
            st = print_response(command->methods[i], command->answers[i].response, err);
        } else if (is_consequence(command, error) && ++consequences < command->batch.count) {
            continue;
        } else {
            int code = rc_failure_exit_answered(error);
            *ret_exit = *ret_exit == RC_EXIT_OK ? code : *ret_exit;
            rc_error_wrap(error, "call %zu (%s)", i, command->calls[i].method);
            rc_failure_print(error, command->json_errors);
        }
    }
    return st;
}

static rowcall_status exchange(struct batch_command *command, int *ret_exit, rowcall_error *err)
{
    struct rc_remote remote = {0};
    struct rc_pool *pool = NULL;
    struct rc_buf reply = {0};
    rowcall_status st = rc_remote_open(&remote, &command->remote, err);
    if (st == ROWCALL_OK) {
        st = rc_remote_describe(&remote, command->calls[0].database, &pool, err);
    }
    if (st == ROWCALL_OK) {
        st = encode(command, pool, err);
    }
    if (st == ROWCALL_OK) {
        st = rc_remote_batch(&remote, &command->batch, command->calls, &reply, command->answers,
                             err);
    }
    if (st == ROWCALL_OK) {
        st = print_answers(command, ret_exit, err);
    }
    for (size_t i = 0; i < command->batch.count; i++) {
        rc_buf_fini(&command->requests[i]);
    }
    rc_buf_fini(&reply);
    rc_pool_free(pool);
    rc_remote_close(&remote);
    return st;
}

int rc_cmd_batch(int argc, char **argv)
{
    struct batch_command command = {0};
    const struct rc_option options[] = {
        RC_REMOTE_OPTIONS(&command.remote),
        {"refer", RC_OPTION_TEXTS, &command.refers, "REFERENCE",
         "CALL:PATH=CALL:PATH, put what a call returned into a later one; again for more"},
        {"isolation", RC_OPTION_TEXT, &command.isolation, "LEVEL",
         "read-committed, repeatable-read, serializable (the database's own)"},
        {"read-only", RC_OPTION_FLAG, &command.read_only, NULL,
         "PostgreSQL refuses every write"},
        {"retries", RC_OPTION_COUNT, &command.retries, "N",
         "execute all of it again after conflicts, so often (0)"},
        {"separate", RC_OPTION_FLAG, &command.separate, NULL,
         "each call is a transaction of its own"},
        {"json", RC_OPTION_FLAG, &command.json_errors, NULL,
         "failures as JSON (rowcall.Status), on stderr"},
    };
    const struct rc_command_line line = {
        .name = "batch",
        .arguments = "DATABASE ENTITY/METHOD JSON [ENTITY/METHOD JSON]...",
        .about =
            "Makes several calls in one message and one transaction: all of them hold, or "
            "none. Prints the\nresponses, one a line. A request is JSON, @FILE or - as for "
            "`rowcall call`. A value that a call\nreturns can be put into a later one with "
            "--refer; that one leaves it out. Calls count from 0.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .min_arguments = 3,
        .max_arguments = 1 + 2 * CALLS_MAX,
        .examples =
            "  rowcall batch core Product/Create '{\"data\": {...}, \"select\": {\"id\": "
            "true}}' "
            "\\\n"
            "      Price/Create '{\"data\": {...}}' --refer 1:data.product_id=0:row.id\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    rowcall_error err = {0};
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    rowcall_status st = read_words(&command, argv, count, &err);
    if (st == ROWCALL_OK) {
        st = exchange(&command, &exit_code, &err);
    }
    if (st != ROWCALL_OK) {
        rc_failure_print(&err, command.json_errors);
        exit_code = rc_failure_exit_local(&err);
    }
    return exit_code;
}
