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

static bool is_lookup(const struct rc_node *request, const struct rc_plan *plan)
{
    switch (plan->verb) {
    case RC_VERB_FIND_UNIQUE:
        return true;
    case RC_VERB_FIND_FIRST:
        return finds_by_key(rc_node_child(request, RC_ROLE_WHERE), plan->model->entity);
    default:
        return false;
    }
}

static bool is_eligible(const struct rc_node *request, const struct rc_plan *plan)
{
    if (!is_lookup(request, plan) || !plan->read_only || plan->locks ||
        plan->statement_count != 1) {
        return false;
    }
    const struct rc_plan_statement *statement = &plan->statements[0];
    bool is_simple = statement->head_count == 0 && statement->answers_rows &&
                     statement->count == RC_PLAN_COUNT_NONE && statement->param_count > 0;
    for (size_t i = 0; is_simple && i < statement->param_count; i++) {
        is_simple = !statement->param_types[i]->array;
    }
    return is_simple;
}

// ---- text

// Copies what is quoted, by this quote, and returns its end.
static const char *put_quoted(struct rc_buf *sql, const char *at)
{
    const char *end = strchr(at + 1, *at);
    end = end ? end + 1 : at + strlen(at); // a doubled quote is two quoted texts in a row
    rc_buf_append(sql, at, (size_t)(end - at));
    return end;
}

// The statement with k."p1" for $1. There are no other dollars outside of quotes, and no
// backslashes in literals, in what the compiler writes.
static void put_inner(struct rc_buf *sql, const char *at)
{
    while (*at != '\0') {
        if (*at == '"' || *at == '\'') {
            at = put_quoted(sql, at);
        } else if (*at == '$') {
            size_t digits = strspn(at + 1, "0123456789");
            rc_buf_printf(sql, "k.\"p%.*s\"", (int)digits, at + 1);
            at += 1 + digits;
        } else {
            size_t len = strcspn(at, "\"'$");
            rc_buf_append(sql, at, len);
            at += len;
        }
    }
}

static void put_text(struct rc_builder *builder, const struct rc_plan_statement *statement,
                     const struct rc_type *const *types)
{
    struct rc_buf *sql = &builder->sql;
    rc_builder_put(builder, "select k.\"n\", r.* from unnest(");
    for (size_t i = 0; i < statement->param_count; i++) {
        rc_buf_printf(sql, "%s$%zu", i > 0 ? ", " : "", i + 1);
        rc_builder_put_cast(builder, types[i]);
    }
    rc_builder_put(builder, ") with ordinality as k(");
    for (size_t i = 0; i < statement->param_count; i++) {
        rc_buf_printf(sql, "\"p%zu\", ", i + 1);
    }
    rc_builder_put(builder, "\"n\") cross join lateral (");
    put_inner(sql, statement->sql);
    rc_builder_put(builder, ") r");
}

void rc_bulk_make(struct rc_builder *builder, const struct rc_node *request,
                  struct rc_plan *plan)
{
    if (builder->broken || !is_eligible(request, plan)) {
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
    rc_buf_clear(&builder->sql);
    put_text(builder, statement, types);
    bulk->param_types = types;
    bulk->sql_len = builder->sql.len;
    bulk->sql = rc_arena_copy(builder->arena, builder->sql.data, builder->sql.len);
    builder->broken = builder->broken || builder->sql.broken || !bulk->sql;
    plan->bulk = bulk;
}
