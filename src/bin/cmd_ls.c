// SPDX-License-Identifier: Apache-2.0
//
// `rowcall ls [DATABASE [ENTITY | ENTITY/METHOD | MESSAGE]]`: what a running server serves, as
// it describes itself. Each view is made as JSON first; --json prints that, else it becomes
// columns.
#include "api/descriptor.h"
#include "bin/callee.h"
#include "bin/cli.h"
#include "bin/commands.h"
#include "bin/failure.h"
#include "bin/listing.h"
#include "bin/remote.h"
#include "bin/text_table.h"
#include "json/decode.h"

#include <jansson.h>
#include <stdlib.h>

struct ls_command {
    struct rc_remote_options remote;
    const char *database; // NULL: all
    const char *what;     // an entity, or entity/method; NULL: the database
    bool json;
};

static struct rc_view text_of(const json_t *object, const char *key)
{
    return rc_view_of(json_string_value(json_object_get(object, key)));
}

static void print_heading(const char *text, const char *about)
{
    bool colour = rc_cli_use_colour(stdout);
    printf("%s%s%s%s%s\n", colour ? "\033[1;36m" : "", text, colour ? "\033[0m" : "",
           about && *about ? "  " : "", about ? about : "");
}

// ---- databases and entities

// Reflection/List's response as JSON; the caller drops it.
static rowcall_status load_list(struct rc_remote *remote, const char *database,
                                json_t **ret_list, rowcall_error *err)
{
    struct rc_buf reply = {0};
    struct rc_buf text = {0};
    struct rc_view list = {0};
    struct rc_pool *pool = NULL;
    rowcall_status st = rc_remote_list(remote, database, &reply, &list, err);
    if (st == ROWCALL_OK) {
        st = rc_pool_new(rc_api_fixed_descriptors(), &pool, err);
    }
    if (st == ROWCALL_OK) {
        const struct rc_wire_message *response =
            rc_pool_message(pool, rc_view_of("rowcall.ReflectionListResponse"));
        st = rc_json_decode(response, list, NULL, &text, err);
    }
    if (st == ROWCALL_OK) {
        *ret_list = json_loadb(text.data, text.len, 0, NULL);
        st = *ret_list ? ROWCALL_OK : rc_error_oom(err);
    }
    rc_pool_free(pool);
    rc_buf_fini(&reply);
    rc_buf_fini(&text);
    return st;
}

static rowcall_status print_entities(const json_t *database, rowcall_error *err)
{
    struct rc_text_table table;
    size_t i;
    const json_t *entity;
    rc_text_table_init(&table);
    json_array_foreach(json_object_get(database, "entities"), i, entity)
    {
        rc_text_table_add(&table, text_of(entity, "name"), text_of(entity, "table"),
                          text_of(entity, "comment"));
    }
    print_heading(json_string_value(json_object_get(database, "name")), NULL);
    rowcall_status st = rc_text_table_print(&table, stdout, err);
    rc_text_table_fini(&table);
    return st;
}

static rowcall_status print_list(const json_t *list, rowcall_error *err)
{
    rowcall_status st = ROWCALL_OK;
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(list, "databases"), i, item)
    {
        if (st == ROWCALL_OK) {
            st = print_entities(item, err);
        }
        if (json_object_get(list, "methods")) {
            putchar('\n');
        }
    }
    if (json_array_size(json_object_get(list, "methods")) > 0) {
        print_heading("the server's own methods", NULL);
    }
    json_array_foreach(json_object_get(list, "methods"), i, item)
    {
        printf("  %s\n", json_string_value(item));
    }
    return st;
}

// ---- fields

static rowcall_status print_fields(const json_t *fields, rowcall_error *err)
{
    struct rc_text_table table;
    size_t i;
    const json_t *field;
    rc_text_table_init(&table);
    json_array_foreach(fields, i, field)
    {
        rc_text_table_add(&table, text_of(field, "name"), text_of(field, "type"),
                          text_of(field, "note"));
    }
    rowcall_status st = rc_text_table_print(&table, stdout, err);
    if (table.count == 0) {
        puts("  (no fields)");
    }
    rc_text_table_fini(&table);
    return st;
}

// ---- one entity, one method

static rowcall_status print_entity(const json_t *entity, rowcall_error *err)
{
    size_t i;
    const json_t *method;
    const json_t *fields = json_object_get(entity, "fields");
    rowcall_status st = ROWCALL_OK;
    if (json_array_size(fields) > 0) { // the server's own services have no rows
        print_heading(json_string_value(json_object_get(entity, "entity")), NULL);
        st = print_fields(fields, err);
        putchar('\n');
    }
    print_heading("methods", NULL);
    json_array_foreach(json_object_get(entity, "methods"), i, method)
    {
        printf("  %s/%s\n", json_string_value(json_object_get(entity, "entity")),
               json_string_value(method));
    }
    return st;
}

static rowcall_status print_message(const json_t *message, rowcall_error *err)
{
    print_heading(json_string_value(json_object_get(message, "message")), NULL);
    return print_fields(json_object_get(message, "fields"), err);
}

// The message that a name means in a database or among the engine's own: "ProductWhere",
// "Int32Filter"; NULL when there is none, or when it is an entity's.
static const struct rc_wire_message *find_message(const struct rc_pool *pool,
                                                  const struct ls_command *command)
{
    const char *const packages[] = {command->database, "rowcall"};
    const struct rc_wire_message *message = NULL;
    if (rc_pool_service(pool, rc_view_of(command->database), rc_view_of(command->what))) {
        return NULL;
    }
    for (size_t i = 0; i < 2 && !message; i++) {
        struct rc_buf full = {0};
        rc_buf_printf(&full, "%s.%s", packages[i], command->what);
        message = rc_pool_message(pool, rc_buf_view(&full));
        rc_buf_fini(&full);
    }
    return message;
}

static rowcall_status print_method(const json_t *method, rowcall_error *err)
{
    static const char *const sides[] = {"request", "response"};
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; i < 2 && st == ROWCALL_OK; i++) {
        const json_t *side = json_object_get(method, sides[i]);
        print_heading(sides[i], json_string_value(json_object_get(side, "message")));
        st = print_fields(json_object_get(side, "fields"), err);
        if (i == 0) {
            putchar('\n');
        }
    }
    return st;
}

// ---- the command

typedef rowcall_status (*print_fn)(const json_t *view, rowcall_error *err);

static rowcall_status make_view(const struct ls_command *command, struct rc_remote *remote,
                                json_t **ret_view, print_fn *ret_print, rowcall_error *err)
{
    struct rc_pool *pool = NULL;
    rowcall_status st = ROWCALL_OK;
    if (command->database) { // also asked for a database alone: it knows what was meant
        st = rc_remote_describe(remote, command->database, &pool, err);
    }
    if (st == ROWCALL_OK && !command->what) {
        *ret_print = print_list;
        st = load_list(remote, command->database, ret_view, err);
        if (st == ROWCALL_OK && command->database) {
            json_object_del(*ret_view, "methods"); // they are no database's
        }
    } else if (st == ROWCALL_OK && strchr(command->what, '/')) {
        const struct rc_pool_method *method =
            rc_callee_find(pool, command->database, command->what, err);
        *ret_print = print_method;
        *ret_view = method ? rc_listing_method(command->what, method) : NULL;
    } else if (st == ROWCALL_OK && find_message(pool, command)) {
        *ret_print = print_message;
        *ret_view = rc_listing_message(find_message(pool, command));
    } else if (st == ROWCALL_OK) {
        const struct rc_pool_service *service =
            rc_callee_service(pool, command->database, rc_view_of(command->what), err);
        *ret_print = print_entity;
        *ret_view =
            service ? rc_listing_entity(pool, command->database, command->what, service) : NULL;
    }
    if (st == ROWCALL_OK && !*ret_view) {
        st = err->status != ROWCALL_OK ? err->status : rc_error_oom(err);
    }
    rc_pool_free(pool);
    return st;
}

static int list(const struct ls_command *command)
{
    struct rc_remote remote = {0};
    rowcall_error err = {0};
    json_t *view = NULL;
    print_fn print = NULL;
    rowcall_status st = rc_remote_open(&remote, &command->remote, &err);
    if (st == ROWCALL_OK) {
        st = make_view(command, &remote, &view, &print, &err);
    }
    if (st == ROWCALL_OK && command->json) {
        json_dumpf(view, stdout, JSON_INDENT(2));
        putchar('\n');
    } else if (st == ROWCALL_OK) {
        st = print(view, &err);
    }
    if (st != ROWCALL_OK) {
        rc_failure_print(&err, command->json);
    }
    json_decref(view);
    rc_remote_close(&remote);
    return st == ROWCALL_OK ? RC_EXIT_OK : rc_failure_exit_local(&err);
}

int rc_cmd_ls(int argc, char **argv)
{
    struct ls_command command = {0};
    const struct rc_option options[] = {
        RC_REMOTE_OPTIONS(&command.remote),
        {"json", RC_OPTION_FLAG, &command.json, NULL, "as JSON"},
    };
    const struct rc_command_line line = {
        .name = "ls",
        .arguments = "[DATABASE [ENTITY | ENTITY/METHOD | MESSAGE]]",
        .about =
            "Lists what a running server serves: its databases with their entities; the "
            "fields and methods\n"
            "of an entity; the fields of a method's request and response, or of any message "
            "they hold.",
        .options = options,
        .option_count = sizeof options / sizeof options[0],
        .max_arguments = 2,
        .examples = "  rowcall ls\n  rowcall ls core Product\n"
                    "  rowcall ls core Product/FindMany\n"
                    "  rowcall ls core ProductWhere\n",
    };
    size_t count = 0;
    int exit_code = RC_EXIT_OK;
    if (!rc_cli_parse(&line, argc, argv, &count, &exit_code)) {
        return exit_code;
    }
    command.database = count > 0 ? argv[1] : NULL;
    command.what = count > 1 ? argv[2] : NULL;
    return list(&command);
}
