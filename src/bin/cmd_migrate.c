// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate diff|deploy`.
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/dotenv.h"
#include "bin/project.h"
#include "migrate/ddl.h"
#include "migrate/deploy.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

// ---- migrate diff

static int print_ddl(const char *proto_dir, const char *database)
{
    struct rc_schema *schema = NULL;
    struct rc_buf script = {0};
    rowcall_error err = {0};
    rowcall_status st = rc_project_compile(proto_dir, &schema, &err);
    const struct rc_scope *scope =
        st == ROWCALL_OK ? rc_project_database(schema, database, &err) : NULL;
    if (scope) {
        rc_ddl_create(scope, NULL, &script);
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

static int run_diff(int argc, char **argv)
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

// ---- migrate deploy

struct deploy_command {
    const char *folder; // of all databases
    const char *schema_file;
    const char *database;
    uint32_t lock_wait_ms;
    bool all;
    bool json;
};

static void print_event(void *context, enum rc_deploy_event event, const char *text,
                        int64_t elapsed_us)
{
    FILE *out = context;
    switch (event) {
    case RC_DEPLOY_CREATED_DATABASE:
        fprintf(out, "  created database %s\n", text);
        break;
    case RC_DEPLOY_WAITING:
        fprintf(out, "  waiting for another migration to end (%s)\n", text);
        break;
    case RC_DEPLOY_APPLYING:
        break;
    case RC_DEPLOY_APPLIED:
        fprintf(out, "  applied %s  (%.1f ms)\n", text, (double)elapsed_us / 1000.0);
        break;
    case RC_DEPLOY_WARNING:
        fprintf(out, "  warning: %s\n", text);
        break;
    }
    fflush(out);
}

static void print_json(const struct rc_scope *scope, size_t applied, const rowcall_error *err)
{
    json_t *line = json_pack("{s:s, s:I, s:b, s:s, s:s}", "database", scope->name, "applied",
                             (json_int_t)applied, "ok", err->status == ROWCALL_OK, "reason",
                             err->reason, "message", err->message);
    char *text = line ? json_dumps(line, JSON_PRESERVE_ORDER) : NULL;
    // A path that is not UTF-8 makes a message that JSON cannot hold: told without it.
    if (text) {
        puts(text);
    } else {
        printf("{\"database\": \"%s\", \"applied\": %zu, \"ok\": %s, \"reason\": \"%s\"}\n",
               scope->name, applied, err->status == ROWCALL_OK ? "true" : "false", err->reason);
    }
    free(text);
    json_decref(line);
}

static int deploy_one(const struct deploy_command *command, const struct rc_scope *scope)
{
    rowcall_error err = {0};
    size_t applied = 0;
    struct rc_buf folder = {0};
    const char *url = rc_project_url(scope, &err);
    rc_buf_printf(&folder, "%s/%s", command->folder, scope->name);
    if (url && rc_buf_status(&folder, &err) == ROWCALL_OK) {
        FILE *out = command->json ? stderr : stdout;
        struct rc_deploy deploy = {.url = url,
                                   .folder = folder.data,
                                   .report = print_event,
                                   .lock_wait_ms = command->lock_wait_ms,
                                   .context = out};
        fprintf(out, "%s (%s)\n", scope->name, folder.data);
        if (rc_deploy_run(&deploy, &applied, &err) == ROWCALL_OK && applied == 0) {
            fprintf(out, "  nothing to apply\n");
        }
    }
    rc_buf_fini(&folder);
    if (command->json) {
        print_json(scope, applied, &err);
    }
    return err.status == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("migrate deploy", &err);
}

static int deploy(const struct deploy_command *command)
{
    struct rc_schema *schema = NULL;
    rowcall_error err = {0};
    rowcall_status st = rc_dotenv_load(RC_PROJECT_DOTENV, &err);
    if (st == ROWCALL_OK) {
        st = rc_project_schema(command->schema_file, &schema, &err);
    }
    const struct rc_scope *only = NULL;
    if (st == ROWCALL_OK && command->database) {
        only = rc_project_database(schema, command->database, &err);
        st = err.status;
    }
    int exit_code = st == ROWCALL_OK ? RC_EXIT_OK : rc_cli_fail("migrate deploy", &err);
    for (size_t i = 0; st == ROWCALL_OK && i < schema->scope_count; i++) {
        const struct rc_scope *scope = &schema->scopes[i];
        if (scope->is_database && (!only || scope == only)) {
            int one = deploy_one(command, scope);
            exit_code = exit_code == RC_EXIT_OK ? one : exit_code;
        }
    }
    rc_schema_free(schema);
    return exit_code;
}

static int run_deploy(int argc, char **argv)
{
    struct deploy_command command = {.folder = RC_PROJECT_MIGRATIONS,
                                     .schema_file = RC_PROJECT_SCHEMA,
                                     .lock_wait_ms = 10000};
    const struct rc_option options[] = {
        {"db", RC_OPTION_TEXT, &command.database, "NAME", "this database"},
        {"all", RC_OPTION_FLAG, &command.all, NULL, "every database"},
        {"migrations", RC_OPTION_TEXT, &command.folder, "DIR", "where they are (migrations)"},
        {"schema", RC_OPTION_TEXT, &command.schema_file, "FILE",
         "the compiled schema (" RC_PROJECT_SCHEMA ")"},
        {"lock-wait", RC_OPTION_COUNT, &command.lock_wait_ms, "MS",
         "how long to wait for another deploy (10000)"},
        {"json", RC_OPTION_FLAG, &command.json, NULL, "one JSON line a database on stdout"},
    };
    const struct rc_command_line line = {
        .name = "migrate deploy",
        .arguments = "",
        .about =
            "Applies pending migrations in order, each in a transaction, and records them in\n"
            "_prisma_migrations as Prisma does. A database that does not exist is created. "
            "URLs come\n"
            "from the variables that the schema names, in the environment or in .env.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .examples = "  rowcall migrate deploy --all\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    if (command.all == (command.database != NULL)) {
        fprintf(stderr, "rowcall migrate deploy: needs --db NAME or --all\n");
        return RC_EXIT_USAGE;
    }
    return deploy(&command);
}

int rc_cmd_migrate(int argc, char **argv)
{
    static const char usage[] =
        "usage: rowcall migrate diff --from-empty --db NAME     print a database's DDL\n"
        "       rowcall migrate deploy --db NAME | --all        apply pending migrations\n";
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "diff") == 0) {
        return run_diff(argc - 1, argv + 1);
    }
    if (strcmp(word, "deploy") == 0) {
        return run_deploy(argc - 1, argv + 1);
    }
    bool help = strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
    fputs(usage, help ? stdout : stderr);
    return help ? RC_EXIT_OK : RC_EXIT_USAGE;
}
