// SPDX-License-Identifier: Apache-2.0
//
// The texts of typed SQL methods, and places in them.
#include "support/check.h"

#include "schema/schema.h"

static const struct rc_column id = {.name = "id", .type = {.kind = RC_TYPE_INT8}};
static const struct rc_column bits = {
    .name = "bits", .type = {.kind = RC_TYPE_BIT, .array = true}, .nullable = true};
static const struct rc_column plain = {.name = "plain", .type = {.kind = RC_TYPE_TEXT}};

// select 'é', $id + 1 from t where b = $bits or x > $id
static const struct rc_sql_piece query[] = {{"select 'é', ", &id, false},
                                            {" + 1 from t where b = ", &bits, false},
                                            {" or x > ", &id, false},
                                            {" -- end", NULL, false}};
static const struct rc_sql_method of_query = {.pieces = query, .piece_count = 4};

// select * from f(bits => $bits, plain => $plain, id => $id)
static const struct rc_sql_piece call[] = {{"select * from f(", NULL, false},
                                           {"bits => ", &bits, true},
                                           {"plain => ", &plain, true},
                                           {"id => ", &id, true},
                                           {")", NULL, false}};
static const struct rc_sql_method of_call = {.pieces = call, .piece_count = 5};

static void expect_texts(const struct rc_sql_method *method, bool required_only,
                         const char *text, const char *authored)
{
    struct rc_buf buf = {0};
    rc_sql_method_text(method, required_only, &buf);
    assert_string_equal(buf.data, text);
    rc_buf_clear(&buf);
    rc_sql_method_authored(method, required_only, &buf);
    assert_string_equal(buf.data, authored);
    rc_buf_fini(&buf);
}

static void test_parameters_are_numbered_by_first_places(void **state)
{
    (void)state;
    expect_texts(
        &of_query, false,
        "select 'é', ($1::int8) + 1 from t where b = ($2::\"bit\"[]) or x > ($1::int8) -- end",
        "select 'é', $id + 1 from t where b = $bits or x > $id -- end");
}

static void test_optional_arguments_are_left_out_with_their_numbers(void **state)
{
    (void)state;
    expect_texts(
        &of_call, false,
        "select * from f(bits => ($1::\"bit\"[]), plain => ($2::text), id => ($3::int8))",
        "select * from f(bits => $bits, plain => $plain, id => $id)");
    expect_texts(&of_call, true, "select * from f(plain => ($1::text), id => ($2::int8))",
                 "select * from f(plain => $plain, id => $id)");
    // Parameters of a query are there whatever they are.
    expect_texts(
        &of_query, true,
        "select 'é', ($1::int8) + 1 from t where b = ($2::\"bit\"[]) or x > ($1::int8) -- end",
        "select 'é', $id + 1 from t where b = $bits or x > $id -- end");
}

// The character of `text` that begins with `mark`, counted from 1.
static size_t find(const char *text, const char *mark)
{
    size_t at = 1;
    for (const char *end = strstr(text, mark); text < end; text++) {
        at += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return at;
}

static void test_places_are_found_again(void **state)
{
    (void)state;
    static const char *const marks[] = {"select", "é", "+ 1", "from t", "or x", "-- end"};
    struct rc_buf text = {0};
    struct rc_buf authored = {0};
    rc_sql_method_text(&of_query, false, &text);
    rc_sql_method_authored(&of_query, false, &authored);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        assert_int_equal(rc_sql_method_position(&of_query, false, find(text.data, marks[i])),
                         find(authored.data, marks[i]));
    }
    // Within a parameter, and behind the end.
    assert_int_equal(rc_sql_method_position(&of_query, false, find(text.data, "::int8")),
                     find(authored.data, "$id"));
    assert_int_equal(rc_sql_method_position(&of_query, false, 999),
                     find(authored.data, "-- end") + strlen("-- end"));
    rc_buf_fini(&text);
    rc_buf_fini(&authored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters_are_numbered_by_first_places),
        cmocka_unit_test(test_optional_arguments_are_left_out_with_their_numbers),
        cmocka_unit_test(test_places_are_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
