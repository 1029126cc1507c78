// SPDX-License-Identifier: Apache-2.0
//
// A small shop (or blog) as a schema, and requests to it written as JSON. What a request is
// turned into is rendered as text, so that a test is a request beside the statement it must
// become:
//
//   {'key': {'id': 7}, 'select': {'name': true}}
//
//   select t0.`name` from `public`.`item` t0 where t0.`id` = $1::int4
//   1: 7 as int4
//   row <- 2
//
// Single quotes stand for the double ones of JSON, backquotes for those of SQL, so that C needs
// no backslashes.
#ifndef TEST_QUERY_FIXTURE_H
#define TEST_QUERY_FIXTURE_H

#include "query/query.h"

#include "base/buf.h"

// Group setup and teardown: the schema, its API, a query with the default cache.
int fixture_setup(void **state);
// The same with the blog (support/blog.h), which has every kind of relation.
int fixture_setup_blog(void **state);
int fixture_teardown(void **state);

struct rc_api *fixture_api(void);
struct rc_query *fixture_query(void);
const struct rc_model *fixture_model(const char *entity);

// The request as bytes; the caller finishes ret_bytes. Fails the test when json is no such
// request.
void fixture_encode(const char *entity, enum rc_verb verb, const char *json,
                    struct rc_buf *ret_bytes);

// What a request becomes: per step the statement, each parameter as `number: value as type`
// (generated identifiers as <generated>), and what the result's columns mean; then what the
// service is told. A refusal as `STATUS (reason) message`. The caller frees.
char *fixture_explain(struct rc_query *query, const char *entity, enum rc_verb verb,
                      const char *json);

// The same with the fixture's own query, compared. expected has no last newline.
void fixture_expect(const char *entity, enum rc_verb verb, const char *json,
                    const char *expected);

// The bulk form of what a request becomes, as its text with the parameters' types beneath it;
// "none" when it has none. Compared. Fails the test when the request is refused.
void fixture_expect_bulk(const char *entity, enum rc_verb verb, const char *json,
                         const char *expected);

#endif
