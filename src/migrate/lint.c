// SPDX-License-Identifier: Apache-2.0
//
// The rules' names, walking a script, and telling findings.
#include "migrate/lint_allow.h"
#include "migrate/steps.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct rc_lint_rule rc_lint_rules[] = {
    {"data-loss", true, false, "a table, a column, rows, or parts of values go"},
    {"not-null", true, false, "NOT NULL where there are rows without a value: it fails"},
    {"duplicates", true, true, "a unique key over values that stand more than once: it fails"},
    {"orphans", true, true, "a foreign key over rows that refer to nothing: it fails"},
    {"violations", true, true, "a check that rows violate: it fails"},
    {"does-not-fit", true, true, "a type that values do not fit into: it fails"},
    {"no-cast", true, true, "a type that PostgreSQL changes to with USING only: it fails"},
    {"dependents", true, true, "what views or keys still need is changed or dropped: it fails"},
    {"new-label", true, false,
     "an enum's label used in the transaction that adds it: it fails"},
    {"in-transaction", true, false, "BEGIN around what cannot run in a transaction: it fails"},
    {"table-rewrite", false, false, "every row is written anew, under ACCESS EXCLUSIVE"},
    {"table-scan", false, false, "every row is read while others wait"},
    {"blocking-index", false, false, "an index is built or dropped without CONCURRENTLY"},
    {"table-lock", false, false, "a table is held for as long as something takes"},
    {"breaks-server", false, false, "what running servers ask for goes or changes its name"},
    {"not-transaction", false, false, "one statement keeps all from being all or nothing"},
    {"not-judged", false, false, "a block of code, which the lint does not look into"},
    {"wire", true, true, "programs of the older schema misunderstand (--against, --server)"},
    {"wire-names", false, true, "a name in JSON and sources has changed (--against, --server)"},
    {"syntax", false, false, "the parser cannot read the file"},
    {"unknown-rule", false, false, "a comment allows a rule that there is not"},
    {"unused-allow", false, false, "a comment allows what is not found"},
    {NULL, false, false, NULL},
};

const struct rc_lint_rule *rc_lint_rule_find(struct rc_view name)
{
    for (const struct rc_lint_rule *rule = rc_lint_rules; rule->name; rule++) {
        if (rc_view_is(name, rule->name)) {
            return rule;
        }
    }
    return NULL;
}

void rc_lint_tell(struct rc_linter *linter, const char *rule, const char *text,
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
    linter->items[linter->count++] =
        (struct rc_lint_finding){.rule = rule,
                                 .is_error = rc_lint_rule_find(rc_view_of(rule))->is_error,
                                 .line = linter->statement ? linter->statement->line : 1,
                                 .text = text,
                                 .advice = advice};
}

const char *rc_lint_print(struct rc_linter *linter, const char *format, ...)
{
    char *made = NULL;
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len >= 0) {
        made = rc_arena_alloc(linter->arena, (size_t)len + 1);
    }
    if (made) {
        (void)vsnprintf(made, (size_t)len + 1, format, again);
    }
    va_end(again);
    va_end(args);
    linter->failed |= !made;
    return made ? made : "";
}

// ---- transactions

// BEGIN and COMMIT of the file itself: whether one is open behind the statement.
static bool is_open_behind(const struct rc_script_statement *statement, bool before)
{
    static const char *const begins[] = {"TRANS_STMT_BEGIN", "TRANS_STMT_START"};
    static const char *const ends[] = {"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK"};
    const char *kind = statement->controls ? rc_lint_text(statement->tree, "kind") : "";
    for (size_t i = 0; i < 2; i++) {
        before = (before || strcmp(kind, begins[i]) == 0) && strcmp(kind, ends[i]) != 0;
    }
    return before;
}

static void judge_transaction(struct rc_linter *linter, struct rc_lint_allowances *allowances)
{
    const struct rc_script *script = linter->script;
    bool is_open = false;
    bool is_told = script->count == 1 || rc_steps_are_alone(script->head);
    for (size_t i = 0; i < script->count; i++) {
        size_t first = linter->count;
        linter->statement = &script->items[i];
        is_open = is_open_behind(linter->statement, is_open);
        if (script->items[i].own_transaction && is_open) {
            rc_lint_tell(linter, "in-transaction",
                         "this statement cannot run in a transaction, and the file has begun "
                         "one: PostgreSQL refuses it",
                         "put it into a migration of its own, without BEGIN and COMMIT");
        } else if (script->items[i].own_transaction && !is_told) {
            is_told = true;
            rc_lint_tell(linter, "not-transaction",
                         "this statement cannot run in a transaction, so none of the file's "
                         "do: when one fails, those before it stay",
                         "put it into a migration of its own, or say at the file's top that "
                         "it is meant:\n-- rowcall: no-transaction");
        }
        rc_lint_allowances_apply(linter, allowances, linter->statement, first);
    }
}

// Whether its statements run in one transaction.
static bool is_enclosed(const struct rc_script *script)
{
    bool is_alone = rc_steps_are_alone(script->head);
    for (size_t i = 0; i < script->count; i++) {
        is_alone = is_alone || script->items[i].own_transaction;
    }
    return !is_alone;
}

// ---- the whole script

static void judge_statement(struct rc_linter *linter, struct rc_lint_allowances *allowances)
{
    size_t first = linter->count;
    if (strcmp(linter->statement->kind, "AlterTableStmt") == 0) {
        rc_lint_alter_table(linter);
    } else {
        rc_lint_statement(linter);
    }
    rc_lint_past_follow(linter);
    rc_lint_allowances_apply(linter, allowances, linter->statement, first);
}

static void judge(struct rc_linter *linter, struct rc_lint_allowances *allowances)
{
    linter->is_enclosed = is_enclosed(linter->script);
    linter->past->script++;
    for (size_t i = 0; i < linter->script->count && !linter->failed; i++) {
        linter->statement = &linter->script->items[i];
        judge_statement(linter, allowances);
    }
    judge_transaction(linter, allowances);
    linter->statement = NULL;
}

// What is silenced where there is a database to ask may be silenced for another one's sake: a
// comment is of no use only if nothing would be found without any, either.
static void judge_blindly(const struct rc_linter *linter, struct rc_lint_allowances *allowances)
{
    struct rc_linter blind = {.arena = linter->arena,
                              .script = linter->script,
                              .past = rc_lint_past_copy(linter->past),
                              .default_schema = linter->default_schema};
    if (blind.past) {
        judge(&blind, allowances);
    }
}

static void judge_script(struct rc_linter *linter)
{
    struct rc_lint_allowances allowances;
    rc_lint_allowances_read(linter, &allowances);
    if (linter->conn && allowances.count > 0) {
        judge_blindly(linter, &allowances);
    }
    judge(linter, &allowances);
    rc_lint_allowances_judge(linter, &allowances);
}

static int by_line(const void *a, const void *b)
{
    const struct rc_lint_finding *left = a;
    const struct rc_lint_finding *right = b;
    int order = left->line - right->line;
    order = order ? order : strcmp(left->rule, right->rule);
    return order ? order : strcmp(left->text, right->text);
}

// Reading is not to hold anything up: each count has two seconds, and nothing stays locked.
static rowcall_status prepare(struct rc_linter *linter, rowcall_error *err)
{
    linter->default_schema = "public";
    if (!linter->conn) {
        return ROWCALL_OK;
    }
    rowcall_status st = rc_pg_sync_script(linter->conn,
                                          "begin read only; set local statement_timeout = '2s';"
                                          " set local lock_timeout = '500ms'",
                                          err);
    const char *schema =
        st == ROWCALL_OK ? rc_lint_ask(linter, "select current_schema()", 0, NULL) : NULL;
    linter->default_schema = schema ? schema : linter->default_schema;
    return st;
}

static void parse_and_judge(struct rc_linter *linter, const char *sql, struct rc_script *script)
{
    int line = 1;
    rowcall_error cause = {0};
    linter->script = script;
    if (rc_script_parse(sql, linter->arena, script, &line, &cause) == ROWCALL_OK) {
        judge_script(linter);
        return;
    }
    rc_lint_tell(linter, "syntax", rc_lint_print(linter, "%s", cause.message),
                 "PostgreSQL may know better, but nothing could be judged");
    if (linter->count > 0) {
        linter->items[0].line = line;
    }
}

rowcall_status rc_lint_script(struct rc_pg_sync *conn, const char *sql,
                              struct rc_lint_past *past, struct rc_arena *arena,
                              struct rc_lint_findings *ret_findings, rowcall_error *err)
{
    struct rc_script script = {0};
    struct rc_linter linter = {
        .conn = conn, .arena = arena, .past = past ? past : rc_lint_past_new(arena)};
    if (!linter.past) {
        return rc_error_oom(err);
    }
    rowcall_status st = prepare(&linter, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    parse_and_judge(&linter, sql, &script);
    rc_script_fini(&script);
    if (conn) {
        st = rc_pg_sync_exec(conn, "rollback", NULL, NULL, err);
    }
    if (st == ROWCALL_OK && linter.failed) {
        st = rc_error_oom(err);
    }
    if (st != ROWCALL_OK) {
        return st;
    }
    if (linter.count > 0) {
        qsort(linter.items, linter.count, sizeof(*linter.items), by_line);
    }
    *ret_findings = (struct rc_lint_findings){linter.items, linter.count, 0};
    for (size_t i = 0; i < linter.count; i++) {
        ret_findings->error_count += linter.items[i].is_error;
    }
    return ROWCALL_OK;
}
