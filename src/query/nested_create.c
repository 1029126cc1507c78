// SPDX-License-Identifier: Apache-2.0
//
// One new record with its relations, or the rows of a group, which have none.
#include "query/nested.h"
#include "query/predicate.h"

// Foreign keys that data's own relations give.
static rowcall_status refer(struct rc_script *script, const struct rc_create *create,
                            struct rc_insert *insert)
{
    struct rc_builder *builder = rc_script_builder(script);
    const struct rc_model *model = create->model;
    struct rc_record gate = create->gate;
    if (rc_record_is_none(gate) && create->parent) {
        gate = create->parent->record;
    }
    for (size_t i = 0; i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        const struct rc_node *writes = rc_nested_relation(create->data, relation);
        struct rc_link link;
        if (!writes || !relation->owns) {
            continue;
        }
        rowcall_status st = rc_nested_refer(script, relation, writes, gate, &link);
        if (!st && !rc_record_is_none(link.record)) {
            st = rc_insert_link(builder, insert, &link);
        }
        if (st) {
            return st;
        }
    }
    return ROWCALL_OK;
}

// The columns of the key that decides whether the record exists, where data leaves them out.
static void default_key(struct rc_insert *insert, const struct rc_node *key)
{
    const struct rc_node *named = key->first;
    if (named && named->field->role == RC_ROLE_COMPOSITE_KEY) {
        for (const struct rc_node *value = named->first; value; value = value->next) {
            rc_insert_default(insert, value);
        }
    } else if (named) {
        rc_insert_default(insert, named);
    }
}

static rowcall_status read(struct rc_script *script, const struct rc_create *create,
                           struct rc_insert *insert)
{
    struct rc_builder *builder = rc_script_builder(script);
    rowcall_status st = rc_insert_read(builder, create->model, create->data, insert);
    if (st) {
        return st;
    }
    insert->gate = create->gate;
    if (create->parent) {
        insert->parent = create->parent->record;
        st = rc_insert_link(builder, insert, create->parent);
    }
    if (!st) {
        st = refer(script, create, insert);
    }
    if (!st && create->key) {
        default_key(insert, create->key);
    }
    return st ? st : rc_insert_complete(builder, insert);
}

// " on conflict ("a", "b") do nothing"
static void put_conflict(struct rc_builder *builder, const struct rc_create *create)
{
    if (create->key) {
        rc_builder_put(builder, " on conflict ");
        rc_predicate_put_conflict(builder, create->key);
        rc_builder_put(builder, " do nothing");
    } else if (create->skip_duplicates) {
        rc_builder_put(builder, " on conflict do nothing");
    }
}

// Whether the rows may refer to records that go, or get another key, in the same statement.
static bool refers_to_moved(const struct rc_script *script, const struct rc_insert *insert,
                            const struct rc_entity *entity)
{
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        const struct rc_foreign_key *key = &entity->foreign_keys[i];
        bool is_given = rc_script_has_moved(script, key->target);
        for (size_t c = 0; c < key->column_count; c++) {
            is_given &= rc_insert_has(insert, key->columns[c]);
        }
        if (is_given) {
            return true;
        }
    }
    return false;
}

static rowcall_status put(struct rc_script *script, const struct rc_create *create,
                          struct rc_insert *insert, struct rc_record *ret_record)
{
    struct rc_builder *builder = rc_script_builder(script);
    const struct rc_entity *entity = create->model->entity;
    const struct rc_op op = {.kind = RC_OP_INSERT,
                             .table = entity,
                             .looks = create->key || create->skip_duplicates ||
                                      refers_to_moved(script, insert, entity)};
    rowcall_status st = rc_script_open(script, &op);
    if (st) {
        return st;
    }
    struct rc_alias alias = rc_builder_alias(builder);
    rc_insert_put(builder, script, insert, alias);
    put_conflict(builder, create);
    rc_builder_put(builder, " returning ");
    rc_script_put_columns(script, create->model, alias);
    *ret_record = rc_script_close(script, create->model);
    return ROWCALL_OK;
}

rowcall_status rc_nested_create(struct rc_script *script, const struct rc_create *create,
                                struct rc_record *ret_record)
{
    const struct rc_model *model = create->model;
    struct rc_insert insert;
    rowcall_status st = read(script, create, &insert);
    if (!st) {
        st = put(script, create, &insert, ret_record);
    }
    for (size_t i = 0; !st && i < model->relation_count; i++) {
        const struct rc_relation *relation = &model->relations[i];
        const struct rc_node *writes = rc_nested_relation(create->data, relation);
        if (writes && !relation->owns) {
            st = rc_nested_come(script, relation, writes, *ret_record, true);
        }
    }
    return st;
}
