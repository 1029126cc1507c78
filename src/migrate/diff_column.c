// SPDX-License-Identifier: Apache-2.0
//
// Columns of tables that stay: what becomes of each, and the ALTER TABLE that makes it so. One
// statement a table, as Prisma writes it; PostgreSQL itself goes through its clauses in the
// right order (what is dropped before what changes before what is added).
#include "migrate/differ.h"

#include "migrate/sql_words.h"
#include "schema/names.h"

#include <string.h>
#include <strings.h>

// ---- fates

static bool same_enum_is_rebuilt(const struct rc_differ *differ,
                                 const struct rc_catalog_column *column)
{
    return rc_differ_enum_is_rebuilt(differ, column->enum_schema, column->enum_name);
}

static enum rc_diff_fate fate_of(const struct rc_differ *differ,
                                 const struct rc_catalog_column *from,
                                 const struct rc_catalog_column *to)
{
    bool retyped = !rc_sql_words_equal(from->type.text, to->type.text);
    if (to->generated.text || (from->generated.text && retyped)) {
        bool same = from->generated.text &&
                    rc_sql_words_equal(from->generated.text, to->generated.text) && !retyped;
        return same ? RC_FATE_KEPT : RC_FATE_RECREATED;
    }
    return retyped || same_enum_is_rebuilt(differ, from) ? RC_FATE_RETYPED : RC_FATE_KEPT;
}

// PostgreSQL changes no column that a generated one is made of.
static void recreate_dependents(struct rc_diff_pair *pair)
{
    const struct rc_catalog_table *table = pair->from;
    for (size_t i = 0; i < table->column_count; i++) {
        for (size_t c = 0; table->columns[i].generated.text && c < table->column_count; c++) {
            bool leans = rc_sql_words_have(table->columns[i].generated.text,
                                           table->columns[c].name, true);
            if (leans && pair->fates[c] != RC_FATE_KEPT && pair->fates[i] == RC_FATE_KEPT) {
                pair->fates[i] = RC_FATE_RECREATED;
            }
        }
    }
}

void rc_diff_column_fates(struct rc_differ *differ)
{
    for (size_t i = 0; i < differ->pair_count; i++) {
        struct rc_diff_pair *pair = &differ->pairs[i];
        for (size_t c = 0; c < pair->from->column_count; c++) {
            const struct rc_catalog_column *from = &pair->from->columns[c];
            const struct rc_catalog_column *to = rc_catalog_column_find(pair->to, from->name);
            pair->fates[c] = to ? fate_of(differ, from, to) : RC_FATE_DROPPED;
        }
        recreate_dependents(pair);
    }
}

// ---- one ALTER TABLE

struct altering {
    struct rc_differ *differ;
    const struct rc_diff_pair *pair;
    size_t clause_count;
};

// Begins the next clause.
static struct rc_buf *clause(struct altering *altering)
{
    if (altering->clause_count++ == 0) {
        rc_differ_alter_table(altering->differ, altering->pair->to);
    } else {
        rc_buf_append_text(&altering->differ->sql, ",\n");
    }
    return &altering->differ->sql;
}

static void end(struct altering *altering, enum rc_diff_phase phase)
{
    if (altering->clause_count > 0) {
        rc_buf_append_text(&altering->differ->sql, ";\n");
        rc_differ_step(altering->differ, phase, "AlterTable");
    }
    altering->clause_count = 0;
}

static struct rc_buf *alter_column(struct altering *altering, const char *column)
{
    struct rc_buf *out = clause(altering);
    rc_buf_append_text(out, "ALTER COLUMN ");
    rc_sql_identifier(out, column);
    return out;
}

static void drop_columns(struct altering *altering, bool generated)
{
    const struct rc_catalog_table *from = altering->pair->from;
    for (size_t i = 0; i < from->column_count; i++) {
        if (altering->pair->fates[i] >= RC_FATE_RECREATED &&
            generated == (from->columns[i].generated.text != NULL)) {
            struct rc_buf *out = clause(altering);
            rc_buf_append_text(out, "DROP COLUMN ");
            rc_sql_identifier(out, from->columns[i].name);
        }
    }
}

static void add_columns(struct altering *altering, bool generated)
{
    const struct rc_catalog_table *to = altering->pair->to;
    for (size_t i = 0; i < to->column_count; i++) {
        const struct rc_catalog_column *column = &to->columns[i];
        if (rc_differ_fate(altering->pair, column->name) >= RC_FATE_RECREATED &&
            generated == (column->generated.spelling != NULL)) {
            struct rc_buf *out = clause(altering);
            rc_buf_append_text(out, "ADD COLUMN     ");
            rc_ddl_column(out, column);
        }
    }
}

// ---- sequences

static const char *sequence_name(struct rc_differ *differ, const struct rc_catalog_table *table,
                                 const struct rc_catalog_column *column)
{
    const char *stem = rc_arena_printf(differ->arena, "%s_%s", table->name, column->name);
    char *name = stem ? rc_name_constraint(differ->arena, stem, "_seq") : NULL;
    struct rc_buf quoted = {0};
    differ->failed |= !name;
    if (name) {
        rc_ddl_name(&quoted, table->schema, name);
    }
    const char *made =
        quoted.data ? rc_arena_copy(differ->arena, quoted.data, quoted.len) : NULL;
    differ->failed |= !made;
    rc_buf_fini(&quoted);
    return made ? made : "";
}

// A step of its own before the table's.
static void create_sequence(struct rc_differ *differ, const struct rc_catalog_column *column,
                            const char *sequence)
{
    bool small = strcasecmp(column->type.spelling, "bigint") != 0;
    rc_buf_printf(&differ->sql, "CREATE SEQUENCE %s%s%s;\n", sequence, small ? " AS " : "",
                  small ? column->type.spelling : "");
    rc_differ_step(differ, RC_PHASE_ALTER_TABLE, "CreateSequence");
}

// It belongs to the column, and goes on where its values end.
static void own_sequence(struct rc_differ *differ, const struct rc_catalog_table *table,
                         const struct rc_catalog_column *column, const char *sequence)
{
    struct rc_buf *out = &differ->sql;
    rc_buf_printf(out, "ALTER SEQUENCE %s OWNED BY ", sequence);
    rc_ddl_name(out, table->schema, table->name);
    rc_buf_append_char(out, '.');
    rc_sql_identifier(out, column->name);
    rc_buf_append_text(out, ";\nSELECT setval(");
    rc_sql_literal(out, sequence);
    rc_buf_append_text(out, ", COALESCE(MAX(");
    rc_sql_identifier(out, column->name);
    rc_buf_append_text(out, "), 0) + 1, false) FROM ");
    rc_ddl_name(out, table->schema, table->name);
    rc_buf_append_text(out, ";\n");
    rc_differ_step(differ, RC_PHASE_ALTER_TABLE, "AlterSequence");
}

static void drop_sequence(struct rc_differ *differ, const struct rc_catalog_column *column)
{
    if (column->sequence && !column->identity) {
        rc_buf_printf(&differ->sql, "DROP SEQUENCE %s;\n", column->sequence);
        rc_differ_step(differ, RC_PHASE_ALTER_TABLE, "DropSequence");
    }
}

static void retype_sequence(struct rc_differ *differ, const struct rc_catalog_column *from,
                            const struct rc_catalog_column *to)
{
    if (from->sequence && !from->identity) {
        rc_buf_printf(&differ->sql, "ALTER SEQUENCE %s AS %s;\n", from->sequence,
                      to->type.spelling);
        rc_differ_step(differ, RC_PHASE_ALTER_TABLE, "AlterSequence");
    }
}

// ---- one column

struct change {
    const struct rc_catalog_column *from;
    const struct rc_catalog_column *to;
    bool retype;       // here; not where its enum is made anew
    bool redefault;    // its default changes, or has to go while the type does
    bool gains_serial; // and loses_serial: a sequence comes or goes
    bool loses_serial;
    const char *sequence; // of gains_serial
};

static struct change change_of(struct rc_differ *differ, const struct rc_diff_pair *pair,
                               const struct rc_catalog_column *from,
                               const struct rc_catalog_column *to)
{
    struct change change = {.from = from, .to = to};
    bool by_rebuild = same_enum_is_rebuilt(differ, from) &&
                      rc_sql_words_equal(from->type.text, to->type.text);
    change.retype = rc_differ_fate(pair, from->name) == RC_FATE_RETYPED && !by_rebuild;
    change.redefault =
        !by_rebuild && (!rc_sql_words_equal(from->default_value.text, to->default_value.text) ||
                        (change.retype && from->default_value.text));
    change.gains_serial = to->autoincrement && !from->autoincrement;
    change.loses_serial = from->autoincrement && !to->autoincrement;
    return change;
}

static void drop_default(struct altering *altering, const struct change *change)
{
    if (change->loses_serial) {
        struct rc_buf *out = alter_column(altering, change->from->name);
        rc_buf_append_text(out, change->from->identity ? " DROP IDENTITY" : " DROP DEFAULT");
    } else if (change->redefault && change->from->default_value.text &&
               (change->retype || !change->to->default_value.spelling)) {
        rc_buf_append_text(alter_column(altering, change->from->name), " DROP DEFAULT");
    }
}

static void alter_one(struct altering *altering, const struct change *change)
{
    const struct rc_catalog_column *from = change->from;
    const struct rc_catalog_column *to = change->to;
    if (from->generated.text && !to->generated.text) {
        rc_buf_append_text(alter_column(altering, to->name), " DROP EXPRESSION");
    }
    drop_default(altering, change);
    if (from->not_null && !to->not_null) {
        rc_buf_append_text(alter_column(altering, to->name), " DROP NOT NULL");
    } else if (!from->not_null && to->not_null) {
        rc_buf_append_text(alter_column(altering, to->name), " SET NOT NULL");
    }
    if (change->retype) {
        struct rc_buf *out = alter_column(altering, to->name);
        rc_buf_printf(out, " SET DATA TYPE %s", to->type.spelling);
        rc_diff_using(out, from, to);
    }
    if (change->gains_serial) {
        struct rc_buf *out = alter_column(altering, to->name);
        rc_buf_append_text(out, " SET DEFAULT nextval(");
        rc_sql_literal(out, change->sequence);
        rc_buf_append_char(out, ')');
    } else if (change->redefault && to->default_value.spelling) {
        rc_buf_printf(alter_column(altering, to->name), " SET DEFAULT %s",
                      to->default_value.spelling);
    }
}

// ---- leaving an enum that is made anew

static bool leaves_rebuilt_enum(const struct rc_differ *differ,
                                const struct rc_catalog_column *from,
                                const struct rc_catalog_column *to)
{
    bool same_enum = to && to->enum_name && from->enum_name &&
                     strcmp(from->enum_name, to->enum_name) == 0 &&
                     strcmp(from->enum_schema, to->enum_schema) == 0;
    return same_enum_is_rebuilt(differ, from) && !same_enum;
}

// The column is text in between; ret_text is what it is then.
static void become_text(struct altering *altering, const struct rc_catalog_column *from,
                        struct rc_catalog_column *ret_text)
{
    const char *type = from->is_array ? "text[]" : "text";
    if (from->default_value.text) {
        rc_buf_append_text(alter_column(altering, from->name), " DROP DEFAULT");
    }
    rc_buf_printf(alter_column(altering, from->name), " SET DATA TYPE %s", type);
    *ret_text = *from;
    ret_text->type = (struct rc_catalog_text){type, type};
    ret_text->enum_name = NULL;
    ret_text->enum_schema = NULL;
    ret_text->default_value = (struct rc_catalog_text){NULL, NULL};
}

static void leave_enums(struct altering *altering)
{
    const struct rc_diff_pair *pair = altering->pair;
    struct rc_catalog_column *columns = pair->from->columns;
    for (size_t i = 0; i < pair->from->column_count; i++) {
        const struct rc_catalog_column *to = rc_catalog_column_find(pair->to, columns[i].name);
        if (leaves_rebuilt_enum(altering->differ, &columns[i], to)) {
            become_text(altering, &columns[i],
                        &columns[i]); // the renamed copy is the diff's own
        }
    }
    end(altering, RC_PHASE_LEAVE_ENUM);
}

// ---- a table

static void alter_columns(struct altering *altering, struct change *changes, size_t count)
{
    drop_columns(altering, true);
    drop_columns(altering, false);
    add_columns(altering, false);
    for (size_t i = 0; i < count; i++) {
        alter_one(altering, &changes[i]);
    }
    add_columns(altering, true);
}

static void change_primary_key(struct altering *altering, bool drop)
{
    const struct rc_diff_pair *pair = altering->pair;
    const struct rc_catalog_constraint *key = rc_diff_primary_key(drop ? pair->from : pair->to);
    if (!key || !rc_diff_primary_key_changes(pair)) {
        return;
    }
    struct rc_buf *out = clause(altering);
    rc_buf_append_text(out, drop ? "DROP CONSTRAINT " : "ADD CONSTRAINT ");
    rc_sql_identifier(out, key->name);
    if (!drop) {
        rc_buf_printf(out, " %s", key->definition.spelling);
    }
}

static size_t find_changes(struct altering *altering, struct change *changes)
{
    const struct rc_diff_pair *pair = altering->pair;
    size_t count = 0;
    for (size_t i = 0; i < pair->from->column_count; i++) {
        const struct rc_catalog_column *from = &pair->from->columns[i];
        const struct rc_catalog_column *to = rc_catalog_column_find(pair->to, from->name);
        if (to && pair->fates[i] <= RC_FATE_RETYPED) {
            changes[count++] = change_of(altering->differ, pair, from, to);
        }
    }
    return count;
}

static void alter_table(struct rc_differ *differ, const struct rc_diff_pair *pair)
{
    struct altering altering = {.differ = differ, .pair = pair};
    struct change *changes =
        rc_differ_array(differ, pair->from->column_count, sizeof(*changes));
    if (!changes) {
        return;
    }
    leave_enums(&altering);
    size_t count = find_changes(&altering, changes);
    for (size_t i = 0; i < count; i++) {
        if (changes[i].gains_serial) {
            changes[i].sequence = sequence_name(differ, pair->to, changes[i].to);
            create_sequence(differ, changes[i].to, changes[i].sequence);
        }
    }
    change_primary_key(&altering, true);
    alter_columns(&altering, changes, count);
    change_primary_key(&altering, false);
    end(&altering, RC_PHASE_ALTER_TABLE);
    for (size_t i = 0; i < count; i++) {
        if (changes[i].gains_serial) {
            own_sequence(differ, pair->to, changes[i].to, changes[i].sequence);
        } else if (changes[i].loses_serial) {
            drop_sequence(differ, changes[i].from);
        } else if (changes[i].retype && changes[i].to->autoincrement) {
            retype_sequence(differ, changes[i].from, changes[i].to);
        }
    }
}

void rc_diff_columns(struct rc_differ *differ)
{
    for (size_t i = 0; !differ->failed && i < differ->pair_count; i++) {
        alter_table(differ, &differ->pairs[i]);
    }
}
