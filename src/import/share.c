// SPDX-License-Identifier: Apache-2.0
//
// Sharing what is the same. Each entity and enum of the first database that may be shared is
// paired with its likes in the others; the pairs shrink until nothing shared refers to anything
// that is not. Then the others' likes are replaced by the first one's.
#include "import/share.h"

#include "import/share_compare.h"

#include <string.h>
#include <utlist.h>

// An entity or enum of the first database, and its like in each of the others.
struct candidate {
    struct rc_draft_entity *entity; // or
    struct rc_draft_enum *enumeration;
    void **likes; // one for each database
    bool shared;
    struct candidate *next;
};

struct sharing {
    struct rc_import *session;
    struct rc_draft *drafts;
    size_t count;
    struct candidate *candidates;
};

static struct rc_draft_entity *entity_like(const struct rc_draft *draft, const char *alias)
{
    struct rc_draft_entity *entity = NULL;
    LL_FOREACH (draft->entities, entity) {
        if (strcmp(entity->alias, alias) == 0) {
            return entity;
        }
    }
    return NULL;
}

static struct rc_draft_enum *enum_like(const struct rc_draft *draft, const char *alias)
{
    struct rc_draft_enum *enumeration = NULL;
    LL_FOREACH (draft->enums, enumeration) {
        if (strcmp(enumeration->alias, alias) == 0) {
            return enumeration;
        }
    }
    return NULL;
}

// The candidate that this entity or enum of whichever database belongs to, if it is shared.
static struct candidate *shared_with(const struct sharing *s, const void *like)
{
    struct candidate *candidate = NULL;
    LL_FOREACH (s->candidates, candidate) {
        for (size_t i = 0; i < s->count && candidate->shared; i++) {
            if (candidate->likes[i] == like) {
                return candidate;
            }
        }
    }
    return NULL;
}

// ---- who may be shared

// Whether every database has it alike; reports the first difference.
static bool is_alike(const struct sharing *s, const struct candidate *candidate)
{
    const char *alias =
        candidate->entity ? candidate->entity->alias : candidate->enumeration->alias;
    struct rc_position position =
        candidate->entity ? candidate->entity->position : candidate->enumeration->position;
    for (size_t i = 1; i < s->count; i++) {
        const char *database = s->drafts[i].databases->name;
        const char *difference =
            candidate->entity ? rc_share_compare_entities(s->session, candidate->entity,
                                                          candidate->likes[i], database)
                              : rc_share_compare_enums(s->session, candidate->enumeration,
                                                       candidate->likes[i], database);
        if (difference) {
            rc_import_find(s->session, RC_FINDING_REMARK, position,
                           "%s is not shared, each database has its own: %s", alias,
                           difference);
            return false;
        }
    }
    return true;
}

static void add_candidate(struct sharing *s, struct rc_draft_entity *entity,
                          struct rc_draft_enum *enumeration)
{
    struct candidate *candidate = rc_import_new(s->session, struct candidate);
    candidate->entity = entity;
    candidate->enumeration = enumeration;
    candidate->likes = rc_import_array(s->session, s->count, sizeof(*candidate->likes));
    for (size_t i = 0; i < s->count; i++) {
        candidate->likes[i] = entity ? (void *)entity_like(&s->drafts[i], entity->alias)
                                     : (void *)enum_like(&s->drafts[i], enumeration->alias);
        if (!candidate->likes[i]) {
            return; // not every database has it
        }
    }
    candidate->shared = is_alike(s, candidate);
    LL_APPEND(s->candidates, candidate);
}

// What keeps an entity from being shared: something that it refers to; NULL when nothing does.
static const char *unshared_part(const struct sharing *s, const struct rc_draft_entity *entity)
{
    const struct rc_draft_column *column = NULL;
    const struct rc_draft_relation *relation = NULL;
    LL_FOREACH (entity->columns, column) {
        if (column->enumeration && !shared_with(s, column->enumeration)) {
            return column->enumeration->alias;
        }
    }
    LL_FOREACH (entity->relations, relation) {
        if (!relation->many_to_many && !shared_with(s, relation->target)) {
            return relation->target->alias;
        }
    }
    return NULL;
}

static void shrink(struct sharing *s)
{
    struct candidate *candidate = NULL;
    bool changed = true;
    while (changed) {
        changed = false;
        LL_FOREACH (s->candidates, candidate) {
            const char *part = candidate->shared && candidate->entity
                                   ? unshared_part(s, candidate->entity)
                                   : NULL;
            if (part) {
                rc_import_find(s->session, RC_FINDING_REMARK, candidate->entity->position,
                               "%s is not shared, because it refers to %s, which is not",
                               candidate->entity->alias, part);
                candidate->shared = false;
                changed = true;
            }
        }
    }
}

// ---- many-to-many relations of shared entities

static bool all_have_join(const struct sharing *s, const struct candidate *candidate,
                          const struct rc_draft_relation *relation)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct rc_draft_entity *like = candidate->likes[i];
        const struct rc_draft_relation *other = NULL;
        bool found = false;
        LL_FOREACH (like->relations, other) {
            found = found || rc_share_same_join(relation, other);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

// A relation between a shared entity and one database's own is declared at the latter.
static void turn(struct rc_draft_entity *owner, struct rc_draft_relation *relation)
{
    struct rc_draft_entity *target = relation->target;
    const char *name = relation->name;
    LL_DELETE(owner->relations, relation);
    relation->next = NULL;
    relation->name = relation->inverse_name;
    relation->inverse_name = name;
    relation->inverse_order = 0;
    relation->target = owner;
    LL_APPEND(target->relations, relation);
}

static void settle_joins(const struct sharing *s, const struct candidate *candidate,
                         struct rc_draft_entity *like)
{
    struct rc_draft_relation *relation = NULL;
    struct rc_draft_relation *next = NULL;
    LL_FOREACH_SAFE (like->relations, relation, next) {
        if (!relation->many_to_many) {
            continue;
        }
        if (!shared_with(s, relation->target)) {
            turn(like, relation);
        } else if (!all_have_join(s, candidate, relation)) {
            rc_import_find(s->session, RC_FINDING_LOSS, relation->position,
                           "%s.%s relates two shared entities in one database only: it is left "
                           "out; declare the pairs as an entity of that database",
                           like->alias, relation->name);
            LL_DELETE(like->relations, relation);
        }
    }
}

static void settle_all_joins(const struct sharing *s)
{
    const struct candidate *candidate = NULL;
    LL_FOREACH (s->candidates, candidate) {
        for (size_t i = 0; i < s->count && candidate->shared && candidate->entity; i++) {
            settle_joins(s, candidate, candidate->likes[i]);
        }
    }
}

// ---- putting the drafts together

// What refers to a like of something shared refers to the first database's from now on.
static void redirect_columns(struct rc_draft_columns *columns,
                             const struct rc_draft_entity *target)
{
    for (size_t i = 0; i < columns->count; i++) {
        struct rc_draft_column *column =
            rc_draft_column_sql(target, columns->items[i]->sql_name);
        columns->items[i] = column ? column : columns->items[i];
    }
}

static void redirect(const struct sharing *s, struct rc_draft_entity *entity)
{
    struct rc_draft_column *column = NULL;
    struct rc_draft_relation *relation = NULL;
    LL_FOREACH (entity->columns, column) {
        struct candidate *shared =
            column->enumeration ? shared_with(s, column->enumeration) : NULL;
        if (shared) {
            struct rc_draft_value *value = NULL;
            LL_FOREACH (shared->enumeration->values, value) {
                if (column->default_value &&
                    strcmp(column->default_value->alias, value->alias) == 0) {
                    column->default_value = value;
                    break;
                }
            }
            column->enumeration = shared->enumeration;
        }
    }
    LL_FOREACH (entity->relations, relation) {
        struct candidate *shared = shared_with(s, relation->target);
        if (shared) {
            relation->target = shared->entity;
            redirect_columns(&relation->references, shared->entity);
        }
    }
}

static void take_comments(const struct candidate *candidate, size_t count)
{
    struct rc_draft_column *column = NULL;
    for (size_t i = 1; i < count; i++) {
        const struct rc_draft_entity *like = candidate->likes[i];
        if (!candidate->entity->comment) {
            candidate->entity->comment = like->comment;
        }
        LL_FOREACH (candidate->entity->columns, column) {
            const struct rc_draft_column *other = rc_draft_column_sql(like, column->sql_name);
            column->comment = column->comment || !other ? column->comment : other->comment;
        }
    }
}

static void add_entities(const struct sharing *s, size_t at, struct rc_draft *draft)
{
    struct rc_draft_entity *entity = NULL;
    struct rc_draft_entity *next = NULL;
    LL_FOREACH_SAFE (s->drafts[at].entities, entity, next) {
        const struct candidate *shared = shared_with(s, entity);
        entity->next = NULL;
        if (shared && at > 0) {
            continue;
        }
        if (shared) {
            entity->folder = "shared";
            take_comments(shared, s->count);
        }
        LL_APPEND(draft->entities, entity);
    }
}

static void add_enums(const struct sharing *s, size_t at, struct rc_draft *draft)
{
    struct rc_draft_enum *enumeration = NULL;
    struct rc_draft_enum *next = NULL;
    LL_FOREACH_SAFE (s->drafts[at].enums, enumeration, next) {
        bool shared = shared_with(s, enumeration);
        enumeration->next = NULL;
        if (shared && at > 0) {
            continue;
        }
        enumeration->folder = shared ? "shared" : enumeration->folder;
        LL_APPEND(draft->enums, enumeration);
    }
}

static struct rc_draft *put_together(const struct sharing *s)
{
    struct rc_draft *draft = rc_import_new(s->session, struct rc_draft);
    struct rc_draft_entity *entity = NULL;
    for (size_t i = 0; i < s->count; i++) {
        LL_FOREACH (s->drafts[i].entities, entity) {
            redirect(s, entity);
        }
    }
    for (size_t i = 0; i < s->count; i++) {
        add_entities(s, i, draft);
        add_enums(s, i, draft);
        LL_CONCAT(draft->databases, s->drafts[i].databases);
    }
    return draft;
}

// ---- a project that shares already

static bool is_imported(const struct sharing *s, const char *database)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->drafts[i].databases->name, database) == 0) {
            return true;
        }
    }
    return false;
}

// What the project shares is changed for all of its databases, or for none.
static void check_project(const struct sharing *s, const struct rc_draft *draft,
                          const struct rc_before *before)
{
    const struct rc_schema *schema = before->schema;
    const struct rc_draft_entity *entity = NULL;
    const char *missing = NULL;
    for (size_t i = 0; schema && i < schema->scope_count; i++) {
        if (schema->scopes[i].is_database && !is_imported(s, schema->scopes[i].name)) {
            missing = schema->scopes[i].name;
        }
    }
    LL_FOREACH (draft->entities, entity) {
        const struct rc_entity *was = rc_before_entity(before, entity);
        bool shared = strcmp(entity->folder, "shared") == 0 || (was && was->shared);
        if (shared && missing) {
            rc_import_find(s->session, RC_FINDING_ERROR, entity->position,
                           "%s is shared with database %s: import all databases together, each "
                           "with --db NAME=PATH",
                           entity->alias, missing);
            return;
        }
    }
}

struct rc_draft *rc_share(struct rc_import *session, struct rc_draft *drafts, size_t count,
                          const struct rc_before *before)
{
    struct sharing s = {session, drafts, count, NULL};
    struct rc_draft_entity *entity = NULL;
    struct rc_draft_enum *enumeration = NULL;
    if (count == 1) {
        check_project(&s, drafts, before);
        return drafts;
    }
    LL_FOREACH (drafts[0].enums, enumeration) {
        add_candidate(&s, NULL, enumeration);
    }
    LL_FOREACH (drafts[0].entities, entity) {
        add_candidate(&s, entity, NULL);
    }
    shrink(&s);
    settle_all_joins(&s);
    struct rc_draft *draft = put_together(&s);
    check_project(&s, draft, before);
    return draft;
}
