// SPDX-License-Identifier: Apache-2.0
//
// Foreign keys, as their owner declares them. How the two sides appear in a scope belongs to
// relations.
#include "schema/loader.h"

// A foreign key while it is read.
struct draft {
    struct rc_loader_entity *entity;
    struct rc_loader_entity *target;
    const struct rc_relation_field *field;
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

// With a view on one side there is no constraint to say anything of.
static void check_view(struct rc_loader *loader, const struct draft *draft)
{
    const Rowcall__Relation *options = draft->options;
    const struct rc_foreign_key *key = draft->key;
    const char *extra = options->has_on_delete   ? "on_delete"
                        : options->has_on_update ? "on_update"
                        : options->name          ? "name"
                                                 : NULL;
    if (extra) {
        problem(loader, draft,
                "relation %s: `%s` is for foreign keys, and PostgreSQL has none with a view: "
                "drop it",
                key->name, extra);
    }
}

static void read_actions(struct rc_loader *loader, struct draft *draft)
{
    const Rowcall__Relation *options = draft->options;
    struct rc_foreign_key *key = draft->key;
    bool all_nullable = true;
    key->enforced = !key->owner->view && !key->target->view;
    if (!key->enforced) {
        check_view(loader, draft);
        return;
    }
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

// Finds what the relation leads to; false after reporting.
static bool read_target(struct rc_loader *loader, struct draft *draft)
{
    draft->target = rc_loader_relation_target(loader, draft->field);
    if (!draft->target) {
        return false;
    }
    if (draft->field->proto->label ==
        GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED) {
        problem(loader, draft,
                "relation %s is `repeated`: declare the relation at %s, where its columns are, "
                "and this side as its `inverse`; or set `many_to_many`",
                draft->key->name, draft->target->entity->name);
        return false;
    }
    return true;
}

static void read_foreign_key(struct rc_loader *loader, struct draft *draft)
{
    struct rc_foreign_key *key = draft->key;
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
    key->inverse_name = rc_loader_inverse_name(loader, draft->field);
    key->inverse_number = key->inverse_name ? draft->options->inverse->number : 0;
    draft->entity->entity->foreign_key_count++;
}

void rc_load_foreign_keys(struct rc_loader *loader, struct rc_loader_entity *entity)
{
    const rc_message_proto *proto = entity->proto;
    struct rc_foreign_key *keys =
        rc_loader_alloc(loader, proto->n_field, sizeof(struct rc_foreign_key));
    entity->entity->foreign_keys = keys;
    for (size_t i = 0; i < proto->n_field; i++) {
        struct rc_relation_field field;
        if (!rc_loader_relation_field(loader, entity, i, &field) ||
            field.options->many_to_many) {
            continue;
        }
        struct rc_foreign_key *key = &keys[entity->entity->foreign_key_count];
        *key = (struct rc_foreign_key){
            .owner = entity->entity,
            .name = field.name,
            .number = field.number,
            .comment = field.comment,
            .position = field.position,
        };
        struct draft draft = {entity, NULL, &field, field.options, key};
        read_foreign_key(loader, &draft);
    }
}
