// SPDX-License-Identifier: Apache-2.0
//
// Writes of many calls in one statement. What a write must not lose in company is why each part
// is as it is:
//
//   its own failure     a statement that fails is undone, and its calls go one by one
//   nobody is held up   rows to change, and records that new ones refer to, are locked first
//   and
//                       passed over when somebody else has them; nothing else can be waited for
//                       but a conflict of unique values, and writes that may have one have no
//                       bulk form. So two of these statements cannot wait for each other either
//   triggers            a table with triggers, rules, row security or constraints that the
//                       schema does not know is found out by the statement, which then fails:
//                       no schema says what is in the database at this moment
//
//   create  with k as materialized (select k.* from unnest(...) with ordinality as k("p1", "n")
//                where <plain table> and <what it refers to is there>),
//                w as (insert into "notes" as t0 ("text") select k."p1"::text from k
//                      order by k."n" returning t0."id")
//           select q."n", w.* from <k numbered> q join <w numbered> w on <same number>
//
// INSERT gives its rows back in the order in which it gets them; RETURNING cannot say for which
// row of k each is.
//
//   update  with k as ..., l as materialized (select k."n", t0.ctid as c from k, "users" t0
//                where (t0."id" = k."p1"::int4) and <plain table>
//                for no key update of t0 skip locked)
//           update "users" t0 set "zone" = k."p2"::text from l join k on k."n" = l."n"
//           where t0.ctid = l.c and <no record twice> returning k."n", t0."id"
#include "query/bulk.h"

#include "query/change.h"

#include <assert.h>
#include <stdlib.h>

// ---- what may be drafted

static bool names_column(const struct rc_column *const *columns, size_t count,
                         const struct rc_column *column)
{
    for (size_t i = 0; i < count; i++) {
        if (columns[i] == column) {
            return true;
        }
    }
    return false;
}

// A default that is a literal or one of SQL's own values calls no function, which could lock
// anything.
static bool is_harmless_default(const struct rc_column *column)
{
    return !column->default_sql || !strchr(column->default_sql, '(') ||
           strcmp(column->default_sql, "now()") == 0 ||
           strcmp(column->default_sql, "gen_random_uuid()") == 0;
}

// Whether no other record has, or is about to get, the value of this column: it is drawn from a
// sequence or at random, or it is NULL.
static bool is_new(const struct rc_insert *insert, const struct rc_column *column)
{
    if (rc_insert_has(insert, column)) {
        return !rc_insert_given(insert, column) && !column->updated_at;
    }
    bool is_random =
        column->default_sql && strcmp(column->default_sql, "gen_random_uuid()") == 0;
    bool is_null = !column->default_sql && !column->default_literal && !column->generated_sql;
    return column->autoincrement || is_random || is_null;
}

static bool is_new_key(const struct rc_insert *insert, const struct rc_key *key)
{
    for (size_t i = 0; i < key->column_count; i++) {
        if (is_new(insert, key->columns[i])) {
            return true;
        }
    }
    return false;
}

static bool is_new_index(const struct rc_insert *insert, const struct rc_index *index)
{
    for (size_t i = 0; i < index->part_count; i++) {
        if (index->parts[i].column && is_new(insert, index->parts[i].column)) {
            return true;
        }
    }
    return !index->unique;
}

static bool can_create(const struct rc_insert *insert)
{
    const struct rc_entity *entity = insert->model->entity;
    bool can = !entity->view;
    for (size_t i = 0; i < entity->column_count; i++) {
        can = can && is_harmless_default(&entity->columns[i]);
    }
    for (size_t i = 0; i < entity->key_count; i++) {
        can = can && is_new_key(insert, &entity->keys[i]);
    }
    for (size_t i = 0; i < entity->index_count; i++) {
        can = can && is_new_index(insert, &entity->indexes[i]);
    }
    return can;
}

static bool is_in_index(const struct rc_index *index, const struct rc_column *column)
{
    for (size_t i = 0; i < index->part_count; i++) {
        if (!index->parts[i].column || index->parts[i].column == column) {
            return true; // an expression may be about any column
        }
    }
    return index->where != NULL; // as may this
}

// Whether a change of the column may conflict with, or has to look at, other records.
static bool is_tied(const struct rc_entity *entity, const struct rc_column *column)
{
    bool is_tied = false;
    for (size_t i = 0; i < entity->key_count; i++) {
        is_tied |= names_column(entity->keys[i].columns, entity->keys[i].column_count, column);
    }
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        const struct rc_foreign_key *key = &entity->foreign_keys[i];
        is_tied |= names_column(key->columns, key->column_count, column);
    }
    for (size_t i = 0; i < entity->index_count; i++) {
        is_tied |= entity->indexes[i].unique && is_in_index(&entity->indexes[i], column);
    }
    return is_tied;
}

static bool can_update(const struct rc_entity *entity, const struct rc_node *data)
{
    bool can = !entity->view;
    for (size_t i = 0; i < entity->column_count; i++) {
        const struct rc_column *column = &entity->columns[i];
        bool is_changed =
            rc_change_names(data, column) || column->updated_at || column->generated_sql;
        can = can && !(is_changed && is_tied(entity, column));
    }
    return can;
}

// ---- drafts

// " and (<a column is NULL> or exists (select 1 from <parent> ... for key share skip locked))".
static void put_parent(struct rc_builder *builder, const struct rc_insert *insert,
                       const struct rc_foreign_key *key)
{
    struct rc_alias parent = rc_builder_alias(builder);
    rc_builder_put(builder, " and exists (select 1 from ");
    rc_builder_put_table(builder, key->target);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, parent);
    rc_builder_put(builder, " where ");
    for (size_t i = 0; i < key->column_count; i++) {
        rc_builder_put(builder, i > 0 ? " and " : "");
        rc_builder_put_column(builder, parent, key->references[i]);
        rc_builder_put(builder, " = ");
        rc_builder_put_slot(builder, rc_insert_given(insert, key->columns[i]),
                            &key->columns[i]->type);
    }
    rc_builder_put(builder, " for key share skip locked)");
}

enum reference { REFERENCE_NONE, REFERENCE_GIVEN, REFERENCE_UNKNOWN };

// Whether the new record refers to another one: certainly not, by values that are given, or by
// what only PostgreSQL knows.
static enum reference reference_of(const struct rc_insert *insert,
                                   const struct rc_foreign_key *key)
{
    enum reference reference = key->enforced ? REFERENCE_GIVEN : REFERENCE_NONE;
    for (size_t i = 0; i < key->column_count && reference == REFERENCE_GIVEN; i++) {
        const struct rc_column *column = key->columns[i];
        bool has_default = column->default_sql || column->default_literal ||
                           column->autoincrement || column->generated_sql;
        if (rc_insert_given(insert, column)) {
            continue;
        }
        bool is_null = rc_insert_has(insert, column)
                           ? column->generator == RC_GENERATOR_NONE && !column->updated_at
                           : !has_default;
        reference = is_null ? REFERENCE_NONE : REFERENCE_UNKNOWN;
    }
    return reference;
}

void rc_bulk_draft_create(struct rc_builder *builder, const struct rc_insert *insert,
                          struct rc_alias alias, size_t body)
{
    const struct rc_entity *entity = insert->model->entity;
    struct rc_builder_mark mark = rc_builder_mark(builder);
    bool can = can_create(insert);
    for (size_t i = 0; i < entity->foreign_key_count && can; i++) {
        enum reference reference = reference_of(insert, &entity->foreign_keys[i]);
        if (reference == REFERENCE_GIVEN) {
            put_parent(builder, insert, &entity->foreign_keys[i]);
        }
        can = reference != REFERENCE_UNKNOWN;
    }
    if (can && !builder->sql.broken) {
        const char *guards = rc_arena_copy(builder->scratch, builder->sql.data + mark.len,
                                           builder->sql.len - mark.len);
        builder->broken = builder->broken || !guards;
        builder->bulk = (struct rc_bulk_draft){.kind = RC_BULK_CREATE,
                                               .alias = alias,
                                               .body = body,
                                               .tail = mark.len,
                                               .guards = guards};
    }
    rc_builder_rewind(builder, mark);
}

static size_t count_key_columns(const struct rc_node *key)
{
    const struct rc_node *named = key->first;
    const struct rc_key *composite =
        named->field->role == RC_ROLE_COMPOSITE_KEY ? named->field->subject : NULL;
    return composite ? composite->column_count : 1;
}

void rc_bulk_draft_update(struct rc_builder *builder, const struct rc_node *request,
                          const struct rc_node *data, struct rc_alias alias, size_t where)
{
    if (can_update(builder->model->entity, data)) {
        builder->bulk = (struct rc_bulk_draft){
            .kind = RC_BULK_UPDATE,
            .alias = alias,
            .where = where,
            .key_columns = count_key_columns(rc_node_child(request, RC_ROLE_KEY)),
            .tail = builder->sql.len};
    }
}

// ---- statements

// Whether the table is one whose rows are written without more ado: see above.
static void put_is_plain(struct rc_builder *builder, const struct rc_entity *entity)
{
    size_t foreign_keys = 0;
    size_t unique = entity->key_count;
    struct rc_buf name = {0};
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        foreign_keys += entity->foreign_keys[i].enforced;
    }
    for (size_t i = 0; i < entity->index_count; i++) {
        unique += entity->indexes[i].unique;
    }
    rc_sql_identifier(&name, entity->sql_schema);
    rc_buf_append_char(&name, '.');
    rc_sql_identifier(&name, entity->sql_name);
    rc_buf_append_char(&name, '\0');
    rc_builder_put(
        builder,
        "(select case when y.relkind = 'r' and not y.relhasrules and not y.relrowsecurity"
        " and not y.relhassubclass and not exists (select 1 from pg_catalog.pg_trigger g"
        " where g.tgrelid = y.oid and not g.tgisinternal)");
    rc_buf_printf(
        &builder->sql,
        " and (select count(*) from pg_catalog.pg_constraint o where o.conrelid = y.oid"
        " and o.contype in ('f', 'x')) = %zu"
        " and (select count(*) from pg_catalog.pg_index i where i.indrelid = y.oid"
        " and i.indisunique) = %zu then '1' else '" RC_PLAN_BULK_UNFIT
        "' end from pg_catalog.pg_class y where y.oid = ",
        foreign_keys, unique);
    if (name.broken) {
        builder->broken = true;
    } else {
        rc_sql_literal(&builder->sql, name.data);
    }
    rc_builder_put(builder, "::pg_catalog.regclass)::int4 = 1");
    rc_buf_fini(&name);
}

// " returning <before>, <what the statement returns>".
static void put_returning(struct rc_builder *builder, const struct rc_plan_statement *statement,
                          const char *before)
{
    static const char returning[] = " returning ";
    size_t at = builder->bulk.tail + sizeof returning - 1;
    rc_builder_put(builder, before[0] || statement->answers_rows ? returning : "");
    rc_builder_put(builder, before);
    if (statement->answers_rows) {
        rc_builder_put(builder, before[0] ? ", " : "");
        rc_bulk_put_part(builder, statement->sql + at, statement->sql_len - at);
    }
}

void rc_bulk_make_create(struct rc_builder *builder, const struct rc_plan *plan,
                         struct rc_plan_bulk *bulk)
{
    static const char values[] = "values (";
    const struct rc_bulk_draft *draft = &builder->bulk;
    const struct rc_plan_statement *statement = &plan->statements[0];
    size_t at = draft->body + sizeof values - 1;
    rc_builder_put(builder, "with k as materialized (select k.* from ");
    rc_bulk_put_rows(builder, statement, bulk->param_types);
    rc_builder_put(builder, " where ");
    put_is_plain(builder, plan->model->entity);
    rc_bulk_put_part(builder, draft->guards, strlen(draft->guards));
    rc_builder_put(builder, "), w as (");
    rc_bulk_put_part(builder, statement->sql, draft->body);
    rc_builder_put(builder, "select ");
    rc_bulk_put_part(builder, statement->sql + at, draft->tail - 1 - at); // without its ")"
    rc_builder_put(builder, " from k order by k.\"n\"");
    put_returning(builder, statement, "");
    rc_builder_put(
        builder, statement->answers_rows
                     ? ") select q.\"n\", w.* from (select k.\"n\", row_number() over (order by"
                       " k.\"n\") as \"rc:r\" from k) q join (select row_number() over () as"
                       " \"rc:r\", w.* from w) w on w.\"rc:r\" = q.\"rc:r\""
                     : ") select k.\"n\" from k");
    bulk->writes = true;
    bulk->lead = statement->answers_rows ? 2 : 1;
    bulk->sql = rc_bulk_take_text(builder, &bulk->sql_len);
}

static const char *make_update(struct rc_builder *builder, const struct rc_plan *plan,
                               const struct rc_plan_bulk *bulk, bool again, size_t *ret_len)
{
    static const char where[] = " where ";
    const struct rc_bulk_draft *draft = &builder->bulk;
    const struct rc_plan_statement *statement = &plan->statements[0];
    size_t at = draft->where + sizeof where - 1;
    rc_builder_put(builder, "with k as materialized (select * from ");
    rc_bulk_put_rows(builder, statement, bulk->param_types);
    rc_builder_put(builder, "), l as materialized (select k.\"n\", ");
    rc_builder_put_alias(builder, draft->alias);
    rc_builder_put(builder, ".ctid as c from k, ");
    rc_builder_put_table(builder, plan->model->entity);
    rc_builder_put(builder, " ");
    rc_builder_put_alias(builder, draft->alias);
    rc_builder_put(builder, " where (");
    rc_bulk_put_part(builder, statement->sql + at, draft->tail - at);
    rc_builder_put(builder, ") and ");
    if (again) { // the first one wrote the row that is there
        rc_builder_put_alias(builder, draft->alias);
        rc_builder_put(builder, ".xmin = pg_catalog.pg_current_xact_id()::xid");
    } else {
        put_is_plain(builder, plan->model->entity);
    }
    rc_builder_put(builder, " for no key update of ");
    rc_builder_put_alias(builder, draft->alias);
    rc_builder_put(builder, " skip locked) ");
    rc_bulk_put_part(builder, statement->sql, draft->where);
    rc_builder_put(builder, " from l join k on k.\"n\" = l.\"n\" where ");
    rc_builder_put_alias(builder, draft->alias);
    rc_builder_put(builder, ".ctid = l.c and (select case count(*) when"
                            " count(distinct l.c) then '1' else '" RC_PLAN_BULK_TWICE
                            "' end from l)::int4 = 1");
    put_returning(builder, statement, "k.\"n\"");
    return rc_bulk_take_text(builder, ret_len);
}

// The parameters of the key, which the condition begins with. Returns how many others it has.
static size_t find_same(struct rc_builder *builder, const struct rc_plan_statement *statement,
                        struct rc_plan_bulk *bulk)
{
    size_t *same = rc_arena_new_array(builder->arena, builder->bulk.key_columns, size_t);
    const char *end = statement->sql + builder->bulk.tail;
    size_t count = 0;
    char quote = '\0';
    if (!same) {
        builder->broken = true;
        return 0;
    }
    for (const char *at = statement->sql + builder->bulk.where; at < end; at++) {
        if (quote != '\0') {
            quote = *at == quote ? '\0' : quote;
        } else if (*at == '"' || *at == '\'') {
            quote = *at;
        } else if (*at == '$' && count++ < builder->bulk.key_columns) {
            same[count - 1] = strtoul(at + 1, NULL, 10) - 1;
        }
    }
    assert(count >= builder->bulk.key_columns);
    bulk->same = same;
    bulk->same_count = builder->bulk.key_columns;
    return count - bulk->same_count;
}

void rc_bulk_make_update(struct rc_builder *builder, const struct rc_plan *plan,
                         struct rc_plan_bulk *bulk)
{
    bulk->writes = true;
    bulk->lead = 1;
    size_t others = find_same(builder, &plan->statements[0], bulk);
    bulk->sql = make_update(builder, plan, bulk, false, &bulk->sql_len);
    if (others == 0) {
        bulk->again = make_update(builder, plan, bulk, true, &bulk->again_len);
    }
}
