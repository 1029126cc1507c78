// SPDX-License-Identifier: Apache-2.0
//
// Failed calls on stderr.
#include "bin/failure.h"

#include "api/descriptor.h"
#include "bin/cli.h"
#include "bin/envelope.h"
#include "json/decode.h"
#include "json/pool.h"

static const char *outcome_name(rowcall_outcome outcome)
{
    switch (outcome) {
    case ROWCALL_OUTCOME_NOT_EXECUTED:
        return "not executed";
    case ROWCALL_OUTCOME_ROLLED_BACK:
        return "rolled back";
    case ROWCALL_OUTCOME_UNKNOWN:
        return "unknown: it may have been committed";
    case ROWCALL_OUTCOME_UNSPECIFIED:
        break;
    }
    return "";
}

static void print_part(const char *name, const char *text)
{
    if (*text) {
        fprintf(stderr, "  %-10s  %s\n", name, text);
    }
}

static void print_block(const rowcall_error *err)
{
    bool colour = rc_cli_use_colour(stderr);
    fprintf(stderr, "%s%s%s%s%s: %s\n", colour ? "\033[31m" : "",
            rowcall_status_name(err->status), *err->reason ? " " : "", err->reason,
            colour ? "\033[0m" : "", err->message);
    print_part("entity", err->entity);
    print_part("fields", err->fields);
    print_part("constraint", err->constraint);
    print_part("sqlstate", err->sqlstate);
    print_part("outcome", outcome_name(err->outcome));
}

static bool print_json(const rowcall_error *err)
{
    struct rc_pool *pool = NULL;
    struct rc_buf status = {0};
    struct rc_buf text = {0};
    rc_shell_status_write(err, &status);
    rowcall_status st = rc_pool_new(rc_api_fixed_descriptors(), &pool, NULL);
    if (st == ROWCALL_OK) {
        st = rc_json_decode(rc_pool_message(pool, rc_view_of("rowcall.Status")),
                            rc_buf_view(&status), NULL, &text, NULL);
    }
    if (st == ROWCALL_OK) {
        fprintf(stderr, "%.*s\n", (int)text.len, text.data);
    }
    rc_pool_free(pool);
    rc_buf_fini(&status);
    rc_buf_fini(&text);
    return st == ROWCALL_OK;
}

void rc_failure_print(const rowcall_error *err, bool json)
{
    fflush(stdout);
    if (!json || !print_json(err)) {
        print_block(err);
    }
}

int rc_failure_exit_answered(const rowcall_error *err)
{
    return err->status == ROWCALL_UNAVAILABLE ? RC_EXIT_UNREACHABLE : RC_EXIT_FAILED;
}

int rc_failure_exit_local(const rowcall_error *err)
{
    return err->status == ROWCALL_INVALID_ARGUMENT ? RC_EXIT_USAGE
                                                   : rc_failure_exit_answered(err);
}
