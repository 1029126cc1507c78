// SPDX-License-Identifier: Apache-2.0
//
// Indexes, from what pg_get_indexdef prints behind the table's name:
//
//   USING btree (name, lower(title) text_pattern_ops DESC) INCLUDE (id) WHERE (price > 0)
#include "import/puller.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <utlist.h>

struct reading {
    struct rc_puller *puller;
    struct rc_draft_entity *entity;
    struct rc_draft_index *index;
    const char *at;
    const char *trouble; // why it cannot be carried over; NULL
};

static void skip_blank(struct reading *reading)
{
    reading->at += strspn(reading->at, " ");
}

// Takes a word if it is the next one.
static bool take(struct reading *reading, const char *word)
{
    size_t len = strlen(word);
    skip_blank(reading);
    if (strncasecmp(reading->at, word, len) != 0 || isalnum((unsigned char)reading->at[len]) ||
        reading->at[len] == '_') {
        return false;
    }
    reading->at += len;
    return true;
}

// Behind what is in quotes or parentheses; behind one character otherwise.
static const char *behind(const char *at)
{
    char open = *at;
    if (open == '\'' || open == '"') {
        for (at++; *at && !(*at == open && at[1] != open); at++) {
            at += *at == open;
        }
        return *at ? at + 1 : at;
    }
    if (open != '(') {
        return at + 1;
    }
    for (at++; *at && *at != ')';) {
        at = behind(at);
    }
    return *at ? at + 1 : at;
}

// A name, quoted or not; the session's.
static const char *take_name(struct reading *reading)
{
    struct rc_buf *name = rc_import_buf(reading->puller->session);
    skip_blank(reading);
    const char *end = reading->at;
    if (*end == '"') {
        end = behind(end);
        for (const char *at = reading->at + 1; at < end - 1; at++) {
            at += *at == '"';
            rc_buf_append_char(name, *at);
        }
    } else {
        while (isalnum((unsigned char)*end) || *end == '_' || *end == '.' ||
               ((unsigned char)*end & 0x80)) {
            rc_buf_append_char(name, *end++);
        }
    }
    reading->at = end;
    return rc_import_take(reading->puller->session, name);
}

// A part's column, or its expression.
static void take_subject(struct reading *reading, struct rc_draft_part *part)
{
    struct rc_import *session = reading->puller->session;
    skip_blank(reading);
    const char *start = reading->at;
    if (*start == '(') { // an expression that is no function's call stands in parentheses
        reading->at = behind(start);
        part->expression =
            rc_import_copy(session, start + 1, (size_t)(reading->at - start) - 2);
        return;
    }
    const char *name = take_name(reading);
    if (*reading->at == '(') {
        reading->at = behind(reading->at);
        part->expression = rc_import_copy(session, start, (size_t)(reading->at - start));
        return;
    }
    part->column = name ? rc_draft_column_sql(reading->entity, name) : NULL;
    if (!part->column) {
        reading->trouble = "a column of it was left out";
    }
}

static void take_part(struct reading *reading)
{
    struct rc_draft_part *part = rc_import_new(reading->puller->session, struct rc_draft_part);
    take_subject(reading, part);
    if (take(reading, "COLLATE")) {
        reading->trouble = "it has a collation of its own";
        (void)take_name(reading);
    }
    skip_blank(reading);
    bool has_class =
        *reading->at != ',' && *reading->at != ')' && strncmp(reading->at, "DESC", 4) != 0 &&
        strncmp(reading->at, "ASC", 3) != 0 && strncmp(reading->at, "NULLS", 5) != 0;
    if (has_class) {
        part->operator_class = take_name(reading);
    }
    part->descending = take(reading, "DESC");
    (void)take(reading, "ASC");
    if (take(reading, "NULLS")) {
        part->nulls = take(reading, "FIRST") ? RC_NULLS_FIRST : RC_NULLS_LAST;
        (void)take(reading, "LAST");
    }
    LL_APPEND(reading->index->parts, part);
}

static void take_parts(struct reading *reading)
{
    skip_blank(reading);
    do {
        reading->at++; // the parenthesis or comma
        take_part(reading);
        skip_blank(reading);
    } while (*reading->at == ',' && !reading->trouble);
    reading->at += *reading->at == ')';
}

static void take_include(struct reading *reading)
{
    struct rc_draft_columns *include = &reading->index->include;
    skip_blank(reading);
    include->items = rc_import_array(reading->puller->session, strlen(reading->at) + 1,
                                     sizeof(struct rc_draft_column *));
    do {
        reading->at++;
        const char *name = take_name(reading);
        include->items[include->count] =
            name ? rc_draft_column_sql(reading->entity, name) : NULL;
        if (!include->items[include->count++]) {
            reading->trouble = "a column of it was left out";
            return;
        }
        skip_blank(reading);
    } while (*reading->at == ',');
    reading->at += *reading->at == ')';
}

static void take_rest(struct reading *reading)
{
    if (take(reading, "INCLUDE")) {
        take_include(reading);
    }
    if (take(reading, "NULLS NOT DISTINCT")) {
        reading->trouble = "NULLs count as equal in it";
    }
    if (take(reading, "WITH")) {
        reading->trouble = "it has storage parameters";
    }
    if (take(reading, "WHERE")) {
        skip_blank(reading);
        size_t len = strlen(reading->at);
        bool enclosed = *reading->at == '(' && *behind(reading->at) == '\0';
        reading->index->where =
            enclosed ? rc_import_copy(reading->puller->session, reading->at + 1, len - 2)
                     : reading->at;
    }
}

static bool read_index(struct reading *reading)
{
    (void)take(reading, "USING");
    reading->index->method = take_name(reading);
    take_parts(reading);
    if (!reading->trouble) {
        take_rest(reading);
    }
    return !reading->trouble;
}

// A unique index that is nothing but its columns is a key, where records can be named by them.
static bool become_key(struct reading *reading)
{
    const struct rc_draft_index *index = reading->index;
    const struct rc_draft_part *part = NULL;
    struct rc_draft_columns columns = {0};
    size_t count = 0;
    LL_COUNT(index->parts, part, count);
    columns.items = rc_import_array(reading->puller->session, count, sizeof(*columns.items));
    LL_FOREACH (index->parts, part) {
        if (!part->column || part->descending || part->operator_class ||
            part->nulls != RC_NULLS_DEFAULT) {
            return false;
        }
        columns.items[columns.count++] = part->column;
    }
    if (!index->unique || index->where || index->include.count > 0 ||
        strcmp(index->method, "btree") != 0 ||
        !rc_draft_can_be_key(reading->entity, &columns)) {
        return false;
    }
    struct rc_draft_unique *unique =
        rc_import_new(reading->puller->session, struct rc_draft_unique);
    *unique = (struct rc_draft_unique){.columns = columns, .sql_name = index->sql_name};
    LL_APPEND(reading->entity->uniques, unique);
    return true;
}

void rc_pull_index(struct rc_puller *puller, const struct rc_catalog_table *table,
                   const struct rc_catalog_index *index, struct rc_draft_entity *entity)
{
    struct reading reading = {.puller = puller, .entity = entity, .at = index->tail.text};
    reading.index = rc_import_new(puller->session, struct rc_draft_index);
    reading.index->sql_name = index->name;
    reading.index->unique = index->unique;
    if (!read_index(&reading)) {
        rc_pull_find(puller, RC_FINDING_LOSS, table->schema, table->name,
                     rc_import_printf(puller->session,
                                      "index %s is left out, because %s: the next migration "
                                      "would drop it",
                                      index->name, reading.trouble));
    } else if (!become_key(&reading)) {
        LL_APPEND(entity->indexes, reading.index);
    }
}
