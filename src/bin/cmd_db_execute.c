// SPDX-License-Identifier: Apache-2.0
//
// `rowcall db execute`: a script that is no migration.
#include "bin/commands.h"
#include "bin/file.h"
#include "bin/migrating.h"
#include "migrate/execute.h"

struct execute_command {
    struct rc_targets targets;
    struct rc_migrating migrating;
    const char *file;
    bool from_stdin;
    struct rc_buf sql;
};

static rowcall_status read_stdin(struct rc_buf *ret_sql, rowcall_error *err)
{
    char chunk[8192];
    size_t got = 0;
    while ((got = fread(chunk, 1, sizeof chunk, stdin)) > 0) {
        rc_buf_append(ret_sql, chunk, got);
    }
    return ferror(stdin)
               ? rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "standard input cannot be read")
               : rc_buf_status(ret_sql, err);
}

static rowcall_status read_script(struct execute_command *command, rowcall_error *err)
{
    rowcall_error cause = {0};
    rowcall_status st = command->from_stdin
                            ? read_stdin(&command->sql, &cause)
                            : rc_file_read(command->file, &command->sql, &cause);
    if (st != ROWCALL_OK) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "%s", cause.message);
    }
    if (command->sql.len > 0 && memchr(command->sql.data, '\0', command->sql.len)) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "the script has a NUL byte at offset %zu, where it would end",
                            strlen(command->sql.data));
    }
    return ROWCALL_OK;
}

static int execute_one(void *context, const struct rc_target *target)
{
    struct execute_command *command = context;
    struct rc_deploy deploy = {0};
    rowcall_error err = {0};
    rowcall_status st = rc_migrating_start(&command->migrating, target, &deploy, &err);
    if (st == ROWCALL_OK) {
        printf("%s\n", target->scope->name);
        st = rc_execute(&deploy, command->from_stdin ? "standard input" : command->file,
                        command->sql.data ? command->sql.data : "", &err);
    }
    if (st == ROWCALL_OK) {
        printf("  done\n");
    }
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("db execute", &err);
}

int rc_cmd_db_execute(int argc, char **argv)
{
    struct execute_command command = {
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .schema_file = RC_PROJECT_SCHEMA},
        .migrating = {.command = "db execute", .out = stdout}};
    const struct rc_option options[] = {
        {"file", RC_OPTION_TEXT, &command.file, "FILE", "the script"},
        {"stdin", RC_OPTION_FLAG, &command.from_stdin, NULL, "the script is on standard input"},
        {"lock-timeout", RC_OPTION_COUNT, &command.migrating.lock_timeout_ms, "MS",
         "how long a statement waits for a lock (for ever)"},
        RC_TARGET_OPTIONS(command.targets),
        RC_TARGET_SCHEMA_OPTION(command.targets),
    };
    const struct rc_command_line line = {
        .name = "db execute",
        .arguments = "",
        .about =
            "Runs a script of SQL, in one transaction unless it holds statements that cannot\n"
            "(CREATE INDEX CONCURRENTLY) or says `-- rowcall: no-transaction` at its top.\n"
            "Prints no rows (that is `rowcall sql`) and records nothing: what belongs to the\n"
            "schema is a migration.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall db execute --db core --file repair.sql\n"
                    "  echo 'reindex table orders' | rowcall db execute --db core --stdin\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    if ((command.file != NULL) == command.from_stdin) {
        fprintf(stderr, "rowcall db execute: needs --file FILE or --stdin\nSee rowcall db "
                        "execute --help\n");
        return RC_EXIT_USAGE;
    }
    rowcall_error err = {0};
    exit_code = read_script(&command, &err) == ROWCALL_OK
                    ? rc_targets_each(line.name, &command.targets, execute_one, &command)
                    : rc_cli_fail(line.name, &err);
    rc_buf_fini(&command.sql);
    return exit_code;
}
