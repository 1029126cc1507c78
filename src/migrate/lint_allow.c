// SPDX-License-Identifier: Apache-2.0
//
// Reading allowances, and using them.
#include "migrate/lint_allow.h"

#include <string.h>

// The next `rowcall: allow RULE` at or behind *at, which moves behind it; false at the end.
static bool next_rule(const char **at, struct rc_view *ret_rule)
{
    static const char mark[] = "rowcall:";
    static const char verb[] = "allow";
    for (const char *found = strstr(*at, mark); found; found = strstr(found, mark)) {
        found += sizeof(mark) - 1;
        const char *word = found + strspn(found, " \t");
        size_t gap = strncmp(word, verb, sizeof(verb) - 1) == 0
                         ? strspn(word + sizeof(verb) - 1, " \t")
                         : 0;
        if (gap > 0) {
            word += sizeof(verb) - 1 + gap;
            *ret_rule = (struct rc_view){word, strcspn(word, " \t\r\n*")};
            *at = word + ret_rule->len;
            return true;
        }
    }
    return false;
}

static size_t count_rules(const char *comment)
{
    struct rc_view rule;
    size_t count = 0;
    while (next_rule(&comment, &rule)) {
        count++;
    }
    return count;
}

// first_line: of the comment.
static void read_comment(struct rc_lint_allowances *allowances, const char *comment,
                         int first_line, const struct rc_script_statement *statement)
{
    struct rc_view rule;
    const char *at = comment;
    while (next_rule(&at, &rule)) {
        int line = first_line - 1 + rc_script_line(comment, (size_t)(rule.data - comment));
        allowances->items[allowances->count++] =
            (struct rc_lint_allowance){.rule = rule, .statement = statement, .line = line};
    }
}

// The comment of the first statement begins with the script's head, which is for all of them.
void rc_lint_allowances_read(struct rc_linter *linter, struct rc_lint_allowances *ret)
{
    const struct rc_script *script = linter->script;
    size_t count = count_rules(script->head);
    for (size_t i = 0; i < script->count; i++) {
        count += count_rules(script->items[i].comment);
    }
    *ret = (struct rc_lint_allowances){0};
    ret->items = rc_arena_new_array(linter->arena, count + 1, struct rc_lint_allowance);
    if (!ret->items) {
        linter->failed = true;
        return;
    }
    read_comment(ret, script->head, 1, NULL);
    for (size_t i = 0; i < script->count; i++) {
        const struct rc_script_statement *statement = &script->items[i];
        size_t skipped = i == 0 ? strlen(script->head) : 0;
        const char *comment = statement->comment + skipped;
        int lines = rc_script_line(comment, strlen(comment)) - 1;
        read_comment(ret, comment, statement->line - lines, statement);
    }
}

static bool is_allowed(struct rc_lint_allowances *allowances, const char *rule,
                       const struct rc_script_statement *statement)
{
    bool allowed = false;
    for (size_t i = 0; i < allowances->count; i++) {
        struct rc_lint_allowance *item = &allowances->items[i];
        if ((!item->statement || item->statement == statement) &&
            rc_view_is(item->rule, rule)) {
            item->is_used = true;
            allowed = true;
        }
    }
    return allowed;
}

void rc_lint_allowances_apply(struct rc_linter *linter, struct rc_lint_allowances *allowances,
                              const struct rc_script_statement *statement, size_t first)
{
    size_t kept = first;
    for (size_t i = first; i < linter->count; i++) {
        if (!is_allowed(allowances, linter->items[i].rule, statement)) {
            linter->items[kept++] = linter->items[i];
        }
    }
    linter->count = kept;
}

void rc_lint_allowances_judge(struct rc_linter *linter,
                              const struct rc_lint_allowances *allowances)
{
    for (size_t i = 0; i < allowances->count; i++) {
        const struct rc_lint_allowance *item = &allowances->items[i];
        const struct rc_lint_rule *rule = rc_lint_rule_find(item->rule);
        size_t told = linter->count;
        if (!rule) {
            rc_lint_tell(linter, "unknown-rule",
                         rc_lint_print(linter, "there is no rule \"%.*s\" to allow",
                                       (int)item->rule.len, item->rule.data),
                         "`rowcall migrate lint --rules` lists them");
        } else if (!item->is_used && !rule->needs_facts) {
            rc_lint_tell(linter, "unused-allow",
                         rc_lint_print(linter,
                                       "\"%s\" is allowed here, and nothing of it found",
                                       rule->name),
                         "take the comment away, so that it cannot hide what comes later");
        }
        if (linter->count > told) {
            linter->items[told].line = item->line;
        }
    }
}

bool rc_lint_is_allowed(const char *sql, const char *rule)
{
    struct rc_view found;
    const char *end = sql + rc_script_head(sql);
    for (const char *at = sql; next_rule(&at, &found) && found.data < end;) {
        if (rc_view_is(found, rule)) {
            return true;
        }
    }
    return false;
}
