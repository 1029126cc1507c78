// SPDX-License-Identifier: Apache-2.0
//
// Layout. The text is taken apart into tokens, and each is written behind what stood between it
// and the one before: nothing, a blank, or, where a clause begins, a new line.
#include "bin/sql_layout.h"

#include <ctype.h>

enum { WIDTH = 92, SHORT = 48, STEP = 2, DEPTH_MAX = 64 };

struct token {
    struct rc_view text;
    bool spaced; // white space stands before it
};

struct layout {
    struct rc_view sql;
    size_t at;
    struct token previous;
    struct token current;
    struct token next;
    struct {
        bool is_query; // the parentheses hold a statement
        size_t indent; // of its clauses
    } levels[DEPTH_MAX];
    size_t depth;
    bool closed_query; // the previous token ended a statement in parentheses
    struct rc_buf *out;
    size_t line; // where the line began in out
};

// ---- tokens

static size_t quoted_length(const char *text, size_t len)
{
    const char *end = len > 1 ? memchr(text + 1, text[0], len - 1) : NULL;
    return end ? (size_t)(end - text) + 1 : len;
}

static bool is_word_character(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '.' ||
           ((unsigned char)c & 0x80) != 0;
}

static struct token take_token(struct layout *layout)
{
    struct token token = {{NULL, 0}, false};
    const char *text = layout->sql.data;
    while (layout->at < layout->sql.len && isspace((unsigned char)text[layout->at])) {
        layout->at++;
        token.spaced = true;
    }
    const char *begin = text + layout->at;
    size_t left = layout->sql.len - layout->at;
    size_t len = left > 0 ? 1 : 0;
    if (len > 0 && (*begin == '"' || *begin == '\'')) {
        len = quoted_length(begin, left);
    } else if (len > 0 && is_word_character(*begin)) {
        while (len < left && is_word_character(begin[len])) {
            len++;
        }
    }
    token.text = (struct rc_view){begin, len};
    layout->at += len;
    return token;
}

static bool is_one_of(struct rc_view text, const char *const *words)
{
    for (; *words; words++) {
        size_t len = strlen(*words);
        if (text.len == len && strncasecmp(text.data, *words, len) == 0) {
            return true;
        }
    }
    return false;
}

#define IS_ONE_OF(text, ...) is_one_of((text), (const char *const[]){__VA_ARGS__, NULL})

// ---- where lines begin

static bool begins_join(const struct layout *layout)
{
    struct rc_view word = layout->current.text;
    if (IS_ONE_OF(word, "left", "right", "full", "inner", "cross")) {
        return IS_ONE_OF(layout->next.text, "join", "outer", "lateral");
    }
    return IS_ONE_OF(word, "join") && !IS_ONE_OF(layout->previous.text, "left", "right", "full",
                                                 "inner", "cross", "outer");
}

// Whether the current word begins a clause of the statement it stands in.
static bool begins_clause(const struct layout *layout)
{
    struct rc_view word = layout->current.text;
    struct rc_view before = layout->previous.text;
    struct rc_view behind = layout->next.text;
    if (IS_ONE_OF(word, "select", "where", "having", "limit", "offset", "returning", "union",
                  "values")) {
        return true;
    }
    if (IS_ONE_OF(word, "from")) { // but not of "delete from", "is distinct from"
        return !IS_ONE_OF(before, "delete", "distinct");
    }
    if (IS_ONE_OF(word, "group", "order")) {
        return IS_ONE_OF(behind, "by");
    }
    if (IS_ONE_OF(word, "insert", "update", "delete")) { // but not of "do update", "for update"
        return !IS_ONE_OF(before, "do", "for", "key");
    }
    if (IS_ONE_OF(word, "set")) {
        return !IS_ONE_OF(before, "update");
    }
    if (IS_ONE_OF(word, "on")) {
        return IS_ONE_OF(behind, "conflict");
    }
    if (IS_ONE_OF(word, "for")) {
        return IS_ONE_OF(behind, "update", "share", "no", "key");
    }
    return begins_join(layout);
}

static void begin_line(struct layout *layout, size_t indent)
{
    rc_buf_append_char(layout->out, '\n');
    layout->line = layout->out->len;
    rc_buf_printf(layout->out, "%*s", (int)indent, "");
}

// Whether the line is too long with what follows up to the next blank.
static bool is_wide(const struct layout *layout)
{
    const char *begin = layout->current.text.data;
    const char *end = layout->sql.data + layout->sql.len;
    const char *blank = memchr(begin, ' ', (size_t)(end - begin));
    return layout->out->len - layout->line + (size_t)((blank ? blank : end) - begin) > WIDTH;
}

// What stands before the current token.
static void put_gap(struct layout *layout)
{
    bool is_query = layout->levels[layout->depth].is_query;
    size_t indent = layout->levels[layout->depth].indent;
    struct rc_view before = layout->previous.text;
    bool behind_comma = IS_ONE_OF(before, ",");
    if (before.len == 0 || !layout->current.spaced) {
        return;
    }
    if (is_query && begins_clause(layout)) {
        begin_line(layout, indent);
    } else if (is_query && IS_ONE_OF(layout->current.text, "and", "or")) {
        begin_line(layout, indent + STEP);
    } else if (is_query && behind_comma && layout->closed_query) {
        begin_line(layout, indent);
    } else if (behind_comma && is_wide(layout)) {
        begin_line(layout, indent + 2 * STEP);
    } else {
        rc_buf_append_char(layout->out, ' ');
    }
}

// ---- parentheses

// Whether what the parentheses hold, up to the one that closes them, is short enough for a
// line.
static bool is_short(const struct layout *layout)
{
    struct layout ahead = *layout; // its own place in the text
    const char *begin = layout->next.text.data;
    size_t open = 1;
    struct token token = layout->next;
    while (open > 0 && token.text.len > 0 && (size_t)(token.text.data - begin) <= SHORT) {
        open += IS_ONE_OF(token.text, "(");
        open -= IS_ONE_OF(token.text, ")");
        token = take_token(&ahead);
    }
    return open == 0;
}

static void open_level(struct layout *layout)
{
    bool is_query = IS_ONE_OF(layout->next.text, "select", "with", "insert", "update", "delete",
                              "values") &&
                    (IS_ONE_OF(layout->previous.text, "as") || !is_short(layout));
    size_t indent = layout->levels[layout->depth].indent;
    if (layout->depth + 1 < DEPTH_MAX) {
        layout->depth++;
        layout->levels[layout->depth].is_query = is_query;
        layout->levels[layout->depth].indent = indent + (is_query ? STEP : 0);
    }
    if (is_query) {
        begin_line(layout, indent + STEP);
        layout->next.spaced = false;
    }
}

static void close_level(struct layout *layout)
{
    bool was_query = layout->levels[layout->depth].is_query;
    if (layout->depth > 0) {
        layout->depth--;
        layout->closed_query = was_query;
        if (was_query) {
            begin_line(layout, layout->levels[layout->depth].indent);
        }
    }
}

void rc_sql_layout(struct rc_view sql, struct rc_buf *out)
{
    struct layout layout = {.sql = sql, .out = out, .line = out->len};
    layout.levels[0].is_query = true;
    layout.next = take_token(&layout);
    while (layout.next.text.len > 0) {
        layout.previous = layout.current;
        layout.current = layout.next;
        layout.next = take_token(&layout);
        bool closes = IS_ONE_OF(layout.current.text, ")");
        if (closes) {
            close_level(&layout);
        } else {
            put_gap(&layout);
            layout.closed_query = layout.closed_query && IS_ONE_OF(layout.current.text, ",");
        }
        rc_buf_append_view(out, layout.current.text);
        if (IS_ONE_OF(layout.current.text, "(")) {
            open_level(&layout);
        }
    }
}
