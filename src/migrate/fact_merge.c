// SPDX-License-Identifier: Apache-2.0
//
// Walking two sorted lists, and naming what is met.
#include "migrate/fact_merge.h"

#include <string.h>

struct merging {
    rc_fact_visit visit;
    void *context;
    const char *absent_table; // that only one side has: nothing more is said of it
    const char *absent_column;
};

static bool is_kind(const struct rc_fact *fact, const char *kind)
{
    return strcmp(fact->kind, kind) == 0;
}

static bool is_table_or_view(const struct rc_fact *fact)
{
    return is_kind(fact, "table") || is_kind(fact, "view");
}

static bool is_covered(const struct merging *merging, const struct rc_fact *fact)
{
    bool same_table = merging->absent_table && strcmp(merging->absent_table, fact->table) == 0;
    return same_table &&
           (!merging->absent_column || strcmp(merging->absent_column, fact->name) == 0);
}

static void cover(struct merging *merging, const struct rc_fact *fact)
{
    if (is_table_or_view(fact)) {
        merging->absent_table = fact->table;
        merging->absent_column = NULL;
    } else if (is_kind(fact, "column")) {
        merging->absent_table = fact->table;
        merging->absent_column = fact->name;
    }
}

static void only_one(struct merging *merging, const struct rc_fact *a, const struct rc_fact *b)
{
    const struct rc_fact *fact = a ? a : b;
    if (!is_covered(merging, fact)) {
        cover(merging, fact);
        merging->visit(merging->context, a, b);
    }
}

static void both(struct merging *merging, const struct rc_fact *a, const struct rc_fact *b)
{
    if (strcmp(a->text, b->text) == 0 || is_covered(merging, a)) {
        return;
    }
    if (is_table_or_view(a)) {
        cover(merging, a); // a table in a view's place, or the other way around
    }
    merging->visit(merging->context, a, b);
}

void rc_facts_merge(const struct rc_facts *a, const struct rc_facts *b, rc_fact_visit visit,
                    void *context)
{
    struct merging merging = {.visit = visit, .context = context};
    size_t i = 0;
    size_t k = 0;
    while (i < a->count || k < b->count) {
        int order = i == a->count   ? 1
                    : k == b->count ? -1
                                    : rc_fact_compare(&a->items[i], &b->items[k]);
        if (order < 0) {
            only_one(&merging, &a->items[i++], NULL);
        } else if (order > 0) {
            only_one(&merging, NULL, &b->items[k++]);
        } else {
            both(&merging, &a->items[i++], &b->items[k++]);
        }
    }
}

const char *rc_fact_subject(const struct rc_fact *fact, struct rc_arena *arena)
{
    if (!*fact->table) {
        return rc_arena_printf(arena, "%s %s", fact->kind, fact->name);
    }
    const char *table = fact->is_view ? "view" : "table";
    if (!*fact->name) {
        return rc_arena_printf(arena, "%s %s", table, fact->table);
    }
    bool is_column = is_kind(fact, "column") || *rc_fact_attribute(fact);
    return rc_arena_printf(arena, "%s %s: %s %s", table, fact->table,
                           is_column ? "column" : fact->kind, fact->name);
}

const char *rc_fact_attribute(const struct rc_fact *fact)
{
    static const char *const attributes[][2] = {{"type", "type "},
                                                {"nullability", "nullability "},
                                                {"default", "default "},
                                                {"generated", "generated "},
                                                {"collation", "collation "},
                                                {"comment", "comment "},
                                                {"definition", "definition "}};
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        if (is_kind(fact, attributes[i][0])) {
            return attributes[i][1];
        }
    }
    return "";
}

bool rc_fact_says_more(const struct rc_fact *fact)
{
    return *fact->text && !is_table_or_view(fact);
}
