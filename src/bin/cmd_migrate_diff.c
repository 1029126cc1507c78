// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate diff`: the SQL between two states.
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/project.h"
#include "migrate/ddl.h"

static int print_ddl(const char *proto_dir, const char *database)
{
    struct rc_schema *schema = NULL;
    struct rc_buf script = {0};
    rowcall_error err = {0};
    rowcall_status st = rc_project_compile(proto_dir, &schema, &err);
    const struct rc_scope *scope =
        st == ROWCALL_OK ? rc_project_database(schema, database, &err) : NULL;
    if (scope) {
        st = rc_ddl_create(scope, &script, &err);
        st = rc_buf_status(&script, &err);
    }
    int exit_code = scope && st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("migrate diff", &err);
    if (exit_code == RC_EXIT_OK) {
        fwrite(script.data, 1, script.len, stdout);
    }
    rc_buf_fini(&script);
    rc_schema_free(schema);
    return exit_code;
}

int rc_cmd_migrate_diff(int argc, char **argv)
{
    const char *database = NULL;
    const char *proto_dir = RC_PROJECT_PROTO;
    bool from_empty = false;
    bool script = false;
    const struct rc_option options[] = {
        {"from-empty", RC_OPTION_FLAG, &from_empty, NULL, "from a database without tables"},
        {"db", RC_OPTION_TEXT, &database, "NAME", "the database"},
        {"proto", RC_OPTION_TEXT, &proto_dir, "DIR", "the proto folder (proto)"},
        {"script", RC_OPTION_FLAG, &script, NULL, "print SQL, which is what it does anyway"},
    };
    const struct rc_command_line line = {
        .name = "migrate diff",
        .arguments = "",
        .about =
            "Prints the SQL that makes a database's tables from nothing: its first migration.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall migrate diff --from-empty --db core\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    if (!from_empty || !database) {
        fprintf(stderr, "rowcall migrate diff: needs --from-empty and --db NAME\n");
        return RC_EXIT_USAGE;
    }
    return print_ddl(proto_dir, database);
}
