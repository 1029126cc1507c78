// SPDX-License-Identifier: Apache-2.0
//
// Defaults and other values that a column gets without a caller: which kinds exclude each
// other, which types they fit, and whether a literal is one of its type.
#include "schema/loader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define problem(loader, column, ...)                                                           \
    rc_loader_problem((loader), (column)->position, __VA_ARGS__)

static bool is_integer(const struct rc_type *type)
{
    return !type->array && (type->kind == RC_TYPE_INT2 || type->kind == RC_TYPE_INT4 ||
                            type->kind == RC_TYPE_INT8);
}

static bool is_text(const struct rc_type *type)
{
    return !type->array && (type->kind == RC_TYPE_TEXT || type->kind == RC_TYPE_VARCHAR ||
                            type->kind == RC_TYPE_CHAR || type->kind == RC_TYPE_CITEXT);
}

static void check_combination(struct rc_loader *loader, const struct rc_column *column)
{
    int count = (column->autoincrement ? 1 : 0) + (column->default_literal ? 1 : 0) +
                (column->default_sql ? 1 : 0) +
                (column->generator != RC_GENERATOR_NONE ? 1 : 0) +
                (column->generated_sql ? 1 : 0);
    if (count > 1) {
        problem(loader, column,
                "field %s: choose one of autoincrement, default, default_sql, generate, "
                "generated_sql",
                column->name);
    }
    if (column->updated_at &&
        (column->autoincrement || column->default_literal ||
         column->generator != RC_GENERATOR_NONE || column->generated_sql)) {
        problem(loader, column, "field %s: updated_at goes with default_sql at most",
                column->name);
    }
}

static void check_generator(struct rc_loader *loader, const struct rc_column *column)
{
    // How many characters each makes.
    static const int lengths[] = {[RC_GENERATOR_UUID4] = 36,
                                  [RC_GENERATOR_UUID7] = 36,
                                  [RC_GENERATOR_ULID] = 26,
                                  [RC_GENERATOR_NANOID] = 21,
                                  [RC_GENERATOR_CUID2] = 24};
    if ((size_t)column->generator >= sizeof(lengths) / sizeof(lengths[0])) {
        problem(loader, column, "field %s: generate: there is no generator %d", column->name,
                (int)column->generator);
        return;
    }
    bool uuid =
        column->generator == RC_GENERATOR_UUID4 || column->generator == RC_GENERATOR_UUID7;
    bool fits = is_text(&column->type) ||
                (uuid && column->type.kind == RC_TYPE_UUID && !column->type.array);
    if (!fits) {
        problem(loader, column, "field %s: generate needs a text%s column, not %s",
                column->name, uuid ? " or uuid" : "", column->type.sql);
    } else if (column->type.length > 0 && column->type.length < lengths[column->generator]) {
        problem(loader, column,
                "field %s: what generate makes has %d characters; %s is too short",
                column->name, lengths[column->generator], column->type.sql);
    }
}

static bool is_integer_literal(const char *text, enum rc_type_kind kind)
{
    static const struct {
        enum rc_type_kind kind;
        long long low;
        long long high;
    } ranges[] = {
        {RC_TYPE_INT2, INT16_MIN, INT16_MAX},
        {RC_TYPE_INT4, INT32_MIN, INT32_MAX},
        {RC_TYPE_INT8, INT64_MIN, INT64_MAX},
        {RC_TYPE_OID, 0, UINT32_MAX},
    };
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || *text == ' ' || *text == '+') {
        return false;
    }
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (ranges[i].kind == kind) {
            return value >= ranges[i].low && value <= ranges[i].high;
        }
    }
    return false;
}

static bool is_decimal_literal(const char *text)
{
    if (strcmp(text, "NaN") == 0 || strcmp(text, "Infinity") == 0 ||
        strcmp(text, "-Infinity") == 0) {
        return true;
    }
    const char *at = text + (*text == '-');
    size_t whole = strspn(at, "0123456789");
    at += whole;
    size_t fraction = 0;
    if (*at == '.') {
        fraction = strspn(at + 1, "0123456789");
        at += 1 + fraction;
    }
    if (whole + fraction > 0 && (*at == 'e' || *at == 'E')) {
        at += 1 + (at[1] == '-' || at[1] == '+');
        size_t exponent = strspn(at, "0123456789");
        return exponent > 0 && at[exponent] == '\0';
    }
    return whole + fraction > 0 && *at == '\0';
}

static bool is_uuid_literal(const char *text)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    for (size_t i = 0; i < sizeof(shape) - 1; i++) {
        bool fits = shape[i] == 'x'
                        ? text[i] != '\0' && strchr("0123456789abcdefABCDEF", text[i])
                        : text[i] == shape[i];
        if (!fits) {
            return false;
        }
    }
    return text[sizeof(shape) - 1] == '\0';
}

static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (const char *at = text; *at != '\0'; at++) {
        count += ((unsigned char)*at & 0xc0) != 0x80;
    }
    return count;
}

static bool is_literal(const struct rc_type *type, const char *text)
{
    size_t len = strlen(text);
    if (type->array) {
        return len >= 2 && text[0] == '{' && text[len - 1] == '}';
    }
    switch (rc_type_info(type->kind)->family) {
    case RC_FAMILY_INT32:
    case RC_FAMILY_INT64:
        return is_integer_literal(text, type->kind);
    case RC_FAMILY_BOOL:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    case RC_FAMILY_FLOAT:
    case RC_FAMILY_DOUBLE:
        return is_decimal_literal(text);
    case RC_FAMILY_NUMERIC:
        return type->kind == RC_TYPE_MONEY || is_decimal_literal(text);
    case RC_FAMILY_STRING:
        return type->length == 0 || count_characters(text) <= (size_t)type->length;
    case RC_FAMILY_VALUE:
        return type->kind == RC_TYPE_UUID ? is_uuid_literal(text) : len > 0;
    case RC_FAMILY_JSON:
    case RC_FAMILY_TIMESTAMP:
        return len > 0; // PostgreSQL judges them when it is told
    case RC_FAMILY_BYTES:
        return true;
    case RC_FAMILY_ENUM:
        return true; // looked up by its caller
    }
    return false;
}

static void check_enum_literal(struct rc_loader *loader, struct rc_column *column)
{
    const struct rc_enum *enumeration = column->type.enumeration;
    for (size_t i = 0; i < enumeration->label_count; i++) {
        const struct rc_enum_label *label = &enumeration->labels[i];
        if (strcmp(label->name, column->default_literal) == 0 ||
            strcmp(label->label, column->default_literal) == 0) {
            column->default_literal = label->label;
            return;
        }
    }
    problem(loader, column, "field %s: default \"%s\" is no value of enum %s", column->name,
            column->default_literal, enumeration->name);
}

static void check_literal(struct rc_loader *loader, struct rc_column *column)
{
    if (column->type.kind == RC_TYPE_ENUM && !column->type.array) {
        check_enum_literal(loader, column);
    } else if (!is_literal(&column->type, column->default_literal)) {
        problem(loader, column, "field %s: default \"%s\" is no %s%s", column->name,
                column->default_literal, column->type.sql, column->type.array ? "[]" : "");
    }
}

void rc_check_default(struct rc_loader *loader, struct rc_column *column)
{
    check_combination(loader, column);
    if (column->autoincrement && (!is_integer(&column->type) || column->nullable)) {
        problem(loader, column,
                "field %s: autoincrement needs a required int32 or int64 column", column->name);
    }
    if (column->updated_at && (column->type.array || rc_type_info(column->type.kind)->family !=
                                                         RC_FAMILY_TIMESTAMP)) {
        problem(loader, column, "field %s: updated_at needs a timestamp column, not %s%s",
                column->name, column->type.sql, column->type.array ? "[]" : "");
    }
    if (column->generator != RC_GENERATOR_NONE) {
        check_generator(loader, column);
    }
    if (column->default_literal) {
        check_literal(loader, column);
    }
    if ((column->default_sql && *column->default_sql == '\0') ||
        (column->generated_sql && *column->generated_sql == '\0')) {
        problem(loader, column, "field %s: an SQL expression is empty", column->name);
    }
}
