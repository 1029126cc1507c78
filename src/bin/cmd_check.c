// SPDX-License-Identifier: Apache-2.0
//
// `rowcall check`: are the authored files right, and do the live databases match them?
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/dotenv.h"
#include "bin/project.h"
#include "migrate/shared_part.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

// A database that was compared: what it has of the shared entities.
struct side {
    const struct rc_scope *scope;
    struct rc_shared_part shared;
};

struct check {
    struct rc_arena arena; // until the end: shared parts are compared last
    struct side *sides;
    size_t side_count;
    const char *proto_dir;
    const char *database;
    bool all;
    bool live;
    bool strict;
    bool json;
    json_t *report; // with json: an array of differences
};

static void print_difference(struct check *check, const char *database,
                             const struct rc_difference *difference)
{
    const struct rc_position *position = &difference->position;
    if (!check->json && position->file) {
        printf("%s/%s:%d: %s (in %s)\n", check->proto_dir, position->file, position->line,
               difference->text, database);
        return;
    }
    if (!check->json) {
        printf("%s: %s\n", database, difference->text);
        return;
    }
    json_t *entry = json_pack("{s:s, s:s, s:s, s:s, s:s}", "database", database, "kind",
                              difference->kind, "table", difference->table, "name",
                              difference->name, "message", difference->text);
    if (position->file) {
        json_object_set_new(entry, "file",
                            json_sprintf("%s/%s", check->proto_dir, position->file));
        json_object_set_new(entry, "line", json_integer(position->line));
    }
    json_array_append_new(check->report, entry);
}

// Something that could not be compared is told in the report, too: an empty one means that
// everything is right.
static int report_failure(struct check *check, const char *database, const rowcall_error *err)
{
    if (check->json) {
        json_array_append_new(check->report, json_pack("{s:s, s:s, s:s, s:s, s:s}", "database",
                                                       database, "kind", "failure", "table", "",
                                                       "name", "", "message", err->message));
    }
    return rc_cli_fail("check", err);
}

static int check_database(struct check *check, const struct rc_scope *scope)
{
    rowcall_error err = {0};
    struct rc_differences differences = {0};
    const char *url = rc_project_url(scope, &err);
    int exit_code = RC_EXIT_OK;
    if (!url || rc_compare_url(url, scope, check->strict, &check->arena, &differences, &err) !=
                    ROWCALL_OK) {
        fprintf(stderr, "%s: ", scope->name);
        exit_code = report_failure(check, scope->name, &err);
    }
    for (size_t i = 0; i < differences.count; i++) {
        print_difference(check, scope->name, &differences.items[i]);
        exit_code = RC_EXIT_FAILED;
    }
    if (exit_code == RC_EXIT_OK && !check->json) {
        printf("%s: the database matches the schema (shared part %.12s)\n", scope->name,
               rc_scope_shared_fingerprint(scope));
    }
    if (differences.shared.known) {
        check->sides[check->side_count++] = (struct side){scope, differences.shared};
    }
    return exit_code;
}

// ---- one database beside the other

// The one that most are like; the first of several.
static const struct side *choose_reference(const struct check *check)
{
    const struct side *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < check->side_count; i++) {
        size_t alike = 0;
        for (size_t k = 0; k < check->side_count; k++) {
            alike += strcmp(check->sides[i].shared.fingerprint,
                            check->sides[k].shared.fingerprint) == 0;
        }
        if (alike > most) {
            best = &check->sides[i];
            most = alike;
        }
    }
    return best;
}

static void print_fingerprints(const struct check *check)
{
    printf("shared: the databases differ from each other:");
    for (size_t i = 0; i < check->side_count; i++) {
        printf("%s %s %.12s", i ? "," : "", check->sides[i].scope->name,
               check->sides[i].shared.fingerprint);
    }
    printf("\n");
}

static int print_side(struct check *check, const struct side *reference,
                      const struct side *side)
{
    struct rc_differences differences = {0};
    rowcall_error err = {0};
    if (rc_shared_part_compare(&reference->shared, reference->scope->name, &side->shared,
                               side->scope->name, &check->arena, &differences,
                               &err) != ROWCALL_OK) {
        return report_failure(check, "shared", &err);
    }
    for (size_t i = 0; i < differences.count; i++) {
        print_difference(check, "shared", &differences.items[i]);
    }
    return differences.count ? RC_EXIT_FAILED : RC_EXIT_OK;
}

// Shared entities are the same in every database: what was read from them says so, whatever the
// schema says.
static int check_shared(struct check *check)
{
    const struct side *reference = choose_reference(check);
    bool differ = false;
    int exit_code = RC_EXIT_OK;
    for (size_t i = 0; i < check->side_count; i++) {
        differ |=
            strcmp(check->sides[i].shared.fingerprint, reference->shared.fingerprint) != 0;
    }
    if (differ && !check->json) {
        print_fingerprints(check);
    }
    for (size_t i = 0; differ && i < check->side_count; i++) {
        if (&check->sides[i] != reference) {
            int one = print_side(check, reference, &check->sides[i]);
            exit_code = exit_code == RC_EXIT_OK ? one : exit_code;
        }
    }
    if (!differ && !check->json && check->side_count > 1) {
        printf("shared: the same in all %zu databases (as they are: %.12s)\n",
               check->side_count, reference->shared.fingerprint);
    }
    return exit_code;
}

static int check_databases(struct check *check, const struct rc_schema *schema)
{
    rowcall_error err = {0};
    const struct rc_scope *only = NULL;
    if (check->database) {
        only = rc_project_database(schema, check->database, &err);
        if (!only) {
            return report_failure(check, check->database, &err);
        }
    }
    check->sides = rc_arena_new_array(&check->arena, schema->scope_count, struct side);
    if (!check->sides) {
        rc_error_oom(&err);
        return report_failure(check, "", &err);
    }
    int exit_code = RC_EXIT_OK;
    for (size_t i = 0; i < schema->scope_count; i++) {
        const struct rc_scope *scope = &schema->scopes[i];
        if (scope->is_database && (!only || scope == only)) {
            int one = check_database(check, scope);
            exit_code = exit_code == RC_EXIT_OK ? one : exit_code;
        }
    }
    int shared = check->side_count > 1 ? check_shared(check) : RC_EXIT_OK;
    return exit_code == RC_EXIT_OK ? shared : exit_code;
}

static int run(struct check *check)
{
    struct rc_schema *schema = NULL;
    rowcall_error err = {0};
    if (rc_dotenv_load(RC_PROJECT_DOTENV, &err) != ROWCALL_OK) {
        return report_failure(check, "", &err);
    }
    if (rc_project_compile(check->proto_dir, &schema, &err) != ROWCALL_OK) {
        report_failure(check, "", &err);
        return RC_EXIT_FAILED;
    }
    int exit_code = RC_EXIT_OK;
    if (check->live) {
        exit_code = check_databases(check, schema);
    } else if (!check->json) {
        printf("%zu entities in %zu databases: the schema is in order\n", schema->entity_count,
               schema->scope_count - 1);
    }
    rc_schema_free(schema);
    return exit_code;
}

int rc_cmd_check(int argc, char **argv)
{
    struct check check = {.proto_dir = RC_PROJECT_PROTO};
    const struct rc_option options[] = {
        {"live", RC_OPTION_FLAG, &check.live, NULL,
         "compare live databases with the schema, too"},
        {"db", RC_OPTION_TEXT, &check.database, "NAME", "only this database (implies --live)"},
        {"all", RC_OPTION_FLAG, &check.all, NULL, "every database (implies --live)"},
        {"strict", RC_OPTION_FLAG, &check.strict, NULL,
         "tables, views, enums and collations that the schema does not know count, too"},
        {"proto", RC_OPTION_TEXT, &check.proto_dir, "DIR", "the proto folder (proto)"},
        {"json", RC_OPTION_FLAG, &check.json, NULL, "differences as a JSON array"},
    };
    const struct rc_command_line line = {
        .name = "check",
        .arguments = "",
        .about =
            "Checks the authored .proto files as a whole and prints every problem as "
            "file:line: message.\n"
            "With --live, --db or --all also compares live databases: tables, columns, types,\n"
            "nullability, defaults, keys, foreign keys, indexes, checks and enums, and what "
            "the statements\n"
            "of typed SQL give; and databases with each other in what they share. Exits 1 "
            "when anything\n"
            "is wrong or different.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    check.live |= check.all || check.database;
    check.report = check.json ? json_array() : NULL;
    rc_arena_init(&check.arena, 0);
    exit_code = run(&check);
    rc_arena_fini(&check.arena);
    if (check.json) {
        json_dumpf(check.report, stdout, JSON_INDENT(2));
        printf("\n");
        json_decref(check.report);
    }
    return exit_code;
}
