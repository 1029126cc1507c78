// SPDX-License-Identifier: Apache-2.0
//
// The spellings of column types, and what a spelling is printed as.
#include "support/check.h"

#include "base/arena.h"
#include "schema/schema.h"

static void test_type_parses_spellings(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum rc_type_kind kind;
        const char *sql;
        bool array;
        int length;
        int precision;
        int scale;
    } cases[] = {
        {"int", RC_TYPE_INT4, "integer", false, 0, -1, -1},
        {"INTEGER", RC_TYPE_INT4, "integer", false, 0, -1, -1},
        {"int2", RC_TYPE_INT2, "smallint", false, 0, -1, -1},
        {"bigint[]", RC_TYPE_INT8, "bigint", true, 0, -1, -1},
        {"double precision", RC_TYPE_FLOAT8, "double precision", false, 0, -1, -1},
        {"Double  Precision", RC_TYPE_FLOAT8, "double precision", false, 0, -1, -1},
        {"numeric", RC_TYPE_NUMERIC, "numeric", false, 0, -1, -1},
        {"decimal(10)", RC_TYPE_NUMERIC, "numeric(10,0)", false, 0, 10, 0},
        {"numeric( 10 , 2 )", RC_TYPE_NUMERIC, "numeric(10,2)", false, 0, 10, 2},
        {"numeric(10,2)[]", RC_TYPE_NUMERIC, "numeric(10,2)", true, 0, 10, 2},
        {"varchar(20)", RC_TYPE_VARCHAR, "character varying(20)", false, 20, -1, -1},
        {"character varying", RC_TYPE_VARCHAR, "character varying", false, 0, -1, -1},
        {"char", RC_TYPE_CHAR, "character(1)", false, 1, -1, -1},
        {"bpchar", RC_TYPE_CHAR, "bpchar", false, 0, -1, -1},
        {"character(5)", RC_TYPE_CHAR, "character(5)", false, 5, -1, -1},
        {"bit", RC_TYPE_BIT, "bit(1)", false, 1, -1, -1},
        {"bit varying(7)", RC_TYPE_VARBIT, "bit varying(7)", false, 7, -1, -1},
        {"timestamp(3)", RC_TYPE_TIMESTAMP, "timestamp(3)", false, 0, 3, -1},
        {"timestamp(0) without time zone", RC_TYPE_TIMESTAMP, "timestamp(0)", false, 0, 0, -1},
        {"timestamp without time zone", RC_TYPE_TIMESTAMP, "timestamp", false, 0, -1, -1},
        {"timestamptz", RC_TYPE_TIMESTAMPTZ, "timestamp with time zone", false, 0, -1, -1},
        {"timestamptz(6)", RC_TYPE_TIMESTAMPTZ, "timestamp(6) with time zone", false, 0, 6, -1},
        {"timestamp(6) with time zone[]", RC_TYPE_TIMESTAMPTZ, "timestamp(6) with time zone",
         true, 0, 6, -1},
        {"time", RC_TYPE_TIME, "time", false, 0, -1, -1},
        {"time(3) with time zone", RC_TYPE_TIMETZ, "time(3) with time zone", false, 0, 3, -1},
        {"interval(2)", RC_TYPE_INTERVAL, "interval(2)", false, 0, 2, -1},
        {"citext", RC_TYPE_CITEXT, "citext", false, 0, -1, -1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rc_arena arena;
        rc_arena_init(&arena, 0);
        struct rc_type type;
        rowcall_error err = {0};
        ASSERT_OK(rc_type_parse(&arena, cases[i].text, &type, &err), err);
        assert_int_equal(type.kind, cases[i].kind);
        assert_string_equal(type.sql, cases[i].sql);
        assert_int_equal(type.array, cases[i].array);
        assert_int_equal(type.length, cases[i].length);
        assert_int_equal(type.precision, cases[i].precision);
        assert_int_equal(type.scale, cases[i].scale);
        rc_arena_fini(&arena);
    }
}

static void test_type_prints_what_it_parses(void **state)
{
    (void)state;
    for (int kind = 0; kind < RC_TYPE_ENUM; kind++) {
        struct rc_arena arena;
        rc_arena_init(&arena, 0);
        struct rc_type type;
        struct rc_type again;
        rowcall_error err = {0};
        ASSERT_OK(
            rc_type_parse(&arena, rc_type_info((enum rc_type_kind)kind)->name, &type, &err),
            err);
        assert_int_equal(type.kind, kind);
        ASSERT_OK(rc_type_parse(&arena, type.sql, &again, &err), err);
        assert_int_equal(again.kind, kind);
        assert_string_equal(again.sql, type.sql);
        rc_arena_fini(&arena);
    }
}

static void test_type_refuses_what_it_does_not_know(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "strin",
                                        "int(4)",
                                        "varchar(0)",
                                        "varchar(1,2)",
                                        "numeric()",
                                        "numeric(1001)",
                                        "numeric(5,2",
                                        "timestamp(7)",
                                        "text[",
                                        "text[][]",
                                        "text[3]",
                                        "\"text\"",
                                        "public.text",
                                        "varchar(99999999999999)",
                                        "int with time zone",
                                        "interval day to second",
                                        "text; drop table products"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct rc_arena arena;
        rc_arena_init(&arena, 0);
        struct rc_type type;
        rowcall_error err = {0};
        ASSERT_STATUS(rc_type_parse(&arena, texts[i], &type, &err), ROWCALL_INVALID_ARGUMENT);
        rc_arena_fini(&arena);
    }
}

static void test_type_accepts_the_field_it_travels_as(void **state)
{
    (void)state;
    static const enum rc_field_type fields[] = {
        RC_FIELD_INT32,  RC_FIELD_INT64,  RC_FIELD_BOOL,  RC_FIELD_FLOAT,
        RC_FIELD_DOUBLE, RC_FIELD_STRING, RC_FIELD_BYTES, RC_FIELD_MESSAGE};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct rc_type type = {0};
        assert_true(rc_type_default(fields[i], &type));
        for (size_t j = 0; j < sizeof(fields) / sizeof(fields[0]); j++) {
            assert_int_equal(rc_type_accepts_field(&type, fields[j]), i == j);
        }
    }
    struct rc_type type;
    assert_false(rc_type_default(RC_FIELD_UINT64, &type));
    assert_false(rc_type_default(RC_FIELD_ENUM, &type));
}

static void test_names_become_snake_case(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"Product", "product"},
                                           {"PriceList", "price_list"},
                                           {"HTTPServer", "http_server"},
                                           {"ServerHTTP", "server_http"},
                                           {"Area51Map", "area51_map"},
                                           {"already_snake", "already_snake"},
                                           {"", ""}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct rc_arena arena;
        rc_arena_init(&arena, 0);
        assert_string_equal(rc_snake_case(&arena, pairs[i][0]), pairs[i][1]);
        rc_arena_fini(&arena);
    }
}

static void test_sql_text_is_quoted(void **state)
{
    (void)state;
    struct rc_buf text = {0};
    rc_sql_identifier(&text, "a\"b");
    rc_sql_literal(&text, "it's");
    rc_sql_literal(&text, "back\\slash'");
    assert_string_equal(text.data, "\"a\"\"b\"'it''s'E'back\\\\slash'''");
    rc_buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_type_parses_spellings),
        cmocka_unit_test(test_type_prints_what_it_parses),
        cmocka_unit_test(test_type_refuses_what_it_does_not_know),
        cmocka_unit_test(test_type_accepts_the_field_it_travels_as),
        cmocka_unit_test(test_names_become_snake_case),
        cmocka_unit_test(test_sql_text_is_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
