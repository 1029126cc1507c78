// SPDX-License-Identifier: Apache-2.0
//
// Giving numbers: first those that are kept, so that no new one takes them.
#include "import/numbers.h"

#include <string.h>
#include <utlist.h>

enum { NUMBER_MAX = 999, BAND = 100 };

// Where each kind begins.
enum { COLUMNS = 1, RELATIONS = 101, INVERSES = 201, OWN_INVERSES = 301, OVERFLOW = 401 };

enum { COMPOSITE_NUMBER = 1010 }; // of a unique key in its key message, before its own

// The numbers of one message that are used, or were.
struct used {
    bool taken[NUMBER_MAX + 1];
};

static void use(struct used *used, uint32_t number)
{
    if (number <= NUMBER_MAX) {
        used->taken[number] = true;
    }
}

// The number behind the highest one in the band that begins at first; where a band is full, one
// further on.
static uint32_t fresh(struct used *used, uint32_t first)
{
    uint32_t end = first - first % BAND + BAND;
    uint32_t number = first;
    for (uint32_t at = first; at < end; at++) {
        number = used->taken[at] ? at + 1 : number;
    }
    for (number = number < end ? number : OVERFLOW;
         number < NUMBER_MAX && used->taken[number];) {
        number++;
    }
    use(used, number);
    return number;
}

// ---- what is used

static struct used *used_by(struct rc_import *session, const struct rc_before *before,
                            const struct rc_entity *entity)
{
    struct used *used = rc_import_new(session, struct used);
    for (size_t i = 0; entity && i < entity->column_count; i++) {
        use(used, entity->columns[i].number);
    }
    for (size_t i = 0; entity && i < entity->reserved_count; i++) {
        for (uint32_t n = entity->reserved[i].first;
             n <= entity->reserved[i].last && n <= NUMBER_MAX; n++) {
            use(used, n);
        }
    }
    for (size_t e = 0; entity && e < before->schema->entity_count; e++) {
        const struct rc_entity *other = &before->schema->entities[e];
        for (size_t i = 0; i < other->foreign_key_count; i++) {
            const struct rc_foreign_key *key = &other->foreign_keys[i];
            use(used, other == entity ? key->number : 0);
            use(used, key->target == entity ? key->inverse_number : 0);
        }
        for (size_t i = 0; i < other->join_table_count; i++) {
            const struct rc_join_table *join = &other->join_tables[i];
            use(used, other == entity ? join->number : 0);
            use(used, join->target == entity ? join->inverse_number : 0);
        }
    }
    return used;
}

// ---- what is gone

static void reserve(struct rc_import *session, struct rc_draft_entity *entity, uint32_t first,
                    uint32_t last, const char *name)
{
    struct rc_draft_reserved *reserved = rc_import_new(session, struct rc_draft_reserved);
    *reserved = (struct rc_draft_reserved){.first = first, .last = last, .name = name};
    LL_APPEND(entity->reserved, reserved);
}

// Whether the entity has, under its present names, a field or relation of this name.
static bool has_name(const struct rc_draft *draft, const struct rc_draft_entity *entity,
                     const char *name)
{
    const struct rc_draft_entity *other = NULL;
    const struct rc_draft_relation *relation = NULL;
    LL_FOREACH (draft->entities, other) {
        LL_FOREACH (other->relations, relation) {
            if ((other == entity && strcmp(relation->name, name) == 0) ||
                (relation->target == entity && relation->inverse_name &&
                 strcmp(relation->inverse_name, name) == 0)) {
                return true;
            }
        }
    }
    return rc_draft_column_named(entity, name);
}

static bool has_number(const struct rc_draft *draft, const struct rc_draft_entity *entity,
                       uint32_t number)
{
    const struct rc_draft_column *column = NULL;
    const struct rc_draft_entity *other = NULL;
    const struct rc_draft_relation *relation = NULL;
    LL_FOREACH (entity->columns, column) {
        if (column->number == number) {
            return true;
        }
    }
    LL_FOREACH (draft->entities, other) {
        LL_FOREACH (other->relations, relation) {
            if ((other == entity && relation->number == number) ||
                (relation->target == entity && relation->inverse_name &&
                 relation->inverse_number == number)) {
                return true;
            }
        }
    }
    return false;
}

static void reserve_gone(struct rc_import *session, const struct rc_draft *draft,
                         struct rc_draft_entity *entity, uint32_t number, const char *name)
{
    if (number > 0 && !has_number(draft, entity, number)) {
        reserve(session, entity, number, number, has_name(draft, entity, name) ? NULL : name);
    }
}

// Everything that the entity had and has no more. Inverses that another folder put on it are
// that folder's matter.
static void reserve_all(struct rc_import *session, const struct rc_draft *draft,
                        const struct rc_before *before, struct rc_draft_entity *entity)
{
    const struct rc_entity *was = rc_before_entity(before, entity);
    for (size_t i = 0; was && i < was->reserved_count; i++) {
        const struct rc_reserved *old = &was->reserved[i];
        bool back = old->name && has_name(draft, entity, old->name);
        if (!back) {
            reserve(session, entity, old->first, old->last, old->name);
        }
    }
    for (size_t i = 0; was && i < was->column_count; i++) {
        reserve_gone(session, draft, entity, was->columns[i].number, was->columns[i].name);
    }
    for (size_t e = 0; was && e < before->schema->entity_count; e++) {
        const struct rc_entity *other = &before->schema->entities[e];
        bool near = strcmp(other->folder, was->folder) == 0;
        for (size_t i = 0; i < other->foreign_key_count; i++) {
            const struct rc_foreign_key *key = &other->foreign_keys[i];
            reserve_gone(session, draft, entity, other == was ? key->number : 0, key->name);
            reserve_gone(session, draft, entity,
                         near && key->target == was ? key->inverse_number : 0,
                         key->inverse_name);
        }
        for (size_t i = 0; i < other->join_table_count; i++) {
            const struct rc_join_table *join = &other->join_tables[i];
            reserve_gone(session, draft, entity, other == was ? join->number : 0, join->name);
            reserve_gone(session, draft, entity,
                         near && join->target == was ? join->inverse_number : 0,
                         join->inverse_name);
        }
    }
}

// ---- columns and relations

static void number_columns(struct rc_draft_entity *entity, const struct rc_entity *was,
                           struct used *used)
{
    struct rc_draft_column *column = NULL;
    LL_FOREACH (entity->columns, column) {
        const struct rc_column *found = was ? rc_before_column(was, entity, column) : NULL;
        column->number = found ? found->number : 0;
    }
    LL_FOREACH (entity->columns, column) {
        column->number = column->number ? column->number : fresh(used, COLUMNS);
    }
}

static void number_relations(struct rc_draft_entity *entity, const struct rc_entity *was,
                             struct used *used)
{
    struct rc_draft_relation *relation = NULL;
    LL_FOREACH (entity->relations, relation) {
        const struct rc_foreign_key *key = was ? rc_before_key(was, entity, relation) : NULL;
        const struct rc_join_table *join = was ? rc_before_join(was, relation) : NULL;
        const struct rc_entity *target = key ? key->target : join ? join->target : NULL;
        uint32_t inverse = key ? key->inverse_number : join ? join->inverse_number : 0;
        relation->number = key ? key->number : join ? join->number : 0;
        // On another target the inverse's number may be another field's.
        bool same = target && rc_before_same_table(target, relation->target);
        relation->inverse_number = same ? inverse : 0;
    }
    LL_FOREACH (entity->relations, relation) {
        relation->number = relation->number ? relation->number : fresh(used, RELATIONS);
    }
}

// The relation whose inverse on the entity is next to get a number; NULL when all have one.
static struct rc_draft_relation *next_inverse(const struct rc_draft *draft,
                                              const struct rc_draft_entity *target,
                                              const struct rc_draft_entity **ret_owner)
{
    const struct rc_draft_entity *owner = NULL;
    struct rc_draft_relation *relation = NULL;
    struct rc_draft_relation *next = NULL;
    LL_FOREACH (draft->entities, owner) {
        LL_FOREACH (owner->relations, relation) {
            bool waits = relation->target == target && relation->inverse_name &&
                         relation->inverse_number == 0;
            if (waits && (!next || relation->inverse_order < next->inverse_order)) {
                next = relation;
                *ret_owner = owner;
            }
        }
    }
    return next;
}

static void number_inverses(const struct rc_draft *draft, struct rc_draft_entity *target,
                            struct used *used)
{
    const struct rc_draft_entity *owner = NULL;
    struct rc_draft_relation *relation = NULL;
    while ((relation = next_inverse(draft, target, &owner))) {
        bool near = strcmp(owner->folder, target->folder) == 0;
        relation->inverse_number = fresh(used, near ? INVERSES : OWN_INVERSES);
    }
}

// ---- keys

static uint32_t key_number(const struct rc_entity *was, const struct rc_draft_unique *unique)
{
    for (size_t k = 0; k < was->key_count; k++) {
        const struct rc_key *key = &was->keys[k];
        size_t found = 0;
        for (size_t i = 0; i < key->column_count; i++) {
            for (size_t j = 0; j < unique->columns.count; j++) {
                found +=
                    strcmp(key->columns[i]->sql_name, unique->columns.items[j]->sql_name) == 0;
            }
        }
        if (key->number > COMPOSITE_NUMBER && found == key->column_count &&
            found == unique->columns.count) {
            return key->number - COMPOSITE_NUMBER;
        }
    }
    return 0;
}

static void number_keys(struct rc_draft_entity *entity, const struct rc_entity *was)
{
    struct rc_draft_unique *unique = NULL;
    uint32_t last = 0;
    for (size_t k = 0; was && k < was->key_count; k++) {
        uint32_t number =
            was->keys[k].number > COMPOSITE_NUMBER ? was->keys[k].number - COMPOSITE_NUMBER : 0;
        last = number > last ? number : last;
    }
    LL_FOREACH (entity->uniques, unique) {
        unique->number = was ? key_number(was, unique) : 0;
        if (unique->number == 0 && unique->columns.count > 1) {
            unique->number = ++last;
        }
    }
}

// ---- enums

static void reserve_values(struct rc_import *session, struct rc_draft_enum *enumeration,
                           uint32_t first, uint32_t last, const char *name)
{
    struct rc_draft_reserved *reserved = rc_import_new(session, struct rc_draft_reserved);
    struct rc_draft_value *value = NULL;
    LL_FOREACH (enumeration->values, value) {
        name = name && strcmp(value->name, name) == 0 ? NULL : name;
    }
    *reserved = (struct rc_draft_reserved){.first = first, .last = last, .name = name};
    if (first > 0 || name) {
        LL_APPEND(enumeration->reserved, reserved);
    }
}

static bool has_label(const struct rc_draft_enum *enumeration, const struct rc_enum *was,
                      const struct rc_enum_label *label)
{
    const struct rc_draft_value *value = NULL;
    LL_FOREACH (enumeration->values, value) {
        if (rc_before_label(was, enumeration, value) == label) {
            return true;
        }
    }
    return false;
}

static uint32_t reserve_labels(struct rc_import *session, struct rc_draft_enum *enumeration,
                               const struct rc_enum *was)
{
    uint32_t last = 0;
    for (size_t i = 0; i < was->reserved_count; i++) {
        const struct rc_reserved *old = &was->reserved[i];
        reserve_values(session, enumeration, old->first, old->last, old->name);
        last = old->last > last ? old->last : last;
    }
    for (size_t i = 0; i < was->label_count; i++) {
        const struct rc_enum_label *label = &was->labels[i];
        uint32_t number = (uint32_t)label->number;
        last = number > last ? number : last;
        if (!has_label(enumeration, was, label)) {
            reserve_values(session, enumeration, number, number, label->name);
        }
    }
    return last;
}

static void number_values(struct rc_import *session, struct rc_draft_enum *enumeration,
                          const struct rc_enum *was)
{
    struct rc_draft_value *value = NULL;
    uint32_t last = was ? reserve_labels(session, enumeration, was) : 0;
    if (was) {
        enumeration->unspecified = was->unspecified_name;
    }
    LL_FOREACH (enumeration->values, value) {
        const struct rc_enum_label *label =
            was ? rc_before_label(was, enumeration, value) : NULL;
        value->numbered = label;
        value->number = label ? (uint32_t)label->number : 0;
        value->name = label ? label->name : value->name;
    }
    LL_FOREACH (enumeration->values, value) {
        if (!value->numbered) {
            value->number = ++last;
            value->numbered = true;
        }
    }
}

void rc_numbers_assign(struct rc_import *session, struct rc_draft *draft,
                       const struct rc_before *before)
{
    struct rc_draft_enum *enumeration = NULL;
    struct rc_draft_entity *entity = NULL;
    size_t count = 0;
    size_t at = 0;
    LL_FOREACH (draft->enums, enumeration) {
        number_values(session, enumeration, rc_before_enum(before, enumeration));
    }
    LL_COUNT(draft->entities, entity, count);
    struct used **used = rc_import_array(session, count, sizeof(*used));
    LL_FOREACH (draft->entities, entity) {
        const struct rc_entity *was = rc_before_entity(before, entity);
        used[at] = used_by(session, before, was);
        number_columns(entity, was, used[at]);
        number_relations(entity, was, used[at++]);
        number_keys(entity, was);
    }
    at = 0;
    LL_FOREACH (draft->entities, entity) {
        number_inverses(draft, entity, used[at++]);
    }
    LL_FOREACH (draft->entities, entity) {
        reserve_all(session, draft, before, entity);
    }
}
