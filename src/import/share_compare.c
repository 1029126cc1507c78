// SPDX-License-Identifier: Apache-2.0
//
// Comparing what two databases have under one name.
#include "import/share_compare.h"

#include "import/draft_text.h"

#include <string.h>
#include <utlist.h>

// A comparison, and the first difference it finds.
struct comparing {
    struct rc_import *session;
    const char *database; // the other one
    const char *difference;
};

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *or_none(const char *text)
{
    return text ? text : "none";
}

static void differ(struct comparing *c, const char *of, const char *what, const char *a,
                   const char *b)
{
    if (!c->difference) {
        c->difference =
            rc_import_printf(c->session, "%s%sits %s is %s, and %s in %s", of, *of ? ": " : "",
                             what, or_none(a), or_none(b), c->database);
    }
}

static void compare_texts(struct comparing *c, const char *of, const char *what, const char *a,
                          const char *b)
{
    if (!same_text(a, b)) {
        differ(c, of, what, a, b);
    }
}

static void compare_flags(struct comparing *c, const char *of, const char *what, bool a, bool b)
{
    compare_texts(c, of, what, a ? "set" : "not set", b ? "set" : "not set");
}

static void miss(struct comparing *c, const char *of, bool here)
{
    if (!c->difference) {
        c->difference = rc_import_printf(
            c->session, here ? "%s: %s does not have it" : "%s: only %s has it", of,
            c->database);
    }
}

// ---- columns

static const char *type_of(struct rc_import *session, const struct rc_draft_column *column)
{
    const char *name = column->enumeration ? column->enumeration->alias : column->type.sql;
    return rc_import_printf(session, "%s%s", name, column->type.array ? "[]" : "");
}

static const char *default_of(const struct rc_draft_column *column)
{
    return column->default_value     ? column->default_value->label
           : column->default_literal ? column->default_literal
           : column->default_sql     ? column->default_sql
           : column->autoincrement   ? "autoincrement"
                                     : rc_draft_generator_name(column->generator);
}

static void compare_columns(struct comparing *c, const struct rc_draft_column *a,
                            const struct rc_draft_column *b)
{
    compare_texts(c, a->alias, "field name", a->name, b->name);
    compare_texts(c, a->alias, "column name", a->sql_name, b->sql_name);
    compare_texts(c, a->alias, "type", type_of(c->session, a), type_of(c->session, b));
    compare_texts(c, a->alias, "nullability", a->nullable ? "NULL" : "NOT NULL",
                  b->nullable ? "NULL" : "NOT NULL");
    compare_texts(c, a->alias, "default", default_of(a), default_of(b));
    compare_texts(c, a->alias, "generated value", a->generated_sql, b->generated_sql);
    compare_flags(c, a->alias, "updated_at", a->updated_at, b->updated_at);
}

static const struct rc_draft_column *find_column(const struct rc_draft_entity *entity,
                                                 const char *alias)
{
    const struct rc_draft_column *column = NULL;
    LL_FOREACH (entity->columns, column) {
        if (strcmp(column->alias, alias) == 0) {
            return column;
        }
    }
    return NULL;
}

static void compare_all_columns(struct comparing *c, const struct rc_draft_entity *a,
                                const struct rc_draft_entity *b)
{
    const struct rc_draft_column *column = NULL;
    LL_FOREACH (a->columns, column) {
        const struct rc_draft_column *other = find_column(b, column->alias);
        if (other) {
            compare_columns(c, column, other);
        } else {
            miss(c, column->alias, true);
        }
    }
    LL_FOREACH (b->columns, column) {
        if (!find_column(a, column->alias)) {
            miss(c, column->alias, false);
        }
    }
}

// ---- keys, indexes and relations, each as one text

static void append_columns(struct rc_buf *out, const struct rc_draft_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        rc_buf_printf(out, "%s%s", i > 0 ? ", " : "(", columns->items[i]->sql_name);
    }
    rc_buf_append_text(out, ")");
}

static const char *spell_index(struct rc_import *session, const struct rc_draft_index *index)
{
    struct rc_buf *out = rc_import_buf(session);
    const struct rc_draft_part *part = NULL;
    rc_buf_printf(out, "%s%s", index->unique ? "unique " : "", index->method);
    LL_FOREACH (index->parts, part) {
        rc_buf_printf(out, " %s%s %s %d",
                      part->column ? part->column->sql_name : part->expression,
                      part->descending ? " desc" : "",
                      part->operator_class ? part->operator_class : "", (int)part->nulls);
    }
    append_columns(out, &index->include);
    rc_buf_printf(out, " where %s", index->where ? index->where : "");
    return rc_import_take(session, out);
}

static const char *spell_key(struct rc_import *session, const struct rc_draft_columns *columns,
                             const char *sql_name)
{
    struct rc_buf *out = rc_import_buf(session);
    rc_buf_printf(out, "%s ", sql_name);
    append_columns(out, columns);
    return rc_import_take(session, out);
}

static const char *spell_relation(struct rc_import *session,
                                  const struct rc_draft_relation *relation)
{
    struct rc_buf *out = rc_import_buf(session);
    append_columns(out, &relation->columns);
    rc_buf_printf(out, " -> %s ", relation->target->alias);
    append_columns(out, &relation->references);
    rc_buf_printf(out, " %s, on delete %s, on update %s, inverse %s", relation->sql_name,
                  rc_draft_action_name(relation->on_delete),
                  rc_draft_action_name(relation->on_update),
                  relation->inverse_name ? relation->inverse_name : "none");
    return rc_import_take(session, out);
}

static const struct rc_draft_index *find_index(const struct rc_draft_entity *entity,
                                               const char *sql_name)
{
    const struct rc_draft_index *index = NULL;
    LL_FOREACH (entity->indexes, index) {
        if (strcmp(index->sql_name, sql_name) == 0) {
            return index;
        }
    }
    return NULL;
}

static void compare_indexes(struct comparing *c, const struct rc_draft_entity *a,
                            const struct rc_draft_entity *b)
{
    const struct rc_draft_index *index = NULL;
    LL_FOREACH (a->indexes, index) {
        const struct rc_draft_index *other = find_index(b, index->sql_name);
        if (other) {
            compare_texts(c, index->sql_name, "definition", spell_index(c->session, index),
                          spell_index(c->session, other));
        } else {
            miss(c, index->sql_name, true);
        }
    }
    LL_FOREACH (b->indexes, index) {
        if (!find_index(a, index->sql_name)) {
            miss(c, index->sql_name, false);
        }
    }
}

static const struct rc_draft_unique *find_unique(const struct rc_draft_entity *entity,
                                                 const char *sql_name)
{
    const struct rc_draft_unique *unique = NULL;
    LL_FOREACH (entity->uniques, unique) {
        if (strcmp(unique->sql_name, sql_name) == 0) {
            return unique;
        }
    }
    return NULL;
}

static void compare_keys(struct comparing *c, const struct rc_draft_entity *a,
                         const struct rc_draft_entity *b)
{
    const struct rc_draft_unique *unique = NULL;
    compare_texts(c, "", "primary key", spell_key(c->session, &a->primary, a->primary_name),
                  spell_key(c->session, &b->primary, b->primary_name));
    LL_FOREACH (a->uniques, unique) {
        const struct rc_draft_unique *other = find_unique(b, unique->sql_name);
        if (other) {
            compare_texts(c, unique->sql_name, "fields",
                          spell_key(c->session, &unique->columns, ""),
                          spell_key(c->session, &other->columns, ""));
        } else {
            miss(c, unique->sql_name, true);
        }
    }
    LL_FOREACH (b->uniques, unique) {
        if (!find_unique(a, unique->sql_name)) {
            miss(c, unique->sql_name, false);
        }
    }
}

static const struct rc_draft_relation *find_key(const struct rc_draft_entity *entity,
                                                const char *name)
{
    const struct rc_draft_relation *relation = NULL;
    LL_FOREACH (entity->relations, relation) {
        if (!relation->many_to_many && strcmp(relation->name, name) == 0) {
            return relation;
        }
    }
    return NULL;
}

static void compare_relations(struct comparing *c, const struct rc_draft_entity *a,
                              const struct rc_draft_entity *b)
{
    const struct rc_draft_relation *relation = NULL;
    LL_FOREACH (a->relations, relation) {
        const struct rc_draft_relation *other = find_key(b, relation->name);
        if (!relation->many_to_many && other) {
            compare_texts(c, relation->name, "foreign key",
                          spell_relation(c->session, relation),
                          spell_relation(c->session, other));
        } else if (!relation->many_to_many) {
            miss(c, relation->name, true);
        }
    }
    LL_FOREACH (b->relations, relation) {
        if (!relation->many_to_many && !find_key(a, relation->name)) {
            miss(c, relation->name, false);
        }
    }
}

const char *rc_share_compare_entities(struct rc_import *session,
                                      const struct rc_draft_entity *entity,
                                      const struct rc_draft_entity *other,
                                      const char *other_database)
{
    struct comparing c = {session, other_database, NULL};
    compare_texts(&c, "", "name in proto", entity->name, other->name);
    compare_texts(&c, "", "table", entity->sql_name, other->sql_name);
    compare_texts(&c, "", "PostgreSQL schema", entity->sql_schema, other->sql_schema);
    compare_flags(&c, "", "view", entity->view, other->view);
    compare_all_columns(&c, entity, other);
    compare_keys(&c, entity, other);
    compare_indexes(&c, entity, other);
    compare_relations(&c, entity, other);
    return c.difference;
}

const char *rc_share_compare_enums(struct rc_import *session,
                                   const struct rc_draft_enum *enumeration,
                                   const struct rc_draft_enum *other,
                                   const char *other_database)
{
    struct comparing c = {session, other_database, NULL};
    const struct rc_draft_value *a = enumeration->values;
    const struct rc_draft_value *b = other->values;
    compare_texts(&c, "", "name in proto", enumeration->name, other->name);
    compare_texts(&c, "", "type", enumeration->sql_name, other->sql_name);
    compare_texts(&c, "", "PostgreSQL schema", enumeration->sql_schema, other->sql_schema);
    for (size_t i = 1; a || b; i++) {
        const char *of = rc_import_printf(session, "value %zu", i);
        compare_texts(&c, of, "label", a ? a->label : NULL, b ? b->label : NULL);
        compare_texts(&c, of, "name", a ? a->name : NULL, b ? b->name : NULL);
        a = a ? a->next : NULL;
        b = b ? b->next : NULL;
    }
    return c.difference;
}

bool rc_share_same_join(const struct rc_draft_relation *relation,
                        const struct rc_draft_relation *other)
{
    return relation->many_to_many && other->many_to_many &&
           strcmp(relation->name, other->name) == 0 &&
           strcmp(relation->target->alias, other->target->alias) == 0 &&
           same_text(relation->inverse_name, other->inverse_name) &&
           same_text(relation->join_name, other->join_name);
}
