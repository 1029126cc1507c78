// SPDX-License-Identifier: Apache-2.0
//
// The plugin's edges: input that is no request, a protoc-gen-c that is not there, filters that
// fail. What it generates is the golden tests' affair.
#include "support/check.h"

#include "codegen/plugin.h"
#include "codegen/subprocess.h"
#include "wire/writer.h"

#include <stdlib.h>

static void test_filter_passes_more_than_a_pipe_holds(void **state)
{
    (void)state;
    size_t len = 1 << 20;
    char *bytes = malloc(len);
    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (char)(i * 31 + i / 257);
    }
    struct rc_buf output = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_subprocess_filter("cat", (struct rc_view){bytes, len}, &output, &err), err);
    assert_int_equal(output.len, len);
    assert_memory_equal(output.data, bytes, len);
    rc_buf_fini(&output);
    free(bytes);
}

static void test_filter_that_ignores_its_input_is_no_problem(void **state)
{
    (void)state;
    struct rc_buf output = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_subprocess_filter("true", rc_view_of("unread"), &output, &err), err);
    assert_int_equal(output.len, 0);
    rc_buf_fini(&output);
}

static void test_filter_failure_is_reported(void **state)
{
    (void)state;
    struct rc_buf output = {0};
    rowcall_error err = {0};
    ASSERT_STATUS(rc_subprocess_filter("false", rc_view_of(""), &output, &err),
                  ROWCALL_UNAVAILABLE);
    ASSERT_CONTAINS(err.message, "exit status 1");
    err = (rowcall_error){0};
    ASSERT_STATUS(rc_subprocess_filter("/no/such/program", rc_view_of(""), &output, &err),
                  ROWCALL_UNAVAILABLE);
    ASSERT_CONTAINS(err.message, "/no/such/program");
    rc_buf_fini(&output);
}

static void expect_refusal(struct rc_view request, const char *expected)
{
    struct rc_buf response = {0};
    rowcall_error err = {0};
    ASSERT_STATUS(rc_codegen_plugin(request, "protoc-gen-c", &response, &err),
                  ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, expected);
    assert_int_equal(response.len, 0);
    rc_buf_fini(&response);
}

static void test_plugin_refuses_what_is_no_request(void **state)
{
    (void)state;
    expect_refusal(rc_view_of("\xff\xff\xff"), "no CodeGeneratorRequest");
    struct rc_buf request = {0};
    rc_wire_put_text(&request, 1, "shop/tea.proto");
    expect_refusal(rc_buf_view(&request), "shop/tea.proto is to be generated and not in");
    rc_wire_put_text(&request, 15, "not a descriptor");
    expect_refusal(rc_buf_view(&request), "a file of the request cannot be read");
    rc_buf_fini(&request);
}

static void test_plugin_needs_protoc_gen_c(void **state)
{
    (void)state;
    struct rc_buf response = {0};
    rowcall_error err = {0};
    ASSERT_STATUS(rc_codegen_plugin(rc_view_of(""), "/no/such/protoc-gen-c", &response, &err),
                  ROWCALL_UNAVAILABLE);
    assert_int_equal(response.len, 0);
    rc_buf_fini(&response);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter_passes_more_than_a_pipe_holds),
        cmocka_unit_test(test_filter_that_ignores_its_input_is_no_problem),
        cmocka_unit_test(test_filter_failure_is_reported),
        cmocka_unit_test(test_plugin_refuses_what_is_no_request),
        cmocka_unit_test(test_plugin_needs_protoc_gen_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
