// SPDX-License-Identifier: Apache-2.0
//
// Deciding on a file's steps, running them, and telling which one failed.
#include "migrate/steps.h"

#include <string.h>

enum {
    PARSED_MAX = 16 * 1024 * 1024, // a tree is many times larger than its text
    WORDS_MAX = 72,
    TOLD_MAX = 200,
};

// ---- deciding

// `-- rowcall: no-transaction`, whatever the spaces.
bool rc_steps_are_alone(const char *head)
{
    static const char *const words[] = {"--", "rowcall:", "no-transaction"};
    for (const char *line = head; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        const char *at = line;
        size_t word = 0;
        for (; word < 3; word++) {
            at += strspn(at, " \t");
            if (strncmp(at, words[word], strlen(words[word])) != 0) {
                break;
            }
            at += strlen(words[word]);
        }
        at += strspn(at, " \t\r");
        if (word == 3 && (*at == '\n' || *at == '\0')) {
            return true;
        }
    }
    return false;
}

// The statement's first words on one line.
static const char *first_words(const char *sql, struct rc_arena *arena)
{
    char words[WORDS_MAX + 1];
    size_t len = 0;
    bool in_space = false;
    const char *at = sql;
    for (; *at && len + 1 < sizeof words; at++) {
        bool is_space = strchr(" \t\r\n\f\v", *at) != NULL;
        if (!is_space || !in_space) {
            words[len++] = is_space ? ' ' : *at;
        }
        in_space = is_space;
    }
    bool is_cut = at[strspn(at, " \t\r\n\f\v")] != '\0';
    while (is_cut && len > 0 && ((unsigned char)*at & 0xc0) == 0x80) { // a character cut in two
        at--;
        len--;
    }
    while (len > 0 && words[len - 1] == ' ') {
        len--;
    }
    return rc_arena_printf(arena, "%.*s%s", (int)len, words, is_cut ? " ..." : "");
}

static bool builds_index(const struct rc_script_statement *statement)
{
    return statement->own_transaction && (strcmp(statement->kind, "IndexStmt") == 0 ||
                                          strcmp(statement->kind, "ReindexStmt") == 0);
}

static rowcall_status take_whole(const char *sql, bool is_enclosed, struct rc_arena *arena,
                                 struct rc_steps *ret_steps, rowcall_error *err)
{
    struct rc_step *step = rc_arena_new(arena, struct rc_step);
    if (!step) {
        return rc_error_oom(err);
    }
    *step = (struct rc_step){.sql = sql, .words = "", .line = 1};
    *ret_steps = (struct rc_steps){
        .items = step, .count = 1, .is_whole = true, .is_enclosed = is_enclosed};
    return ROWCALL_OK;
}

static rowcall_status take_each(const struct rc_script *script, bool is_enclosed,
                                struct rc_arena *arena, struct rc_steps *ret_steps,
                                rowcall_error *err)
{
    struct rc_step *items = rc_arena_new_array(arena, script->count + 1, struct rc_step);
    bool failed = !items;
    for (size_t i = 0; !failed && i < script->count; i++) {
        const struct rc_script_statement *statement = &script->items[i];
        items[i] = (struct rc_step){.sql = statement->sql,
                                    .words = first_words(statement->sql, arena),
                                    .line = statement->line,
                                    .builds_index = builds_index(statement)};
        failed = !items[i].words;
    }
    if (failed) {
        return rc_error_oom(err);
    }
    *ret_steps =
        (struct rc_steps){.items = items, .count = script->count, .is_enclosed = is_enclosed};
    return ROWCALL_OK;
}

static rowcall_status decide(const char *sql, const struct rc_script *script,
                             struct rc_arena *arena, struct rc_steps *ret_steps,
                             rowcall_error *err)
{
    bool is_alone = rc_steps_are_alone(script->head);
    bool controls = false;
    for (size_t i = 0; i < script->count; i++) {
        is_alone = is_alone || script->items[i].own_transaction;
        controls = controls || script->items[i].controls;
    }
    return controls && !is_alone ? take_whole(sql, true, arena, ret_steps, err)
                                 : take_each(script, !is_alone, arena, ret_steps, err);
}

rowcall_status rc_steps_of(const char *sql, struct rc_arena *arena, struct rc_steps *ret_steps,
                           rowcall_error *err)
{
    struct rc_script script = {0};
    rowcall_error cause = {0};
    if (strlen(sql) > PARSED_MAX) {
        return take_whole(sql, true, arena, ret_steps, err);
    }
    rowcall_status st = rc_script_parse(sql, arena, &script, NULL, &cause);
    if (st == ROWCALL_OK) {
        st = decide(sql, &script, arena, ret_steps, err);
    } else if (st == ROWCALL_INVALID_ARGUMENT) {
        st = take_whole(sql, !rc_steps_are_alone(script.head), arena, ret_steps, err);
    } else {
        st = rc_error_set(err, st, "%s", cause.message);
    }
    rc_script_fini(&script);
    return st;
}

// ---- running

// The line of a character position, counted from 1, in a text.
static int line_within(const char *sql, int position)
{
    int line = 0;
    for (int at = 1; *sql && at < position; sql++) {
        line += *sql == '\n';
        at += ((unsigned char)*sql & 0xc0) != 0x80; // characters, not bytes
    }
    return line;
}

rowcall_status rc_steps_run(const struct rc_steps *steps, size_t index, struct rc_pg_sync *conn,
                            struct rc_step_failure *ret_failure, rowcall_error *err)
{
    const struct rc_step *step = &steps->items[index];
    rowcall_status st = rc_pg_sync_script(conn, step->sql, err);
    if (st != ROWCALL_OK) {
        *ret_failure = (struct rc_step_failure){
            .step = step, .ordinal = index + 1, .cause = *rc_pg_sync_last_error(conn)};
        int position = ret_failure->cause.position;
        if (position > 0) {
            ret_failure->line = step->line + line_within(step->sql, position);
        } else if (!steps->is_whole) {
            ret_failure->line = step->line;
        }
    }
    return st;
}

// ---- telling

static void print_place(const struct rc_step_failure *failure, const char *name, int max,
                        struct rc_buf *out)
{
    const struct rc_pg_error *cause = &failure->cause;
    rc_buf_append_text(out, name);
    if (failure->line > 0) {
        rc_buf_printf(out, ":%d", failure->line);
    }
    rc_buf_printf(out, ": %s%s%s%s%.*s", cause->severity, *cause->severity ? " " : "",
                  cause->sqlstate, *cause->sqlstate ? ": " : "", max, cause->message);
}

void rc_step_failure_print(const struct rc_step_failure *failure, const struct rc_steps *steps,
                           const char *name, struct rc_buf *out)
{
    const struct rc_pg_error *cause = &failure->cause;
    print_place(failure, name, (int)sizeof cause->message, out);
    rc_buf_append_char(out, '\n');
    if (failure->step && !steps->is_whole) {
        rc_buf_printf(out, "statement %zu of %zu, line %d: %s\n", failure->ordinal,
                      steps->count, failure->step->line, failure->step->words);
    }
    if (*cause->detail) {
        rc_buf_printf(out, "detail: %s\n", cause->detail);
    }
    if (*cause->hint) {
        rc_buf_printf(out, "hint: %s\n", cause->hint);
    }
}

void rc_step_failure_tell(const struct rc_step_failure *failure, const struct rc_steps *steps,
                          const char *name, struct rc_buf *out)
{
    print_place(failure, name, TOLD_MAX, out);
    if (failure->step && !steps->is_whole) {
        rc_buf_printf(out, " (statement %zu of %zu: %s)", failure->ordinal, steps->count,
                      failure->step->words);
    }
}
