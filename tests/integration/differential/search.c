// SPDX-License-Identifier: Apache-2.0
//
// World after world, and some requests over each.
#include "search.h"

#include "generate.h"

#include "support/check.h"

static const enum rc_verb reads[] = {RC_VERB_FIND_MANY, RC_VERB_FIND_MANY,  RC_VERB_FIND_MANY,
                                     RC_VERB_FIND_MANY, RC_VERB_FIND_FIRST, RC_VERB_FIND_UNIQUE,
                                     RC_VERB_COUNT,     RC_VERB_EXISTS};

static const enum rc_verb writes[] = {
    RC_VERB_CREATE,      RC_VERB_CREATE, RC_VERB_CREATE_MANY, RC_VERB_UPDATE,
    RC_VERB_UPDATE,      RC_VERB_UPDATE, RC_VERB_UPDATE_MANY, RC_VERB_UPSERT,
    RC_VERB_UPSERT_MANY, RC_VERB_DELETE, RC_VERB_DELETE_MANY};

// How many requests a world is for.
enum { READS_OF_A_WORLD = 40, WRITES_OF_A_WORLD = 20 };

static enum rc_verb draw_verb(const struct search *search, struct dice *dice)
{
    return search->writes ? writes[dice_throw(dice, sizeof writes / sizeof writes[0])]
                          : reads[dice_throw(dice, sizeof reads / sizeof reads[0])];
}

static bool try_one(const struct search *search, struct dice *dice, struct trial *trial)
{
    const struct rc_scope *scope = trial->world->scope;
    struct generator generator = {
        .dice = dice, .world = trial->world, .without = search->without};
    do {
        trial->model = &scope->models[dice_throw(dice, scope->model_count)];
    } while (trial->model->entity->view);
    trial->verb = draw_verb(search, dice);
    json_decref(trial->request);
    trial->request = generate_request(
        &generator, rc_api_request(trial->subject->api, trial->model, trial->verb));
    return trial_run(trial);
}

bool search_run(const struct search *search, const struct subject *subject,
                struct trial *ret_trial)
{
    struct trial trial = {.subject = subject};
    struct dice dice;
    dice_init(&dice, search->seed);
    size_t of_a_world = search->writes ? WRITES_OF_A_WORLD : READS_OF_A_WORLD;
    for (size_t i = 0; i < search->request_count; i++) {
        if (i % of_a_world == 0) {
            world_free(trial.world);
            trial.world = world_new(rc_api_scope(subject->api));
            trial.is_loaded = false;
            world_fill(trial.world, &dice, search->rows_max);
        }
        if (try_one(search, &dice, &trial)) {
            trial_shrink(&trial);
            *ret_trial = trial;
            return true;
        }
        trial_advance(&trial);
    }
    trial_fini(&trial);
    return false;
}
