// SPDX-License-Identifier: Apache-2.0
//
// The databases that a command is to work on: --db NAME, or --all. The schema is read once,
// .env before it; then the command's function is called for one database after the other.
// Single-threaded.
#ifndef RC_BIN_TARGETS_H
#define RC_BIN_TARGETS_H

#include "bin/cli.h"
#include "bin/project.h"

struct rc_targets {
    const char *database;   // --db; NULL when absent
    bool all;               // --all
    const char *migrations; // --migrations: the folder of all databases' folders
    bool writes;            // the command writes migrations: their folder may be yet to be made
    const char *proto_dir;  // --proto: compile the authored files; NULL: read schema_file
    const char *schema_file; // --schema: what `rowcall generate` compiled
};

// Where both are: the first three options of a command.
#define RC_TARGET_OPTIONS(targets)                                                             \
    {"db", RC_OPTION_TEXT, &(targets).database, "NAME", "this database"},                      \
        {"all", RC_OPTION_FLAG, &(targets).all, NULL, "every database"},                       \
    {                                                                                          \
        "migrations", RC_OPTION_TEXT, &(targets).migrations, "DIR",                            \
            "where migrations are (" RC_PROJECT_MIGRATIONS ")"                                 \
    }
// Exactly one of these follows: from authored files, or from the compiled schema.
#define RC_TARGET_PROTO_OPTION(targets)                                                        \
    {                                                                                          \
        "proto", RC_OPTION_TEXT, &(targets).proto_dir, "DIR",                                  \
            "the proto folder (" RC_PROJECT_PROTO ")"                                          \
    }
#define RC_TARGET_SCHEMA_OPTION(targets)                                                       \
    {                                                                                          \
        "schema", RC_OPTION_TEXT, &(targets).schema_file, "FILE",                              \
            "the compiled schema (" RC_PROJECT_SCHEMA ")"                                      \
    }

struct rc_target {
    const struct rc_schema *schema;
    const struct rc_scope *scope; // the database
    const char *folder;           // of its migrations: "migrations/core"
};

// Gives an exit code (exit_code.h).
typedef int (*rc_target_fn)(void *context, const struct rc_target *target);

// Calls visit for the databases chosen, also after one that failed, and gives the first exit
// code that is not 0. A schema with one database needs no choice. Errors are printed as command
// NAME's.
int rc_targets_each(const char *name, const struct rc_targets *targets, rc_target_fn visit,
                    void *context);

#endif
