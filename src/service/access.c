// SPDX-License-Identifier: Apache-2.0
//
// Tokens. Every list is gone through to its end.
#include "service/access.h"

static rowcall_status copy_tokens(struct rc_token_list *to, const char *const *tokens,
                                  size_t count, struct rc_arena *arena, rowcall_error *err)
{
    struct rc_view *items = rc_arena_new_array(arena, count, struct rc_view);
    if (!items) {
        return rc_error_oom(err);
    }
    for (size_t i = 0; i < count; i++) {
        if (tokens[i][0] == '\0') {
            return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                                "an empty token admits everybody");
        }
        items[i] = rc_view_of(rc_arena_strdup(arena, tokens[i]));
        if (!items[i].data) {
            return rc_error_oom(err);
        }
    }
    *to = (struct rc_token_list){items, count};
    return ROWCALL_OK;
}

rowcall_status rc_access_init(struct rc_access *access,
                              const struct rc_service_options *options, struct rc_arena *arena,
                              rowcall_error *err)
{
    const struct rc_service_grant *grants[RC_RIGHT_COUNT] = {
        [RC_RIGHT_EXPLAIN] = &options->explain, [RC_RIGHT_RAW] = &options->raw};
    *access = (struct rc_access){0};
    rowcall_status st =
        copy_tokens(&access->admitted, options->tokens, options->token_count, arena, err);
    for (size_t i = RC_RIGHT_NONE + 1; i < RC_RIGHT_COUNT && st == ROWCALL_OK; i++) {
        access->grants[i].everybody = grants[i]->everybody;
        st = copy_tokens(&access->grants[i].tokens, grants[i]->tokens, grants[i]->token_count,
                         arena, err);
    }
    return st;
}

// Compares every byte whatever it finds; the length of what was given is no secret.
static bool is_equal_in_constant_time(struct rc_view given, struct rc_view expected)
{
    unsigned difference = given.len == expected.len ? 0 : 1;
    for (size_t i = 0; i < given.len; i++) {
        difference |=
            (unsigned char)given.data[i] ^ (unsigned char)expected.data[i % expected.len];
    }
    return difference == 0;
}

static bool has_token(const struct rc_token_list *list, struct rc_view token)
{
    unsigned found = 0;
    for (size_t i = 0; i < list->count; i++) {
        found |= is_equal_in_constant_time(token, list->items[i]);
    }
    return found != 0;
}

bool rc_access_admits(const struct rc_access *access, struct rc_view token)
{
    unsigned admitted = access->admitted.count == 0;
    admitted |= has_token(&access->admitted, token);
    for (size_t i = 0; i < RC_RIGHT_COUNT; i++) {
        admitted |= has_token(&access->grants[i].tokens, token);
    }
    return admitted != 0;
}

bool rc_access_grants(const struct rc_access *access, enum rc_right right, struct rc_view token)
{
    bool listed = has_token(&access->grants[right].tokens, token);
    return right == RC_RIGHT_NONE || access->grants[right].everybody || listed;
}

bool rc_access_is_granted(const struct rc_access *access, enum rc_right right)
{
    return right == RC_RIGHT_NONE || access->grants[right].everybody ||
           access->grants[right].tokens.count > 0;
}
