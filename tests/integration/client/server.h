// SPDX-License-Identifier: Apache-2.0
//
// `rowcall serve` as a process, over a database "core" of its own that has been migrated.
#ifndef RC_TESTS_SERVER_H
#define RC_TESTS_SERVER_H

#include "support/check.h"

#include <sys/types.h>

struct test_server {
    char folder[64];
    char url[96];   // for clients
    char *database; // its PostgreSQL URL
    pid_t pid;
};

// Starts it with these further arguments (NULL at their end; at most 8), which takes until it
// serves. Ends the test when it does not.
void test_server_start(struct test_server *server, const char *const *arguments);

// Stops it, and fails the test unless it ends well.
void test_server_stop(struct test_server *server);

#endif
