// SPDX-License-Identifier: Apache-2.0
//
// Unix sockets: one server a path, and listeners that survive what kills them in nng 1.5.2.
#include "support/transport_fixture.h"

#include "transport/ipc.h"

#include <fcntl.h>

static uint64_t count_repairs(struct fixture *fixture)
{
    struct rc_server_stats stats;
    rc_server_read_stats(fixture->server, &stats);
    return stats.repairs;
}

static rowcall_status serve_again(struct fixture *fixture, rowcall_error *err)
{
    const char *urls[] = {fixture->url};
    struct rc_server_options options = {.urls = urls, .url_count = 1};
    struct rc_server *second;
    return rc_server_open(&options, handle, fixture, &second, err);
}

static void test_ipc_second_server_is_refused_and_the_first_goes_on(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){.watch_interval_ms = 3600000}); // no mending
    struct rc_dialer *dialer = dial(fixture->url);
    call_echo(dialer, "before");
    for (int i = 0; i < 3; i++) {
        rowcall_error err = {0};
        assert_int_equal(serve_again(fixture, &err), ROWCALL_FAILED_PRECONDITION);
        assert_non_null(strstr(err.message, fixture->url));
        assert_non_null(strstr(err.message, "another server is running there"));
    }
    call_echo(dialer, "after");
    check_serving(fixture->url);
    rc_dialer_close(dialer);
}

static void test_ipc_listener_killed_by_a_stray_connection_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){.watch_interval_ms = 50});
    struct rc_dialer *dialer = dial(fixture->url);
    call_echo(dialer, "before");
    uint64_t first = count_repairs(fixture);
    // One such connection is enough when its greeting meets a closed socket. That is a race,
    // which the later ones of many lose.
    for (int i = 0; i < 200 && count_repairs(fixture) == first; i++) {
        int strays[32];
        for (size_t j = 0; j < 32; j++) {
            strays[j] = raw_connect(fixture->path);
        }
        for (size_t j = 0; j < 32; j++) {
            close(strays[j]);
        }
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    assert_true(count_repairs(fixture) > first);
    call_echo(dialer, "undisturbed");
    // The last strays may have killed the new listener, too; a client that connects before that
    // is mended is cut off.
    for (uint64_t last = first; last != count_repairs(fixture);) {
        last = count_repairs(fixture);
        nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    }
    check_serving(fixture->url);
    struct stat file;
    assert_int_equal(stat(fixture->path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    rc_dialer_close(dialer);
}

static void test_ipc_socket_file_that_was_removed_comes_back(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){.watch_interval_ms = 50});
    struct rc_dialer *dialer = dial(fixture->url);
    call_echo(dialer, "before");
    for (int i = 0; i < 20; i++) { // more than there is room for listeners to retire
        assert_int_equal(unlink(fixture->path), 0);
        struct stat file;
        WAIT_FOR(stat(fixture->path, &file) == 0);
    }
    check_serving(fixture->url);
    WAIT_FOR(count_repairs(fixture) >= 20);
    rc_dialer_close(dialer);
}

static void test_ipc_path_can_be_served_again_after_close(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 3; i++) {
        serve(fixture, (struct rc_server_options){0});
        check_serving(fixture->url);
        rc_server_close(fixture->server);
        fixture->server = NULL;
        assert_int_equal(rc_ipc_probe(fixture->path, 100), RC_IPC_ABSENT);
    }
}

// A socket at path that does not listen.
static int bind_path(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void test_ipc_stale_socket_is_taken_over(void **state)
{
    struct fixture *fixture = *state;
    int fd = bind_path(fixture->path);
    close(fd);
    assert_int_equal(rc_ipc_probe(fixture->path, 100), RC_IPC_STALE);
    serve(fixture, (struct rc_server_options){0});
    check_serving(fixture->url);
}

static void test_ipc_file_that_is_no_socket_is_left_alone(void **state)
{
    struct fixture *fixture = *state;
    int fd = open(fixture->path, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(fd, "precious", 8), 8);
    close(fd);
    assert_int_equal(rc_ipc_probe(fixture->path, 100), RC_IPC_FOREIGN);
    rowcall_error err = {0};
    assert_int_equal(serve_again(fixture, &err), ROWCALL_FAILED_PRECONDITION);
    assert_non_null(strstr(err.message, "something else is there"));
    struct stat file;
    assert_int_equal(stat(fixture->path, &file), 0);
    assert_int_equal(file.st_size, 8);
    assert_int_equal(unlink(fixture->path), 0);
}

static void test_ipc_socket_of_another_program_is_left_alone(void **state)
{
    struct fixture *fixture = *state;
    int fd = bind_path(fixture->path);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(rc_ipc_probe(fixture->path, 20), RC_IPC_SILENT);
    rowcall_error err = {0};
    assert_int_equal(serve_again(fixture, &err), ROWCALL_FAILED_PRECONDITION);
    assert_non_null(strstr(err.message, "another process listens there"));
    assert_int_equal(rc_ipc_probe(fixture->path, 20), RC_IPC_SILENT);
    close(fd);
    assert_int_equal(unlink(fixture->path), 0);
}

static void test_ipc_missing_folder_is_named(void **state)
{
    struct fixture *fixture = *state;
    char url[128];
    snprintf(url, sizeof(url), "ipc://%s/none/s", fixture->folder);
    const char *urls[] = {url};
    struct rc_server_options options = {.urls = urls, .url_count = 1};
    struct rc_server *server;
    rowcall_error err = {0};
    assert_int_equal(rc_server_open(&options, handle, fixture, &server, &err),
                     ROWCALL_UNAVAILABLE);
    assert_non_null(strstr(err.message, "No such file or directory"));
}

static void test_server_that_cannot_have_all_its_addresses_has_none(void **state)
{
    struct fixture *fixture = *state;
    int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    assert_int_equal(bind(taken, (const struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(taken, 1), 0);
    assert_int_equal(getsockname(taken, (struct sockaddr *)&address, &len), 0);
    char url[64];
    snprintf(url, sizeof(url), "tcp://127.0.0.1:%u", ntohs(address.sin_port));
    const char *urls[] = {fixture->url, url};
    struct rc_server_options options = {.urls = urls, .url_count = 2};
    struct rc_server *server;
    rowcall_error err = {0};
    assert_int_equal(rc_server_open(&options, handle, fixture, &server, &err),
                     ROWCALL_FAILED_PRECONDITION);
    assert_non_null(strstr(err.message, url));
    assert_non_null(strstr(err.message, "address in use"));
    assert_int_equal(rc_ipc_probe(fixture->path, 100), RC_IPC_ABSENT);
    close(taken);
}

static void test_probe_tells_a_server_and_leaves_it_alive(void **state)
{
    struct fixture *fixture = *state;
    serve(fixture, (struct rc_server_options){.watch_interval_ms = 3600000});
    for (int i = 0; i < 50; i++) {
        assert_int_equal(rc_ipc_probe(fixture->path, 20000), RC_IPC_SPEAKING);
    }
    check_serving(fixture->url);
}

// What a hung reaper looks like from outside: each round finds more connections of this process
// than the last one.
static void test_watcher_stops_when_connections_pile_up(void **state)
{
    enum { MOST = 900 };
    struct fixture *fixture = *state;
    struct rc_server_stats stats = {0};
    int fds[MOST];
    size_t count = 0;
    serve(fixture, (struct rc_server_options){.watch_interval_ms = 20});
    while (!stats.leaking) {
        assert_true(count < MOST);
        fds[count++] = raw_greet(fixture->path);
        nanosleep(&(struct timespec){.tv_nsec = 4000000}, NULL);
        rc_server_read_stats(fixture->server, &stats);
    }
    check_serving(fixture->url);
    while (count > 0) {
        close(fds[--count]);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_ipc_second_server_is_refused_and_the_first_goes_on),
        CASE(test_ipc_listener_killed_by_a_stray_connection_is_replaced),
        CASE(test_watcher_stops_when_connections_pile_up),
        CASE(test_ipc_socket_file_that_was_removed_comes_back),
        CASE(test_ipc_path_can_be_served_again_after_close),
        CASE(test_ipc_stale_socket_is_taken_over),
        CASE(test_ipc_file_that_is_no_socket_is_left_alone),
        CASE(test_ipc_socket_of_another_program_is_left_alone),
        CASE(test_ipc_missing_folder_is_named),
        CASE(test_server_that_cannot_have_all_its_addresses_has_none),
        CASE(test_probe_tells_a_server_and_leaves_it_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
