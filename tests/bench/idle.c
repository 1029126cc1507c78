// SPDX-License-Identifier: Apache-2.0
//
// M1: what idle clients cost the server in memory. They are plain sockets that greet as the
// protocol wants it (SP, REQ) and then keep quiet; to the server they are clients like any.
#include "work.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IDLE_CLIENTS = 10000, AT_ONCE = 100, FILES_SPARE = 300, GREETING = 8 };

static const unsigned char ours[GREETING] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};   // REQ
static const unsigned char theirs[GREETING] = {0, 'S', 'P', 0, 0, 0x31, 0, 0}; // REP

// As many as the limit of files has room for, here and in the server, which has the same.
static int choose_count(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
        return 0;
    }
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_max == RLIM_INFINITY || files.rlim_max >= IDLE_CLIENTS + FILES_SPARE) {
        return IDLE_CLIENTS;
    }
    return files.rlim_max > 2 * FILES_SPARE ? (int)files.rlim_max - FILES_SPARE : 0;
}

static bool fail(const char *what, int client)
{
    fprintf(stderr, "bench: idle client %d: %s: %s\n", client, what, strerror(errno));
    return false;
}

static int connect_to(const struct sockaddr_in *address)
{
    const struct timeval patience = {.tv_sec = 10};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 ||
        send(fd, ours, sizeof ours, 0) != GREETING) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool is_greeted(int fd)
{
    unsigned char bytes[GREETING];
    errno = 0;
    return recv(fd, bytes, sizeof bytes, MSG_WAITALL) == GREETING &&
           memcmp(bytes, theirs, sizeof theirs) == 0;
}

// Some at a time, and each greeted before the next ones come: more would overrun the queue of
// connections that the server has yet to accept.
static bool connect_all(const struct sockaddr_in *address, int *fds, int count)
{
    for (int begin = 0; begin < count; begin += AT_ONCE) {
        int end = begin + AT_ONCE < count ? begin + AT_ONCE : count;
        for (int i = begin; i < end; i++) {
            fds[i] = connect_to(address);
            if (fds[i] < 0) {
                return fail("cannot connect", i);
            }
        }
        for (int i = begin; i < end; i++) {
            if (!is_greeted(fds[i])) {
                return fail("the server did not greet", i);
            }
        }
    }
    return true;
}

static bool are_connected(const int *fds, int count)
{
    for (int i = 0; i < count; i++) {
        char byte;
        if (recv(fds[i], &byte, 1, MSG_DONTWAIT) != -1 || errno != EAGAIN) {
            return fail("was cut off", i);
        }
    }
    return true;
}

static void close_all(const int *fds, int count)
{
    for (int i = 0; i < count; i++) {
        if (fds[i] > 0) {
            close(fds[i]);
        }
    }
}

static bool read_address(const struct process *server, struct sockaddr_in *ret_address)
{
    char url[128];
    unsigned port = 0;
    if (!process_said(server, "listen", url, sizeof url) ||
        sscanf(url, "tcp://127.0.0.1:%u", &port) != 1 || port == 0 || port > 65535) {
        fprintf(stderr, "bench: the server does not say where it listens\n");
        return false;
    }
    *ret_address = (struct sockaddr_in){.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return true;
}

static bool measure(const struct process *server, int *fds, int count, struct result *result)
{
    struct sockaddr_in address;
    if (!read_address(server, &address)) {
        return false;
    }
    process_settle(server->pid); // connections to PostgreSQL come up
    double before = process_rss_mib(server->pid);
    if (!connect_all(&address, fds, count)) {
        return false;
    }
    process_settle(server->pid);
    double after = process_rss_mib(server->pid);
    if (!are_connected(fds, count)) {
        return false;
    }
    sample_add(&result->value, after - before);
    snprintf(result->note, sizeof result->note,
             "%d clients: %.1f MiB, %.1f MiB without; %.0f bytes a client%s\n", count, after,
             before, (after - before) * 1024 * 1024 / count,
             count < IDLE_CLIENTS ? " (the hard limit of open files has no room for 10,000)"
                                  : "");
    snprintf(result->members, sizeof result->members,
             ",\"clients\":%d,\"idle_mib\":%.2f,\"with_clients_mib\":%.2f", count, before,
             after);
    return true;
}

bool run_idle(struct stage *stage, const struct work *work, struct result *result)
{
    (void)work;
    struct process server = {.pid = 0};
    int count = choose_count();
    if (count == 0) {
        result->is_skipped = true;
        snprintf(result->note, sizeof result->note,
                 "the hard limit of open files is too low for idle clients\n");
        return true;
    }
    int *fds = calloc((size_t)count, sizeof *fds);
    bool is_good = fds &&
                   stage_serve_another(stage, "tcp://127.0.0.1:0", NULL, &server, NULL) &&
                   measure(&server, fds, count, result);
    if (fds) {
        close_all(fds, count);
    }
    process_stop(&server);
    free(fds);
    return is_good;
}
