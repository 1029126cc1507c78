// SPDX-License-Identifier: Apache-2.0
//
// One record that is created or updated: the records that it refers to, itself, and then those
// that refer to it (related.c).
#include "outcome.h"

#include "support/check.h"

// ---- creates

// The names of an EField list, as columns, are set to NULL.
static void set_nulls(struct writing *writing, const struct rc_model *model,
                      const json_t *fields, json_t *row)
{
    size_t i;
    const json_t *field;
    json_array_foreach(fields, i, field)
    {
        const struct rc_column *column = evaluate_field(model, json_string_value(field));
        const json_t *given = json_object_get(row, column->name);
        if (given && !json_is_null(given)) {
            transaction_note(&writing->transaction, PROBLEM_INVALID);
        }
        json_object_set_new(row, column->name, json_null());
    }
}

json_t *write_row(struct writing *writing, const struct rc_model *model, json_t *data)
{
    json_t *row = json_object();
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const char *name = model->entity->columns[i].name;
        json_t *value = json_object_get(data, name);
        if (value) {
            json_object_set(row, name, value);
        }
    }
    set_nulls(writing, model, json_object_get(data, "set_null"), row);
    return row;
}

// ---- the records that it refers to

// The record that create, connect or connect_or_create leads to; NULL when there is none.
static json_t *refer(struct writing *writing, const struct rc_relation *relation,
                     json_t *writes)
{
    const struct rc_model *target = relation->target;
    json_t *create = json_object_get(writes, "create");
    json_t *connect = json_object_get(writes, "connect");
    json_t *either = json_object_get(writes, "connect_or_create");
    if (create) {
        return write_create(writing, target, create, NULL);
    }
    if (!connect && !either) {
        return NULL;
    }
    json_t *key = connect ? connect : json_object_get(either, "key");
    json_t *row = world_find(writing->transaction.world, target->entity, key);
    if (!row && connect) {
        transaction_note(&writing->transaction, PROBLEM_MISSING);
    }
    const struct write_origin origin = {.key = key};
    bool is_new;
    return connect ? row
                   : write_find_or_create(writing, target, json_object_get(either, "create"),
                                          &origin, &is_new);
}

// Columns of `to` get the values that `from` has in others.
static void copy_key(const struct rc_column *const *to_columns, json_t *to,
                     const struct rc_column *const *from_columns, const json_t *from,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        json_object_set(to, to_columns[i]->name, json_object_get(from, from_columns[i]->name));
    }
}

static void refer_all(struct writing *writing, const struct rc_model *model, json_t *data,
                      json_t *row)
{
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        json_t *writes = json_object_get(data, relation->name);
        const json_t *target =
            writes && relation->owns ? refer(writing, relation, writes) : NULL;
        if (target) {
            copy_key(relation->columns, row, relation->target_columns, target,
                     relation->column_count);
        }
    }
}

// ---- creates

// The key's columns, where the row does not have them.
static void default_key(const struct rc_entity *entity, json_t *key, json_t *row)
{
    const struct rc_key *named;
    const json_t *given = world_key(entity, key, &named);
    for (size_t i = 0; given && i < named->column_count; i++) {
        const char *name = named->columns[i]->name;
        if (!json_object_get(row, name)) {
            json_object_set(row, name, json_object_get(given, name));
        }
    }
}

// How the record's own write leaves it: before foreign keys that lead to it follow.
static json_t *leave_row(struct writing *writing, json_t *row, json_t *values)
{
    json_t *left = json_copy(row);
    if (values) {
        json_object_update(left, values);
    }
    json_array_append_new(writing->written, json_pack("[O, O, i]", row, left, writing->depth));
    return left;
}

// Whether there is a record with the row's values of this key after all: what it refers to was
// created before it, and may be that very record.
static bool has_come(const struct writing *writing, const struct rc_entity *entity, json_t *key,
                     const json_t *row)
{
    const struct rc_key *named;
    size_t i;
    const json_t *other;
    if (!world_key(entity, key, &named)) {
        return false;
    }
    json_array_foreach(world_table(writing->transaction.world, entity), i, other)
    {
        if (world_alike(named->columns, row, NULL, other, named->column_count)) {
            return true;
        }
    }
    return false;
}

json_t *write_find_or_create(struct writing *writing, const struct rc_model *model,
                             json_t *data, const struct write_origin *origin, bool *ret_is_new)
{
    const struct world *world = writing->transaction.world;
    json_t *row = world_find(world, model->entity, origin->key);
    json_t *created = row ? NULL : write_create(writing, model, data, origin);
    *ret_is_new = created != NULL;
    if (!row && !created) {
        row = world_find(world, model->entity, origin->key);
    }
    if (!row && !created) { // under another key
        transaction_note(&writing->transaction, PROBLEM_UNIQUE);
    }
    return created ? created : row;
}

json_t *write_create(struct writing *writing, const struct rc_model *model, json_t *data,
                     const struct write_origin *origin)
{
    struct transaction *transaction = &writing->transaction;
    static const struct write_origin nothing;
    json_t *row = write_row(writing, model, data);
    origin = origin ? origin : &nothing;
    if (origin->relation && !origin->relation->join) {
        copy_key(origin->relation->target_columns, row, origin->relation->columns,
                 origin->parent, origin->relation->column_count);
    }
    writing->depth++;
    refer_all(writing, model, data, row);
    writing->depth--;
    default_key(model->entity, origin->key, row);
    transaction_complete(transaction, model->entity, row);
    if ((origin->skips && transaction_conflict(transaction, model->entity, row)) ||
        (origin->key && has_come(writing, model->entity, origin->key, row))) {
        json_decref(row);
        return NULL;
    }
    row = transaction_insert(transaction, model->entity, row);
    json_t *left = leave_row(writing, row, NULL);
    writing->depth++;
    write_related(writing, model, left, data, true);
    writing->depth--;
    json_decref(left);
    return row;
}

// ---- updates

// The record that row refers to, if it matches; NULL when there is none.
static json_t *referred(struct writing *writing, const struct rc_relation *relation,
                        const json_t *row, json_t *where)
{
    struct row_list related;
    evaluate_related(&writing->evaluator, relation, row, &related);
    bool matches = related.count > 0 && evaluate_where(&writing->evaluator, relation->target,
                                                       where, related.rows[0]) == TRUTH_TRUE;
    return matches ? related.rows[0] : NULL;
}

// What becomes of a foreign key: values gets what its columns become.
struct referral {
    struct writing *writing;
    const struct rc_relation *relation;
    json_t *row;
    json_t *values;
    json_t *gone; // rows to be deleted when all is said
};

static void leave(const struct referral *referral, json_t *where, bool is_delete)
{
    const struct rc_relation *relation = referral->relation;
    json_t *related = referred(referral->writing, relation, referral->row, where);
    for (size_t i = 0; related && i < relation->column_count; i++) {
        json_object_set_new(referral->values, relation->columns[i]->name, json_null());
    }
    if (is_delete && related) {
        json_array_append(referral->gone, related);
    } else if (is_delete) {
        transaction_note(&referral->writing->transaction, PROBLEM_MISSING);
    }
}

static void change(const struct referral *referral, json_t *update)
{
    const struct rc_relation *relation = referral->relation;
    json_t *related =
        referred(referral->writing, relation, referral->row, json_object_get(update, "where"));
    if (related) {
        write_update(referral->writing, relation->target, related,
                     json_object_get(update, "data"));
    } else {
        transaction_note(&referral->writing->transaction, PROBLEM_MISSING);
    }
}

static json_t *change_or_create(const struct referral *referral, json_t *upsert)
{
    struct writing *writing = referral->writing;
    const struct rc_relation *relation = referral->relation;
    json_t *related = referred(writing, relation, referral->row, NULL);
    if (!related) {
        return write_create(writing, relation->target, json_object_get(upsert, "create"), NULL);
    }
    if (!referred(writing, relation, referral->row, json_object_get(upsert, "where"))) {
        transaction_note(&writing->transaction, PROBLEM_MISSING);
    }
    write_update(writing, relation->target, related, json_object_get(upsert, "update"));
    return related;
}

static void refer_again(const struct referral *referral, json_t *writes)
{
    const struct rc_relation *relation = referral->relation;
    json_t *disconnect = json_object_get(writes, "disconnect");
    json_t *delete = json_object_get(writes, "delete");
    json_t *update = json_object_get(writes, "update");
    json_t *upsert = json_object_get(writes, "upsert");
    const json_t *target = NULL;
    if (disconnect || delete) {
        leave(referral, disconnect ? disconnect : delete, !disconnect);
    } else if (update) {
        change(referral, update);
    } else {
        target = upsert ? change_or_create(referral, upsert)
                        : refer(referral->writing, relation, writes);
    }
    if (target) {
        copy_key(relation->columns, referral->values, relation->target_columns, target,
                 relation->column_count);
    }
}

bool write_is_found(const struct writing *writing, const struct rc_model *model,
                    const json_t *row, const json_t *before)
{
    const struct rc_key *key = &model->entity->keys[0];
    return world_has(writing->transaction.world, model->entity, row) &&
           world_alike(key->columns, row, NULL, before, key->column_count);
}

static void write_values_to(struct writing *writing, const struct rc_model *model, json_t *row,
                            json_t *values)
{
    if (json_object_size(values) > 0) {
        transaction_update(&writing->transaction, model->entity, row, values);
    }
}

void write_update(struct writing *writing, const struct rc_model *model, json_t *row,
                  json_t *data)
{
    json_t *assigned = json_object();
    json_t *gone = json_array();
    json_t *before = json_copy(row);
    size_t i;
    json_t *leaving;
    writing->depth++;
    for (i = 0; i < model->relation_count; i++) {
        const struct referral referral = {.writing = writing,
                                          .relation = &model->relations[i],
                                          .row = row,
                                          .values = assigned,
                                          .gone = gone};
        json_t *writes = json_object_get(data, referral.relation->name);
        if (writes && referral.relation->owns) {
            refer_again(&referral, writes);
        }
    }
    json_t *values = write_values(writing, model, row, data);
    json_object_update(values, assigned);
    if (json_object_size(values) > 0 && !write_is_found(writing, model, row, before)) {
        transaction_note(&writing->transaction, PROBLEM_MISSING);
    }
    writing->depth--;
    // A row that does not change itself is known as it was found.
    json_t *left = leave_row(writing, row, json_object_size(values) > 0 ? values : before);
    writing->depth++;
    write_values_to(writing, model, row, values);
    json_array_foreach(gone, i, leaving)
    {
        transaction_delete(&writing->transaction, leaving);
    }
    json_decref(before);
    json_decref(gone);
    json_decref(values);
    json_decref(assigned);
    write_related(writing, model, left, data, false);
    writing->depth--;
    json_decref(left);
}
