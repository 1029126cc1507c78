// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the generator share: messages are drawn field by field (generate.c); data
// to be written is more than its fields, for these have to go together (generate_data.c).
#ifndef RC_TESTS_DIFFERENTIAL_GENERATE_INTERNAL_H
#define RC_TESTS_DIFFERENTIAL_GENERATE_INTERNAL_H

#include "generate_value.h"

enum { GENERATE_FIELDS_MAX = 128 };

// Where in a request something is drawn.
struct place {
    const struct rc_wire_message *message;
    const struct rc_column *column; // whose values are meant, within filters and the like
    int depth;
    // Writes: the record that a key named, and what is written of its relations.
    const json_t *row;
    const struct rc_relation *relation;
    bool connects; // keys are of records that need not be related
    bool is_many;  // changes are of any number of records: they cannot change related ones
};

enum generate_class { CLASS_ALL, CLASS_COLUMNS, CLASS_RELATIONS, CLASS_LOGIC };

// Draws the field (all elements of it) into drawn.
void generate_field(struct generator *generator, const struct place *place,
                    const struct rc_wire_field *field, json_t *drawn);

// Draws so many different fields of a class, fewer where there are not so many.
void generate_some(struct generator *generator, const struct place *place,
                   enum generate_class class, size_t count, json_t *drawn);

// Draws every field by its own chance.
void generate_by_chance(struct generator *generator, const struct place *place, json_t *drawn);

// Whether nothing more should be drawn than has to be.
bool generate_is_deep(const struct generator *generator, const struct place *place);

// Messages of data.
void generate_create(struct generator *generator, const struct place *place, json_t *drawn);
void generate_update(struct generator *generator, const struct place *place, json_t *drawn);
void generate_change(struct generator *generator, const struct place *place, json_t *drawn);
void generate_nested(struct generator *generator, const struct place *place, json_t *drawn);
json_t *generate_key(struct generator *generator, const struct place *place);

// After a message that has a key and a create: makes them go together, mostly; likewise the
// conflict fields and rows of UpsertMany.
void generate_alignment(struct generator *generator, const struct place *place, json_t *drawn);

#endif
