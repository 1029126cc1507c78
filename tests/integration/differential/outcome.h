// SPDX-License-Identifier: Apache-2.0
//
// What a request does, by the evaluator: its answer, and the world afterwards.
#ifndef RC_TESTS_DIFFERENTIAL_OUTCOME_H
#define RC_TESTS_DIFFERENTIAL_OUTCOME_H

#include "evaluate.h"
#include "transaction.h"

struct outcome {
    json_t *answer;      // a pattern; an array of strings: failures begin with one of them
    json_t *tolerated;   // an array of strings: it may as well fail so
    struct world *world; // afterwards; NULL: as before
    json_t *stand_ins;   // within answer and world; NULL when there are none
};

void outcome_of(const struct evaluator *evaluator, const struct rc_model *model,
                enum rc_verb verb, json_t *request, struct outcome *ret_outcome);
void outcome_fini(struct outcome *outcome);

// ---- what outcomes are made of

// One write under way. The evaluator sees the transaction's world.
struct writing {
    struct transaction transaction;
    struct evaluator evaluator;
    json_t *written; // rows: [row, how its own write left it, at which depth of the request]
    int depth;
    bool is_deletion; // its rows are answered as they were
};

// What a new record has besides its data; zeroed members: nothing.
struct write_origin {
    const struct rc_relation *relation; // of the parent's model: makes it refer to the parent
    const json_t *parent;
    json_t *key; // an EKey that gives its columns where data does not
    bool skips;  // nothing is created when a key of it exists already
                 // (with `key`, neither when that one does)
};

// Creates a row from an ECreate, with its relations. origin may be NULL. Borrowed from the
// world; NULL when it was skipped.
json_t *write_create(struct writing *writing, const struct rc_model *model, json_t *data,
                     const struct write_origin *origin);

// The row of origin's key, or a new one; NULL after a problem.
json_t *write_find_or_create(struct writing *writing, const struct rc_model *model,
                             json_t *data, const struct write_origin *origin, bool *ret_is_new);

// Changes a row by an EUpdate, with its relations.
void write_update(struct writing *writing, const struct rc_model *model, json_t *row,
                  json_t *data);

// Whether a row is where it was: there, with the primary key that it had before.
bool write_is_found(const struct writing *writing, const struct rc_model *model,
                    const json_t *row, const json_t *before);

// The relations of data whose foreign keys are not the row's. row: as its own write left it; by
// that it is known. is_new: it was created.
void write_related(struct writing *writing, const struct rc_model *model, json_t *row,
                   json_t *data, bool is_new);

// What an EUpdate makes of a row's columns. A new reference.
json_t *write_values(struct writing *writing, const struct rc_model *model, const json_t *row,
                     json_t *data);

// Notes what is wrong with a request by itself, whatever is in the tables, and whether or not
// it would come to it. Such a request is refused before anything is done.
void write_check(struct writing *writing, const struct rc_model *model, enum rc_verb verb,
                 json_t *request);

// Whether an EUpdate changes the record itself.
bool write_is_change(const struct rc_model *model, json_t *data);

// Whether an EField list names the column.
bool write_names(const struct rc_model *model, const json_t *fields,
                 const struct rc_column *column);
// The key whose columns an EField list names, all and no others; NULL when there is none.
const struct rc_key *write_conflict_key(const struct rc_model *model, const json_t *fields);

// Whether data writes related records.
bool write_has_relations(const struct rc_model *model, const json_t *data);

// Rows that name the same fields are written together, after those that write related records.
// The next such group of a list: the positions of its elements, how many. is_done: which
// elements were in groups already. model: NULL for a list of keys.
size_t write_kind(const struct rc_model *model, json_t *list, bool *is_done,
                  size_t *ret_indexes);

// Whether a filter excludes no record, by its form.
bool write_is_everything(const struct rc_model *model, json_t *where);

// The row that an ECreate names, without defaults and relations. A new reference.
json_t *write_row(struct writing *writing, const struct rc_model *model, json_t *data);

// Whether request and answer are about the records themselves and nothing else.
bool write_is_plain(const struct rc_model *model, json_t *request);

// Answers with a written row. A new reference.
json_t *write_answer_row(struct writing *writing, const struct rc_model *model, json_t *request,
                         const json_t *row);

// Adds rows to answers as they are now; then answers with all of them, in any order. answers is
// taken. A new reference.
void write_add_answers(struct writing *writing, const struct rc_model *model, json_t *request,
                       const struct row_list *list, json_t *answers);
json_t *write_answer_rows(json_t *request, json_t *answers);

// Methods. New references.
json_t *write_create_many(struct writing *writing, const struct rc_model *model,
                          json_t *request);
json_t *write_update_many(struct writing *writing, const struct rc_model *model,
                          json_t *request);
json_t *write_upsert_many(struct writing *writing, const struct rc_model *model,
                          json_t *request);
json_t *write_delete_many(struct writing *writing, const struct rc_model *model,
                          json_t *request);

#endif
