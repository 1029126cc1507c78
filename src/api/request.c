// SPDX-License-Identifier: Apache-2.0
//
// Requests and responses of an entity's methods.
#include "api/api_internal.h"

static void add_key(struct rc_api_builder *builder)
{
    rc_api_add_message(builder, 1, "key", rc_api_slot(builder, builder->model, RC_SLOT_KEY),
                       RC_ROLE_KEY);
}

static struct rc_wire_field *add_where(struct rc_api_builder *builder, uint32_t number)
{
    return rc_api_add_message(builder, number, "where",
                              rc_api_slot(builder, builder->model, RC_SLOT_WHERE),
                              RC_ROLE_WHERE);
}

static void add_extra_where(struct rc_api_builder *builder)
{
    add_where(builder, 2)->comment = "Only if the record matches this, too.";
}

static void add_select(struct rc_api_builder *builder, uint32_t number)
{
    rc_api_add_message(builder, number, "select",
                       rc_api_slot(builder, builder->model, RC_SLOT_SELECT), RC_ROLE_SELECT);
}

static void add_returning(struct rc_api_builder *builder, uint32_t number)
{
    add_select(builder, number);
    if (!builder->failed) {
        builder->fields[builder->count - 1].comment =
            "Answer with what was written; without it, with how many.";
    }
}

static void add_data(struct rc_api_builder *builder, uint32_t number, const char *name,
                     enum rc_api_slot slot, enum rc_api_role role)
{
    rc_api_add_message(builder, number, name, rc_api_slot(builder, builder->model, slot), role);
}

// Where a list of records is, in all requests that read one.
static void add_window(struct rc_api_builder *builder)
{
    add_where(builder, 1);
    rc_api_add_message(builder, 2, "order_by",
                       rc_api_slot(builder, builder->model, RC_SLOT_ORDER_BY), RC_ROLE_ORDER_BY)
        ->repeated = true;
    rc_api_add_message(builder, 3, "cursor", rc_api_slot(builder, builder->model, RC_SLOT_KEY),
                       RC_ROLE_CURSOR)
        ->comment = "Begin with this record; none when it does not exist.";
    rc_api_add_optional(builder, 4, "take", RC_FIELD_INT32, RC_ROLE_TAKE)->comment =
        "At most so many; negative: from the end.";
    rc_api_add_scalar(builder, 5, "skip", RC_FIELD_UINT32, RC_ROLE_SKIP);
}

// Which records to answer with, and with what of each.
static void add_find(struct rc_api_builder *builder)
{
    add_window(builder);
    rc_api_add_field_list(builder, 6, "distinct", RC_ROLE_DISTINCT)->comment =
        "Only the first record of each combination of these fields.";
    add_select(builder, 7);
}

static void add_required(struct rc_api_builder *builder, uint32_t number)
{
    rc_api_add_scalar(builder, number, "required", RC_FIELD_BOOL, RC_ROLE_REQUIRED)->comment =
        "NOT_FOUND instead of an empty reply.";
}

// A view has no rows to lock.
static void add_lock(struct rc_api_builder *builder, uint32_t number)
{
    if (rc_api_is_writable(builder->model)) {
        rc_api_add_message(builder, number, "lock", &rc_vocabulary_lock, RC_ROLE_LOCK)
            ->comment = "Lock the records that are read; only within a transaction.";
    }
}

// What of a stream a call is about.
static void add_paging(struct rc_api_builder *builder)
{
    rc_api_add_scalar(builder, 8, "page_size", RC_FIELD_UINT32, RC_ROLE_PAGE_SIZE)->comment =
        "At most so many records in this reply; 0: as many as page_bytes takes.";
    rc_api_add_scalar(builder, 9, "page_bytes", RC_FIELD_UINT32, RC_ROLE_PAGE_BYTES)->comment =
        "At most so many bytes of records in this reply, but always one record; 0: 1 MiB.";
    rc_api_add_scalar(builder, 10, "page_token", RC_FIELD_STRING, RC_ROLE_PAGE_TOKEN)->comment =
        "The page that a reply's next_page_token leads to; empty: begin.";
    rc_api_add_scalar(builder, 11, "close", RC_FIELD_BOOL, RC_ROLE_CLOSE)->comment =
        "End the stream of page_token; no further page is wanted.";
}

// The guards of UpdateMany and DeleteMany.
static void add_bounds(struct rc_api_builder *builder)
{
    rc_api_add_scalar(builder, 3, "all", RC_FIELD_BOOL, RC_ROLE_ALL)->comment =
        "Every record is meant: without it an empty filter is refused.";
    rc_api_add_optional(builder, 4, "max_affected", RC_FIELD_UINT32, RC_ROLE_MAX_AFFECTED)
        ->comment = "More than so many: nothing is changed, and the call fails.";
    rc_api_add_optional(builder, 5, "limit", RC_FIELD_UINT32, RC_ROLE_LIMIT)->comment =
        "Stop after so many.";
}

static void build_group_by(struct rc_api_builder *builder)
{
    const struct rc_model *model = builder->model;
    struct rc_wire_field *by = rc_api_add_message(
        builder, 1, "by", rc_api_slot(builder, model, RC_SLOT_GROUP_KEY), RC_ROLE_BY);
    by->repeated = true;
    by->comment =
        "At least one. Records without a value, or without a related record, are a group.";
    add_where(builder, 2);
    rc_api_add_message(builder, 3, "having", rc_api_slot(builder, model, RC_SLOT_HAVING),
                       RC_ROLE_HAVING)
        ->comment = "Only groups that match this.";
    rc_api_add_message(builder, 4, "order_by",
                       rc_api_slot(builder, model, RC_SLOT_GROUP_ORDER_BY), RC_ROLE_ORDER_BY)
        ->repeated = true;
    rc_api_add_optional(builder, 5, "take", RC_FIELD_INT32, RC_ROLE_TAKE)->comment =
        "At most so many groups; negative: from the end.";
    rc_api_add_scalar(builder, 6, "skip", RC_FIELD_UINT32, RC_ROLE_SKIP);
    rc_api_add_functions(builder, 7);
}

static void build_upsert_many(struct rc_api_builder *builder)
{
    add_data(builder, 1, "rows", RC_SLOT_CREATE, RC_ROLE_ROWS);
    if (!builder->failed) {
        builder->fields[builder->count - 1].repeated = true;
    }
    rc_api_add_field_list(builder, 2, "conflict", RC_ROLE_CONFLICT)->comment =
        "The fields of the unique key that decides whether a record exists.";
    rc_api_add_field_list(builder, 3, "update", RC_ROLE_UPDATE)->comment =
        "The fields that an existing record takes from its row; none: it stays as it is.";
    add_returning(builder, 4);
}

void rc_api_build_request(struct rc_api_builder *builder, enum rc_verb verb)
{
    switch (verb) {
    case RC_VERB_FIND_UNIQUE:
        add_key(builder);
        add_extra_where(builder);
        add_select(builder, 3);
        add_required(builder, 4);
        add_lock(builder, 5);
        break;
    case RC_VERB_FIND_FIRST:
        add_find(builder);
        add_required(builder, 8);
        add_lock(builder, 9);
        break;
    case RC_VERB_FIND_MANY:
        add_find(builder);
        rc_api_add_scalar(builder, 8, "with_total", RC_FIELD_BOOL, RC_ROLE_WITH_TOTAL)
            ->comment = "Also count all records that match `where`.";
        add_lock(builder, 9);
        break;
    case RC_VERB_STREAM:
        add_find(builder);
        add_paging(builder);
        break;
    case RC_VERB_COUNT:
        add_window(builder);
        break;
    case RC_VERB_EXISTS:
        add_where(builder, 1);
        break;
    case RC_VERB_AGGREGATE:
        add_window(builder);
        rc_api_add_functions(builder, 7);
        break;
    case RC_VERB_GROUP_BY:
        build_group_by(builder);
        break;
    case RC_VERB_CREATE:
        add_data(builder, 1, "data", RC_SLOT_CREATE, RC_ROLE_DATA);
        add_returning(builder, 2);
        break;
    case RC_VERB_CREATE_MANY:
        rc_api_build_create_rows(builder, verb);
        add_returning(builder, 3);
        break;
    case RC_VERB_UPDATE:
        add_key(builder);
        add_extra_where(builder);
        add_data(builder, 3, "data", RC_SLOT_UPDATE, RC_ROLE_DATA);
        add_returning(builder, 4);
        break;
    case RC_VERB_UPDATE_MANY:
        add_where(builder, 1);
        add_data(builder, 2, "data", RC_SLOT_UPDATE, RC_ROLE_DATA);
        add_bounds(builder);
        add_returning(builder, 6);
        break;
    case RC_VERB_UPSERT:
        add_key(builder);
        add_extra_where(builder);
        add_data(builder, 3, "create", RC_SLOT_CREATE, RC_ROLE_CREATE);
        add_data(builder, 4, "update", RC_SLOT_UPDATE, RC_ROLE_UPDATE);
        add_returning(builder, 5);
        break;
    case RC_VERB_UPSERT_MANY:
        build_upsert_many(builder);
        break;
    case RC_VERB_DELETE:
        add_key(builder);
        add_extra_where(builder);
        add_returning(builder, 3);
        break;
    case RC_VERB_DELETE_MANY:
        add_where(builder, 1);
        add_bounds(builder);
        add_returning(builder, 6);
        break;
    case RC_VERB_NUMBER:
        break;
    }
}

static void add_row(struct rc_api_builder *builder)
{
    rc_api_add_message(builder, 1, "row", rc_api_slot(builder, builder->model, RC_SLOT_ROW),
                       RC_ROLE_ROW);
}

static void add_rows(struct rc_api_builder *builder)
{
    rc_api_add_message(builder, 1, "rows", rc_api_slot(builder, builder->model, RC_SLOT_ROW),
                       RC_ROLE_RESULT_ROWS)
        ->repeated = true;
}

static void add_count(struct rc_api_builder *builder, uint32_t number)
{
    rc_api_add_scalar(builder, number, "count", RC_FIELD_INT64, RC_ROLE_COUNT);
}

void rc_api_build_response(struct rc_api_builder *builder, enum rc_verb verb)
{
    switch (verb) {
    case RC_VERB_FIND_UNIQUE:
    case RC_VERB_FIND_FIRST:
        add_row(builder);
        break;
    case RC_VERB_FIND_MANY:
        add_rows(builder);
        rc_api_add_optional(builder, 2, "total", RC_FIELD_INT64, RC_ROLE_TOTAL);
        break;
    case RC_VERB_STREAM:
        add_rows(builder);
        rc_api_add_scalar(builder, 2, "next_page_token", RC_FIELD_STRING,
                          RC_ROLE_NEXT_PAGE_TOKEN)
            ->comment = "Pull again with this; empty: these were the last records.";
        break;
    case RC_VERB_COUNT:
        add_count(builder, 1);
        break;
    case RC_VERB_EXISTS:
        rc_api_add_scalar(builder, 1, "exists", RC_FIELD_BOOL, RC_ROLE_EXISTS);
        break;
    case RC_VERB_AGGREGATE:
        rc_api_add_results(builder);
        break;
    case RC_VERB_GROUP_BY:
        rc_api_add_message(builder, 1, "groups",
                           rc_api_slot(builder, builder->model, RC_SLOT_GROUP),
                           RC_ROLE_RESULT_ROWS)
            ->repeated = true;
        break;
    case RC_VERB_CREATE:
    case RC_VERB_UPDATE:
    case RC_VERB_DELETE:
        add_row(builder);
        add_count(builder, 2);
        break;
    case RC_VERB_UPSERT:
        add_row(builder);
        add_count(builder, 2);
        rc_api_add_scalar(builder, 3, "created", RC_FIELD_BOOL, RC_ROLE_CREATED);
        break;
    case RC_VERB_CREATE_MANY:
    case RC_VERB_UPDATE_MANY:
    case RC_VERB_UPSERT_MANY:
    case RC_VERB_DELETE_MANY:
        add_rows(builder);
        add_count(builder, 2);
        break;
    case RC_VERB_NUMBER:
        break;
    }
}
