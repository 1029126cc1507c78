// SPDX-License-Identifier: Apache-2.0
//
// Values for generated requests. All give new references.
#ifndef RC_TESTS_DIFFERENTIAL_GENERATE_VALUE_H
#define RC_TESTS_DIFFERENTIAL_GENERATE_VALUE_H

#include "generate.h"

// A value that some row has, or any of the type.
json_t *generate_value(struct generator *generator, const struct rc_column *column);

// A list of the column's values, for this field. Only a value of an array column holds NULL.
json_t *generate_list(struct generator *generator, const struct rc_column *column,
                      const struct rc_wire_field *field);

// Some row of the table; NULL when it has none. Borrowed.
const json_t *generate_row(struct generator *generator, const struct rc_entity *entity);

// A value that some list of an array column holds, or any of the type.
json_t *generate_element(struct generator *generator, const struct rc_column *column);

// A comparison of the column with another one, or itself, that makes sense.
json_t *generate_comparison(struct generator *generator, const struct rc_column *column,
                            const struct rc_wire_enum *comparisons);

// Whether the column belongs to a key or a foreign key.
bool generate_is_key_part(const struct rc_column *column);

// A value to be written: mostly one that keys and foreign keys allow.
json_t *generate_written(struct generator *generator, const struct rc_column *column);

// Makes foreign keys all of whose columns are in data (an ECreate) lead to a row, mostly.
void generate_references(struct generator *generator, const struct rc_entity *entity,
                         json_t *data);

#endif
