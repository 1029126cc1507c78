// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate WORD`: one file a word, cmd_migrate_<word>.c.
#include "bin/commands.h"
#include "bin/subcommand.h"

int rc_cmd_migrate(int argc, char **argv)
{
    static const struct rc_subcommand items[] = {
        {"dev", "check the history, write what is missing, apply it, generate",
         rc_cmd_migrate_dev},
        {"create", "write the next migration, for review", rc_cmd_migrate_create},
        {"lint", "what pending migrations would lose, lock and break", rc_cmd_migrate_lint},
        {"diff", "the SQL that leads from one state to another", rc_cmd_migrate_diff},
        {"down", "take back the last migration", rc_cmd_migrate_down},
        {"deploy", "apply pending migrations", rc_cmd_migrate_deploy},
        {"status", "what is applied, pending, failed, and what to do", rc_cmd_migrate_status},
        {"reset", "drop everything and apply all migrations anew", rc_cmd_migrate_reset},
        {"resolve", "record what was done by hand", rc_cmd_migrate_resolve},
    };
    static const struct rc_subcommands commands = {
        .group = "rowcall migrate",
        .about = "Migrations, in Prisma's format: "
                 "migrations/<database>/<time>_<name>/migration.sql.",
        .items = items,
        .count = sizeof items / sizeof items[0],
    };
    return rc_subcommand_run(&commands, argc, argv);
}
