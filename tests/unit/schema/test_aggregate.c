// SPDX-License-Identifier: Apache-2.0
//
// Which aggregate functions a type has, and what they give. That PostgreSQL agrees is for the
// integration tests.
#include "support/check.h"

#include "schema/aggregate.h"

static const struct rc_type *result_of(enum rc_aggregate function, enum rc_type_kind kind,
                                       bool is_array)
{
    const struct rc_type type = {.kind = kind, .array = is_array};
    const struct rc_type *result = rc_aggregate_type(function, &type);
    static struct rc_type copy; // `type` itself may be the answer
    if (result) {
        copy = *result;
        return &copy;
    }
    return NULL;
}

static void test_aggregate_counts_everything(void **state)
{
    (void)state;
    for (int kind = 0; kind < RC_TYPE_COUNT; kind++) {
        for (int is_array = 0; is_array < 2; is_array++) {
            const struct rc_type *type =
                result_of(RC_AGGREGATE_COUNT, (enum rc_type_kind)kind, is_array);
            assert_non_null(type);
            assert_int_equal(type->kind, RC_TYPE_INT8);
            assert_false(type->array);
        }
    }
}

static void test_aggregate_sums_widen_and_averages_are_exact(void **state)
{
    (void)state;
    static const struct {
        enum rc_type_kind kind;
        enum rc_type_kind sum;
        enum rc_type_kind avg; // RC_TYPE_COUNT: none
    } cases[] = {
        {RC_TYPE_INT2, RC_TYPE_INT8, RC_TYPE_NUMERIC},
        {RC_TYPE_INT4, RC_TYPE_INT8, RC_TYPE_NUMERIC},
        {RC_TYPE_INT8, RC_TYPE_NUMERIC, RC_TYPE_NUMERIC},
        {RC_TYPE_NUMERIC, RC_TYPE_NUMERIC, RC_TYPE_NUMERIC},
        {RC_TYPE_FLOAT4, RC_TYPE_FLOAT4, RC_TYPE_FLOAT8},
        {RC_TYPE_FLOAT8, RC_TYPE_FLOAT8, RC_TYPE_FLOAT8},
        {RC_TYPE_MONEY, RC_TYPE_MONEY, RC_TYPE_COUNT},
        {RC_TYPE_INTERVAL, RC_TYPE_INTERVAL, RC_TYPE_INTERVAL},
    };
    size_t summable = 0;
    for (int kind = 0; kind < RC_TYPE_COUNT; kind++) {
        summable += result_of(RC_AGGREGATE_SUM, (enum rc_type_kind)kind, false) != NULL;
        assert_null(result_of(RC_AGGREGATE_SUM, (enum rc_type_kind)kind, true));
        assert_null(result_of(RC_AGGREGATE_AVG, (enum rc_type_kind)kind, true));
    }
    assert_int_equal(summable, sizeof cases / sizeof cases[0]);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct rc_type *sum = result_of(RC_AGGREGATE_SUM, cases[i].kind, false);
        assert_non_null(sum);
        assert_int_equal(sum->kind, cases[i].sum);
        const struct rc_type *avg = result_of(RC_AGGREGATE_AVG, cases[i].kind, false);
        assert_int_equal(avg ? avg->kind : RC_TYPE_COUNT, cases[i].avg);
    }
}

static void test_aggregate_extremes_have_the_type_itself(void **state)
{
    (void)state;
    static const enum rc_type_kind without[] = {
        RC_TYPE_BOOL, RC_TYPE_BYTEA,   RC_TYPE_UUID, RC_TYPE_JSON,   RC_TYPE_JSONB,
        RC_TYPE_XML,  RC_TYPE_MACADDR, RC_TYPE_BIT,  RC_TYPE_VARBIT, RC_TYPE_TSVECTOR};
    size_t count = 0;
    for (int kind = 0; kind < RC_TYPE_COUNT; kind++) {
        const struct rc_type type = {.kind = (enum rc_type_kind)kind};
        const struct rc_type *min = rc_aggregate_type(RC_AGGREGATE_MIN, &type);
        assert_ptr_equal(min, rc_aggregate_type(RC_AGGREGATE_MAX, &type));
        assert_true(min == &type || min == NULL);
        count += min == NULL;
    }
    assert_int_equal(count, sizeof without / sizeof without[0]);
    for (size_t i = 0; i < count; i++) {
        assert_null(result_of(RC_AGGREGATE_MAX, without[i], false));
    }
}

static void test_aggregate_extremes_of_arrays_need_ordered_elements(void **state)
{
    (void)state;
    assert_non_null(result_of(RC_AGGREGATE_MIN, RC_TYPE_BOOL, true));
    assert_non_null(result_of(RC_AGGREGATE_MAX, RC_TYPE_UUID, true));
    assert_null(result_of(RC_AGGREGATE_MIN, RC_TYPE_JSON, true));
    assert_null(result_of(RC_AGGREGATE_MAX, RC_TYPE_XML, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aggregate_counts_everything),
        cmocka_unit_test(test_aggregate_sums_widen_and_averages_are_exact),
        cmocka_unit_test(test_aggregate_extremes_have_the_type_itself),
        cmocka_unit_test(test_aggregate_extremes_of_arrays_need_ordered_elements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
