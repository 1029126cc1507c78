// SPDX-License-Identifier: Apache-2.0
//
// libpg-query's tree is JSON; a statement's place in the text is in it, with the comments
// before it.
#include "migrate/script.h"

#include <pg_query.h>
#include <string.h>

int rc_script_line(const char *sql, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset && sql[i]; i++) {
        line += sql[i] == '\n';
    }
    return line;
}

static size_t skip_block_comment(const char *sql)
{
    size_t depth = 0;
    size_t at = 0;
    do {
        bool opens = sql[at] == '/' && sql[at + 1] == '*';
        bool closes = sql[at] == '*' && sql[at + 1] == '/';
        depth += opens;
        depth -= closes;
        at += opens || closes ? 2 : 1;
    } while (depth > 0 && sql[at]);
    return at;
}

size_t rc_script_skip_blank(const char *sql)
{
    size_t at = 0;
    for (;;) {
        at += strspn(sql + at, " \t\r\n\f\v");
        if (sql[at] == '-' && sql[at + 1] == '-') {
            at += strcspn(sql + at, "\n");
        } else if (sql[at] == '/' && sql[at + 1] == '*') {
            at += skip_block_comment(sql + at);
        } else {
            return at;
        }
    }
}

// ---- what cannot run within a transaction

static bool flag(const json_t *node, const char *name)
{
    return json_is_true(json_object_get(node, name));
}

static bool text_is(const json_t *node, const char *name, const char *text)
{
    const char *value = json_string_value(json_object_get(node, name));
    return value && strcmp(value, text) == 0;
}

static bool reindexes_alone(const json_t *node)
{
    const json_t *parameters = json_object_get(node, "params");
    for (size_t i = 0; i < json_array_size(parameters); i++) {
        const json_t *element = json_object_get(json_array_get(parameters, i), "DefElem");
        if (text_is(element, "defname", "concurrently")) {
            return true;
        }
    }
    return text_is(node, "kind", "REINDEX_OBJECT_DATABASE") ||
           text_is(node, "kind", "REINDEX_OBJECT_SYSTEM") ||
           text_is(node, "kind", "REINDEX_OBJECT_SCHEMA");
}

static bool detaches_alone(const json_t *node)
{
    const json_t *commands = json_object_get(node, "cmds");
    for (size_t i = 0; i < json_array_size(commands); i++) {
        const json_t *command = json_object_get(json_array_get(commands, i), "AlterTableCmd");
        const json_t *definition = json_object_get(command, "def");
        if (flag(json_object_get(definition, "PartitionCmd"), "concurrent")) {
            return true;
        }
    }
    return false;
}

static bool runs_alone(const char *kind, const json_t *node)
{
    static const char *const always[] = {"CreatedbStmt",        "DropdbStmt",
                                         "AlterSystemStmt",     "CreateTableSpaceStmt",
                                         "DropTableSpaceStmt",  "CreateSubscriptionStmt",
                                         "DropSubscriptionStmt"};
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        if (strcmp(kind, always[i]) == 0) {
            return true;
        }
    }
    if (strcmp(kind, "VacuumStmt") == 0) {
        return flag(node, "is_vacuumcmd"); // ANALYZE is the same node
    }
    if (strcmp(kind, "ClusterStmt") == 0) {
        return !json_object_get(node, "relation");
    }
    if (strcmp(kind, "ReindexStmt") == 0) {
        return reindexes_alone(node);
    }
    if (strcmp(kind, "AlterTableStmt") == 0) {
        return detaches_alone(node);
    }
    return (strcmp(kind, "IndexStmt") == 0 || strcmp(kind, "DropStmt") == 0) &&
           flag(node, "concurrent");
}

// ---- statements

static rowcall_status take_statement(const char *sql, const json_t *entry,
                                     struct rc_arena *arena,
                                     struct rc_script_statement *ret_statement,
                                     rowcall_error *err)
{
    size_t start = (size_t)json_integer_value(json_object_get(entry, "stmt_location"));
    size_t len = (size_t)json_integer_value(json_object_get(entry, "stmt_len"));
    len = len > 0 ? len : strlen(sql + start); // the last one may lack its semicolon
    size_t blank = rc_script_skip_blank(sql + start);
    const json_t *node = json_object_get(entry, "stmt");
    void *first = json_object_iter((json_t *)node); // one member: kind and tree
    struct rc_script_statement statement = {
        .sql = rc_arena_copy(arena, sql + start + blank, len - blank),
        .comment = rc_arena_copy(arena, sql + start, blank),
        .offset = start + blank,
        .line = rc_script_line(sql, start + blank),
        .kind = first ? json_object_iter_key(first) : "",
        .tree = first ? json_object_iter_value(first) : NULL,
    };
    statement.own_transaction = runs_alone(statement.kind, statement.tree);
    statement.controls = strcmp(statement.kind, "TransactionStmt") == 0;
    *ret_statement = statement;
    return statement.sql && statement.comment ? ROWCALL_OK : rc_error_oom(err);
}

static rowcall_status take_statements(const char *sql, struct rc_arena *arena,
                                      struct rc_script *script, rowcall_error *err)
{
    const json_t *list = json_object_get(script->parse_tree, "stmts");
    size_t count = json_array_size(list);
    script->items = rc_arena_new_array(arena, count + 1, struct rc_script_statement);
    rowcall_status st = script->items ? ROWCALL_OK : rc_error_oom(err);
    for (size_t i = 0; st == ROWCALL_OK && i < count; i++) {
        st = take_statement(sql, json_array_get(list, i), arena, &script->items[i], err);
        script->count += st == ROWCALL_OK;
    }
    return st;
}

size_t rc_script_head(const char *sql)
{
    static const char *const gaps[] = {"\n\n", "\n\r\n"};
    size_t end = rc_script_skip_blank(sql);
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
        const char *gap = strstr(sql, gaps[i]);
        end = gap && (size_t)(gap - sql) < end ? (size_t)(gap - sql) : end;
    }
    return end;
}

// The parser tells a place in characters, counted from 1.
static size_t byte_of(const char *sql, int position)
{
    size_t at = 0;
    for (int left = position - 1; left > 0 && sql[at]; left--) {
        for (at++; ((unsigned char)sql[at] & 0xc0) == 0x80; at++) {
        }
    }
    return at;
}

static rowcall_status refuse(const char *sql, const PgQueryError *error, int *ret_line,
                             rowcall_error *err)
{
    int line = rc_script_line(sql, byte_of(sql, error->cursorpos));
    if (ret_line) {
        *ret_line = line;
    }
    return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "line %d: %s", line, error->message);
}

rowcall_status rc_script_parse(const char *sql, struct rc_arena *arena,
                               struct rc_script *ret_script, int *ret_line, rowcall_error *err)
{
    *ret_script = (struct rc_script){.head = rc_arena_copy(arena, sql, rc_script_head(sql))};
    if (!ret_script->head) {
        return rc_error_oom(err);
    }
    PgQueryParseResult result = pg_query_parse(sql);
    rowcall_status st = ROWCALL_OK;
    if (result.error) {
        st = refuse(sql, result.error, ret_line, err);
    } else {
        ret_script->parse_tree = json_loads(result.parse_tree, 0, NULL);
        st = ret_script->parse_tree ? take_statements(sql, arena, ret_script, err)
                                    : rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                                                   "nested too deep to be looked at");
    }
    pg_query_free_parse_result(result);
    return st;
}

void rc_script_fini(struct rc_script *script)
{
    json_decref(script->parse_tree);
    *script = (struct rc_script){0};
}
