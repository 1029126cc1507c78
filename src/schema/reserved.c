// SPDX-License-Identifier: Apache-2.0
//
// Names that an author cannot have: those with a meaning in derived messages, and those of the
// messages and services that are derived from others.
#include "schema/names.h"

#include <string.h>

// Field names with a meaning in every derived message, and `base`, with which every struct of
// protobuf-c begins.
static const char *const field_names[] = {"and",      "or",     "not",       "counts",
                                          "set_null", "search", "relevance", "base"};

// Services of the server itself; in C and on the wire they share a name space with entities.
static const char *const type_names[] = {"Health", "Reflection", "Transactions"};

// What follows an entity's name in the messages, enums and services derived from it; a test of
// codegen holds the list to what is derived.
static const char *const entity_suffixes[] = {
    "Key",        "KeyList",       "Where",       "WhereAny",        "Select",
    "Query",      "Counts",        "CountSelect", "CountWhere",      "OneFilter",
    "ManyFilter", "OrderBy",       "Search",      "Relevance",       "Create",
    "CreateOne",  "CreateList",    "CreateRows",  "ConnectOrCreate", "Update",
    "UpdateOne",  "UpdateList",    "UpdateWith",  "UpdateAt",        "UpdateWhere",
    "UpsertWith", "UpsertAt",      "Field",       "FieldOrder",      "FieldCounts",
    "Sum",        "Avg",           "Group",       "GroupKey",        "GroupOrderBy",
    "Having",     "HavingAny",     "ByHaving",    "CountHaving",     "SumHaving",
    "AvgHaving",  "ExtremeHaving", "Service"};

// What follows an entity's name before Request and Response.
static const char *const verbs[] = {"FindUnique", "FindFirst",  "FindMany",  "Stream",
                                    "Count",      "Exists",     "Aggregate", "GroupBy",
                                    "Create",     "CreateMany", "Update",    "UpdateMany",
                                    "Upsert",     "UpsertMany", "Delete",    "DeleteMany"};

// What follows an enum's name.
static const char *const enum_suffixes[] = {"List", "Filter", "ListFilter", "Update",
                                            "ListUpdate"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_one_of(const char *text, const char *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, items[i]) == 0) {
            return true;
        }
    }
    return false;
}

// What follows stem in name; NULL when name does not begin with it.
static const char *rest_of(const char *name, const char *stem)
{
    size_t len = strlen(stem);
    return strncmp(name, stem, len) == 0 ? name + len : NULL;
}

static bool is_method_message(const char *rest)
{
    for (size_t i = 0; i < COUNT(verbs); i++) {
        const char *end = rest_of(rest, verbs[i]);
        if (end && (strcmp(end, "Request") == 0 || strcmp(end, "Response") == 0)) {
            return true;
        }
    }
    return false;
}

bool rc_name_is_reserved_field(const char *name)
{
    return is_one_of(name, field_names, COUNT(field_names));
}

bool rc_name_is_reserved_relation(const char *name)
{
    return rc_name_is_reserved_field(name) || strcmp(name, "field") == 0;
}

bool rc_name_is_reserved_type(const char *name)
{
    return is_one_of(name, type_names, COUNT(type_names));
}

bool rc_name_is_of_entity(const char *name, const char *entity)
{
    const char *rest = rest_of(name, entity);
    return rest && (is_one_of(rest, entity_suffixes, COUNT(entity_suffixes)) ||
                    is_method_message(rest));
}

bool rc_name_is_of_enum(const char *name, const char *enumeration)
{
    const char *rest = rest_of(name, enumeration);
    return rest && is_one_of(rest, enum_suffixes, COUNT(enum_suffixes));
}
