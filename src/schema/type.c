// SPDX-License-Identifier: Apache-2.0
//
// The table of column types, and the parser of their SQL spelling. Everything the rest of the
// tree knows about a type comes from here.
#include "schema/type.h"

#include "base/arena.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

// Indexed by enum rc_type_kind: name, field, family, text_like, is_ordered, is_equatable,
// has_extremes.
static const struct rc_type_info infos[RC_TYPE_COUNT] = {
    [RC_TYPE_BOOL] = {"bool", RC_FIELD_BOOL, RC_FAMILY_BOOL, false, true, true, false},
    [RC_TYPE_INT2] = {"int2", RC_FIELD_INT32, RC_FAMILY_INT32, false, true, true, true},
    [RC_TYPE_INT4] = {"int4", RC_FIELD_INT32, RC_FAMILY_INT32, false, true, true, true},
    [RC_TYPE_INT8] = {"int8", RC_FIELD_INT64, RC_FAMILY_INT64, false, true, true, true},
    [RC_TYPE_OID] = {"oid", RC_FIELD_INT64, RC_FAMILY_INT64, false, true, true, true},
    [RC_TYPE_FLOAT4] = {"float4", RC_FIELD_FLOAT, RC_FAMILY_FLOAT, false, true, true, true},
    [RC_TYPE_FLOAT8] = {"float8", RC_FIELD_DOUBLE, RC_FAMILY_DOUBLE, false, true, true, true},
    [RC_TYPE_NUMERIC] = {"numeric", RC_FIELD_STRING, RC_FAMILY_NUMERIC, false, true, true,
                         true},
    [RC_TYPE_MONEY] = {"money", RC_FIELD_STRING, RC_FAMILY_NUMERIC, false, true, true, true},
    [RC_TYPE_TEXT] = {"text", RC_FIELD_STRING, RC_FAMILY_STRING, true, true, true, true},
    [RC_TYPE_VARCHAR] = {"varchar", RC_FIELD_STRING, RC_FAMILY_STRING, true, true, true, true},
    [RC_TYPE_CHAR] = {"bpchar", RC_FIELD_STRING, RC_FAMILY_STRING, true, true, true, true},
    [RC_TYPE_CITEXT] = {"citext", RC_FIELD_STRING, RC_FAMILY_STRING, true, true, true, true},
    [RC_TYPE_BYTEA] = {"bytea", RC_FIELD_BYTES, RC_FAMILY_BYTES, false, true, true, false},
    [RC_TYPE_TIMESTAMP] = {"timestamp", RC_FIELD_MESSAGE, RC_FAMILY_TIMESTAMP, false, true,
                           true, true},
    [RC_TYPE_TIMESTAMPTZ] = {"timestamptz", RC_FIELD_MESSAGE, RC_FAMILY_TIMESTAMP, false, true,
                             true, true},
    [RC_TYPE_DATE] = {"date", RC_FIELD_STRING, RC_FAMILY_VALUE, false, true, true, true},
    [RC_TYPE_TIME] = {"time", RC_FIELD_STRING, RC_FAMILY_VALUE, false, true, true, true},
    [RC_TYPE_TIMETZ] = {"timetz", RC_FIELD_STRING, RC_FAMILY_VALUE, false, true, true, true},
    [RC_TYPE_INTERVAL] = {"interval", RC_FIELD_STRING, RC_FAMILY_VALUE, false, true, true,
                          true},
    [RC_TYPE_UUID] = {"uuid", RC_FIELD_STRING, RC_FAMILY_VALUE, false, true, true, false},
    [RC_TYPE_JSON] = {"json", RC_FIELD_STRING, RC_FAMILY_JSON, true, false, false, false},
    [RC_TYPE_JSONB] = {"jsonb", RC_FIELD_STRING, RC_FAMILY_JSON, false, true, true, false},
    [RC_TYPE_XML] = {"xml", RC_FIELD_STRING, RC_FAMILY_STRING, true, false, false, false},
    [RC_TYPE_INET] = {"inet", RC_FIELD_STRING, RC_FAMILY_VALUE, false, true, true, true},
    [RC_TYPE_CIDR] = {"cidr", RC_FIELD_STRING, RC_FAMILY_VALUE, false, true, true, true},
    [RC_TYPE_MACADDR] = {"macaddr", RC_FIELD_STRING, RC_FAMILY_VALUE, false, true, true, false},
    [RC_TYPE_BIT] = {"bit", RC_FIELD_STRING, RC_FAMILY_VALUE, false, true, true, false},
    [RC_TYPE_VARBIT] = {"varbit", RC_FIELD_STRING, RC_FAMILY_VALUE, false, true, true, false},
    [RC_TYPE_TSVECTOR] = {"tsvector", RC_FIELD_STRING, RC_FAMILY_STRING, false, false, false,
                          false},
    [RC_TYPE_ENUM] = {"enum", RC_FIELD_ENUM, RC_FAMILY_ENUM, true, true, true, true},
};

// What may stand in parentheses.
enum modifier { MODIFIER_NONE, MODIFIER_LENGTH, MODIFIER_PRECISION, MODIFIER_NUMERIC };

// Every accepted spelling. The first one of a kind is how format_type() prints it; `tail` comes
// behind the parentheses.
static const struct spelling {
    const char *head;
    const char *tail;
    enum rc_type_kind kind;
    enum modifier modifier;
    int limit; // largest length or precision
} spellings[] = {
    {"boolean", "", RC_TYPE_BOOL, MODIFIER_NONE, 0},
    {"bool", "", RC_TYPE_BOOL, MODIFIER_NONE, 0},
    {"smallint", "", RC_TYPE_INT2, MODIFIER_NONE, 0},
    {"int2", "", RC_TYPE_INT2, MODIFIER_NONE, 0},
    {"integer", "", RC_TYPE_INT4, MODIFIER_NONE, 0},
    {"int", "", RC_TYPE_INT4, MODIFIER_NONE, 0},
    {"int4", "", RC_TYPE_INT4, MODIFIER_NONE, 0},
    {"bigint", "", RC_TYPE_INT8, MODIFIER_NONE, 0},
    {"int8", "", RC_TYPE_INT8, MODIFIER_NONE, 0},
    {"oid", "", RC_TYPE_OID, MODIFIER_NONE, 0},
    {"real", "", RC_TYPE_FLOAT4, MODIFIER_NONE, 0},
    {"float4", "", RC_TYPE_FLOAT4, MODIFIER_NONE, 0},
    {"double precision", "", RC_TYPE_FLOAT8, MODIFIER_NONE, 0},
    {"float8", "", RC_TYPE_FLOAT8, MODIFIER_NONE, 0},
    {"float", "", RC_TYPE_FLOAT8, MODIFIER_NONE, 0},
    {"numeric", "", RC_TYPE_NUMERIC, MODIFIER_NUMERIC, 1000},
    {"decimal", "", RC_TYPE_NUMERIC, MODIFIER_NUMERIC, 1000},
    {"money", "", RC_TYPE_MONEY, MODIFIER_NONE, 0},
    {"text", "", RC_TYPE_TEXT, MODIFIER_NONE, 0},
    {"character varying", "", RC_TYPE_VARCHAR, MODIFIER_LENGTH, 10485760},
    {"varchar", "", RC_TYPE_VARCHAR, MODIFIER_LENGTH, 10485760},
    {"character", "", RC_TYPE_CHAR, MODIFIER_LENGTH, 10485760},
    {"char", "", RC_TYPE_CHAR, MODIFIER_LENGTH, 10485760},
    {"bpchar", "", RC_TYPE_CHAR, MODIFIER_LENGTH, 10485760},
    {"citext", "", RC_TYPE_CITEXT, MODIFIER_NONE, 0},
    {"bytea", "", RC_TYPE_BYTEA, MODIFIER_NONE, 0},
    {"timestamp", "", RC_TYPE_TIMESTAMP, MODIFIER_PRECISION, 6},
    {"timestamp", "without time zone", RC_TYPE_TIMESTAMP, MODIFIER_PRECISION, 6},
    {"timestamp", "with time zone", RC_TYPE_TIMESTAMPTZ, MODIFIER_PRECISION, 6},
    {"timestamptz", "", RC_TYPE_TIMESTAMPTZ, MODIFIER_PRECISION, 6},
    {"date", "", RC_TYPE_DATE, MODIFIER_NONE, 0},
    {"time", "", RC_TYPE_TIME, MODIFIER_PRECISION, 6},
    {"time", "without time zone", RC_TYPE_TIME, MODIFIER_PRECISION, 6},
    {"time", "with time zone", RC_TYPE_TIMETZ, MODIFIER_PRECISION, 6},
    {"timetz", "", RC_TYPE_TIMETZ, MODIFIER_PRECISION, 6},
    {"interval", "", RC_TYPE_INTERVAL, MODIFIER_PRECISION, 6},
    {"uuid", "", RC_TYPE_UUID, MODIFIER_NONE, 0},
    {"json", "", RC_TYPE_JSON, MODIFIER_NONE, 0},
    {"jsonb", "", RC_TYPE_JSONB, MODIFIER_NONE, 0},
    {"xml", "", RC_TYPE_XML, MODIFIER_NONE, 0},
    {"inet", "", RC_TYPE_INET, MODIFIER_NONE, 0},
    {"cidr", "", RC_TYPE_CIDR, MODIFIER_NONE, 0},
    {"macaddr", "", RC_TYPE_MACADDR, MODIFIER_NONE, 0},
    {"bit", "", RC_TYPE_BIT, MODIFIER_LENGTH, 83886080},
    {"bit varying", "", RC_TYPE_VARBIT, MODIFIER_LENGTH, 83886080},
    {"varbit", "", RC_TYPE_VARBIT, MODIFIER_LENGTH, 83886080},
    {"tsvector", "", RC_TYPE_TSVECTOR, MODIFIER_NONE, 0},
};
#define SPELLING_COUNT (sizeof(spellings) / sizeof(spellings[0]))

// A type's text taken apart: head, "(a, b)", tail, "[]".
struct parts {
    char head[32];
    char tail[32];
    int numbers[2];
    int number_count;
    bool array;
};

const struct rc_type_info *rc_type_info(enum rc_type_kind kind)
{
    return &infos[kind];
}

static const char *skip_spaces(const char *at)
{
    while (*at == ' ') {
        at++;
    }
    return at;
}

// Reads letters, digits and single spaces in lower case up to '(', '[' or the end. NULL when
// too long or when another character stands there.
static const char *read_words(const char *at, char *ret_words, size_t size)
{
    size_t len = 0;
    for (at = skip_spaces(at); *at != '\0' && *at != '(' && *at != '['; at++) {
        bool space = *at == ' ';
        if (!space && !isalnum((unsigned char)*at)) {
            return NULL;
        }
        if (space && (at[1] == ' ' || at[1] == '\0' || at[1] == '(' || at[1] == '[')) {
            continue;
        }
        if (len + 1 >= size) {
            return NULL;
        }
        ret_words[len++] = (char)tolower((unsigned char)*at);
    }
    ret_words[len] = '\0';
    return at;
}

// Reads "(n)" or "(n, m)". NULL when it is neither.
static const char *read_numbers(const char *at, struct parts *parts)
{
    do {
        at = skip_spaces(at + 1);
        if (!isdigit((unsigned char)*at) || parts->number_count == 2) {
            return NULL;
        }
        int number = 0;
        for (; isdigit((unsigned char)*at); at++) {
            if (number > INT_MAX / 10 - 1) {
                return NULL;
            }
            number = number * 10 + (*at - '0');
        }
        parts->numbers[parts->number_count++] = number;
        at = skip_spaces(at);
    } while (*at == ',');
    return *at == ')' ? at + 1 : NULL;
}

static bool take_apart(const char *text, struct parts *ret_parts)
{
    struct parts parts = {0};
    const char *at = read_words(text, parts.head, sizeof(parts.head));
    if (at && *at == '(') {
        at = read_numbers(at, &parts);
        at = at ? read_words(at, parts.tail, sizeof(parts.tail)) : NULL;
    }
    if (at && at[0] == '[' && at[1] == ']') {
        parts.array = true;
        at = skip_spaces(at + 2);
    }
    if (!at || *at != '\0') {
        return false;
    }
    // Without parentheses the tail is still part of the head: "timestamp with time zone".
    char *tail = parts.number_count == 0 ? strstr(parts.head, " with") : NULL;
    if (tail) {
        memcpy(parts.tail, tail + 1, strlen(tail)); // its NUL included
        *tail = '\0';
    }
    *ret_parts = parts;
    return true;
}

static const struct spelling *find_spelling(const struct parts *parts)
{
    for (size_t i = 0; i < SPELLING_COUNT; i++) {
        if (strcmp(spellings[i].head, parts->head) == 0 &&
            strcmp(spellings[i].tail, parts->tail) == 0) {
            return &spellings[i];
        }
    }
    return NULL;
}

// How format_type() writes the kind, less the "without time zone" that says nothing.
static const struct spelling *canonical_spelling(enum rc_type_kind kind)
{
    for (size_t i = 0; i < SPELLING_COUNT; i++) {
        if (spellings[i].kind == kind) {
            return &spellings[i];
        }
    }
    return NULL;
}

static rowcall_status read_modifier(const char *text, const struct spelling *spelling,
                                    const struct parts *parts, struct rc_type *type,
                                    rowcall_error *err)
{
    int max_count = spelling->modifier == MODIFIER_NUMERIC ? 2
                    : spelling->modifier == MODIFIER_NONE  ? 0
                                                           : 1;
    if (parts->number_count > max_count) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "type \"%s\" takes %s", text,
                            max_count == 0 ? "no length or precision" : "one number");
    }
    type->precision = -1;
    type->scale = -1;
    if (parts->number_count > 0) {
        int first = parts->numbers[0];
        int lowest = spelling->modifier == MODIFIER_PRECISION ? 0 : 1;
        if (first < lowest || first > spelling->limit || parts->numbers[1] > spelling->limit) {
            return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                                "type \"%s\": numbers go from %d to %d", text, lowest,
                                spelling->limit);
        }
        if (spelling->modifier == MODIFIER_LENGTH) {
            type->length = first;
        } else {
            type->precision = first;
        }
        if (spelling->modifier == MODIFIER_NUMERIC) {
            type->scale = parts->number_count == 2 ? parts->numbers[1] : 0;
        }
    } else if (type->kind == RC_TYPE_BIT ||
               (type->kind == RC_TYPE_CHAR && strcmp(spelling->head, "bpchar") != 0)) {
        type->length = 1; // SQL's bare char and bit
    }
    return ROWCALL_OK;
}

static const char *print_type(struct rc_arena *arena, const struct rc_type *type)
{
    const struct spelling *spelling = canonical_spelling(type->kind);
    const char *space = spelling->tail[0] != '\0' ? " " : "";
    if (type->kind == RC_TYPE_CHAR && type->length == 0) {
        return "bpchar";
    }
    if (type->scale >= 0) {
        return rc_arena_printf(arena, "%s(%d,%d)", spelling->head, type->precision,
                               type->scale);
    }
    int number = type->precision >= 0 ? type->precision : type->length;
    if (type->precision >= 0 || type->length > 0) {
        return rc_arena_printf(arena, "%s(%d)%s%s", spelling->head, number, space,
                               spelling->tail);
    }
    return rc_arena_printf(arena, "%s%s%s", spelling->head, space, spelling->tail);
}

rowcall_status rc_type_parse(struct rc_arena *arena, const char *text, struct rc_type *ret_type,
                             rowcall_error *err)
{
    struct parts parts;
    const struct spelling *spelling = NULL;
    if (take_apart(text, &parts)) {
        spelling = find_spelling(&parts);
    }
    if (!spelling) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "unknown column type \"%s\"", text);
    }
    struct rc_type type = {.kind = spelling->kind, .array = parts.array};
    rowcall_status st = read_modifier(text, spelling, &parts, &type, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    type.sql = print_type(arena, &type);
    if (!type.sql) {
        return rc_error_oom(err);
    }
    *ret_type = type;
    return ROWCALL_OK;
}

bool rc_type_default(enum rc_field_type field, struct rc_type *ret_type)
{
    static const struct {
        enum rc_field_type field;
        enum rc_type_kind kind;
        const char *sql;
    } defaults[] = {
        {RC_FIELD_INT32, RC_TYPE_INT4, "integer"},
        {RC_FIELD_INT64, RC_TYPE_INT8, "bigint"},
        {RC_FIELD_BOOL, RC_TYPE_BOOL, "boolean"},
        {RC_FIELD_FLOAT, RC_TYPE_FLOAT4, "real"},
        {RC_FIELD_DOUBLE, RC_TYPE_FLOAT8, "double precision"},
        {RC_FIELD_STRING, RC_TYPE_TEXT, "text"},
        {RC_FIELD_BYTES, RC_TYPE_BYTEA, "bytea"},
        {RC_FIELD_MESSAGE, RC_TYPE_TIMESTAMPTZ, "timestamp with time zone"},
    };
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
        if (defaults[i].field == field) {
            *ret_type = (struct rc_type){
                .kind = defaults[i].kind, .precision = -1, .scale = -1, .sql = defaults[i].sql};
            return true;
        }
    }
    return false;
}

bool rc_type_accepts_field(const struct rc_type *type, enum rc_field_type field)
{
    return infos[type->kind].field == field;
}

bool rc_type_is_searchable(const struct rc_type *type)
{
    return !type->array && type->kind != RC_TYPE_XML &&
           infos[type->kind].family == RC_FAMILY_STRING;
}
