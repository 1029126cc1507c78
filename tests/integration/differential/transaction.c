// SPDX-License-Identifier: Apache-2.0
//
// Constraints over rows in memory, as PostgreSQL has them.
#include "transaction.h"

#include "support/check.h"

#include <stdlib.h>

enum { FIRST_STAND_IN = 1000000 };

void transaction_init(struct transaction *transaction, const struct world *world)
{
    *transaction = (struct transaction){
        .world = world_copy(world), .stand_ins = json_array(), .removed = json_array()};
}

void transaction_fini(struct transaction *transaction)
{
    world_free(transaction->world);
    json_decref(transaction->stand_ins);
    json_decref(transaction->removed);
    *transaction = (struct transaction){0};
}

void transaction_note(struct transaction *transaction, enum problem problem)
{
    transaction->has[problem] = true;
}

bool transaction_has_problem(const struct transaction *transaction)
{
    bool has = false;
    for (int i = 0; i < PROBLEM_COUNT; i++) {
        has |= transaction->has[i];
    }
    return has;
}

json_t *transaction_failures(const struct transaction *transaction)
{
    static const char *const beginnings[] = {
        [PROBLEM_INVALID] = "INVALID_ARGUMENT ",
        [PROBLEM_NULL] = "INVALID_ARGUMENT P2011 ",
        [PROBLEM_ABSENT] = "INVALID_ARGUMENT P2012 ",
        [PROBLEM_UNIQUE] = "ALREADY_EXISTS P2002 ",
        [PROBLEM_FOREIGN] = "FAILED_PRECONDITION P2003 ",
        [PROBLEM_MISSING] = "NOT_FOUND P2025 ",
        [PROBLEM_RANGE] = "OUT_OF_RANGE P2020 ",
        [PROBLEM_DIVISION] = "INVALID_ARGUMENT P2006 ",
        [PROBLEM_TOO_MANY] = "FAILED_PRECONDITION  ",
        [PROBLEM_REQUIRED] = "FAILED_PRECONDITION P2014 ",
        [PROBLEM_UNCONNECTED] = "NOT_FOUND P2018 ",
        [PROBLEM_UNRELATED] = "FAILED_PRECONDITION P2017 ",
        [PROBLEM_TWICE] = "INVALID_ARGUMENT P2016 ",
    };
    json_t *failures = json_array();
    for (int i = 0; i < PROBLEM_COUNT; i++) {
        if (transaction->has[i] || (i == PROBLEM_FOREIGN && transaction->dangled)) {
            json_array_append_new(failures, json_string(beginnings[i]));
        }
    }
    return failures;
}

// ---- stand-ins

// A value of the column's type that the database is to make. A new reference.
static json_t *stand_in(struct transaction *transaction, const struct rc_column *column)
{
    int number = FIRST_STAND_IN + (int)json_array_size(transaction->stand_ins);
    json_t *value = NULL;
    switch (column->type.kind) {
    case RC_TYPE_INT4:
        value = json_integer(number);
        break;
    case RC_TYPE_INT8:
        value = json_sprintf("%d", number);
        break;
    case RC_TYPE_UUID:
        value = json_sprintf("7fffffff-0000-0000-0000-0000%08d", number);
        break;
    default:
        fail_msg("no stand-in for a generated %s", column->type.sql);
    }
    json_array_append(transaction->stand_ins, value);
    return value;
}

json_t *transaction_now(struct transaction *transaction)
{
    static const char now[] = "9999-12-31T23:59:59Z";
    size_t i;
    json_t *value;
    json_array_foreach(transaction->stand_ins, i, value)
    {
        if (json_is_string(value) && strcmp(json_string_value(value), now) == 0) {
            return value;
        }
    }
    json_array_append_new(transaction->stand_ins, json_string(now));
    return json_array_get(transaction->stand_ins, i);
}

// ---- keys

static bool has_key_like(const struct rc_entity *entity, const json_t *a, const json_t *b)
{
    for (size_t i = 0; i < entity->key_count; i++) {
        const struct rc_key *key = &entity->keys[i];
        if (world_alike(key->columns, a, NULL, b, key->column_count)) {
            return true;
        }
    }
    return false;
}

json_t *transaction_conflict(const struct transaction *transaction,
                             const struct rc_entity *entity, const json_t *row)
{
    size_t i;
    json_t *other;
    json_array_foreach(world_table(transaction->world, entity), i, other)
    {
        if (other != row && has_key_like(entity, other, row)) {
            return other;
        }
    }
    return NULL;
}

// ---- insert

// NULL where there is no default.
static json_t *default_of(struct transaction *transaction, const struct rc_column *column)
{
    if (column->autoincrement || column->generator != RC_GENERATOR_NONE) {
        return stand_in(transaction, column);
    }
    if (column->updated_at) {
        return json_incref(transaction_now(transaction));
    }
    if (column->default_literal) {
        return value_parse(column, column->default_literal);
    }
    if (column->default_sql) {
        assert_string_equal(column->default_sql, "CURRENT_TIMESTAMP");
        return json_incref(transaction_now(transaction));
    }
    return column->nullable ? json_null() : NULL;
}

static void check_nulls(struct transaction *transaction, const struct rc_entity *entity,
                        const json_t *row)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_column *column = &entity->columns[i];
        if (!column->nullable && json_is_null(json_object_get(row, column->name))) {
            transaction_note(transaction, PROBLEM_NULL);
        }
    }
}

void transaction_complete(struct transaction *transaction, const struct rc_entity *entity,
                          json_t *row)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_column *column = &entity->columns[i];
        if (!json_object_get(row, column->name)) {
            json_t *value = default_of(transaction, column);
            if (!value) {
                transaction_note(transaction, PROBLEM_ABSENT);
            }
            json_object_set_new(row, column->name,
                                value ? value : value_zero(column)); // to go on somehow
        }
    }
    check_nulls(transaction, entity, row);
}

json_t *transaction_insert(struct transaction *transaction, const struct rc_entity *entity,
                           json_t *row)
{
    transaction_complete(transaction, entity, row);
    if (transaction_conflict(transaction, entity, row)) {
        transaction_note(transaction, PROBLEM_UNIQUE);
    }
    json_array_append_new(world_table(transaction->world, entity), row);
    transaction->dangled |= !world_is_settled(transaction->world);
    return row;
}

// ---- references

// Calls back for every row that refers by a foreign key to a row that was as old is, and whose
// referenced columns are other ones now (NULL: it is gone).
typedef void (*reference_fn)(struct transaction *transaction, const struct rc_entity *entity,
                             const struct rc_foreign_key *key, json_t *row, const json_t *now);

static void each_reference(struct transaction *transaction, const struct rc_entity *target,
                           const json_t *old, const json_t *now, reference_fn visit)
{
    for (size_t e = 0; e < transaction->world->entity_count; e++) {
        const struct rc_entity *entity = transaction->world->entities[e];
        for (size_t k = 0; k < entity->foreign_key_count; k++) {
            const struct rc_foreign_key *key = &entity->foreign_keys[k];
            struct row_list found = {.count = 0};
            size_t i;
            json_t *row;
            if (key->target != target || !key->enforced ||
                (now && world_alike(key->references, old, NULL, now, key->column_count))) {
                continue;
            }
            json_array_foreach(world_table(transaction->world, entity), i, row)
            {
                if (world_alike(key->columns, row, key->references, old, key->column_count)) {
                    row_list_add(&found, row);
                }
            }
            for (i = 0; i < found.count; i++) {
                visit(transaction, entity, key, found.rows[i], now);
            }
        }
    }
}

static void set_columns(struct transaction *transaction, const struct rc_entity *entity,
                        const struct rc_foreign_key *key, json_t *row, const json_t *now)
{
    json_t *values = json_object();
    for (size_t i = 0; i < key->column_count; i++) {
        json_t *value = now ? json_object_get(now, key->references[i]->name) : json_null();
        json_object_set(values, key->columns[i]->name, value);
    }
    transaction_update(transaction, entity, row, values);
    json_decref(values);
}

static void follow_update(struct transaction *transaction, const struct rc_entity *entity,
                          const struct rc_foreign_key *key, json_t *row, const json_t *now)
{
    switch (key->on_update) {
    case RC_ACTION_CASCADE:
        set_columns(transaction, entity, key, row, now);
        break;
    case RC_ACTION_SET_NULL:
        set_columns(transaction, entity, key, row, NULL);
        break;
    case RC_ACTION_RESTRICT:
        transaction_note(transaction, PROBLEM_FOREIGN);
        break;
    case RC_ACTION_NO_ACTION:
    case RC_ACTION_SET_DEFAULT:
        break; // the end will tell
    }
}

static void follow_delete(struct transaction *transaction, const struct rc_entity *entity,
                          const struct rc_foreign_key *key, json_t *row, const json_t *now)
{
    (void)now;
    if (!world_has(transaction->world, entity, row)) {
        return; // gone by another way
    }
    switch (key->on_delete) {
    case RC_ACTION_CASCADE:
        transaction_delete(transaction, row);
        break;
    case RC_ACTION_SET_NULL:
        set_columns(transaction, entity, key, row, NULL);
        break;
    case RC_ACTION_RESTRICT:
        transaction_note(transaction, PROBLEM_FOREIGN);
        break;
    case RC_ACTION_NO_ACTION:
    case RC_ACTION_SET_DEFAULT:
        break;
    }
}

void transaction_update(struct transaction *transaction, const struct rc_entity *entity,
                        json_t *row, json_t *values)
{
    json_t *old = json_copy(row);
    json_object_update(row, values);
    check_nulls(transaction, entity, row);
    if (transaction_conflict(transaction, entity, row)) {
        transaction_note(transaction, PROBLEM_UNIQUE);
    }
    each_reference(transaction, entity, old, row, follow_update);
    transaction->dangled |= !world_is_settled(transaction->world);
    json_decref(old);
}

// Takes the row out of its table; NULL when it is in none (any more).
static const struct rc_entity *take_out(struct transaction *transaction, json_t *row)
{
    for (size_t e = 0; e < transaction->world->entity_count; e++) {
        json_t *table = json_array_get(transaction->world->tables, e);
        size_t i;
        const json_t *other;
        json_array_foreach(table, i, other)
        {
            if (other == row) {
                json_array_append(transaction->removed, row);
                json_array_remove(table, i);
                return transaction->world->entities[e];
            }
        }
    }
    return NULL;
}

void transaction_delete(struct transaction *transaction, json_t *row)
{
    const struct rc_entity *entity = take_out(transaction, row);
    if (entity) {
        each_reference(transaction, entity, row, NULL, follow_delete);
    }
}

void transaction_end(struct transaction *transaction)
{
    if (!world_is_settled(transaction->world)) {
        transaction_note(transaction, PROBLEM_FOREIGN);
    }
}
