// SPDX-License-Identifier: Apache-2.0
//
// Two lines a finding.
#include "bin/lint_report.h"

#include "bin/cli.h"

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
        if (*finding->advice) {
            fprintf(out, "%s    instead: %s\n", file ? "" : "  ", finding->advice);
        }
    }
}
