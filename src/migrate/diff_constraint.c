// SPDX-License-Identifier: Apache-2.0
//
// Primary keys, foreign keys, checks of tables that stay. A foreign key goes and comes again
// when what it leans on does: a column on either side, or the unique index that it refers to.
#include "migrate/differ.h"

#include "migrate/sql_words.h"

#include <string.h>

const struct rc_catalog_constraint *rc_diff_primary_key(const struct rc_catalog_table *table)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        if (table->constraints[i].kind == RC_CONSTRAINT_PRIMARY_KEY) {
            return &table->constraints[i];
        }
    }
    return NULL;
}

static bool same_names(const char *const *a, size_t a_count, const char *const *b,
                       size_t b_count)
{
    for (size_t i = 0; i < a_count && a_count == b_count; i++) {
        if (strcmp(a[i], b[i]) != 0) {
            return false;
        }
    }
    return a_count == b_count;
}

bool rc_diff_primary_key_changes(const struct rc_diff_pair *pair)
{
    const struct rc_catalog_constraint *from = rc_diff_primary_key(pair->from);
    const struct rc_catalog_constraint *to = rc_diff_primary_key(pair->to);
    if (!from || !to) {
        return from != to;
    }
    for (size_t i = 0; i < from->column_count; i++) {
        if (rc_differ_fate(pair, from->columns[i]) >= RC_FATE_RECREATED) {
            return true;
        }
    }
    return !same_names(from->columns, from->column_count, to->columns, to->column_count);
}

// ---- equality

// What a foreign key's definition says behind both lists of columns: its actions.
static const char *actions_of(const char *definition)
{
    int closed = 0;
    bool quoted = false;
    for (; *definition && closed < 2; definition++) {
        quoted ^= *definition == '"';
        closed += *definition == ')' && !quoted;
    }
    return definition;
}

// A constraint that rows were not checked against yet ends in NOT VALID: the length without it.
static size_t valid_length(const char *definition)
{
    static const char suffix[] = " NOT VALID";
    size_t len = strlen(definition);
    size_t cut = sizeof(suffix) - 1;
    return len > cut && strcmp(definition + len - cut, suffix) == 0 ? len - cut : len;
}

static bool is_validated(const struct rc_catalog_constraint *constraint)
{
    const char *definition = constraint->definition.text;
    return valid_length(definition) == strlen(definition);
}

static bool same_actions(const char *a, const char *b)
{
    const char *from = actions_of(a);
    const char *to = actions_of(b);
    size_t len = valid_length(from);
    return len == valid_length(to) && memcmp(from, to, len) == 0;
}

static bool same_expression(struct rc_differ *differ, const char *a, const char *b)
{
    const char *from = rc_arena_copy(differ->arena, a, valid_length(a));
    const char *to = rc_arena_copy(differ->arena, b, valid_length(b));
    differ->failed |= !from || !to;
    return rc_sql_words_equal(from, to);
}

static bool is_same(struct rc_differ *differ, const struct rc_catalog_constraint *from,
                    const struct rc_catalog_constraint *to)
{
    if (from->kind != to->kind) {
        return false;
    }
    if (from->kind != RC_CONSTRAINT_FOREIGN_KEY) {
        return same_expression(differ, from->definition.text, to->definition.text);
    }
    return same_names(from->columns, from->column_count, to->columns, to->column_count) &&
           strcmp(from->target_schema, to->target_schema) == 0 &&
           strcmp(from->target_table, to->target_table) == 0 &&
           same_names(from->target_columns, from->column_count, to->target_columns,
                      to->column_count) &&
           same_actions(from->definition.text, to->definition.text);
}

// ---- what a constraint leans on

static bool loses_index(const struct rc_diff_pair *target, const char *index)
{
    const struct rc_catalog_constraint *key = rc_diff_primary_key(target->from);
    if (index && key && strcmp(key->name, index) == 0) {
        return rc_diff_primary_key_changes(target);
    }
    for (size_t i = 0; index && i < target->from->index_count; i++) {
        if (strcmp(target->from->indexes[i].name, index) == 0) {
            return target->index_goes[i];
        }
    }
    return false;
}

static bool survives(const struct rc_differ *differ, const struct rc_diff_pair *pair,
                     const struct rc_catalog_constraint *constraint)
{
    if (rc_differ_any_changes(pair, constraint->columns, constraint->column_count)) {
        return false;
    }
    if (constraint->kind != RC_CONSTRAINT_FOREIGN_KEY) {
        return true;
    }
    const struct rc_diff_pair *target =
        rc_differ_pair(differ, constraint->target_schema, constraint->target_table);
    return target && !loses_index(target, constraint->target_index) &&
           !rc_differ_any_changes(target, constraint->target_columns, constraint->column_count);
}

// ---- steps

static void drop(struct rc_differ *differ, const struct rc_diff_pair *pair,
                 const struct rc_catalog_constraint *constraint)
{
    bool foreign = constraint->kind == RC_CONSTRAINT_FOREIGN_KEY;
    // Before tables are altered they have their new names already.
    rc_differ_alter_table(differ, pair->to);
    rc_buf_append_text(&differ->sql, "DROP CONSTRAINT ");
    rc_sql_identifier(&differ->sql, constraint->name);
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, foreign ? RC_PHASE_DROP_FOREIGN_KEY : RC_PHASE_DROP_INDEX,
                   foreign ? "DropForeignKey" : "DropCheck");
}

static void add(struct rc_differ *differ, const struct rc_diff_pair *pair,
                const struct rc_catalog_constraint *constraint)
{
    bool foreign = constraint->kind == RC_CONSTRAINT_FOREIGN_KEY;
    rc_ddl_add_constraint(&differ->sql, pair->to, constraint);
    rc_differ_step(differ, foreign ? RC_PHASE_ADD_FOREIGN_KEY : RC_PHASE_ADD_CHECK,
                   foreign ? "AddForeignKey" : "AddCheck");
}

static void rename_constraint(struct rc_differ *differ, const struct rc_diff_pair *pair,
                              const char *from, const char *to, const char *title)
{
    rc_differ_alter_table(differ, pair->to);
    rc_buf_append_text(&differ->sql, "RENAME CONSTRAINT ");
    rc_sql_identifier(&differ->sql, from);
    rc_buf_append_text(&differ->sql, " TO ");
    rc_sql_identifier(&differ->sql, to);
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, RC_PHASE_RENAME_INDEX, title);
}

static void rename_primary_key(struct rc_differ *differ, const struct rc_diff_pair *pair)
{
    const struct rc_catalog_constraint *from = rc_diff_primary_key(pair->from);
    const struct rc_catalog_constraint *to = rc_diff_primary_key(pair->to);
    if (from && to && !rc_diff_primary_key_changes(pair) && strcmp(from->name, to->name) != 0) {
        rename_constraint(differ, pair, from->name, to->name, "RenamePrimaryKey");
    }
}

static void validate(struct rc_differ *differ, const struct rc_diff_pair *pair,
                     const char *name)
{
    rc_differ_alter_table(differ, pair->to);
    rc_buf_append_text(&differ->sql, "VALIDATE CONSTRAINT ");
    rc_sql_identifier(&differ->sql, name);
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, RC_PHASE_ADD_FOREIGN_KEY, "ValidateConstraint");
}

static size_t find_renamed(struct rc_differ *differ, const struct rc_diff_pair *pair,
                           const struct rc_catalog_constraint *from, const bool *taken)
{
    for (size_t i = 0; i < pair->to->constraint_count; i++) {
        const struct rc_catalog_constraint *to = &pair->to->constraints[i];
        if (!taken[i] && is_same(differ, from, to) &&
            !rc_catalog_constraint_find(pair->from, to->name)) {
            return i;
        }
    }
    return pair->to->constraint_count;
}

static void diff_old(struct rc_differ *differ, struct rc_diff_pair *pair, size_t i, bool *taken)
{
    const struct rc_catalog_constraint *from = &pair->from->constraints[i];
    const struct rc_catalog_constraint *to = rc_catalog_constraint_find(pair->to, from->name);
    bool stays = survives(differ, pair, from);
    if (to && is_same(differ, from, to) && stays) {
        taken[to - pair->to->constraints] = true;
        if (!is_validated(from) && is_validated(to)) {
            validate(differ, pair, from->name);
        }
        return;
    }
    size_t at =
        to || !stays ? pair->to->constraint_count : find_renamed(differ, pair, from, taken);
    if (at < pair->to->constraint_count) {
        taken[at] = true;
        rename_constraint(differ, pair, from->name, pair->to->constraints[at].name,
                          from->kind == RC_CONSTRAINT_FOREIGN_KEY ? "RenameForeignKey"
                                                                  : "RenameCheck");
    } else {
        drop(differ, pair, from);
    }
}

static void diff_table(struct rc_differ *differ, struct rc_diff_pair *pair)
{
    bool *taken = rc_differ_array(differ, pair->to->constraint_count, sizeof(bool));
    rename_primary_key(differ, pair);
    for (size_t i = 0; taken && i < pair->from->constraint_count; i++) {
        if (pair->from->constraints[i].kind != RC_CONSTRAINT_PRIMARY_KEY) {
            diff_old(differ, pair, i, taken);
        }
    }
    for (size_t i = 0; taken && i < pair->to->constraint_count; i++) {
        if (!taken[i] && pair->to->constraints[i].kind != RC_CONSTRAINT_PRIMARY_KEY) {
            add(differ, pair, &pair->to->constraints[i]);
        }
    }
}

void rc_diff_constraints(struct rc_differ *differ)
{
    for (size_t i = 0; i < differ->pair_count; i++) {
        diff_table(differ, &differ->pairs[i]);
    }
}
