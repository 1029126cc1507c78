// SPDX-License-Identifier: Apache-2.0
//
// Words of SQL. Comments, strings, quoted names and parameters are passed over as PostgreSQL's
// scanner passes over them; what is left are words and single characters.
#include "service/raw_statement.h"

#include <ctype.h>
#include <strings.h>

struct scanner {
    const char *at;
    const char *end;
};

// ---- what is passed over

static void skip_line(struct scanner *scanner)
{
    const char *end = memchr(scanner->at, '\n', (size_t)(scanner->end - scanner->at));
    scanner->at = end ? end : scanner->end;
}

static bool is_at(const struct scanner *scanner, const char *text)
{
    size_t len = strlen(text);
    return (size_t)(scanner->end - scanner->at) >= len && memcmp(scanner->at, text, len) == 0;
}

// Comments nest.
static void skip_comment(struct scanner *scanner)
{
    size_t depth = 0;
    do {
        if (is_at(scanner, "/*")) {
            depth++;
            scanner->at += 2;
        } else if (is_at(scanner, "*/")) {
            depth--;
            scanner->at += 2;
        } else {
            scanner->at++;
        }
    } while (depth > 0 && scanner->at < scanner->end);
}

static void skip_quoted(struct scanner *scanner, char quote, bool has_escapes)
{
    for (scanner->at++; scanner->at < scanner->end && *scanner->at != quote; scanner->at++) {
        scanner->at += has_escapes && *scanner->at == '\\' && scanner->at + 1 < scanner->end;
    }
    scanner->at += scanner->at < scanner->end;
}

static bool is_name_character(char c)
{
    return isalnum((unsigned char)c) || c == '_' || ((unsigned char)c & 0x80) != 0;
}

// $tag$ ... $tag$, or a parameter: $1.
static void skip_dollar(struct scanner *scanner)
{
    const char *tag = scanner->at++;
    while (scanner->at < scanner->end && is_name_character(*scanner->at)) {
        scanner->at++;
    }
    bool is_quote =
        scanner->at < scanner->end && *scanner->at == '$' && !isdigit((unsigned char)tag[1]);
    if (!is_quote) {
        return;
    }
    size_t len = (size_t)(++scanner->at - tag);
    while (scanner->at < scanner->end &&
           ((size_t)(scanner->end - scanner->at) < len || memcmp(scanner->at, tag, len) != 0)) {
        scanner->at++;
    }
    scanner->at += scanner->at < scanner->end ? len : 0;
}

static void skip_one(struct scanner *scanner)
{
    if (is_at(scanner, "--")) {
        skip_line(scanner);
    } else if (is_at(scanner, "/*")) {
        skip_comment(scanner);
    } else if (*scanner->at == '\'' || *scanner->at == '"') {
        skip_quoted(scanner, *scanner->at, false);
    } else if (*scanner->at == '$') {
        skip_dollar(scanner);
    } else {
        scanner->at++;
    }
}

// Whether the word is the beginning of a string: E'...', B'...', X'...', N'...'.
static bool is_prefix(const struct scanner *scanner, const char *word)
{
    return scanner->at == word + 1 && scanner->at < scanner->end && *scanner->at == '\'' &&
           strchr("eEbBxXnN", *word);
}

// The next word; empty at the end.
static struct rc_view next_word(struct scanner *scanner)
{
    while (scanner->at < scanner->end) {
        const char *begin = scanner->at;
        if (!is_name_character(*begin)) {
            skip_one(scanner);
            continue;
        }
        while (scanner->at < scanner->end &&
               (is_name_character(*scanner->at) || *scanner->at == '$')) {
            scanner->at++;
        }
        if (!is_prefix(scanner, begin)) {
            return (struct rc_view){begin, (size_t)(scanner->at - begin)};
        }
        skip_quoted(scanner, '\'', tolower((unsigned char)*begin) == 'e');
    }
    return (struct rc_view){"", 0};
}

// ---- what the words mean

static bool is_word(struct rc_view word, const char *text)
{
    return word.len == strlen(text) && strncasecmp(word.data, text, word.len) == 0;
}

// Commands that are not sent.
static const struct refusal {
    const char *word;
    const char *why;
} refusals[] = {
    {"copy", "COPY is not possible here"},
    {"begin", "use Transactions/Begin"},
    {"start", "use Transactions/Begin"},
    {"commit", "use Transactions/Commit"},
    {"end", "use Transactions/Commit"},
    {"rollback", "use Transactions/Rollback"},
    {"abort", "use Transactions/Rollback"},
    {"savepoint", "use Transactions/Savepoint"},
    {"release", "use Transactions/Savepoint"},
    {"set", "a session lasts for one call: use set_config(name, value, true)"},
    {"reset", "a session lasts for one call"},
    {"discard", "a session lasts for one call"},
    {"listen", "a session lasts for one call"},
    {"unlisten", "a session lasts for one call"},
    {"load", "a session lasts for one call"},
    {"prepare", "a session lasts for one call; parameters need no PREPARE"},
    {"execute", "a session lasts for one call; parameters need no PREPARE"},
    {"deallocate", "a session lasts for one call; parameters need no PREPARE"},
    {"declare", "rows need no cursor: see max_rows"},
    {"fetch", "rows need no cursor: see max_rows"},
    {"move", "rows need no cursor: see max_rows"},
    {"close", "rows need no cursor: see max_rows"},
};

static const struct refusal *refusal_of(struct rc_view word)
{
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        if (is_word(word, refusals[i].word)) {
            return &refusals[i];
        }
    }
    return NULL;
}

static bool is_one_of(struct rc_view word, const char *const *words)
{
    while (*words && !is_word(word, *words)) {
        words++;
    }
    return *words != NULL;
}

// Whether a cursor can read it. A word that only might write (a column called "update") keeps
// the cursor away and does no harm.
static enum rc_raw_kind kind_of(struct rc_view first, struct scanner rest)
{
    static const char *const readers[] = {"select", "values", "table", "with", NULL};
    static const char *const writers[] = {"insert", "update", "delete", "merge", "into", NULL};
    if (!is_one_of(first, readers)) {
        return RC_RAW_OTHER;
    }
    for (struct rc_view word = next_word(&rest); word.len > 0; word = next_word(&rest)) {
        if (is_one_of(word, writers)) {
            return RC_RAW_OTHER;
        }
    }
    return RC_RAW_READS;
}

rowcall_status rc_raw_judge(struct rc_view sql, enum rc_raw_kind *ret_kind, rowcall_error *err)
{
    struct scanner scanner = {sql.data, sql.data + sql.len};
    struct rc_view first = next_word(&scanner);
    const struct refusal *refusal = refusal_of(first);
    if (first.len == 0) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "sql: holds no statement");
    }
    if (refusal) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "sql: %.*s is refused: %s",
                            rc_view_arg(first), refusal->why);
    }
    *ret_kind = kind_of(first, scanner);
    return ROWCALL_OK;
}
