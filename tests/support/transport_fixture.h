// SPDX-License-Identifier: Apache-2.0
//
// A server whose handler a test steers, and a client below nng: plain sockets that speak as
// much of the protocol as a test wants, and misbehave in between. Static functions, included by
// each test.
#ifndef SUPPORT_TRANSPORT_FIXTURE_H
#define SUPPORT_TRANSPORT_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "transport/dialer.h"
#include "transport/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HELD_MAX 256

// Waits until the condition holds; fails the test when it does not within twenty seconds.
#define WAIT_FOR(condition)                                                                    \
    do {                                                                                       \
        int spins_ = 0;                                                                        \
        while (!(condition)) {                                                                 \
            assert_true(spins_++ < 20000);                                                     \
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);                           \
        }                                                                                      \
    } while (0)

#define ASSERT_OK(expression)                                                                  \
    do {                                                                                       \
        if ((expression) != ROWCALL_OK) {                                                      \
            fail_msg("%s: %s", #expression, err.message);                                      \
        }                                                                                      \
    } while (0)

// A server and what its handler does: answers at once with the request's bytes behind a prefix,
// or holds requests until they are released.
struct fixture {
    char folder[32];
    char url[64];
    const char *path; // of the ipc socket
    struct rc_server *server;
    atomic_bool hold;
    atomic_size_t reply_len; // when not 0: replies are this many bytes instead
    atomic_size_t refused;
    pthread_mutex_t lock;
    struct rc_server_request *held[HELD_MAX];
    size_t held_count;
};

static inline void answer(struct fixture *fixture, struct rc_server_request *request,
                          const char *prefix)
{
    struct rc_buf reply = {0};
    rc_buf_append_text(&reply, prefix);
    rc_buf_append_view(&reply, rc_server_request_message(request));
    size_t len = atomic_load(&fixture->reply_len);
    if (len > reply.len) {
        memset(rc_buf_extend(&reply, len - reply.len), 'x', len - reply.len);
    }
    rc_server_reply(request, &reply);
    rc_buf_fini(&reply);
}

static inline void handle(void *ctx, struct rc_server_request *request, unsigned flags)
{
    struct fixture *fixture = ctx;
    if (flags != 0) {
        atomic_fetch_add(&fixture->refused, 1);
        answer(fixture, request, flags & RC_SERVER_DRAINING ? "draining:" : "over limit:");
        return;
    }
    if (atomic_load(&fixture->hold)) {
        pthread_mutex_lock(&fixture->lock);
        fixture->held[fixture->held_count++] = request;
        pthread_mutex_unlock(&fixture->lock);
        return;
    }
    answer(fixture, request, "echo:");
}

static inline size_t count_held(struct fixture *fixture)
{
    pthread_mutex_lock(&fixture->lock);
    size_t count = fixture->held_count;
    pthread_mutex_unlock(&fixture->lock);
    return count;
}

// Answers everything that is held, from this thread.
static inline void release_held(struct fixture *fixture)
{
    pthread_mutex_lock(&fixture->lock);
    for (size_t i = 0; i < fixture->held_count; i++) {
        answer(fixture, fixture->held[i], "echo:");
    }
    fixture->held_count = 0;
    pthread_mutex_unlock(&fixture->lock);
}

static inline int fixture_setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    pthread_mutex_init(&fixture->lock, NULL);
    snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/rowcall-test-XXXXXX");
    if (!mkdtemp(fixture->folder)) {
        return -1;
    }
    snprintf(fixture->url, sizeof(fixture->url), "ipc://%s/s", fixture->folder);
    fixture->path = fixture->url + strlen("ipc://");
    *state = fixture;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    rc_server_close(fixture->server);
    int st = rmdir(fixture->folder); // a server leaves nothing behind
    pthread_mutex_destroy(&fixture->lock);
    free(fixture);
    return st;
}

// Serves the fixture's ipc socket; options' urls are filled in.
static inline void serve(struct fixture *fixture, struct rc_server_options options)
{
    rowcall_error err = {0};
    const char *urls[] = {fixture->url};
    options.urls = urls;
    options.url_count = 1;
    ASSERT_OK(rc_server_open(&options, handle, fixture, &fixture->server, &err));
}

static inline struct rc_dialer *dial(const char *url)
{
    rowcall_error err = {0};
    struct rc_dialer *dialer = NULL;
    ASSERT_OK(rc_dialer_open(url, NULL, &dialer, &err));
    return dialer;
}

// One call that must succeed with "echo:" and the text.
static inline void call_echo(struct rc_dialer *dialer, const char *text)
{
    rowcall_error err = {0};
    struct rc_buf reply = {0};
    char expected[128];
    snprintf(expected, sizeof(expected), "echo:%s", text);
    ASSERT_OK(rc_dialer_call(dialer, rc_view_of(text), 20000, &reply, &err));
    assert_int_equal(reply.len, strlen(expected));
    assert_memory_equal(reply.data, expected, reply.len);
    rc_buf_fini(&reply);
}

static inline void check_serving(const char *url)
{
    struct rc_dialer *dialer = dial(url);
    call_echo(dialer, "still here");
    rc_dialer_close(dialer);
}

// ---- below nng ----

static inline int raw_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_sec = 20};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static inline void raw_write(int fd, const void *data, size_t len)
{
    assert_int_equal(send(fd, data, len, MSG_NOSIGNAL), (ssize_t)len);
}

// Exactly len bytes; false at the end of the connection.
static inline bool raw_read(int fd, void *data, size_t len)
{
    for (size_t got = 0; got < len;) {
        ssize_t n = recv(fd, (char *)data + got, len - got, 0);
        if (n <= 0) {
            assert_true(n == 0 || errno == ECONNRESET);
            return false;
        }
        got += (size_t)n;
    }
    return true;
}

static inline int raw_greet(const char *path)
{
    char greeting[8];
    int fd = raw_connect(path);
    raw_write(fd, "\0SP\0\0\x30\0\0", 8);
    assert_true(raw_read(fd, greeting, sizeof(greeting)));
    assert_memory_equal(greeting, "\0SP\0\0\x31\0\0", 8);
    return fd;
}

// A frame of the ipc transport: 01, length in 8 bytes, then the request id with its top bit
// set, then the body.
static inline void raw_request(int fd, uint32_t id, const char *body)
{
    unsigned char frame[256] = {1};
    size_t len = strlen(body);
    uint32_t id_wire = htonl(id | 0x80000000u);
    frame[8] = (unsigned char)(len + 4);
    memcpy(frame + 9, &id_wire, 4);
    memcpy(frame + 13, body, len);
    raw_write(fd, frame, 13 + len);
}

// The next reply's id and its body, malloc'ed and terminated; NULL at the end of the
// connection.
static inline char *raw_reply(int fd, uint32_t *ret_id)
{
    unsigned char head[13];
    if (!raw_read(fd, head, sizeof(head))) {
        return NULL;
    }
    uint64_t len = 0;
    for (int i = 1; i < 9; i++) {
        len = len << 8 | head[i];
    }
    uint32_t id_wire;
    memcpy(&id_wire, head + 9, 4);
    *ret_id = ntohl(id_wire) & 0x7fffffffu;
    char *body = calloc(1, len - 4 + 1);
    if (!raw_read(fd, body, len - 4)) {
        free(body);
        return NULL;
    }
    return body;
}

// Runs each case in a process of its own. nng 1.5.2 has one reaper thread a process, and it
// hangs for good when a connection is closed between two reads or writes of one message; the
// case that provokes it must not fail the others. Returns the exit code for main.
static inline int run_isolated(const struct CMUnitTest *tests, size_t count)
{
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) {
            const struct CMUnitTest one[] = {tests[i]};
            int st = cmocka_run_group_tests_name(tests[i].name, one, NULL, NULL);
            fflush(NULL);
            exit(st == 0 ? 0 : 1); // not _exit: the leak check runs at exit
        }
        int state = 0;
        waitpid(pid, &state, 0);
        if (!WIFEXITED(state) || WEXITSTATUS(state) != 0) {
            printf("case failed: %s (wait status %d)\n", tests[i].name, state);
            failed++;
        }
    }
    printf("%zu passed, %d failed\n", count - (size_t)failed, failed);
    return failed ? 1 : 0;
}

#endif
