// SPDX-License-Identifier: Apache-2.0
//
// From bytes to the words of Prisma's schema language.
#include "import/prisma_lex.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void rc_prisma_lexer_init(struct rc_prisma_lexer *lexer, struct rc_import *session,
                          const char *file, const char *text)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    bool marked = strncmp(text, byte_order_mark, sizeof byte_order_mark - 1) == 0;
    *lexer = (struct rc_prisma_lexer){
        .session = session, .file = file, .at = text + (marked ? 3 : 0), .line = 1};
}

static void report(struct rc_prisma_lexer *lexer, const char *text)
{
    struct rc_position position = {lexer->file, lexer->line};
    rc_import_find(lexer->session, RC_FINDING_ERROR, position, "%s", text);
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static struct rc_prisma_token token_of(const struct rc_prisma_lexer *lexer,
                                       enum rc_prisma_word word, const char *begin)
{
    const char *text = rc_import_copy(lexer->session, begin, (size_t)(lexer->at - begin));
    return (struct rc_prisma_token){.word = word, .text = text, .line = lexer->line};
}

// ---- strings, which are JSON's

static bool read_hex(const char *at, uint32_t *ret_value)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        if (!isxdigit((unsigned char)at[i])) {
            return false;
        }
        char digit[2] = {at[i], '\0'};
        value = value * 16 + (uint32_t)strtoul(digit, NULL, 16);
    }
    *ret_value = value;
    return true;
}

// Appends what \uXXXX says, two of them where they are a surrogate pair. Returns what follows;
// NULL when it is no character.
static const char *read_code_point(const char *at, struct rc_buf *out)
{
    uint32_t code = 0;
    uint32_t low = 0;
    char utf8[4];
    if (!read_hex(at, &code)) {
        return NULL;
    }
    at += 4;
    if (code >= 0xd800 && code < 0xdc00) {
        bool pair = at[0] == '\\' && at[1] == 'u' && read_hex(at + 2, &low) && low >= 0xdc00 &&
                    low < 0xe000;
        if (!pair) {
            return NULL;
        }
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
    } else if ((code >= 0xdc00 && code < 0xe000) || code == 0) {
        return NULL;
    }
    rc_buf_append(out, utf8, rc_utf8_encode(code, utf8));
    return at;
}

// Appends what the escape at `at`, behind its backslash, says. NULL when it says nothing.
static const char *read_escape(const char *at, struct rc_buf *out)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    const char *found = *at ? strchr(letters, *at) : NULL;
    if (found) {
        rc_buf_append_char(out, meanings[found - letters]);
        return at + 1;
    }
    return *at == 'u' ? read_code_point(at + 1, out) : NULL;
}

static struct rc_prisma_token read_string(struct rc_prisma_lexer *lexer)
{
    struct rc_buf *text = rc_import_buf(lexer->session);
    const char *at = lexer->at + 1;
    while (*at != '"' && *at != '\n' && *at != '\0') {
        if (*at != '\\') {
            rc_buf_append_char(text, *at++);
            continue;
        }
        const char *next = read_escape(at + 1, text);
        if (!next) {
            report(lexer, "a string has an escape that is none: use \\\\ for a backslash");
            next = at + 1;
        }
        at = next;
    }
    if (*at != '"') {
        report(lexer, "a string does not end in its line: add the closing \"");
    }
    lexer->at = at + (*at == '"');
    return (struct rc_prisma_token){.word = RC_PRISMA_STRING,
                                    .text = rc_import_take(lexer->session, text),
                                    .line = lexer->line};
}

// ---- the rest

static struct rc_prisma_token read_number_or_name(struct rc_prisma_lexer *lexer)
{
    const char *begin = lexer->at;
    lexer->at += *lexer->at == '-';
    while (isdigit((unsigned char)*lexer->at)) {
        lexer->at++;
    }
    if (*lexer->at == '.' && isdigit((unsigned char)lexer->at[1])) {
        do {
            lexer->at++;
        } while (isdigit((unsigned char)*lexer->at));
    } else if (is_name(*lexer->at)) {
        while (is_name(*lexer->at)) {
            lexer->at++;
        }
        return token_of(lexer, RC_PRISMA_NAME, begin);
    }
    return token_of(lexer, RC_PRISMA_NUMBER, begin);
}

static struct rc_prisma_token read_name(struct rc_prisma_lexer *lexer)
{
    const char *begin = lexer->at;
    while (is_name(*lexer->at)) {
        lexer->at++;
    }
    return token_of(lexer, RC_PRISMA_NAME, begin);
}

// Whether a documentation comment is what begins here; other comments are skipped.
static bool skip_comment(struct rc_prisma_lexer *lexer)
{
    bool documents = lexer->at[2] == '/';
    if (!documents) {
        lexer->at += strcspn(lexer->at, "\n");
    }
    return documents;
}

static struct rc_prisma_token read_comment(struct rc_prisma_lexer *lexer)
{
    lexer->at += 3;
    lexer->at += *lexer->at == ' ';
    const char *begin = lexer->at;
    size_t len = strcspn(begin, "\n");
    lexer->at += len;
    while (len > 0 && isspace((unsigned char)begin[len - 1])) {
        len--;
    }
    return (struct rc_prisma_token){.word = RC_PRISMA_COMMENT,
                                    .text = rc_import_copy(lexer->session, begin, len),
                                    .line = lexer->line};
}

static struct rc_prisma_token read_sign(struct rc_prisma_lexer *lexer)
{
    struct rc_prisma_token token = {.word = RC_PRISMA_SIGN, .line = lexer->line};
    if (lexer->at[0] == '@' && lexer->at[1] == '@') {
        token.word = RC_PRISMA_BLOCK_ATTRIBUTE;
        lexer->at += 2;
        return token;
    }
    token.sign = *lexer->at++;
    return token;
}

static void skip_unknown(struct rc_prisma_lexer *lexer)
{
    size_t len = rc_utf8_sequence(lexer->at, strlen(lexer->at));
    len = len > 0 ? len : 1;
    report(lexer, rc_import_printf(lexer->session, "\"%.*s\" means nothing here", (int)len,
                                   lexer->at));
    lexer->at += len;
}

struct rc_prisma_token rc_prisma_lex(struct rc_prisma_lexer *lexer)
{
    for (;;) {
        char c = *lexer->at;
        if (c == ' ' || c == '\t' || c == '\r') {
            lexer->at++;
        } else if (c == '/' && lexer->at[1] == '/') {
            if (skip_comment(lexer)) {
                return read_comment(lexer);
            }
        } else if (c == '\0') {
            return (struct rc_prisma_token){.word = RC_PRISMA_END, .line = lexer->line};
        } else if (c == '\n') {
            lexer->at++;
            return (struct rc_prisma_token){.word = RC_PRISMA_LINE_END, .line = lexer->line++};
        } else if (c == '"') {
            return read_string(lexer);
        } else if (isdigit((unsigned char)c) ||
                   (c == '-' && isdigit((unsigned char)lexer->at[1]))) {
            return read_number_or_name(lexer);
        } else if (isalpha((unsigned char)c)) {
            return read_name(lexer);
        } else if (strchr("{}()[],:=?!.@", c)) {
            return read_sign(lexer);
        } else {
            skip_unknown(lexer);
        }
    }
}

const char *rc_prisma_show(struct rc_import *session, const struct rc_prisma_token *token)
{
    switch (token->word) {
    case RC_PRISMA_NAME:
    case RC_PRISMA_NUMBER:
        return rc_import_printf(session, "\"%s\"", token->text);
    case RC_PRISMA_STRING:
        return "a string";
    case RC_PRISMA_COMMENT:
        return "a comment";
    case RC_PRISMA_SIGN:
        return rc_import_printf(session, "\"%c\"", token->sign);
    case RC_PRISMA_BLOCK_ATTRIBUTE:
        return "\"@@\"";
    case RC_PRISMA_LINE_END:
        return "the end of the line";
    case RC_PRISMA_END:
        break;
    }
    return "the end of the file";
}
