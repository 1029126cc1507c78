// SPDX-License-Identifier: Apache-2.0
//
// One thread, blocking reads: a client that has sent something is served until its transaction
// ends, and then the next.
#include "shared_session.h"

#include "support/tree.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { CLIENTS_MAX = 8, BODY_MAX = 65536, PROTOCOL = 196608 };

struct message {
    char type; // 0: a startup packet, which has none
    uint32_t len;
    char body[BODY_MAX];
};

// ---- bytes

static bool read_all(int socket, void *data, size_t len)
{
    char *at = data;
    while (len > 0) {
        ssize_t got = read(socket, at, len);
        if (got <= 0) {
            return false;
        }
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static bool write_all(int socket, const void *data, size_t len)
{
    const char *at = data;
    while (len > 0) {
        ssize_t put = send(socket, at, len, MSG_NOSIGNAL);
        if (put <= 0) {
            return false;
        }
        at += put;
        len -= (size_t)put;
    }
    return true;
}

static bool receive(int socket, bool has_type, struct message *ret_message)
{
    uint32_t len = 0;
    ret_message->type = 0;
    if ((has_type && !read_all(socket, &ret_message->type, 1)) || !read_all(socket, &len, 4)) {
        return false;
    }
    ret_message->len = ntohl(len) - 4;
    return ret_message->len <= BODY_MAX &&
           read_all(socket, ret_message->body, ret_message->len);
}

static bool pass_on(int socket, const struct message *message)
{
    uint32_t len = htonl(message->len + 4);
    return (!message->type || write_all(socket, &message->type, 1)) &&
           write_all(socket, &len, 4) && write_all(socket, message->body, message->len);
}

static bool say(int socket, char type, const void *body, uint32_t len)
{
    struct message message = {.type = type, .len = len};
    memcpy(message.body, body, len);
    return pass_on(socket, &message);
}

// ---- clients

// Greets as PostgreSQL does, with a process number of its own.
static bool greet(int client)
{
    static const char version[] = "server_version\00015.0";
    static const char strings[] = "standard_conforming_strings\0on";
    static const uint32_t nothing = 0;
    const uint32_t key[2] = {htonl(1), htonl(2)};
    struct message startup;
    return receive(client, false, &startup) && say(client, 'R', &nothing, 4) &&
           say(client, 'S', version, sizeof version) &&
           say(client, 'S', strings, sizeof strings) && say(client, 'K', key, 8) &&
           say(client, 'Z', "I", 1);
}

// Passes on what the server says until it waits for more; *ret_open: in a transaction.
static bool answer(int server, int client, bool *ret_open)
{
    struct message message;
    do {
        if (!receive(server, true, &message) || !pass_on(client, &message)) {
            return false;
        }
    } while (message.type != 'Z');
    *ret_open = message.body[0] != 'I';
    return true;
}

// One transaction of a client's.
static bool serve(int server, int client)
{
    struct message message;
    bool is_open = true;
    while (is_open) {
        if (!receive(client, true, &message) || message.type == 'X' ||
            !pass_on(server, &message)) {
            return false;
        }
        if ((message.type == 'Q' || message.type == 'S') && !answer(server, client, &is_open)) {
            return false;
        }
    }
    return true;
}

static void *run(void *context)
{
    struct shared_session *session = context;
    struct pollfd sockets[CLIENTS_MAX + 2] = {{.fd = session->stop[0], .events = POLLIN},
                                              {.fd = session->listener, .events = POLLIN}};
    nfds_t count = 2;
    while (poll(sockets, count, -1) > 0 && !sockets[0].revents) {
        for (nfds_t i = 2; i < count; i++) {
            if (sockets[i].revents && !serve(session->server, sockets[i].fd)) {
                close(sockets[i].fd);
                sockets[i].fd = -1; // which poll leaves out
            }
        }
        if (sockets[1].revents && count < CLIENTS_MAX + 2) {
            int client = accept(session->listener, NULL, NULL);
            if (greet(client)) {
                sockets[count++] = (struct pollfd){.fd = client, .events = POLLIN};
            }
        }
    }
    for (nfds_t i = 2; i < count; i++) {
        close(sockets[i].fd);
    }
    return NULL;
}

// ---- the session

static int socket_in(const char *folder, struct sockaddr_un *ret_address)
{
    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int len = snprintf(ret_address->sun_path, sizeof ret_address->sun_path, "%s/.s.PGSQL.5432",
                       folder);
    assert_true(len < (int)sizeof ret_address->sun_path);
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(made >= 0);
    return made;
}

// A parameter of a URL's query, malloc'ed.
static char *parameter_of(const char *url, const char *name)
{
    const char *at = strstr(url, name);
    assert_non_null(at);
    at += strlen(name);
    return strndup(at, strcspn(at, "&"));
}

static void log_in(int server, const char *database)
{
    struct message message = {0};
    uint32_t protocol = htonl(PROTOCOL);
    memcpy(message.body, &protocol, 4);
    int len =
        snprintf(message.body + 4, 512, "user%cpostgres%cdatabase%c%s%c", 0, 0, 0, database, 0);
    message.len = (uint32_t)len + 5;
    assert_true(pass_on(server, &message));
    do {
        assert_true(receive(server, true, &message));
    } while (message.type != 'Z');
}

void shared_session_open(struct shared_session *session, const char *url)
{
    struct sockaddr_un address;
    char *host = parameter_of(url, "host=");
    const char *name = strstr(url, ":///") + 4;
    char *database = strndup(name, strcspn(name, "?"));
    session->folder = test_tree_make();
    session->server = socket_in(host, &address);
    assert_int_equal(connect(session->server, (struct sockaddr *)&address, sizeof address), 0);
    log_in(session->server, database);
    session->listener = socket_in(session->folder, &address);
    assert_int_equal(bind(session->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(session->listener, CLIENTS_MAX), 0);
    assert_true(asprintf(&session->url, "postgresql:///%s?host=%s&user=postgres", database,
                         session->folder) > 0);
    assert_int_equal(pipe(session->stop), 0);
    assert_int_equal(pthread_create(&session->thread, NULL, run, session), 0);
    free(host);
    free(database);
}

void shared_session_close(struct shared_session *session)
{
    close(session->stop[1]);
    pthread_join(session->thread, NULL);
    close(session->stop[0]);
    close(session->listener);
    close(session->server);
    test_tree_remove(session->folder);
    free(session->url);
}
