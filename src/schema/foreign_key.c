// SPDX-License-Identifier: Apache-2.0
//
// Foreign keys: the message-typed fields with (rowcall.relation), as their owner declares them.
// How the two sides appear in a scope belongs to relations.
#include "schema/loader.h"

#include "schema/names.h"

#include <string.h>

// A foreign key while it is read.
struct draft {
    struct rc_loader_entity *entity;
    struct rc_loader_entity *target;
    const rc_field_proto *field;
    const Rowcall__Relation *options;
    struct rc_foreign_key *key;
};

#define problem(loader, draft, ...)                                                            \
    rc_loader_problem((loader), (draft)->key->position, __VA_ARGS__)

static bool same_type(const struct rc_type *a, const struct rc_type *b)
{
    return a->kind == b->kind && a->array == b->array && a->enumeration == b->enumeration;
}

// The key of entity that has exactly these columns, in any order; NULL when there is none.
static const struct rc_key *find_key(const struct rc_entity *entity,
                                     const struct rc_column *const *columns, size_t count)
{
    for (size_t i = 0; i < entity->key_count; i++) {
        const struct rc_key *key = &entity->keys[i];
        size_t found = 0;
        for (size_t a = 0; a < key->column_count; a++) {
            for (size_t b = 0; b < count; b++) {
                found += key->columns[a] == columns[b];
            }
        }
        if (key->column_count == count && found == count) {
            return key;
        }
    }
    return NULL;
}

static bool read_columns(struct rc_loader *loader, struct draft *draft)
{
    const Rowcall__Relation *options = draft->options;
    struct rc_foreign_key *key = draft->key;
    if (options->n_fields == 0) {
        problem(loader, draft, "relation %s names no fields: set `fields` to its columns",
                key->name);
        return false;
    }
    key->columns = rc_loader_columns_at(loader, draft->entity, key->position, options->fields,
                                        options->n_fields, "relation");
    key->column_count = options->n_fields;
    return key->columns != NULL;
}

static bool read_references(struct rc_loader *loader, struct draft *draft)
{
    const Rowcall__Relation *options = draft->options;
    struct rc_foreign_key *key = draft->key;
    const struct rc_entity *target = draft->target->entity;
    size_t count = options->n_references;
    if (count > 0) {
        key->references = rc_loader_columns_at(loader, draft->target, key->position,
                                               options->references, count, "`references`");
    } else if (target->key_count > 0 && target->keys[0].primary) {
        key->references = target->keys[0].columns;
        count = target->keys[0].column_count;
    }
    if (!key->references) {
        return false; // reported: by the columns, or for the entity without a primary key
    }
    if (count != key->column_count) {
        problem(loader, draft, "relation %s: %zu fields refer to %zu of %s", key->name,
                key->column_count, count, target->name);
        return false;
    }
    if (!find_key(target, key->references, count)) {
        problem(loader, draft, "relation %s: what it refers to is no unique key of %s",
                key->name, target->name);
        return false;
    }
    return true;
}

static void check_types(struct rc_loader *loader, const struct draft *draft)
{
    const struct rc_foreign_key *key = draft->key;
    for (size_t i = 0; i < key->column_count; i++) {
        const struct rc_column *column = key->columns[i];
        const struct rc_column *reference = key->references[i];
        if (!same_type(&column->type, &reference->type) &&
            !draft->entity->column_drafts[column->index].broken &&
            !draft->target->column_drafts[reference->index].broken) {
            problem(loader, draft, "relation %s: %s is %s%s and %s.%s is %s%s", key->name,
                    column->name, column->type.sql, column->type.array ? "[]" : "",
                    reference->entity->name, reference->name, reference->type.sql,
                    reference->type.array ? "[]" : "");
        }
    }
}

static enum rc_action read_action(struct rc_loader *loader, const struct draft *draft,
                                  bool present, Rowcall__Action action,
                                  enum rc_action otherwise)
{
    if (!present) {
        return otherwise;
    }
    switch (action) {
    case ROWCALL__ACTION__ACTION_DEFAULT:
        return otherwise;
    case ROWCALL__ACTION__NO_ACTION:
        return RC_ACTION_NO_ACTION;
    case ROWCALL__ACTION__RESTRICT:
        return RC_ACTION_RESTRICT;
    case ROWCALL__ACTION__CASCADE:
        return RC_ACTION_CASCADE;
    case ROWCALL__ACTION__SET_NULL:
        return RC_ACTION_SET_NULL;
    case ROWCALL__ACTION__SET_DEFAULT:
        return RC_ACTION_SET_DEFAULT;
    default:
        break;
    }
    problem(loader, draft, "relation %s: unknown action %d", draft->key->name, (int)action);
    return otherwise;
}

static void read_actions(struct rc_loader *loader, struct draft *draft)
{
    const Rowcall__Relation *options = draft->options;
    struct rc_foreign_key *key = draft->key;
    bool all_nullable = true;
    key->required = true;
    for (size_t i = 0; i < key->column_count; i++) {
        all_nullable = all_nullable && key->columns[i]->nullable;
        key->required = key->required && !key->columns[i]->nullable;
    }
    key->on_delete = read_action(loader, draft, options->has_on_delete, options->on_delete,
                                 key->required ? RC_ACTION_RESTRICT : RC_ACTION_SET_NULL);
    key->on_update = read_action(loader, draft, options->has_on_update, options->on_update,
                                 RC_ACTION_CASCADE);
    bool sets_null =
        key->on_delete == RC_ACTION_SET_NULL || key->on_update == RC_ACTION_SET_NULL;
    if (sets_null && !all_nullable) {
        problem(loader, draft,
                "relation %s: SET_NULL needs nullable columns: make its fields `optional`, or "
                "choose another action",
                key->name);
    }
}

static void read_inverse(struct rc_loader *loader, struct draft *draft)
{
    const Rowcall__Inverse *inverse = draft->options->inverse;
    struct rc_foreign_key *key = draft->key;
    if (!inverse) {
        return;
    }
    key->inverse_name = rc_loader_copy(loader, inverse->name);
    key->inverse_number = inverse->number;
    if (!rc_name_is_field(inverse->name)) {
        problem(loader, draft,
                "relation %s: write the inverse's name \"%s\" in lower_snake_case", key->name,
                inverse->name);
    }
    if (inverse->number == 0 || inverse->number > 999) {
        problem(
            loader, draft,
            "relation %s: number %u of inverse %s is reserved for derived messages; use 1 to "
            "999",
            key->name, inverse->number, inverse->name);
    }
}

// Finds what the relation leads to; false after reporting.
static bool read_target(struct rc_loader *loader, struct draft *draft)
{
    const rc_field_proto *field = draft->field;
    const char *name = draft->key->name;
    const char *type_name = rc_text_or(field->type_name, "");
    const struct rc_entity *owner = draft->entity->entity;
    if (field->type != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE) {
        problem(loader, draft, "field %s: a relation's type is an entity", name);
        return false;
    }
    draft->target = rc_loader_find_entity(loader, type_name);
    if (!draft->target) {
        problem(loader, draft, "relation %s: %s is no entity", name,
                type_name + (*type_name == '.'));
        return false;
    }
    if (field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED) {
        problem(loader, draft,
                "relation %s is `repeated`: declare the relation at %s, where its columns are, "
                "and this side as its `inverse`",
                name, draft->target->entity->name);
        return false;
    }
    if (field->has_oneof_index && !(field->has_proto3_optional && field->proto3_optional)) {
        problem(loader, draft, "relation %s: a oneof has no relations", name);
        return false;
    }
    if (owner->shared && !draft->target->entity->shared) {
        problem(loader, draft,
                "relation %s: %s is shared and %s is not: not every database has it", name,
                owner->name, draft->target->entity->name);
        return false;
    }
    if (owner->view || draft->target->entity->view) {
        problem(loader, draft, "relation %s: a view has no foreign keys", name);
        return false;
    }
    return true;
}

static void check_name(struct rc_loader *loader, const struct draft *draft)
{
    const struct rc_foreign_key *key = draft->key;
    if (!rc_name_is_field(key->name)) {
        problem(loader, draft, "relation \"%s\": write its name in lower_snake_case",
                key->name);
    }
    if (key->number == 0 || key->number > 999) {
        problem(loader, draft,
                "relation %s: number %u is reserved for derived messages; use 1 to 999",
                key->name, key->number);
    }
}

static void read_foreign_key(struct rc_loader *loader, struct draft *draft)
{
    struct rc_foreign_key *key = draft->key;
    check_name(loader, draft);
    if (!read_target(loader, draft) || !read_columns(loader, draft) ||
        !read_references(loader, draft)) {
        return;
    }
    key->target = draft->target->entity;
    key->unique = find_key(key->owner, key->columns, key->column_count) != NULL;
    key->sql_name = rc_loader_constraint_name(loader, draft->entity, draft->options->name,
                                              key->columns, key->column_count, "_fkey");
    check_types(loader, draft);
    read_actions(loader, draft);
    read_inverse(loader, draft);
    draft->entity->entity->foreign_key_count++;
}

void rc_load_foreign_keys(struct rc_loader *loader, struct rc_loader_entity *entity)
{
    const rc_message_proto *proto = entity->proto;
    struct rc_foreign_key *keys =
        rc_loader_alloc(loader, proto->n_field, sizeof(struct rc_foreign_key));
    entity->entity->foreign_keys = keys;
    for (size_t i = 0; i < proto->n_field; i++) {
        const rc_field_proto *field = proto->field[i];
        struct rc_position position = rc_loader_field_position(entity, i);
        const Rowcall__Relation *options = rc_options_relation(loader, field, position);
        if (!options) {
            continue;
        }
        const int32_t path[] = {4, entity->message_index, 2, (int32_t)i};
        struct rc_foreign_key *key = &keys[entity->entity->foreign_key_count];
        *key = (struct rc_foreign_key){
            .owner = entity->entity,
            .name = rc_loader_copy(loader, rc_text_or(field->name, "")),
            .number = (uint32_t)field->number,
            .comment = rc_source_comment(loader, entity->file, path, 4),
            .position = position,
        };
        struct draft draft = {entity, NULL, field, options, key};
        read_foreign_key(loader, &draft);
    }
}
