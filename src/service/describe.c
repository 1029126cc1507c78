// SPDX-License-Identifier: Apache-2.0
//
// Finding entity and fields. Invariant: nothing of PostgreSQL's own message, detail or hint
// gets into an error for a caller; its message is only searched for names of the schema.
#include "service/describe.h"

#include <ctype.h>
#include <stdio.h>

// Appends "name" or ",name"; cut where it does not fit.
static void add_name(char *text, size_t size, const char *name, const char *separator)
{
    size_t len = strlen(text);
    (void)snprintf(text + len, size - len, "%s%s", len > 0 ? separator : "", name);
}

// Fields for machines, and the same for people.
static void name_columns(const struct rc_column *const *columns, size_t count,
                         rowcall_error *ret, char *ret_names, size_t size)
{
    ret_names[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        add_name(ret->fields, sizeof(ret->fields), columns[i]->name, ",");
        add_name(ret_names, size, columns[i]->name, " and ");
    }
}

// ---- unique keys

static const struct rc_index *index_of(const struct rc_entity *entity, const char *name)
{
    for (size_t i = 0; i < entity->index_count; i++) {
        if (strcmp(entity->indexes[i].sql_name, name) == 0) {
            return &entity->indexes[i];
        }
    }
    return NULL;
}

// A unique index that is no key: a partial one, or one of expressions.
static void name_index(const struct rc_index *index, rowcall_error *ret, char *ret_names,
                       size_t size)
{
    for (size_t i = 0; i < index->part_count; i++) {
        if (index->parts[i].column) {
            name_columns(&index->parts[i].column, 1, ret, ret_names, size);
        }
    }
    (void)snprintf(ret_names, size, "%.*s", (int)size - 1, ret->fields);
}

static void describe_key(const struct rc_pg_error *error, const struct rc_entity *entity,
                         rowcall_error *ret)
{
    const struct rc_key *key = rc_entity_key_by_sql_name(entity, rc_view_of(error->constraint));
    const struct rc_index *index = index_of(entity, error->constraint);
    char names[160] = "";
    if (key) {
        name_columns(key->columns, key->column_count, ret, names, sizeof(names));
    } else if (index) {
        name_index(index, ret, names, sizeof(names));
    }
    if (names[0] != '\0') {
        (void)snprintf(ret->message, sizeof(ret->message),
                       "another %s with this %s exists already", entity->name, names);
    } else {
        (void)snprintf(ret->message, sizeof(ret->message),
                       "another %s that conflicts with this one exists already", entity->name);
    }
}

// ---- foreign keys

static const struct rc_foreign_key *foreign_key_of(const struct rc_entity *entity,
                                                   const char *constraint)
{
    for (size_t i = 0; i < entity->foreign_key_count; i++) {
        if (strcmp(entity->foreign_keys[i].sql_name, constraint) == 0) {
            return &entity->foreign_keys[i];
        }
    }
    return NULL;
}

// Overwrites the first occurrence of name in text.
static void erase_name(char *text, const char *name)
{
    char *at = strstr(text, name);
    if (at) {
        memset(at, ' ', strlen(name));
    }
}

// PostgreSQL names the owner's table and constraint whichever side was changed; its sentence
// tells the two apart. In another language than English it does so by the tables it mentions:
// the target's beside the owner's only when the target was changed.
static bool is_target_changed(const struct rc_pg_error *error, const struct rc_foreign_key *key)
{
    static const char target_changed[] = "update or delete on table";
    static const char owner_changed[] = "insert or update on table";
    char text[sizeof(error->message)];
    if (strncmp(error->message, target_changed, sizeof(target_changed) - 1) == 0) {
        return true;
    }
    if (strncmp(error->message, owner_changed, sizeof(owner_changed) - 1) == 0) {
        return false;
    }
    (void)snprintf(text, sizeof(text), "%s", error->message);
    erase_name(text, error->constraint);
    erase_name(text, key->owner->sql_name);
    return strstr(text, key->target->sql_name) != NULL;
}

static void describe_foreign(const struct rc_pg_error *error, const struct rc_entity *entity,
                             rowcall_error *ret)
{
    const struct rc_foreign_key *key = foreign_key_of(entity, error->constraint);
    char names[160];
    if (!key) {
        (void)snprintf(ret->message, sizeof(ret->message),
                       "a relation of %s does not permit it", entity->name);
        return;
    }
    name_columns(key->columns, key->column_count, ret, names, sizeof(names));
    if (is_target_changed(error, key)) {
        (void)snprintf(ret->message, sizeof(ret->message),
                       "some %s still refers to this %s by its relation %s", key->owner->name,
                       key->target->name, key->name);
    } else {
        (void)snprintf(ret->message, sizeof(ret->message),
                       "the %s that %s.%s refers to (%s) does not exist", key->target->name,
                       key->owner->name, key->name, ret->fields);
    }
}

// ---- columns and checks

static void describe_column(const struct rc_pg_error *error, const struct rc_entity *entity,
                            const char *what, rowcall_error *ret)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        if (strcmp(entity->columns[i].sql_name, error->column) == 0) {
            (void)snprintf(ret->fields, sizeof(ret->fields), "%s", entity->columns[i].name);
            (void)snprintf(ret->message, sizeof(ret->message), "%s.%s %s", entity->name,
                           ret->fields, what);
            return;
        }
    }
    (void)snprintf(ret->message, sizeof(ret->message), "a column of %s %s", entity->name, what);
}

// Takes the next name of an SQL expression from *at, as PostgreSQL would read it; false at the
// end. Strings, numbers, operators and calls of functions are passed over.
static bool next_name(const char **at, char *ret_name, size_t size)
{
    const char *c = *at;
    size_t len = 0;
    while (*c != '\0' && len == 0) {
        bool is_quoted = *c == '"' || *c == '\'';
        if (is_quoted) {
            const char *end = strchr(c + 1, *c);
            size_t inner = end ? (size_t)(end - c - 1) : strlen(c + 1);
            len = *c == '"' && inner < size ? inner : 0;
            memcpy(ret_name, c + 1, len);
            c = end ? end + 1 : c + 1 + inner;
        } else if (isalpha((unsigned char)*c) || *c == '_') {
            for (; isalnum((unsigned char)*c) || *c == '_' || *c == '$'; c++) {
                if (len + 1 < size) {
                    ret_name[len++] = (char)tolower((unsigned char)*c);
                }
            }
            len = c[strspn(c, " ")] == '(' ? 0 : len;
        } else if (isdigit((unsigned char)*c)) {
            c += strspn(c, "0123456789.eE");
        } else {
            c++;
        }
    }
    ret_name[len] = '\0';
    *at = c;
    return len > 0;
}

static bool does_mention(const struct rc_check *check, const struct rc_column *column)
{
    char name[64];
    const char *at = check->expression;
    while (next_name(&at, name, sizeof(name))) {
        if (strcmp(name, column->sql_name) == 0) {
            return true;
        }
    }
    return false;
}

// The columns that a check of the schema mentions.
static void name_checked(const struct rc_entity *entity, const struct rc_check *check,
                         rowcall_error *ret)
{
    for (size_t i = 0; i < entity->column_count; i++) {
        if (does_mention(check, &entity->columns[i])) {
            add_name(ret->fields, sizeof(ret->fields), entity->columns[i].name, ",");
        }
    }
}

static void describe_check(const struct rc_pg_error *error, const struct rc_entity *entity,
                           const char *what, rowcall_error *ret)
{
    (void)snprintf(ret->message, sizeof(ret->message), "%s %s%s%s", entity->name, what,
                   error->constraint[0] ? ": " : "", error->constraint);
    for (size_t i = 0; i < entity->check_count; i++) {
        if (strcmp(entity->checks[i].sql_name, error->constraint) == 0) {
            name_checked(entity, &entity->checks[i], ret);
        }
    }
}

// ---- join tables

// The relation whose join table this is, rather one of the call's own entity; NULL when it is
// none's.
static const struct rc_relation *relation_joined_by(const struct rc_model *model,
                                                    const char *sql_schema, const char *table)
{
    const struct rc_relation *found = NULL;
    for (size_t m = 0; m < model->scope->model_count; m++) {
        const struct rc_model *from = &model->scope->models[m];
        for (size_t i = 0; i < from->relation_count; i++) {
            const struct rc_relation *relation = &from->relations[i];
            if (relation->join && strcmp(relation->join->sql_name, table) == 0 &&
                strcmp(relation->join->sql_schema, sql_schema) == 0 &&
                (!found || from == model)) {
                found = relation;
            }
        }
    }
    return found;
}

static void describe_join(const struct rc_relation *relation, const struct rc_error_rule *rule,
                          rowcall_error *ret)
{
    const char *entity = relation->from->entity->name;
    (void)snprintf(ret->entity, sizeof(ret->entity), "%s", entity);
    (void)snprintf(ret->fields, sizeof(ret->fields), "%s", relation->name);
    if (rule->subject == RC_ERROR_SUBJECT_FOREIGN) {
        (void)snprintf(ret->message, sizeof(ret->message),
                       "a record that %s.%s is to connect does not exist", entity,
                       relation->name);
    } else {
        (void)snprintf(ret->message, sizeof(ret->message), "%s.%s: %s", entity, relation->name,
                       rule->message);
    }
}

void rc_describe(const struct rc_pg_error *error, const struct rc_error_rule *rule,
                 const struct rc_model *model, rowcall_error *ret_error)
{
    const struct rc_entity *entity = rc_scope_entity_by_table(
        model->scope, rc_view_of(error->schema), rc_view_of(error->table));
    const struct rc_relation *joined =
        entity ? NULL : relation_joined_by(model, error->schema, error->table);
    if (joined) {
        describe_join(joined, rule, ret_error);
        return;
    }
    entity = entity ? entity : model->entity;
    (void)snprintf(ret_error->entity, sizeof(ret_error->entity), "%s", entity->name);
    switch (rule->subject) {
    case RC_ERROR_SUBJECT_NONE:
        break;
    case RC_ERROR_SUBJECT_KEY:
        describe_key(error, entity, ret_error);
        break;
    case RC_ERROR_SUBJECT_FOREIGN:
        describe_foreign(error, entity, ret_error);
        break;
    case RC_ERROR_SUBJECT_COLUMN:
        describe_column(error, entity, rule->message, ret_error);
        break;
    case RC_ERROR_SUBJECT_CHECK:
        describe_check(error, entity, rule->message, ret_error);
        break;
    }
}
