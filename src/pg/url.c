// SPDX-License-Identifier: Apache-2.0
//
// URLs. libpq refuses a URI with a parameter it does not know, and databases that come from
// Prisma carry such; they are cut out textually before libpq sees the rest, which it parses
// itself.
#include "pg/url.h"

#include "base/clock.h"

#include <libpq-fe.h>

#include <ctype.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>

// Parameters that Prisma's URLs have and libpq has not. `schema` is honoured, the others size
// or shape Prisma's own pool and have no meaning here.
static const char *const prisma_keywords[] = {
    "schema",         "connection_limit", "pool_timeout", "pgbouncer", "statement_cache_size",
    "socket_timeout", "sslaccept",        "sslidentity",
};

struct default_option {
    const char *keyword;
    const char *value;
};

// Dead peers are noticed within a minute; libpq ignores these on unix sockets.
static const struct default_option default_options[] = {
    {"connect_timeout", "10"}, {"keepalives_idle", "30"},     {"keepalives_interval", "10"},
    {"keepalives_count", "3"}, {"tcp_user_timeout", "30000"},
};

enum { OPTIONS_MAX = 64 };

static bool is_uri(const char *text)
{
    return strncmp(text, "postgresql://", 13) == 0 || strncmp(text, "postgres://", 11) == 0;
}

static bool is_prisma_keyword(struct rc_view key)
{
    for (size_t i = 0; i < sizeof prisma_keywords / sizeof prisma_keywords[0]; i++) {
        if (rc_view_is(key, prisma_keywords[i])) {
            return true;
        }
    }
    return false;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void append_decoded(struct rc_buf *buf, struct rc_view text)
{
    for (size_t i = 0; i < text.len; i++) {
        int high = text.data[i] == '%' && i + 2 < text.len ? hex_digit(text.data[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text.data[i + 2]) : -1;
        if (low >= 0) {
            rc_buf_append_char(buf, (char)(high * 16 + low));
            i += 2;
        } else {
            rc_buf_append_char(buf, text.data[i]);
        }
    }
}

void rc_pg_url_strip(const char *text, struct rc_buf *ret_uri, struct rc_buf *ret_schema)
{
    const char *query = is_uri(text) ? strchr(text, '?') : NULL;
    if (!query) {
        rc_buf_append_text(ret_uri, text);
        return;
    }
    rc_buf_append(ret_uri, text, (size_t)(query - text));
    char separator = '?';
    for (const char *at = query + 1; *at;) {
        size_t len = strcspn(at, "&");
        struct rc_view pair = {at, len};
        const char *equals = memchr(at, '=', len);
        struct rc_view key = {at, equals ? (size_t)(equals - at) : len};
        if (!is_prisma_keyword(key)) {
            rc_buf_append_char(ret_uri, separator);
            rc_buf_append_view(ret_uri, pair);
            separator = '&';
        } else if (equals && rc_view_is(key, "schema")) {
            append_decoded(ret_schema, (struct rc_view){equals + 1, len - key.len - 1});
        }
        at += len;
        at += *at == '&';
    }
}

// "a" -> "\"a\"", so that a schema name with capitals is the schema of that name.
static char *quote_identifier(struct rc_view name)
{
    struct rc_buf buf = {0};
    rc_buf_append_char(&buf, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] == '"') {
            rc_buf_append_char(&buf, '"');
        }
        rc_buf_append_char(&buf, name.data[i]);
    }
    rc_buf_append_char(&buf, '"');
    return rc_buf_take(&buf, NULL);
}

// libpq's own words quote parts of the URL; only those that quote a parameter's name are passed
// on.
static rowcall_status refuse(const char *message, rowcall_error *err)
{
    bool harmless = message && (strncmp(message, "invalid URI query parameter", 27) == 0 ||
                                strncmp(message, "invalid connection option", 25) == 0);
    rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "malformed connection URL%s%.*s",
                 harmless ? ": " : "", harmless ? (int)strcspn(message, "\n") : 0,
                 harmless ? message : "");
    rc_error_detail(err, "P1013", NULL, NULL);
    return ROWCALL_INVALID_ARGUMENT;
}

rowcall_status rc_pg_url_init(struct rc_pg_url *ret_url, const char *text, rowcall_error *err)
{
    struct rc_buf uri = {0};
    struct rc_buf schema = {0};
    struct rc_pg_url url = {0};
    char *message = NULL;
    rowcall_status st = ROWCALL_OK;
    if (!text || !*text) {
        rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "empty connection URL");
        rc_error_detail(err, "P1013", NULL, NULL);
        return ROWCALL_INVALID_ARGUMENT;
    }
    rc_pg_url_strip(text, &uri, &schema);
    if (rc_buf_status(&uri, NULL) != ROWCALL_OK || rc_buf_status(&schema, NULL) != ROWCALL_OK) {
        st = rc_error_oom(err);
        goto out;
    }
    url.options = PQconninfoParse(uri.data, &message);
    if (!url.options) {
        st = refuse(message, err);
        goto out;
    }
    if (schema.len > 0) {
        url.search_path = quote_identifier(rc_buf_view(&schema));
        if (!url.search_path) {
            st = rc_error_oom(err);
            goto out;
        }
    }
    *ret_url = url;
    url = (struct rc_pg_url){0};
out:
    PQfreemem(message);
    rc_pg_url_fini(&url);
    rc_buf_fini(&schema);
    rc_buf_fini(&uri);
    return st;
}

void rc_pg_url_fini(struct rc_pg_url *url)
{
    PQconninfoFree(url->options);
    free(url->search_path);
    *url = (struct rc_pg_url){0};
}

const char *rc_pg_url_value(const struct rc_pg_url *url, const char *keyword)
{
    for (const PQconninfoOption *option = url->options; option->keyword; option++) {
        if (strcmp(option->keyword, keyword) == 0) {
            return option->val;
        }
    }
    return NULL;
}

struct parameters {
    const char *keywords[OPTIONS_MAX];
    const char *values[OPTIONS_MAX];
    size_t count;
};

static void add_parameter(struct parameters *parameters, const char *keyword, const char *value)
{
    if (value && parameters->count + 1 < OPTIONS_MAX) {
        parameters->keywords[parameters->count] = keyword;
        parameters->values[parameters->count++] = value;
    }
}

static void collect_parameters(const struct rc_pg_url *url, const char *application_name,
                               struct parameters *ret_parameters)
{
    *ret_parameters = (struct parameters){0};
    for (const PQconninfoOption *option = url->options; option->keyword; option++) {
        if (strcmp(option->keyword, "client_encoding") != 0) {
            add_parameter(ret_parameters, option->keyword, option->val);
        }
    }
    for (size_t i = 0; i < sizeof default_options / sizeof default_options[0]; i++) {
        if (!rc_pg_url_value(url, default_options[i].keyword)) {
            add_parameter(ret_parameters, default_options[i].keyword, default_options[i].value);
        }
    }
    if (!rc_pg_url_value(url, "application_name")) {
        add_parameter(ret_parameters, "application_name", application_name);
    }
    add_parameter(ret_parameters, "client_encoding", "UTF8");
}

PGconn *rc_pg_url_start(const struct rc_pg_url *url, const char *application_name)
{
    struct parameters parameters;
    collect_parameters(url, application_name, &parameters);
    PGconn *pg = PQconnectStartParams(parameters.keywords, parameters.values, 0);
    if (pg) {
        PQsetErrorVerbosity(
            pg, PQERRORS_VERBOSE); // the SQLSTATE of a refused login is only in the text
    }
    return pg;
}

PGconn *rc_pg_url_connect(const struct rc_pg_url *url, const char *application_name)
{
    PGconn *pg = rc_pg_url_start(url, application_name);
    const char *timeout = rc_pg_url_value(url, "connect_timeout");
    int64_t seconds = timeout ? strtol(timeout, NULL, 10) : 10;
    int64_t deadline_us = seconds > 0 ? rc_clock_now_us() + seconds * 1000000 : INT64_MAX;
    PostgresPollingStatusType step = PGRES_POLLING_WRITING;
    while (pg && PQstatus(pg) != CONNECTION_BAD && step != PGRES_POLLING_OK &&
           step != PGRES_POLLING_FAILED) {
        int64_t left_us = deadline_us - rc_clock_now_us();
        if (left_us <= 0) {
            break; // the caller sees a connection that is not CONNECTION_OK
        }
        struct pollfd wait = {.fd = PQsocket(pg),
                              .events = step == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        poll(&wait, 1, left_us > INT_MAX * 1000LL ? INT_MAX : (int)(left_us / 1000 + 1));
        step = wait.revents ? PQconnectPoll(pg) : step;
    }
    return pg;
}

void rc_pg_url_scrub(const struct rc_pg_url *url, char *text)
{
    const char *password = rc_pg_url_value(url, "password");
    if (!password || !*password) {
        return;
    }
    size_t len = strlen(password);
    for (char *at = strstr(text, password); at; at = strstr(at + len, password)) {
        memset(at, '*', len);
    }
}
