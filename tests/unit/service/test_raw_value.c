// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL's text as a RawValue, rendered as the name and content of its member.
#include "support/check.h"

#include "service/contract.h"
#include "service/raw_value.h"
#include "wire/reader.h"

#include <inttypes.h>

static void render(struct rc_view value, struct rc_buf *out);

static void render_timestamp(struct rc_view bytes, struct rc_buf *out)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_buf_append_text(out, "time");
    rc_wire_reader_init(&reader, bytes);
    while (rc_wire_next(&reader, &value)) {
        rc_buf_printf(out, " %" PRId64, (int64_t)value.scalar);
    }
}

static void render_list(struct rc_view bytes, struct rc_buf *out)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_buf_append_char(out, '[');
    rc_wire_reader_init(&reader, bytes);
    for (size_t i = 0; rc_wire_next(&reader, &value); i++) {
        rc_buf_append_text(out, i > 0 ? ", " : "");
        render(value.bytes, out);
    }
    rc_buf_append_char(out, ']');
}

static void render(struct rc_view bytes, struct rc_buf *out)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    double number;
    rc_wire_reader_init(&reader, bytes);
    assert_true(rc_wire_next(&reader, &value));
    switch ((enum rc_raw_value_number)value.number) {
    case RC_RAW_VALUE_IS_NULL:
        rc_buf_append_text(out, "null");
        break;
    case RC_RAW_VALUE_BOOLEAN:
        rc_buf_append_text(out, value.scalar ? "true" : "false");
        break;
    case RC_RAW_VALUE_INTEGER:
        rc_buf_printf(out, "int %" PRId64, (int64_t)value.scalar);
        break;
    case RC_RAW_VALUE_NUMBER:
        memcpy(&number, &value.scalar, sizeof(number));
        rc_buf_printf(out, "number %g", number);
        break;
    case RC_RAW_VALUE_TEXT:
        rc_buf_printf(out, "text %.*s", rc_view_arg(value.bytes));
        break;
    case RC_RAW_VALUE_JSON:
        rc_buf_printf(out, "json %.*s", rc_view_arg(value.bytes));
        break;
    case RC_RAW_VALUE_BYTES:
        rc_buf_append_text(out, "bytes");
        for (size_t i = 0; i < value.bytes.len; i++) {
            rc_buf_printf(out, " %02x", (unsigned char)value.bytes.data[i]);
        }
        break;
    case RC_RAW_VALUE_TIMESTAMP:
        render_timestamp(value.bytes, out);
        break;
    case RC_RAW_VALUE_LIST:
        render_list(value.bytes, out);
        break;
    }
    assert_false(rc_wire_next(&reader, &value));
}

static void test_raw_value_of_every_kind(void **state)
{
    enum {
        BOOL = 16,
        BYTEA = 17,
        INT8 = 20,
        TEXT = 25,
        JSONB = 3802,
        FLOAT8 = 701,
        STAMP = 1114,
        ZONED = 1184,
        NUMERIC = 1700,
        INTS = 1007,
        TEXTS = 1009,
        BYTEAS = 1001,
        BOX = 603
    };
    static const struct {
        uint32_t oid;
        const char *text;
        const char *value;
    } cases[] = {
        {BOOL, "t", "true"},
        {BOOL, "f", "false"},
        {INT8, "-9223372036854775808", "int -9223372036854775808"},
        {INT8, "99999999999999999999", "text 99999999999999999999"},
        {FLOAT8, "0.5", "number 0.5"},
        {FLOAT8, "Infinity", "number inf"},
        {FLOAT8, "NaN", "number nan"},
        {NUMERIC, "1.50", "text 1.50"},
        {BYTEA, "\\x00ff", "bytes 00 ff"},
        {BYTEA, "\\x", "bytes"},
        {BYTEA, "\\001", "text \\001"}, // bytea_output was changed
        {JSONB, "{\"a\": 1}", "json {\"a\": 1}"},
        {TEXT, "", "text "},
        {STAMP, "1970-01-02 00:00:00", "time 86400 0"},
        {ZONED, "1970-01-01 00:00:00.5+00", "time 0 500000000"},
        {ZONED, "1970-01-01 05:30:00+05:30", "time 0 0"},
        {ZONED, "1969-12-31 19:00:00-05", "time 0 0"},
        {ZONED, "infinity", "time 9223372036854775807 0"},
        {STAMP, "10000-01-01 00:00:00", "time 253402300800 0"},
        {STAMP, "0001-01-01 00:00:00 BC", "time -62167219200 0"},
        {STAMP, "0002-01-01 00:00:00 BC", "time -62198755200 0"},
        {STAMP, "01/02/1970 00:00", "text 01/02/1970 00:00"}, // DateStyle was changed
        {INTS, "{}", "[]"},
        {INTS, "{1,NULL,3}", "[int 1, null, int 3]"},
        {INTS, "{{1},{2}}", "text {{1},{2}}"},
        {INTS, "[0:1]={1,2}", "text [0:1]={1,2}"},
        {TEXTS, "{a,\"b,c\",\"NULL\",\"q\\\"\\\\\",\"\"}",
         "[text a, text b,c, text NULL, text q\"\\, text ]"},
        {BYTEAS, "{\"\\\\x01\"}", "[bytes 01]"},
        {TEXTS, "{a", "text {a"},
        {TEXTS, "{\"a}", "text {\"a}"},
        {TEXTS, "{\"a\"b}", "text {\"a\"b}"},
        {BOX, "(1,1),(0,0)", "text (1,1),(0,0)"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rc_buf field = {0};
        struct rc_buf out = {0};
        struct rc_raw_type type;
        struct rc_wire_reader reader;
        struct rc_wire_value value;
        assert_true(rc_raw_type_of(cases[i].oid, &type));
        rc_raw_value_write(&field, 7, &type, rc_view_of(cases[i].text));
        rc_wire_reader_init(&reader, rc_buf_view(&field));
        assert_true(rc_wire_next(&reader, &value));
        assert_int_equal(value.number, 7);
        render(value.bytes, &out);
        rc_buf_append_char(&out, '\0');
        if (strcmp(out.data, cases[i].value) != 0) {
            fail_msg("%s became %s", cases[i].text, out.data);
        }
        rc_buf_fini(&field);
        rc_buf_fini(&out);
    }
}

static void test_raw_type_of_unknown_oids_is_none(void **state)
{
    struct rc_raw_type type;
    (void)state;
    assert_false(rc_raw_type_of(0, &type));
    assert_false(rc_raw_type_of(16384, &type));
    assert_true(rc_raw_type_of(1231, &type));
    assert_string_equal(type.name, "numeric");
    assert_true(type.array);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raw_value_of_every_kind),
        cmocka_unit_test(test_raw_type_of_unknown_oids_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
