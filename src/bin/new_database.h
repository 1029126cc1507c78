// SPDX-License-Identifier: Apache-2.0
//
// A database that a project does not have yet: its files, worked out and judged as a whole
// before the first of them is written. Single-threaded.
#ifndef RC_BIN_NEW_DATABASE_H
#define RC_BIN_NEW_DATABASE_H

#include "bin/change_set.h"
#include "bin/url_setting.h"

struct rc_new_database {
    const char *name;
    const char *url_env;           // NULL: <NAME>_DATABASE_URL
    const char *const *extensions; // besides those that the shared entities need
    size_t extension_count;
    const char *entity; // a first entity of its own, NULL: none
    bool no_migration;
    const char *proto_dir;
    const char *migrations;
    const char *env_file;
    const char *compose_file;
};

struct rc_new_database_plan {
    struct rc_change_set changes;
    const char *url_env;
    size_t entity_count;
    bool has_compose; // there is a compose file
    enum rc_setting_place env;
    enum rc_setting_place compose;
};

// Works out what is to be written, and writes nothing. What the database would be is compiled
// and checked; protoc's and the checker's findings go to stderr. INVALID_ARGUMENT: the name,
// the variable or the entity's name will not do, or the schema would be wrong; ALREADY_EXISTS:
// a file or a migration is there. rc_new_database_plan_fini afterwards, also after a failure.
rowcall_status rc_new_database_plan(const struct rc_new_database *wanted,
                                    struct rc_new_database_plan *ret_plan,
                                    rowcall_error *err) RC_MUST_CHECK;

void rc_new_database_plan_fini(struct rc_new_database_plan *plan);

#endif
