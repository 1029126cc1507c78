// SPDX-License-Identifier: Apache-2.0
//
// The records that refer to one that is written, in three steps, each for all relations: what
// leaves, what stays, what comes.
#include "outcome.h"

#include "support/check.h"

// One relation of one row.
struct relating {
    struct writing *writing;
    const struct rc_relation *relation;
    json_t *row;
    json_t *writes;
    bool is_new;
};

static void related_rows(const struct relating *at, struct row_list *ret_list)
{
    evaluate_related(&at->writing->evaluator, at->relation, at->row, ret_list);
}

static json_t *find(const struct relating *at, json_t *key)
{
    return world_find(at->writing->transaction.world, at->relation->target->entity, key);
}

static bool is_related(const struct relating *at, const json_t *row)
{
    struct row_list list;
    bool is = false;
    related_rows(at, &list);
    for (size_t i = 0; i < list.count; i++) {
        is |= list.rows[i] == row;
    }
    return is;
}

static void note(const struct relating *at, enum problem problem)
{
    transaction_note(&at->writing->transaction, problem);
}

static bool matches(const struct relating *at, json_t *where, const json_t *row)
{
    return evaluate_where(&at->writing->evaluator, at->relation->target, where, row) ==
           TRUTH_TRUE;
}

// ---- relating and releasing

// The pair of the join table that relates both. A new reference.
static json_t *pair_of(const struct relating *at, const json_t *other)
{
    const struct rc_relation *relation = at->relation;
    json_t *pair = json_object();
    json_object_set(pair, relation->join_near,
                    json_object_get(at->row, relation->columns[0]->name));
    json_object_set(pair, relation->join_far,
                    json_object_get(other, relation->target_columns[0]->name));
    return pair;
}

static void relate(const struct relating *at, json_t *other)
{
    struct transaction *transaction = &at->writing->transaction;
    const struct rc_relation *relation = at->relation;
    if (relation->join) {
        json_t *pair = pair_of(at, other);
        if (transaction_conflict(transaction, relation->join->table, pair)) {
            json_decref(pair);
        } else {
            (void)transaction_insert(transaction, relation->join->table, pair);
        }
        return;
    }
    json_t *values = json_object();
    for (size_t i = 0; i < relation->column_count; i++) {
        json_object_set(values, relation->target_columns[i]->name,
                        json_object_get(at->row, relation->columns[i]->name));
    }
    transaction_update(transaction, relation->target->entity, other, values);
    json_decref(values);
}

// A related record loses its parent, if it can be without.
static void release(const struct relating *at, json_t *other)
{
    struct transaction *transaction = &at->writing->transaction;
    const struct rc_relation *relation = at->relation;
    if (relation->join) {
        json_t *pair = pair_of(at, other);
        transaction_delete(transaction,
                           transaction_conflict(transaction, relation->join->table, pair));
        json_decref(pair);
        return;
    }
    if (relation->key->required) {
        note(at, PROBLEM_REQUIRED);
        return;
    }
    json_t *values = json_object();
    for (size_t i = 0; i < relation->column_count; i++) {
        json_object_set_new(values, relation->target_columns[i]->name, json_null());
    }
    transaction_update(transaction, relation->target->entity, other, values);
    json_decref(values);
}

// ---- what leaves

static bool is_named(const struct relating *at, json_t *keys, const json_t *row)
{
    size_t i;
    json_t *key;
    json_array_foreach(keys, i, key)
    {
        if (find(at, key) == row) {
            return true;
        }
    }
    return false;
}

// All related rows but those of the keys are released.
static void release_others(const struct relating *at, json_t *keys)
{
    struct row_list list;
    related_rows(at, &list);
    for (size_t i = 0; i < list.count; i++) {
        if (!is_named(at, keys, list.rows[i])) {
            release(at, list.rows[i]);
        }
    }
}

// Keys that name the same fields are looked for at once, so one may be named twice.
static void delete_keys(const struct relating *at, json_t *keys)
{
    bool is_done[WORLD_ROWS_MAX] = {false};
    size_t indexes[WORLD_ROWS_MAX];
    size_t count;
    while ((count = write_kind(NULL, keys, is_done, indexes)) > 0) {
        struct row_list list = {.count = 0};
        for (size_t i = 0; i < count; i++) {
            json_t *row = find(at, json_array_get(keys, indexes[i]));
            if (row && is_related(at, row)) {
                row_list_add(&list, row);
            } else {
                note(at, PROBLEM_UNRELATED);
            }
        }
        for (size_t i = 0; i < list.count; i++) {
            transaction_delete(&at->writing->transaction, list.rows[i]);
        }
    }
}

// The related rows that match.
static void matching_rows(const struct relating *at, json_t *where, struct row_list *ret_list)
{
    struct row_list list;
    related_rows(at, &list);
    ret_list->count = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (matches(at, where, list.rows[i])) {
            row_list_add(ret_list, list.rows[i]);
        }
    }
}

static void delete_matching(const struct relating *at, json_t *where)
{
    struct row_list list;
    matching_rows(at, where, &list);
    if (!at->relation->to_many && list.count == 0) {
        note(at, PROBLEM_MISSING);
    }
    for (size_t i = 0; i < list.count; i++) {
        transaction_delete(&at->writing->transaction, list.rows[i]);
    }
}

static void leave_one(const struct relating *at)
{
    json_t *disconnect = json_object_get(at->writes, "disconnect");
    json_t *delete = json_object_get(at->writes, "delete");
    struct row_list list;
    if (disconnect) {
        matching_rows(at, disconnect, &list);
        for (size_t i = 0; i < list.count; i++) {
            release(at, list.rows[i]);
        }
    }
    if (delete) {
        delete_matching(at, delete);
    }
}

static void leave(const struct relating *at)
{
    json_t *set = json_object_get(at->writes, "set");
    size_t i;
    json_t *element;
    if (!at->relation->to_many) {
        leave_one(at);
        return;
    }
    json_array_foreach(json_object_get(at->writes, "disconnect"), i, element)
    {
        json_t *row = find(at, element);
        if (row && is_related(at, row)) {
            release(at, row);
        }
    }
    if (set) {
        release_others(at, json_object_get(set, "keys"));
    }
    delete_keys(at, json_object_get(at->writes, "delete"));
    json_array_foreach(json_object_get(at->writes, "delete_many"), i, element)
    {
        delete_matching(at, element);
    }
}

// ---- what stays

// The related row that an update or upsert is for: that of its key, or the only one.
static json_t *meant(const struct relating *at, json_t *writes)
{
    struct row_list list;
    if (at->relation->to_many) {
        json_t *row = find(at, json_object_get(writes, "key"));
        return row && is_related(at, row) ? row : NULL;
    }
    related_rows(at, &list);
    return list.count > 0 ? list.rows[0] : NULL;
}

static void update(const struct relating *at, json_t *writes)
{
    json_t *row = meant(at, writes);
    if (row && matches(at, json_object_get(writes, "where"), row)) {
        write_update(at->writing, at->relation->target, row, json_object_get(writes, "data"));
    } else {
        note(at, PROBLEM_MISSING);
    }
}

static void update_many(const struct relating *at, json_t *writes)
{
    struct row_list list;
    matching_rows(at, json_object_get(writes, "where"), &list);
    for (size_t i = 0; i < list.count; i++) {
        write_update(at->writing, at->relation->target, list.rows[i],
                     json_object_get(writes, "data"));
    }
}

// Creates a row that is related to this one. False when there is one with its key.
static bool create(const struct relating *at, json_t *data, json_t *key, bool skips)
{
    const struct write_origin origin = {
        .relation = at->relation, .parent = at->row, .key = key, .skips = skips};
    json_t *row = write_create(at->writing, at->relation->target, data, &origin);
    if (row && at->relation->join) {
        relate(at, row);
    }
    return row != NULL;
}

static void upsert(const struct relating *at, json_t *writes)
{
    json_t *row = meant(at, writes);
    if (!row &&
        create(at, json_object_get(writes, "create"), json_object_get(writes, "key"), false)) {
        return;
    }
    row = row ? row : meant(at, writes); // what it refers to may have been related to this one
    if (!row) {
        note(at, PROBLEM_UNIQUE);
        return;
    }
    if (!matches(at, json_object_get(writes, "where"), row)) {
        note(at, PROBLEM_MISSING);
    }
    write_update(at->writing, at->relation->target, row, json_object_get(writes, "update"));
}

typedef void (*each_fn)(const struct relating *at, json_t *element);

// A member that is a list where the relation is to many.
static void each(const struct relating *at, const char *name, each_fn write)
{
    json_t *member = json_object_get(at->writes, name);
    size_t i;
    json_t *element;
    if (member && !json_is_array(member)) {
        write(at, member);
    }
    json_array_foreach(member, i, element)
    {
        write(at, element);
    }
}

static void stay(const struct relating *at)
{
    each(at, "update", update);
    each(at, "update_many", update_many);
    each(at, "upsert", upsert);
}

// ---- what comes

static void create_plain(const struct relating *at, json_t *data)
{
    create(at, data, NULL, false);
}

static void create_many(const struct relating *at, json_t *writes)
{
    json_t *rows = json_object_get(writes, "rows");
    bool skips = json_is_true(json_object_get(writes, "skip_duplicates"));
    bool is_done[WORLD_ROWS_MAX] = {false};
    size_t indexes[WORLD_ROWS_MAX];
    size_t count;
    while ((count = write_kind(at->relation->target, rows, is_done, indexes)) > 0) {
        for (size_t i = 0; i < count; i++) {
            create(at, json_array_get(rows, indexes[i]), NULL, skips);
        }
    }
}

// The keys that name the same fields are looked for at once.
static void connect(const struct relating *at, json_t *keys)
{
    bool is_done[WORLD_ROWS_MAX] = {false};
    size_t indexes[WORLD_ROWS_MAX];
    size_t count;
    while ((count = write_kind(NULL, keys, is_done, indexes)) > 0) {
        struct row_list list = {.count = 0};
        for (size_t i = 0; i < count; i++) {
            json_t *row = find(at, json_array_get(keys, indexes[i]));
            if (row) {
                row_list_add(&list, row);
            } else {
                note(at, at->relation->to_many ? PROBLEM_UNCONNECTED : PROBLEM_MISSING);
            }
        }
        for (size_t i = 0; i < list.count; i++) {
            relate(at, list.rows[i]);
        }
    }
}

static void connect_or_create(const struct relating *at, json_t *writes)
{
    const struct write_origin origin = {
        .relation = at->relation, .parent = at->row, .key = json_object_get(writes, "key")};
    bool is_new;
    json_t *row = write_find_or_create(at->writing, at->relation->target,
                                       json_object_get(writes, "create"), &origin, &is_new);
    if (row && (!is_new || at->relation->join)) {
        relate(at, row);
    }
}

// The one that is related at present gives way, unless it is the one that comes.
static void make_room(const struct relating *at)
{
    json_t *key = json_object_get(at->writes, "connect");
    json_t *either = json_object_get(at->writes, "connect_or_create");
    key = either ? json_object_get(either, "key") : key;
    if (key || json_object_get(at->writes, "create")) {
        json_t *keys = json_array();
        if (key) {
            json_array_append(keys, key);
        }
        release_others(at, keys);
        json_decref(keys);
    }
}

static void come(const struct relating *at)
{
    json_t *set = json_object_get(at->writes, "set");
    json_t *keys = json_object_get(at->writes, "connect");
    if (!at->relation->to_many && !at->is_new) {
        make_room(at);
    }
    connect(at, json_object_get(set, "keys"));
    each(at, "create", create_plain);
    each(at, "create_many", create_many);
    keys = json_is_object(keys) ? json_pack("[O]", keys) : json_incref(keys);
    connect(at, keys);
    json_decref(keys);
    each(at, "connect_or_create", connect_or_create);
}

void write_related(struct writing *writing, const struct rc_model *model, json_t *row,
                   json_t *data, bool is_new)
{
    static void (*const steps[])(const struct relating *at) = {leave, stay, come};
    for (size_t step = 0; step < 3; step++) {
        for (size_t i = 0; i < model->relation_count; i++) {
            const struct relating at = {.writing = writing,
                                        .relation = &model->relations[i],
                                        .row = row,
                                        .writes =
                                            json_object_get(data, model->relations[i].name),
                                        .is_new = is_new};
            if (at.writes && !at.relation->owns) {
                steps[step](&at);
            }
        }
    }
}
