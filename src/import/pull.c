// SPDX-License-Identifier: Apache-2.0
//
// Reading a live database: enums, tables, keys, then what relates them.
#include "import/pull.h"

#include "import/naming.h"
#include "import/pull_parts.h"

#include <string.h>
#include <utlist.h>

void rc_pull_lose(const struct rc_pull *pull, const struct rc_draft_entity *entity,
                  const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rc_import_find_list(pull->session, RC_FINDING_LOSS, entity->position, format, arguments);
    va_end(arguments);
}

// ---- what the project has

// What the database may have: what is its own, and what is shared, the former first.
static bool is_of(const struct rc_pull *pull, const char *folder, bool own)
{
    return strcmp(folder, own ? pull->input->database : "shared") == 0;
}

const struct rc_entity *rc_pull_was(const struct rc_pull *pull, const char *sql_schema,
                                    const char *sql_name)
{
    const struct rc_schema *schema = pull->before->schema;
    for (size_t i = 0; schema && i < 2 * schema->entity_count; i++) {
        const struct rc_entity *entity = &schema->entities[i % schema->entity_count];
        if (is_of(pull, entity->folder, i < schema->entity_count) &&
            strcmp(entity->sql_name, sql_name) == 0 &&
            strcmp(entity->sql_schema, sql_schema) == 0) {
            return entity;
        }
    }
    return NULL;
}

const char *rc_pull_folder(const struct rc_pull *pull, bool is_shared)
{
    return is_shared && !pull->input->shares ? "shared" : pull->input->database;
}

// Tables are called after many records, entities after one: "green_teas" is GreenTea.
const char *rc_pull_entity_name(const struct rc_pull *pull, const char *table)
{
    static const struct {
        const char *many;
        const char *one; // instead of it; NULL: it is one already
    } endings[] = {{"ss", NULL},     {"us", NULL},           {"is", NULL}, {"news", NULL},
                   {"series", NULL}, {"sses", "ss"},         {"xes", "x"}, {"ches", "ch"},
                   {"shes", "sh"},   {"statuses", "status"}, {"ies", "y"}, {"s", ""}};
    size_t len = strlen(table);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i].many);
        if (len <= ending || strcmp(table + len - ending, endings[i].many) != 0) {
            continue;
        }
        return rc_naming_type(pull->session,
                              endings[i].one
                                  ? rc_import_printf(pull->session, "%.*s%s",
                                                     (int)(len - ending), table, endings[i].one)
                                  : table);
    }
    return rc_naming_type(pull->session, table);
}

const struct rc_catalog_table *rc_pull_expected(const struct rc_pull *pull,
                                                const struct rc_draft_entity *entity)
{
    return pull->input->expected ? rc_catalog_table_find(pull->input->expected,
                                                         entity->sql_schema, entity->sql_name)
                                 : NULL;
}

struct rc_draft_entity *rc_pull_entity(const struct rc_pull *pull, const char *sql_schema,
                                       const char *sql_name)
{
    struct rc_draft_entity *entity = NULL;
    LL_FOREACH (pull->draft->entities, entity) {
        if (strcmp(entity->sql_name, sql_name) == 0 &&
            strcmp(entity->sql_schema, sql_schema) == 0) {
            return entity;
        }
    }
    return NULL;
}

// ---- enums

static const struct rc_enum *enum_was(const struct rc_pull *pull,
                                      const struct rc_catalog_enum *found)
{
    const struct rc_schema *schema = pull->before->schema;
    for (size_t i = 0; schema && i < 2 * schema->enum_count; i++) {
        const struct rc_enum *e = &schema->enums[i % schema->enum_count];
        const char *folder = rc_before_folder(pull->session, e->position.file);
        if (is_of(pull, folder, i < schema->enum_count) &&
            strcmp(e->sql_name, found->name) == 0 &&
            strcmp(e->sql_schema, found->schema) == 0) {
            return e;
        }
    }
    return NULL;
}

static void read_enum(const struct rc_pull *pull, const struct rc_catalog_enum *found)
{
    const struct rc_enum *was = enum_was(pull, found);
    struct rc_draft_enum *made = rc_import_new(pull->session, struct rc_draft_enum);
    made->name = was ? rc_import_printf(pull->session, "%s", was->name) : NULL;
    made->alias = rc_naming_type(pull->session, found->name);
    made->sql_name = found->name;
    made->sql_schema = found->schema;
    made->folder = rc_pull_folder(pull, was && was->shared);
    made->origin = "tables";
    for (size_t i = 0; i < found->label_count; i++) {
        struct rc_draft_value *value = rc_import_new(pull->session, struct rc_draft_value);
        const struct rc_enum_label *label =
            was ? rc_enum_by_label(was, rc_view_of(found->labels[i].name)) : NULL;
        value->name = label ? rc_import_printf(pull->session, "%s", label->name) : NULL;
        value->alias = found->labels[i].name;
        value->label = found->labels[i].name;
        LL_APPEND(made->values, value);
    }
    LL_APPEND(pull->draft->enums, made);
}

// ---- tables

static struct rc_draft_entity *read_table(const struct rc_pull *pull,
                                          const struct rc_catalog_table *table)
{
    const struct rc_entity *was = rc_pull_was(pull, table->schema, table->name);
    struct rc_draft_entity *entity = rc_import_new(pull->session, struct rc_draft_entity);
    entity->name = was ? rc_import_printf(pull->session, "%s", was->name) : NULL;
    entity->alias = rc_pull_entity_name(pull, table->name);
    entity->sql_name = table->name;
    entity->sql_schema = table->schema;
    entity->sql_comment = table->comment;
    entity->folder = rc_pull_folder(pull, was && was->shared);
    entity->origin = "tables";
    entity->position.file = rc_import_printf(pull->session, "table %s", table->name);
    LL_APPEND(pull->draft->entities, entity);
    rc_pull_columns(pull, entity, was, table->columns, table->column_count);
    return entity;
}

static void finish_table(const struct rc_pull *pull, const struct rc_catalog_table *table)
{
    struct rc_draft_entity *entity = rc_pull_entity(pull, table->schema, table->name);
    rc_naming_columns(pull->session, entity);
    rc_pull_constraints(pull, entity, table);
    if (entity->primary.count == 0) {
        rc_pull_lose(
            pull, entity,
            "it has no primary key, which an entity needs: it is left out; add one in a "
            "migration first");
        LL_DELETE(pull->draft->entities, entity);
        return;
    }
    rc_pull_indexes(pull, entity, table);
}

static void read_database(const struct rc_pull *pull)
{
    struct rc_draft_database *database = rc_import_new(pull->session, struct rc_draft_database);
    database->name = pull->input->database;
    database->url_env = pull->input->url_env;
    database->url_given = pull->input->url_env;
    for (size_t i = 0; i < pull->input->catalog->extension_count; i++) {
        rc_draft_add_name(pull->session, &database->extensions,
                          pull->input->catalog->extensions[i]);
    }
    LL_APPEND(pull->draft->databases, database);
}

static bool has_schema(const struct rc_catalog *catalog, const char *name)
{
    for (size_t i = 0; i < catalog->schema_count; i++) {
        if (strcmp(catalog->schemas[i], name) == 0) {
            return true;
        }
    }
    return false;
}

// What was not looked at is not to be taken for gone.
static void check_schemas(const struct rc_pull *pull)
{
    const struct rc_schema *schema = pull->before->schema;
    for (size_t i = 0; pull->input->partial && schema && i < schema->entity_count; i++) {
        const struct rc_entity *entity = &schema->entities[i];
        bool own = is_of(pull, entity->folder, true) || is_of(pull, entity->folder, false);
        if (own && !has_schema(pull->input->catalog, entity->sql_schema)) {
            rc_import_find(pull->session, RC_FINDING_ERROR, entity->position,
                           "%s is in PostgreSQL schema %s, which is not among those to be read",
                           entity->name, entity->sql_schema);
        }
    }
}

static void read_all(const struct rc_pull *pull)
{
    const struct rc_catalog *catalog = pull->input->catalog;
    check_schemas(pull);
    read_database(pull);
    for (size_t i = 0; i < catalog->enum_count; i++) {
        read_enum(pull, &catalog->enums[i]);
    }
    for (size_t i = 0; i < catalog->table_count; i++) {
        read_table(pull, &catalog->tables[i]);
    }
    rc_naming_types(pull->session, pull->draft);
    for (size_t i = 0; i < catalog->table_count; i++) {
        finish_table(pull, &catalog->tables[i]);
    }
    rc_pull_views(pull);
    rc_pull_relations(pull);
    rc_pull_promises(pull);
    rc_naming_relations(pull->session, pull->draft);
}

rowcall_status rc_pull_read(struct rc_import *session, const struct rc_pull_input *input,
                            const struct rc_before *before, struct rc_draft *ret_draft,
                            rowcall_error *err)
{
    if (setjmp(session->out_of_memory) != 0) {
        return rc_error_oom(err);
    }
    struct rc_pull *pull = rc_import_new(session, struct rc_pull);
    *ret_draft = (struct rc_draft){0};
    *pull = (struct rc_pull){
        .session = session, .input = input, .before = before, .draft = ret_draft};
    pull->scope =
        before->schema ? rc_schema_scope(before->schema, rc_view_of(input->database)) : NULL;
    read_all(pull);
    return ROWCALL_OK;
}
