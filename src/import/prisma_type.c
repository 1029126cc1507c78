// SPDX-License-Identifier: Apache-2.0
//
// Prisma's types and their PostgreSQL forms (@db.*): which column type each of them is.
#include "import/prisma.h"
#include "import/prisma_translate.h"

#include <string.h>

struct scalar {
    const char *name;
    const char *sql; // where no @db says otherwise
};

static const struct scalar scalars[] = {
    {"String", "text"},
    {"Boolean", "boolean"},
    {"Int", "integer"},
    {"BigInt", "bigint"},
    {"Float", "double precision"},
    {"Decimal", "numeric(65,30)"},
    {"DateTime", "timestamp(3)"},
    {"Json", "jsonb"},
    {"Bytes", "bytea"},
};

struct native {
    const char *name;
    const char *scalar;
    const char *sql;
    int numbers; // how many it may have in parentheses
};

static const struct native natives[] = {
    {"Text", "String", "text", 0},
    {"Char", "String", "char", 1},
    {"VarChar", "String", "varchar", 1},
    {"Bit", "String", "bit", 1},
    {"VarBit", "String", "varbit", 1},
    {"Uuid", "String", "uuid", 0},
    {"Xml", "String", "xml", 0},
    {"Inet", "String", "inet", 0},
    {"Citext", "String", "citext", 0},
    {"Boolean", "Boolean", "boolean", 0},
    {"Integer", "Int", "integer", 0},
    {"SmallInt", "Int", "smallint", 0},
    {"Oid", "Int", "oid", 0},
    {"BigInt", "BigInt", "bigint", 0},
    {"DoublePrecision", "Float", "double precision", 0},
    {"Real", "Float", "real", 0},
    {"Decimal", "Decimal", "numeric", 2},
    {"Money", "Decimal", "money", 0},
    {"Timestamp", "DateTime", "timestamp", 1},
    {"Timestamptz", "DateTime", "timestamptz", 1},
    {"Date", "DateTime", "date", 0},
    {"Time", "DateTime", "time", 1},
    {"Timetz", "DateTime", "timetz", 1},
    {"Json", "Json", "json", 0},
    {"JsonB", "Json", "jsonb", 0},
    {"ByteA", "Bytes", "bytea", 0},
};

static const struct native *find_native(const char *name)
{
    for (size_t i = 0; i < sizeof natives / sizeof *natives; i++) {
        if (strcmp(natives[i].name, name) == 0) {
            return &natives[i];
        }
    }
    return NULL;
}

static const char *find_scalar(const char *name)
{
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
        if (strcmp(scalars[i].name, name) == 0) {
            return scalars[i].sql;
        }
    }
    return NULL;
}

static struct rc_prisma_attribute *native_attribute(const struct rc_prisma_field *field)
{
    for (struct rc_prisma_attribute *a = field->attributes; a; a = a->next) {
        if (strncmp(a->name, "db.", 3) == 0) {
            return a;
        }
    }
    return NULL;
}

// "varchar" and (20): "varchar(20)"; NULL after reporting.
static const char *spell_native(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                                const struct rc_prisma_field *field,
                                const struct rc_prisma_attribute *attribute)
{
    const struct native *native = find_native(attribute->name + 3);
    struct rc_position position = rc_prisma_at(block, attribute->line);
    if (!native || strcmp(native->scalar, field->type) != 0) {
        rc_import_find(prisma->session, RC_FINDING_ERROR, position,
                       "%s.%s: @%s is no form of %s in PostgreSQL", block->name, field->name,
                       attribute->name, field->type);
        return NULL;
    }
    const char *sql = native->sql;
    int count = 0;
    for (const struct rc_prisma_argument *a = attribute->arguments; a; a = a->next) {
        if (a->value->kind != RC_PRISMA_VALUE_NUMBER || count == native->numbers) {
            rc_import_find(prisma->session, RC_FINDING_ERROR, position,
                           "%s.%s: @%s takes %d numbers", block->name, field->name,
                           attribute->name, native->numbers);
            return NULL;
        }
        sql = rc_import_printf(prisma->session, "%s%s%s", sql, count == 0 ? "(" : ",",
                               a->value->text);
        count++;
    }
    return count > 0 ? rc_import_printf(prisma->session, "%s)", sql) : sql;
}

static bool parse(struct rc_prisma *prisma, const char *sql, struct rc_draft_column *column,
                  rowcall_error *err)
{
    rowcall_status st = rc_type_parse(&prisma->session->arena, sql, &column->type, err);
    if (st == ROWCALL_RESOURCE_EXHAUSTED) {
        rc_import_must(prisma->session, NULL);
    }
    return st == ROWCALL_OK;
}

// Unsupported("..."): many of those that Prisma does not know, Rowcall does.
static bool read_unsupported(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                             const struct rc_prisma_field *field,
                             struct rc_draft_column *column)
{
    rowcall_error err = {0};
    if (parse(prisma, field->unsupported, column, &err)) {
        return true;
    }
    rc_import_find(prisma->session, RC_FINDING_LOSS, rc_prisma_at(block, field->line),
                   "%s.%s: Rowcall has no type %s: the column is left out; keep it in "
                   "migrations of your own%s",
                   block->name, field->name, field->unsupported,
                   field->arity == RC_PRISMA_REQUIRED &&
                           !rc_prisma_attribute(field->attributes, "default")
                       ? ", and give it a default, or nothing can be created"
                       : "");
    return false;
}

static bool read_enum(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                      const struct rc_prisma_field *field, struct rc_draft_column *column)
{
    const struct rc_prisma_block *type = rc_prisma_find(prisma, field->type);
    if (!type || !type->enumeration) {
        rc_import_find(prisma->session, RC_FINDING_ERROR, rc_prisma_at(block, field->line),
                       "%s.%s: there is no type, model or enum %s", block->name, field->name,
                       field->type);
        return false;
    }
    column->enumeration = type->enumeration;
    column->type = (struct rc_type){.kind = RC_TYPE_ENUM, .precision = -1, .scale = -1};
    return true;
}

bool rc_prisma_type(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                    const struct rc_prisma_field *field, struct rc_draft_column *column)
{
    const struct rc_prisma_attribute *attribute = native_attribute(field);
    const char *sql = find_scalar(field->type);
    rowcall_error err = {0};
    bool known = true;
    if (field->unsupported) {
        known = read_unsupported(prisma, block, field, column);
    } else if (!sql) {
        known = read_enum(prisma, block, field, column);
    } else {
        sql = attribute ? spell_native(prisma, block, field, attribute) : sql;
        known = sql && parse(prisma, sql, column, &err);
        if (sql && !known) {
            rc_import_find(prisma->session, RC_FINDING_ERROR, rc_prisma_at(block, field->line),
                           "%s.%s: %s", block->name, field->name, err.message);
        }
    }
    column->type.array |= field->arity == RC_PRISMA_LIST;
    return known;
}
