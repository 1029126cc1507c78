// SPDX-License-Identifier: Apache-2.0
//
// Who may call, and who may do what not everybody may: explain calls, send SQL. Known by the
// token of an envelope. Comparing takes as long for a wrong token as for a right one.
// Unchanged after init; thread-safe.
#ifndef RC_SERVICE_ACCESS_H
#define RC_SERVICE_ACCESS_H

#include "service/service.h"

// What has to be granted.
enum rc_right {
    RC_RIGHT_NONE, // nobody needs it
    RC_RIGHT_EXPLAIN,
    RC_RIGHT_RAW,
    RC_RIGHT_COUNT
};

struct rc_token_list {
    const struct rc_view *items;
    size_t count;
};

struct rc_access {
    struct rc_token_list admitted; // none: everybody is
    struct {
        bool everybody;
        struct rc_token_list tokens;
    } grants[RC_RIGHT_COUNT];
};

// Copies what options say of tokens; copies are the arena's. INVALID_ARGUMENT for an empty
// token, which would open the door to everybody.
rowcall_status rc_access_init(struct rc_access *access,
                              const struct rc_service_options *options, struct rc_arena *arena,
                              rowcall_error *err) RC_MUST_CHECK;

// Whether the token admits a caller at all.
bool rc_access_admits(const struct rc_access *access, struct rc_view token);

// Whether a caller who was admitted with this token has the right.
bool rc_access_grants(const struct rc_access *access, enum rc_right right,
                      struct rc_view token);

// Whether anybody has it.
bool rc_access_is_granted(const struct rc_access *access, enum rc_right right);

#endif
