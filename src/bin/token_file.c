// SPDX-License-Identifier: Apache-2.0
//
// Reading tokens.
#include "bin/token_file.h"

#include "bin/file.h"

#include <stdlib.h>

rowcall_status rc_token_file_read(struct rc_token_file *ret_tokens, const char *path,
                                  const char *variable, rowcall_error *err)
{
    const char *of_environment = getenv(variable);
    *ret_tokens = (struct rc_token_file){.count = 0};
    if (!path) {
        if (of_environment && of_environment[0] != '\0') {
            ret_tokens->tokens[ret_tokens->count++] = of_environment;
        }
        return ROWCALL_OK;
    }
    rowcall_status st = rc_file_read(path, &ret_tokens->text, err);
    char *rest = ret_tokens->text.data;
    char *line = NULL;
    while (st == ROWCALL_OK && rest && (line = strtok_r(rest, "\r\n", &rest)) != NULL) {
        if (ret_tokens->count == RC_TOKENS_MAX) {
            return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%s: more than %d tokens", path,
                                RC_TOKENS_MAX);
        }
        ret_tokens->tokens[ret_tokens->count++] = line;
    }
    if (st == ROWCALL_OK && ret_tokens->count == 0) {
        st = rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%s: holds no token", path);
    }
    return st;
}

void rc_token_file_fini(struct rc_token_file *tokens)
{
    rc_buf_fini(&tokens->text);
}
