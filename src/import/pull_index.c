// SPDX-License-Identifier: Apache-2.0
//
// Indexes, taken apart from what PostgreSQL prints of them:
// USING method (part, ...) INCLUDE (column, ...) WHERE (condition).
#include "import/keep.h"
#include "import/pull_parts.h"

#include <ctype.h>
#include <string.h>
#include <utlist.h>

// The length of text up to the first `end` that is not within quotes or parentheses.
static size_t length_to(const char *text, char end)
{
    const char *at = text;
    while (*at && *at != end) {
        at = rc_pull_skip(at);
    }
    return (size_t)(at - text);
}

static const char *copy(const struct rc_pull *pull, const char *text, size_t len)
{
    while (len > 0 && isspace((unsigned char)*text)) {
        text++;
        len--;
    }
    while (len > 0 && isspace((unsigned char)text[len - 1])) {
        len--;
    }
    return rc_import_copy(pull->session, text, len);
}

// A name as PostgreSQL quotes it, without its quotes.
static const char *unquoted(const struct rc_pull *pull, const char *name)
{
    struct rc_buf *out = rc_import_buf(pull->session);
    if (*name != '"') {
        return name;
    }
    for (name++; *name && (*name != '"' || name[1] == '"'); name++) {
        rc_buf_append_char(out, *name);
        name += *name == '"';
    }
    return rc_import_take(pull->session, out);
}

// ---- parts

// Takes suffix from the end of text, if it is there.
static bool take_end(struct rc_import *session, const char **text, const char *suffix)
{
    size_t len = strlen(*text);
    size_t suffix_len = strlen(suffix);
    bool found = len > suffix_len && strcmp(*text + len - suffix_len, suffix) == 0;
    if (found) {
        *text = rc_import_copy(session, *text, len - suffix_len);
    }
    return found;
}

// NULL when it is nothing that Rowcall can say.
static struct rc_draft_part *read_part(const struct rc_pull *pull,
                                       const struct rc_draft_entity *entity, const char *text)
{
    struct rc_draft_part *part = rc_import_new(pull->session, struct rc_draft_part);
    if (take_end(pull->session, &text, " NULLS FIRST")) {
        part->nulls = RC_NULLS_FIRST;
    } else if (take_end(pull->session, &text, " NULLS LAST")) {
        part->nulls = RC_NULLS_LAST;
    }
    part->descending = take_end(pull->session, &text, " DESC");
    size_t len = length_to(text, ' ');
    const char *head = copy(pull, text, len);
    const char *rest = copy(pull, text + len, strlen(text + len));
    if (strncmp(rest, "COLLATE ", 8) == 0 || strchr(rest, ' ')) {
        return NULL;
    }
    part->operator_class = *rest ? rc_pull_unqualified(pull->session, rest) : NULL;
    part->column = rc_draft_column_sql(entity, unquoted(pull, head));
    if (!part->column && strchr(head, '(')) {
        part->expression =
            rc_pull_unqualified(pull->session, rc_pull_unwrapped(pull->session, head));
    }
    return part->column || part->expression ? part : NULL;
}

static bool read_parts(const struct rc_pull *pull, const struct rc_draft_entity *entity,
                       const char *text, struct rc_draft_index *index)
{
    while (*text) {
        size_t len = length_to(text, ',');
        struct rc_draft_part *part = read_part(pull, entity, copy(pull, text, len));
        if (!part) {
            return false;
        }
        LL_APPEND(index->parts, part);
        text += len + (text[len] == ',');
    }
    return index->parts;
}

static bool read_include(const struct rc_pull *pull, const struct rc_draft_entity *entity,
                         const char *text, struct rc_draft_index *index)
{
    index->include.items =
        rc_import_array(pull->session, strlen(text), sizeof(*index->include.items));
    while (*text) {
        size_t len = length_to(text, ',');
        struct rc_draft_column *column =
            rc_draft_column_sql(entity, unquoted(pull, copy(pull, text, len)));
        if (!column) {
            return false;
        }
        index->include.items[index->include.count++] = column;
        text += len + (text[len] == ',');
    }
    return true;
}

// What stands in the parentheses that follow; *text leads behind them. NULL when there are
// none.
static const char *take_list(const struct rc_pull *pull, const char **text)
{
    const char *begin = *text + strspn(*text, " ");
    if (*begin != '(') {
        return NULL;
    }
    const char *end = rc_pull_skip(begin);
    *text = end;
    return copy(pull, begin + 1, (size_t)(end - begin) - 2);
}

static bool take_word(const char **text, const char *word)
{
    const char *begin = *text + strspn(*text, " ");
    size_t len = strlen(word);
    bool found = strncmp(begin, word, len) == 0;
    *text = found ? begin + len : *text;
    return found;
}

// NULL when the index says more than Rowcall can.
static struct rc_draft_index *read_index(const struct rc_pull *pull,
                                         const struct rc_draft_entity *entity,
                                         const struct rc_catalog_index *found)
{
    struct rc_draft_index *index = rc_import_new(pull->session, struct rc_draft_index);
    const char *text = found->tail.text;
    index->sql_name = found->name;
    index->unique = found->unique;
    if (!take_word(&text, "USING ")) {
        return NULL;
    }
    size_t len = strcspn(text, " ");
    index->method = rc_import_copy(pull->session, text, len);
    text += len;
    const char *parts = take_list(pull, &text);
    bool whole = parts && read_parts(pull, entity, parts, index);
    if (whole && take_word(&text, "INCLUDE")) {
        const char *include = take_list(pull, &text);
        whole = include && read_include(pull, entity, include, index);
    }
    if (whole && take_word(&text, "WHERE ")) {
        index->where =
            rc_pull_unqualified(pull->session, rc_pull_unwrapped(pull->session, text));
        text = "";
    }
    return whole && text[strspn(text, " ")] == '\0' ? index : NULL;
}

// ---- keys

enum { KEY_MAX = 32 }; // PostgreSQL takes no more columns

static bool can_be_key(const struct rc_draft_entity *entity, const struct rc_draft_index *index)
{
    struct rc_draft_columns columns = {0};
    struct rc_draft_column *items[KEY_MAX];
    const struct rc_draft_part *part = NULL;
    columns.items = items;
    LL_FOREACH (index->parts, part) {
        if (!part->column || part->descending || part->nulls != RC_NULLS_DEFAULT ||
            part->operator_class || columns.count == KEY_MAX) {
            return false;
        }
        columns.items[columns.count++] = part->column;
    }
    return !index->where && index->include.count == 0 && rc_draft_can_be_key(entity, &columns);
}

static void add_index(const struct rc_pull *pull, struct rc_draft_entity *entity,
                      struct rc_draft_index *index)
{
    const struct rc_draft_part *part = NULL;
    if (!index->unique || !can_be_key(entity, index)) {
        LL_APPEND(entity->indexes, index);
        return;
    }
    struct rc_draft_unique *unique = rc_import_new(pull->session, struct rc_draft_unique);
    size_t count = 0;
    LL_COUNT(index->parts, part, count);
    unique->sql_name = index->sql_name;
    unique->columns.items =
        rc_import_array(pull->session, count, sizeof(*unique->columns.items));
    LL_FOREACH (index->parts, part) {
        unique->columns.items[unique->columns.count++] = part->column;
    }
    LL_APPEND(entity->uniques, unique);
}

// The project's own words for the index, where PostgreSQL has what they mean; NULL otherwise.
static struct rc_draft_index *authored_index(const struct rc_pull *pull,
                                             const struct rc_draft_entity *entity,
                                             const struct rc_catalog_index *found)
{
    const struct rc_entity *was = rc_pull_was(pull, entity->sql_schema, entity->sql_name);
    const struct rc_catalog_table *table = rc_pull_expected(pull, entity);
    const struct rc_catalog_index *expected =
        table ? rc_catalog_index_find(table, found->name) : NULL;
    bool same = was && expected && expected->tail.text &&
                strcmp(expected->tail.text, found->tail.text) == 0;
    for (size_t i = 0; same && i < was->index_count; i++) {
        if (strcmp(was->indexes[i].sql_name, found->name) == 0) {
            return rc_keep_index(pull->session, entity, &was->indexes[i]);
        }
    }
    return NULL;
}

void rc_pull_indexes(const struct rc_pull *pull, struct rc_draft_entity *entity,
                     const struct rc_catalog_table *table)
{
    for (size_t i = 0; i < table->index_count; i++) {
        const struct rc_catalog_index *found = &table->indexes[i];
        struct rc_draft_index *index = authored_index(pull, entity, found);
        index = index ? index : read_index(pull, entity, found);
        if (!index) {
            rc_pull_lose(pull, entity, "index %s is left to migrations of your own: %s",
                         found->name, found->tail.text);
        } else if (!found->valid) {
            rc_pull_lose(pull, entity, "index %s is not valid: it is left out", found->name);
        } else {
            add_index(pull, entity, index);
        }
    }
}
