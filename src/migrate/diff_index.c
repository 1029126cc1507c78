// SPDX-License-Identifier: Apache-2.0
//
// Indexes of tables that stay: kept, renamed, dropped, made. One whose column changes its type
// goes and comes again unless it is so plain that PostgreSQL makes it anew itself.
#include "migrate/differ.h"

#include "migrate/sql_words.h"

#include <string.h>

static bool is_same(const struct rc_catalog_index *from, const struct rc_catalog_index *to)
{
    return from->valid && from->unique == to->unique &&
           rc_sql_words_equal(from->tail.text, to->tail.text);
}

static bool follows_by_itself(const struct rc_catalog_index *index)
{
    static const char plain[] = "USING btree (";
    return !index->has_expression && !strstr(index->tail.text, "_ops") &&
           strncmp(index->tail.text, plain, sizeof(plain) - 1) == 0;
}

static bool survives(const struct rc_diff_pair *pair, const struct rc_catalog_index *index)
{
    for (size_t i = 0; i < index->column_count; i++) {
        enum rc_diff_fate fate = rc_differ_fate(pair, index->columns[i]);
        if (fate >= RC_FATE_RECREATED ||
            (fate == RC_FATE_RETYPED && !follows_by_itself(index))) {
            return false;
        }
    }
    return true;
}

static void drop(struct rc_differ *differ, const struct rc_diff_pair *pair,
                 const struct rc_catalog_index *index)
{
    if (index->is_constraint) {
        rc_differ_alter_table(differ, pair->to);
        rc_buf_append_text(&differ->sql, "DROP CONSTRAINT ");
        rc_sql_identifier(&differ->sql, index->name);
    } else {
        rc_buf_append_text(&differ->sql, "DROP INDEX ");
        rc_ddl_name(&differ->sql, pair->to->schema, index->name);
    }
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, RC_PHASE_DROP_INDEX, "DropIndex");
}

static void rename_index(struct rc_differ *differ, const struct rc_diff_pair *pair,
                         const char *from, const char *to)
{
    rc_buf_append_text(&differ->sql, "ALTER INDEX ");
    rc_ddl_name(&differ->sql, pair->to->schema, from);
    rc_buf_append_text(&differ->sql, " RENAME TO ");
    rc_sql_identifier(&differ->sql, to);
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, RC_PHASE_RENAME_INDEX, "RenameIndex");
}

static void create(struct rc_differ *differ, const struct rc_diff_pair *pair,
                   const struct rc_catalog_index *index)
{
    rc_ddl_create_index(&differ->sql, pair->to, index);
    rc_differ_step(differ, RC_PHASE_CREATE_INDEX, "CreateIndex");
}

// A new index that is this old one but for its name, which nothing old has.
static size_t find_renamed(const struct rc_diff_pair *pair, const struct rc_catalog_index *from,
                           const bool *taken)
{
    for (size_t i = 0; i < pair->to->index_count; i++) {
        const struct rc_catalog_index *to = &pair->to->indexes[i];
        if (!taken[i] && is_same(from, to) && !rc_catalog_index_find(pair->from, to->name)) {
            return i;
        }
    }
    return pair->to->index_count;
}

static void diff_table(struct rc_differ *differ, struct rc_diff_pair *pair)
{
    bool *taken = rc_differ_array(differ, pair->to->index_count, sizeof(bool));
    for (size_t i = 0; taken && i < pair->from->index_count; i++) {
        const struct rc_catalog_index *from = &pair->from->indexes[i];
        const struct rc_catalog_index *to = rc_catalog_index_find(pair->to, from->name);
        size_t at = to ? (size_t)(to - pair->to->indexes) : 0;
        if (to && is_same(from, to) && survives(pair, from)) {
            taken[at] = true;
            continue;
        }
        at = to || !survives(pair, from) ? pair->to->index_count
                                         : find_renamed(pair, from, taken);
        if (at < pair->to->index_count) {
            taken[at] = true;
            rename_index(differ, pair, from->name, pair->to->indexes[at].name);
        } else {
            pair->index_goes[i] = true;
            drop(differ, pair, from);
        }
    }
    for (size_t i = 0; taken && i < pair->to->index_count; i++) {
        if (!taken[i]) {
            create(differ, pair, &pair->to->indexes[i]);
        }
    }
}

void rc_diff_indexes(struct rc_differ *differ)
{
    for (size_t i = 0; i < differ->pair_count; i++) {
        diff_table(differ, &differ->pairs[i]);
    }
}
