// SPDX-License-Identifier: Apache-2.0
//
// What the tests of migrations share: a folder to write migrations to, a database to deploy
// them to, and what was reported meanwhile.
#ifndef TEST_DEPLOYMENT_H
#define TEST_DEPLOYMENT_H

#include "migrate/deploy.h"
#include "support/check.h"
#include "support/database.h"
#include "support/tree.h"

#include <stdatomic.h>

struct deployment {
    char *folder;
    char *url;
    struct rc_deploy options; // may be changed before deployment_run
    char warnings[4096];      // what was reported, a line each
    char failures[4096];
    char progress[4096];
    atomic_int progress_count; // how often it was told; may be read by another thread
    rowcall_error err;
    size_t applied;
};

// setup and teardown of a cmocka test, whose state is a deployment.
int deployment_setup(void **state);
int deployment_teardown(void **state);

// Deploys the folder.
rowcall_status deployment_run(struct deployment *deployment);

// The one value of a query, malloc'ed; "NULL" for none.
char *deployment_ask(const char *url, const char *sql);

// Fails the test unless the query's value is this one.
void deployment_assert(const struct deployment *deployment, const char *sql,
                       const char *expected);

#define DEPLOYMENT_CASE(name)                                                                  \
    cmocka_unit_test_setup_teardown(name, deployment_setup, deployment_teardown)

#endif
