// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with data by itself: found by reading it, before anything is done, and also in
// parts that it would not come to (the create of an upsert whose record is there).
#include "outcome.h"

#include "support/check.h"

static void check_create(struct writing *writing, const struct rc_model *model, json_t *data,
                         const struct write_origin *origin);
static void check_update(struct writing *writing, const struct rc_model *model, json_t *data);

// How often each column is said to be something; by rc_column.index.
struct mentions {
    struct writing *writing;
    const struct rc_model *model;
    unsigned count[64];
};

static void note(struct writing *writing, enum problem problem)
{
    transaction_note(&writing->transaction, problem);
}

static void mention(struct mentions *mentions, const struct rc_column *column)
{
    assert_in_range(column->index, 0, 63);
    if (++mentions->count[column->index] > 1) {
        note(mentions->writing, PROBLEM_INVALID);
    }
}

static void mention_all(struct mentions *mentions, const struct rc_column *const *columns,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mention(mentions, columns[i]);
    }
}

// ---- what is written of related records

static void check_create_in(struct writing *writing, const struct rc_relation *relation,
                            json_t *data, json_t *key)
{
    const struct write_origin origin = {.relation = relation->owns ? NULL : relation,
                                        .key = key};
    check_create(writing, relation->target, data, &origin);
}

// One member of a relation's writes, or one element of it.
static void check_member(struct writing *writing, const struct rc_relation *relation,
                         const char *name, json_t *member)
{
    json_t *key = json_object_get(member, "key");
    size_t i;
    json_t *row;
    if (strcmp(name, "create") == 0) {
        check_create_in(writing, relation, member, NULL);
    } else if (strcmp(name, "connect_or_create") == 0) {
        check_create_in(writing, relation, json_object_get(member, "create"), key);
    } else if (strcmp(name, "create_many") == 0) {
        json_array_foreach(json_object_get(member, "rows"), i, row)
        {
            check_create_in(writing, relation, row, NULL);
        }
    } else if (strcmp(name, "update") == 0) {
        check_update(writing, relation->target, json_object_get(member, "data"));
    } else if (strcmp(name, "update_many") == 0) {
        json_t *data = json_object_get(member, "data");
        check_update(writing, relation->target, data);
        if (write_has_relations(relation->target, data)) {
            note(writing, PROBLEM_INVALID);
        }
    } else if (strcmp(name, "upsert") == 0) {
        check_create_in(writing, relation, json_object_get(member, "create"), key);
        check_update(writing, relation->target, json_object_get(member, "update"));
    } else if (strcmp(name, "disconnect") == 0 && relation->key && relation->key->required) {
        note(writing, PROBLEM_REQUIRED);
    } else if (strcmp(name, "delete") == 0 && relation->required) {
        note(writing, PROBLEM_REQUIRED);
    }
}

static void check_relations(struct writing *writing, const struct rc_model *model, json_t *data)
{
    for (size_t r = 0; r < model->relation_count; r++) {
        const struct rc_relation *relation = &model->relations[r];
        json_t *writes = json_object_get(data, relation->name);
        const char *name;
        json_t *member;
        if (!relation->to_many && json_object_size(writes) > 1) {
            note(writing, PROBLEM_INVALID);
        }
        json_object_foreach(writes, name, member)
        {
            size_t i;
            json_t *element;
            if (!json_is_array(member)) {
                check_member(writing, relation, name, member);
            }
            json_array_foreach(member, i, element)
            {
                check_member(writing, relation, name, element);
            }
        }
    }
}

bool write_has_relations(const struct rc_model *model, const json_t *data)
{
    bool has = false;
    for (size_t i = 0; i < model->relation_count; i++) {
        has |= json_object_get(data, model->relations[i].name) != NULL;
    }
    return has;
}

// Whether a relation's writes give this record's foreign key a value.
static bool assigns(const struct rc_relation *relation, const json_t *writes)
{
    return relation->owns && json_object_size(writes) > 0 && !json_object_get(writes, "update");
}

static void mention_relations(struct mentions *mentions, const json_t *data)
{
    const struct rc_model *model = mentions->model;
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        if (assigns(relation, json_object_get(data, relation->name))) {
            mention_all(mentions, relation->columns, relation->column_count);
        }
    }
}

// ---- creates

static void mention_columns(struct mentions *mentions, const json_t *data)
{
    const struct rc_model *model = mentions->model;
    size_t i;
    const json_t *field;
    bool is_null[64] = {false};
    for (i = 0; i < model->entity->column_count; i++) {
        if (json_object_get(data, model->entity->columns[i].name)) {
            mention(mentions, &model->entity->columns[i]);
        }
    }
    json_array_foreach(json_object_get(data, "set_null"), i, field)
    {
        const struct rc_column *column = evaluate_field(model, json_string_value(field));
        if (!is_null[column->index]) { // said twice, it is said
            mention(mentions, column);
        }
        is_null[column->index] = true;
        if (!column->nullable) {
            note(mentions->writing, PROBLEM_NULL);
        }
    }
}

static void check_create(struct writing *writing, const struct rc_model *model, json_t *data,
                         const struct write_origin *origin)
{
    const struct rc_relation *relation = origin ? origin->relation : NULL;
    struct mentions mentions = {.writing = writing, .model = model};
    const struct rc_key *key = NULL;
    if (origin && origin->skips && write_has_relations(model, data)) {
        note(writing, PROBLEM_INVALID);
    }
    mention_columns(&mentions, data);
    mention_relations(&mentions, data);
    if (relation && !relation->join) {
        mention_all(&mentions, relation->target_columns, relation->column_count);
    }
    if (origin && origin->key && world_key(model->entity, origin->key, &key)) {
        for (size_t i = 0; i < key->column_count; i++) {
            mentions.count[key->columns[i]->index] |= 1;
        }
    }
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const struct rc_column *column = &model->entity->columns[i];
        bool is_made = column->generator != RC_GENERATOR_NONE || column->updated_at;
        if (!mentions.count[i] && !is_made && !rc_column_is_optional(column)) {
            note(writing, PROBLEM_ABSENT);
        }
    }
    check_relations(writing, model, data);
}

// ---- updates

static void check_update(struct writing *writing, const struct rc_model *model, json_t *data)
{
    struct mentions mentions = {.writing = writing, .model = model};
    for (size_t i = 0; i < model->entity->column_count; i++) {
        const struct rc_column *column = &model->entity->columns[i];
        const json_t *update = json_object_get(data, column->name);
        if (update) {
            mention(&mentions, column);
        }
        if (json_object_get(update, "set_null") && !column->nullable) {
            note(writing, PROBLEM_NULL);
        }
    }
    mention_relations(&mentions, data);
    check_relations(writing, model, data);
}

// ---- requests

bool write_names(const struct rc_model *model, const json_t *fields,
                 const struct rc_column *column)
{
    size_t i;
    const json_t *field;
    json_array_foreach(fields, i, field)
    {
        if (evaluate_field(model, json_string_value(field)) == column) {
            return true;
        }
    }
    return false;
}

const struct rc_key *write_conflict_key(const struct rc_model *model, const json_t *fields)
{
    for (size_t k = 0; k < model->entity->key_count; k++) {
        const struct rc_key *key = &model->entity->keys[k];
        bool is_it = true;
        for (size_t i = 0; i < model->entity->column_count; i++) {
            const struct rc_column *column = &model->entity->columns[i];
            bool is_part = false;
            for (size_t c = 0; c < key->column_count; c++) {
                is_part |= key->columns[c] == column;
            }
            is_it &= is_part == write_names(model, fields, column);
        }
        if (is_it) {
            return key;
        }
    }
    return NULL;
}

static void check_rows(struct writing *writing, const struct rc_model *model, json_t *request)
{
    const struct write_origin origin = {
        .skips = json_is_true(json_object_get(request, "skip_duplicates"))};
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(request, "rows"), i, row)
    {
        check_create(writing, model, row, &origin);
    }
}

// UpsertMany: rows have the key that decides, and nothing but columns.
static void check_upserts(struct writing *writing, const struct rc_model *model,
                          json_t *request)
{
    const struct rc_key *key = write_conflict_key(model, json_object_get(request, "conflict"));
    size_t i;
    json_t *row;
    if (!key) {
        note(writing, PROBLEM_INVALID);
        return;
    }
    json_array_foreach(json_object_get(request, "rows"), i, row)
    {
        for (size_t c = 0; c < key->column_count; c++) {
            if (!json_object_get(row, key->columns[c]->name)) {
                note(writing, PROBLEM_INVALID);
            }
        }
        if (write_has_relations(model, row)) {
            note(writing, PROBLEM_INVALID);
        }
    }
}

static void check_many(struct writing *writing, const struct rc_model *model, json_t *request)
{
    if (!json_is_true(json_object_get(request, "all")) &&
        write_is_everything(model, json_object_get(request, "where"))) {
        note(writing, PROBLEM_INVALID);
    }
}

void write_check(struct writing *writing, const struct rc_model *model, enum rc_verb verb,
                 json_t *request)
{
    json_t *data = json_object_get(request, "data");
    const struct write_origin origin = {.key = json_object_get(request, "key")};
    switch (verb) {
    case RC_VERB_CREATE:
        check_create(writing, model, data, NULL);
        break;
    case RC_VERB_UPSERT_MANY:
        check_upserts(writing, model, request);
        check_rows(writing, model, request);
        break;
    case RC_VERB_CREATE_MANY:
        check_rows(writing, model, request);
        break;
    case RC_VERB_UPDATE_MANY:
        check_many(writing, model, request);
        if (!write_is_change(model, data) || write_has_relations(model, data)) {
            note(writing, PROBLEM_INVALID);
        }
        check_update(writing, model, data);
        break;
    case RC_VERB_UPDATE:
        check_update(writing, model, data);
        break;
    case RC_VERB_UPSERT:
        check_create(writing, model, json_object_get(request, "create"), &origin);
        check_update(writing, model, json_object_get(request, "update"));
        break;
    case RC_VERB_DELETE_MANY:
        check_many(writing, model, request);
        break;
    default:
        break;
    }
}
