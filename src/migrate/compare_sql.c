// SPDX-License-Identifier: Apache-2.0
//
// Describing statements. What a field's type is called in this database is not looked up: a
// select of NULLs with the row's casts is described as well, so PostgreSQL answers both sides.
#include "migrate/compare_sql.h"

#include <stdio.h>
#include <string.h>

enum { EXCERPT_MAX = 40 };

struct check {
    struct rc_pg_sync *conn;
    struct rc_arena *arena;
    const struct rc_sql_method *method;
    struct rc_difference *items;
    size_t count;
    size_t capacity;
    rowcall_error *err;
};

// text is from the arena; NULL when that had no memory.
static rowcall_status add(struct check *check, const char *text)
{
    const struct rc_sql_method *method = check->method;
    const char *name =
        rc_arena_printf(check->arena, "%s/%s", method->service->name, method->name);
    if (check->count == check->capacity) {
        size_t larger = check->capacity ? check->capacity * 2 : 8;
        struct rc_difference *moved =
            rc_arena_new_array(check->arena, larger, struct rc_difference);
        if (!moved) {
            return rc_error_oom(check->err);
        }
        if (check->count > 0) {
            memcpy(moved, check->items, check->count * sizeof(*moved));
        }
        check->items = moved;
        check->capacity = larger;
    }
    const char *message =
        name && text ? rc_arena_printf(check->arena, "%s: %s", name, text) : NULL;
    if (!message) {
        return rc_error_oom(check->err);
    }
    check->items[check->count++] = (struct rc_difference){.kind = "sql",
                                                          .table = "",
                                                          .name = name,
                                                          .text = message,
                                                          .position = method->position};
    return ROWCALL_OK;
}

// ---- what PostgreSQL refuses

// " at line 2, column 8: u.nam, count(*)": where a character is, counted from 1.
static const char *print_place(struct rc_arena *arena, const char *text, size_t position)
{
    int line = 1;
    int column = 1;
    const char *at = text;
    for (size_t i = 1; i < position && *at; i++) {
        line += *at == '\n';
        column = *at == '\n' ? 1 : column + 1;
        for (at++; ((unsigned char)*at & 0xc0) == 0x80; at++) {
        }
    }
    size_t len = strcspn(at, "\n");
    bool is_cut = len > EXCERPT_MAX;
    for (len = is_cut ? EXCERPT_MAX : len; ((unsigned char)at[len] & 0xc0) == 0x80; len--) {
    }
    return rc_arena_printf(arena, ", at line %d, column %d of the statement: %.*s%s", line,
                           column, (int)len, at, is_cut ? "..." : "");
}

// Where PostgreSQL saw the error in what was authored; "" when it does not say.
static rowcall_status find_place(struct check *check, bool required_only,
                                 const char **ret_place)
{
    const struct rc_pg_error *error = rc_pg_sync_last_error(check->conn);
    size_t position = error->position > 0 ? rc_sql_method_position(check->method, required_only,
                                                                   (size_t)error->position)
                                          : 0;
    if (position == 0) {
        *ret_place = "";
        return ROWCALL_OK;
    }
    struct rc_buf authored = {0};
    rc_sql_method_authored(check->method, required_only, &authored);
    rowcall_status st = rc_buf_status(&authored, check->err);
    const char *place =
        st == ROWCALL_OK ? print_place(check->arena, authored.data, position) : NULL;
    rc_buf_fini(&authored);
    if (!place) {
        return rc_error_oom(check->err);
    }
    *ret_place = place;
    return ROWCALL_OK;
}

static rowcall_status add_refusal(struct check *check, bool required_only)
{
    const struct rc_pg_error *error = rc_pg_sync_last_error(check->conn);
    const char *place = NULL;
    rowcall_status st = find_place(check, required_only, &place);
    if (st != ROWCALL_OK) {
        return st;
    }
    return add(check, rc_arena_printf(check->arena, "%s%s%s%s%s", error->message,
                                      *error->detail ? ": " : "", error->detail, place,
                                      required_only ? ", without optional arguments" : ""));
}

// Whether the connection can go on: only the statement was refused.
static bool is_refusal(const struct check *check)
{
    return rc_pg_sync_is_alive(check->conn) &&
           rc_pg_sync_last_error(check->conn)->kind == RC_PG_ERROR_SERVER;
}

// *ret_result stays NULL when PostgreSQL refuses the text, whose owner then says so.
static rowcall_status describe(struct check *check, struct rc_buf *text,
                               struct rc_pg_result **ret_result)
{
    rowcall_error cause = {0};
    rowcall_status st = rc_buf_status(text, check->err);
    if (st == ROWCALL_OK) {
        st = rc_pg_sync_describe(check->conn, text->data, ret_result, &cause);
        if (st != ROWCALL_OK && is_refusal(check)) {
            st = ROWCALL_OK;
        } else if (st != ROWCALL_OK && check->err) {
            *check->err = cause;
        }
    }
    rc_buf_fini(text);
    return st;
}

static rowcall_status describe_method(struct check *check, bool required_only,
                                      struct rc_pg_result **ret_result)
{
    struct rc_buf text = {0};
    rc_sql_method_text(check->method, required_only, &text);
    rowcall_status st = describe(check, &text, ret_result);
    return st == ROWCALL_OK && !*ret_result ? add_refusal(check, required_only) : st;
}

// ---- columns of rows

static const char types_sql[] =
    "select format_type(a.oid, null), format_type(b.oid, null), exists ("
    " select from pg_cast c where c.castmethod = 'b' and c.castcontext = 'i' and"
    " ((c.castsource, c.casttarget) = (a.oid, b.oid) or a.typcategory = 'A' and"
    "  b.typcategory = 'A' and (c.castsource, c.casttarget) = (a.typelem, b.typelem)))"
    " from pg_type a, pg_type b where a.oid = $1::oid and b.oid = $2::oid";

static rowcall_status compare_types(struct check *check, const struct rc_column *column,
                                    uint32_t given, uint32_t declared)
{
    char oids[2][16];
    const char *values[] = {oids[0], oids[1]};
    struct rc_pg_params params = {.count = 2, .values = values};
    struct rc_pg_result *types = NULL;
    if (given == declared) {
        return ROWCALL_OK;
    }
    (void)snprintf(oids[0], sizeof(oids[0]), "%u", given);
    (void)snprintf(oids[1], sizeof(oids[1]), "%u", declared);
    rowcall_status st = rc_pg_sync_exec(check->conn, types_sql, &params, &types, check->err);
    if (st == ROWCALL_OK && rc_pg_result_row_count(types) == 1 &&
        strcmp(rc_pg_result_text(types, 0, 2), "f") == 0) {
        st = add(check,
                 rc_arena_printf(check->arena, "column %s is %s, field %s of %s says %s",
                                 column->sql_name, rc_pg_result_text(types, 0, 0), column->name,
                                 check->method->row->name, rc_pg_result_text(types, 0, 1)));
    }
    rc_pg_result_free(types);
    return st;
}

static rowcall_status compare_column(struct check *check, const struct rc_pg_result *given,
                                     const struct rc_pg_result *declared, size_t index)
{
    const struct rc_column *column = &check->method->row->columns[index];
    int found = -1;
    int count = 0;
    for (int i = 0; i < rc_pg_result_column_count(given); i++) {
        if (strcmp(rc_pg_result_column_name(given, i), column->sql_name) == 0) {
            found = i;
            count++;
        }
    }
    if (count != 1) {
        return add(check,
                   rc_arena_printf(check->arena, "column %s, field %s of %s, is %s",
                                   column->sql_name, column->name, check->method->row->name,
                                   count == 0 ? "missing from the result"
                                              : "in the result more than once"));
    }
    return compare_types(check, column, rc_pg_result_column_type(given, found),
                         rc_pg_result_column_type(declared, (int)index));
}

// "select null::text, null::int8": a description of it has the row's types. A refusal is that
// of a type's name.
static rowcall_status describe_row(struct check *check, struct rc_pg_result **ret_result)
{
    const struct rc_entity *row = check->method->row;
    struct rc_buf text = {0};
    for (size_t i = 0; i < row->column_count; i++) {
        rc_buf_append_text(&text, i > 0 ? ", null::" : "select null::");
        rc_sql_type(&text, &row->columns[i].type);
    }
    rowcall_status st = describe(check, &text, ret_result);
    if (st == ROWCALL_OK && !*ret_result) {
        st = add(check, rc_arena_printf(check->arena, "%s: %s", row->name,
                                        rc_pg_sync_last_error(check->conn)->message));
    }
    return st;
}

static rowcall_status compare_row(struct check *check, const struct rc_pg_result *given)
{
    struct rc_pg_result *declared = NULL;
    rowcall_status st = describe_row(check, &declared);
    for (size_t i = 0; st == ROWCALL_OK && declared && i < check->method->row->column_count;
         i++) {
        st = compare_column(check, given, declared, i);
    }
    rc_pg_result_free(declared);
    return st;
}

// ---- methods

static bool has_optional_arguments(const struct rc_sql_method *method)
{
    size_t i = 0;
    while (i < method->piece_count &&
           !(method->pieces[i].is_argument && method->pieces[i].parameter->nullable)) {
        i++;
    }
    return i < method->piece_count;
}

static rowcall_status check_method(struct check *check)
{
    struct rc_pg_result *given = NULL;
    struct rc_pg_result *without = NULL;
    rowcall_status st = describe_method(check, false, &given);
    if (st == ROWCALL_OK && given && check->method->row) {
        st = compare_row(check, given);
    }
    if (st == ROWCALL_OK && given && has_optional_arguments(check->method)) {
        st = describe_method(check, true, &without);
    }
    rc_pg_result_free(given);
    rc_pg_result_free(without);
    return st;
}

rowcall_status rc_compare_sql(struct rc_pg_sync *conn, const struct rc_scope *scope,
                              struct rc_arena *arena, struct rc_differences *ret_differences,
                              rowcall_error *err)
{
    struct check check = {.conn = conn, .arena = arena, .err = err};
    rowcall_status st = ROWCALL_OK;
    for (size_t i = 0; i < scope->service_count; i++) {
        for (size_t m = 0; st == ROWCALL_OK && m < scope->services[i].method_count; m++) {
            check.method = &scope->services[i].methods[m];
            st = check_method(&check);
        }
    }
    if (st == ROWCALL_OK) {
        *ret_differences = (struct rc_differences){.items = check.items, .count = check.count};
    }
    return st;
}
