// SPDX-License-Identifier: Apache-2.0
//
// The difference of two texts by their longest common subsequence of lines.
#include "bin/line_diff.h"

#include "base/view.h"

#include <stdint.h>
#include <stdlib.h>

enum { CELLS_MAX = 4 * 1024 * 1024 }; // of the table; larger differences are told as a whole

struct lines {
    struct rc_view *items;
    size_t count;
};

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text; text += strcspn(text, "\n") + (strchr(text, '\n') != NULL)) {
        count++;
    }
    return count;
}

static struct lines split(const char *text)
{
    struct lines lines = {calloc(count_lines(text) + 1, sizeof(struct rc_view)), 0};
    while (lines.items && *text) {
        size_t len = strcspn(text, "\n");
        lines.items[lines.count++] = (struct rc_view){text, len};
        text += len + (text[len] == '\n');
    }
    return lines;
}

static void print(FILE *out, char sign, struct rc_view line)
{
    if (out) {
        fprintf(out, "%c %.*s\n", sign, rc_view_arg(line));
    }
}

// The lengths of the longest common subsequences of all tails; NULL when that is too much.
static uint32_t *measure(const struct lines *a, const struct lines *b, size_t width)
{
    if ((a->count + 1) > CELLS_MAX / width) {
        return NULL;
    }
    uint32_t *table = calloc((a->count + 1) * width, sizeof(*table));
    for (size_t i = a->count; table && i-- > 0;) {
        for (size_t j = b->count; j-- > 0;) {
            uint32_t down = table[(i + 1) * width + j];
            uint32_t right = table[i * width + j + 1];
            bool same = rc_view_equal(a->items[i], b->items[j]);
            table[i * width + j] = same           ? table[(i + 1) * width + j + 1] + 1
                                   : down > right ? down
                                                  : right;
        }
    }
    return table;
}

struct rc_line_counts rc_line_diff(const char *before, const char *after, FILE *out)
{
    struct lines a = split(before);
    struct lines b = split(after);
    struct rc_line_counts counts = {0};
    size_t width = b.count + 1;
    uint32_t *table = measure(&a, &b, width);
    size_t i = 0;
    size_t j = 0;
    while (i < a.count || j < b.count) {
        bool both = i < a.count && j < b.count;
        if (both && rc_view_equal(a.items[i], b.items[j])) {
            i++;
            j++;
        } else if (i < a.count && (!both || !table ||
                                   table[(i + 1) * width + j] >= table[i * width + j + 1])) {
            print(out, '-', a.items[i++]);
            counts.removed++;
        } else {
            print(out, '+', b.items[j++]);
            counts.added++;
        }
    }
    free(table);
    free(a.items);
    free(b.items);
    return counts;
}
