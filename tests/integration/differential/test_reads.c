// SPDX-License-Identifier: Apache-2.0
//
// usage: differential-reads [SEED]
//
// Requests by chance, answered by the whole request path over PostgreSQL and by the evaluator:
// no difference. ROWCALL_DIFFERENTIAL_SEED replaces the seed, ROWCALL_DIFFERENTIAL_REQUESTS the
// number of requests.
#include "generate.h"
#include "search.h"

#include "integration/methods/harness.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 10 };

// Not served yet.
#define WITHOUT (WITHOUT_NESTED_SELECTS | WITHOUT_RELATION_ORDERS)

static const char *default_seed = "1";

static void load(const struct subject *subject, const struct world *world)
{
    struct rc_buf sql = {0};
    (void)subject;
    world_put_sql(world, &sql);
    harness_sql(sql.data);
    rc_buf_fini(&sql);
}

static json_t *ask(const struct subject *subject, const struct rc_model *model,
                   enum rc_verb verb, json_t *request)
{
    char *json = json_dumps(request, JSON_COMPACT);
    char method[128];
    (void)subject;
    (void)snprintf(method, sizeof method, "%s/%s", model->entity->name, rc_verb_name(verb));
    char *text = harness_call(method, json);
    json_t *answer;
    if (text[0] == '{') {
        for (char *at = strchr(text, '\''); at; at = strchr(at, '\'')) {
            *at = '"';
        }
        answer = json_loads(text, 0, NULL);
    } else {
        answer = json_string(text);
    }
    assert_non_null(answer);
    free(text);
    free(json);
    return answer;
}

static unsigned long long setting(const char *name, const char *otherwise)
{
    const char *text = getenv(name);
    return strtoull(text ? text : otherwise, NULL, 10);
}

static void test_reads_answer_what_the_evaluator_says(void **state)
{
    (void)state;
    const struct subject subject = {.load = load, .ask = ask, .api = harness_api()};
    const struct search search = {.seed = setting("ROWCALL_DIFFERENTIAL_SEED", default_seed),
                                  .request_count =
                                      setting("ROWCALL_DIFFERENTIAL_REQUESTS", "2000"),
                                  .rows_max = ROWS_MAX,
                                  .without = WITHOUT};
    struct trial trial;
    if (search_run(&search, &subject, &trial)) {
        struct rc_buf text = {0};
        trial_print(&trial, &text);
        print_error("ROWCALL_DIFFERENTIAL_SEED=%llu finds a difference:\n%s",
                    (unsigned long long)search.seed, text.data);
        rc_buf_fini(&text);
        trial_fini(&trial);
        fail();
    }
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_answer_what_the_evaluator_says),
    };
    default_seed = argc > 1 ? argv[1] : default_seed;
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
