// SPDX-License-Identifier: Apache-2.0
//
// Reading a catalog: enums, tables with columns, keys, indexes, checks; then relations, which
// need all of them.
#include "import/puller.h"

#include "import/naming.h"

#include <string.h>
#include <utlist.h>

void rc_pull_find(struct rc_puller *puller, enum rc_finding_kind kind, const char *schema,
                  const char *name, const char *text)
{
    bool is_public = strcmp(schema, "public") == 0;
    rc_import_find(puller->session, kind, (struct rc_position){NULL, 0}, "%s: table %s%s%s: %s",
                   puller->input->database, is_public ? "" : schema, is_public ? "" : ".", name,
                   text);
}

struct rc_draft_entity *rc_pull_entity(const struct rc_puller *puller, const char *schema,
                                       const char *name)
{
    struct rc_draft_entity *entity = NULL;
    LL_FOREACH (puller->draft->entities, entity) {
        if (strcmp(entity->sql_name, name) == 0 && strcmp(entity->sql_schema, schema) == 0) {
            return entity;
        }
    }
    return NULL;
}

struct rc_draft_columns rc_pull_columns(struct rc_puller *puller,
                                        const struct rc_draft_entity *entity,
                                        const char *const *names, size_t count)
{
    struct rc_draft_columns columns = {0};
    columns.items = rc_import_array(puller->session, count, sizeof(*columns.items));
    for (size_t i = 0; i < count; i++) {
        struct rc_draft_column *column = rc_draft_column_sql(entity, names[i]);
        if (!column) {
            return (struct rc_draft_columns){0};
        }
        columns.items[columns.count++] = column;
    }
    return columns;
}

const char *rc_pull_keep(struct rc_puller *puller, const char *text)
{
    return text ? rc_import_copy(puller->session, text, strlen(text)) : NULL;
}

// What is shared in the project stays so, unless several databases are compared anyhow.
static const char *folder_of(struct rc_puller *puller, bool is_shared)
{
    return is_shared && !puller->input->shares ? "shared" : puller->input->database;
}

// ---- enums

static void read_enum(struct rc_puller *puller, const struct rc_catalog_enum *from)
{
    struct rc_draft_enum *made = rc_import_new(puller->session, struct rc_draft_enum);
    made->alias = from->name;
    made->sql_name = from->name;
    made->sql_schema = from->schema;
    made->folder = puller->input->database;
    made->origin = "schema";
    for (size_t i = 0; i < from->label_count; i++) {
        struct rc_draft_value *value = rc_import_new(puller->session, struct rc_draft_value);
        value->alias = from->labels[i].name;
        value->label = from->labels[i].name;
        LL_APPEND(made->values, value);
    }
    const struct rc_enum *was = rc_pull_enum_before(puller, from->schema, from->name);
    if (was) {
        struct rc_draft_value *value = NULL;
        made->name = rc_pull_keep(puller, was->name);
        made->folder = folder_of(puller, was->shared);
        made->unspecified = rc_pull_keep(puller, was->unspecified_name);
        LL_FOREACH (made->values, value) {
            const struct rc_enum_label *label = rc_enum_by_label(was, rc_view_of(value->label));
            value->name = label ? rc_pull_keep(puller, label->name) : NULL;
        }
    }
    LL_APPEND(puller->draft->enums, made);
}

static struct rc_draft_enum *enum_of(const struct rc_puller *puller,
                                     const struct rc_catalog_column *column)
{
    struct rc_draft_enum *enumeration = NULL;
    LL_FOREACH (puller->draft->enums, enumeration) {
        if (column->enum_name && strcmp(enumeration->sql_name, column->enum_name) == 0 &&
            strcmp(enumeration->sql_schema, column->enum_schema) == 0) {
            return enumeration;
        }
    }
    return NULL;
}

// ---- columns

// The shorter names that people write, for what format_type spells out.
static const char *short_type(struct rc_puller *puller, const char *text)
{
    static const char *const names[][2] = {
        {"character varying", "varchar"}, {"bit varying", "varbit"}, {"character", "char"}};
    const char *dot = strchr(text, '.'); // extensions' types are qualified: "public.citext"
    text = dot ? dot + 1 : text;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len = strlen(names[i][0]);
        if (strncmp(text, names[i][0], len) == 0) {
            return rc_import_printf(puller->session, "%s%s", names[i][1], text + len);
        }
    }
    return text;
}

static bool read_type(struct rc_puller *puller, const struct rc_catalog_column *from,
                      struct rc_draft_column *column)
{
    rowcall_error err = {0};
    column->enumeration = enum_of(puller, from);
    if (column->enumeration) {
        column->type = (struct rc_type){
            .kind = RC_TYPE_ENUM, .array = from->is_array, .precision = -1, .scale = -1};
        return true;
    }
    rowcall_status st = rc_type_parse(&puller->session->arena,
                                      short_type(puller, from->type.text), &column->type, &err);
    if (st == ROWCALL_RESOURCE_EXHAUSTED) {
        rc_import_must(puller->session, NULL);
    }
    return st == ROWCALL_OK;
}

static void read_column(struct rc_puller *puller, const struct rc_catalog_table *table,
                        const struct rc_catalog_column *from, struct rc_draft_entity *entity)
{
    struct rc_draft_column *column = rc_import_new(puller->session, struct rc_draft_column);
    column->alias = from->name;
    column->sql_name = from->name;
    column->nullable = !from->not_null;
    column->autoincrement = from->autoincrement;
    column->generated_sql = from->generated.text;
    column->sql_comment = from->comment;
    if (!read_type(puller, from, column)) {
        rc_pull_find(
            puller, RC_FINDING_LOSS, table->schema, table->name,
            rc_import_printf(puller->session,
                             "column %s is left out, because Rowcall does not know %s: "
                             "the next migration would drop it",
                             from->name, from->type.text));
        return;
    }
    if (from->default_value.text) {
        rc_pull_default(puller, column, from->default_value.text);
    }
    LL_APPEND(entity->columns, column);
}

// ---- tables

static bool ends_in(const char *text, const char *suffix)
{
    size_t len = strlen(text);
    size_t suffix_len = strlen(suffix);
    return len > suffix_len && strcmp(text + len - suffix_len, suffix) == 0;
}

// Tables are called after many records, entities after one: "green_teas" is GreenTea.
static const char *entity_name(struct rc_puller *puller, const char *table)
{
    size_t len = strlen(table);
    bool es = ends_in(table, "sses") || ends_in(table, "xes") || ends_in(table, "ches") ||
              ends_in(table, "shes");
    bool is_one = ends_in(table, "ss") || ends_in(table, "us") || ends_in(table, "is") ||
                  ends_in(table, "news") || ends_in(table, "series");
    const char *one = ends_in(table, "ies") && !is_one
                          ? rc_import_printf(puller->session, "%.*sy", (int)len - 3, table)
                      : es ? rc_import_copy(puller->session, table, len - 2)
                      : ends_in(table, "s") && !is_one
                          ? rc_import_copy(puller->session, table, len - 1)
                          : table;
    return rc_naming_type(puller->session, one);
}

static struct rc_draft_entity *new_entity(struct rc_puller *puller, const char *schema,
                                          const char *name, const char *comment)
{
    struct rc_draft_entity *entity = rc_import_new(puller->session, struct rc_draft_entity);
    entity->alias = entity_name(puller, name);
    entity->sql_name = name;
    entity->sql_schema = schema;
    entity->sql_comment = comment;
    entity->folder = puller->input->database;
    entity->origin = "schema";
    return entity;
}

int rc_pull_compare_lines(int a, int b)
{
    bool a_is_new = a == 0;
    bool b_is_new = b == 0;
    return a_is_new != b_is_new ? (a_is_new ? 1 : -1) : (a > b) - (a < b);
}

// As they stand in their file; sorting is stable, so new ones are in PostgreSQL's order.
static int compare_columns(const struct rc_draft_column *a, const struct rc_draft_column *b)
{
    return rc_pull_compare_lines(a->position.line, b->position.line);
}

static int compare_entities(const struct rc_draft_entity *a, const struct rc_draft_entity *b)
{
    return rc_pull_compare_lines(a->position.line, b->position.line);
}

// Names and places that the project has for the table and its columns.
static void keep_names(struct rc_puller *puller, struct rc_draft_entity *entity)
{
    const struct rc_entity *was =
        rc_pull_entity_before(puller, entity->sql_schema, entity->sql_name);
    struct rc_draft_column *column = NULL;
    if (!was) {
        return;
    }
    entity->name = rc_pull_keep(puller, was->name);
    entity->folder = folder_of(puller, was->shared);
    entity->position.line = was->position.line;
    LL_FOREACH (entity->columns, column) {
        for (size_t i = 0; i < was->column_count; i++) {
            if (strcmp(was->columns[i].sql_name, column->sql_name) == 0) {
                column->name = rc_pull_keep(puller, was->columns[i].name);
                column->position.line = was->columns[i].position.line;
            }
        }
    }
    LL_SORT(entity->columns, compare_columns);
}

static bool read_primary(struct rc_puller *puller, const struct rc_catalog_table *table,
                         struct rc_draft_entity *entity)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct rc_catalog_constraint *key = &table->constraints[i];
        if (key->kind == RC_CONSTRAINT_PRIMARY_KEY) {
            entity->primary = rc_pull_columns(puller, entity, key->columns, key->column_count);
            entity->primary_name = key->name;
        }
    }
    return entity->primary.count > 0;
}

static void read_checks(struct rc_puller *puller, const struct rc_catalog_table *table,
                        struct rc_draft_entity *entity)
{
    static const char head[] = "CHECK (";
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct rc_catalog_constraint *constraint = &table->constraints[i];
        const char *text = constraint->definition.text;
        if (constraint->kind == RC_CONSTRAINT_EXCLUSION) {
            rc_pull_find(puller, RC_FINDING_LOSS, table->schema, table->name,
                         rc_import_printf(puller->session,
                                          "exclusion constraint %s is left out: the next "
                                          "migration would drop it",
                                          constraint->name));
        }
        const char *end = strrchr(text, ')');
        if (constraint->kind != RC_CONSTRAINT_CHECK || !end) {
            continue;
        }
        struct rc_draft_check *check = rc_import_new(puller->session, struct rc_draft_check);
        check->sql_name = constraint->name;
        check->expression = rc_import_copy(puller->session, text + sizeof(head) - 1,
                                           (size_t)(end - text) - (sizeof(head) - 1));
        LL_APPEND(entity->checks, check);
    }
}

static void read_table(struct rc_puller *puller, const struct rc_catalog_table *table)
{
    struct rc_draft_entity *entity =
        new_entity(puller, table->schema, table->name, table->comment);
    for (size_t i = 0; i < table->column_count; i++) {
        read_column(puller, table, &table->columns[i], entity);
    }
    if (!read_primary(puller, table, entity)) {
        rc_pull_find(puller, RC_FINDING_LOSS, table->schema, table->name,
                     "it is left out, because it has no primary key to name records by");
        return;
    }
    keep_names(puller, entity);
    read_checks(puller, table, entity);
    LL_APPEND(puller->draft->entities, entity);
}

// ---- views: their keys are promises that only the project knows of

static void read_view(struct rc_puller *puller, const struct rc_catalog_view *view)
{
    struct rc_draft_entity *entity =
        new_entity(puller, view->schema, view->name, view->comment);
    const struct rc_entity *was = rc_pull_entity_before(puller, view->schema, view->name);
    struct rc_catalog_table columns = {.schema = view->schema, .name = view->name};
    if (!was || !was->view) {
        rc_pull_find(puller, RC_FINDING_REMARK, view->schema, view->name,
                     "it is a view, whose key PostgreSQL does not know: declare it by hand "
                     "(view: true) where it is wanted");
        return;
    }
    for (size_t i = 0; i < view->column_count; i++) {
        read_column(puller, &columns, &view->columns[i], entity);
    }
    const char *const names[] = {was->keys[0].columns[0]->sql_name};
    entity->view = true;
    entity->materialized = was->materialized;
    entity->view_sql = was->view_sql ? rc_pull_keep(puller, was->view_sql) : NULL;
    entity->primary = rc_pull_columns(puller, entity, names, was->keys[0].column_count == 1);
    entity->primary_name = rc_pull_keep(puller, was->keys[0].sql_name);
    for (size_t i = 0; i < entity->primary.count; i++) {
        entity->primary.items[i]->nullable = false;
    }
    keep_names(puller, entity);
    if (entity->primary.count > 0) {
        LL_APPEND(puller->draft->entities, entity);
    }
}

// ---- all of it

static void read_database(struct rc_puller *puller)
{
    struct rc_draft_database *database =
        rc_import_new(puller->session, struct rc_draft_database);
    const struct rc_catalog *catalog = puller->input->catalog;
    database->name = puller->input->database;
    database->url_env = puller->input->url_env;
    database->url_given = puller->input->url_env;
    for (size_t i = 0; i < catalog->extension_count; i++) {
        rc_draft_add_name(puller->session, &database->extensions, catalog->extensions[i]);
    }
    LL_APPEND(puller->draft->databases, database);
}

static void read_entities(struct rc_puller *puller)
{
    const struct rc_catalog *catalog = puller->input->catalog;
    struct rc_draft_entity *entity = NULL;
    for (size_t i = 0; i < catalog->enum_count; i++) {
        read_enum(puller, &catalog->enums[i]);
    }
    for (size_t i = 0; i < catalog->table_count; i++) {
        read_table(puller, &catalog->tables[i]);
    }
    for (size_t i = 0; i < catalog->view_count; i++) {
        read_view(puller, &catalog->views[i]);
    }
    LL_SORT(puller->draft->entities, compare_entities);
    rc_naming_types(puller->session, puller->draft);
    LL_FOREACH (puller->draft->entities, entity) {
        rc_naming_columns(puller->session, entity);
    }
}

static void read_the_rest(struct rc_puller *puller)
{
    const struct rc_catalog *catalog = puller->input->catalog;
    for (size_t i = 0; i < catalog->table_count; i++) {
        const struct rc_catalog_table *table = &catalog->tables[i];
        struct rc_draft_entity *entity = rc_pull_entity(puller, table->schema, table->name);
        for (size_t j = 0; entity && j < table->index_count; j++) {
            rc_pull_index(puller, table, &table->indexes[j], entity);
        }
    }
    for (size_t i = 0; i < catalog->table_count; i++) {
        const struct rc_catalog_table *table = &catalog->tables[i];
        struct rc_draft_entity *entity = rc_pull_entity(puller, table->schema, table->name);
        if (entity && rc_pull_join(puller, table)) {
            LL_DELETE(puller->draft->entities, entity);
        }
    }
    for (size_t i = 0; i < catalog->table_count; i++) {
        const struct rc_catalog_table *table = &catalog->tables[i];
        struct rc_draft_entity *entity = rc_pull_entity(puller, table->schema, table->name);
        if (entity) {
            rc_pull_foreign_keys(puller, table, entity);
        }
    }
    rc_naming_relations(puller->session, puller->draft);
}

rowcall_status rc_pull_read(struct rc_import *session, const struct rc_pull_input *input,
                            struct rc_draft *ret_draft, rowcall_error *err)
{
    if (setjmp(session->out_of_memory) != 0) {
        return rc_error_oom(err);
    }
    struct rc_puller *puller = rc_import_new(session, struct rc_puller);
    *ret_draft = (struct rc_draft){0};
    puller->session = session;
    puller->input = input;
    puller->draft = ret_draft;
    read_database(puller);
    read_entities(puller);
    read_the_rest(puller);
    return ROWCALL_OK;
}
