// SPDX-License-Identifier: Apache-2.0
//
// Loading schemas and finding URLs.
#include "bin/project.h"

#include "bin/authored.h"
#include "bin/file.h"

#include <stdlib.h>

rowcall_status rc_project_schema(const char *path, struct rc_schema **ret_schema,
                                 rowcall_error *err)
{
    struct rc_buf set = {0};
    rowcall_error cause = {0};
    rowcall_status st = rc_file_read(path, &set, &cause);
    if (st != ROWCALL_OK) {
        st = rc_error_set(
            err, ROWCALL_INVALID_ARGUMENT,
            "%s; `rowcall generate` writes the schema, --schema names another file",
            cause.message);
    } else {
        st = rc_authored_load(path, rc_buf_view(&set), ret_schema, err);
    }
    rc_buf_fini(&set);
    return st;
}

rowcall_status rc_project_compile(const char *proto_dir, struct rc_schema **ret_schema,
                                  rowcall_error *err)
{
    struct rc_buf set = {0};
    rowcall_status st = rc_authored_compile(proto_dir, &set, err);
    if (st == ROWCALL_OK) {
        st = rc_authored_load(proto_dir, rc_buf_view(&set), ret_schema, err);
    }
    rc_buf_fini(&set);
    return st;
}

const struct rc_scope *rc_project_database(const struct rc_schema *schema, const char *name,
                                           rowcall_error *err)
{
    const struct rc_scope *scope = rc_schema_scope(schema, rc_view_of(name));
    if (scope && scope->is_database) {
        return scope;
    }
    struct rc_buf names = {0};
    for (size_t i = 0; i < schema->scope_count; i++) {
        if (schema->scopes[i].is_database) {
            rc_buf_printf(&names, "%s%s", names.len ? ", " : "", schema->scopes[i].name);
        }
    }
    rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "no database '%s'; there are: %s", name,
                 names.len ? names.data : "none");
    rc_buf_fini(&names);
    return NULL;
}

const char *rc_project_url(const struct rc_scope *scope, rowcall_error *err)
{
    const char *url = getenv(scope->url_env);
    if (url && *url) {
        return url;
    }
    rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                 "database %s has no URL: set %s in the environment or in .env", scope->name,
                 scope->url_env);
    return NULL;
}

// NULL when PREFIX_<variable> is not set, or empty.
static const char *prefixed_url(const char *prefix, const struct rc_scope *scope)
{
    struct rc_buf name = {0};
    rc_buf_printf(&name, "%s%s", prefix, scope->url_env);
    const char *url = name.data ? getenv(name.data) : NULL;
    rc_buf_fini(&name);
    return url && *url ? url : NULL;
}

const char *rc_project_direct_url(const struct rc_scope *scope, rowcall_error *err)
{
    const char *url = prefixed_url("DIRECT_", scope);
    return url ? url : rc_project_url(scope, err);
}

const char *rc_project_shadow_url(const struct rc_scope *scope)
{
    return prefixed_url("SHADOW_", scope);
}
