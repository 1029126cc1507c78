// SPDX-License-Identifier: Apache-2.0
//
// The greeting of the scalability protocols is eight bytes each way:
//   00 'S' 'P' 00 | protocol, 2 bytes big-endian | 00 00      0x30 asks (REQ), 0x31 answers
//   (REP)
#include "transport/ipc.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define GREETING_LEN 8

static const unsigned char asking[GREETING_LEN] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
static const unsigned char answering[GREETING_LEN] = {0, 'S', 'P', 0, 0, 0x31, 0, 0};

static enum rc_ipc_state connect_to(int fd, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path)) {
        return RC_IPC_FOREIGN;
    }
    memcpy(address.sun_path, path, strlen(path));
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0) {
        return RC_IPC_SPEAKING;
    }
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return RC_IPC_ABSENT;
    case ECONNREFUSED: {
        struct stat file;
        return stat(path, &file) == 0 && !S_ISSOCK(file.st_mode) ? RC_IPC_FOREIGN
                                                                 : RC_IPC_STALE;
    }
    case EACCES:
    case EPERM:
        return RC_IPC_FORBIDDEN;
    case EAGAIN: // its queue is full: nobody accepts
        return RC_IPC_SILENT;
    default:
        return RC_IPC_FOREIGN;
    }
}

static enum rc_ipc_state read_greeting(int fd, uint32_t timeout_ms)
{
    unsigned char greeting[GREETING_LEN];
    size_t len = 0;
    int64_t deadline = rc_clock_now_us() + (int64_t)timeout_ms * 1000;
    while (len < sizeof(greeting)) {
        int64_t left_us = deadline - rc_clock_now_us();
        struct pollfd readable = {.fd = fd, .events = POLLIN};
        if (left_us <= 0 || poll(&readable, 1, (int)(left_us / 1000) + 1) <= 0) {
            return RC_IPC_SILENT;
        }
        ssize_t got = recv(fd, greeting + len, sizeof(greeting) - len, 0);
        if (got <= 0) {
            return got < 0 && (errno == EAGAIN || errno == EINTR) ? RC_IPC_SILENT
                                                                  : RC_IPC_FOREIGN;
        }
        len += (size_t)got;
    }
    return memcmp(greeting, answering, sizeof(greeting)) == 0 ? RC_IPC_SPEAKING
                                                              : RC_IPC_FOREIGN;
}

enum rc_ipc_state rc_ipc_greet(const char *path, uint32_t timeout_ms, int *ret_fd)
{
    *ret_fd = -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return RC_IPC_UNKNOWN;
    }
    enum rc_ipc_state state = connect_to(fd, path);
    if (state == RC_IPC_SPEAKING) {
        ssize_t sent = send(fd, asking, sizeof(asking), MSG_NOSIGNAL);
        state = sent == (ssize_t)sizeof(asking) ? read_greeting(fd, timeout_ms) : RC_IPC_SILENT;
    }
    if (state == RC_IPC_SPEAKING) {
        *ret_fd = fd;
    } else {
        close(fd);
    }
    return state;
}

enum rc_ipc_state rc_ipc_probe(const char *path, uint32_t timeout_ms)
{
    int fd;
    enum rc_ipc_state state = rc_ipc_greet(path, timeout_ms, &fd);
    if (fd >= 0) {
        close(fd);
    }
    return state;
}

const char *rc_ipc_state_text(enum rc_ipc_state state)
{
    switch (state) {
    case RC_IPC_ABSENT:
        return "there is no such socket; is the server running?";
    case RC_IPC_STALE:
        return "nobody listens on this socket; is the server running?";
    case RC_IPC_SPEAKING:
        return "the server greets but does not take connections";
    case RC_IPC_SILENT:
        return "the server does not accept connections";
    case RC_IPC_FORBIDDEN:
        return "no permission to connect";
    case RC_IPC_FOREIGN:
        return "something that is not a Rowcall server is there";
    case RC_IPC_UNKNOWN:
        return "out of file descriptors";
    }
    return "";
}

// Whether the file that was locked is still the one at this name: its last owner may have
// removed it between our open and our lock.
static bool is_current(int lock, const char *name)
{
    struct stat locked, named;
    return fstat(lock, &locked) == 0 && stat(name, &named) == 0 &&
           locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

static void name_lock(const char *path, char *name, size_t size)
{
    snprintf(name, size, "%s.lock", path);
}

rowcall_status rc_ipc_lock(const char *path, int *ret_lock, rowcall_error *err)
{
    char name[128];
    name_lock(path, name, sizeof(name));
    for (;;) {
        int lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (lock < 0) {
            return rc_error_set(err, ROWCALL_UNAVAILABLE, "ipc://%s: cannot make %s: %s", path,
                                name, strerror(errno));
        }
        if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
            int reason = errno;
            close(lock);
            if (reason == EWOULDBLOCK) {
                return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                                    "ipc://%s: another server is running there (it holds %s)",
                                    path, name);
            }
            return rc_error_set(err, ROWCALL_UNAVAILABLE, "ipc://%s: cannot lock %s: %s", path,
                                name, strerror(reason));
        }
        if (is_current(lock, name)) {
            *ret_lock = lock;
            return ROWCALL_OK;
        }
        close(lock);
    }
}

void rc_ipc_unlock(const char *path, int lock)
{
    if (lock < 0) {
        return;
    }
    char name[128];
    name_lock(path, name, sizeof(name));
    unlink(name); // before the lock goes: a waiter then sees that its file is not current
    close(lock);
}
