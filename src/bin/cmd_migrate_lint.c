// SPDX-License-Identifier: Apache-2.0
//
// `rowcall migrate lint`: what pending migrations would do, before they do it.
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/linting.h"
#include "migrate/lint.h"

static int list_rules(void)
{
    for (const struct rc_lint_rule *rule = rc_lint_rules; rule->name; rule++) {
        printf("%-16s %-8s %s\n", rule->name, rule->is_error ? "error" : "warning",
               rule->about);
    }
    return RC_EXIT_OK;
}

int rc_cmd_migrate_lint(int argc, char **argv)
{
    bool rules = false;
    struct rc_linting linting = {
        .command = "migrate lint",
        .targets = {.migrations = RC_PROJECT_MIGRATIONS, .proto_dir = RC_PROJECT_PROTO}};
    const struct rc_option options[] = {
        {"strict", RC_OPTION_FLAG, &linting.strict, NULL, "exit 1 on warnings, too"},
        {"json", RC_OPTION_FLAG, &linting.json, NULL, "findings as a JSON array"},
        {"against", RC_OPTION_TEXT, &linting.against, "FILE",
         "a compiled schema that programs were built with: is the wire as before?"},
        {"server", RC_OPTION_TEXT, &linting.remote.url, "URL",
         "a running server: the same question"},
        {"token", RC_OPTION_TEXT, &linting.remote.token, "TOKEN",
         "its credentials (ROWCALL_TOKEN)"},
        {"rules", RC_OPTION_FLAG, &rules, NULL, "list the rules"},
        RC_TARGET_OPTIONS(linting.targets),
        RC_TARGET_PROTO_OPTION(linting.targets),
    };
    const struct rc_command_line line = {
        .name = "migrate lint",
        .arguments = "[FILE...]",
        .about =
            "Judges pending migrations, or the files named: data that is lost, with row counts "
            "from the\n"
            "live database; statements that are certain to fail; tables that are rewritten, "
            "read or\n"
            "locked while others wait; names that running servers still ask for. --against and "
            "--server\n"
            "judge the wire, too. Exits 1 when there is an error. A comment silences a rule: "
            "-- rowcall: allow data-loss WHY",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .max_arguments = 1000,
        .examples =
            "  rowcall migrate lint --all --strict                     in CI\n"
            "  rowcall migrate lint --all --server tcp://db:4400       before a deploy\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    linting.files = argv + 1;
    linting.file_count = count;
    return rules ? list_rules() : rc_linting_run(&linting);
}
