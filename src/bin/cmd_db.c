// SPDX-License-Identifier: Apache-2.0
//
// `rowcall db WORD`: one file a word, cmd_db_<word>.c.
#include "bin/commands.h"
#include "bin/subcommand.h"

int rc_cmd_db(int argc, char **argv)
{
    static const struct rc_subcommand items[] = {
        {"add", "one more database: its files, first migration and settings", rc_cmd_db_add},
        {"push", "make a database what the schema says, without migrations", rc_cmd_db_push},
        {"pull", "proto files from live databases", rc_cmd_db_pull},
        {"execute", "run a script that is no migration", rc_cmd_db_execute},
        {"seed", "the data that a database begins with", rc_cmd_db_seed},
        {"drop", "drop a database", rc_cmd_db_drop},
    };
    static const struct rc_subcommands commands = {
        .group = "rowcall db",
        .about = "Databases themselves.",
        .items = items,
        .count = sizeof items / sizeof items[0],
    };
    return rc_subcommand_run(&commands, argc, argv);
}
