// SPDX-License-Identifier: Apache-2.0
//
// A statement on one line, cut where a terminal would break it.
#include "bin/diff_report.h"

#include <string.h>

enum { LINE_MAX_BYTES = 110 };

// The first statement, its white space made single.
static void print_line(const char *sql, FILE *out)
{
    size_t len = 0;
    bool blank = false;
    for (; *sql && len < LINE_MAX_BYTES; sql++) {
        if (*sql == ';' && sql[1] == '\n') {
            return;
        }
        if (strchr(" \n\t", *sql)) {
            blank = len > 0;
            continue;
        }
        len += blank + 1;
        fprintf(out, "%s%c", blank ? " " : "", *sql);
        blank = false;
    }
    for (; ((unsigned char)*sql & 0xc0) == 0x80; sql++) { // a character is not cut
        fputc(*sql, out);
    }
    fputs(" ...", out);
}

void rc_diff_report(const struct rc_diff *diff, FILE *out)
{
    for (size_t i = 0; i < diff->count; i++) {
        fprintf(out, "  %-16s ", diff->steps[i].title);
        print_line(diff->steps[i].sql, out);
        fputc('\n', out);
    }
}
