// SPDX-License-Identifier: Apache-2.0
//
// From names of all kinds to those of proto files.
#include "import/naming.h"

#include "import/draft_text.h"
#include "schema/names.h"

#include <ctype.h>
#include <string.h>
#include <utlist.h>

// ---- the words of a name

// Letters, digits and _ as they are, everything else as _.
static char *clean(struct rc_import *session, const char *source)
{
    char *name = rc_import_printf(session, "%s", source);
    for (char *at = name; *at; at++) {
        *at = isalnum((unsigned char)*at) ? *at : '_';
    }
    return name;
}

const char *rc_naming_field(struct rc_import *session, const char *source)
{
    const char *cleaned = clean(session, source);
    const char *name =
        rc_import_must(session, rc_snake_case(&session->arena, cleaned + strspn(cleaned, "_")));
    if (*name == '\0') {
        return "column";
    }
    return islower((unsigned char)*name) ? name : rc_import_printf(session, "n%s", name);
}

const char *rc_naming_type(struct rc_import *session, const char *source)
{
    char *name = clean(session, source);
    char *out = name;
    bool begins = true;
    for (const char *at = name; *at; at++) {
        if (*at != '_') {
            *out++ = begins ? (char)toupper((unsigned char)*at) : *at;
        }
        begins = *at == '_';
    }
    *out = '\0';
    return isupper((unsigned char)*name) ? name : rc_import_printf(session, "Table%s", name);
}

// ---- types

static const char *snake(struct rc_import *session, const char *name)
{
    return rc_import_must(session, rc_snake_case(&session->arena, name));
}

// What it is called, or would like to be.
static const char *wanted(struct rc_import *session, const char *name, const char *alias)
{
    return name ? name : rc_naming_type(session, alias);
}

static bool same_snake(struct rc_import *session, const char *a, const char *b)
{
    return b && strcmp(snake(session, a), snake(session, b)) == 0;
}

// Why something may not be called so, in words; NULL when nothing speaks against the name. Of
// two that want one name the first one gets it; of a name and one derived from it, the name.
static const char *type_conflict(struct rc_import *session, const struct rc_draft *draft,
                                 const void *of, const char *name)
{
    static const char derived[] = "the API of %s has a message of that name";
    static const char taken[] = "that is the name of %s already";
    const struct rc_draft_entity *entity = NULL;
    const struct rc_draft_enum *enumeration = NULL;
    if (rc_name_is_reserved_type(name)) {
        return "the server has a service of that name";
    }
    LL_FOREACH (draft->entities, entity) {
        if (entity != of && same_snake(session, name, entity->name)) {
            return rc_import_printf(session, taken, entity->alias);
        }
        if (entity != of &&
            rc_name_is_of_entity(name, wanted(session, entity->name, entity->alias))) {
            return rc_import_printf(session, derived, entity->alias);
        }
    }
    LL_FOREACH (draft->enums, enumeration) {
        if (enumeration != of && same_snake(session, name, enumeration->name)) {
            return rc_import_printf(session, taken, enumeration->alias);
        }
        if (enumeration != of &&
            rc_name_is_of_enum(name, wanted(session, enumeration->name, enumeration->alias))) {
            return rc_import_printf(session, derived, enumeration->alias);
        }
    }
    return NULL;
}

static const char *free_type(struct rc_import *session, const struct rc_draft *draft,
                             const void *of, const char *source, struct rc_position position)
{
    const char *plain = rc_naming_type(session, source);
    const char *conflict = type_conflict(session, draft, of, plain);
    const char *name = plain;
    for (int i = 1; type_conflict(session, draft, of, name); i++) {
        name = i == 1 ? rc_import_printf(session, "%sRecord", plain)
                      : rc_import_printf(session, "%sRecord%d", plain, i);
    }
    if (strcmp(name, source) != 0) {
        rc_import_find(session, RC_FINDING_REMARK, position, "%s is called %s in proto%s%s",
                       source, name, conflict ? ": " : ", where types are in CamelCase",
                       conflict ? conflict : "");
    }
    return name;
}

// ---- enum values, which share one name space in their package

static bool is_value_taken(const struct rc_draft *draft, const struct rc_draft_value *of,
                           const char *name)
{
    const struct rc_draft_enum *enumeration = NULL;
    const struct rc_draft_value *value = NULL;
    LL_FOREACH (draft->enums, enumeration) {
        if (enumeration->unspecified && strcmp(enumeration->unspecified, name) == 0) {
            return true;
        }
        LL_FOREACH (enumeration->values, value) {
            if (value != of && value->name && strcmp(value->name, name) == 0) {
                return true;
            }
        }
    }
    return false;
}

static const char *value_name(struct rc_import *session, const char *prefix, const char *source)
{
    char *name = rc_import_printf(session, "%s%s", prefix, clean(session, source));
    for (char *at = name; *at; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
    return name;
}

static void name_values(struct rc_import *session, struct rc_draft *draft,
                        struct rc_draft_enum *enumeration)
{
    const char *prefix = rc_draft_value_prefix(session, enumeration->name);
    struct rc_draft_value *value = NULL;
    enumeration->unspecified = rc_import_printf(session, "%sUNSPECIFIED", prefix);
    LL_FOREACH (enumeration->values, value) {
        if (value->name) {
            continue;
        }
        const char *plain = value_name(session, prefix, value->alias);
        const char *name = plain;
        for (int i = 2; is_value_taken(draft, value, name); i++) {
            name = rc_import_printf(session, "%s_%d", plain, i);
        }
        value->name = name;
        if (name != plain) {
            rc_import_find(session, RC_FINDING_REMARK, enumeration->position,
                           "value %s of %s is called %s in proto, where %s is taken",
                           value->alias, enumeration->alias, name, plain);
        }
    }
}

void rc_naming_types(struct rc_import *session, struct rc_draft *draft)
{
    struct rc_draft_entity *entity = NULL;
    struct rc_draft_enum *enumeration = NULL;
    LL_FOREACH (draft->entities, entity) {
        if (!entity->name) {
            entity->name = free_type(session, draft, entity, entity->alias, entity->position);
        }
    }
    LL_FOREACH (draft->enums, enumeration) {
        if (!enumeration->name) {
            enumeration->name = free_type(session, draft, enumeration, enumeration->alias,
                                          enumeration->position);
        }
        if (!enumeration->unspecified) {
            name_values(session, draft, enumeration);
        }
    }
}

// ---- fields

// Whether both become one name in JSON, where _x is X.
static bool same_in_json(const char *a, const char *b)
{
    while (*a && *b) {
        bool a_begins = *a == '_';
        bool b_begins = *b == '_';
        a += strspn(a, "_");
        b += strspn(b, "_");
        int left = a_begins ? toupper((unsigned char)*a) : *a;
        int right = b_begins ? toupper((unsigned char)*b) : *b;
        if (left != right) {
            return false;
        }
        a += *a != '\0';
        b += *b != '\0';
    }
    return a[strspn(a, "_")] == '\0' && b[strspn(b, "_")] == '\0';
}

// The C structs of a message give a field x a companion has_x or n_x.
static bool is_companion(const char *name, const char *of)
{
    return (strncmp(name, "has_", 4) == 0 && strcmp(name + 4, of) == 0) ||
           (strncmp(name, "n_", 2) == 0 && strcmp(name + 2, of) == 0);
}

static bool collide(const char *a, const char *b)
{
    return same_in_json(a, b) || is_companion(a, b) || is_companion(b, a);
}

// Whether another field of the entity, or a relation to it, has the name already.
static bool is_field_taken(const struct rc_draft *draft, const struct rc_draft_entity *entity,
                           const void *of, const char *name)
{
    const struct rc_draft_column *column = NULL;
    const struct rc_draft_entity *other = NULL;
    const struct rc_draft_relation *relation = NULL;
    LL_FOREACH (entity->columns, column) {
        if (column != of && column->name && collide(column->name, name)) {
            return true;
        }
    }
    for (other = draft ? draft->entities : NULL; other; other = other->next) {
        LL_FOREACH (other->relations, relation) {
            const void *inverse = &relation->inverse_name;
            if (other == entity && relation != of && collide(relation->name, name)) {
                return true;
            }
            if (relation->target == entity && inverse != of && relation->inverse_name &&
                collide(relation->inverse_name, name)) {
                return true;
            }
        }
    }
    return false;
}

static const char *free_field(struct rc_import *session, const struct rc_draft *draft,
                              const struct rc_draft_entity *entity, const void *of,
                              const char *plain)
{
    const char *name = plain;
    bool reserved =
        draft ? rc_name_is_reserved_relation(plain) : rc_name_is_reserved_field(plain);
    if (reserved) {
        plain = name = rc_import_printf(session, "%s_field", plain);
    }
    for (int i = 2; is_field_taken(draft, entity, of, name); i++) {
        name = rc_import_printf(session, "%s_%d", plain, i);
    }
    return name;
}

static void remark(struct rc_import *session, const struct rc_draft_entity *entity,
                   struct rc_position position, const char *plain, const char *name)
{
    if (strcmp(plain, name) != 0) {
        rc_import_find(session, RC_FINDING_REMARK, position,
                       "%s.%s is called %s in proto, where %s is reserved or taken",
                       entity->alias, plain, name, plain);
    }
}

void rc_naming_columns(struct rc_import *session, struct rc_draft_entity *entity)
{
    struct rc_draft_column *column = NULL;
    LL_FOREACH (entity->columns, column) {
        if (!column->name) {
            const char *plain = rc_naming_field(session, column->alias);
            column->name = free_field(session, NULL, entity, column, plain);
            remark(session, entity, column->position, plain, column->name);
        }
    }
}

void rc_naming_relations(struct rc_import *session, struct rc_draft *draft)
{
    struct rc_draft_entity *entity = NULL;
    struct rc_draft_relation *relation = NULL;
    LL_FOREACH (draft->entities, entity) {
        LL_FOREACH (entity->relations, relation) {
            const char *plain = relation->name;
            if (relation->settled) {
                continue;
            }
            relation->name = free_field(session, draft, entity, relation, plain);
            remark(session, entity, relation->position, plain, relation->name);
            plain = relation->inverse_name;
            if (plain) {
                relation->inverse_name = free_field(session, draft, relation->target,
                                                    &relation->inverse_name, plain);
                remark(session, relation->target, relation->position, plain,
                       relation->inverse_name);
            }
        }
    }
}
