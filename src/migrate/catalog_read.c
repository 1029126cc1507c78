// SPDX-License-Identifier: Apache-2.0
//
// Reading pg_catalog, one query for each kind of thing. All of them give relations in the same
// order, so what belongs to a table is found by walking along. A sequence behind a column is
// part of the column, whatever its name; a unique constraint is the index that enforces it.
#include "migrate/catalog.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// A list in one value: names cannot hold it unless somebody means harm, and then only to
// himself.
#define SEPARATOR "\x01"

// What all queries begin with: $1 the PostgreSQL schemas, NULL for all; $2 the prefix.
#define RELATIONS                                                                              \
    "with rel as ("                                                                            \
    " select c.oid, n.nspname, replace(n.nspname, $2, '') as schema, c.relname as name,"       \
    "  c.relkind in ('v', 'm') as is_view, c.relkind, exists ("                                \
    "   select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid"    \
    "   and d.deptype = 'e') as is_extensions"                                                 \
    " from pg_class c join pg_namespace n on n.oid = c.relnamespace"                           \
    " where c.relkind in ('r', 'p', 'v', 'm') and c.relname <> '_prisma_migrations'"           \
    "  and case when $1::text[] is null"                                                       \
    "   then n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"                        \
    "   else n.nspname = any($1::text[]) end) "

static const char schemas_sql[] =
    "select replace(nspname, $2, '') from pg_namespace n"
    " where case when $1::text[] is null"
    "  then n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
    "  else n.nspname = any($1::text[]) end order by 1";

static const char extensions_sql[] =
    "select extname from pg_extension where extname <> 'plpgsql'"
    " and ($1::text[] is null or $2::text is not null) order by 1"; // whatever they are

static const char enums_sql[] =
    "select replace(n.nspname, $2, ''), t.typname, e.enumlabel"
    " from pg_type t join pg_namespace n on n.oid = t.typnamespace"
    " join pg_enum e on e.enumtypid = t.oid"
    " where case when $1::text[] is null"
    "  then n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
    "  else n.nspname = any($1::text[]) end"
    " and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass"
    "  and d.objid = t.oid and d.deptype = 'e')"
    " order by 1, 2, e.enumsortorder";

static const char tables_sql[] =
    RELATIONS "select oid, schema, name, obj_description(oid, 'pg_class'), is_extensions"
              " from rel where not is_view order by schema, name";

static const char views_sql[] = RELATIONS
    "select oid, schema, name, relkind = 'm',"
    " rtrim(pg_get_viewdef(oid), ';'), obj_description(oid, 'pg_class'),"
    " (select string_agg(u, '" SEPARATOR "') from (select distinct replace(n.nspname, $2, '')"
    "   || '" SEPARATOR "' || c.relname || '" SEPARATOR "' || a.attname as u"
    "  from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass"
    "   and d.objid = r.oid and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0"
    "  join pg_class c on c.oid = d.refobjid join pg_namespace n on n.oid = c.relnamespace"
    "  join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid"
    "  where r.ev_class = rel.oid and c.oid <> rel.oid order by 1) used), is_extensions"
    " from rel where is_view order by schema, name";

static const char columns_sql[] = RELATIONS
    "select rel.oid, a.attname, format_type(a.atttypid, a.atttypmod),"
    " case when a.attgenerated = '' and not (a.attidentity <> ''"
    "   or coalesce(pg_get_expr(d.adbin, d.adrelid), '') like 'nextval(%')"
    "  then pg_get_expr(d.adbin, d.adrelid) end,"
    " case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end,"
    " a.attnotnull,"
    " a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid), '') like 'nextval(%'"
    "  and a.attgenerated = '',"
    " case a.attidentity when 'a' then 'ALWAYS' when 'd' then 'BY DEFAULT' end,"
    " case when not is_view then pg_get_serial_sequence("
    "  quote_ident(rel.nspname) || '.' || quote_ident(rel.name), a.attname) end,"
    " case when a.attcollation <> 0 and a.attcollation <> t.typcollation then"
    "  (select quote_ident(cn.nspname) || '.' || quote_ident(co.collname) from pg_collation co"
    "   join pg_namespace cn on cn.oid = co.collnamespace where co.oid = a.attcollation) end,"
    " col_description(rel.oid, a.attnum), replace(en.nspname, $2, ''), e.typname,"
    " t.typcategory = 'A'"
    " from rel join pg_attribute a on a.attrelid = rel.oid"
    " join pg_type t on t.oid = a.atttypid"
    " left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"
    " left join pg_type e on e.typtype = 'e'"
    "  and e.oid = case t.typcategory when 'A' then t.typelem else t.oid end"
    " left join pg_namespace en on en.oid = e.typnamespace"
    " where a.attnum > 0 and not a.attisdropped and is_view = $3::bool"
    " order by rel.schema, rel.name, a.attnum";

// The names of columns whose numbers are in an array, in its order.
#define NAMES_OF(relation, numbers)                                                            \
    "(select string_agg(a.attname, '" SEPARATOR "' order by k.ord)"                            \
    "  from unnest(" numbers ") with ordinality k(num, ord)"                                   \
    "  join pg_attribute a on a.attrelid = " relation " and a.attnum = k.num)"

static const char constraints_sql[] = RELATIONS
    "select rel.oid, o.conname, o.contype, pg_get_constraintdef(o.oid),"
    " " NAMES_OF(
        "o.conrelid",
        "o.conkey") ", replace(fn.nspname, $2, ''), f.relname,"
                    " " NAMES_OF(
                        "o.confrelid",
                        "o.confkey") ","
                                     " (select relname from pg_class x where x.oid = "
                                     "o.conindid and o.contype = 'f')"
                                     " from rel join pg_constraint o on o.conrelid = rel.oid"
                                     " left join pg_class f on f.oid = o.confrelid"
                                     " left join pg_namespace fn on fn.oid = f.relnamespace"
                                     " where o.contype in ('p', 'f', 'c', 'x') and not is_view"
                                     " order by rel.schema, rel.name, o.conname";

static const char indexes_sql[] = RELATIONS
    "select rel.oid, c.relname, i.indisunique, i.indisvalid,"
    " exists (select from pg_constraint o where o.conindid = i.indexrelid and o.contype = 'u'),"
    " i.indexprs is not null or i.indpred is not null,"
    " pg_get_indexdef(i.indexrelid),"
    " substr(pg_get_indexdef(i.indexrelid), 1 + length('CREATE '"
    "  || case when i.indisunique then 'UNIQUE ' else '' end || 'INDEX '"
    "  || quote_ident(c.relname) || ' ON ' || case rel.relkind when 'p' then 'ONLY ' else '' "
    "end"
    "  || quote_ident(rel.nspname) || '.' || quote_ident(rel.name) || ' ')),"
    " (select string_agg(a.attname, '" SEPARATOR "' order by a.attnum) from pg_attribute a"
    "  where a.attrelid = i.indrelid and a.attnum > 0 and (a.attnum = any(i.indkey) or exists ("
    "   select from pg_depend d where d.classid = 'pg_class'::regclass"
    "   and d.objid = i.indexrelid and d.refclassid = 'pg_class'::regclass"
    "   and d.refobjid = i.indrelid and d.refobjsubid = a.attnum)))"
    " from rel join pg_index i on i.indrelid = rel.oid join pg_class c on c.oid = i.indexrelid"
    " where not i.indisprimary and not is_view and not exists (select from pg_constraint o"
    "  where o.conindid = i.indexrelid and o.contype = 'x')"
    " order by rel.schema, rel.name, c.relname";

// How PostgreSQL writes a prefixed schema, and how it would without the prefix: quotes may come
// or go with it ("order" is a keyword, rowcall_check_order is not).
struct cut {
    const char *from;
    const char *to;
};

struct reading {
    struct rc_pg_sync *conn;
    struct rc_arena *arena;
    const char *schemas;
    const char *prefix;
    const struct rc_catalog *known; // what of extensions is read, too; may be NULL
    rowcall_error *err;
    const struct cut *cuts; // none without a prefix
    size_t cut_count;
    bool failed; // the arena had no memory
};

static rowcall_status ask(struct reading *reading, const char *sql, const char *third,
                          struct rc_pg_result **ret_result)
{
    const char *values[] = {reading->schemas, reading->prefix, third};
    struct rc_pg_params params = {.count = third ? 3 : 2, .values = values};
    return rc_pg_sync_exec(reading->conn, sql, &params, ret_result, reading->err);
}

// ---- values

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

// The cut that begins at `at`, a whole word of the text; NULL when none does.
static const struct cut *find_cut(const struct reading *reading, const char *text,
                                  const char *at)
{
    for (size_t i = 0; i < reading->cut_count; i++) {
        const struct cut *cut = &reading->cuts[i];
        size_t len = strlen(cut->from);
        bool begins = at == text || !is_word(at[-1]) || *at == '"';
        if (begins && strncmp(at, cut->from, len) == 0 && !is_word(at[len])) {
            return cut;
        }
    }
    return NULL;
}

static const char *cut_text(struct reading *reading, const char *text)
{
    struct rc_buf out = {0};
    for (const char *at = text; *at;) {
        const struct cut *cut = find_cut(reading, text, at);
        if (cut) {
            rc_buf_append_text(&out, cut->to);
            at += strlen(cut->from);
        } else {
            rc_buf_append_char(&out, *at++);
        }
    }
    const char *copy =
        out.broken ? NULL : rc_arena_copy(reading->arena, out.data ? out.data : "", out.len);
    rc_buf_fini(&out);
    return copy;
}

// NULL for NULL.
static const char *text_at(struct reading *reading, const struct rc_pg_result *result, int row,
                           int column)
{
    const char *text = rc_pg_result_text(result, row, column);
    const char *copy = !text                    ? NULL
                       : reading->cut_count > 0 ? cut_text(reading, text)
                                                : rc_arena_strdup(reading->arena, text);
    reading->failed |= text && !copy;
    return copy;
}

static bool bool_at(const struct rc_pg_result *result, int row, int column)
{
    const char *text = rc_pg_result_text(result, row, column);
    return text && *text == 't';
}

static struct rc_catalog_text pair_at(struct reading *reading,
                                      const struct rc_pg_result *result, int row, int column)
{
    const char *text = text_at(reading, result, row, column);
    return (struct rc_catalog_text){.text = text, .spelling = text};
}

// A list behind SEPARATOR; *ret_count is 0 for NULL.
static const char *const *list_at(struct reading *reading, const struct rc_pg_result *result,
                                  int row, int column, size_t *ret_count)
{
    char *text = (char *)text_at(reading, result, row, column);
    size_t count = text != NULL;
    for (const char *at = text; at && *at; at++) {
        count += *at == *SEPARATOR;
    }
    const char **items = rc_arena_new_array(reading->arena, count + 1, const char *);
    *ret_count = items ? count : 0;
    reading->failed |= !items;
    for (size_t i = 0; items && i < count; i++) {
        items[i] = text;
        text += strcspn(text, SEPARATOR);
        if (*text) {
            *text++ = '\0';
        }
    }
    return items;
}

static void *array(struct reading *reading, size_t count, size_t size)
{
    void *made = rc_arena_array(reading->arena, count + 1, size);
    reading->failed |= !made;
    return made;
}

// ---- lists of names, enums

static rowcall_status read_names(struct reading *reading, const char *sql,
                                 const char *const **ret_names, size_t *ret_count)
{
    struct rc_pg_result *result = NULL;
    rowcall_status st = ask(reading, sql, NULL, &result);
    if (st == ROWCALL_OK) {
        int count = rc_pg_result_row_count(result);
        const char **names = array(reading, (size_t)count, sizeof(*names));
        for (int i = 0; names && i < count; i++) {
            names[i] = text_at(reading, result, i, 0);
        }
        *ret_names = names;
        *ret_count = names ? (size_t)count : 0;
    }
    rc_pg_result_free(result);
    return st;
}

static bool same_row_start(const struct rc_pg_result *result, int row)
{
    return row > 0 &&
           strcmp(rc_pg_result_text(result, row, 0), rc_pg_result_text(result, row - 1, 0)) ==
               0 &&
           strcmp(rc_pg_result_text(result, row, 1), rc_pg_result_text(result, row - 1, 1)) ==
               0;
}

static rowcall_status read_enums(struct reading *reading, struct rc_catalog *catalog)
{
    struct rc_pg_result *result = NULL;
    rowcall_status st = ask(reading, enums_sql, NULL, &result);
    size_t count = st == ROWCALL_OK ? (size_t)rc_pg_result_row_count(result) : 0;
    catalog->enums = array(reading, count, sizeof(*catalog->enums));
    struct rc_catalog_label *labels = array(reading, count, sizeof(*labels));
    for (size_t i = 0; catalog->enums && labels && i < count; i++) {
        if (!same_row_start(result, (int)i)) {
            catalog->enums[catalog->enum_count++] =
                (struct rc_catalog_enum){.schema = text_at(reading, result, (int)i, 0),
                                         .name = text_at(reading, result, (int)i, 1),
                                         .labels = &labels[i]};
        }
        labels[i].name = text_at(reading, result, (int)i, 2);
        catalog->enums[catalog->enum_count - 1].label_count++;
    }
    rc_pg_result_free(result);
    return st;
}

// ---- what belongs to tables and views

// Rows of a query that belong to one relation: from *row, as long as the OID is the same.
static int rows_of(const struct rc_pg_result *result, int *row, const char *oid)
{
    int first = *row;
    while (*row < rc_pg_result_row_count(result) &&
           strcmp(rc_pg_result_text(result, *row, 0), oid) == 0) {
        (*row)++;
    }
    return *row - first;
}

static void take_columns(struct reading *reading, const struct rc_pg_result *result, int first,
                         int count, struct rc_catalog_column **ret_columns, size_t *ret_count)
{
    struct rc_catalog_column *columns = array(reading, (size_t)count, sizeof(*columns));
    for (int i = 0; columns && i < count; i++) {
        int row = first + i;
        columns[i] = (struct rc_catalog_column){
            .name = text_at(reading, result, row, 1),
            .type = pair_at(reading, result, row, 2),
            .default_value = pair_at(reading, result, row, 3),
            .generated = pair_at(reading, result, row, 4),
            .not_null = bool_at(result, row, 5),
            .autoincrement = bool_at(result, row, 6),
            .identity = text_at(reading, result, row, 7),
            .sequence = text_at(reading, result, row, 8),
            .collation = text_at(reading, result, row, 9),
            .comment = text_at(reading, result, row, 10),
            .enum_schema = text_at(reading, result, row, 11),
            .enum_name = text_at(reading, result, row, 12),
            .is_array = bool_at(result, row, 13),
        };
    }
    *ret_columns = columns;
    *ret_count = columns ? (size_t)count : 0;
}

static void take_constraints(struct reading *reading, const struct rc_pg_result *result,
                             int first, int count, struct rc_catalog_table *table)
{
    table->constraints = array(reading, (size_t)count, sizeof(*table->constraints));
    for (int i = 0; table->constraints && i < count; i++) {
        int row = first + i;
        size_t targets = 0;
        char kind = *rc_pg_result_text(result, row, 2);
        struct rc_catalog_constraint *constraint =
            &table->constraints[table->constraint_count++];
        *constraint = (struct rc_catalog_constraint){
            .name = text_at(reading, result, row, 1),
            .kind = kind == 'p'   ? RC_CONSTRAINT_PRIMARY_KEY
                    : kind == 'f' ? RC_CONSTRAINT_FOREIGN_KEY
                    : kind == 'c' ? RC_CONSTRAINT_CHECK
                                  : RC_CONSTRAINT_EXCLUSION,
            .definition = pair_at(reading, result, row, 3),
            .target_schema = text_at(reading, result, row, 5),
            .target_table = text_at(reading, result, row, 6),
            .target_index = text_at(reading, result, row, 8),
        };
        constraint->columns = list_at(reading, result, row, 4, &constraint->column_count);
        constraint->target_columns = list_at(reading, result, row, 7, &targets);
    }
}

static void take_indexes(struct reading *reading, const struct rc_pg_result *result, int first,
                         int count, struct rc_catalog_table *table)
{
    table->indexes = array(reading, (size_t)count, sizeof(*table->indexes));
    for (int i = 0; table->indexes && i < count; i++) {
        int row = first + i;
        struct rc_catalog_index *index = &table->indexes[table->index_count++];
        *index = (struct rc_catalog_index){
            .name = text_at(reading, result, row, 1),
            .unique = bool_at(result, row, 2),
            .valid = bool_at(result, row, 3),
            .is_constraint = bool_at(result, row, 4),
            .has_expression = bool_at(result, row, 5),
            .definition = text_at(reading, result, row, 6),
            .tail = pair_at(reading, result, row, 7),
        };
        index->columns = list_at(reading, result, row, 8, &index->column_count);
    }
}

struct table_results {
    struct rc_pg_result *tables;
    struct rc_pg_result *columns;
    struct rc_pg_result *constraints;
    struct rc_pg_result *indexes;
};

static rowcall_status ask_tables(struct reading *reading, struct table_results *results)
{
    rowcall_status st = ask(reading, tables_sql, NULL, &results->tables);
    st = st ? st : ask(reading, columns_sql, "false", &results->columns);
    st = st ? st : ask(reading, constraints_sql, NULL, &results->constraints);
    return st ? st : ask(reading, indexes_sql, NULL, &results->indexes);
}

static void take_tables(struct reading *reading, const struct table_results *results,
                        struct rc_catalog *catalog)
{
    int column = 0;
    int constraint = 0;
    int index = 0;
    int count = rc_pg_result_row_count(results->tables);
    catalog->tables = array(reading, (size_t)count, sizeof(*catalog->tables));
    for (int i = 0; catalog->tables && i < count; i++) {
        struct rc_catalog_table *table = &catalog->tables[catalog->table_count];
        const char *oid = rc_pg_result_text(results->tables, i, 0);
        table->schema = text_at(reading, results->tables, i, 1);
        table->name = text_at(reading, results->tables, i, 2);
        table->comment = text_at(reading, results->tables, i, 3);
        bool is_ours = !bool_at(results->tables, i, 4) ||
                       (reading->known && !reading->failed &&
                        rc_catalog_table_find(reading->known, table->schema, table->name));
        int first = column;
        take_columns(reading, results->columns, first, rows_of(results->columns, &column, oid),
                     &table->columns, &table->column_count);
        first = constraint;
        take_constraints(reading, results->constraints, first,
                         rows_of(results->constraints, &constraint, oid), table);
        first = index;
        take_indexes(reading, results->indexes, first, rows_of(results->indexes, &index, oid),
                     table);
        if (is_ours) {
            catalog->table_count++;
        } else {
            *table = (struct rc_catalog_table){0}; // the next one takes its place
        }
    }
}

static rowcall_status read_tables(struct reading *reading, struct rc_catalog *catalog)
{
    struct table_results results = {0};
    rowcall_status st = ask_tables(reading, &results);
    if (st == ROWCALL_OK) {
        take_tables(reading, &results, catalog);
    }
    rc_pg_result_free(results.tables);
    rc_pg_result_free(results.columns);
    rc_pg_result_free(results.constraints);
    rc_pg_result_free(results.indexes);
    return st;
}

static void take_views(struct reading *reading, const struct rc_pg_result *views,
                       const struct rc_pg_result *columns, struct rc_catalog *catalog)
{
    int column = 0;
    int count = rc_pg_result_row_count(views);
    catalog->views = array(reading, (size_t)count, sizeof(*catalog->views));
    for (int i = 0; catalog->views && i < count; i++) {
        struct rc_catalog_view *view = &catalog->views[catalog->view_count];
        const char *oid = rc_pg_result_text(views, i, 0);
        *view = (struct rc_catalog_view){
            .schema = text_at(reading, views, i, 1),
            .name = text_at(reading, views, i, 2),
            .materialized = bool_at(views, i, 3),
            .definition = pair_at(reading, views, i, 4),
            .comment = text_at(reading, views, i, 5),
        };
        view->uses = list_at(reading, views, i, 6, &view->use_count);
        int first = column;
        take_columns(reading, columns, first, rows_of(columns, &column, oid), &view->columns,
                     &view->column_count);
        catalog->view_count += !bool_at(views, i, 7) ||
                               (reading->known && !reading->failed &&
                                rc_catalog_view_find(reading->known, view->schema, view->name));
    }
}

static rowcall_status read_views(struct reading *reading, struct rc_catalog *catalog)
{
    struct rc_pg_result *views = NULL;
    struct rc_pg_result *columns = NULL;
    rowcall_status st = ask(reading, views_sql, NULL, &views);
    st = st ? st : ask(reading, columns_sql, "true", &columns);
    if (st == ROWCALL_OK) {
        take_views(reading, views, columns, catalog);
    }
    rc_pg_result_free(views);
    rc_pg_result_free(columns);
    return st;
}

// ---- all of it

static const char cuts_sql[] =
    "select quote_ident(nspname), quote_ident(substr(nspname, length($2) + 1))"
    " from pg_namespace where nspname = any($1::text[]) and starts_with(nspname, $2)";

static rowcall_status read_cuts(struct reading *reading)
{
    struct rc_pg_result *result = NULL;
    if (!*reading->prefix) {
        return ROWCALL_OK;
    }
    rowcall_status st = ask(reading, cuts_sql, NULL, &result);
    size_t count = st == ROWCALL_OK ? (size_t)rc_pg_result_row_count(result) : 0;
    struct cut *cuts = array(reading, count, sizeof(*cuts));
    for (size_t i = 0; cuts && i < count; i++) {
        cuts[i] = (struct cut){text_at(reading, result, (int)i, 0),
                               text_at(reading, result, (int)i, 1)};
    }
    rc_pg_result_free(result);
    if (st == ROWCALL_OK && reading->failed) {
        return rc_error_oom(reading->err);
    }
    reading->cuts = cuts;
    reading->cut_count = count;
    return st;
}

static rowcall_status read_all(struct reading *reading, struct rc_catalog *ret_catalog)
{
    struct rc_catalog catalog = {0};
    // Every name in PostgreSQL's answers is then qualified.
    rowcall_status st = rc_pg_sync_exec(
        reading->conn, "select set_config('search_path', '', true)", NULL, NULL, reading->err);
    st = st ? st : read_cuts(reading);
    st = st ? st : read_names(reading, schemas_sql, &catalog.schemas, &catalog.schema_count);
    st =
        st ? st
           : read_names(reading, extensions_sql, &catalog.extensions, &catalog.extension_count);
    st = st ? st : read_enums(reading, &catalog);
    st = st ? st : read_tables(reading, &catalog);
    st = st ? st : read_views(reading, &catalog);
    if (st == ROWCALL_OK && reading->failed) {
        st = rc_error_oom(reading->err);
    }
    *ret_catalog = catalog;
    return st;
}

rowcall_status rc_catalog_read(struct rc_pg_sync *conn, const char *schemas, const char *prefix,
                               struct rc_arena *arena, struct rc_catalog *ret_catalog,
                               rowcall_error *err)
{
    struct reading reading = {
        .conn = conn, .arena = arena, .schemas = schemas, .prefix = prefix, .err = err};
    return read_all(&reading, ret_catalog);
}

rowcall_status rc_catalog_read_beside(struct rc_pg_sync *conn, const struct rc_scope *scope,
                                      const struct rc_catalog *known, struct rc_arena *arena,
                                      struct rc_catalog *ret_catalog, rowcall_error *err)
{
    struct rc_buf schemas = {0};
    struct reading reading = {
        .conn = conn, .arena = arena, .prefix = "", .known = known, .err = err};
    rc_catalog_schemas_of_scope(scope, "", &schemas);
    reading.schemas = schemas.data;
    rowcall_status st = rc_buf_status(&schemas, err);
    st = st ? st : read_all(&reading, ret_catalog);
    rc_buf_fini(&schemas);
    return st;
}

rowcall_status rc_catalog_read_scope(struct rc_pg_sync *conn, const struct rc_scope *scope,
                                     struct rc_arena *arena, struct rc_catalog *ret_catalog,
                                     rowcall_error *err)
{
    return rc_catalog_read_beside(conn, scope, NULL, arena, ret_catalog, err);
}
