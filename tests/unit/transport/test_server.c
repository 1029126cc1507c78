// SPDX-License-Identifier: Apache-2.0
//
// The server and its promises: every request answered once or its connection closed, whatever
// peers do.
#include "support/transport_fixture.h"

#include "base/clock.h"

#define CALLERS          64
#define CALLS_PER_CALLER 20

static struct rc_server_stats read_stats(struct fixture *fixture)
{
    struct rc_server_stats stats;
    rc_server_read_stats(fixture->server, &stats);
    return stats;
}

static void test_server_echoes_over_ipc_and_tcp(void **state)
{
    struct fixture *fixture = *state;
    rowcall_error err = {0};
    const char *urls[] = {fixture->url, "tcp://127.0.0.1:0"};
    struct rc_server_options options = {.urls = urls, .url_count = 2};
    ASSERT_OK(rc_server_open(&options, handle, fixture, &fixture->server, &err));
    assert_string_equal(rc_server_url(fixture->server, 0), fixture->url);
    assert_string_not_equal(rc_server_url(fixture->server, 1), urls[1]); // the real port
    assert_null(rc_server_url(fixture->server, 2));
    for (size_t i = 0; i < 2; i++) {
        struct rc_dialer *dialer = dial(rc_server_url(fixture->server, i));
        call_echo(dialer, "one");
        call_echo(dialer, "two");
        call_echo(dialer, "");
        rc_dialer_close(dialer);
    }
    assert_int_equal(read_stats(fixture).requests, 6);
    assert_int_equal(read_stats(fixture).undelivered, 0);
}

static void test_server_socket_file_is_private(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    struct stat file;
    assert_int_equal(stat(fixture->path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    rc_server_close(fixture->server);
    fixture->server = NULL;
    assert_int_equal(stat(fixture->path, &file), -1);
    serve(fixture, (struct rc_server_options){.ipc_permissions = 0660});
    assert_int_equal(stat(fixture->path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0660);
}

struct caller {
    pthread_t thread;
    struct rc_dialer *dialer;
    int number;
    int matched;
};

static void *run_caller(void *arg)
{
    struct caller *caller = arg;
    for (int i = 0; i < CALLS_PER_CALLER; i++) {
        char text[32], expected[40];
        rowcall_error err = {0};
        struct rc_buf reply = {0};
        snprintf(text, sizeof(text), "%d/%d", caller->number, i);
        snprintf(expected, sizeof(expected), "echo:%s", text);
        if (rc_dialer_call(caller->dialer, rc_view_of(text), 20000, &reply, &err) ==
            ROWCALL_OK) {
            caller->matched += rc_view_is(rc_buf_view(&reply), expected);
        }
        rc_buf_fini(&reply);
    }
    return NULL;
}

static void test_server_answers_each_of_many_callers_with_its_own_reply(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){.contexts = 32});
    struct rc_dialer *dialer = dial(fixture->url);
    struct caller callers[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){.dialer = dialer, .number = i};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, run_caller, &callers[i]), 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_int_equal(callers[i].matched, CALLS_PER_CALLER);
    }
    assert_int_equal(read_stats(fixture).requests, CALLERS * CALLS_PER_CALLER);
    rc_dialer_close(dialer);
}

// The threads that ran a handler.
struct workers {
    pthread_mutex_t lock;
    pthread_t seen[CALLERS];
    size_t count;
};

static void note_worker(void *ctx, struct rc_server_request *request, unsigned flags)
{
    struct workers *workers = ctx;
    struct rc_buf reply = {0};
    size_t i = 0;
    (void)flags;
    pthread_mutex_lock(&workers->lock);
    while (i < workers->count && !pthread_equal(workers->seen[i], pthread_self())) {
        i++;
    }
    if (i == workers->count && i < CALLERS) {
        workers->seen[workers->count++] = pthread_self();
    }
    pthread_mutex_unlock(&workers->lock);
    rc_buf_append_text(&reply, "echo:");
    rc_buf_append_view(&reply, rc_server_request_message(request));
    rc_server_reply(request, &reply);
    rc_buf_fini(&reply);
}

static void call_many(const char *url)
{
    struct rc_dialer *dialer = dial(url);
    struct caller callers[8];
    for (int i = 0; i < 8; i++) {
        callers[i] = (struct caller){.dialer = dialer, .number = i};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, run_caller, &callers[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_int_equal(callers[i].matched, CALLS_PER_CALLER);
    }
    rc_dialer_close(dialer);
}

static void test_server_keeps_to_its_task_threads_while_it_is_open(void **state)
{
    struct fixture *fixture = *state;
    struct workers workers = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct rc_server *servers[2] = {0};
    rowcall_error err = {0};
    const char *urls[] = {"tcp://127.0.0.1:0"};
    serve(fixture, (struct rc_server_options){0}); // nng's threads are there from now on
    struct rc_server_options options = {.urls = urls, .url_count = 1, .task_threads = 1};
    for (size_t i = 0; i < 2; i++) {
        ASSERT_OK(rc_server_open(&options, note_worker, &workers, &servers[i], &err));
    }
    call_many(rc_server_url(servers[0], 0));
    call_many(rc_server_url(servers[1], 0));
    assert_int_equal(workers.count, 1);
    rc_server_close(servers[0]); // the other still wants the threads parked
    call_many(rc_server_url(servers[1], 0));
    assert_int_equal(workers.count, 1);
    rc_server_close(servers[1]);
    call_many(fixture->url); // and whoever is left is served as ever
}

static void test_server_tells_connections_apart(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    atomic_store(&fixture->hold, true);
    int a = raw_greet(fixture->path), b = raw_greet(fixture->path);
    raw_request(a, 1, "first");
    WAIT_FOR(count_held(fixture) == 1);
    raw_request(b, 1, "second");
    WAIT_FOR(count_held(fixture) == 2);
    assert_true(rc_server_request_peer(fixture->held[0]) !=
                rc_server_request_peer(fixture->held[1]));
    char expected[64];
    snprintf(expected, sizeof(expected), "uid %u pid %d", (unsigned)getuid(), (int)getpid());
    assert_string_equal(rc_server_request_address(fixture->held[0]), expected);
    assert_true(rc_view_is(rc_server_request_message(fixture->held[1]), "second"));
    release_held(fixture);
    close(a);
    close(b);
}

static atomic_ullong gone_peers, last_gone;

static void note_gone(void *ctx, uint64_t peer)
{
    (void)ctx;
    atomic_store(&last_gone, peer);
    atomic_fetch_add(&gone_peers, 1);
}

static void test_server_tells_of_connections_that_end(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){.on_gone = note_gone});
    atomic_store(&fixture->hold, true);
    int a = raw_greet(fixture->path), b = raw_greet(fixture->path);
    raw_request(b, 1, "whose");
    WAIT_FOR(count_held(fixture) == 1);
    uint64_t peer = rc_server_request_peer(fixture->held[0]);
    close(b);
    WAIT_FOR(atomic_load(&gone_peers) == 1);
    assert_int_equal(atomic_load(&last_gone), peer);
    release_held(fixture); // it was in our hands meanwhile
    rc_server_close(fixture->server);
    fixture->server = NULL;
    size_t told = atomic_load(&gone_peers); // of the other one perhaps: not any more
    close(a);
    assert_int_equal(atomic_load(&gone_peers), told);
}

static void test_server_answers_in_any_order(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    atomic_store(&fixture->hold, true);
    int fd = raw_greet(fixture->path);
    raw_request(fd, 7, "slow");
    WAIT_FOR(count_held(fixture) == 1);
    atomic_store(&fixture->hold, false);
    raw_request(fd, 8, "quick");
    uint32_t id;
    char *reply = raw_reply(fd, &id);
    assert_string_equal(reply, "echo:quick");
    assert_int_equal(id, 8);
    free(reply);
    release_held(fixture);
    reply = raw_reply(fd, &id);
    assert_string_equal(reply, "echo:slow");
    assert_int_equal(id, 7);
    free(reply);
    close(fd);
}

static void test_server_refuses_beyond_the_cap_of_a_connection(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){.max_per_peer = 4});
    atomic_store(&fixture->hold, true);
    int fd = raw_greet(fixture->path);
    for (uint32_t i = 0; i < 6; i++) {
        raw_request(fd, i, "r");
    }
    for (int i = 0; i < 2; i++) {
        uint32_t id;
        char *reply = raw_reply(fd, &id);
        assert_string_equal(reply, "over limit:r");
        free(reply);
    }
    WAIT_FOR(count_held(fixture) == 4);
    assert_int_equal(read_stats(fixture).over_limit, 2);

    atomic_store(&fixture->hold, false);
    check_serving(fixture->url); // another connection has its own cap
    release_held(fixture);
    for (int i = 0; i < 4; i++) {
        uint32_t id;
        char *reply = raw_reply(fd, &id);
        assert_string_equal(reply, "echo:r");
        free(reply);
    }
    raw_request(fd, 9, "again");
    uint32_t id;
    char *reply = raw_reply(fd, &id);
    assert_string_equal(reply, "echo:again");
    free(reply);
    close(fd);
}

static void test_server_disconnects_a_peer_that_does_not_read(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){.send_timeout_ms = 100, .contexts = 16});
    atomic_store(&fixture->reply_len, 4 << 20);
    int fd = raw_greet(fixture->path);
    for (uint32_t i = 0; i < 8; i++) {
        raw_request(fd, i, "big");
    }
    WAIT_FOR(read_stats(fixture).undelivered > 0); // counted once the connection is closed
    size_t whole = 0;
    uint32_t id;
    for (char *reply; (reply = raw_reply(fd, &id)); whole++) {
        free(reply);
    }
    assert_true(whole < 8); // it saw the end of its connection, not silence
    close(fd);
    atomic_store(&fixture->reply_len, 0);
    check_serving(fixture->url);
}

static void test_server_keeps_contexts_for_others_while_one_floods(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){
                       .contexts = 64, .max_per_peer = 8, .send_timeout_ms = 500});
    atomic_store(&fixture->reply_len, 1 << 20);
    int fd = raw_greet(fixture->path);
    for (uint32_t i = 0; i < 200; i++) {
        raw_request(fd, i, "f"); // and reads nothing, not even the refusals
    }
    WAIT_FOR(read_stats(fixture).undelivered > 0); // counted once the connection is closed
    char block[4096];
    while (raw_read(fd, block, sizeof(block))) { // what was under way, then the end
    }
    assert_true(read_stats(fixture).requests < 64);
    close(fd);
    atomic_store(&fixture->reply_len, 0);
    check_serving(fixture->url);
}

static void test_server_disconnects_only_the_peer_whose_message_is_too_long(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){.max_message_bytes = 1024});
    struct rc_dialer *dialer = dial(fixture->url);
    call_echo(dialer, "before");
    // The last length wraps the allocation of an nng without a limit.
    static const unsigned char lengths[][8] = {{0, 0, 0, 0, 0, 0, 0x10, 0},
                                               {0, 0, 0, 1, 0, 0, 0, 0},
                                               {255, 255, 255, 255, 255, 255, 255, 0xe0}};
    for (size_t i = 0; i < 3; i++) {
        int fd = raw_greet(fixture->path);
        raw_write(fd, "\1", 1);
        raw_write(fd, lengths[i], 8);
        char byte;
        assert_false(raw_read(fd, &byte, 1));
        close(fd);
    }
    call_echo(dialer, "after");
    rc_dialer_close(dialer);
}

static void test_server_survives_garbage(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    struct rc_dialer *dialer = dial(fixture->url);
    call_echo(dialer, "before");
    char byte;
    int fd = raw_connect(fixture->path);
    raw_write(fd, "GET / HTTP/1.1\r\n\r\n", 18);
    while (raw_read(fd, &byte, 1)) { // its greeting, then the end
    }
    close(fd);
    fd = raw_greet(fixture->path);
    raw_write(fd, "\1\0\0\0\0\0\0\0\3abc", 12); // too short for a request id
    assert_false(raw_read(fd, &byte, 1));
    close(fd);
    fd = raw_greet(fixture->path);
    raw_write(fd, "\7\7\7\7\7\7\7\7\7\7\7\7", 12); // no such frame type
    assert_false(raw_read(fd, &byte, 1));
    close(fd);
    call_echo(dialer, "after");
    rc_dialer_close(dialer);
    check_serving(fixture->url);
}

struct drain {
    pthread_t thread;
    struct rc_server *server;
    int64_t deadline_us;
    rowcall_status st;
    rowcall_error err;
};

static void *run_drain(void *arg)
{
    struct drain *drain = arg;
    drain->st = rc_server_drain(drain->server, drain->deadline_us, &drain->err);
    return NULL;
}

static void test_drain_answers_what_was_accepted_and_refuses_the_rest(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    atomic_store(&fixture->hold, true);
    int fd = raw_greet(fixture->path);
    for (uint32_t i = 0; i < 5; i++) {
        raw_request(fd, i, "accepted");
    }
    WAIT_FOR(count_held(fixture) == 5);
    struct drain drain = {.server = fixture->server};
    assert_int_equal(pthread_create(&drain.thread, NULL, run_drain, &drain), 0);
    struct stat file;
    WAIT_FOR(stat(fixture->path, &file) != 0); // newcomers see no socket

    raw_request(fd, 100, "late");
    uint32_t id;
    char *reply = raw_reply(fd, &id);
    assert_string_equal(reply, "draining:late");
    free(reply);

    atomic_store(&fixture->reply_len, 1 << 20); // more than any socket buffer holds
    release_held(fixture);
    for (int i = 0; i < 5; i++) {
        reply = raw_reply(fd, &id);
        assert_non_null(reply);
        assert_memory_equal(reply, "echo:accepted", 13);
        free(reply);
    }
    pthread_join(drain.thread, NULL);
    assert_int_equal(drain.st, ROWCALL_OK);
    close(fd);
}

static void *read_late(void *arg)
{
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    int *fd = arg;
    size_t whole = 0;
    uint32_t id;
    for (char *reply; (reply = raw_reply(*fd, &id)); whole++) {
        free(reply);
    }
    return (void *)whole;
}

static void test_close_after_drain_loses_no_reply(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    atomic_store(&fixture->hold, true);
    atomic_store(&fixture->reply_len, 200000);
    int fd = raw_greet(fixture->path);
    for (uint32_t i = 0; i < 50; i++) {
        raw_request(fd, i, "r");
    }
    WAIT_FOR(count_held(fixture) == 50);
    release_held(fixture);
    pthread_t reader;
    assert_int_equal(pthread_create(&reader, NULL, read_late, &fd), 0);
    rowcall_error err = {0};
    ASSERT_OK(rc_server_drain(fixture->server, 0, &err));
    rc_server_close(fixture->server);
    fixture->server = NULL;
    void *whole;
    pthread_join(reader, &whole);
    assert_int_equal((size_t)whole, 50);
    close(fd);
}

static void test_drain_does_not_wait_for_a_peer_that_does_not_read(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){.send_timeout_ms = 50});
    atomic_store(&fixture->reply_len, 4 << 20);
    int fd = raw_greet(fixture->path);
    raw_request(fd, 1, "big");
    WAIT_FOR(read_stats(fixture).replies == 1); // the connection took it, and cannot write it
    rowcall_error err = {0};
    assert_int_equal(rc_server_drain(fixture->server, 0, &err), ROWCALL_DEADLINE_EXCEEDED);
    assert_string_equal(err.message, "some replies were not sent");
    close(fd);
}

static void test_drain_gives_up_at_its_deadline(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    atomic_store(&fixture->hold, true);
    int fd = raw_greet(fixture->path);
    raw_request(fd, 1, "stuck");
    WAIT_FOR(count_held(fixture) == 1);
    rowcall_error err = {0};
    assert_int_equal(rc_server_drain(fixture->server, rc_clock_now_us() + 20000, &err),
                     ROWCALL_DEADLINE_EXCEEDED);
    assert_string_equal(err.message, "1 requests were not answered");
    release_held(fixture);
    close(fd);
}

static void test_reply_after_close_is_safe(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    atomic_store(&fixture->hold, true);
    int fd = raw_greet(fixture->path);
    raw_request(fd, 1, "one");
    WAIT_FOR(count_held(fixture) ==
             1); // requests of one connection may be handled in any order
    raw_request(fd, 2, "two");
    WAIT_FOR(count_held(fixture) == 2);
    rc_server_close(fixture->server);
    fixture->server = NULL;
    struct rc_view first = rc_server_request_message(fixture->held[0]); // in either order
    assert_true(rc_view_is(first, "one") || rc_view_is(first, "two"));
    release_held(fixture);
    char byte;
    assert_false(raw_read(fd, &byte, 1));
    close(fd);
}

static void test_reply_of_nothing_closes_the_connection(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    atomic_store(&fixture->hold, true);
    int fd = raw_greet(fixture->path);
    raw_request(fd, 1, "one");
    WAIT_FOR(count_held(fixture) == 1);
    rc_server_reply(fixture->held[0], NULL);
    fixture->held_count = 0;
    char byte;
    assert_false(raw_read(fd, &byte, 1));
    close(fd);
    atomic_store(&fixture->hold, false);
    check_serving(fixture->url);
}

static void test_reply_to_a_peer_that_left_is_counted(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){0});
    atomic_store(&fixture->hold, true);
    int fd = raw_greet(fixture->path);
    raw_request(fd, 1, "one");
    WAIT_FOR(count_held(fixture) == 1);
    close(fd);
    WAIT_FOR(read_stats(fixture).peers == 0);
    release_held(fixture);
    WAIT_FOR(read_stats(fixture).undelivered == 1);
    assert_int_equal(read_stats(fixture).replies, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_server_echoes_over_ipc_and_tcp),
        CASE(test_server_socket_file_is_private),
        CASE(test_server_tells_of_connections_that_end),
        CASE(test_server_answers_each_of_many_callers_with_its_own_reply),
        CASE(test_server_keeps_to_its_task_threads_while_it_is_open),
        CASE(test_server_tells_connections_apart),
        CASE(test_server_answers_in_any_order),
        CASE(test_server_refuses_beyond_the_cap_of_a_connection),
        CASE(test_server_disconnects_a_peer_that_does_not_read),
        CASE(test_server_keeps_contexts_for_others_while_one_floods),
        CASE(test_server_disconnects_only_the_peer_whose_message_is_too_long),
        CASE(test_server_survives_garbage),
        CASE(test_drain_answers_what_was_accepted_and_refuses_the_rest),
        CASE(test_close_after_drain_loses_no_reply),
        CASE(test_drain_does_not_wait_for_a_peer_that_does_not_read),
        CASE(test_drain_gives_up_at_its_deadline),
        CASE(test_reply_after_close_is_safe),
        CASE(test_reply_of_nothing_closes_the_connection),
        CASE(test_reply_to_a_peer_that_left_is_counted),
    };
    return run_isolated(tests, sizeof(tests) / sizeof(tests[0]));
}
