// SPDX-License-Identifier: Apache-2.0
//
// Reading the schema and walking the databases chosen.
#include "bin/targets.h"

#include "bin/dotenv.h"

#include <sys/stat.h>

static rowcall_status load(const struct rc_targets *targets, struct rc_schema **ret_schema,
                           rowcall_error *err)
{
    rowcall_status st = rc_dotenv_load(RC_PROJECT_DOTENV, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    return targets->proto_dir ? rc_project_compile(targets->proto_dir, ret_schema, err)
                              : rc_project_schema(targets->schema_file, ret_schema, err);
}

static size_t count_databases(const struct rc_schema *schema)
{
    size_t count = 0;
    for (size_t i = 0; i < schema->scope_count; i++) {
        count += schema->scopes[i].is_database;
    }
    return count;
}

// *ret_only stays NULL when every database is meant.
static rowcall_status choose(const struct rc_targets *targets, const struct rc_schema *schema,
                             const struct rc_scope **ret_only, rowcall_error *err)
{
    if (targets->database) {
        *ret_only = rc_project_database(schema, targets->database, err);
        return *ret_only ? ROWCALL_OK : err->status;
    }
    if (!targets->all && count_databases(schema) != 1) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "needs --db NAME or --all");
    }
    return ROWCALL_OK;
}

static int visit_one(const char *name, const struct rc_targets *targets,
                     const struct rc_target *target, rc_target_fn visit, void *context)
{
    struct rc_buf folder = {0};
    rowcall_error err = {0};
    rc_buf_printf(&folder, "%s/%s", targets->migrations, target->scope->name);
    if (rc_buf_status(&folder, &err) != ROWCALL_OK) {
        return rc_cli_fail(name, &err);
    }
    struct rc_target one = *target;
    one.folder = folder.data;
    int exit_code = visit(context, &one);
    rc_buf_fini(&folder);
    return exit_code;
}

int rc_targets_each(const char *name, const struct rc_targets *targets, rc_target_fn visit,
                    void *context)
{
    rowcall_error err = {0};
    struct rc_schema *schema = NULL;
    const struct rc_scope *only = NULL;
    if (targets->database && targets->all) {
        rc_error_set(&err, ROWCALL_INVALID_ARGUMENT, "takes --db NAME or --all, not both");
        return rc_cli_fail(name, &err);
    }
    rowcall_status st = load(targets, &schema, &err);
    if (st == ROWCALL_OK && targets->writes) {
        (void)mkdir(targets->migrations, 0777); // whatever is in the way is told by who writes
    }
    if (st == ROWCALL_OK) {
        st = choose(targets, schema, &only, &err);
    }
    int exit_code = st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail(name, &err);
    for (size_t i = 0; st == ROWCALL_OK && i < schema->scope_count; i++) {
        struct rc_target target = {.schema = schema, .scope = &schema->scopes[i]};
        if (target.scope->is_database && (!only || target.scope == only)) {
            int one = visit_one(name, targets, &target, visit, context);
            exit_code = exit_code == RC_EXIT_OK ? one : exit_code;
            if (one == RC_EXIT_INTERRUPTED) { // all of the work is to stop
                break;
            }
        }
    }
    rc_schema_free(schema);
    return exit_code;
}
