// SPDX-License-Identifier: Apache-2.0
//
// What differs between two texts, line by line.
#ifndef RC_BIN_LINE_DIFF_H
#define RC_BIN_LINE_DIFF_H

#include <stddef.h>
#include <stdio.h>

struct rc_line_counts {
    size_t added;
    size_t removed;
};

// Counts the lines that lead from before to after; out (NULL: none) gets them as "+ line" and
// "- line". As few lines as possible, unless both texts are very long. Both end with NUL.
struct rc_line_counts rc_line_diff(const char *before, const char *after, FILE *out);

#endif
