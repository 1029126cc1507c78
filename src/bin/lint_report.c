// SPDX-License-Identifier: Apache-2.0
//
// A line a finding, and the advice below it.
#include "bin/lint_report.h"

#include "bin/cli.h"

#include <string.h>

// In lines, SQL among them.
static void print_advice(const char *advice, const char *indent, FILE *out)
{
    const char *lead = "instead: ";
    while (*advice) {
        size_t len = strcspn(advice, "\n");
        fprintf(out, "%s%s%.*s\n", indent, lead, (int)len, advice);
        advice += len + (advice[len] == '\n');
        lead = "    ";
    }
}

void rc_lint_report(const struct rc_lint_findings *findings, const char *file, FILE *out)
{
    bool colour = rc_cli_use_colour(out);
    for (size_t i = 0; i < findings->count; i++) {
        const struct rc_lint_finding *finding = &findings->items[i];
        const char *severity = finding->is_error ? "error" : "warning";
        const char *paint = finding->is_error ? "\x1b[31m" : "\x1b[33m";
        if (file) {
            fprintf(out, "%s:%d: ", file, finding->line);
        } else {
            fputs("  ", out);
        }
        fprintf(out, "%s%s%s: %s [%s]\n", colour ? paint : "", severity,
                colour ? "\x1b[0m" : "", finding->text, finding->rule);
        print_advice(finding->advice, file ? "    " : "      ", out);
    }
}
