// SPDX-License-Identifier: Apache-2.0
//
// One recursive pass; the depth was bounded by rc_wire_check. Where it is in the request is
// a chain of places on the stack, read only when an error needs a path.
#include "query/shape.h"

#include "query/alignment.h"
#include "query/value_read.h"

#include <stdio.h>

static const char too_long[] = "the request says too much up to here: some 10,000 conditions "
                               "are the limit; a list of values is one";

struct place {
    const struct place *parent;
    const struct rc_wire_field *field;
    struct rc_view message; // the bytes that the field is in
    const char *at;         // behind the field, in them
};

struct walk {
    struct rc_arena *arena;
    struct rc_shape *shape;
    struct rc_tokens *tokens; // where they go: the shape's, or a row's
    struct rc_slots *slots;
    bool has_relations; // a related record was met
    rowcall_error *err;
};

// ---- growing

static bool reserve(struct rc_arena *arena, void **data, size_t *capacity, size_t need,
                    size_t size)
{
    if (need <= *capacity) {
        return true;
    }
    size_t larger = *capacity ? *capacity * 2 : 64;
    while (larger < need) {
        larger *= 2;
    }
    void *moved = rc_arena_array(arena, larger, size);
    if (!moved) {
        return false;
    }
    if (*capacity) {
        memcpy(moved, *data, *capacity * size);
    }
    *data = moved;
    *capacity = larger;
    return true;
}

static bool put_bytes(struct rc_tokens *tokens, struct rc_arena *arena, const void *data,
                      size_t len)
{
    void *bytes = tokens->data;
    if (!reserve(arena, &bytes, &tokens->capacity, tokens->len + len, 1)) {
        return false;
    }
    tokens->data = bytes;
    if (len) {
        memcpy(tokens->data + tokens->len, data, len);
    }
    tokens->len += len;
    return true;
}

static bool put_varint(struct rc_tokens *tokens, struct rc_arena *arena, uint64_t value)
{
    unsigned char bytes[10];
    size_t len = 0;
    for (; value > 0x7f; value >>= 7) {
        bytes[len++] = (unsigned char)(value | 0x80);
    }
    bytes[len++] = (unsigned char)value;
    return put_bytes(tokens, arena, bytes, len);
}

static bool put_token(struct walk *walk, uint32_t number, enum rc_token_kind kind)
{
    return put_varint(walk->tokens, walk->arena,
                      (uint64_t)number << RC_TOKEN_KIND_BITS | (uint64_t)kind);
}

static rowcall_status put_flag(struct walk *walk, uint32_t number, uint64_t value)
{
    bool is_put =
        put_token(walk, number, RC_TOKEN_FLAG) && put_varint(walk->tokens, walk->arena, value);
    return is_put ? ROWCALL_OK : rc_error_oom(walk->err);
}

static rowcall_status put_text(struct walk *walk, uint32_t number, struct rc_view text)
{
    bool is_put = put_token(walk, number, RC_TOKEN_TEXT) &&
                  put_varint(walk->tokens, walk->arena, text.len) &&
                  put_bytes(walk->tokens, walk->arena, text.data, text.len);
    return is_put ? ROWCALL_OK : rc_error_oom(walk->err);
}

static rowcall_status put_slot(struct walk *walk, uint32_t number, const struct rc_value *value)
{
    struct rc_slots *slots = walk->slots;
    void *values = slots->values;
    if (!put_token(walk, number, RC_TOKEN_SLOT) ||
        !reserve(walk->arena, &values, &slots->capacity, slots->count + 1, sizeof *value)) {
        return rc_error_oom(walk->err);
    }
    slots->values = values;
    slots->values[slots->count++] = *value;
    return ROWCALL_OK;
}

// ---- errors

// How many times the place's field came before it.
static size_t index_of(const struct place *place)
{
    struct rc_wire_reader reader;
    struct rc_wire_value wire;
    size_t count = 0;
    rc_wire_reader_init(&reader, place->message);
    while (rc_wire_next(&reader, &wire) && (const char *)reader.at < place->at) {
        count += wire.number == place->field->number;
    }
    return count;
}

static size_t print_path(const struct place *place, char *path, size_t size)
{
    size_t len = place->parent ? print_path(place->parent, path, size) : 0;
    if (len >= size) {
        return len;
    }
    int part = snprintf(path + len, size - len, "%s%s", len ? "." : "", place->field->name);
    len += part > 0 ? (size_t)part : 0;
    if (place->field->repeated && len < size) {
        part = snprintf(path + len, size - len, "[%zu]", index_of(place));
        len += part > 0 ? (size_t)part : 0;
    }
    return len;
}

static rowcall_status refuse(struct walk *walk, const struct place *place, const char *wrong)
{
    char path[256];
    (void)print_path(place, path, sizeof path);
    bool is_limit = wrong == rc_value_no_memory || wrong == too_long;
    rowcall_status st = is_limit ? ROWCALL_RESOURCE_EXHAUSTED : ROWCALL_INVALID_ARGUMENT;
    rc_error_set(walk->err, st, "%s: %s", path, wrong);
    rc_error_detail(walk->err, wrong == too_long ? "P2029" : NULL, NULL, NULL);
    return st;
}

// ---- the walk

static rowcall_status walk_message(struct walk *walk, const struct rc_wire_message *message,
                                   struct rc_view data, const struct rc_column *column,
                                   const struct place *parent);

// Fields whose value decides what is executed, not on what.
static bool is_structural(const struct rc_wire_message *message,
                          const struct rc_wire_field *field)
{
    if (message->role == RC_MESSAGE_SELECT || message->role == RC_MESSAGE_COUNT_SELECT) {
        return true;
    }
    switch (field->role) {
    case RC_ROLE_IS_NULL:
    case RC_ROLE_IS_EMPTY:
    case RC_ROLE_JSON_EXISTS:
    case RC_ROLE_INSENSITIVE:
    case RC_ROLE_SET_TO_NULL:
    case RC_ROLE_DIRECTION:
    case RC_ROLE_NULLS_ORDER:
    case RC_ROLE_LOCK_STRENGTH:
    case RC_ROLE_LOCK_WAIT:
    case RC_ROLE_COMPARISON:
    case RC_ROLE_SEARCH_FIELDS:
    case RC_ROLE_SEARCH_SYNTAX:
    case RC_ROLE_WITH_TOTAL:
    case RC_ROLE_SKIP_DUPLICATES:
    case RC_ROLE_ALL:
    case RC_ROLE_DISTINCT:
    case RC_ROLE_SET_NULL:
    case RC_ROLE_CONFLICT:
    case RC_ROLE_UPDATE: // of UpsertMany: which fields
    case RC_ROLE_COUNT_ALL:
    case RC_ROLE_COUNT_OF:
    case RC_ROLE_SUM_OF:
    case RC_ROLE_AVG_OF:
    case RC_ROLE_MIN_OF:
    case RC_ROLE_MAX_OF:
    case RC_ROLE_FIELD:
        return true;
    default:
        return false;
    }
}

// One or, packed, several flags.
static rowcall_status walk_flags(struct walk *walk, const struct rc_wire_field *field,
                                 const struct rc_wire_value *wire)
{
    if (wire->type != RC_WIRE_BYTES) {
        return put_flag(walk, field->number, wire->scalar);
    }
    struct rc_wire_reader packed;
    uint64_t value;
    rowcall_status st = ROWCALL_OK;
    rc_wire_reader_init(&packed, wire->bytes);
    while (!st && rc_wire_next_varint(&packed, &value)) {
        st = put_flag(walk, field->number, value);
    }
    return st;
}

// A name that becomes part of the SQL text, as a literal: so that an index on
// to_tsvector('english', ...) serves it. Few characters, few bytes: few plans. Empty: the
// default.
static bool is_language(struct rc_view name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') {
            return false;
        }
    }
    return name.len <= 63;
}

static rowcall_status walk_scalar(struct walk *walk, const struct rc_wire_field *field,
                                  const struct rc_wire_value *wire,
                                  const struct rc_column *column, const struct place *place)
{
    struct rc_value value;
    const char *wrong = rc_value_read_scalar(field, wire, column, &value);
    if (wrong) {
        return refuse(walk, place, wrong);
    }
    switch (field->role) {
    case RC_ROLE_REQUIRED:
        walk->shape->required = value.integer != 0;
        return ROWCALL_OK;
    case RC_ROLE_PAGE_SIZE:
        walk->shape->paging.size = (uint32_t)value.integer;
        return ROWCALL_OK;
    case RC_ROLE_PAGE_BYTES:
        walk->shape->paging.bytes = (uint32_t)value.integer;
        return ROWCALL_OK;
    case RC_ROLE_PAGE_TOKEN:
        walk->shape->paging.token = value.bytes;
        return ROWCALL_OK;
    case RC_ROLE_CLOSE:
        walk->shape->paging.close = value.integer != 0;
        return ROWCALL_OK;
    case RC_ROLE_COMPARED_FIELD:
        return put_text(walk, field->number, value.bytes);
    case RC_ROLE_SEARCH_LANGUAGE:
        if (!is_language(value.bytes)) {
            return refuse(walk, place,
                          "is no name of a text search configuration: lower case letters, "
                          "digits and '_', at most 63");
        }
        return put_text(walk, field->number, value.bytes);
    case RC_ROLE_TAKE: {
        rowcall_status st = put_flag(walk, field->number, value.integer < 0);
        return st ? st : put_slot(walk, field->number, &value);
    }
    case RC_ROLE_SKIP:
    case RC_ROLE_LIMIT:
    case RC_ROLE_MAX_AFFECTED:
        if (value.integer < 0) {
            return refuse(walk, place, "must not be negative");
        }
        break;
    default:
        break;
    }
    return put_slot(walk, field->number, &value);
}

// NULL elements mean something in a value of a column; to compare with one makes no sense.
static bool may_hold_null(const struct rc_wire_field *field)
{
    return field->role == RC_ROLE_COLUMN || field->role == RC_ROLE_EQUALS ||
           field->role == RC_ROLE_SET || field->role == RC_ROLE_PUSH;
}

// ---- rows

// What one message's walk has to remember between its fields.
struct seen {
    bool path;                   // the JSON path was taken, all of it
    struct rc_row_group *groups; // in order of their first row
    size_t group_count;
    struct rc_tokens row_tokens; // reused from row to row
    struct rc_slots row_slots;
};

static struct rc_row_group *find_group(const struct seen *seen,
                                       const struct rc_wire_field *field)
{
    const struct rc_tokens *tokens = &seen->row_tokens;
    struct rc_row_group *group = seen->groups;
    while (group && (group->field != field || group->tokens.len != tokens->len ||
                     (tokens->len && memcmp(group->tokens.data, tokens->data, tokens->len)))) {
        group = group->next;
    }
    return group;
}

// A group for rows like the one just walked, as the last one.
static struct rc_row_group *add_group(struct walk *walk, struct seen *seen,
                                      const struct rc_wire_field *field)
{
    struct rc_row_group *group = rc_arena_new(walk->arena, struct rc_row_group);
    if (!group ||
        !put_bytes(&group->tokens, walk->arena, seen->row_tokens.data, seen->row_tokens.len)) {
        return NULL;
    }
    group->field = field;
    group->slot_count = seen->row_slots.count;
    struct rc_row_group **end = &seen->groups;
    while (*end) {
        end = &(*end)->next;
    }
    *end = group;
    seen->group_count++;
    return group;
}

static bool append_slots(struct rc_slots *slots, const struct rc_slots *more,
                         struct rc_arena *arena)
{
    void *values = slots->values;
    if (!reserve(arena, &values, &slots->capacity, slots->count + more->count,
                 sizeof(struct rc_value))) {
        return false;
    }
    slots->values = values;
    if (more->count) {
        memcpy(slots->values + slots->count, more->values,
               more->count * sizeof(struct rc_value));
    }
    slots->count += more->count;
    return true;
}

static rowcall_status add_row(struct walk *walk, struct seen *seen, const struct place *place)
{
    struct rc_row_group *group = find_group(seen, place->field);
    if (!group && walk->shape->group_count + seen->group_count >= RC_SHAPE_GROUPS_MAX) {
        return refuse(walk, place,
                      "names yet another set of fields: rows of one call may "
                      "name at most 64 different sets");
    }
    if (!group) {
        group = add_group(walk, seen, place->field);
    }
    if (!group || !append_slots(&group->slots, &seen->row_slots, walk->arena)) {
        return rc_error_oom(walk->err);
    }
    group->row_count++;
    return ROWCALL_OK;
}

// A record that was walked like a row and is none, since it writes related records.
static rowcall_status add_record(struct walk *walk, const struct seen *seen,
                                 const struct place *place)
{
    bool is_put =
        put_token(walk, place->field->number, RC_TOKEN_OPEN) &&
        put_bytes(walk->tokens, walk->arena, seen->row_tokens.data, seen->row_tokens.len) &&
        put_varint(walk->tokens, walk->arena, 0) &&
        append_slots(walk->slots, &seen->row_slots, walk->arena);
    walk->has_relations = true;
    return is_put ? ROWCALL_OK : rc_error_oom(walk->err);
}

static bool is_row(const struct rc_wire_field *field)
{
    return field->repeated && field->type == RC_FIELD_MESSAGE &&
           (field->message->role == RC_MESSAGE_CREATE ||
            field->message->role == RC_MESSAGE_KEY);
}

// Walks a row into tokens and slots of its own, then adds it to the group of its kind.
static rowcall_status walk_row(struct walk *walk, struct rc_view data,
                               const struct place *place, struct seen *seen)
{
    struct walk row = *walk;
    const struct rc_wire_message *message = rc_wire_message_ready(place->field->message);
    if (!message) {
        return rc_error_oom(walk->err);
    }
    row.tokens = &seen->row_tokens;
    row.slots = &seen->row_slots;
    row.has_relations = false;
    row.tokens->len = 0;
    row.slots->count = 0;
    rowcall_status st = walk_message(&row, message, data, NULL, place);
    if (st) {
        return st;
    }
    return row.has_relations ? add_record(walk, seen, place) : add_row(walk, seen, place);
}

// The groups of a message, behind its other fields.
static rowcall_status put_groups(struct walk *walk, const struct seen *seen)
{
    struct rc_shape *shape = walk->shape;
    for (const struct rc_row_group *group = seen->groups; group; group = group->next) {
        if (shape->group_count == RC_SHAPE_GROUPS_MAX) {
            return rc_error_set(walk->err, ROWCALL_INVALID_ARGUMENT,
                                "%s: rows of one call may name at most 64 different sets of "
                                "fields",
                                group->field->name);
        }
        shape->groups[shape->group_count++] = group;
        if (!put_token(walk, group->field->number, RC_TOKEN_ROWS) ||
            !put_bytes(walk->tokens, walk->arena, group->tokens.data, group->tokens.len) ||
            !put_varint(walk->tokens, walk->arena, 0)) {
            return rc_error_oom(walk->err);
        }
    }
    return ROWCALL_OK;
}

static rowcall_status walk_nested(struct walk *walk, const struct rc_wire_field *field,
                                  struct rc_view data, const struct rc_column *column,
                                  const struct place *place)
{
    const struct rc_wire_message *message = rc_wire_message_ready(field->message);
    struct rc_value value;
    const char *wrong = NULL;
    if (!message) {
        return rc_error_oom(walk->err);
    }
    switch (message->role) {
    case RC_MESSAGE_LIST:
    case RC_MESSAGE_ENUM_LIST:
        wrong = rc_value_read_list(message, data, column, may_hold_null(field), walk->arena,
                                   &value);
        return wrong ? refuse(walk, place, wrong) : put_slot(walk, field->number, &value);
    case RC_MESSAGE_TIMESTAMP:
        wrong = rc_value_read_timestamp(data, &value);
        return wrong ? refuse(walk, place, wrong) : put_slot(walk, field->number, &value);
    default:
        break;
    }
    if (!put_token(walk, field->number, RC_TOKEN_OPEN)) {
        return rc_error_oom(walk->err);
    }
    rowcall_status st = walk_message(walk, message, data, column, place);
    if (!st && !put_varint(walk->tokens, walk->arena, 0)) {
        st = rc_error_oom(walk->err);
    }
    return st;
}

static rowcall_status walk_field(struct walk *walk, const struct rc_wire_message *message,
                                 const struct rc_wire_value *wire,
                                 const struct rc_column *column, struct place *place,
                                 struct seen *seen)
{
    const struct rc_wire_field *field = place->field;
    if (field->role == RC_ROLE_COLUMN) {
        column = field->subject;
    }
    walk->has_relations |= field->role == RC_ROLE_RELATION;
    if (is_row(field)) {
        return walk_row(walk, wire->bytes, place, seen);
    }
    if (field->type == RC_FIELD_MESSAGE) {
        return walk_nested(walk, field, wire->bytes, column, place);
    }
    if (field->role == RC_ROLE_JSON_PATH) {
        struct rc_value value;
        if (seen->path) {
            return ROWCALL_OK;
        }
        seen->path = true;
        const char *wrong =
            rc_value_read_strings(field->number, place->message, walk->arena, &value);
        return wrong ? refuse(walk, place, wrong) : put_slot(walk, field->number, &value);
    }
    if (is_structural(message, field)) {
        return walk_flags(walk, field, wire);
    }
    return walk_scalar(walk, field, wire, column, place);
}

static rowcall_status walk_message(struct walk *walk, const struct rc_wire_message *message,
                                   struct rc_view data, const struct rc_column *column,
                                   const struct place *parent)
{
    struct rc_wire_reader reader;
    struct rc_wire_value wire;
    struct seen seen = {0};
    rowcall_status st = ROWCALL_OK;
    rc_wire_reader_init(&reader, data);
    while (!st && rc_wire_next(&reader, &wire)) {
        struct place place = {parent, rc_wire_field_by_number(message, wire.number), data,
                              (const char *)reader.at};
        if (!place.field) { // rc_wire_check let it through, so memory ran out
            return rc_error_oom(walk->err);
        }
        st = walk_field(walk, message, &wire, column, &place, &seen);
        if (!st && walk->tokens->len > RC_SHAPE_LEN_MAX) {
            st = refuse(walk, &place, too_long);
        }
    }
    return st ? st : put_groups(walk, &seen);
}

rowcall_status rc_shape_walk(const struct rc_wire_message *message, enum rc_verb verb,
                             struct rc_view request, struct rc_arena *arena,
                             struct rc_shape *ret_shape, rowcall_error *err)
{
    struct walk walk = {.arena = arena,
                        .shape = ret_shape,
                        .tokens = &ret_shape->tokens,
                        .slots = &ret_shape->slots,
                        .err = err};
    *ret_shape = (struct rc_shape){0};
    uint64_t head = (uint64_t)verb;
    if (verb == RC_VERB_UPSERT && rc_alignment_of(message, request)) {
        head |= RC_SHAPE_ALIGNED;
    }
    if (!put_varint(walk.tokens, arena, head)) {
        return rc_error_oom(err);
    }
    return walk_message(&walk, message, request, NULL, NULL);
}
