// SPDX-License-Identifier: Apache-2.0
//
// Tokens: the lines of a file, or the one of an environment variable. Single-threaded.
#ifndef RC_BIN_TOKEN_FILE_H
#define RC_BIN_TOKEN_FILE_H

#include "base/buf.h"

enum { RC_TOKENS_MAX = 64 };

struct rc_token_file {
    const char *tokens[RC_TOKENS_MAX]; // point into text, or the environment
    size_t count;
    struct rc_buf text;
};

// Reads the file at path; when that is NULL, the variable, which may be unset or empty: no
// tokens. INVALID_ARGUMENT for a file without a token, which must not open the door, or with
// too many. Finish it either way.
rowcall_status rc_token_file_read(struct rc_token_file *ret_tokens, const char *path,
                                  const char *variable, rowcall_error *err) RC_MUST_CHECK;
void rc_token_file_fini(struct rc_token_file *tokens);

#endif
