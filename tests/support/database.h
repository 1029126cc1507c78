// SPDX-License-Identifier: Apache-2.0
//
// Databases for tests. Integration tests run with ROWCALL_TEST_PG set to the URL of a cluster
// that the test run started for itself (tests/integration/CMakeLists.txt); each test makes
// databases in it.
#ifndef TEST_DATABASE_H
#define TEST_DATABASE_H

// Makes an empty database with a name of its own and gives its URL, malloc'ed: drop frees it.
// Ends the test process with a message when that is impossible.
char *test_database_create(void);

// Drops the database, ending sessions that still use it, and frees url. NULL is accepted.
void test_database_drop(char *url);

// Runs a script in the database of url; ends the process with PostgreSQL's message when it
// fails.
void test_database_run(const char *url, const char *sql);

#endif
