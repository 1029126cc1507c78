// SPDX-License-Identifier: Apache-2.0
//
// Names in proto for what has only a name in its source: CamelCase types, snake_case fields,
// prefixed enum values, each free where it stands and none that Rowcall reserves. A name that
// had to become another than expected is remarked upon.
#ifndef RC_IMPORT_NAMING_H
#define RC_IMPORT_NAMING_H

#include "import/draft.h"

// A name as a field has it, and as a type has it; whatever stands in the source.
const char *rc_naming_field(struct rc_import *session, const char *source);
const char *rc_naming_type(struct rc_import *session, const char *source);

// Names the enums with their values, and the entities, that have none, by their aliases.
void rc_naming_types(struct rc_import *session, struct rc_draft *draft);
// Names the columns of an entity likewise.
void rc_naming_columns(struct rc_import *session, struct rc_draft_entity *entity);
// Makes the names of relations and inverses free on both sides; columns keep theirs, and so do
// relations that are settled.
void rc_naming_relations(struct rc_import *session, struct rc_draft *draft);

#endif
