// SPDX-License-Identifier: Apache-2.0
//
// Walking a script, telling findings, and the comments that silence them.
#include "migrate/linter.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *const rc_lint_rules[] = {
    "data-loss",  "not-null",      "duplicates",      "orphans",
    "new-label",  "table-rewrite", "table-scan",      "blocking-index",
    "table-lock", "breaks-server", "not-transaction", "wire",
    "wire-names", "syntax",        "unknown-rule",    NULL};

void rc_lint_tell(struct rc_linter *linter, const char *rule, bool is_error, const char *text,
                  const char *advice)
{
    if (linter->count == linter->capacity) {
        size_t larger = linter->capacity ? linter->capacity * 2 : 16;
        struct rc_lint_finding *moved =
            rc_arena_new_array(linter->arena, larger, struct rc_lint_finding);
        if (!moved) {
            linter->failed = true;
            return;
        }
        if (linter->count > 0) {
            memcpy(moved, linter->items, linter->count * sizeof(*moved));
        }
        linter->items = moved;
        linter->capacity = larger;
    }
    linter->items[linter->count++] = (struct rc_lint_finding){
        rule, is_error, linter->statement ? linter->statement->line : 1, text, advice};
}

const char *rc_lint_print(struct rc_linter *linter, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    const char *made = rc_arena_strdup(linter->arena, text);
    linter->failed |= !made;
    return made ? made : "";
}

// ---- allowances: `-- rowcall: allow RULE [why]`

static const char marker[] = "rowcall: allow ";

static bool is_rule(const char *name, size_t len)
{
    for (const char *const *rule = rc_lint_rules; *rule; rule++) {
        if (strlen(*rule) == len && memcmp(*rule, name, len) == 0) {
            return true;
        }
    }
    return false;
}

// Whether the comment allows the rule.
static bool allows(const char *comment, const char *rule)
{
    for (const char *at = strstr(comment, marker); at; at = strstr(at, marker)) {
        at += sizeof(marker) - 1;
        size_t len = strcspn(at, " \t\r\n*");
        if (strlen(rule) == len && memcmp(rule, at, len) == 0) {
            return true;
        }
    }
    return false;
}

static void check_rules_of(struct rc_linter *linter, const char *comment)
{
    for (const char *at = strstr(comment, marker); at; at = strstr(at, marker)) {
        at += sizeof(marker) - 1;
        size_t len = strcspn(at, " \t\r\n*");
        if (!is_rule(at, len)) {
            rc_lint_tell(
                linter, "unknown-rule", false,
                rc_lint_print(linter, "there is no rule \"%.*s\" to allow", (int)len, at),
                "`rowcall migrate lint --rules` lists them");
        }
    }
}

// Takes out the findings of one statement (from first on) that are allowed.
static void drop_allowed(struct rc_linter *linter, size_t first, const char *comment)
{
    size_t kept = first;
    for (size_t i = first; i < linter->count; i++) {
        const char *rule = linter->items[i].rule;
        if (!allows(comment, rule) && !allows(linter->script->head, rule)) {
            linter->items[kept++] = linter->items[i];
        }
    }
    linter->count = kept;
}

// ---- the whole script

static void remember_made(struct rc_linter *linter)
{
    const struct rc_script *script = linter->script;
    linter->made = rc_arena_new_array(linter->arena, script->count + 1, const char *);
    linter->failed |= !linter->made;
    for (size_t i = 0; linter->made && i < script->count; i++) {
        const json_t *tree = script->items[i].tree;
        const json_t *range = strcmp(script->items[i].kind, "CreateStmt") == 0
                                  ? json_object_get(tree, "relation")
                                  : json_object_get(json_object_get(tree, "into"), "rel");
        if (range) {
            linter->made[linter->made_count++] = rc_lint_text(range, "relname");
        }
    }
}

static void judge_transaction(struct rc_linter *linter)
{
    const struct rc_script *script = linter->script;
    for (size_t i = 0; i < script->count && script->count > 1; i++) {
        if (script->items[i].own_transaction) {
            linter->statement = &script->items[i];
            rc_lint_tell(
                linter, "not-transaction", false,
                "this statement cannot run in a transaction, so none of the file's do: "
                "when one fails, those before it stay",
                "put it into a migration of its own");
            drop_allowed(linter, linter->count - 1, script->items[i].comment);
            return;
        }
    }
}

static void judge(struct rc_linter *linter)
{
    for (size_t i = 0; i < linter->script->count && !linter->failed; i++) {
        size_t first = linter->count;
        linter->statement = &linter->script->items[i];
        if (strcmp(linter->statement->kind, "AlterTableStmt") == 0) {
            rc_lint_alter_table(linter);
        } else {
            rc_lint_statement(linter);
        }
        drop_allowed(linter, first, linter->statement->comment);
        check_rules_of(linter, linter->statement->comment);
    }
    judge_transaction(linter);
}

static int by_line(const void *a, const void *b)
{
    const struct rc_lint_finding *left = a;
    const struct rc_lint_finding *right = b;
    return left->line != right->line ? (left->line < right->line ? -1 : 1)
                                     : strcmp(left->rule, right->rule);
}

// Reading is not to hold anything up: each count has two seconds, and nothing is locked for
// long.
static rowcall_status prepare(struct rc_pg_sync *conn, rowcall_error *err)
{
    return conn ? rc_pg_sync_script(conn,
                                    "begin read only; set local statement_timeout = '2s';"
                                    " set local lock_timeout = '500ms'",
                                    err)
                : ROWCALL_OK;
}

rowcall_status rc_lint_script(struct rc_pg_sync *conn, const char *sql, struct rc_arena *arena,
                              struct rc_lint_findings *ret_findings, rowcall_error *err)
{
    struct rc_script script;
    int line = 1;
    rowcall_error cause = {0};
    struct rc_linter linter = {.conn = conn, .arena = arena, .script = &script};
    rowcall_status st = prepare(conn, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    if (rc_script_parse(sql, arena, &script, &line, &cause) == ROWCALL_OK) {
        remember_made(&linter);
        judge(&linter);
    } else {
        rc_lint_tell(&linter, "syntax", false, rc_lint_print(&linter, "%s", cause.message),
                     "PostgreSQL may know better, but nothing could be judged");
        linter.items[0].line = line;
    }
    rc_script_fini(&script);
    if (conn) {
        st = rc_pg_sync_exec(conn, "rollback", NULL, NULL, err);
    }
    if (st == ROWCALL_OK && linter.failed) {
        return rc_error_oom(err);
    }
    if (linter.count > 0) {
        qsort(linter.items, linter.count, sizeof(*linter.items), by_line);
    }
    *ret_findings = (struct rc_lint_findings){linter.items, linter.count, 0};
    for (size_t i = 0; i < linter.count; i++) {
        ret_findings->error_count += linter.items[i].is_error;
    }
    return st;
}
