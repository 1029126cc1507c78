// SPDX-License-Identifier: Apache-2.0
//
// Columns, relations and table options of a draft as .proto text, and the words for them.
// Private to the module.
#ifndef RC_IMPORT_DRAFT_TEXT_H
#define RC_IMPORT_DRAFT_TEXT_H

#include "base/buf.h"
#include "import/draft.h"

// What the names of an enum's values begin with: "PAINT_COLOR_".
const char *rc_draft_value_prefix(struct rc_import *session, const char *enum_name);

// As (rowcall.column).generate and Relation's actions are spelled; NULL for no generator.
const char *rc_draft_generator_name(enum rc_generator generator);
const char *rc_draft_action_name(enum rc_action action);

// "option (rowcall.table) = {...};" in lines of its own.
void rc_draft_text_table(struct rc_import *session, const struct rc_draft_entity *entity,
                         struct rc_buf *out);
// The field, its comment before it.
void rc_draft_text_column(struct rc_import *session, const struct rc_draft_entity *entity,
                          const struct rc_draft_column *column, struct rc_buf *out);
void rc_draft_text_relation(struct rc_import *session, const struct rc_draft_entity *entity,
                            const struct rc_draft_relation *relation, struct rc_buf *out);

#endif
