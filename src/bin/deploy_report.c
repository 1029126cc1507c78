// SPDX-License-Identifier: Apache-2.0
//
// A line an event.
#include "bin/deploy_report.h"

#include <stdio.h>

void rc_deploy_report(void *context, enum rc_deploy_event event, const char *text,
                      int64_t elapsed_us)
{
    FILE *out = context;
    switch (event) {
    case RC_DEPLOY_CREATED_DATABASE:
        fprintf(out, "  created database %s\n", text);
        break;
    case RC_DEPLOY_WAITING:
        fprintf(out, "  waiting for another migration to end (%s)\n", text);
        break;
    case RC_DEPLOY_APPLYING:
        break;
    case RC_DEPLOY_APPLIED:
        fprintf(out, "  applied %s  (%.1f ms)\n", text, (double)elapsed_us / 1000.0);
        break;
    case RC_DEPLOY_FAILED:
        fprintf(out, "  failed: %s\n", text);
        break;
    case RC_DEPLOY_PROGRESS:
    case RC_DEPLOY_DROPPED:
        break;
    case RC_DEPLOY_WARNING:
        fprintf(out, "  warning: %s\n", text);
        break;
    }
    fflush(out);
}
