// SPDX-License-Identifier: Apache-2.0
//
// libpg-query's scanner gives tokens as a protobuf message, which is read by its field numbers;
// its parser gives a tree as JSON, in which only the kinds of nodes are looked at.
#include "schema/sql_pieces.h"

#include "wire/reader.h"

#include <pg_query.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// ScanResult.tokens, and ScanToken's start, end and token.
enum { SCAN_TOKENS = 2, TOKEN_START = 1, TOKEN_END = 2, TOKEN_KIND = 4 };

// Tokens of one character have its code.
enum { DOLLAR = '$', SEMICOLON = ';' };

struct token {
    size_t start;
    size_t end;
    uint64_t kind;
};

struct scan {
    const char *sql;
    struct token *tokens;
    size_t count;
};

static struct token read_token(struct rc_view bytes)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    struct token token = {0};
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        if (value.number == TOKEN_START) {
            token.start = (size_t)value.scalar;
        } else if (value.number == TOKEN_END) {
            token.end = (size_t)value.scalar;
        } else if (value.number == TOKEN_KIND) {
            token.kind = value.scalar;
        }
    }
    return token;
}

static bool scan_statement(struct rc_loader *loader, const char *sql, struct scan *ret_scan)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    PgQueryScanResult result = pg_query_scan(sql);
    bool is_read = !result.error;
    *ret_scan = (struct scan){.sql = sql};
    if (is_read) {
        struct rc_view bytes = {result.pbuf.data, result.pbuf.len};
        ret_scan->tokens = rc_loader_scratch(loader, bytes.len + 1, sizeof(struct token));
        rc_wire_reader_init(&reader, bytes);
        while (rc_wire_next(&reader, &value)) {
            if (value.number == SCAN_TOKENS && value.type == RC_WIRE_BYTES) {
                ret_scan->tokens[ret_scan->count++] = read_token(value.bytes);
            }
        }
    }
    pg_query_free_scan_result(result);
    return is_read;
}

// The column that a name behind `$` means; reports one that is none.
static const struct rc_column *find_parameter(struct rc_loader *loader, const struct scan *scan,
                                              size_t at, const struct rc_entity *parameters,
                                              struct rc_position position, const char *method)
{
    const struct token *token = &scan->tokens[at];
    if (at + 1 == scan->count || scan->tokens[at + 1].start != token->end) {
        rc_loader_problem(loader, position, "%s: a $ without the name of a parameter", method);
        return NULL;
    }
    const struct token *name = &scan->tokens[at + 1];
    struct rc_view text = {scan->sql + name->start, name->end - name->start};
    const struct rc_column *column = rc_entity_column(parameters, text);
    if (!column) {
        rc_loader_problem(loader, position, "%s: $%.*s is no field of the request", method,
                          rc_view_arg(text));
    }
    return column;
}

static struct rc_view text_of(const struct scan *scan, size_t at)
{
    const struct token *token = &scan->tokens[at];
    return (struct rc_view){scan->sql + token->start, token->end - token->start};
}

// Comments are tokens, too.
static bool is_comment(struct rc_view text)
{
    return text.len >= 2 && ((text.data[0] == '-' && text.data[1] == '-') ||
                             (text.data[0] == '/' && text.data[1] == '*'));
}

// Cuts off the semicolons that end the statement, and comments among them.
static void cut_end(struct scan *scan)
{
    while (scan->count > 0 && (scan->tokens[scan->count - 1].kind == SEMICOLON ||
                               is_comment(text_of(scan, scan->count - 1)))) {
        scan->count--;
    }
}

static bool is_word(struct rc_view text, const char *word)
{
    return text.len == strlen(word) && strncasecmp(text.data, word, text.len) == 0;
}

// Where the statement begins behind its WITH clause; 0 without one.
static size_t find_main(const struct scan *scan)
{
    static const char *const words[] = {"select", "insert", "update", "delete", "values"};
    size_t depth = 0;
    size_t first = 0;
    while (first < scan->count && is_comment(text_of(scan, first))) {
        first++;
    }
    if (first == scan->count || !is_word(text_of(scan, first), "with")) {
        return 0;
    }
    for (size_t i = first + 1; i < scan->count; i++) {
        struct rc_view text = text_of(scan, i);
        depth += scan->tokens[i].kind == '(';
        depth -= scan->tokens[i].kind == ')' && depth > 0;
        for (size_t w = 0; depth == 0 && w < sizeof words / sizeof *words; w++) {
            if (is_word(text, words[w])) {
                return i;
            }
        }
    }
    return 0;
}

static void add_piece(struct rc_loader *loader, struct rc_sql_pieces *pieces,
                      struct rc_view text, const struct rc_column *parameter)
{
    ((struct rc_sql_piece *)pieces->pieces)[pieces->count++] = (struct rc_sql_piece){
        .text = rc_loader_printf(loader, "%.*s", rc_view_arg(text)), .parameter = parameter};
}

static bool take_apart(struct rc_loader *loader, const struct scan *scan,
                       const struct rc_entity *parameters, struct rc_position position,
                       const char *method, struct rc_sql_pieces *pieces)
{
    size_t main = find_main(scan);
    size_t start = 0;
    pieces->pieces = rc_loader_alloc(loader, scan->count + 2, sizeof(struct rc_sql_piece));
    for (size_t i = 0; i < scan->count; i++) {
        const struct token *token = &scan->tokens[i];
        if (main > 0 && i == main) {
            add_piece(loader, pieces, (struct rc_view){scan->sql + start, token->start - start},
                      NULL);
            pieces->main = pieces->count;
            start = token->start;
        }
        struct rc_view text = text_of(scan, i);
        if (token->kind != DOLLAR && text.len > 1 && text.data[0] == '$' &&
            text.data[1] >= '0' && text.data[1] <= '9') {
            rc_loader_problem(loader, position,
                              "%s: %.*s: parameters have the names of the request's fields",
                              method, rc_view_arg(text));
            return false;
        }
        if (token->kind != DOLLAR) {
            continue;
        }
        const struct rc_column *column =
            find_parameter(loader, scan, i, parameters, position, method);
        if (!column) {
            return false;
        }
        add_piece(loader, pieces, (struct rc_view){scan->sql + start, token->start - start},
                  column);
        start = scan->tokens[++i].end;
    }
    size_t end = scan->count > 0 ? scan->tokens[scan->count - 1].end : 0;
    add_piece(loader, pieces, (struct rc_view){scan->sql + start, end - start}, NULL);
    return true;
}

// The statement with $1, $2, ... as PostgreSQL knows them.
static const char *number_parameters(struct rc_loader *loader,
                                     const struct rc_sql_pieces *pieces)
{
    const char *text = "";
    for (size_t i = 0; i < pieces->count; i++) {
        const struct rc_sql_piece *piece = &pieces->pieces[i];
        text = piece->parameter ? rc_loader_printf(loader, "%s%s$%zu", text, piece->text,
                                                   piece->parameter->index + 1)
                                : rc_loader_printf(loader, "%s%s", text, piece->text);
    }
    return text;
}

static bool contains(const char *tree, const char *node)
{
    return strstr(tree, node) != NULL; // a quote inside a string of the tree is escaped
}

static bool begins(const char *tree, const char *node)
{
    const char *statement = strstr(tree, "{\"stmt\":{");
    return statement && strncmp(statement + 9, node, strlen(node)) == 0;
}

static size_t count_statements(const char *tree)
{
    size_t count = 0;
    for (const char *at = strstr(tree, "{\"stmt\":{"); at; at = strstr(at + 1, "{\"stmt\":{")) {
        count++;
    }
    return count;
}

// What the tree says; reports what no method can be.
static bool judge(struct rc_loader *loader, const char *tree, struct rc_position position,
                  const char *method, struct rc_sql_pieces *pieces)
{
    pieces->selects = begins(tree, "\"SelectStmt\"");
    bool is_write = begins(tree, "\"InsertStmt\"") || begins(tree, "\"UpdateStmt\"") ||
                    begins(tree, "\"DeleteStmt\"");
    if (count_statements(tree) != 1 || !(pieces->selects || is_write) ||
        contains(tree, "\"intoClause\":")) {
        rc_loader_problem(loader, position,
                          "%s: the query is one SELECT, VALUES, INSERT, UPDATE or DELETE",
                          method);
        return false;
    }
    pieces->writes = is_write || contains(tree, "\"InsertStmt\":") ||
                     contains(tree, "\"UpdateStmt\":") || contains(tree, "\"DeleteStmt\":") ||
                     contains(tree, "\"lockingClause\":");
    pieces->returns = is_write;
    return true;
}

bool rc_load_sql_pieces(struct rc_loader *loader, const char *sql,
                        const struct rc_entity *parameters, struct rc_position position,
                        const char *method, struct rc_sql_pieces *ret_pieces)
{
    struct scan scan;
    *ret_pieces = (struct rc_sql_pieces){0};
    if (!scan_statement(loader, sql, &scan)) {
        rc_loader_problem(loader, position, "%s: the query cannot be read as SQL", method);
        return false;
    }
    cut_end(&scan);
    if (!take_apart(loader, &scan, parameters, position, method, ret_pieces)) {
        return false;
    }
    PgQueryParseResult parsed = pg_query_parse(number_parameters(loader, ret_pieces));
    bool is_right = !parsed.error;
    if (parsed.error) {
        rc_loader_problem(loader, position, "%s: %s", method, parsed.error->message);
    } else {
        is_right = judge(loader, parsed.parse_tree, position, method, ret_pieces);
    }
    pg_query_free_parse_result(parsed);
    return is_right;
}
