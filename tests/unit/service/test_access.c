// SPDX-License-Identifier: Apache-2.0
//
// Who is admitted, and who has which right.
#include "support/check.h"

#include "service/access.h"

static const char *const callers[] = {"caller", "another"};
static const char *const explainers[] = {"explainer"};

static bool admits(const struct rc_access *access, const char *token)
{
    return rc_access_admits(access, rc_view_of(token));
}

static bool grants(const struct rc_access *access, enum rc_right right, const char *token)
{
    return rc_access_grants(access, right, rc_view_of(token));
}

static void init(struct rc_access *access, const struct rc_service_options *options,
                 struct rc_arena *arena)
{
    rowcall_error err = {0};
    rc_arena_init(arena, 0);
    ASSERT_OK(rc_access_init(access, options, arena, &err), err);
}

static void test_access_without_tokens_admits_everybody_and_grants_nothing(void **state)
{
    struct rc_access access;
    struct rc_arena arena;
    (void)state;
    init(&access, &(struct rc_service_options){0}, &arena);
    assert_true(admits(&access, ""));
    assert_true(admits(&access, "whatever"));
    assert_false(grants(&access, RC_RIGHT_EXPLAIN, "whatever"));
    assert_false(grants(&access, RC_RIGHT_RAW, ""));
    assert_false(rc_access_is_granted(&access, RC_RIGHT_RAW));
    rc_arena_fini(&arena);
}

static void test_access_of_listed_tokens(void **state)
{
    struct rc_service_options options = {
        .tokens = callers, .token_count = 2, .explain = {false, explainers, 1}};
    struct rc_access access;
    struct rc_arena arena;
    (void)state;
    init(&access, &options, &arena);
    assert_true(admits(&access, "caller"));
    assert_true(admits(&access, "another"));
    assert_true(admits(&access, "explainer")); // a right is worth nothing without calls
    assert_false(admits(&access, ""));
    assert_false(admits(&access, "calle"));
    assert_false(admits(&access, "callers"));
    assert_true(grants(&access, RC_RIGHT_EXPLAIN, "explainer"));
    assert_false(grants(&access, RC_RIGHT_EXPLAIN, "caller"));
    assert_false(grants(&access, RC_RIGHT_RAW, "explainer"));
    assert_true(rc_access_is_granted(&access, RC_RIGHT_EXPLAIN));
    assert_false(rc_access_is_granted(&access, RC_RIGHT_RAW));
    rc_arena_fini(&arena);
}

// Whoever is admitted: admission is another matter.
static void test_access_granted_to_everybody(void **state)
{
    struct rc_service_options options = {
        .tokens = callers, .token_count = 2, .raw = {.everybody = true}};
    struct rc_access access;
    struct rc_arena arena;
    (void)state;
    init(&access, &options, &arena);
    assert_true(grants(&access, RC_RIGHT_RAW, "caller"));
    assert_true(rc_access_is_granted(&access, RC_RIGHT_RAW));
    assert_false(admits(&access, "stranger"));
    rc_arena_fini(&arena);
}

static void test_access_refuses_empty_tokens(void **state)
{
    static const char *const empty[] = {"caller", ""};
    const struct rc_service_options cases[] = {{.tokens = empty, .token_count = 2},
                                               {.explain = {false, empty, 2}},
                                               {.raw = {false, empty, 2}}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct rc_access access;
        struct rc_arena arena;
        rowcall_error err = {0};
        rc_arena_init(&arena, 0);
        ASSERT_STATUS(rc_access_init(&access, &cases[i], &arena, &err),
                      ROWCALL_INVALID_ARGUMENT);
        rc_arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_access_without_tokens_admits_everybody_and_grants_nothing),
        cmocka_unit_test(test_access_of_listed_tokens),
        cmocka_unit_test(test_access_granted_to_everybody),
        cmocka_unit_test(test_access_refuses_empty_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
