// SPDX-License-Identifier: Apache-2.0
//
// Running and printing trials; shrink.c makes them small.
#include "trial.h"

#include "match.h"
#include "outcome.h"

#include "support/check.h"

#include <stdlib.h>

// ---- contents of tables

// All rows of a world as one list: [entity, row]. Rows with stand-ins come last, for they fit
// more than one.
static json_t *list_world(const struct world *world, const json_t *stand_ins)
{
    json_t *known = json_array();
    json_t *open = json_array();
    for (size_t m = 0; m < world->scope->model_count; m++) {
        const struct rc_model *model = &world->scope->models[m];
        size_t i;
        json_t *row;
        if (model->entity->view) {
            continue;
        }
        json_array_foreach(world_table(world, model->entity), i, row)
        {
            json_t *answer =
                evaluate_row(&(struct evaluator){.world = world}, model, NULL, row);
            bool is_open = match_has_stand_in(answer, stand_ins);
            json_array_append_new(is_open ? open : known,
                                  json_pack("[s, o]", model->entity->name, answer));
        }
    }
    json_array_extend(known, open);
    json_decref(open);
    json_t *groups = json_array();
    json_array_append_new(groups, known);
    return match_groups(groups);
}

// The same of what the subject has.
static json_t *list_subject(const struct trial *trial)
{
    const struct rc_scope *scope = trial->world->scope;
    json_t *list = json_array();
    for (size_t m = 0; m < scope->model_count; m++) {
        const struct rc_model *model = &scope->models[m];
        if (model->entity->view) {
            continue;
        }
        json_t *request = json_object();
        json_t *answer = trial->subject->ask(trial->subject, model, RC_VERB_FIND_MANY, request);
        size_t i;
        json_t *row;
        assert_true(json_is_object(answer));
        json_array_foreach(json_object_get(answer, "rows"), i, row)
        {
            json_array_append_new(list, json_pack("[s, O]", model->entity->name, row));
        }
        json_decref(answer);
        json_decref(request);
    }
    return list;
}

// ---- runs

// A failure is an expected one when it begins like it.
static bool has_failed_so(const json_t *expected, const char *actual)
{
    size_t i;
    const json_t *begin;
    json_array_foreach(expected, i, begin)
    {
        if (strncmp(actual, json_string_value(begin), strlen(json_string_value(begin))) == 0) {
            return true;
        }
    }
    return false;
}

static bool agree(const struct trial *trial, struct bindings *bindings)
{
    const json_t *expected = json_object_get(trial->expected, "answer");
    const json_t *actual = json_object_get(trial->actual, "answer");
    const json_t *after = json_object_get(trial->expected, "afterwards");
    bool is_same = json_is_string(actual) ? has_failed_so(expected, json_string_value(actual))
                                          : match(expected, actual, bindings);
    return is_same &&
           (!after || match(after, json_object_get(trial->actual, "afterwards"), bindings));
}

// Where the subject failed as it may, that is what is expected.
static void tolerate(struct trial *trial, struct outcome *outcome)
{
    const char *failure = json_string_value(json_object_get(trial->actual, "answer"));
    if (failure && has_failed_so(outcome->tolerated, failure)) {
        json_object_set(trial->expected, "answer", outcome->tolerated);
        world_free(outcome->world);
        outcome->world = NULL;
    }
}

bool trial_run(struct trial *trial)
{
    const struct subject *subject = trial->subject;
    const struct evaluator evaluator = {.world = trial->world};
    struct outcome outcome;
    if (!trial->is_loaded) {
        subject->load(subject, trial->world);
        trial->is_loaded = true;
    }
    outcome_of(&evaluator, trial->model, trial->verb, trial->request, &outcome);
    json_decref(trial->actual);
    json_decref(trial->expected);
    trial->actual = json_object();
    trial->expected = json_object();
    json_object_set(trial->expected, "answer", outcome.answer);
    json_object_set_new(trial->actual, "answer",
                        subject->ask(subject, trial->model, trial->verb, trial->request));
    tolerate(trial, &outcome);
    if (!rc_verb_is_read(trial->verb)) {
        const struct world *after = outcome.world ? outcome.world : trial->world;
        json_object_set_new(trial->expected, "afterwards",
                            list_world(after, outcome.stand_ins));
        json_object_set_new(trial->actual, "afterwards", list_subject(trial));
        trial->is_loaded = false;
    }
    struct bindings bindings = {.stand_ins = outcome.stand_ins};
    bool is_same = agree(trial, &bindings);
    world_free(trial->after);
    trial->after = NULL;
    if (is_same && outcome.world) {
        match_replace(outcome.world->tables, &bindings);
        trial->after = outcome.world;
        outcome.world = NULL;
    }
    outcome_fini(&outcome);
    trial->runs++;
    return !is_same;
}

void trial_advance(struct trial *trial)
{
    if (trial->after) {
        world_free(trial->world);
        trial->world = trial->after;
        trial->after = NULL;
    }
    trial->is_loaded = true;
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
    const json_t *after = json_object_get(example, "afterwards");
    rc_buf_printf(out, "%s/%s", trial->model->entity->name, rc_verb_name(trial->verb));
    put_json(out, "", trial->request);
    put_json(out, "expected", json_object_get(example, "answer"));
    put_json(out, "answered", json_object_get(trial->actual, "answer"));
    if (after) {
        put_json(out, "to be afterwards", after);
        put_json(out, "was afterwards  ", json_object_get(trial->actual, "afterwards"));
    }
    rc_buf_append_text(out, "over\n");
    world_put_sql(trial->world, out);
    json_decref(example);
}

void trial_fini(struct trial *trial)
{
    world_free(trial->world);
    world_free(trial->after);
    json_decref(trial->request);
    json_decref(trial->expected);
    json_decref(trial->actual);
    *trial = (struct trial){0};
}
