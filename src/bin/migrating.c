// SPDX-License-Identifier: Apache-2.0
//
// Events as lines. Progress goes to stderr: on a terminal it is one line that is overwritten,
// elsewhere a line every ten seconds.
#include "bin/migrating.h"

#include "bin/interrupt.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECOND_US = 1000000, TELL_EVERY_US = 10 * SECOND_US, LINE_WIDTH = 100 };

static void close_line(struct rc_migrating *migrating)
{
    if (migrating->is_line_open) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        migrating->is_line_open = false;
    }
}

static void print_progress(struct rc_migrating *migrating, const char *text, int64_t elapsed_us)
{
    long long seconds = elapsed_us / SECOND_US;
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r\033[K  %lld s  %.*s", seconds, LINE_WIDTH, text);
        migrating->is_line_open = true;
        fflush(stderr);
        return;
    }
    if (elapsed_us < migrating->told_us) { // that was of another statement
        migrating->told_us = 0;
    }
    if (elapsed_us - migrating->told_us >= TELL_EVERY_US) {
        fprintf(stderr, "  %s: %lld s  %s\n", migrating->migration, seconds, text);
        migrating->told_us = elapsed_us;
    }
    fflush(stderr);
}

// Lines below the first are set in.
static void print_failure(FILE *out, const char *text)
{
    fputs("  failed: ", out);
    for (; *text; text++) {
        fputc(*text, out);
        if (*text == '\n' && text[1]) {
            fputs("    ", out);
        }
    }
    fputc('\n', out);
}

static void print_event(void *context, enum rc_deploy_event event, const char *text,
                        int64_t elapsed_us)
{
    struct rc_migrating *migrating = context;
    FILE *out = migrating->out;
    if (event == RC_DEPLOY_PROGRESS) {
        print_progress(migrating, text, elapsed_us);
        return;
    }
    close_line(migrating);
    migrating->told_us = 0;
    switch (event) {
    case RC_DEPLOY_CREATED_DATABASE:
        fprintf(out, "  created database %s\n", text);
        break;
    case RC_DEPLOY_WAITING:
        fprintf(out, "  waiting for another migration to end (%s)\n", text);
        break;
    case RC_DEPLOY_APPLYING:
        migrating->migration = text;
        break;
    case RC_DEPLOY_APPLIED:
        fprintf(out, "  applied %s  (%.1f ms)\n", text, (double)elapsed_us / 1000.0);
        break;
    case RC_DEPLOY_FAILED:
        print_failure(out, text);
        break;
    case RC_DEPLOY_PROGRESS:
        break;
    case RC_DEPLOY_WARNING:
        fprintf(out, "  warning: %s\n", text);
        break;
    case RC_DEPLOY_DROPPED:
        fprintf(out, "  dropped %s\n", text);
        break;
    }
    fflush(out);
}

rowcall_status rc_migrating_start(struct rc_migrating *migrating,
                                  const struct rc_target *target, struct rc_deploy *ret_deploy,
                                  rowcall_error *err)
{
    const char *url = rc_project_direct_url(target->scope, err);
    if (!url) {
        return ROWCALL_INVALID_ARGUMENT;
    }
    migrating->migration = target->scope->name;
    snprintf(migrating->direct_variable, sizeof migrating->direct_variable, "DIRECT_%s",
             target->scope->url_env);
    *ret_deploy = (struct rc_deploy){.url = url,
                                     .folder = target->folder,
                                     .database = target->scope->name,
                                     .direct_variable = migrating->direct_variable,
                                     .lock_wait_ms = migrating->lock_wait_ms,
                                     .lock_timeout_ms = migrating->lock_timeout_ms,
                                     .report = print_event,
                                     .context = migrating,
                                     .interrupted = rc_interrupt_catch()};
    return ROWCALL_OK;
}

void rc_migrating_print_json(const char *database, size_t applied, const rowcall_error *err)
{
    json_t *line = json_pack("{s:s, s:I, s:b, s:s, s:s}", "database", database, "applied",
                             (json_int_t)applied, "ok", err->status == ROWCALL_OK, "reason",
                             err->reason, "message", err->message);
    char *text = line ? json_dumps(line, JSON_PRESERVE_ORDER) : NULL;
    // A path that is not UTF-8 makes a message that JSON cannot hold: told without it.
    if (text) {
        puts(text);
    } else {
        printf("{\"database\": \"%s\", \"applied\": %zu, \"ok\": %s, \"reason\": \"%s\"}\n",
               database, applied, err->status == ROWCALL_OK ? "true" : "false", err->reason);
    }
    free(text);
    json_decref(line);
}
