// SPDX-License-Identifier: Apache-2.0
//
// The words of Prisma's schema language. Lines matter in it, so their ends are words, too.
#ifndef RC_IMPORT_PRISMA_LEX_H
#define RC_IMPORT_PRISMA_LEX_H

#include "import/session.h"

enum rc_prisma_word {
    RC_PRISMA_NAME,            // text: letters, digits, _ and -
    RC_PRISMA_NUMBER,          // text as written
    RC_PRISMA_STRING,          // text without quotes and escapes
    RC_PRISMA_COMMENT,         // text behind ///; other comments are no words
    RC_PRISMA_SIGN,            // sign: { } ( ) [ ] , : = ? ! . @
    RC_PRISMA_BLOCK_ATTRIBUTE, // @@
    RC_PRISMA_LINE_END,
    RC_PRISMA_END,
};

struct rc_prisma_token {
    enum rc_prisma_word word;
    char sign;
    const char *text;
    int line;
};

struct rc_prisma_lexer {
    struct rc_import *session;
    const char *file;
    const char *at;
    int line;
};

// text is NUL-terminated and outlives the lexer.
void rc_prisma_lexer_init(struct rc_prisma_lexer *lexer, struct rc_import *session,
                          const char *file, const char *text);

// The next token. What is no word is reported, once for each line, and skipped.
struct rc_prisma_token rc_prisma_lex(struct rc_prisma_lexer *lexer);

// A token as messages show it.
const char *rc_prisma_show(struct rc_import *session, const struct rc_prisma_token *token);

#endif
