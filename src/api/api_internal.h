// SPDX-License-Identifier: Apache-2.0
//
// Inside the derivation: the slots of a model (one per message that an entity derives to), the
// builder that collects a message's fields, and the functions that fill each slot. Everything
// here runs under the api's lock.
#ifndef RC_API_API_INTERNAL_H
#define RC_API_API_INTERNAL_H

#include "api/api.h"
#include "api/vocabulary.h"

// The messages of an entity, in printing order. Requests and responses follow, one slot per
// verb.
enum rc_api_slot {
    RC_SLOT_ROW,
    RC_SLOT_COUNTS,
    RC_SLOT_KEY,
    RC_SLOT_WHERE,
    RC_SLOT_WHERE_ANY,
    RC_SLOT_ONE_FILTER,
    RC_SLOT_MANY_FILTER,
    RC_SLOT_SELECT,
    RC_SLOT_QUERY,
    RC_SLOT_COUNT_SELECT,
    RC_SLOT_COUNT_WHERE,
    RC_SLOT_SEARCH,
    RC_SLOT_RELEVANCE,
    RC_SLOT_ORDER_BY,
    RC_SLOT_CREATE,
    RC_SLOT_UPDATE,
    RC_SLOT_CONNECT_OR_CREATE,
    RC_SLOT_CREATE_ROWS,
    RC_SLOT_CREATE_ONE,
    RC_SLOT_CREATE_LIST,
    RC_SLOT_UPDATE_WITH,
    RC_SLOT_UPSERT_WITH,
    RC_SLOT_UPDATE_ONE,
    RC_SLOT_KEY_LIST,
    RC_SLOT_UPDATE_AT,
    RC_SLOT_UPDATE_WHERE,
    RC_SLOT_UPSERT_AT,
    RC_SLOT_UPDATE_LIST,
    RC_SLOT_FIELD_COUNTS,
    RC_SLOT_SUM,
    RC_SLOT_AVG,
    RC_SLOT_GROUP_KEY,
    RC_SLOT_GROUP,
    RC_SLOT_FIELD_ORDER,
    RC_SLOT_GROUP_ORDER_BY,
    RC_SLOT_BY_HAVING,
    RC_SLOT_COUNT_HAVING,
    RC_SLOT_SUM_HAVING,
    RC_SLOT_AVG_HAVING,
    RC_SLOT_EXTREME_HAVING,
    RC_SLOT_HAVING,
    RC_SLOT_HAVING_ANY,
    RC_SLOT_REQUEST,
    RC_SLOT_RESPONSE = RC_SLOT_REQUEST + RC_VERB_NUMBER,
    RC_SLOT_NUMBER = RC_SLOT_RESPONSE + RC_VERB_NUMBER
};

// The messages of an enum.
enum rc_api_enum_slot {
    RC_ENUM_SLOT_LIST,
    RC_ENUM_SLOT_FILTER,
    RC_ENUM_SLOT_LIST_FILTER,
    RC_ENUM_SLOT_UPDATE,
    RC_ENUM_SLOT_LIST_UPDATE,
    RC_ENUM_SLOT_NUMBER
};

// Collects the fields of one message. Failure (memory) is sticky; add_* then return a spare
// field.
struct rc_api_builder {
    struct rc_api *api;
    const struct rc_model *model; // NULL for an enum's messages
    struct rc_wire_field *fields;
    size_t count;
    size_t capacity;
    const char **oneofs; // at most one
    size_t oneof_count;
    bool failed;
    struct rc_wire_field spare;
};

// What fills a slot. verb is meaningful for requests and responses.
typedef void (*rc_api_build_fn)(struct rc_api_builder *builder, enum rc_verb verb);

struct rc_api_slot_info {
    const char *suffix; // the message is <entity><suffix>
    enum rc_api_message role;
    rc_api_build_fn build;
    bool (*exists)(const struct rc_model *model); // NULL: always
    const char *comment; // with one %s for the entity; NULL: the entity's own
};

extern const struct rc_api_slot_info rc_api_slots[RC_SLOT_REQUEST];

// ---- looking up (api.c): made when they are not there yet, but not ready. Thread-safe, and
// not for builders, which hold the lock.

const struct rc_wire_message *rc_api_find_slot(struct rc_api *api, const struct rc_model *model,
                                               int slot);
const struct rc_wire_message *rc_api_find_composite_key(struct rc_api *api,
                                                        const struct rc_model *model,
                                                        const struct rc_key *key);
const struct rc_wire_message *rc_api_find_record(struct rc_api *api,
                                                 const struct rc_entity *record);
const struct rc_wire_enum *rc_api_find_enum(struct rc_api *api,
                                            const struct rc_enum *enumeration);
const struct rc_wire_message *rc_api_find_enum_slot(struct rc_api *api,
                                                    const struct rc_enum *enumeration,
                                                    enum rc_api_enum_slot slot);
bool rc_api_slot_exists(const struct rc_model *model, int slot);
bool rc_api_has_verb(const struct rc_model *model, enum rc_verb verb);

// ---- typed SQL (sql.c)

// The row message of a method, to refer to.
const struct rc_wire_message *rc_api_record_of(struct rc_api_builder *builder,
                                               const struct rc_entity *record);
// The fields of a record: the parameters of a method, or its row.
void rc_api_build_record(struct rc_api_builder *builder, const struct rc_entity *record);
void rc_api_build_sql_response(struct rc_api_builder *builder,
                               const struct rc_sql_method *method);

// ---- adding fields (builder.c)

struct rc_wire_field *rc_api_add(struct rc_api_builder *builder, uint32_t number,
                                 const char *name, enum rc_api_role role);
// A scalar; bools that only mean something when true need no presence, so optional is the
// caller's choice.
struct rc_wire_field *rc_api_add_scalar(struct rc_api_builder *builder, uint32_t number,
                                        const char *name, enum rc_field_type type,
                                        enum rc_api_role role);
struct rc_wire_field *rc_api_add_optional(struct rc_api_builder *builder, uint32_t number,
                                          const char *name, enum rc_field_type type,
                                          enum rc_api_role role);
struct rc_wire_field *rc_api_add_message(struct rc_api_builder *builder, uint32_t number,
                                         const char *name,
                                         const struct rc_wire_message *message,
                                         enum rc_api_role role);
// repeated EField
struct rc_wire_field *rc_api_add_field_list(struct rc_api_builder *builder, uint32_t number,
                                            const char *name, enum rc_api_role role);
// A field about a column or relation, with its number, name and comment, of the given message
// (or, NULL, to be typed by the caller).
struct rc_wire_field *rc_api_add_column(struct rc_api_builder *builder,
                                        const struct rc_column *column,
                                        const struct rc_wire_message *message);
struct rc_wire_field *rc_api_add_relation(struct rc_api_builder *builder,
                                          const struct rc_relation *relation,
                                          const struct rc_wire_message *message);
// A column's value as rows, keys and creates hold it.
struct rc_wire_field *rc_api_add_value(struct rc_api_builder *builder,
                                       const struct rc_column *column);
// Makes all fields added so far members of the oneof `name`.
void rc_api_close_oneof(struct rc_api_builder *builder, const char *name);

// ---- referring to other messages (api.c); stubs, filled on first use

const struct rc_wire_message *rc_api_slot(struct rc_api_builder *builder,
                                          const struct rc_model *model, enum rc_api_slot slot);
const struct rc_wire_message *rc_api_composite_key(struct rc_api_builder *builder,
                                                   const struct rc_key *key);
const struct rc_wire_enum *rc_api_enum_of(struct rc_api_builder *builder,
                                          const struct rc_enum *enumeration);
const struct rc_wire_message *rc_api_enum_slot(struct rc_api_builder *builder,
                                               const struct rc_enum *enumeration,
                                               enum rc_api_enum_slot slot);
const struct rc_wire_enum *rc_api_fields_of(struct rc_api_builder *builder,
                                            const struct rc_model *model);

// ---- message of a column's type (column_type.c); NULL where the type has none

const struct rc_wire_message *rc_api_list_of(struct rc_api_builder *builder,
                                             const struct rc_type *type);
const struct rc_wire_message *rc_api_filter_of(struct rc_api_builder *builder,
                                               const struct rc_type *type);
const struct rc_wire_message *rc_api_update_of(struct rc_api_builder *builder,
                                               const struct rc_type *type);
bool rc_api_is_orderable(const struct rc_column *column);

// ---- what an entity derives to
bool rc_api_has_to_many(const struct rc_model *model);
bool rc_api_has_searchable(const struct rc_model *model);
bool rc_api_is_writable(const struct rc_model *model);
bool rc_api_is_to_one_target(const struct rc_model *model);
bool rc_api_is_to_many_target(const struct rc_model *model);
bool rc_api_is_nested_one(const struct rc_model *model);
bool rc_api_is_nested_many(const struct rc_model *model);
bool rc_api_is_nested(const struct rc_model *model);
bool rc_api_has_sum(const struct rc_model *model);
bool rc_api_has_avg(const struct rc_model *model);
bool rc_api_has_extremes(const struct rc_model *model);

// ---- aggregate functions (aggregate.c)

struct rc_api_function {
    enum rc_api_role role; // of its fields in requests, results, orders and having
    enum rc_api_slot result;
    bool (*exists)(const struct rc_model *model); // NULL: always
    const char *comment;                          // in requests
};
extern const struct rc_api_function rc_api_functions[RC_AGGREGATE_NUMBER];

// Whether any column of the entity has the function.
bool rc_api_has_function(const struct rc_model *model, enum rc_aggregate function);
// What a request asks for: count_all has the number first, the functions those behind it.
void rc_api_add_functions(struct rc_api_builder *builder, uint32_t first);
// What a response, or a group, has of it.
void rc_api_add_results(struct rc_api_builder *builder);

// ---- builders of slots, one file a group
void rc_api_build_row(struct rc_api_builder *builder, enum rc_verb verb); // read.c
void rc_api_build_counts(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_key(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_select(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_query(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_count_select(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_count_where(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_order_by(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_where(struct rc_api_builder *builder, enum rc_verb verb); // where.c
void rc_api_build_where_any(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_one_filter(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_many_filter(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_search(struct rc_api_builder *builder, enum rc_verb verb); // search.c
void rc_api_build_relevance(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_create(struct rc_api_builder *builder, enum rc_verb verb); // write.c
void rc_api_build_update(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_connect_or_create(struct rc_api_builder *builder,
                                    enum rc_verb verb); // nested.c
void rc_api_build_create_rows(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_create_one(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_create_list(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_update_with(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_upsert_with(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_update_one(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_key_list(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_update_at(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_update_where(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_upsert_at(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_update_list(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_field_counts(struct rc_api_builder *builder,
                               enum rc_verb verb); // aggregate.c
void rc_api_build_sum(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_avg(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_group_key(struct rc_api_builder *builder, enum rc_verb verb); // group.c
void rc_api_build_group(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_field_order(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_group_order_by(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_by_having(struct rc_api_builder *builder, enum rc_verb verb); // having.c
void rc_api_build_count_having(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_sum_having(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_avg_having(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_extreme_having(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_having(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_having_any(struct rc_api_builder *builder, enum rc_verb verb);
void rc_api_build_request(struct rc_api_builder *builder, enum rc_verb verb); // request.c
void rc_api_build_response(struct rc_api_builder *builder, enum rc_verb verb);

// Fills the message of an enum's slot (enums.c).
void rc_api_build_enum_slot(struct rc_api_builder *builder, const struct rc_enum *enumeration,
                            enum rc_api_enum_slot slot);

#endif
