// SPDX-License-Identifier: Apache-2.0
//
// One scanner for names: what is between single quotes is skipped, E'' escapes and all.
#include "migrate/sql_words.h"

#include "base/buf.h"
#include "schema/schema.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct word {
    const char *start; // in the text, its quotes included
    const char *end;
};

static bool is_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_' || ((unsigned char)c & 0x80) != 0;
}

static bool is_name_part(char c)
{
    return is_name_start(c) || isdigit((unsigned char)c) || c == '$';
}

// Behind a string that begins at `at`, with its quote.
static const char *skip_string(const char *at, bool escapes)
{
    for (at++; *at; at++) {
        if (escapes && *at == '\\' && at[1]) {
            at++;
        } else if (*at == '\'' && at[1] == '\'') {
            at++;
        } else if (*at == '\'') {
            return at + 1;
        }
    }
    return at;
}

static const char *skip_quoted(const char *at)
{
    for (at++; *at; at++) {
        if (*at == '"' && at[1] == '"') {
            at++;
        } else if (*at == '"') {
            return at + 1;
        }
    }
    return at;
}

// The next name at or behind `at`; false at the text's end.
static bool next_word(const char *at, struct word *ret_word)
{
    while (*at) {
        if (*at == '"') {
            *ret_word = (struct word){at, skip_quoted(at)};
            return true;
        }
        if (*at == '\'') {
            at = skip_string(at, false);
        } else if ((*at == 'E' || *at == 'e') && at[1] == '\'') {
            at = skip_string(at + 1, true);
        } else if (is_name_start(*at)) {
            const char *end = at;
            while (is_name_part(*end)) {
                end++;
            }
            *ret_word = (struct word){at, end};
            return true;
        } else if (isdigit((unsigned char)*at)) {
            while (is_name_part(*at)) { // 1e5 has no name in it
                at++;
            }
        } else {
            at++;
        }
    }
    return false;
}

static bool word_is(const struct word *word, const char *name)
{
    const char *at = word->start;
    if (*at != '"') {
        size_t len = (size_t)(word->end - at);
        return strlen(name) == len && memcmp(at, name, len) == 0;
    }
    for (at++; at < word->end - 1; at++, name++) {
        at += *at == '"'; // doubled
        if (*at != *name) {
            return false;
        }
    }
    return *name == '\0';
}

static bool is_function(const struct word *word)
{
    return word->end[strspn(word->end, " ")] == '(';
}

static bool matches(const struct word *word, const char *name, bool skip_functions)
{
    return word_is(word, name) && !(skip_functions && is_function(word));
}

// Behind what begins at `at`: a string, a quoted name, a name, or one character.
static const char *skip_piece(const char *at)
{
    if (*at == '\'') {
        return skip_string(at, false);
    }
    if ((*at == 'E' || *at == 'e') && at[1] == '\'') {
        return skip_string(at + 1, true);
    }
    if (*at == '"') {
        return skip_quoted(at);
    }
    const char *end = at + 1;
    while (is_name_start(*at) && is_name_part(*end)) {
        end++;
    }
    return end;
}

bool rc_sql_words_group(const char *text, struct rc_view *ret_group)
{
    const char *start = NULL;
    size_t depth = 0;
    for (const char *at = text; *at; at = skip_piece(at)) {
        if (*at == '(') {
            start = start ? start : at;
            depth++;
        } else if (*at == ')' && depth > 0 && --depth == 0) {
            *ret_group = (struct rc_view){start, (size_t)(at + 1 - start)};
            return true;
        }
    }
    return false;
}

const char *rc_sql_words_after(const char *text, const char *keyword)
{
    size_t depth = 0;
    size_t len = strlen(keyword);
    for (const char *at = text; *at;) {
        const char *end = skip_piece(at);
        depth += *at == '(';
        depth -= *at == ')' && depth > 0;
        if (depth == 0 && (size_t)(end - at) == len && strncasecmp(at, keyword, len) == 0) {
            return end;
        }
        at = end;
    }
    return NULL;
}

bool rc_sql_words_have(const char *text, const char *name, bool skip_functions)
{
    struct word word;
    while (text && next_word(text, &word)) {
        if (matches(&word, name, skip_functions)) {
            return true;
        }
        text = word.end;
    }
    return false;
}

bool rc_sql_words_have_literal(const char *text, const char *literal)
{
    struct rc_buf quoted = {0};
    rc_sql_literal(&quoted, literal);
    bool has = text && quoted.data && strstr(text, quoted.data);
    rc_buf_fini(&quoted);
    return has;
}

// Whether the word qualifies this name: `schema.name`.
static bool qualifies(const struct word *word, const char *name)
{
    struct word next;
    return *word->end == '.' && next_word(word->end + 1, &next) &&
           next.start == word->end + 1 && word_is(&next, name);
}

struct replacement {
    const char *from;
    const char *to;
    bool skip_functions;
    const char *qualified; // only where it qualifies this name; NULL: everywhere
};

static bool is_replaced(const struct word *word, const struct replacement *replacement)
{
    return matches(word, replacement->from, replacement->skip_functions) &&
           (!replacement->qualified || qualifies(word, replacement->qualified));
}

static const char *replace(struct rc_arena *arena, const char *text,
                           const struct replacement *replacement)
{
    struct rc_buf made = {0};
    struct word word;
    const char *at = text;
    if (!rc_sql_words_have(text, replacement->from, replacement->skip_functions)) {
        return text;
    }
    while (next_word(at, &word)) {
        rc_buf_append(&made, at, (size_t)(word.start - at));
        if (is_replaced(&word, replacement)) {
            rc_sql_identifier(&made, replacement->to);
        } else {
            rc_buf_append(&made, word.start, (size_t)(word.end - word.start));
        }
        at = word.end;
    }
    rc_buf_append_text(&made, at);
    const char *renamed = made.broken ? NULL : rc_arena_copy(arena, made.data, made.len);
    rc_buf_fini(&made);
    return renamed;
}

const char *rc_sql_words_rename(struct rc_arena *arena, const char *text, const char *from,
                                const char *to, bool skip_functions)
{
    return replace(arena, text, &(struct replacement){from, to, skip_functions, NULL});
}

const char *rc_sql_words_requalify(struct rc_arena *arena, const char *text, const char *schema,
                                   const char *name, const char *to)
{
    return replace(arena, text, &(struct replacement){schema, to, false, name});
}

// Behind the quotes of names: strings count as they are.
static const char *next_plain(const char *at, bool *in_string)
{
    while (*at == '"' && !*in_string) {
        at++;
    }
    if (*at == '\'') {
        *in_string = !*in_string;
    }
    return at;
}

bool rc_sql_words_equal(const char *a, const char *b)
{
    bool a_in_string = false;
    bool b_in_string = false;
    if (!a || !b) {
        return a == b;
    }
    for (;; a++, b++) {
        a = next_plain(a, &a_in_string);
        b = next_plain(b, &b_in_string);
        if (*a != *b) {
            return false;
        }
        if (!*a) {
            return true;
        }
    }
}
