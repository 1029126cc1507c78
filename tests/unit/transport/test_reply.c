// SPDX-License-Identifier: Apache-2.0
//
// A second answer to one request must end the process, whatever the build: going on would hand
// it to somebody else. The server lives in a child, forked before this process has touched nng.
#include "support/transport_fixture.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void answer_twice(void *ctx, struct rc_server_request *request, unsigned flags)
{
    (void)flags;
    answer(ctx, request, "first:");
    rc_server_reply(request, &(struct rc_buf){0});
}

// In the child: a call that a wrong handler answers twice. Does not return when all is well.
static void run_wrong_server(struct fixture *fixture)
{
    const char *urls[] = {fixture->url};
    struct rc_server_options options = {.urls = urls, .url_count = 1, .contexts = 1};
    struct rc_dialer *dialer;
    struct rc_buf reply = {0};
    setrlimit(RLIMIT_CORE, &(struct rlimit){0});
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
    if (rc_server_open(&options, answer_twice, fixture, &fixture->server, NULL) != ROWCALL_OK ||
        rc_dialer_open(fixture->url, NULL, &dialer, NULL) != ROWCALL_OK) {
        _exit(2);
    }
    alarm(20);
    if (rc_dialer_call(dialer, rc_view_of("x"), 20000, &reply, NULL) != ROWCALL_OK) {
        _exit(3);
    }
    for (;;) {
        pause(); // the first answer may be here before the second is given
    }
}

static void test_reply_given_twice_ends_the_process(void **state)
{
    struct fixture *fixture = *state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        run_wrong_server(fixture);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);

    // What a process that died leaves behind does not stand in the way of the next.
    struct stat file;
    assert_int_equal(stat(fixture->path, &file), 0);
    serve(fixture, (struct rc_server_options){0});
    check_serving(fixture->url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reply_given_twice_ends_the_process, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
