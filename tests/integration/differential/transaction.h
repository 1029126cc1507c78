// SPDX-License-Identifier: Apache-2.0
//
// Changes of a world, under the rules of its schema: keys, foreign keys and what they do when
// their target goes, NULLs, defaults. A transaction does not stop at a problem: it notes it and
// goes on as well as it can, because a server may meet the problems of a request in another
// order. With a problem the changed world means nothing.
//
// What the database makes (identifiers, the current time) is not known here. Such a cell gets a
// *stand-in*, a value that no draw makes and that sorts behind those that draws make; when
// answers are compared, a stand-in takes the value that the other side has (match.h).
#ifndef RC_TESTS_DIFFERENTIAL_TRANSACTION_H
#define RC_TESTS_DIFFERENTIAL_TRANSACTION_H

#include "world.h"

enum problem {
    PROBLEM_INVALID,     // the request makes no sense
    PROBLEM_NULL,        // NULL for a column that must not be
    PROBLEM_ABSENT,      // no value for a column that needs one
    PROBLEM_UNIQUE,      // a key exists already
    PROBLEM_FOREIGN,     // a foreign key leads nowhere, or forbids
    PROBLEM_MISSING,     // a record that is needed is not there
    PROBLEM_RANGE,       // a number is too large
    PROBLEM_DIVISION,    // by zero
    PROBLEM_TOO_MANY,    // more than max_affected
    PROBLEM_REQUIRED,    // a record that needs a related record would lose it
    PROBLEM_UNCONNECTED, // not all records to be connected are there
    PROBLEM_UNRELATED,   // not all records to be deleted are related
    PROBLEM_TWICE,       // one record is written twice by one statement
    PROBLEM_COUNT
};

struct transaction {
    struct world *world;
    bool has[PROBLEM_COUNT];
    bool dangled;      // a foreign key led nowhere for a time: a server may check it then
    json_t *stand_ins; // all that were made
    json_t *removed;   // rows that were deleted: kept, for who still looks at them
};

// Begins with a copy of the world.
void transaction_init(struct transaction *transaction, const struct world *world);
void transaction_fini(struct transaction *transaction);

void transaction_note(struct transaction *transaction, enum problem problem);
bool transaction_has_problem(const struct transaction *transaction);
// How a failure may begin: an array of strings, one per problem. A new reference.
json_t *transaction_failures(const struct transaction *transaction);

// The current time, the same for all of the transaction. Borrowed.
json_t *transaction_now(struct transaction *transaction);

// Gives columns without a value their defaults, and notes those that may not be NULL.
void transaction_complete(struct transaction *transaction, const struct rc_entity *entity,
                          json_t *row);

// Adds a row, completed. row: taken. Gives the row in the world, borrowed.
json_t *transaction_insert(struct transaction *transaction, const struct rc_entity *entity,
                           json_t *row);

// Gives a row other values: an object of columns. Foreign keys to it follow as they say.
void transaction_update(struct transaction *transaction, const struct rc_entity *entity,
                        json_t *row, json_t *values);

// Takes a row away, with what its foreign keys take along. Nothing when it is gone already.
void transaction_delete(struct transaction *transaction, json_t *row);

// The row of the same table that has one of its keys already; NULL when there is none.
json_t *transaction_conflict(const struct transaction *transaction,
                             const struct rc_entity *entity, const json_t *row);

// What is only looked at when a statement is done: that every foreign key leads somewhere.
void transaction_end(struct transaction *transaction);

#endif
