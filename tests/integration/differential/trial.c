// SPDX-License-Identifier: Apache-2.0
//
// Running and printing trials; shrink.c makes them small.
#include "trial.h"

#include "evaluate.h"
#include "match.h"

#include "support/check.h"

#include <stdlib.h>

// A failure is the expected one when it begins like it.
static bool agree(const json_t *expected, const json_t *actual)
{
    if (json_is_string(expected) && json_is_string(actual)) {
        const char *begin = json_string_value(expected);
        return strncmp(json_string_value(actual), begin, strlen(begin)) == 0;
    }
    return match(expected, actual);
}

bool trial_run(struct trial *trial)
{
    const struct subject *subject = trial->subject;
    const struct evaluator evaluator = {.world = trial->world};
    if (!trial->is_loaded) {
        subject->load(subject, trial->world);
        trial->is_loaded = true;
    }
    json_decref(trial->actual);
    json_decref(trial->expected);
    trial->actual = subject->ask(subject, trial->model, trial->verb, trial->request);
    trial->expected = evaluate_read(&evaluator, trial->model, trial->verb, trial->request);
    trial->runs++;
    return !agree(trial->expected, trial->actual);
}

static void put_json(struct rc_buf *out, const char *title, const json_t *json)
{
    char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
    rc_buf_printf(out, "%s %s\n", title, text ? text : "?");
    free(text);
}

void trial_print(const struct trial *trial, struct rc_buf *out)
{
    json_t *example = match_example(trial->expected);
    rc_buf_printf(out, "%s/%s", trial->model->entity->name, rc_verb_name(trial->verb));
    put_json(out, "", trial->request);
    put_json(out, "expected", example);
    put_json(out, "answered", trial->actual);
    rc_buf_append_text(out, "over\n");
    world_put_sql(trial->world, out);
    json_decref(example);
}

void trial_fini(struct trial *trial)
{
    world_free(trial->world);
    json_decref(trial->request);
    json_decref(trial->expected);
    json_decref(trial->actual);
    *trial = (struct trial){0};
}
