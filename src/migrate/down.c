// SPDX-License-Identifier: Apache-2.0
//
// Deriving by replaying twice; running under the lock that deploys take.
#include "migrate/down.h"

#include "migrate/migrator.h"
#include "migrate/shadow.h"

#include <string.h>

// ---- what cannot be undone

// Kinds of statements whose effect is in a catalog, or nowhere.
static const char *const visible[] = {
    "CreateStmt",       "AlterTableStmt",   "IndexStmt",           "CreateEnumStmt",
    "AlterEnumStmt",    "RenameStmt",       "CommentStmt",         "ViewStmt",
    "CreateSchemaStmt", "CreateSeqStmt",    "AlterSeqStmt",        "TransactionStmt",
    "VariableSetStmt",  "SelectStmt",       "CreateExtensionStmt", "DropStmt",
    "LockStmt",         "CreateTableAsStmt"};

static bool is_visible(const struct rc_script_statement *statement)
{
    for (size_t i = 0; i < sizeof visible / sizeof visible[0]; i++) {
        if (strcmp(statement->kind, visible[i]) == 0) {
            return true;
        }
    }
    return false;
}

// "InsertStmt" is INSERT; else the node's own name, which PostgreSQL's sources have.
static const char *kind_for_people(const char *kind)
{
    static const char *const names[][2] = {{"InsertStmt", "INSERT"},
                                           {"UpdateStmt", "UPDATE"},
                                           {"DeleteStmt", "DELETE"},
                                           {"TruncateStmt", "TRUNCATE"},
                                           {"CreateFunctionStmt", "CREATE FUNCTION"},
                                           {"CreateTrigStmt", "CREATE TRIGGER"},
                                           {"CreatePolicyStmt", "CREATE POLICY"},
                                           {"GrantStmt", "GRANT"},
                                           {"DoStmt", "DO"},
                                           {"CopyStmt", "COPY"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(kind, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return kind;
}

static rowcall_status find_obstacles(struct rc_down *down, struct rc_arena *arena,
                                     rowcall_error *err)
{
    struct rc_script script;
    rowcall_error unread = {0};
    rowcall_status st = rc_script_parse(down->migration.sql, arena, &script, NULL, &unread);
    struct rc_down_obstacle *obstacles =
        rc_arena_new_array(arena, script.count + 1, struct rc_down_obstacle);
    down->obstacles = obstacles;
    if (obstacles && st != ROWCALL_OK) {
        obstacles[down->obstacle_count++] =
            (struct rc_down_obstacle){1, "what the parser cannot read"};
    }
    for (size_t i = 0; obstacles && i < script.count; i++) {
        if (!is_visible(&script.items[i])) {
            const char *kind = rc_arena_strdup(arena, kind_for_people(script.items[i].kind));
            obstacles[down->obstacle_count++] =
                (struct rc_down_obstacle){script.items[i].line, kind ? kind : ""};
        }
    }
    rc_script_fini(&script);
    return obstacles ? ROWCALL_OK : rc_error_oom(err);
}

// ---- deriving

static rowcall_status replay(struct rc_shadow *shadow, const struct rc_migration_folder *folder,
                             struct rc_arena *arena, struct rc_diff *ret_diff,
                             rowcall_error *err)
{
    struct rc_catalog *catalogs = rc_arena_new_array(arena, 2, struct rc_catalog);
    size_t last = folder->count - 1;
    if (!catalogs) {
        return rc_error_oom(err);
    }
    rowcall_status st = rc_shadow_apply(shadow, folder, 0, last, arena, err);
    st = st ? st : rc_shadow_read(shadow, arena, &catalogs[0], err);
    st = st ? st : rc_shadow_apply(shadow, folder, last, folder->count, arena, err);
    st = st ? st : rc_shadow_read(shadow, arena, &catalogs[1], err);
    rc_catalog_aim(&catalogs[0]);
    return st ? st : rc_diff_make(&catalogs[1], &catalogs[0], arena, ret_diff, err);
}

rowcall_status rc_down_derive(const char *url, const char *shadow_url, const char *folder,
                              struct rc_arena *arena, struct rc_down *ret_down,
                              rowcall_error *err)
{
    struct rc_migration_folder migrations = {0};
    struct rc_shadow shadow = {0};
    *ret_down = (struct rc_down){0};
    rowcall_status st = rc_migration_folder_read(folder, arena, &migrations, err);
    if (st == ROWCALL_OK && migrations.count == 0) {
        return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                            "%s has no migration to take back", folder);
    }
    if (st != ROWCALL_OK) {
        return st;
    }
    ret_down->migration = migrations.items[migrations.count - 1];
    st = rc_shadow_open(url, shadow_url, arena, &shadow, err);
    st = st ? st : replay(&shadow, &migrations, arena, &ret_down->diff, err);
    rc_shadow_close(&shadow, arena);
    return st ? st : find_obstacles(ret_down, arena, err);
}

// ---- running

static rowcall_status require_last(struct rc_migrator *migrator, const char *migration,
                                   rowcall_error *err)
{
    struct rc_history history = {0};
    const struct rc_history_entry *last = NULL;
    rowcall_status st = rc_history_read(&migrator->table, migrator->arena, &history, err);
    for (size_t i = 0; st == ROWCALL_OK && i < history.count; i++) {
        last = rc_history_entry_counts(&history.items[i]) ? &history.items[i] : last;
    }
    if (st != ROWCALL_OK || (last && strcmp(last->name, migration) == 0 && last->finished_at)) {
        return st;
    }
    return rc_error_set(err, ROWCALL_FAILED_PRECONDITION,
                        "migration %s is not the last one that was applied%s%s", migration,
                        last ? ", which is " : ": none was", last ? last->name : "");
}

static rowcall_status undo(struct rc_migrator *migrator, const char *migration, const char *sql,
                           rowcall_error *err)
{
    rowcall_error ignored = {0};
    rowcall_status st = rc_migrator_prepare(migrator, err);
    st = st ? st : rc_pg_sync_exec(migrator->conn, "begin", NULL, NULL, err);
    st = st ? st : rc_pg_sync_script(migrator->conn, sql, err);
    st = st ? st : rc_history_take_back(&migrator->table, migration, err);
    st = st ? st : rc_pg_sync_exec(migrator->conn, "commit", NULL, NULL, err);
    if (st != ROWCALL_OK && rc_pg_sync_in_transaction(migrator->conn)) {
        (void)!rc_pg_sync_exec(migrator->conn, "rollback", NULL, NULL, &ignored);
    }
    return st;
}

rowcall_status rc_down_run(const struct rc_deploy *deploy, const char *migration,
                           const char *sql, rowcall_error *err)
{
    struct rc_arena arena;
    struct rc_migrator migrator = {0};
    rc_arena_init(&arena, 0);
    rowcall_status st = rc_migrator_open(deploy, 0, &arena, &migrator, err);
    st = st ? st : require_last(&migrator, migration, err);
    st = st ? st : undo(&migrator, migration, sql, err);
    rc_migrator_close(&migrator);
    rc_arena_fini(&arena);
    return st;
}
