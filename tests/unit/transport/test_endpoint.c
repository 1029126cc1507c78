// SPDX-License-Identifier: Apache-2.0
//
// URLs taken apart, and every refusal by its sentence.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "transport/endpoint.h"

#include <string.h>

static void test_endpoint_takes_supported_urls_apart(void **state)
{
    (void)state;
    struct rc_endpoint endpoint;
    assert_int_equal(rc_endpoint_parse("tcp://127.0.0.1:7070", &endpoint, NULL), ROWCALL_OK);
    assert_int_equal(endpoint.kind, RC_ENDPOINT_TCP);
    assert_null(endpoint.path);
    assert_int_equal(rc_endpoint_parse("tcp://[::1]:0", &endpoint, NULL), ROWCALL_OK);
    assert_int_equal(rc_endpoint_parse("ipc:///run/r.sock", &endpoint, NULL), ROWCALL_OK);
    assert_int_equal(endpoint.kind, RC_ENDPOINT_IPC);
    assert_string_equal(endpoint.path, "/run/r.sock");
}

static void test_endpoint_refuses_the_rest_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *url, *says;
    } refused[] = {
        {"tls+tcp://127.0.0.1:1", "this transport is not offered"},
        {"ws://127.0.0.1:1", "this transport is not offered"},
        {"wss://127.0.0.1:1", "this transport is not offered"},
        {"", "not an address"},
        {"http://127.0.0.1", "not an address"},
        {"127.0.0.1:7070", "not an address"},
        {"tcp://127.0.0.1", "no host and port"},
        {"tcp://:7070", "no host and port"},
        {"tcp://127.0.0.1:", "no host and port"},
        {"tcp://127.0.0.1:port", "no host and port"},
        {"tcp://127.0.0.1:65536", "no host and port"},
        {"tcp://127.0.0.1:99999999999999999999", "no host and port"},
        {"ipc://relative", "must be absolute"},
        {"ipc:///", "must be absolute"},
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct rc_endpoint endpoint;
        rowcall_error err = {0};
        assert_int_equal(rc_endpoint_parse(refused[i].url, &endpoint, &err),
                         ROWCALL_INVALID_ARGUMENT);
        assert_non_null(strstr(err.message, refused[i].url));
        assert_non_null(strstr(err.message, refused[i].says));
    }
}

static void test_endpoint_limits_ipc_paths_to_what_a_socket_holds(void **state)
{
    (void)state;
    char url[256] = "ipc:///";
    memset(url + 7, 'p', RC_ENDPOINT_PATH_MAX - 1);
    struct rc_endpoint endpoint;
    assert_int_equal(rc_endpoint_parse(url, &endpoint, NULL), ROWCALL_OK);
    assert_int_equal(strlen(endpoint.path), RC_ENDPOINT_PATH_MAX);
    url[strlen(url)] = 'p';
    rowcall_error err = {0};
    assert_int_equal(rc_endpoint_parse(url, &endpoint, &err), ROWCALL_INVALID_ARGUMENT);
    assert_non_null(strstr(err.message, "longer than 103 bytes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_endpoint_takes_supported_urls_apart),
        cmocka_unit_test(test_endpoint_refuses_the_rest_by_name),
        cmocka_unit_test(test_endpoint_limits_ipc_paths_to_what_a_socket_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
