// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL itself lists what a schema holds, by what depends on it; so no kind of object is
// forgotten.
#include "migrate/wipe.h"

#include "base/buf.h"

#include <string.h>

// What DROP SCHEMA would drop first. Left out: what belongs to an extension, the extensions,
// what is a part of another object, default rights.
static const char content_sql[] =
    "select case o.type when 'statistics object' then 'statistics' else o.type end, o.identity"
    " from pg_catalog.pg_depend d,"
    " lateral pg_catalog.pg_identify_object(d.classid, d.objid, 0) o"
    " where d.refclassid = 'pg_catalog.pg_namespace'::regclass"
    " and d.refobjid = (select oid from pg_catalog.pg_namespace where nspname = $1)"
    " and d.deptype = 'n' and d.objsubid = 0"
    " and d.classid not in ('pg_catalog.pg_extension'::regclass,"
    " 'pg_catalog.pg_default_acl'::regclass)"
    " and not exists (select from pg_catalog.pg_depend p where p.classid = d.classid"
    " and p.objid = d.objid and p.objsubid = 0 and p.deptype in ('e', 'i'))"
    " order by o.type = 'table' desc, o.type, o.identity";

static const char schema_sql[] =
    "select 'schema', o.identity from pg_catalog.pg_namespace n,"
    " lateral pg_catalog.pg_identify_object('pg_catalog.pg_namespace'::regclass, n.oid, 0) o"
    " where n.nspname = $1";

// type and identity are PostgreSQL's own words for the object, quoted where they have to be.
static rowcall_status drop(struct rc_pg_sync *conn, const char *type, const char *identity,
                           rowcall_error *err)
{
    struct rc_buf sql = {0};
    rc_buf_printf(&sql, "drop %s if exists %s cascade", type, identity);
    rowcall_status st = rc_buf_status(&sql, err);
    if (st == ROWCALL_OK) {
        st = rc_pg_sync_exec(conn, sql.data, NULL, NULL, err);
    }
    rc_buf_fini(&sql);
    return st;
}

static rowcall_status drop_all(struct rc_pg_sync *conn, const char *sql, const char *schema,
                               rc_wipe_fn tell, void *context, rowcall_error *err)
{
    const char *values[] = {schema};
    struct rc_pg_params params = {.count = 1, .values = values};
    struct rc_pg_result *result = NULL;
    rowcall_status st = rc_pg_sync_exec(conn, sql, &params, &result, err);
    int count = st == ROWCALL_OK ? rc_pg_result_row_count(result) : 0;
    for (int i = 0; st == ROWCALL_OK && i < count; i++) {
        const char *type = rc_pg_result_text(result, i, 0);
        const char *identity = rc_pg_result_text(result, i, 1);
        struct rc_buf text = {0};
        st = drop(conn, type, identity, err);
        rc_buf_printf(&text, "%s %s", type, identity);
        if (st == ROWCALL_OK && text.data) {
            tell(context, text.data);
        }
        rc_buf_fini(&text);
    }
    rc_pg_result_free(result);
    return st;
}

rowcall_status rc_wipe(struct rc_pg_sync *conn, const char *home, const char *const *schemas,
                       size_t count, rc_wipe_fn tell, void *context, rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; st == ROWCALL_OK && i < count; i++) {
        bool stays = strcmp(schemas[i], home) == 0 || strcmp(schemas[i], "public") == 0;
        st = drop_all(conn, stays ? content_sql : schema_sql, schemas[i], tell, context, err);
    }
    return st ? st : drop_all(conn, content_sql, home, tell, context, err);
}
