// SPDX-License-Identifier: Apache-2.0
//
// @default: what Prisma leaves to PostgreSQL, what it makes itself, and constants.
#include "import/prisma.h"
#include "import/prisma_translate.h"

#include <string.h>
#include <utlist.h>

// A default while it is read.
struct defaulting {
    struct rc_prisma *prisma;
    const struct rc_prisma_block *block;
    const struct rc_prisma_field *field;
    struct rc_draft_column *column;
};

static void report(const struct defaulting *d, enum rc_finding_kind kind, const char *text)
{
    rc_import_find(d->prisma->session, kind, rc_prisma_at(d->block, d->field->line),
                   "%s.%s: %s", d->block->name, d->field->name, text);
}

// ---- constants

static enum rc_type_family family_of(const struct defaulting *d)
{
    return rc_type_info(d->column->type.kind)->family;
}

static const struct rc_draft_value *find_value(const struct defaulting *d, const char *alias)
{
    const struct rc_draft_value *value = NULL;
    LL_FOREACH (d->column->enumeration->values, value) {
        if (strcmp(value->alias, alias) == 0) {
            return value;
        }
    }
    return NULL;
}

// Base64, as Prisma writes bytes, as PostgreSQL's text form; NULL when it is none.
static const char *bytes_literal(const struct defaulting *d, const char *base64)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct rc_buf *out = rc_import_buf(d->prisma->session);
    uint32_t bits = 0;
    int count = 0;
    rc_buf_append_text(out, "\\x");
    for (; *base64 && *base64 != '='; base64++) {
        const char *digit = strchr(digits, *base64);
        if (!digit) {
            return NULL;
        }
        bits = (bits << 6 | (uint32_t)(digit - digits)) & 0xffffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            rc_buf_printf(out, "%02x", bits >> count & 0xff);
        }
    }
    return base64[strspn(base64, "=")] == '\0' ? rc_import_take(d->prisma->session, out) : NULL;
}

static bool is_numeric(enum rc_type_family family)
{
    return family == RC_FAMILY_INT32 || family == RC_FAMILY_INT64 ||
           family == RC_FAMILY_FLOAT || family == RC_FAMILY_DOUBLE ||
           family == RC_FAMILY_NUMERIC;
}

// A constant in PostgreSQL's text form; NULL when the type has no such constant.
static const char *constant_text(const struct defaulting *d,
                                 const struct rc_prisma_value *value)
{
    enum rc_type_family family = family_of(d);
    bool string = value->kind == RC_PRISMA_VALUE_STRING;
    bool truth = value->kind == RC_PRISMA_VALUE_NAME &&
                 (strcmp(value->text, "true") == 0 || strcmp(value->text, "false") == 0);
    if (value->kind == RC_PRISMA_VALUE_NUMBER) {
        return is_numeric(family) ? value->text : NULL;
    }
    if (family == RC_FAMILY_BOOL) {
        return truth ? value->text : NULL;
    }
    if (!string || (is_numeric(family) && family != RC_FAMILY_NUMERIC)) {
        return NULL;
    }
    return family == RC_FAMILY_BYTES ? bytes_literal(d, value->text) : value->text;
}

static void refuse_constant(const struct defaulting *d)
{
    report(d, RC_FINDING_ERROR, "the default is no constant of its type");
}

static void read_constant(const struct defaulting *d, const struct rc_prisma_value *value)
{
    if (d->column->enumeration) {
        const struct rc_draft_value *found =
            value->kind == RC_PRISMA_VALUE_NAME ? find_value(d, value->text) : NULL;
        d->column->default_value = (struct rc_draft_value *)found;
        if (!found) {
            report(d, RC_FINDING_ERROR, "the default is no value of its enum");
        }
        return;
    }
    d->column->default_literal = constant_text(d, value);
    if (!d->column->default_literal) {
        refuse_constant(d);
    }
}

// ---- lists: ARRAY[...]::TYPE[], which PostgreSQL keeps as it is written

static void append_cast(const struct defaulting *d, struct rc_buf *out)
{
    const struct rc_draft_enum *enumeration = d->column->enumeration;
    rc_buf_append_text(out, "]::");
    if (!enumeration) {
        rc_buf_append_text(out, d->column->type.sql);
    } else {
        if (strcmp(enumeration->sql_schema, "public") != 0) {
            rc_sql_identifier(out, enumeration->sql_schema);
            rc_buf_append_char(out, '.');
        }
        rc_sql_identifier(out, enumeration->sql_name);
    }
    rc_buf_append_text(out, "[]");
}

// One element as SQL; false when it is no constant of the type.
static bool append_element(const struct defaulting *d, const struct rc_prisma_value *value,
                           struct rc_buf *out)
{
    if (d->column->enumeration) {
        const struct rc_draft_value *found =
            value->kind == RC_PRISMA_VALUE_NAME ? find_value(d, value->text) : NULL;
        rc_sql_literal(out, found ? found->label : "");
        return found;
    }
    const char *text = constant_text(d, value);
    bool bare = value->kind == RC_PRISMA_VALUE_NUMBER || family_of(d) == RC_FAMILY_BOOL ||
                family_of(d) == RC_FAMILY_NUMERIC;
    if (text && bare) {
        rc_buf_append_text(out, text);
    } else {
        rc_sql_literal(out, text ? text : "");
    }
    return text;
}

static void read_list(const struct defaulting *d, const struct rc_prisma_value *value)
{
    struct rc_buf *out = rc_import_buf(d->prisma->session);
    const struct rc_prisma_argument *item = NULL;
    if (!d->column->type.array) {
        report(d, RC_FINDING_ERROR, "the default is a list, and the field is none");
        return;
    }
    rc_buf_append_text(out, "ARRAY[");
    LL_FOREACH (value->items, item) {
        rc_buf_append_text(out, item == value->items ? "" : ", ");
        if (!append_element(d, item->value, out)) {
            refuse_constant(d);
        }
    }
    append_cast(d, out);
    d->column->default_sql = rc_import_take(d->prisma->session, out);
}

// ---- functions

static bool holds_generated(const struct defaulting *d, size_t len)
{
    const struct rc_type *type = &d->column->type;
    bool text = !type->array && !d->column->enumeration &&
                (type->kind == RC_TYPE_TEXT || type->kind == RC_TYPE_VARCHAR ||
                 type->kind == RC_TYPE_CHAR || type->kind == RC_TYPE_CITEXT);
    bool uuid = !type->array && type->kind == RC_TYPE_UUID && len == 36;
    return uuid || (text && (type->length == 0 || (size_t)type->length >= len));
}

static void generate(const struct defaulting *d, enum rc_generator generator, size_t len)
{
    if (holds_generated(d, len)) {
        d->column->generator = generator;
        return;
    }
    report(d, RC_FINDING_LOSS,
           rc_import_printf(d->prisma->session,
                            "what Rowcall would generate has %zu characters and does not fit "
                            "%s: callers have to give a value",
                            len, d->column->type.sql));
}

// Whether the call says this number, or nothing where that is what it means.
static bool says(const struct rc_prisma_value *call, const char *number, bool otherwise)
{
    const struct rc_prisma_argument *first = call->items;
    return first && first->value->kind == RC_PRISMA_VALUE_NUMBER
               ? strcmp(first->value->text, number) == 0
               : otherwise;
}

static void read_uuid(const struct defaulting *d, const struct rc_prisma_value *call)
{
    generate(d, says(call, "7", false) ? RC_GENERATOR_UUID7 : RC_GENERATOR_UUID4, 36);
}

static void read_cuid(const struct defaulting *d, const struct rc_prisma_value *call)
{
    if (!says(call, "2", false)) {
        report(d, RC_FINDING_REMARK,
               "Prisma makes cuids of version 1, Rowcall of version 2: new ids look another "
               "way, old ones stay");
    }
    generate(d, RC_GENERATOR_CUID2, 24);
}

static void read_ulid(const struct defaulting *d, const struct rc_prisma_value *call)
{
    (void)call;
    generate(d, RC_GENERATOR_ULID, 26);
}

static void read_nanoid(const struct defaulting *d, const struct rc_prisma_value *call)
{
    if (!says(call, "21", true)) {
        report(d, RC_FINDING_REMARK, "Rowcall's nanoids have 21 characters");
    }
    generate(d, RC_GENERATOR_NANOID, 21);
}

static void read_now(const struct defaulting *d, const struct rc_prisma_value *call)
{
    (void)call;
    d->column->default_sql = "CURRENT_TIMESTAMP";
}

static void read_autoincrement(const struct defaulting *d, const struct rc_prisma_value *call)
{
    (void)call;
    enum rc_type_kind kind = d->column->type.kind;
    bool fits = !d->column->enumeration && !d->column->type.array && !d->column->nullable &&
                (kind == RC_TYPE_INT2 || kind == RC_TYPE_INT4 || kind == RC_TYPE_INT8);
    d->column->autoincrement = fits;
    if (!fits) {
        report(d, RC_FINDING_ERROR, "autoincrement() is for required Int and BigInt fields");
    }
}

static void read_dbgenerated(const struct defaulting *d, const struct rc_prisma_value *call)
{
    const char *sql = rc_prisma_string(d->prisma, d->block, call->items, "value", 0);
    d->column->default_sql = sql && *sql ? sql : NULL;
    if (!d->column->default_sql) {
        report(d, RC_FINDING_LOSS,
               "dbgenerated() does not say what PostgreSQL does: set default_sql, or "
               "generated_sql");
    }
}

static void read_sequence(const struct defaulting *d, const struct rc_prisma_value *call)
{
    (void)call;
    report(d, RC_FINDING_ERROR, "sequence() is CockroachDB's: use autoincrement()");
}

static void read_call(const struct defaulting *d, const struct rc_prisma_value *call)
{
    static const struct {
        const char *name;
        void (*read)(const struct defaulting *d, const struct rc_prisma_value *call);
    } functions[] = {{"autoincrement", read_autoincrement},
                     {"now", read_now},
                     {"uuid", read_uuid},
                     {"cuid", read_cuid},
                     {"ulid", read_ulid},
                     {"nanoid", read_nanoid},
                     {"dbgenerated", read_dbgenerated},
                     {"sequence", read_sequence}};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (strcmp(functions[i].name, call->text) == 0) {
            functions[i].read(d, call);
            return;
        }
    }
    report(d, RC_FINDING_ERROR,
           rc_import_printf(d->prisma->session, "there is no function %s()", call->text));
}

void rc_prisma_default(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                       const struct rc_prisma_field *field)
{
    const struct rc_prisma_attribute *attribute =
        rc_prisma_attribute(field->attributes, "default");
    const struct rc_prisma_value *value =
        attribute ? rc_prisma_argument(attribute->arguments, "value", 0) : NULL;
    struct defaulting d = {prisma, block, field, field->column};
    if (!attribute) {
        return;
    }
    if (!value) {
        report(&d, RC_FINDING_ERROR, "@default says no value");
    } else if (value->kind == RC_PRISMA_VALUE_CALL) {
        read_call(&d, value);
    } else if (value->kind == RC_PRISMA_VALUE_LIST) {
        read_list(&d, value);
    } else {
        read_constant(&d, value);
    }
}
