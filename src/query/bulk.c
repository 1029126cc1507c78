// SPDX-License-Identifier: Apache-2.0
//
// The bulk form is the statement itself as a lateral subquery of its parameters' rows:
//
//   select k."n", r.* from unnest($1::int4[]) with ordinality as k("p1", "n")
//   cross join lateral (select t0."name" from "public"."users" t0 where t0."id" = k."p1"::int4)
//   r
//
// So it means for each row what the statement means for its parameters: casts, operators and
// collations are the same to the letter, whatever the request asked for besides the key.
// PostgreSQL flattens the subquery into a join and, expecting few rows of an unknown array,
// looks each key up in its index.
#include "query/bulk.h"

// ---- eligibility

static bool has_column(const struct rc_node *where, const struct rc_column *column)
{
    const struct rc_node *child = where ? where->first : NULL;
    for (; child; child = child->next) {
        if (child->field->role == RC_ROLE_COLUMN && child->field->subject == column &&
            rc_node_slot(child, RC_ROLE_EQUALS) &&
            !rc_node_has_flag(child, RC_ROLE_INSENSITIVE)) {
            return true;
        }
    }
    return false;
}

// Whether the conditions, which all have to hold, give every column of a key.
static bool finds_by_key(const struct rc_node *where, const struct rc_entity *entity)
{
    for (size_t i = 0; i < entity->key_count; i++) {
        const struct rc_key *key = &entity->keys[i];
        bool is_found = true;
        for (size_t c = 0; c < key->column_count; c++) {
            is_found = is_found && has_column(where, key->columns[c]);
        }
        if (is_found) {
            return true;
        }
    }
    return false;
}

// A view's rows may have to be computed: for one key PostgreSQL computes its rows alone, for
// keys that come from a table all there are.
static bool is_lookup(const struct rc_node *request, const struct rc_plan *plan)
{
    if (plan->model->entity->view) {
        return false;
    }
    switch (plan->verb) {
    case RC_VERB_FIND_UNIQUE:
        return true;
    case RC_VERB_FIND_FIRST:
        return finds_by_key(rc_node_child(request, RC_ROLE_WHERE), plan->model->entity);
    default:
        return false;
    }
}

// A lookup, or a write that has left a draft; one statement, answering one record.
static bool is_eligible(const struct rc_builder *builder, const struct rc_node *request,
                        const struct rc_plan *plan)
{
    bool is_drafted = builder->bulk.kind != RC_BULK_NONE;
    bool is_read = plan->read_only && !plan->locks && is_lookup(request, plan);
    if ((!is_drafted && !is_read) || plan->statement_count != 1) {
        return false;
    }
    const struct rc_plan_statement *statement = &plan->statements[0];
    bool is_simple =
        statement->head_count == 0 && statement->param_count > 0 &&
        (is_drafted || (statement->answers_rows && statement->count == RC_PLAN_COUNT_NONE));
    for (size_t i = 0; is_simple && i < statement->param_count; i++) {
        is_simple = !statement->param_types[i]->array;
    }
    return is_simple;
}

// ---- text

// Appends what is quoted, by this quote, and returns its end. A doubled quote is two quoted
// texts in a row.
static const char *put_quoted(struct rc_buf *sql, const char *at, const char *end)
{
    const char *close = memchr(at + 1, *at, (size_t)(end - at) - 1);
    close = close ? close + 1 : end;
    rc_buf_append(sql, at, (size_t)(close - at));
    return close;
}

static size_t count_plain(const char *at, const char *end)
{
    size_t len = 0;
    while (at + len < end && !strchr("\"'$", at[len])) {
        len++;
    }
    return len;
}

// There are no other dollars outside of quotes, and no quotes behind backslashes, in what the
// compiler writes.
void rc_bulk_put_part(struct rc_builder *builder, const char *text, size_t len)
{
    struct rc_buf *sql = &builder->sql;
    const char *at = text;
    const char *end = text + len;
    while (at < end) {
        if (*at == '"' || *at == '\'') {
            at = put_quoted(sql, at, end);
        } else if (*at == '$') {
            size_t digits = strspn(at + 1, "0123456789");
            rc_buf_printf(sql, "k.\"p%.*s\"", (int)digits, at + 1);
            at += 1 + digits;
        } else {
            size_t plain = count_plain(at, end);
            rc_buf_append(sql, at, plain);
            at += plain;
        }
    }
}

void rc_bulk_put_rows(struct rc_builder *builder, const struct rc_plan_statement *statement,
                      const struct rc_type *const *types)
{
    rc_builder_put(builder, "unnest(");
    for (size_t i = 0; i < statement->param_count; i++) {
        rc_buf_printf(&builder->sql, "%s$%zu", i > 0 ? ", " : "", i + 1);
        rc_builder_put_cast(builder, types[i]);
    }
    rc_builder_put(builder, ") with ordinality as k(");
    for (size_t i = 0; i < statement->param_count; i++) {
        rc_buf_printf(&builder->sql, "\"p%zu\", ", i + 1);
    }
    rc_builder_put(builder, "\"n\")");
}

const char *rc_bulk_take_text(struct rc_builder *builder, size_t *ret_len)
{
    struct rc_buf *sql = &builder->sql;
    const char *text = sql->broken ? NULL : rc_arena_copy(builder->arena, sql->data, sql->len);
    *ret_len = sql->len;
    builder->broken = builder->broken || !text;
    rc_buf_clear(sql);
    return text;
}

static void make_lookup(struct rc_builder *builder, const struct rc_plan *plan,
                        struct rc_plan_bulk *bulk)
{
    const struct rc_plan_statement *statement = &plan->statements[0];
    rc_builder_put(builder, "select k.\"n\", r.* from ");
    rc_bulk_put_rows(builder, statement, bulk->param_types);
    rc_builder_put(builder, " cross join lateral (");
    rc_bulk_put_part(builder, statement->sql, statement->sql_len);
    rc_builder_put(builder, ") r");
    bulk->lead = 1;
    bulk->sql = rc_bulk_take_text(builder, &bulk->sql_len);
}

static void make(struct rc_builder *builder, const struct rc_plan *plan,
                 struct rc_plan_bulk *bulk)
{
    switch (builder->bulk.kind) {
    case RC_BULK_NONE:
        make_lookup(builder, plan, bulk);
        break;
    case RC_BULK_CREATE:
        rc_bulk_make_create(builder, plan, bulk);
        break;
    case RC_BULK_UPDATE:
        rc_bulk_make_update(builder, plan, bulk);
        break;
    }
}

void rc_bulk_make(struct rc_builder *builder, const struct rc_node *request,
                  struct rc_plan *plan)
{
    if (builder->broken || !is_eligible(builder, request, plan)) {
        return;
    }
    const struct rc_plan_statement *statement = &plan->statements[0];
    struct rc_plan_bulk *bulk = rc_arena_new(builder->arena, struct rc_plan_bulk);
    const struct rc_type **types =
        rc_arena_new_array(builder->arena, statement->param_count, const struct rc_type *);
    if (!bulk || !types) {
        builder->broken = true;
        return;
    }
    for (size_t i = 0; i < statement->param_count; i++) {
        types[i] = rc_builder_type(builder, statement->param_types[i], true);
    }
    bulk->param_types = types;
    rc_buf_clear(&builder->sql);
    make(builder, plan, bulk);
    plan->bulk = bulk;
}
