// SPDX-License-Identifier: Apache-2.0
//
// Writes of related records, T being the entity on the other side:
//
//   TCreateOne   create | connect | connect_or_create          in ECreate, to-one
//   TCreateList  create*, connect*, connect_or_create*, create_many
//   TUpdateOne   the former, disconnect, update, upsert, delete in EUpdate, to-one
//   TUpdateList  the former, disconnect*, set, update*, update_many*, upsert*, delete*,
//   delete_many*
//
// Numbers are the same in all four. The foreign key that nesting provides is left out of the
// nested data.
#include "api/api_internal.h"

static const struct rc_wire_message *own(struct rc_api_builder *builder, enum rc_api_slot slot)
{
    return rc_api_slot(builder, builder->model, slot);
}

static struct rc_wire_field *add_nested(struct rc_api_builder *builder, uint32_t number,
                                        const char *name, enum rc_api_slot slot)
{
    return rc_api_add_message(builder, number, name, own(builder, slot), RC_ROLE_NESTED);
}

static void add_creates(struct rc_api_builder *builder, bool repeated)
{
    add_nested(builder, 1, "create", RC_SLOT_CREATE)->repeated = repeated;
    add_nested(builder, 2, "connect", RC_SLOT_KEY)->repeated = repeated;
    add_nested(builder, 3, "connect_or_create", RC_SLOT_CONNECT_OR_CREATE)->repeated = repeated;
}

void rc_api_build_connect_or_create(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "key", own(builder, RC_SLOT_KEY), RC_ROLE_KEY);
    rc_api_add_message(builder, 2, "create", own(builder, RC_SLOT_CREATE), RC_ROLE_CREATE);
}

void rc_api_build_create_rows(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "rows", own(builder, RC_SLOT_CREATE), RC_ROLE_ROWS)
        ->repeated = true;
    rc_api_add_scalar(builder, 2, "skip_duplicates", RC_FIELD_BOOL, RC_ROLE_SKIP_DUPLICATES);
}

void rc_api_build_create_one(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_creates(builder, false);
}

void rc_api_build_create_list(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_creates(builder, true);
    add_nested(builder, 4, "create_many", RC_SLOT_CREATE_ROWS);
}

void rc_api_build_update_with(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "where", own(builder, RC_SLOT_WHERE), RC_ROLE_WHERE)
        ->comment = "Only if the related record matches.";
    rc_api_add_message(builder, 2, "data", own(builder, RC_SLOT_UPDATE), RC_ROLE_DATA);
}

void rc_api_build_upsert_with(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "where", own(builder, RC_SLOT_WHERE), RC_ROLE_WHERE);
    rc_api_add_message(builder, 2, "create", own(builder, RC_SLOT_CREATE), RC_ROLE_CREATE);
    rc_api_add_message(builder, 3, "update", own(builder, RC_SLOT_UPDATE), RC_ROLE_UPDATE);
}

void rc_api_build_update_one(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_creates(builder, false);
    add_nested(builder, 5, "disconnect", RC_SLOT_WHERE)->comment =
        "Unlink the related record if it matches; an empty filter matches.";
    add_nested(builder, 7, "update", RC_SLOT_UPDATE_WITH);
    add_nested(builder, 9, "upsert", RC_SLOT_UPSERT_WITH);
    add_nested(builder, 10, "delete", RC_SLOT_WHERE)->comment =
        "Delete the related record if it matches; an empty filter matches.";
}

void rc_api_build_key_list(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "keys", own(builder, RC_SLOT_KEY), RC_ROLE_KEY)->repeated =
        true;
}

void rc_api_build_update_at(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "key", own(builder, RC_SLOT_KEY), RC_ROLE_KEY);
    rc_api_add_message(builder, 2, "where", own(builder, RC_SLOT_WHERE), RC_ROLE_WHERE);
    rc_api_add_message(builder, 3, "data", own(builder, RC_SLOT_UPDATE), RC_ROLE_DATA);
}

void rc_api_build_update_where(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "where", own(builder, RC_SLOT_WHERE), RC_ROLE_WHERE);
    rc_api_add_message(builder, 2, "data", own(builder, RC_SLOT_UPDATE), RC_ROLE_DATA);
}

void rc_api_build_upsert_at(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    rc_api_add_message(builder, 1, "key", own(builder, RC_SLOT_KEY), RC_ROLE_KEY);
    rc_api_add_message(builder, 2, "create", own(builder, RC_SLOT_CREATE), RC_ROLE_CREATE);
    rc_api_add_message(builder, 3, "update", own(builder, RC_SLOT_UPDATE), RC_ROLE_UPDATE);
}

void rc_api_build_update_list(struct rc_api_builder *builder, enum rc_verb verb)
{
    (void)verb;
    add_creates(builder, true);
    add_nested(builder, 4, "create_many", RC_SLOT_CREATE_ROWS);
    add_nested(builder, 5, "disconnect", RC_SLOT_KEY)->repeated = true;
    add_nested(builder, 6, "set", RC_SLOT_KEY_LIST)->comment =
        "Exactly these are related afterwards; an empty list unlinks all.";
    add_nested(builder, 7, "update", RC_SLOT_UPDATE_AT)->repeated = true;
    add_nested(builder, 8, "update_many", RC_SLOT_UPDATE_WHERE)->repeated = true;
    add_nested(builder, 9, "upsert", RC_SLOT_UPSERT_AT)->repeated = true;
    add_nested(builder, 10, "delete", RC_SLOT_KEY)->repeated = true;
    add_nested(builder, 11, "delete_many", RC_SLOT_WHERE)->repeated = true;
}
