// SPDX-License-Identifier: Apache-2.0
//
// Schemas by chance, and others that somebody might have made of them: for the property that
// the diff of any two leads from one to the other.
#ifndef RC_TESTS_MIGRATE_RANDOM_SCHEMA_H
#define RC_TESTS_MIGRATE_RANDOM_SCHEMA_H

#include "base/buf.h"

#include <stdint.h>

enum {
    RANDOM_ENUMS = 3,
    RANDOM_LABELS = 5,
    RANDOM_ENTITIES = 5,
    RANDOM_COLUMNS = 6,
    RANDOM_INDEXES = 3,
};

// Names are numbers, so that a rename is a number changed; 0 is no name. `was` is the number
// before a rename, 0 when there was none.
struct random_enum {
    int name;
    int was;
    int labels[RANDOM_LABELS]; // 0 behind the last
    int label_was[RANDOM_LABELS];
};

struct random_column {
    int name;
    int was;
    int type;      // of the table in random_schema.c
    int labels_of; // which enum, of an enum type
    bool nullable;
    bool has_default;
    bool unique;
    bool indexed;
    bool commented;
    bool generated;
};

struct random_index {
    int kind; // 0: none
    int column;
};

struct random_entity {
    int name;
    int was;
    bool elsewhere; // in a PostgreSQL schema of its own
    int id_type;
    bool composite; // primary key of id and turn
    bool commented;
    bool checked;
    int target;  // the entity that a foreign key leads to; 0: none
    int action;  // ON DELETE
    int partner; // the entity of an implicit many-to-many relation; 0: none
    bool viewed; // a view shows it
    struct random_column columns[RANDOM_COLUMNS];
    struct random_index indexes[RANDOM_INDEXES];
};

struct random_schema {
    struct random_enum enums[RANDOM_ENUMS];
    struct random_entity entities[RANDOM_ENTITIES];
};

// The same seed gives the same schema.
void random_schema_make(uint64_t seed, struct random_schema *ret_schema);

// A few changes to it, renames told.
void random_schema_change(uint64_t seed, struct random_schema *schema);

// Forgets what was renamed, as when a schema is the older one.
void random_schema_settle(struct random_schema *schema);

// Appends it as zoo/zoo.proto, with database "zoo".
void random_schema_print(const struct random_schema *schema, struct rc_buf *out);

#endif
