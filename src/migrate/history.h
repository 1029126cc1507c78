// SPDX-License-Identifier: Apache-2.0
//
// The table _prisma_migrations, made and filled as Prisma Migrate does, so that a database can
// move between the two.
//
//   started   a row with started_at, finished_at null
//   applied   finished_at set, applied_steps_count 1, or how many statements were run one by
//   one failed    finished_at null, logs filled; deploys are refused until it is resolved
//   resolved  rolled_back_at set: as if it had never been tried
//
// While a migration runs, logs holds a note on how it runs (Prisma leaves it NULL); an end that
// nobody could record is explained by it. Success takes the note away.
#ifndef RC_MIGRATE_HISTORY_H
#define RC_MIGRATE_HISTORY_H

#include "migrate/folder.h"
#include "pg/sync.h"

// What a note begins with, and no failure: Prisma's logs and ours are something else.
#define RC_HISTORY_NOTE "running: "

// Where the table is: in the schema of the URL's ?schema=, else in the first of the session's
// search_path. Named in full in every statement, so that no migration's search_path matters.
struct rc_history_table {
    struct rc_pg_sync *conn;
    const char *name;   // "app"."_prisma_migrations"
    const char *schema; // "app", unquoted
    bool exists;
};

struct rc_history_entry {
    const char *id;
    const char *name;
    const char *checksum;
    const char *started_at;     // "2026-01-31 12:00:00 UTC"
    const char *finished_at;    // NULL: it is not applied
    const char *rolled_back_at; // NULL: it counts
    const char *logs;           // empty when there are none
    int steps;                  // applied_steps_count
};

struct rc_history {
    const struct rc_history_entry *items; // in order of start
    size_t count;
};

// Finds it; writes nothing. Texts are from arena.
rowcall_status rc_history_find(struct rc_pg_sync *conn, struct rc_arena *arena,
                               struct rc_history_table *ret_table,
                               rowcall_error *err) RC_MUST_CHECK;

// Makes the table, and the schema that the URL names, where they are not there.
rowcall_status rc_history_prepare(struct rc_history_table *table,
                                  rowcall_error *err) RC_MUST_CHECK;

// Reads all of it; everything is from arena. A table that does not exist has no entries.
rowcall_status rc_history_read(const struct rc_history_table *table, struct rc_arena *arena,
                               struct rc_history *ret_history,
                               rowcall_error *err) RC_MUST_CHECK;

// Whether an entry counts: it was not rolled back.
bool rc_history_entry_counts(const struct rc_history_entry *entry);

// The last entry of this name that counts; NULL when there is none.
const struct rc_history_entry *rc_history_entry_of(const struct rc_history *history,
                                                   const char *name);

// Records a start under a fresh UUID, which ret_id (37 bytes) holds, with a note.
rowcall_status rc_history_start(const struct rc_history_table *table,
                                const struct rc_migration *migration, const char *note,
                                char ret_id[37], rowcall_error *err) RC_MUST_CHECK;

// So many statements have been run, and the note is now this one.
rowcall_status rc_history_step(const struct rc_history_table *table, const char *id, int steps,
                               const char *note, rowcall_error *err) RC_MUST_CHECK;

// Applied.
rowcall_status rc_history_finish(const struct rc_history_table *table, const char *id,
                                 int steps, rowcall_error *err) RC_MUST_CHECK;

// Failed, with what was said. is_resolved: nothing of it stayed, and it may be tried again.
rowcall_status rc_history_fail(const struct rc_history_table *table, const char *id,
                               const char *logs, bool is_resolved,
                               rowcall_error *err) RC_MUST_CHECK;

// Records a migration as applied that was not run here.
rowcall_status rc_history_mark_applied(const struct rc_history_table *table,
                                       const struct rc_migration *migration,
                                       rowcall_error *err) RC_MUST_CHECK;

// Marks every entry of this name that is neither applied nor rolled back as rolled back.
rowcall_status rc_history_mark_rolled_back(const struct rc_history_table *table,
                                           const char *name, rowcall_error *err) RC_MUST_CHECK;

// Marks an applied migration as rolled back: it has been undone.
rowcall_status rc_history_take_back(const struct rc_history_table *table, const char *name,
                                    rowcall_error *err) RC_MUST_CHECK;

#endif
