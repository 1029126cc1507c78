// SPDX-License-Identifier: Apache-2.0
//
// The writing methods: which rows, what becomes of them, what is answered.
#include "outcome.h"

#include "support/check.h"

// The record of a request's key, if its where allows it; a problem when it is not there.
static json_t *find_one(struct writing *writing, const struct rc_model *model, json_t *request)
{
    json_t *row =
        world_find(writing->transaction.world, model->entity, json_object_get(request, "key"));
    if (row && evaluate_where(&writing->evaluator, model, json_object_get(request, "where"),
                              row) != TRUTH_TRUE) {
        row = NULL;
    }
    if (!row) {
        transaction_note(&writing->transaction, PROBLEM_MISSING);
    }
    return row;
}

static json_t *create(struct writing *writing, const struct rc_model *model, json_t *request)
{
    json_t *data = json_object_get(request, "data");
    const json_t *row = write_create(writing, model, data, NULL);
    transaction_end(&writing->transaction);
    return write_answer_row(writing, model, request, row);
}

static json_t *update(struct writing *writing, const struct rc_model *model, json_t *request)
{
    json_t *data = json_object_get(request, "data");
    json_t *row = find_one(writing, model, request);
    if (row) {
        write_update(writing, model, row, data);
    }
    transaction_end(&writing->transaction);
    return row ? write_answer_row(writing, model, request, row) : json_null();
}

static json_t *delete_one(struct writing *writing, const struct rc_model *model,
                          json_t *request)
{
    json_t *row = find_one(writing, model, request);
    json_t *answer = row ? write_answer_row(writing, model, request, row) : json_null();
    if (row) {
        transaction_delete(&writing->transaction, row);
    }
    transaction_end(&writing->transaction);
    return answer;
}

// The record as it is; updated; or created. An update that says nothing leaves it untouched.
static json_t *upsert(struct writing *writing, const struct rc_model *model, json_t *request)
{
    json_t *create = json_object_get(request, "create");
    json_t *update = json_object_get(request, "update");
    const struct write_origin origin = {.key = json_object_get(request, "key")};
    bool is_new;
    json_t *row = write_find_or_create(writing, model, create, &origin, &is_new);
    if (row && !is_new &&
        evaluate_where(&writing->evaluator, model, json_object_get(request, "where"), row) !=
            TRUTH_TRUE) {
        transaction_note(&writing->transaction, PROBLEM_MISSING);
    }
    if (row && !is_new && json_object_size(update) > 0) {
        write_update(writing, model, row, update);
    }
    if (!row) {
        return json_null();
    }
    transaction_end(&writing->transaction);
    json_t *answer = write_answer_row(writing, model, request, row);
    json_object_set_new(answer, "created", json_boolean(is_new));
    return answer;
}

// ---- outcomes

typedef json_t *(*method_fn)(struct writing *writing, const struct rc_model *model,
                             json_t *request);

static const method_fn methods[RC_VERB_NUMBER] = {
    [RC_VERB_CREATE] = create,     [RC_VERB_CREATE_MANY] = write_create_many,
    [RC_VERB_UPDATE] = update,     [RC_VERB_UPDATE_MANY] = write_update_many,
    [RC_VERB_UPSERT] = upsert,     [RC_VERB_UPSERT_MANY] = write_upsert_many,
    [RC_VERB_DELETE] = delete_one, [RC_VERB_DELETE_MANY] = write_delete_many,
};

static void write(const struct evaluator *evaluator, const struct rc_model *model,
                  enum rc_verb verb, json_t *request, struct outcome *ret_outcome)
{
    struct writing writing = {.evaluator = *evaluator,
                              .written = json_array(),
                              .is_deletion =
                                  verb == RC_VERB_DELETE || verb == RC_VERB_DELETE_MANY};
    transaction_init(&writing.transaction, evaluator->world);
    writing.evaluator.world = writing.transaction.world;
    assert_non_null(methods[verb]);
    write_check(&writing, model, verb, request);
    json_t *answer = transaction_has_problem(&writing.transaction)
                         ? json_null() // it has not come to doing anything
                         : methods[verb](&writing, model, request);
    *ret_outcome = (struct outcome){.answer = answer};
    if (transaction_has_problem(&writing.transaction)) {
        json_decref(answer);
        ret_outcome->answer = transaction_failures(&writing.transaction);
    } else {
        ret_outcome->world = writing.transaction.world;
        ret_outcome->tolerated =
            writing.transaction.dangled ? json_pack("[s]", "FAILED_PRECONDITION P2003 ") : NULL;
        ret_outcome->stand_ins = json_incref(writing.transaction.stand_ins);
        writing.transaction.world = NULL;
    }
    transaction_fini(&writing.transaction);
    json_decref(writing.written);
}

void outcome_of(const struct evaluator *evaluator, const struct rc_model *model,
                enum rc_verb verb, json_t *request, struct outcome *ret_outcome)
{
    if (rc_verb_is_read(verb)) {
        *ret_outcome =
            (struct outcome){.answer = evaluate_read(evaluator, model, verb, request)};
    } else {
        write(evaluator, model, verb, request, ret_outcome);
    }
}

void outcome_fini(struct outcome *outcome)
{
    json_decref(outcome->answer);
    json_decref(outcome->tolerated);
    json_decref(outcome->stand_ins);
    world_free(outcome->world);
    *outcome = (struct outcome){0};
}
