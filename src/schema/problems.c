// SPDX-License-Identifier: Apache-2.0
//
// The findings of the checker, as a compiler prints them.
#include "schema/schema.h"

#include <stdlib.h>

void rc_problems_fini(struct rc_problems *problems)
{
    free(problems->items);
    rc_arena_fini(&problems->arena);
    *problems = (struct rc_problems){0};
}

void rc_problems_print(const struct rc_problems *problems, struct rc_buf *out)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct rc_problem *problem = &problems->items[i];
        if (problem->position.line > 0) {
            rc_buf_printf(out, "%s:%d: %s\n", problem->position.file, problem->position.line,
                          problem->message);
        } else {
            rc_buf_printf(out, "%s: %s\n", problem->position.file, problem->message);
        }
    }
}
