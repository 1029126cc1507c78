// SPDX-License-Identifier: Apache-2.0
//
// All rows of a database's tables, in memory. Views, which are made of them, are left out. A
// row is a JSON object: column name -> value (value.h), every column present. Rows have no
// order that means anything.
#ifndef RC_TESTS_DIFFERENTIAL_WORLD_H
#define RC_TESTS_DIFFERENTIAL_WORLD_H

#include "value.h"

// Rows of one table, borrowed from the world. Fixed in size: worlds are small.
enum { WORLD_ROWS_MAX = 256 };
struct row_list {
    json_t *rows[WORLD_ROWS_MAX];
    size_t count;
};
void row_list_add(struct row_list *list, json_t *row);

enum { WORLD_ENTITIES_MAX = 64 };
struct world {
    const struct rc_scope *scope;
    const struct rc_entity *entities[WORLD_ENTITIES_MAX]; // the scope's, then join tables
    size_t entity_count;
    json_t *tables; // an array, by position in entities; a table is an array of rows
};

// An empty world; world_free frees it. NULL is accepted.
struct world *world_new(const struct rc_scope *scope);
void world_free(struct world *world);
struct world *world_copy(const struct world *world);

// Rows with few distinct values, ties and many NULLs; every key and foreign key holds.
// rows_max: of one table.
void world_fill(struct world *world, struct dice *dice, size_t rows_max);

// The table of an entity; borrowed.
json_t *world_table(const struct world *world, const struct rc_entity *entity);

// The rows that a relation leads to from a row: at most one where it is to-one.
void world_related(const struct world *world, const struct rc_relation *relation,
                   const json_t *row, struct row_list *ret_list);

// Whether the columns of both rows are equal and none is NULL; other NULL: the same columns.
bool world_alike(const struct rc_column *const *columns, const json_t *row,
                 const struct rc_column *const *other_columns, const json_t *other,
                 size_t column_count);

// A relation of the model by its name; NULL when there is none.
const struct rc_relation *world_relation(const struct rc_model *model, const char *name);

// What an EKey in JSON names: ret_key is one of the entity's keys, the result (borrowed) has
// its columns. NULL when it names nothing.
const json_t *world_key(const struct rc_entity *entity, json_t *key,
                        const struct rc_key **ret_key);
// The row with this key; NULL when there is none.
json_t *world_find(const struct world *world, const struct rc_entity *entity, json_t *key);

// Whether the table has this very row.
bool world_has(const struct world *world, const struct rc_entity *entity, const json_t *row);

// The order of two rows by a key that holds no NULL.
int world_compare_keys(const struct rc_key *key, const json_t *a, const json_t *b);

// Takes rows away until every foreign key holds again: after rows were removed.
void world_settle(struct world *world);

// Whether every foreign key leads to a row.
bool world_is_settled(const struct world *world);

// The script that replaces what is in the database by this world, in one transaction. Sequences
// go on far from the identifiers in it.
void world_put_sql(const struct world *world, struct rc_buf *sql);

#endif
