// SPDX-License-Identifier: Apache-2.0
//
// Every type against PostgreSQL itself. For values made in SQL, at random and at the ends of
// each range: what is decoded from the binary form says the same as PostgreSQL's own text, and
// what is encoded from that comes back as the same text. Arrays with NULLs go both ways
// likewise.
#include "support/check.h"

#include "pg/sync.h"
#include "schema/schema.h"
#include "support/database.h"
#include "transcode/decode.h"
#include "transcode/encode.h"
#include "wire/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIELD = 1, ELEMENTS_MAX = 8 };

// How to make values of a type: an expression of i (1..100), and the ends of its range.
struct type_case {
    enum rc_type_kind kind;
    const char *sql;      // its name
    const char *random;   // expression
    const char *extremes; // literals, ended by '|'
};

static const struct type_case type_cases[] = {
    {RC_TYPE_BOOL, "bool", "random() < 0.5", "true|false|"},
    {RC_TYPE_INT2, "int2", "(random() * 65535 - 32768)::int", "-32768|32767|0|-1|"},
    {RC_TYPE_INT4, "int4", "random() * 4294967295 - 2147483648", "-2147483648|2147483647|0|"},
    {RC_TYPE_INT8, "int8", "(random() - 0.5) * 18446744073709549000",
     "-9223372036854775808|9223372036854775807|0|9007199254740993|"},
    {RC_TYPE_OID, "oid", "floor(random() * 4294967295)::int8", "0|4294967295|"},
    {RC_TYPE_FLOAT4, "float4", "(random() - 0.5) * power(10, random() * 60 - 30)",
     "NaN|Infinity|-Infinity|-0|1e-45|3.4028235e38|1.1754944e-38|"},
    {RC_TYPE_FLOAT8, "float8", "(random() - 0.5) * power(10, random() * 600 - 300)",
     "NaN|Infinity|-Infinity|-0|5e-324|1.7976931348623157e308|0.1|"},
    {RC_TYPE_NUMERIC, "numeric",
     "round(((random() - 0.5) * power(10, i % 40))::numeric, i % 23)",
     "0|0.00|-0.000120|NaN|Infinity|-Infinity|1e1000|-1e-1000|10000|0.0001|9999.9999|"},
    {RC_TYPE_TEXT, "text", "md5(i::text) || chr(i * 37 + 200) || chr(128512 + i % 60)",
     "|NULL|a\"b\\c,{}| é |"},
    {RC_TYPE_VARCHAR, "varchar", "repeat(chr(64 + i), i)", "| x |"},
    {RC_TYPE_CHAR, "char(120)", "repeat('x', i)", "| x |"},
    {RC_TYPE_CITEXT, "citext", "'Mixed' || i", "|ÄÖ|a\"b\\c|"},
    {RC_TYPE_BYTEA, "bytea", "decode(repeat(md5(i::text), i % 5), 'hex')",
     "\\x|\\x00|\\x005c22ff|"},
    {RC_TYPE_TIMESTAMP, "timestamp",
     "timestamp '4713-01-01 BC' + floor(random() * 9200000) * interval '1000003 seconds'"
     " + floor(random() * 1000000) * interval '1 microsecond'",
     "infinity|-infinity|4714-11-24 00:00:00 BC|294276-12-31 23:59:59.999999|1970-01-01|"
     "1969-12-31 23:59:59.999999|1999-12-31 23:59:59.000001|"},
    {RC_TYPE_TIMESTAMPTZ, "timestamptz",
     "timestamptz '4713-01-01 BC' + floor(random() * 9200000) * interval '1000003 seconds'",
     "infinity|-infinity|294276-12-31 23:59:59.999999|2024-02-29 12:00:00.5+02|"},
    {RC_TYPE_DATE, "date", "date '4714-11-24 BC' + floor(random() * 2147483493)::int",
     "infinity|-infinity|4714-11-24 BC|5874897-12-31|0001-01-01|0001-12-31 BC|2000-02-29|"
     "1900-03-01|9999-12-31|10000-01-01|"},
    {RC_TYPE_TIME, "time", "time '00:00' + random() * interval '86399 seconds'",
     "00:00:00|24:00:00|23:59:59.999999|00:00:00.1|"},
    {RC_TYPE_TIMETZ, "timetz", "timetz '12:00+02' + random() * interval '80000 seconds'",
     "00:00:00+00|24:00:00-15:59|12:00:00.5+05:30|01:02:03-00:00:07|"},
    {RC_TYPE_INTERVAL, "interval",
     "(random() - 0.5) * interval '10 years' + (i - 50) * interval '1 day'"
     " + (random() - 0.5) * interval '900 hours' - (i % 7) * interval '1 month'",
     "0|1 day|-1 mon 1 day -00:00:00.5|1 year -1 day|-1 day +00:00:01|100:00:00|"
     "178956970 years 7 mons 2147483647 days 2562047788:00:54.775807|"},
    {RC_TYPE_UUID, "uuid", "md5(i::text)::uuid",
     "00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff|"},
    {RC_TYPE_JSON, "json", "json_build_object('n', i, 't', md5(i::text))",
     "null| {\"a\" :  1, \"a\":2 }|[]|\"x\"|1.00|"},
    {RC_TYPE_JSONB, "jsonb", "jsonb_build_object('n', i, 't', array[i, i])",
     "null|{\"b\": 1.00, \"a\": {\"c\": []}}|\"\\u00e9\\\"\"|"},
    {RC_TYPE_XML, "xml", "xmlparse(content '<a>' || i || '</a>')", "<a b=\"1\"/>|text|"},
    {RC_TYPE_INET, "inet", "inet '10.0.0.0/8' + i",
     "::1|::|10.1.2.3/8|fe80::1/64|::ffff:1.2.3.4|::1.2.3.4|1:0:0:2::3|2001:db8::/32|0.0.0.0/"
     "0|"},
    {RC_TYPE_CIDR, "cidr", "set_masklen(inet '10.0.0.0' + i * 256, 24)::cidr",
     "::/0|10.0.0.0/8|"},
    {RC_TYPE_MACADDR, "macaddr", "left(md5(i::text), 12)::macaddr", "ff:ff:ff:ff:ff:ff|"},
    {RC_TYPE_BIT, "bit(8)", "i::int::bit(8)", "00000000|11111111|"},
    {RC_TYPE_VARBIT, "varbit", "substring(i::int::bit(32) from 1 for i % 33)", "|1|"},
    {RC_TYPE_TSVECTOR, "tsvector", "to_tsvector('simple', 'w' || i || ' x')",
     "|a:1A,2 b|it''s\\\\|"},
    {RC_TYPE_MONEY, "money", "((random() - 0.5) * 1000000)::numeric::money", "0|-12.34|"},
    {RC_TYPE_ENUM, "mood", "(array['calm','\"odd\\ one','x,y'])[i % 3 + 1]::mood",
     "calm|\"odd\\ one|x,y|"},
};

static const struct rc_enum_label mood_labels[] = {
    {.name = "MOOD_CALM", .number = 1, .label = "calm"},
    {.name = "MOOD_ODD", .number = 2, .label = "\"odd\\ one"},
    {.name = "MOOD_LIST", .number = 900, .label = "x,y"},
};
static const struct rc_enum mood = {.name = "Mood", .labels = mood_labels, .label_count = 3};

struct fixture {
    char *url;
    struct rc_pg_sync *conn;
    struct rc_arena arena;
};

static int start(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    rowcall_error err = {0};
    assert_non_null(fixture);
    fixture->url = test_database_create();
    test_database_run(fixture->url, "create extension citext; select setseed(0.25);"
                                    "create type mood as enum ('calm', '\"odd\\ one', 'x,y')");
    ASSERT_OK(rc_pg_sync_open(fixture->url, "test", &fixture->conn, &err), err);
    rc_arena_init(&fixture->arena, 0);
    *state = fixture;
    return 0;
}

static int stop(void **state)
{
    struct fixture *fixture = *state;
    rc_pg_sync_close(fixture->conn);
    test_database_drop(fixture->url);
    rc_arena_fini(&fixture->arena);
    free(fixture);
    return 0;
}

static struct rc_view column(const struct rc_pg_result *result, int row, int at)
{
    struct rc_pg_value value = rc_pg_result_value(result, row, at);
    assert_int_not_equal(value.len, -1);
    return (struct rc_view){value.data, (size_t)value.len};
}

// A value read off the wire as the query module would read it.
static struct rc_value read_value(const struct rc_type *type, const struct rc_wire_value *wire)
{
    switch (rc_type_info(type->kind)->field) {
    case RC_FIELD_BOOL:
        return (struct rc_value){.kind = RC_VALUE_BOOL, .integer = (int64_t)wire->scalar};
    case RC_FIELD_INT32:
    case RC_FIELD_INT64:
        return rc_value_of_int((int64_t)wire->scalar);
    case RC_FIELD_ENUM:
        return (struct rc_value){.kind = RC_VALUE_ENUM, .integer = (int64_t)wire->scalar};
    case RC_FIELD_FLOAT: {
        struct rc_value value = {.kind = RC_VALUE_FLOAT};
        uint32_t bits = (uint32_t)wire->scalar;
        memcpy(&value.single, &bits, sizeof(bits));
        return value;
    }
    case RC_FIELD_DOUBLE: {
        struct rc_value value = {.kind = RC_VALUE_DOUBLE};
        memcpy(&value.number, &wire->scalar, sizeof(wire->scalar));
        return value;
    }
    case RC_FIELD_MESSAGE: {
        struct rc_value value = {.kind = RC_VALUE_TIMESTAMP};
        struct rc_wire_reader reader;
        struct rc_wire_value part;
        rc_wire_reader_init(&reader, wire->bytes);
        while (rc_wire_next(&reader, &part)) {
            if (part.number == 1) {
                value.timestamp.seconds = (int64_t)part.scalar;
            } else {
                value.timestamp.nanos = (int32_t)part.scalar;
            }
        }
        return value;
    }
    default:
        return rc_value_of_bytes(wire->bytes);
    }
}

// The elements of a packed list of numbers, each as if it were a field.
static size_t read_packed(const struct rc_type *type, struct rc_view bytes,
                          struct rc_value *ret_values)
{
    struct rc_wire_reader reader;
    struct rc_wire_value wire = {0};
    size_t count = 0;
    rc_wire_reader_init(&reader, bytes);
    while (reader.at < reader.end) {
        uint32_t bits = 0;
        switch (rc_field_wire_type(rc_type_info(type->kind)->field)) {
        case RC_WIRE_FIXED32:
            assert_true(rc_wire_next_fixed32(&reader, &bits));
            wire.scalar = bits;
            break;
        case RC_WIRE_FIXED64:
            assert_true(rc_wire_next_fixed64(&reader, &wire.scalar));
            break;
        default:
            assert_true(rc_wire_next_varint(&reader, &wire.scalar));
        }
        assert_true(count < ELEMENTS_MAX);
        ret_values[count++] = read_value(type, &wire);
    }
    return count;
}

static struct rc_value read_list(const struct rc_type *type, struct rc_view list,
                                 struct rc_value *values)
{
    struct rc_wire_reader reader;
    struct rc_wire_value wire;
    size_t count = 0;
    enum rc_wire_type form = rc_field_wire_type(rc_type_info(type->kind)->field);
    rc_wire_reader_init(&reader, list);
    while (rc_wire_next(&reader, &wire)) {
        if (wire.number == 1 && form == RC_WIRE_BYTES) {
            assert_true(count < ELEMENTS_MAX);
            values[count++] = read_value(type, &wire);
        } else if (wire.number == 1) {
            count = read_packed(type, wire.bytes, values);
        } else {
            struct rc_wire_reader nulls;
            uint64_t at = 0;
            rc_wire_reader_init(&nulls, wire.bytes);
            while (rc_wire_next_varint(&nulls, &at)) {
                assert_true(at < count);
                values[at] = (struct rc_value){0};
            }
        }
    }
    assert_false(reader.broken);
    return rc_value_of_list(values, count);
}

static const char *format_timestamp(struct rc_value_timestamp stamp, char text[64])
{
    if (stamp.seconds == INT64_MAX || stamp.seconds == INT64_MIN) {
        return stamp.seconds > 0 ? "Infinity" : "-Infinity";
    }
    __int128 us = (__int128)stamp.seconds * 1000000 + stamp.nanos / 1000;
    int64_t whole = (int64_t)((us < 0 ? -us : us) / 1000000);
    (void)snprintf(text, 64, "%s%" PRId64 ".%06d", us < 0 ? "-" : "", whole,
                   (int)((us < 0 ? -us : us) % 1000000));
    return text;
}

// The decoded scalar says what PostgreSQL's text says; epoch is that text for timestamps.
static void check_scalar(const struct rc_value *value, struct rc_view text,
                         struct rc_view epoch)
{
    char printed[64];
    switch (value->kind) {
    case RC_VALUE_BOOL:
        assert_int_equal(value->integer, rc_view_is(text, "t"));
        break;
    case RC_VALUE_INT:
        (void)snprintf(printed, sizeof(printed), "%" PRId64, value->integer);
        assert_string_equal(printed, text.data);
        break;
    case RC_VALUE_ENUM:
        assert_string_equal(rc_enum_by_number(&mood, (int32_t)value->integer)->label,
                            text.data);
        break;
    case RC_VALUE_FLOAT: {
        float expected = strtof(text.data, NULL);
        assert_memory_equal(&value->single, &expected, sizeof(expected));
        break;
    }
    case RC_VALUE_DOUBLE: {
        double expected = strtod(text.data, NULL);
        assert_memory_equal(&value->number, &expected, sizeof(expected));
        break;
    }
    case RC_VALUE_TIMESTAMP:
        assert_string_equal(format_timestamp(value->timestamp, printed), epoch.data);
        break;
    default:
        break; // text: compared by the caller, bytea by what comes back
    }
    if (value->kind == RC_VALUE_BYTES && epoch.len == 0) {
        assert_int_equal(value->bytes.len, text.len);
        assert_memory_equal(value->bytes.data, text.data, text.len);
    }
}

// What PostgreSQL makes of the value: its text must be the one it gave.
static void check_returns(struct fixture *fixture, const struct type_case *test,
                          const struct rc_type *type, const struct rc_value *value,
                          struct rc_view text)
{
    struct rc_parameter parameter;
    rowcall_error err = {0};
    ASSERT_OK(rc_encode_value(type, value, &fixture->arena, &parameter, &err), err);
    struct rc_buf sql = {0};
    rc_buf_printf(&sql, "select format('%%s', $1::%s%s)", test->sql, type->array ? "[]" : "");
    struct rc_pg_params params = {.count = 1,
                                  .values = &parameter.data,
                                  .lengths = &parameter.len,
                                  .formats = &parameter.format};
    struct rc_pg_result *result = NULL;
    ASSERT_OK(rc_pg_sync_exec(fixture->conn, sql.data, &params, &result, &err), err);
    assert_string_equal(rc_pg_result_text(result, 0, 0), text.data);
    rc_pg_result_free(result);
    rc_buf_fini(&sql);
    rc_arena_reset(&fixture->arena);
}

static void check_row(struct fixture *fixture, const struct type_case *test,
                      const struct rc_type *type, const struct rc_pg_result *result, int row)
{
    struct rc_buf out = {0};
    rowcall_error err = {0};
    struct rc_decode_column decoded = {.type = type,
                                       .as_text = !rc_decode_is_native(type->kind),
                                       .number = FIELD,
                                       .name = test->sql};
    ASSERT_OK(rc_decode_value(&decoded, column(result, row, 0), &out, &err), err);
    struct rc_wire_reader reader;
    struct rc_wire_value wire;
    rc_wire_reader_init(&reader, rc_buf_view(&out));
    assert_true(rc_wire_next(&reader, &wire));
    assert_int_equal(wire.number, FIELD);
    assert_ptr_equal(reader.at, reader.end);
    struct rc_view text = column(result, row, 1);
    if (type->array) {
        struct rc_value values[ELEMENTS_MAX];
        struct rc_value list = read_list(type, wire.bytes, values);
        check_returns(fixture, test, type, &list, text);
    } else {
        struct rc_value value = read_value(type, &wire);
        check_scalar(&value, text, column(result, row, 2));
        check_returns(fixture, test, type, &value, text);
    }
    rc_buf_fini(&out);
}

// extract(epoch from v) alone loses the last digit near the end of the range.
static const char exact_epoch[] =
    "(extract(epoch from date_trunc('second', v))"
    " + coalesce(extract(microseconds from v) % 1000000, 0) * 0.000001)::text";

// The statement that gives the values, their texts, and the epoch of timestamps ("-" for bytea,
// so that its text, which is hexadecimal, is not compared with its bytes).
static void write_query(struct rc_buf *sql, const struct type_case *test, bool array)
{
    bool stamp = rc_type_info(test->kind)->field == RC_FIELD_MESSAGE;
    const char *made = array ? "array[v, null, lag(v) over (), v]" : "v";
    const char *cast = rc_decode_is_native(test->kind) ? "" : array ? "::text[]" : "::text";
    rc_buf_printf(sql,
                  "select (%s)%s, format('%%s', %s), %s from (select (%s)::%s as v"
                  " from generate_series(1, 100) i union all select unnest(string_to_array(",
                  made, cast, made,
                  stamp                         ? exact_epoch
                  : test->kind == RC_TYPE_BYTEA ? "'-'"
                                                : "''",
                  test->random, test->sql);
    // The literals, without the last bar, split by SQL itself.
    char *literals = strdup(test->extremes);
    literals[strlen(literals) - 1] = '\0';
    rc_sql_literal(sql, literals);
    rc_buf_printf(sql, ", '|'))::%s%s) s", test->sql, array ? " union all select null" : "");
    free(literals);
}

static void check_type(struct fixture *fixture, const struct type_case *test, bool array)
{
    struct rc_type type = {
        .kind = test->kind, .array = array, .sql = test->sql, .enumeration = &mood};
    struct rc_buf sql = {0};
    struct rc_pg_result *result = NULL;
    rowcall_error err = {0};
    write_query(&sql, test, array);
    ASSERT_OK(rc_pg_sync_exec_binary(fixture->conn, sql.data, NULL, &result, &err), err);
    int rows = rc_pg_result_row_count(result);
    assert_true(rows > 100);
    for (int row = 0; row < rows; row++) {
        check_row(fixture, test, &type, result, row);
    }
    rc_pg_result_free(result);
    rc_buf_fini(&sql);
}

static void test_round_trip_of_every_type_is_exact(void **state)
{
    for (size_t i = 0; i < sizeof(type_cases) / sizeof(type_cases[0]); i++) {
        check_type(*state, &type_cases[i], false);
    }
}

static void test_round_trip_of_every_array_is_exact(void **state)
{
    for (size_t i = 0; i < sizeof(type_cases) / sizeof(type_cases[0]); i++) {
        check_type(*state, &type_cases[i], true);
    }
}

static void test_round_trip_covers_every_type(void **state)
{
    (void)state;
    bool covered[RC_TYPE_COUNT] = {false};
    for (size_t i = 0; i < sizeof(type_cases) / sizeof(type_cases[0]); i++) {
        covered[type_cases[i].kind] = true;
    }
    for (int kind = 0; kind < RC_TYPE_COUNT; kind++) {
        assert_true(covered[kind]);
    }
}

static void test_round_trip_of_large_values_is_exact(void **state)
{
    struct fixture *fixture = *state;
    static const struct type_case cases[] = {
        {RC_TYPE_TEXT, "text", "repeat('é', 4000000)", NULL},
        {RC_TYPE_BYTEA, "bytea", "decode(repeat('00ff', 2000000), 'hex')", NULL},
        {RC_TYPE_NUMERIC, "numeric", "repeat('9', 131072)", NULL},
        {RC_TYPE_NUMERIC, "numeric", "('-0.' || repeat('0', 16382) || '1')", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rc_type type = {.kind = cases[i].kind, .sql = cases[i].sql};
        struct rc_buf sql = {0};
        struct rc_pg_result *result = NULL;
        rowcall_error err = {0};
        rc_buf_printf(&sql, "select v, format('%%s', v), '%s' from (select (%s)::%s as v) s",
                      cases[i].kind == RC_TYPE_BYTEA ? "-" : "", cases[i].random, cases[i].sql);
        ASSERT_OK(rc_pg_sync_exec_binary(fixture->conn, sql.data, NULL, &result, &err), err);
        check_row(fixture, &cases[i], &type, result, 0);
        rc_pg_result_free(result);
        rc_buf_fini(&sql);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_covers_every_type),
        cmocka_unit_test(test_round_trip_of_every_type_is_exact),
        cmocka_unit_test(test_round_trip_of_every_array_is_exact),
        cmocka_unit_test(test_round_trip_of_large_values_is_exact),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
