// SPDX-License-Identifier: Apache-2.0
//
// The whole request path over a database of the test's own: a call is JSON, goes as an envelope
// through the service to PostgreSQL, and comes back as JSON. No socket is involved. Single
// quotes stand for JSON's double ones, both ways, so that C needs no backslashes.
#ifndef RC_TESTS_METHODS_HARNESS_H
#define RC_TESTS_METHODS_HARNESS_H

#include "base/view.h"

struct rc_api;

// Group setup and teardown: a database with the shop's tables, and a service for it.
int harness_setup(void **state);
// The same with the blog's tables (support/blog.h).
int harness_setup_blog(void **state);
int harness_teardown(void **state);

// Test setup: empties the tables and starts their sequences anew.
int harness_empty(void **state);

// The API that is served, for tests that look into its tables. Group setup makes it.
struct rc_api *harness_api(void);

// Runs SQL in the database, past the service.
void harness_sql(const char *sql);

// Calls "Item/Count" with a request in JSON. The answer: the response as compact JSON, or, for
// a failure, `STATUS reason outcome: message`. malloc'ed: the caller frees.
char *harness_call(const char *method, const char *json);

// The same for so many equal calls of one envelope, which must have equal replies: lookups
// share a statement.
char *harness_call_together(const char *method, const char *json, size_t count);

// harness_call with the bytes of a request.
char *harness_call_bytes(const char *method, struct rc_view request);

// The plans by which PostgreSQL would execute the call's statements, as EXPLAIN prints them.
// malloc'ed: the caller frees.
char *harness_explain(const char *method, const char *json);
// The same in this way (metadata "explain"), the SQL of each statement before its plan; or the
// failure, as above.
char *harness_explain_as(const char *how, const char *method, const char *json);

// Calls, which must fail, and compares how: "P2002 User(name) users_name_key: path", which is
// reason, entity, fields, constraint, and what the message begins with.
void harness_expect_failure(const char *method, const char *json, const char *failure);

// Sends bytes in place of an envelope; the answer to its first call.
char *harness_send(struct rc_view envelope);

// Calls and compares the whole answer.
void harness_expect(const char *method, const char *json, const char *answer);

// Calls and compares how the answer begins.
void harness_expect_begin(const char *method, const char *json, const char *begin);

#endif
