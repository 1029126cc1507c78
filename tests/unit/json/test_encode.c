// SPDX-License-Identifier: Apache-2.0
//
// JSON -> bytes: every spelling that is accepted (by decoding it again) and every refusal with
// its path.
#include "support/check.h"
#include "support/fail_alloc.h"

#include "json/decode.h"
#include "json/encode.h"
#include "fixture.h"

static struct rc_pool *pool;

static int open_pool(void **state)
{
    (void)state;
    pool = fixture_open(JSON_FIXTURE);
    return pool ? 0 : -1;
}

static int close_pool(void **state)
{
    (void)state;
    rc_pool_free(pool);
    return 0;
}

static const struct rc_wire_message *message_of(const char *name)
{
    struct rc_buf full_name = {0};
    rc_buf_printf(&full_name, "fixture.%s", name);
    const struct rc_wire_message *message = rc_pool_message(pool, rc_buf_view(&full_name));
    rc_buf_fini(&full_name);
    assert_non_null(message);
    return message;
}

static void test_encode_accepts_every_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        const char *json;
        const char *canonical; // what comes back
    } cases[] = {
        {"Node", "{}", "{}"},
        {"Node", " { \"name\" : null } ", "{}"},
        {"Node", "{\"createdAt\":\"1970-01-01T00:00:00Z\"}",
         "{\"created_at\":\"1970-01-01T00:00:00Z\"}"},
        {"Node", "{\"created_at\":\"-0043-03-15T12:00:00Z\"}",
         "{\"created_at\":\"-0043-03-15T12:00:00Z\"}"},
        {"Node", "{\"created_at\":\"infinity\"}", "{\"created_at\":\"infinity\"}"},
        {"Node", "{\"id\":0}", "{\"id\":\"0\"}"},
        {"Node", "{\"id\":null,\"email\":\"\"}", "{\"email\":\"\"}"},
        {"Node", "{\"inner\":{}}", "{\"inner\":{}}"},
        {"Node", "{\"labels\":{\"a\":\"1\",\"\":\"\"}}",
         "{\"labels\":{\"a\":\"1\",\"\":\"\"}}"},
        {"Node", "{\"by_number\":{\"-5\":{\"name\":\"x\"}}}",
         "{\"by_number\":{\"-5\":{\"name\":\"x\"}}}"},
        {"Node", "{\"byTruth\":{\"true\":\"LARGE\",\"false\":1}}",
         "{\"by_truth\":{\"true\":\"LARGE\",\"false\":\"SMALL\"}}"},
        {"Node", "{\"children\":[{},{\"name\":\"b\"}]}",
         "{\"children\":[{},{\"name\":\"b\"}]}"},
        {"Scalars", "{\"an_int64\":\"-9223372036854775808\"}",
         "{\"an_int64\":\"-9223372036854775808\"}"},
        {"Scalars", "{\"anInt64\":9223372036854775807}",
         "{\"an_int64\":\"9223372036854775807\"}"},
        {"Scalars", "{\"a_uint64\":\"18446744073709551615\"}",
         "{\"a_uint64\":\"18446744073709551615\"}"},
        {"Scalars", "{\"an_int32\":\"-2147483648\"}", "{\"an_int32\":-2147483648}"},
        {"Scalars", "{\"an_int32\":1e3}", "{\"an_int32\":1000}"},
        {"Scalars", "{\"an_sint64\":-9223372036854775808}",
         "{\"an_sint64\":\"-9223372036854775808\"}"},
        {"Scalars", "{\"an_sfixed32\":-1,\"an_sint32\":-2}",
         "{\"an_sfixed32\":-1,\"an_sint32\":-2}"},
        {"Scalars", "{\"a_fixed64\":\"5\",\"a_fixed32\":4294967295}",
         "{\"a_fixed64\":\"5\",\"a_fixed32\":4294967295}"},
        {"Scalars", "{\"a_double\":\"NaN\"}", "{\"a_double\":\"NaN\"}"},
        {"Scalars", "{\"a_double\":\"-Infinity\",\"a_float\":\"Infinity\"}",
         "{\"a_double\":\"-Infinity\",\"a_float\":\"Infinity\"}"},
        {"Scalars", "{\"a_double\":\"1.5\"}", "{\"a_double\":1.5}"},
        {"Scalars", "{\"a_double\":5e-324,\"a_float\":1e-45}",
         "{\"a_double\":5e-324,\"a_float\":1e-45}"},
        {"Scalars", "{\"a_double\":1.7976931348623157e308,\"a_float\":3.4028235e38}",
         "{\"a_double\":1.7976931348623157e+308,\"a_float\":3.4028235e+38}"},
        {"Scalars", "{\"a_double\":0.1,\"a_float\":0.1}", "{\"a_double\":0.1,\"a_float\":0.1}"},
        {"Scalars", "{\"a_double\":-0.0}", "{\"a_double\":-0.0}"},
        {"Scalars", "{\"size\":\"BELOW\"}", "{\"size\":\"BELOW\"}"},
        {"Scalars", "{\"size\":7}", "{\"size\":\"LARGE\"}"},
        {"Scalars", "{\"size\":0,\"a_bool\":false,\"a_string\":\"\",\"an_int64\":0}", "{}"},
        {"Scalars", "{\"some_bytes\":\"_-8\"}", "{\"some_bytes\":\"/+8=\"}"},
        {"Scalars", "{\"a_string\":\"\\u20ac \\\"\\n\\u0001\"}",
         "{\"a_string\":\"\xE2\x82\xAC \\\"\\n\\u0001\"}"},
        {"Optionals",
         "{\"an_int64\":0,\"a_string\":\"\",\"a_bool\":false,\"some_bytes\":\"\",\"size\":0}",
         "{\"an_int64\":\"0\",\"a_bool\":false,\"a_string\":\"\",\"some_bytes\":\"\",\"size\":"
         "\"SIZE_UNSPECIFIED\"}"},
        {"Lists", "{\"doubles\":[],\"int64s\":[1,\"2\"],\"bools\":[true,false]}",
         "{\"int64s\":[\"1\",\"2\"],\"bools\":[true,false]}"},
        {"Lists", "{\"strings\":[\"\",\"a\"],\"byteses\":[\"\"],\"sizes\":[0,\"SMALL\"]}",
         "{\"strings\":[\"\",\"a\"],\"byteses\":[\"\"],\"sizes\":[\"SIZE_UNSPECIFIED\","
         "\"SMALL\"]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct rc_wire_message *message = message_of(cases[i].message);
        struct rc_buf bytes = {0};
        struct rc_buf text = {0};
        rowcall_error err = {0};
        ASSERT_OK(rc_json_encode(message, rc_view_of(cases[i].json), &bytes, &err), err);
        ASSERT_OK(rc_wire_check(message, rc_buf_view(&bytes), NULL, &err), err);
        ASSERT_OK(rc_json_decode(message, rc_buf_view(&bytes), NULL, &text, &err), err);
        assert_string_equal(text.data, cases[i].canonical);
        rc_buf_fini(&text);
        rc_buf_fini(&bytes);
    }
}

static void test_encode_refuses_and_names_the_path(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        const char *json;
        const char *error;
    } cases[] = {
        {"Node", "", "JSON, line 1, column 0: unexpected token near end of file"},
        {"Node", "[]", "Node: expected an object"},
        {"Node", "5", "Node: expected an object"},
        {"Node", "{\"nmae\":\"x\"}", "nmae: no such field in Node; did you mean name?"},
        {"Node", "{\"zzz\":1}", "zzz: no such field in Node"},
        {"Node", "{\"scalars\":{\"a_strin\":1}}",
         "scalars.a_strin: no such field in Scalars; did you mean a_string?"},
        {"Node", "{\"children\":[{},{\"children\":[{\"nam\":1}]}]}",
         "children[1].children[0].nam: no such field in Node; did you mean name?"},
        {"Node", "{\"created_at\":\"a\",\"createdAt\":\"b\"}",
         "given twice, under both of its names"},
        {"Node", "{\"name\":\"a\",\"name\":\"b\"}", "duplicate object key"},
        {"Node", "{\"id\":1,\"email\":\"a\"}",
         "email: only one of a oneof, and id is given too"},
        {"Node", "{\"children\":{}}", "children: expected an array"},
        {"Node", "{\"children\":[null]}", "children[0]: expected an object"},
        {"Node", "{\"labels\":[]}", "labels: expected an object"},
        {"Node", "{\"labels\":{\"k\":5}}", "labels.k: expected a string"},
        {"Node", "{\"by_number\":{\"x\":{}}}", "by_number.x: expected an integer of 64 bits"},
        {"Node", "{\"created_at\":\"yesterday\"}", "created_at: expected a time such as"},
        {"Node", "{\"created_at\":5}", "created_at: expected a time such as"},
        {"Node", "{\"name\":\"a\\u0000b\"}", "name: text must not contain NUL"},
        {"Node", "{\"name\":5}", "name: expected a string"},
        {"Scalars", "{\"an_int64\":\"9223372036854775808\"}",
         "an_int64: expected an integer of 64 bits"},
        {"Scalars", "{\"an_int64\":9223372036854775808}", "write it as a string"},
        {"Scalars", "{\"an_int64\":\"\"}", "an_int64: expected an integer"},
        {"Scalars", "{\"an_int64\":\"-\"}", "an_int64: expected an integer"},
        {"Scalars", "{\"an_int64\":\" 1\"}", "an_int64: expected an integer"},
        {"Scalars", "{\"an_int64\":\"1\\u0000\"}", "an_int64: expected an integer"},
        {"Scalars", "{\"an_int64\":1.5}", "an_int64: expected an integer"},
        {"Scalars", "{\"an_int64\":1e300}", "an_int64: expected an integer"},
        {"Scalars", "{\"an_int32\":2147483648}", "an_int32: expected an integer of 32 bits"},
        {"Scalars", "{\"a_uint32\":-1}",
         "a_uint32: expected an integer of 32 bits that is not negative"},
        {"Scalars", "{\"a_bool\":1}", "a_bool: expected true or false"},
        {"Scalars", "{\"a_bool\":\"true\"}", "a_bool: expected true or false"},
        {"Scalars", "{\"a_float\":1e39}",
         "a_float: expected a number within the range of float"},
        {"Scalars", "{\"a_double\":\"1e999\"}", "a_double: expected a number"},
        {"Scalars", "{\"a_double\":\"nan\"}", "a_double: expected a number"},
        {"Scalars", "{\"a_double\":\"0x10\"}", "a_double: expected a number"},
        {"Scalars", "{\"size\":\"SMAL\"}",
         "size: no value \"SMAL\" in Size; did you mean SMALL?"},
        {"Scalars", "{\"size\":2}", "size: no value 2 in Size"},
        {"Scalars", "{\"size\":99999999999}", "size: no value 99999999999 in Size"},
        {"Scalars", "{\"size\":true}", "size: expected the name of a value of Size"},
        {"Scalars", "{\"some_bytes\":\"*\"}", "some_bytes: not base64"},
        {"Scalars", "{\"some_bytes\":[]}", "some_bytes: expected a base64 string"},
        {"Lists", "{\"int64s\":[1,null]}", "int64s[1]: expected an integer"},
        {"Lists", "{\"sizes\":[\"SMALL\",\"HUGE\"]}", "sizes[1]: no value \"HUGE\" in Size"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_buf bytes = {0};
        rc_buf_append_text(&bytes, "before");
        rowcall_error err = {0};
        rowcall_status st = rc_json_encode(message_of(cases[i].message),
                                           rc_view_of(cases[i].json), &bytes, &err);
        ASSERT_CONTAINS(err.message, cases[i].error);
        ASSERT_STATUS(st, ROWCALL_INVALID_ARGUMENT);
        assert_string_equal(bytes.data, "before");
        rc_buf_fini(&bytes);
    }
}

static void test_encode_bounds_depth(void **state)
{
    (void)state;
    for (int depth = 63; depth <= 64; depth++) {
        struct rc_buf json = {0};
        for (int i = 0; i < depth; i++) {
            rc_buf_append_text(&json, "{\"children\":[");
        }
        rc_buf_append_text(&json, "{}");
        for (int i = 0; i < depth; i++) {
            rc_buf_append_text(&json, "]}");
        }
        struct rc_buf bytes = {0};
        rowcall_error err = {0};
        rowcall_status st =
            rc_json_encode(message_of("Node"), rc_buf_view(&json), &bytes, &err);
        ASSERT_STATUS(st, depth == 63 ? ROWCALL_OK : ROWCALL_INVALID_ARGUMENT);
        if (st == ROWCALL_OK) {
            ASSERT_OK(rc_wire_check(message_of("Node"), rc_buf_view(&bytes), NULL, &err), err);
        } else {
            ASSERT_CONTAINS(err.message, "nested too deeply");
        }
        rc_buf_fini(&bytes);
        rc_buf_fini(&json);
    }
}

static void test_encode_without_memory_fails_cleanly(void **state)
{
    (void)state;
    const struct rc_wire_message *node = message_of("Node");
    struct rc_view json =
        rc_view_of("{\"name\":\"a\",\"children\":[{\"labels\":{\"k\":\"v\"}}],"
                   "\"lists\":{\"int64s\":[1,2,3]},\"by_truth\":{\"true\":1}}");
    bool refused = true;
    for (unsigned long nth = 1; refused; nth++) {
        assert_true(nth < 1000);
        struct rc_buf bytes = {0};
        rowcall_error err = {0};
        fail_alloc_arm(nth);
        rowcall_status st = rc_json_encode(node, json, &bytes, &err);
        refused = fail_alloc_disarm();
        assert_true(refused || st == ROWCALL_OK);
        assert_true(st == ROWCALL_OK || bytes.len == 0);
        rc_buf_fini(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode_accepts_every_spelling),
        cmocka_unit_test(test_encode_refuses_and_names_the_path),
        cmocka_unit_test(test_encode_bounds_depth),
        cmocka_unit_test(test_encode_without_memory_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
