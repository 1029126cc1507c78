// SPDX-License-Identifier: Apache-2.0
//
// A connection URL, taken apart once: libpq's parameters plus the few that Prisma adds to URLs
// and libpq would refuse. Immutable after init. Private to the module.
#ifndef RC_PG_URL_H
#define RC_PG_URL_H

#include "base/error.h"
#include "base/buf.h"

// libpq's own types, so that who includes this needs no libpq.
struct pg_conn;
struct _PQconninfoOption;

struct rc_pg_url {
    struct _PQconninfoOption *options; // what the URL says
    char *search_path; // from `schema`, as a quoted identifier; NULL when absent
};

// Takes text apart. INVALID_ARGUMENT for what libpq does not take; the message never repeats a
// part of the URL that could be a password.
rowcall_status rc_pg_url_init(struct rc_pg_url *ret_url, const char *text,
                              rowcall_error *err) RC_MUST_CHECK;

// Frees; {0} is accepted.
void rc_pg_url_fini(struct rc_pg_url *url);

// The value of a libpq parameter, NULL when the URL does not give it.
const char *rc_pg_url_value(const struct rc_pg_url *url, const char *keyword);

// Starts a non-blocking connect (PQconnectPoll next), or connects blocking. The URL wins over
// our defaults: application_name, a connect timeout, TCP keepalives. May give NULL (memory).
struct pg_conn *rc_pg_url_start(const struct rc_pg_url *url, const char *application_name);
struct pg_conn *rc_pg_url_connect(const struct rc_pg_url *url, const char *application_name);

// Overwrites every occurrence of the URL's password in text with '*'.
void rc_pg_url_scrub(const struct rc_pg_url *url, char *text);

// Removes Prisma's parameters from the query part of a URI, into *ret_uri; the value of
// `schema`, percent-decoded, goes into *ret_schema (empty when absent). Text that is no URI is
// copied as it is.
void rc_pg_url_strip(const char *text, struct rc_buf *ret_uri, struct rc_buf *ret_schema);

#endif
