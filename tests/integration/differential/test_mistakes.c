// SPDX-License-Identifier: Apache-2.0
//
// Whether the differential test would notice: an evaluator that makes one mistake takes the
// server's place, for every mistake that mistake.h lists. The search has to find it within the
// requests that test_reads makes with its seeds, and shrinking has to leave little. No database
// is used but for the schema that the harness loads.
#include "match.h"
#include "outcome.h"
#include "search.h"

#include "integration/methods/harness.h"
#include "support/check.h"

#include <stdlib.h>

// No more than so many parts and rows are left of what is found.
enum { PARTS_MAX = 16, ROWS_MAX = 7 };

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
    struct mistaken *mistaken = subject->context;
    struct outcome outcome;
    outcome_of(&mistaken->evaluator, model, verb, request, &outcome);
    json_t *answer = json_is_array(outcome.answer)
                         ? json_incref(json_array_get(outcome.answer, 0))
                         : match_example(outcome.answer);
    if (outcome.world) {
        world_free(mistaken->world);
        mistaken->world = outcome.world;
        mistaken->evaluator.world = outcome.world;
        outcome.world = NULL;
    }
    outcome_fini(&outcome);
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

// Goes through the seeds. Whether there was a difference, and it.
static bool find(enum mistake mistake, struct trial *ret_trial)
{
    struct mistaken mistaken = {.evaluator.mistake = mistake};
    const struct subject subject = {
        .load = load, .ask = ask, .api = harness_api(), .context = &mistaken};
    bool is_found = false;
    for (unsigned seed = 1; !is_found && seed <= SEARCH_SEEDS; seed++) {
        const struct search search = {
            .seed = seed, .request_count = SEARCH_READS, .rows_max = SEARCH_ROWS_MAX};
        is_found = search_run(&search, &subject, ret_trial);
    }
    world_free(mistaken.world);
    return is_found;
}

static void expect_found(enum mistake mistake, const char *text)
{
    struct trial trial;
    if (!find(mistake, &trial)) {
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
    struct trial trial;
    assert_false(find(MISTAKE_NONE, &trial));
}

int main(void)
{
#define CASE(name, text) cmocka_unit_test(test_##name),
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_mistake_is_found_where_there_is_none), MISTAKES(CASE)};
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
