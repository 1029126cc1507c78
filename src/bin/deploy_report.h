// SPDX-License-Identifier: Apache-2.0
//
// The course of a deploy, told as it happens.
#ifndef RC_BIN_DEPLOY_REPORT_H
#define RC_BIN_DEPLOY_REPORT_H

#include "migrate/deploy.h"

// An rc_deploy_report_fn; the context is the FILE to print to.
void rc_deploy_report(void *context, enum rc_deploy_event event, const char *text,
                      int64_t elapsed_us);

#endif
