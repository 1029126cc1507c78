// SPDX-License-Identifier: Apache-2.0
//
// `rowcall db add`: one more database, all that the project needs for it.
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/new_database.h"
#include "bin/project.h"

#define DEFAULT_ENV_FILE     ".env.example"
#define DEFAULT_COMPOSE_FILE "docker/compose.yaml"

struct add {
    struct rc_new_database wanted;
    struct rc_texts extensions;
};

static void report_setting(const char *file, const char *variable, enum rc_setting_place place)
{
    if (place == RC_SETTING_PRESENT) {
        printf("  left    %s: it has %s already\n", file, variable);
    } else if (place == RC_SETTING_NO_PLACE) {
        printf("  left    %s: it has no mapping x-databases with URLs; add %s to its services "
               "by hand\n",
               file, variable);
    }
}

static void report(const struct add *add, const struct rc_new_database_plan *plan)
{
    const struct rc_new_database *wanted = &add->wanted;
    printf("database %s: %zu entities, URL in %s\n", wanted->name, plan->entity_count,
           plan->url_env);
    for (size_t i = 0; i < plan->changes.count; i++) {
        const struct rc_change *change = &plan->changes.items[i];
        printf("  %s %s\n", change->is_new ? "wrote  " : "changed", change->path);
    }
    report_setting(wanted->env_file, plan->url_env, plan->env);
    if (plan->has_compose) {
        report_setting(wanted->compose_file, plan->url_env, plan->compose);
    } else {
        printf("  skipped %s: there is none\n", wanted->compose_file);
    }
}

static void print_next_steps(const struct add *add, const struct rc_new_database_plan *plan)
{
    const struct rc_new_database *wanted = &add->wanted;
    printf("\nNext:\n"
           "  rowcall generate\n");
    if (wanted->no_migration) {
        printf("  rowcall migrate create --db %s --name init\n", wanted->name);
    }
    printf("  rowcall migrate deploy --db %s    with %s in the environment or in .env\n"
           "  rowcall serve\n"
           "`rowcall dev` does all of this on a PostgreSQL of its own. Entities of %s go into "
           "%s/%s;\n"
           "database.proto there says how.\n",
           wanted->name, plan->url_env, wanted->name, wanted->proto_dir, wanted->name);
}

static int run(struct add *add)
{
    struct rc_new_database_plan plan;
    rowcall_error err = {0};
    add->wanted.extensions = add->extensions.items;
    add->wanted.extension_count = add->extensions.count;
    rowcall_status st = rc_new_database_plan(&add->wanted, &plan, &err);
    st = st ? st : rc_change_set_apply(&plan.changes, &err);
    if (st == ROWCALL_OK) {
        report(add, &plan);
        print_next_steps(add, &plan);
    } else {
        (void)rc_cli_fail("db add", &err);
        fputs("Nothing was written.\n", stderr);
    }
    rc_new_database_plan_fini(&plan);
    return st == ROWCALL_OK                 ? RC_EXIT_OK
           : st == ROWCALL_INVALID_ARGUMENT ? RC_EXIT_USAGE
                                            : RC_EXIT_FAILED;
}

int rc_cmd_db_add(int argc, char **argv)
{
    struct add add = {.wanted = {.proto_dir = RC_PROJECT_PROTO,
                                 .migrations = RC_PROJECT_MIGRATIONS,
                                 .env_file = DEFAULT_ENV_FILE,
                                 .compose_file = DEFAULT_COMPOSE_FILE}};
    const struct rc_option options[] = {
        {"url-env", RC_OPTION_TEXT, &add.wanted.url_env, "VARIABLE",
         "the variable of its URL (NAME_DATABASE_URL, in capitals)"},
        {"entity", RC_OPTION_TEXT, &add.wanted.entity, "NAME",
         "begin a first entity of its own, with a key and a time"},
        {"extension", RC_OPTION_TEXTS, &add.extensions, "NAME",
         "a PostgreSQL extension it has; again for more"},
        {"no-migration", RC_OPTION_FLAG, &add.wanted.no_migration, NULL,
         "leave the first migration to `rowcall migrate create`"},
        {"proto", RC_OPTION_TEXT, &add.wanted.proto_dir, "DIR",
         "the proto folder (" RC_PROJECT_PROTO ")"},
        {"migrations", RC_OPTION_TEXT, &add.wanted.migrations, "DIR",
         "where migrations are (" RC_PROJECT_MIGRATIONS ")"},
        {"env-file", RC_OPTION_TEXT, &add.wanted.env_file, "FILE",
         "what shows the variables (" DEFAULT_ENV_FILE ")"},
        {"compose-file", RC_OPTION_TEXT, &add.wanted.compose_file, "FILE",
         "what runs it in containers (" DEFAULT_COMPOSE_FILE ")"},
    };
    const struct rc_command_line line = {
        .name = "db add",
        .arguments = "NAME",
        .about =
            "Adds a database to the project: proto/NAME/database.proto, which imports the "
            "shared\n"
            "entities and those that are in its folder already, its first migration, its "
            "variable in\n"
            ".env.example, and its URL in docker/compose.yaml. Everything is checked before "
            "anything is\n"
            "written, and all of it is written or nothing.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .min_arguments = 1,
        .max_arguments = 1,
        .examples = "  rowcall db add shop\n"
                    "  rowcall db add shop --entity Order --url-env SHOP_URL\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    add.wanted.name = argv[1];
    return run(&add);
}
