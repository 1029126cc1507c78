// SPDX-License-Identifier: Apache-2.0
//
// Whether the differential test would notice: an evaluator that makes one mistake takes the
// server's place, for every mistake that mistake.h lists. The search has to find it within the
// requests that one ordinary run makes, and shrinking has to leave little. No database is used
// but for the schema that the harness loads.
#include "evaluate.h"
#include "match.h"
#include "search.h"

#include "integration/methods/harness.h"
#include "support/check.h"

#include <stdlib.h>

// Within so many requests, and no more than so many parts and rows left of them.
enum { REQUESTS = 4000, PARTS_MAX = 16, ROWS_MAX = 7 };

struct mistaken {
    struct evaluator evaluator;
    struct world *world;
};

static void load(const struct subject *subject, const struct world *world)
{
    struct mistaken *mistaken = subject->context;
    world_free(mistaken->world);
    mistaken->world = world_copy(world);
    mistaken->evaluator.world = mistaken->world;
}

static json_t *ask(const struct subject *subject, const struct rc_model *model,
                   enum rc_verb verb, json_t *request)
{
    const struct mistaken *mistaken = subject->context;
    json_t *pattern = evaluate_read(&mistaken->evaluator, model, verb, request);
    json_t *answer = match_example(pattern);
    json_decref(pattern);
    return answer;
}

static size_t count_rows(const struct world *world)
{
    size_t count = 0;
    size_t i;
    const json_t *table;
    json_array_foreach(world->tables, i, table)
    {
        count += json_array_size(table);
    }
    return count;
}

static void expect_found(enum mistake mistake, const char *text)
{
    struct mistaken mistaken = {.evaluator.mistake = mistake};
    const struct subject subject = {
        .load = load, .ask = ask, .api = harness_api(), .context = &mistaken};
    const struct search search = {.seed = 1, .request_count = REQUESTS, .rows_max = 10};
    struct trial trial;
    bool is_found = search_run(&search, &subject, &trial);
    world_free(mistaken.world);
    if (!is_found) {
        print_error("not found: %s\n", text);
        fail();
    }
    struct rc_buf printed = {0};
    size_t parts = trial_size(trial.request);
    size_t rows = count_rows(trial.world);
    trial_print(&trial, &printed);
    bool is_small = parts <= PARTS_MAX && rows <= ROWS_MAX;
    if (!is_small) {
        print_error("%s: found, but %zu parts over %zu rows are left:\n%s", text, parts, rows,
                    printed.data);
    }
    rc_buf_fini(&printed);
    trial_fini(&trial);
    assert_true(is_small);
}

#define TEST(name, text)                                                                       \
    static void test_##name(void **state)                                                      \
    {                                                                                          \
        (void)state;                                                                           \
        expect_found(MISTAKE_##name, text);                                                    \
    }
MISTAKES(TEST)

static void test_no_mistake_is_found_where_there_is_none(void **state)
{
    (void)state;
    struct mistaken mistaken = {.evaluator.mistake = MISTAKE_NONE};
    const struct subject subject = {
        .load = load, .ask = ask, .api = harness_api(), .context = &mistaken};
    const struct search search = {.seed = 1, .request_count = REQUESTS, .rows_max = 10};
    struct trial trial;
    assert_false(search_run(&search, &subject, &trial));
    world_free(mistaken.world);
}

int main(void)
{
#define CASE(name, text) cmocka_unit_test(test_##name),
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_mistake_is_found_where_there_is_none), MISTAKES(CASE)};
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
