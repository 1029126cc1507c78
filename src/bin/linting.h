// SPDX-License-Identifier: Apache-2.0
//
// Judging migrations before they are applied: pending ones of the databases chosen, or files;
// and whether the wire stays as programs know it. Printed as it goes.
#ifndef RC_BIN_LINTING_H
#define RC_BIN_LINTING_H

#include "bin/remote.h"
#include "bin/targets.h"

#include <jansson.h>

struct rc_linting {
    const char *command; // "migrate lint": whose errors they are
    struct rc_targets targets;
    char **files; // instead of pending migrations; NULL
    size_t file_count;
    const char *against;             // an older compiled schema to compare the wire with; NULL
    struct rc_remote_options remote; // url: of a running server, likewise; NULL
    bool strict;                     // warnings count, too
    bool json;
    json_t *report; // from here on: while it runs
    size_t error_count;
    size_t warning_count;
    size_t script_count;
};

// Prints findings and their number; gives RC_EXIT_FAILED when one counts. Databases are only
// read.
int rc_linting_run(struct rc_linting *linting);

#endif
