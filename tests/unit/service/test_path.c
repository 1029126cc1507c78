// SPDX-License-Identifier: Apache-2.0
//
// Paths by a table of its own, with a field of every type.
#include "support/check.h"

#include "api/api.h"
#include "service/path.h"
#include "wire/writer.h"

#include <stdio.h>

#define FIELD(field_number, field_type, field_name)                                            \
    {                                                                                          \
        .number = (field_number), .type = (field_type), .oneof = -1, .name = (field_name)      \
    }
#define MESSAGE_FIELD(field_number, field_name, is_repeated, its_message)                      \
    {                                                                                          \
        .number = (field_number), .type = RC_FIELD_MESSAGE, .oneof = -1, .name = (field_name), \
        .repeated = (is_repeated), .message = (its_message)                                    \
    }
#define MESSAGE(message_name, table, its_role)                                                 \
    {                                                                                          \
        .name = (message_name), .full_name = "test." message_name, .fields = (table),          \
        .field_count = sizeof(table) / sizeof((table)[0]), .role = (its_role), .ready = true   \
    }

static const struct rc_wire_field time_fields[] = {FIELD(1, RC_FIELD_INT64, "seconds")};
static const struct rc_wire_message time_message =
    MESSAGE("Timestamp", time_fields, RC_MESSAGE_TIMESTAMP);
static const struct rc_wire_field list_fields[] = {
    {.number = 1, .type = RC_FIELD_INT32, .repeated = true, .oneof = -1, .name = "values"},
};
static const struct rc_wire_message list_message =
    MESSAGE("Int32List", list_fields, RC_MESSAGE_LIST);
static const struct rc_wire_enum_value colours[] = {{"NONE", 0, NULL}, {"RED", 5, NULL}};
static const struct rc_wire_enum colour = {
    .name = "Colour", .full_name = "test.Colour", .values = colours, .value_count = 2};
static const struct rc_wire_enum shade = {
    .name = "Shade", .full_name = "test.Shade", .values = colours, .value_count = 2};

static const struct rc_wire_field inner_fields[] = {
    FIELD(1, RC_FIELD_INT32, "i32"),
    FIELD(2, RC_FIELD_INT64, "i64"),
    FIELD(3, RC_FIELD_UINT32, "u32"),
    FIELD(4, RC_FIELD_UINT64, "u64"),
    FIELD(5, RC_FIELD_SINT32, "s32"),
    FIELD(6, RC_FIELD_SINT64, "s64"),
    FIELD(7, RC_FIELD_FIXED32, "f32"),
    FIELD(8, RC_FIELD_FIXED64, "f64"),
    FIELD(9, RC_FIELD_SFIXED32, "sf32"),
    FIELD(10, RC_FIELD_SFIXED64, "sf64"),
    FIELD(11, RC_FIELD_BOOL, "yes"),
    FIELD(12, RC_FIELD_FLOAT, "single"),
    FIELD(13, RC_FIELD_DOUBLE, "real"),
    FIELD(14, RC_FIELD_STRING, "text"),
    FIELD(15, RC_FIELD_BYTES, "raw"),
    {.number = 16,
     .type = RC_FIELD_ENUM,
     .oneof = -1,
     .name = "colour",
     .enumeration = &colour},
    {.number = 17, .type = RC_FIELD_ENUM, .oneof = -1, .name = "shade", .enumeration = &shade},
    MESSAGE_FIELD(18, "at", false, &time_message),
    MESSAGE_FIELD(19, "list", false, &list_message),
    {.number = 20, .type = RC_FIELD_STRING, .repeated = true, .oneof = -1, .name = "words"},
};
static const struct rc_wire_message inner = MESSAGE("Inner", inner_fields, 0);
static const struct rc_wire_field outer_fields[] = {
    MESSAGE_FIELD(1, "row", false, &inner),
    MESSAGE_FIELD(2, "rows", true, &inner),
    FIELD(3, RC_FIELD_INT64, "count"),
};
static const struct rc_wire_message outer = MESSAGE("Outer", outer_fields, 0);

static struct rc_arena arena;

static struct rc_path resolve(const char *text, enum rc_path_use use)
{
    struct rc_path path;
    rowcall_error err = {0};
    ASSERT_OK(rc_path_resolve(&outer, rc_view_of(text), use, &arena, &path, &err), err);
    return path;
}

static void test_path_is_resolved_step_by_step(void **state)
{
    (void)state;
    struct rc_path path = resolve("rows[12].at", RC_PATH_FROM);
    assert_int_equal(path.count, 2);
    assert_string_equal(path.steps[0].field->name, "rows");
    assert_int_equal(path.steps[0].index, 12);
    assert_string_equal(rc_path_end(&path)->name, "at");
    assert_true(path.steps[1].index == RC_PATH_NO_INDEX);
    path = resolve("count", RC_PATH_FROM);
    assert_int_equal(path.count, 1);
    path = resolve("row.list.values", RC_PATH_TO);
    assert_int_equal(path.count, 3);
    path = resolve("row.words", RC_PATH_TO);
    assert_true(rc_path_end(&path)->repeated);
}

static void test_path_that_is_wrong_is_told_why(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum rc_path_use use;
        const char *part;
    } cases[] = {
        {"", RC_PATH_FROM, "is not a path"},
        {".", RC_PATH_FROM, "is not a path"},
        {"row.", RC_PATH_FROM, "is not a path"},
        {".row", RC_PATH_FROM, "is not a path"},
        {"row..i32", RC_PATH_FROM, "is not a path"},
        {"rows[].i32", RC_PATH_FROM, "is not a path"},
        {"rows[0", RC_PATH_FROM, "is not a path"},
        {"rows[x].i32", RC_PATH_FROM, "is not a path"},
        {"rows[-1].i32", RC_PATH_FROM, "is not a path"},
        {"rows[01].i32", RC_PATH_FROM, "is not a path"},
        {"rows[0]i32", RC_PATH_FROM, "is not a path"},
        {"rows[0].", RC_PATH_FROM, "is not a path"},
        {"rows[9999999999].i32", RC_PATH_FROM, "is not a path"},
        {"nothing", RC_PATH_FROM, "nothing: there is no such field in Outer"},
        {"row.nothing", RC_PATH_FROM, "nothing: there is no such field in Inner"},
        {"row", RC_PATH_FROM, "row: is a message (Inner)"},
        {"rows[0]", RC_PATH_FROM, "rows[0]: is a message (Inner)"},
        {"rows.i32", RC_PATH_FROM, "rows: is repeated: say which, as in rows[0]"},
        {"row[0].i32", RC_PATH_FROM, "row[0]: is not repeated"},
        {"count[0]", RC_PATH_FROM, "count[0]: is not repeated"},
        {"count.x", RC_PATH_FROM, "count: is no message"},
        {"row.at.seconds", RC_PATH_FROM, "at: is taken as a whole"},
        {"row.at.seconds", RC_PATH_TO, "at: is taken as a whole"},
        {"row.list.values", RC_PATH_FROM, "list: is taken as a whole"},
        {"row.words", RC_PATH_FROM, "words: is repeated"},
        {"row.list.values[0]", RC_PATH_TO, "values[0]: values are appended here"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rc_path path;
        rowcall_error err = {0};
        ASSERT_STATUS(rc_path_resolve(&outer, rc_view_of(cases[i].text), cases[i].use, &arena,
                                      &path, &err),
                      ROWCALL_INVALID_ARGUMENT);
        ASSERT_CONTAINS(err.message, cases[i].part);
    }
}

static void test_path_has_a_longest_form(void **state)
{
    (void)state;
    char text[200] = "";
    size_t len = 0;
    static struct rc_wire_field self_fields[1];
    static struct rc_wire_message self = MESSAGE("Self", self_fields, 0);
    self_fields[0] = (struct rc_wire_field)MESSAGE_FIELD(1, "x", false, &self);
    for (int i = 0; i < 2 * RC_PATH_STEPS_MAX; i++) {
        text[len++] = 'x';
        text[len++] = '.';
    }
    text[len - 1] = '\0';
    struct rc_path path;
    rowcall_error err = {0};
    ASSERT_STATUS(rc_path_resolve(&self, rc_view_of(text), RC_PATH_FROM, &arena, &path, &err),
                  ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "is not a path");
}

static void test_path_types_have_to_agree(void **state)
{
    (void)state;
    for (size_t a = 0; a < sizeof(inner_fields) / sizeof(inner_fields[0]) - 1; a++) {
        for (size_t b = 0; b < sizeof(inner_fields) / sizeof(inner_fields[0]) - 1; b++) {
            char from[32];
            char to[32];
            (void)snprintf(from, sizeof(from), "row.%s", inner_fields[a].name);
            (void)snprintf(to, sizeof(to), "row.%s", inner_fields[b].name);
            struct rc_path ours = resolve(from, RC_PATH_FROM);
            struct rc_path theirs = resolve(to, RC_PATH_TO);
            bool same = strcmp(from, to) == 0 || (a < 10 && b < 10) ||
                        (strcmp(from, "row.single") == 0 && strcmp(to, "row.real") == 0);
            rowcall_error err = {0};
            assert_int_equal(rc_path_check_types(&ours, &theirs, &err) == ROWCALL_OK, same);
            if (!same) {
                ASSERT_CONTAINS(err.message, inner_fields[a].name);
                ASSERT_CONTAINS(err.message, "type");
            }
        }
    }
}

// Reads `from` out of bytes and writes it as `to`: what came of it.
static rowcall_status carry(const struct rc_buf *bytes, const char *from, const char *to,
                            struct rc_wire_value *ret)
{
    struct rc_path ours = resolve(from, RC_PATH_FROM);
    struct rc_path theirs = resolve(to, RC_PATH_TO);
    static struct rc_buf out;
    struct rc_wire_value value;
    struct rc_wire_reader reader;
    rowcall_error err = {0};
    rc_buf_clear(&out);
    assert_true(rc_path_read(&ours, rc_buf_view(bytes), &value));
    rowcall_status st =
        rc_path_write(rc_path_end(&ours), &value, rc_path_end(&theirs), &out, &err);
    if (st == ROWCALL_OK) {
        rc_wire_reader_init(&reader, rc_buf_view(&out));
        assert_true(rc_wire_next(&reader, ret));
        assert_int_equal(ret->number, rc_path_end(&theirs)->number);
        assert_int_equal(ret->type, rc_field_wire_type(rc_path_end(&theirs)->type));
        assert_false(rc_wire_next(&reader, ret));
        assert_false(reader.broken);
    }
    return st;
}

// A message whose row has one integer in this field.
static void put_integer(struct rc_buf *bytes, const char *name, int64_t value)
{
    const struct rc_wire_field *field = rc_wire_field_by_name(&inner, rc_view_of(name));
    rc_buf_clear(bytes);
    size_t mark = rc_wire_begin(bytes, 1);
    switch (rc_field_wire_type(field->type)) {
    case RC_WIRE_FIXED32:
        rc_wire_put_fixed32(bytes, field->number, (uint32_t)value);
        break;
    case RC_WIRE_FIXED64:
        rc_wire_put_fixed64(bytes, field->number, (uint64_t)value);
        break;
    default:
        if (name[0] == 's') {
            rc_wire_put_sint(bytes, field->number, value);
        } else {
            rc_wire_put_uint(bytes, field->number, (uint64_t)value);
        }
        break;
    }
    rc_wire_end(bytes, mark);
}

static const char *const integers[] = {"i32", "i64", "u32", "u64",  "s32",
                                       "s64", "f32", "f64", "sf32", "sf64"};

static int64_t read_back(const char *name, uint64_t scalar)
{
    bool is_32 = strstr(name, "32") != NULL;
    bool is_unsigned = name[0] == 'u' || name[0] == 'f';
    int64_t number = strcmp(name, "s32") == 0 || strcmp(name, "s64") == 0
                         ? rc_wire_zigzag(scalar)
                         : (int64_t)scalar;
    if (is_32 && is_unsigned) {
        number = (int64_t)(uint32_t)number;
    } else if (is_32) {
        number = (int32_t)(uint32_t)number;
    }
    return number;
}

static void test_path_carries_integers_where_they_fit(void **state)
{
    (void)state;
    static const int64_t values[] = {0,          1,         -1,
                                     INT32_MAX,  INT32_MIN, (int64_t)INT32_MAX + 1,
                                     UINT32_MAX, INT64_MAX, INT64_MIN};
    struct rc_buf bytes = {0};
    for (size_t a = 0; a < 10; a++) {
        bool from_32 = strstr(integers[a], "32") != NULL;
        bool from_unsigned = integers[a][0] == 'u' || integers[a][0] == 'f';
        for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
            int64_t value = values[v];
            int64_t low = from_unsigned ? 0 : from_32 ? INT32_MIN : INT64_MIN;
            int64_t high = !from_32        ? INT64_MAX
                           : from_unsigned ? (int64_t)UINT32_MAX
                                           : INT32_MAX;
            if (value < low || value > high) {
                continue; // no value of the type
            }
            put_integer(&bytes, integers[a], value);
            for (size_t b = 0; b < 10; b++) {
                char from[16];
                char to[16];
                (void)snprintf(from, sizeof(from), "row.%s", integers[a]);
                (void)snprintf(to, sizeof(to), "row.%s", integers[b]);
                bool to_32 = strstr(integers[b], "32") != NULL;
                bool to_unsigned = integers[b][0] == 'u' || integers[b][0] == 'f';
                bool fits = to_32 ? (to_unsigned ? value >= 0 && value <= UINT32_MAX
                                                 : value >= INT32_MIN && value <= INT32_MAX)
                                  : !to_unsigned || value >= 0;
                struct rc_wire_value written = {0};
                rowcall_status st = carry(&bytes, from, to, &written);
                ASSERT_STATUS(st, fits ? ROWCALL_OK : ROWCALL_OUT_OF_RANGE);
                if (fits) {
                    assert_true(read_back(integers[b], written.scalar) == value);
                }
            }
        }
    }
    put_integer(&bytes, "u64", -1); // 2^64 - 1
    struct rc_wire_value written;
    ASSERT_STATUS(carry(&bytes, "row.u64", "row.i64", &written), ROWCALL_OUT_OF_RANGE);
    ASSERT_STATUS(carry(&bytes, "row.u64", "row.f64", &written), ROWCALL_OK);
    assert_true(written.scalar == UINT64_MAX);
    rc_buf_fini(&bytes);
}

static void test_path_carries_every_other_kind(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    struct rc_wire_value written;
    size_t mark = rc_wire_begin(&bytes, 1);
    rc_wire_put_uint(&bytes, 11, 1);
    rc_wire_put_float(&bytes, 12, 0.5f);
    rc_wire_put_double(&bytes, 13, 2.25);
    rc_wire_put_text(&bytes, 14, "tea");
    rc_wire_put_bytes(&bytes, 15, (struct rc_view){"\0\xff", 2});
    rc_wire_put_uint(&bytes, 16, 5);
    rc_wire_put_bytes(&bytes, 18, (struct rc_view){"\x08\x07", 2});
    rc_wire_put_bytes(&bytes, 19, (struct rc_view){"\x0a\x01\x03", 3});
    rc_wire_end(&bytes, mark);
    ASSERT_STATUS(carry(&bytes, "row.yes", "row.yes", &written), ROWCALL_OK);
    assert_int_equal(written.scalar, 1);
    ASSERT_STATUS(carry(&bytes, "row.single", "row.single", &written), ROWCALL_OK);
    assert_int_equal(written.scalar, 0x3f000000);
    ASSERT_STATUS(carry(&bytes, "row.single", "row.real", &written), ROWCALL_OK);
    double number;
    memcpy(&number, &written.scalar, sizeof(number));
    assert_true(number == 0.5);
    ASSERT_STATUS(carry(&bytes, "row.real", "row.real", &written), ROWCALL_OK);
    memcpy(&number, &written.scalar, sizeof(number));
    assert_true(number == 2.25);
    ASSERT_STATUS(carry(&bytes, "row.text", "row.words", &written), ROWCALL_OK);
    assert_true(rc_view_is(written.bytes, "tea"));
    ASSERT_STATUS(carry(&bytes, "row.raw", "row.raw", &written), ROWCALL_OK);
    assert_int_equal(written.bytes.len, 2);
    ASSERT_STATUS(carry(&bytes, "row.colour", "row.colour", &written), ROWCALL_OK);
    assert_int_equal(written.scalar, 5);
    ASSERT_STATUS(carry(&bytes, "row.at", "row.at", &written), ROWCALL_OK);
    assert_memory_equal(written.bytes.data, "\x08\x07", 2);
    ASSERT_STATUS(carry(&bytes, "row.list", "row.list", &written), ROWCALL_OK);
    assert_int_equal(written.bytes.len, 3);
    rc_buf_fini(&bytes);
}

static void test_path_finds_elements_and_what_is_not_there(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    struct rc_wire_value value;
    for (uint64_t i = 0; i < 3; i++) {
        size_t mark = rc_wire_begin(&bytes, 2);
        if (i != 1) {
            rc_wire_put_uint(&bytes, 1, 10 + i);
        }
        rc_wire_end(&bytes, mark);
    }
    struct rc_path path = resolve("rows[2].i32", RC_PATH_FROM);
    assert_true(rc_path_read(&path, rc_buf_view(&bytes), &value));
    assert_int_equal(value.scalar, 12);
    static const char *const absent[] = {"rows[1].i32", "rows[3].i32", "row.i32", "count"};
    for (size_t i = 0; i < 4; i++) {
        path = resolve(absent[i], RC_PATH_FROM);
        assert_false(rc_path_read(&path, rc_buf_view(&bytes), &value));
    }
    rc_buf_fini(&bytes);
}

static int clear(void **state)
{
    (void)state;
    rc_arena_reset(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    rc_arena_fini(&arena);
    return 0;
}

#define CLEAR(test) cmocka_unit_test_setup(test, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLEAR(test_path_is_resolved_step_by_step),
        CLEAR(test_path_that_is_wrong_is_told_why),
        CLEAR(test_path_has_a_longest_form),
        CLEAR(test_path_types_have_to_agree),
        CLEAR(test_path_carries_integers_where_they_fit),
        CLEAR(test_path_carries_every_other_kind),
        CLEAR(test_path_finds_elements_and_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
