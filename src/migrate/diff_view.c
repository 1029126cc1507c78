// SPDX-License-Identifier: Apache-2.0
//
// Views whose definition the schema has, and those in the way: PostgreSQL neither drops nor
// changes a column that a view reads, so such a view goes first and comes again last, as it
// was. Views that the schema does not know are otherwise left alone.
#include "migrate/differ.h"

#include "migrate/sql_words.h"

#include <string.h>

// Whether a reads b.
static bool reads(const struct rc_catalog_view *a, const char *schema, const char *name)
{
    for (size_t i = 0; i + 2 < a->use_count; i += 3) {
        if (strcmp(a->uses[i], schema) == 0 && strcmp(a->uses[i + 1], name) == 0) {
            return true;
        }
    }
    // What the author wrote has no list yet.
    return a->use_count == 0 && rc_sql_words_have(a->definition.spelling, name, false);
}

static bool is_in_the_way(const struct rc_differ *differ, const struct rc_catalog_view *view)
{
    for (size_t i = 0; i + 2 < view->use_count; i += 3) {
        const struct rc_diff_pair *pair =
            rc_differ_pair(differ, view->uses[i], view->uses[i + 1]);
        bool is_table =
            rc_catalog_table_find(differ->from, view->uses[i], view->uses[i + 1]) != NULL;
        if (is_table && (!pair || rc_differ_fate(pair, view->uses[i + 2]) != RC_FATE_KEPT)) {
            return true;
        }
    }
    return false;
}

static bool is_same(const struct rc_catalog_view *from, const struct rc_catalog_view *to)
{
    return from->materialized == to->materialized &&
           rc_sql_words_equal(from->definition.text, to->definition.text);
}

// The new view of this name, when the schema makes it.
static const struct rc_catalog_view *managed(const struct rc_differ *differ,
                                             const struct rc_catalog_view *from)
{
    const struct rc_catalog_view *to =
        rc_catalog_view_find(differ->to, from->schema, from->name);
    return to && to->managed ? to : NULL;
}

// Marks those that go, and those that read them.
static void mark_leaving(struct rc_differ *differ, bool *goes)
{
    const struct rc_catalog *from = differ->from;
    bool again = true;
    for (size_t i = 0; i < from->view_count; i++) {
        const struct rc_catalog_view *to = managed(differ, &from->views[i]);
        goes[i] = (to ? !is_same(&from->views[i], to) : differ->to->knows_views) ||
                  is_in_the_way(differ, &from->views[i]);
    }
    while (again) {
        again = false;
        for (size_t i = 0; i < from->view_count; i++) {
            for (size_t j = 0; !goes[i] && j < from->view_count; j++) {
                if (goes[j] && i != j &&
                    reads(&from->views[i], from->views[j].schema, from->views[j].name)) {
                    goes[i] = true;
                    again = true;
                }
            }
        }
    }
}

// Calls visit for each marked view, those that are read before those that read them, or behind.
static void each_in_order(struct rc_differ *differ, const struct rc_catalog_view *views,
                          size_t count, const bool *marked, bool readers_first,
                          void (*visit)(struct rc_differ *, const struct rc_catalog_view *))
{
    bool *done = rc_differ_array(differ, count, sizeof(bool));
    for (size_t round = 0; done && round < count; round++) {
        for (size_t i = 0; i < count; i++) {
            bool waits = false;
            for (size_t j = 0; j < count; j++) {
                const struct rc_catalog_view *reader = readers_first ? &views[j] : &views[i];
                const struct rc_catalog_view *read = readers_first ? &views[i] : &views[j];
                waits |=
                    i != j && marked[j] && !done[j] && reads(reader, read->schema, read->name);
            }
            // In the last round whatever is left goes: PostgreSQL has the last word.
            if (marked[i] && !done[i] && (!waits || round + 1 == count)) {
                done[i] = true;
                visit(differ, &views[i]);
            }
        }
    }
}

static void drop(struct rc_differ *differ, const struct rc_catalog_view *view)
{
    rc_buf_printf(&differ->sql, "DROP %sVIEW ", view->materialized ? "MATERIALIZED " : "");
    rc_ddl_name(&differ->sql, view->schema, view->name);
    rc_buf_append_text(&differ->sql, ";\n");
    rc_differ_step(differ, RC_PHASE_DROP_VIEW, "DropView");
}

static void create(struct rc_differ *differ, const struct rc_catalog_view *view)
{
    rc_ddl_create_view(&differ->sql, view);
    rc_differ_step(differ, RC_PHASE_CREATE_VIEW, "CreateView");
}

// Whether the new tables still have everything that a view reads.
static bool can_come_again(const struct rc_differ *differ, const struct rc_catalog_view *view)
{
    for (size_t i = 0; i + 2 < view->use_count; i += 3) {
        const struct rc_catalog_table *table =
            rc_catalog_table_find(differ->to, view->uses[i], view->uses[i + 1]);
        bool was_table =
            rc_catalog_table_find(differ->from, view->uses[i], view->uses[i + 1]) != NULL;
        if (was_table && (!table || !rc_catalog_column_find(table, view->uses[i + 2]))) {
            return false;
        }
    }
    return true;
}

// The views to make: those of the schema that are new or had to go, and those of others that
// had to go.
static void make(struct rc_differ *differ, const bool *goes)
{
    const struct rc_catalog *from = differ->from;
    const struct rc_catalog *to = differ->to;
    struct rc_catalog_view *made =
        rc_differ_array(differ, from->view_count + to->view_count, sizeof(*made));
    bool *all = rc_differ_array(differ, from->view_count + to->view_count, sizeof(bool));
    size_t count = 0;
    for (size_t i = 0; made && all && i < to->view_count; i++) {
        const struct rc_catalog_view *old =
            rc_catalog_view_find(from, to->views[i].schema, to->views[i].name);
        if (to->views[i].managed && (!old || goes[old - from->views])) {
            all[count] = true;
            made[count++] = to->views[i];
        }
    }
    for (size_t i = 0; made && all && i < from->view_count; i++) {
        if (goes[i] && !to->knows_views && !managed(differ, &from->views[i]) &&
            can_come_again(differ, &from->views[i])) {
            all[count] = true;
            made[count++] = from->views[i];
        }
    }
    if (made && all) {
        each_in_order(differ, made, count, all, false, create);
    }
}

void rc_diff_views(struct rc_differ *differ)
{
    bool *goes = rc_differ_array(differ, differ->from->view_count, sizeof(bool));
    if (!goes) {
        return;
    }
    mark_leaving(differ, goes);
    each_in_order(differ, differ->from->views, differ->from->view_count, goes, true, drop);
    make(differ, goes);
}
