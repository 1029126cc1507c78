// SPDX-License-Identifier: Apache-2.0
//
// `rowcall import WORD`: one file a word, cmd_import_<word>.c.
#include "bin/commands.h"
#include "bin/subcommand.h"

int rc_cmd_import(int argc, char **argv)
{
    static const struct rc_subcommand items[] = {
        {"prisma", "entities from a Prisma schema", rc_cmd_import_prisma},
    };
    static const struct rc_subcommands commands = {
        .group = "rowcall import",
        .about = "Entities from what another tool has; `rowcall db pull` takes them from a "
                 "database.",
        .items = items,
        .count = sizeof items / sizeof items[0],
    };
    return rc_subcommand_run(&commands, argc, argv);
}
