// SPDX-License-Identifier: Apache-2.0
//
// What callers are told when the way to PostgreSQL is the trouble: refused logins, silence, a
// connection that breaks, no connection free. The cluster is this test's own, so that its rules
// of access may be changed.
#include "rival.h"

#include "base/clock.h"
#include "bin/cluster.h"
#include "support/database.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { URL_SIZE = 256 };

static char folder[64];
static char *cluster_url;

// Rules of access stand before those that initdb wrote: the first that fits decides.
static void prepend_rules(const char *rules)
{
    char path[96];
    char old[8192];
    (void)snprintf(path, sizeof(path), "%s/data/pg_hba.conf", folder);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    size_t len = fread(old, 1, sizeof(old), file);
    assert_true(len < sizeof(old));
    rewind(file);
    assert_true(fputs(rules, file) >= 0);
    assert_int_equal(fwrite(old, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static int start_cluster(void **state)
{
    rowcall_error err = {0};
    const char *tmp = getenv("TMPDIR");
    (void)state;
    (void)snprintf(folder, sizeof(folder), "%s/rc-ways-XXXXXX",
                   tmp && strlen(tmp) < 40 ? tmp : "/tmp");
    assert_non_null(mkdtemp(folder));
    ASSERT_OK(rc_cluster_start(folder, true, &err), err);
    ASSERT_OK(rc_cluster_url(folder, "postgres", &cluster_url, &err), err);
    prepend_rules("local all asked scram-sha-256\nlocal all barred reject\n");
    test_database_run(cluster_url, "create database closed");
    test_database_run(cluster_url,
                      "create role asked login password 'right'; create role barred login;"
                      "create role unable nologin; create role stranger login;"
                      "create role crowded login connection limit 0;"
                      "revoke connect on database closed from public; select pg_reload_conf()");
    return 0;
}

static int stop_cluster(void **state)
{
    char command[128];
    rowcall_error err = {0};
    (void)state;
    free(cluster_url);
    ASSERT_OK(rc_cluster_stop(folder, &err), err);
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}

// ---- a server that is none

enum manner { SILENT, WITHOUT_TLS };

struct imposter {
    int listener;
    int port;
    enum manner manner;
    pthread_t thread;
};

// Answers a request for TLS with a refusal, and everything else with nothing.
static void *pretend(void *arg)
{
    struct imposter *imposter = arg;
    int connections[64];
    size_t count = 0;
    int fd;
    while (count < 64 && (fd = accept(imposter->listener, NULL, NULL)) >= 0) {
        char request[8];
        connections[count++] = fd;
        if (imposter->manner == WITHOUT_TLS && read(fd, request, sizeof(request)) == 8) {
            (void)!write(fd, "N", 1);
        }
    }
    while (count > 0) {
        (void)close(connections[--count]);
    }
    return NULL;
}

static void imposter_start(struct imposter *imposter, enum manner manner)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    imposter->manner = manner;
    imposter->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(imposter->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(imposter->listener, 16), 0);
    assert_int_equal(getsockname(imposter->listener, (struct sockaddr *)&address, &len), 0);
    imposter->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&imposter->thread, NULL, pretend, imposter), 0);
}

static void imposter_stop(struct imposter *imposter)
{
    (void)shutdown(imposter->listener, SHUT_RDWR);
    (void)pthread_join(imposter->thread, NULL);
    (void)close(imposter->listener);
}

// ---- logins

struct login {
    const char *what;
    const char *reason;
    rowcall_status status;
    const char *sqlstate;
    const char *message;
    char url[URL_SIZE];
};

static void write_cluster_url(struct login *login, const char *database, const char *user)
{
    const char *host = strstr(cluster_url, "host=");
    (void)snprintf(login->url, sizeof(login->url), "postgresql:///%s?%.*s&user=%s", database,
                   (int)strcspn(host, "&"), host, user);
}

static void check_text(const char *what, const char *text, const char *expected)
{
    if (strcmp(text, expected) != 0) {
        fail_msg("%s: expected \"%s\", got \"%s\"", what, expected, text);
    }
}

static void check_login(const struct login *login, struct shop *shop)
{
    struct shop_reply reply;
    int tries = 0;
    do { // the first attempt may still be under way when the first call gives up
        reply = shop_call(shop, "Maker/Count", "{}");
    } while (strcmp(reply.err.reason, login->reason) != 0 && ++tries < 20);
    if (strcmp(reply.err.reason, login->reason) != 0 || reply.err.status != login->status) {
        fail_msg("%s: expected %s, got %s %s: %s", login->what, login->reason,
                 rowcall_status_name(reply.err.status), reply.err.reason, reply.err.message);
    }
    assert_string_equal(reply.err.sqlstate, login->sqlstate);
    assert_string_equal(reply.err.message, login->message);
    assert_string_equal(reply.err.entity, "");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
}

// Tools meet the same failure on a connection of their own, and say the same code.
static void check_tool(const struct login *login)
{
    struct rc_pg_sync *conn = NULL;
    rowcall_error err = {0};
    ASSERT_STATUS(rc_pg_sync_open(login->url, "a tool", &conn, &err), ROWCALL_UNAVAILABLE);
    assert_null(conn);
    check_text(login->what, err.reason, login->reason);
    check_text(login->what, err.sqlstate, login->sqlstate);
    assert_null(strstr(err.message, "wrong")); // the password
}

// All at once, since each waits for the pool's grace.
static void test_ways_of_refused_logins(void **state)
{
    struct imposter silent;
    struct imposter open;
    struct login logins[] = {
        {"a wrong password", "P1000", ROWCALL_UNAVAILABLE, "28P01",
         "the database rejects the server's credentials", ""},
        {"nobody listens", "P1001", ROWCALL_UNAVAILABLE, "", "the database cannot be reached",
         "postgresql:///postgres?host=/nowhere"},
        {"silence", "P1002", ROWCALL_DEADLINE_EXCEEDED, "",
         "the database was reached, but did not answer in time", ""},
        {"no such database", "P1003", ROWCALL_FAILED_PRECONDITION, "3D000",
         "the database does not exist", ""},
        {"a role that may not log in", "P1010", ROWCALL_PERMISSION_DENIED, "28000",
         "the database denies the server access", ""},
        {"an address that may not come", "P1010", ROWCALL_PERMISSION_DENIED, "28000",
         "the database denies the server access", ""},
        {"a database that the role may not enter", "P1010", ROWCALL_PERMISSION_DENIED, "42501",
         "the database denies the server access to this", ""},
        {"no TLS", "P1011", ROWCALL_UNAVAILABLE, "", "no secure connection to the database",
         ""},
        {"too many connections", "P2037", ROWCALL_RESOURCE_EXHAUSTED, "53300",
         "the database has too many connections", ""},
    };
    enum { COUNT = sizeof(logins) / sizeof(logins[0]) };
    struct shop *shops[COUNT];
    (void)state;
    imposter_start(&silent, SILENT);
    imposter_start(&open, WITHOUT_TLS);
    write_cluster_url(&logins[0], "postgres", "asked&password=wrong");
    (void)snprintf(logins[2].url, URL_SIZE, "postgresql://127.0.0.1:%d/x?connect_timeout=1",
                   silent.port);
    write_cluster_url(&logins[3], "missing", "postgres");
    write_cluster_url(&logins[4], "postgres", "unable");
    write_cluster_url(&logins[5], "postgres", "barred");
    write_cluster_url(&logins[6], "closed", "stranger");
    (void)snprintf(logins[7].url, URL_SIZE, "postgresql://127.0.0.1:%d/x?sslmode=require",
                   open.port);
    write_cluster_url(&logins[8], "postgres", "crowded");
    for (size_t i = 0; i < COUNT; i++) {
        shops[i] = shop_at(logins[i].url, &(struct rc_service_options){0});
    }
    for (size_t i = 0; i < COUNT; i++) {
        check_login(&logins[i], shops[i]);
        check_tool(&logins[i]);
        shop_free(shops[i]);
    }
    imposter_stop(&silent);
    imposter_stop(&open);
}

static void test_ways_of_malformed_urls(void **state)
{
    static const char *const urls[] = {"", "postgresql://[::1/shop", "no_such_key=1"};
    struct shop *shop = *state;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct rc_service_database database = {"shop", urls[i]};
        struct rc_service_options options = {.databases = &database, .database_count = 1};
        struct rc_service *service = NULL;
        rowcall_error err = {0};
        ASSERT_STATUS(rc_service_new(shop->schema, &options, &service, &err),
                      ROWCALL_INVALID_ARGUMENT);
        assert_string_equal(err.reason, "P1013");
        ASSERT_CONTAINS(err.message, "database shop: ");
    }
}

// ---- connections that break, and those that are not free

// The server ends the session that writes: known to be rolled back.
static void test_ways_of_lost_connections(void **state)
{
    struct shop *shop = *state;
    shop_sql(shop, "create function die() returns trigger language plpgsql as $$ begin"
                   " perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(60);"
                   " return new; end $$;"
                   "create trigger die before insert on makers for each row"
                   " execute function die()");
    struct shop_reply reply = shop_call(shop, "Maker/Create", "{\"data\":{\"name\":\"Eve\"}}");
    shop_sql(shop, "drop function die() cascade");
    ASSERT_STATUS(reply.err.status, ROWCALL_UNAVAILABLE);
    assert_string_equal(reply.err.reason, "P1017");
    assert_string_equal(reply.err.sqlstate, "57P01");
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
}

// A maker is made once the session that says this has ended.
#define GATED_MAKERS                                                                           \
    "create function gate() returns trigger language plpgsql as $$ begin"                      \
    " perform pg_advisory_xact_lock(7); return new; end $$;"                                   \
    "create trigger gate before insert on makers for each row execute function gate();"        \
    "select pg_advisory_lock(7)"

static void expect_p2024(const struct shop_reply *reply, rowcall_status status)
{
    ASSERT_STATUS(reply->err.status, status);
    assert_string_equal(reply->err.reason, "P2024");
    assert_int_equal(reply->err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
}

// The only exclusive connection is taken, and then so is every place to wait for it.
static void test_ways_of_waiting_for_a_connection(void **state)
{
    enum { PLACES = 256 };
    static const struct shop_call holds[] = {
        {"shop", "Maker/Create", "{\"data\":{\"name\":\"Eve\"}}", 0},
        {"shop", "Maker/Count", "{}", 0},
    };
    static const struct shop_call counts[] = {{"shop", "Maker/Count", "{}", 0},
                                              {"shop", "Maker/Count", "{}", 0}};
    static const struct shop_call hurried[] = {{"shop", "Maker/Count", "{}", 50},
                                               {"shop", "Maker/Count", "{}", 50}};
    struct shop_pending *waiting[PLACES];
    struct shop_reply replies[2];
    (void)state;
    struct shop *shop = shop_new(&(struct rc_service_options){.exclusive_max = 1});
    struct rc_pg_sync *gate = rival_open(shop);
    assert_int_equal(rival_run(gate, GATED_MAKERS), ROWCALL_OK);
    struct shop_pending *holder = shop_send(shop, holds, 2, true);
    rival_wait_for_waiter(gate);
    shop_calls(shop, hurried, 2, true, replies);
    expect_p2024(&replies[0], ROWCALL_DEADLINE_EXCEEDED);
    for (size_t i = 0; i < PLACES; i++) {
        waiting[i] = shop_send(shop, counts, 2, true);
    }
    shop_calls(shop, counts, 2, true, replies);
    expect_p2024(&replies[0], ROWCALL_RESOURCE_EXHAUSTED);
    rc_pg_sync_close(gate);
    shop_wait(holder, replies);
    ASSERT_STATUS(replies[0].err.status, ROWCALL_OK);
    for (size_t i = 0; i < PLACES; i++) {
        shop_wait(waiting[i], replies);
        ASSERT_STATUS(replies[1].err.status, ROWCALL_OK);
    }
    shop_free(shop);
}

// A service that was started without the connections that an envelope needs.
static void test_ways_of_a_service_used_wrongly(void **state)
{
    static const struct shop_call calls[] = {{"shop", "Maker/Count", "{}", 0},
                                             {"shop", "Maker/Count", "{}", 0}};
    struct shop_reply replies[2];
    (void)state;
    struct shop *shop = shop_new(&(struct rc_service_options){.exclusive_max = -1});
    shop_calls(shop, calls, 2, true, replies);
    ASSERT_STATUS(replies[0].err.status, ROWCALL_INTERNAL);
    assert_string_equal(replies[0].err.reason, "P2038");
    assert_int_equal(replies[0].err.outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    shop_free(shop);
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest logins[] = {
        cmocka_unit_test(test_ways_of_refused_logins),
    };
    const struct CMUnitTest tests[] = {
        EMPTY(test_ways_of_malformed_urls),
        EMPTY(test_ways_of_lost_connections),
        EMPTY(test_ways_of_waiting_for_a_connection),
        EMPTY(test_ways_of_a_service_used_wrongly),
    };
    int failed = cmocka_run_group_tests(logins, start_cluster, stop_cluster);
    return failed + cmocka_run_group_tests(tests, shop_open, shop_close);
}
