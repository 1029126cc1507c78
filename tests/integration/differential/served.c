// SPDX-License-Identifier: Apache-2.0
//
// The server as a subject of trials.
#include "served.h"

#include "search.h"

#include "integration/methods/harness.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

static struct search search;

static void load(const struct subject *subject, const struct world *world)
{
    struct rc_buf sql = {0};
    (void)subject;
    world_put_sql(world, &sql);
    harness_sql(sql.data);
    rc_buf_fini(&sql);
}

// Lookups are asked for several times at once, each third one, for then they share a statement.
static char *call(const char *method, enum rc_verb verb, const char *json)
{
    static unsigned asked;
    bool is_lookup = verb == RC_VERB_FIND_UNIQUE || verb == RC_VERB_FIND_FIRST;
    return is_lookup && ++asked % 3 == 0 ? harness_call_together(method, json, 5)
                                         : harness_call(method, json);
}

static json_t *ask(const struct subject *subject, const struct rc_model *model,
                   enum rc_verb verb, json_t *request)
{
    char *json = json_dumps(request, JSON_COMPACT);
    char method[128];
    (void)subject;
    (void)snprintf(method, sizeof method, "%s/%s", model->entity->name, rc_verb_name(verb));
    char *text = call(method, verb, json);
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

// A number from the environment.
static unsigned long long setting(const char *name, unsigned long long otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static void test_server_answers_as_the_evaluator_does(void **state)
{
    (void)state;
    const struct subject subject = {.load = load, .ask = ask, .api = harness_api()};
    struct trial trial;
    if (search_run(&search, &subject, &trial)) {
        struct rc_buf text = {0};
        trial_print(&trial, &text);
        print_error("ROWCALL_DIFFERENTIAL_SEED=%llu finds a difference:\n",
                    (unsigned long long)search.seed);
        (void)fputs(text.data, stderr);
        rc_buf_fini(&text);
        trial_fini(&trial);
        fail();
    }
}

int served_main(int argc, char **argv, bool writes, unsigned request_count, unsigned without)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_server_answers_as_the_evaluator_does),
    };
    unsigned long long seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    search = (struct search){.seed = setting("ROWCALL_DIFFERENTIAL_SEED", seed),
                             .request_count =
                                 setting("ROWCALL_DIFFERENTIAL_REQUESTS", request_count),
                             .rows_max = SEARCH_ROWS_MAX,
                             .without = without,
                             .writes = writes};
    return cmocka_run_group_tests(tests, harness_setup_blog, harness_teardown);
}
