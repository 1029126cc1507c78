// SPDX-License-Identifier: Apache-2.0
//
// The one query that reads a catalog. Sequences behind serial and identity columns count as
// "autoincrement", whatever their names; unique constraints count as the unique indexes that
// enforce them.
#include "migrate/facts.h"

#include <stdlib.h>
#include <string.h>

static const char read_sql[] =
    "with rel as ("
    "  select c.oid, case replace(n.nspname, $2, '') when 'public' then '' "
    "         else replace(n.nspname, $2, '') || '.' end || c.relname as name,"
    "         c.relkind in ('v', 'm') as is_view"
    "  from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    "  where n.nspname = any($1::text[]) and c.relkind in ('r', 'p', 'v', 'm')"
    "    and c.relname <> '_prisma_migrations' and not exists ("
    "      select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid"
    "      and d.deptype = 'e')),"
    " tab as (select oid, name from rel where not is_view),"
    " field as ("
    "  select rel.name as table_name, rel.is_view, a.*"
    "  from rel join pg_attribute a on a.attrelid = rel.oid"
    "  where a.attnum > 0 and not a.attisdropped),"
    " att as ("
    "  select field.*, d.adbin, d.adrelid"
    "  from field left join pg_attrdef d on d.adrelid = attrelid and d.adnum = attnum"
    "  where not is_view),"
    " fact as ("
    " select case when is_view then 'view' else 'table' end as kind, is_view,"
    "   name as table_name, '' as name, case when is_view then 'a view' else 'a table' end as "
    "text from rel"
    " union all select 'column', is_view, table_name, attname, '' from field"
    " union all select 'type', is_view, table_name, attname,"
    "   format_type(atttypid, case when not is_view then atttypmod end) from field"
    " union all select 'nullability', false, table_name, attname,"
    "   case when attnotnull then 'not null' else 'nullable' end from att"
    " union all select 'default', false, table_name, attname, case"
    "   when attidentity <> '' or pg_get_expr(adbin, adrelid) like 'nextval(%' then "
    "'autoincrement'"
    "   when attgenerated <> '' then 'none' else coalesce(pg_get_expr(adbin, adrelid), 'none') "
    "end from att"
    " union all select 'generated', false, table_name, attname,"
    "   case when attgenerated = '' then 'no' else pg_get_expr(adbin, adrelid) end from att"
    " union all select 'comment', false, table_name, attname,"
    "   coalesce(col_description(attrelid, attnum), 'none') from att"
    " union all select 'comment', false, name, '', coalesce(obj_description(oid, 'pg_class'), "
    "'none') "
    "from rel"
    " union all select case o.contype when 'p' then 'primary key' when 'f' then 'foreign key'"
    "   else 'check' end, false, tab.name, o.conname, pg_get_constraintdef(o.oid)"
    "   from tab join pg_constraint o on o.conrelid = tab.oid where o.contype in ('p', 'f', "
    "'c')"
    " union all select 'index', false, tab.name, c.relname, pg_get_indexdef(i.indexrelid)"
    "   || case when i.indisvalid then '' else ' (invalid: not usable until it is made anew)' "
    "end"
    "   from tab join pg_index i on i.indrelid = tab.oid join pg_class c on c.oid = "
    "i.indexrelid"
    "   where not i.indisprimary"
    " union all select 'enum', false, '', case replace(n.nspname, $2, '') when 'public' then ''"
    "   else replace(n.nspname, $2, '') || '.' end || t.typname,"
    "   string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)"
    "   from pg_type t join pg_namespace n on n.oid = t.typnamespace"
    "   join pg_enum e on e.enumtypid = t.oid where n.nspname = any($1::text[]) group by 4)"
    " select kind, is_view, table_name, name, replace(text, $2, '') from fact";

// That something exists comes before what else is said of it.
static bool is_existence(const struct rc_fact *fact)
{
    return strcmp(fact->kind, "table") == 0 || strcmp(fact->kind, "view") == 0 ||
           strcmp(fact->kind, "column") == 0;
}

int rc_fact_compare(const struct rc_fact *a, const struct rc_fact *b)
{
    int order = strcmp(a->table, b->table);
    order = order ? order : strcmp(a->name, b->name);
    order = order ? order : is_existence(b) - is_existence(a);
    return order || is_existence(a) ? order : strcmp(a->kind, b->kind);
}

static int compare_items(const void *a, const void *b)
{
    return rc_fact_compare(a, b);
}

static const char *value(const struct rc_pg_result *result, size_t row, int column,
                         struct rc_arena *arena)
{
    struct rc_pg_value cell = rc_pg_result_value(result, (int)row, column);
    return rc_arena_copy(arena, cell.data, cell.len > 0 ? (size_t)cell.len : 0);
}

static rowcall_status copy(const struct rc_pg_result *result, struct rc_arena *arena,
                           struct rc_facts *ret_facts, rowcall_error *err)
{
    size_t count = (size_t)rc_pg_result_row_count(result);
    struct rc_fact *items = rc_arena_new_array(arena, count + 1, struct rc_fact);
    if (!items) {
        return rc_error_oom(err);
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct rc_fact){.kind = value(result, i, 0, arena),
                                    .is_view = *rc_pg_result_text(result, (int)i, 1) == 't',
                                    .table = value(result, i, 2, arena),
                                    .name = value(result, i, 3, arena),
                                    .text = value(result, i, 4, arena)};
        if (!items[i].kind || !items[i].table || !items[i].name || !items[i].text) {
            return rc_error_oom(err);
        }
    }
    qsort(items, count, sizeof *items, compare_items);
    *ret_facts = (struct rc_facts){items, count};
    return ROWCALL_OK;
}

rowcall_status rc_facts_read(struct rc_pg_sync *conn, const char *schemas, const char *prefix,
                             struct rc_arena *arena, struct rc_facts *ret_facts,
                             rowcall_error *err)
{
    const char *values[] = {schemas, prefix};
    struct rc_pg_params params = {.count = 2, .values = values};
    struct rc_pg_result *result = NULL;
    rowcall_status st =
        rc_pg_sync_exec(conn, "select set_config('search_path', '', true)", NULL, NULL, err);
    if (st == ROWCALL_OK) {
        st = rc_pg_sync_exec(conn, read_sql, &params, &result, err);
    }
    if (st == ROWCALL_OK) {
        st = copy(result, arena, ret_facts, err);
    }
    rc_pg_result_free(result);
    return st;
}
