// SPDX-License-Identifier: Apache-2.0
//
// Where a project's things are, and the settings its databases have in the environment. Paths
// are relative to the folder that the command runs in.
#ifndef RC_BIN_PROJECT_H
#define RC_BIN_PROJECT_H

#include "schema/schema.h"

#define RC_PROJECT_PROTO      "proto"
#define RC_PROJECT_OUT        "build/generated"
#define RC_PROJECT_SCHEMA     "build/generated/schema.binpb"
#define RC_PROJECT_MIGRATIONS "migrations"
#define RC_PROJECT_DOTENV     ".env"

// Loads the compiled schema that `rowcall generate` wrote; the caller frees it. Errors say what
// to run.
rowcall_status rc_project_schema(const char *path, struct rc_schema **ret_schema,
                                 rowcall_error *err) RC_MUST_CHECK;

// Compiles and loads the authored files; problems are printed to stderr. The caller frees the
// schema.
rowcall_status rc_project_compile(const char *proto_dir, struct rc_schema **ret_schema,
                                  rowcall_error *err) RC_MUST_CHECK;

// The database scope of this name, NULL and INVALID_ARGUMENT (with the names there are) when
// there is none.
const struct rc_scope *rc_project_database(const struct rc_schema *schema, const char *name,
                                           rowcall_error *err);

// The database's URL from its variable in the environment; NULL and INVALID_ARGUMENT naming the
// variable when it is not set.
const char *rc_project_url(const struct rc_scope *scope, rowcall_error *err);

// The URL for migrations, which need a session of their own: DIRECT_<variable> where it is set
// (DATABASE_URL then leads to a pooler), else as rc_project_url.
const char *rc_project_direct_url(const struct rc_scope *scope, rowcall_error *err);

// The URL of a database that may be emptied to try migrations on, SHADOW_<variable>; NULL when
// it is not set.
const char *rc_project_shadow_url(const struct rc_scope *scope);

#endif
