// SPDX-License-Identifier: Apache-2.0
//
// Input of every bad kind: each is answered with a status that says what is wrong, and the next
// good call succeeds.
#include "harness.h"

#include "support/check.h"

#include "base/buf.h"
#include "wire/writer.h"

#include <stdlib.h>

static void expect_serving(void)
{
    harness_expect("Tick/Exists", "{}", "{'exists':false}");
}

static void expect_begin(char *text, const char *begin, const char *part)
{
    if (strncmp(text, begin, strlen(begin)) != 0 || !strstr(text, part)) {
        fail_msg("answered %s\nnot      %s...%s", text, begin, part);
    }
    free(text);
}

// An envelope of one call.
static char *send_call(const char *database, const char *method, struct rc_view request)
{
    struct rc_buf envelope = {0};
    size_t mark = rc_wire_begin(&envelope, 1);
    rc_wire_put_text(&envelope, 1, database);
    rc_wire_put_text(&envelope, 2, method);
    rc_wire_put_bytes(&envelope, 3, request);
    rc_wire_end(&envelope, mark);
    char *text = harness_send(rc_buf_view(&envelope));
    rc_buf_fini(&envelope);
    return text;
}

static void test_bad_envelopes_are_answered(void **state)
{
    (void)state;
    static const struct rc_view envelopes[] = {
        {"\xff\xff\xff\xff", 4}, {"\x0a\xff\x01", 3},        {"\x0a\x03\x0a\x05x", 5},
        {"\xfa\x7f\x01x", 4},    {"no protobuf at all", 18},
    };
    for (size_t i = 0; i < sizeof envelopes / sizeof envelopes[0]; i++) {
        expect_begin(harness_send(envelopes[i]), "INVALID_ARGUMENT  not executed: ", "");
        expect_serving();
    }
}

static void test_bad_names_are_answered(void **state)
{
    (void)state;
    static const char *const cases[][4] = {
        {"nowhere", "Tick/Count", "", "nowhere"},
        {"shop", "Nobody/Count", "UNIMPLEMENTED ", "Nobody"},
        {"shop", "Tick/Juggle", "UNIMPLEMENTED ", "Juggle"},
        {"shop", "TickCount", "", "TickCount"},
        {"shop", "", "", ""},
        {"shop", "/", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = send_call(cases[i][0], cases[i][1], (struct rc_view){NULL, 0});
        assert_non_null(strstr(text, "not executed: "));
        expect_begin(text, cases[i][2], cases[i][3]);
        expect_serving();
    }
}

struct bad_request {
    const char *bytes;
    size_t len;
    const char *part;
};
#define BAD(bytes, part)                                                                       \
    {                                                                                          \
        bytes, sizeof(bytes) - 1, part                                                         \
    }

static void test_bad_requests_are_named(void **state)
{
    (void)state;
    static const struct bad_request cases[] = {
        BAD("\x0a", "TickFindManyRequest"),
        BAD("\x0a\x05\x12", ""),
        BAD("\xf8\x07\x01", "127"),
        BAD("\x22\x01x", "take: "),
        BAD("\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", ""),
        BAD("\x20\x80\x80\x80\x80\x10", "take: "), // 2^32
        BAD("\x0a\x07\x12\x05\x0a\x03\xff\xfe\xfd", "where.word.equals: "),
        BAD("\x0a\x07\x12\x05\x0a\x03"
            "a\0b",
            "where.word.equals: "),
        BAD("\x0a\x05\x12\x03\xc2\x07\x01", "where.word: "),
        BAD("\x12\x04\x0a\x02\x08\x09", "order_by[0].id.direction: "),
        BAD("\x12\x04\x0a\x00\x12\x00", "order_by[0]"), // two of a oneof
        BAD("\x30\x63", "distinct"),
        BAD("\x0a\x00\x0a\x00", "where: "), // a singular field twice
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct rc_view request = {cases[i].bytes, cases[i].len};
        expect_begin(harness_call_bytes("Tick/FindMany", request),
                     "INVALID_ARGUMENT  not executed: ", cases[i].part);
        expect_serving();
    }
}

static void test_bad_depth_is_refused(void **state)
{
    (void)state;
    enum { LEVELS = 10000 };
    struct rc_buf request = {0};
    size_t marks[LEVELS + 1];
    marks[0] = rc_wire_begin(&request, 1);
    for (size_t i = 1; i <= LEVELS; i++) {
        marks[i] = rc_wire_begin(&request, 1003);
    }
    for (size_t i = LEVELS + 1; i-- > 0;) {
        rc_wire_end(&request, marks[i]);
    }
    expect_begin(harness_call_bytes("Tick/Count", rc_buf_view(&request)),
                 "RESOURCE_EXHAUSTED  not executed: where.not[0]", "");
    rc_buf_fini(&request);
    expect_serving();
}

// A million fields and one.
static void test_bad_counts_are_refused(void **state)
{
    (void)state;
    struct rc_buf request = {0};
    size_t where = rc_wire_begin(&request, 1);
    for (int i = 0; i < 1000001; i++) {
        rc_wire_put_bytes(&request, 1001, (struct rc_view){NULL, 0});
    }
    rc_wire_end(&request, where);
    expect_begin(harness_call_bytes("Tick/Count", rc_buf_view(&request)),
                 "RESOURCE_EXHAUSTED  not executed: ", "");
    rc_buf_fini(&request);
    expect_serving();
}

// Conditions joined by `and`, as many as told.
static char *count_with_conditions(int count)
{
    struct rc_buf request = {0};
    size_t where = rc_wire_begin(&request, 1);
    for (int i = 0; i < count; i++) {
        size_t part = rc_wire_begin(&request, 1001);
        size_t id = rc_wire_begin(&request, 1);
        rc_wire_put_uint(&request, 5, 1);
        rc_wire_end(&request, id);
        rc_wire_end(&request, part);
    }
    rc_wire_end(&request, where);
    char *text = harness_call_bytes("Tick/Count", rc_buf_view(&request));
    rc_buf_fini(&request);
    return text;
}

static void test_bad_complexity_is_refused(void **state)
{
    (void)state;
    expect_begin(count_with_conditions(5000), "{'count':'0'}", "");
    expect_begin(count_with_conditions(20000),
                 "RESOURCE_EXHAUSTED P2029 not executed: where.and[", "some 10,000 conditions");
    expect_serving();
}

// What is refused by PostgreSQL says so and no more: no SQL, no values.
static void test_bad_values_are_not_repeated(void **state)
{
    (void)state;
    char *text =
        harness_call("Item/Count", "{'where':{'token':{'equals':'secret-not-a-uuid'}}}");
    assert_null(strstr(text, "select"));
    assert_null(strstr(text, "secret"));
    expect_begin(text, "INVALID_ARGUMENT P2007 rolled back: ", "");
}

// Requests with bytes changed at random: some answer to each, and the server goes on.
static void test_bad_bytes_never_stop_the_server(void **state)
{
    (void)state;
    static const char good[] =
        "\x0a\x0e\x12\x05\x0a\x03"
        "abc\x0a\x05\x0a\x03\x08\xac\x02\x12\x02\x0a\x00\x12\x04\x12\x02"
        "\x08\x01\x1a\x02\x08\x07\x20\x05\x28\x03\x30\x02\x3a\x02\x08\x01"
        "\x40\x01";
    unsigned random = 3;
    for (int i = 0; i < 3000; i++) {
        char bytes[sizeof good];
        memcpy(bytes, good, sizeof good);
        for (int k = 0; k < 1 + i % 3; k++) {
            random = random * 1103515245 + 12345;
            bytes[(random >> 8) % (sizeof good - 1)] = (char)(random >> 20);
        }
        size_t len = sizeof good - 1 - (size_t)(i % 5 == 0 ? (random >> 9) % 8 : 0);
        char *text = harness_call_bytes("Tick/FindMany", (struct rc_view){bytes, len});
        assert_non_null(text);
        assert_null(strstr(text, "INTERNAL"));
        free(text);
    }
    expect_serving();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_envelopes_are_answered),
        cmocka_unit_test(test_bad_names_are_answered),
        cmocka_unit_test(test_bad_requests_are_named),
        cmocka_unit_test(test_bad_depth_is_refused),
        cmocka_unit_test(test_bad_counts_are_refused),
        cmocka_unit_test(test_bad_complexity_is_refused),
        cmocka_unit_test(test_bad_values_are_not_repeated),
        cmocka_unit_test(test_bad_bytes_never_stop_the_server),
    };
    return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
