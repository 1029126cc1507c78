// SPDX-License-Identifier: Apache-2.0
//
// The project as it is before an import: what has numbers, comments and files already.
#ifndef RC_IMPORT_BEFORE_H
#define RC_IMPORT_BEFORE_H

#include "import/draft.h"

// An authored file.
struct rc_before_file {
    const char *path; // below the proto folder: "shared/paint.proto"
    const char *text;
};

struct rc_before {
    const struct rc_schema *schema; // NULL when there are no authored files
    const struct rc_before_file *files;
    size_t file_count;
};

// What an entity or enum of the draft is in the project now: by its name or its name in
// PostgreSQL, in its own folder or, when none is there, in another. NULL when it is new.
const struct rc_entity *rc_before_entity(const struct rc_before *before,
                                         const struct rc_draft_entity *entity);
const struct rc_enum *rc_before_enum(const struct rc_before *before,
                                     const struct rc_draft_enum *enumeration);
// Whether both are one table, whatever they are called in proto.
bool rc_before_same_table(const struct rc_entity *found, const struct rc_draft_entity *entity);
// What a part of `drafted` is in the entity or enum that it was: the part with the same name in
// PostgreSQL, else the one of this proto name, if it is not another part of the draft by now. A
// foreign key is told by its columns and its target. NULL when there is none.
const struct rc_column *rc_before_column(const struct rc_entity *entity,
                                         const struct rc_draft_entity *drafted,
                                         const struct rc_draft_column *column);
const struct rc_enum_label *rc_before_label(const struct rc_enum *enumeration,
                                            const struct rc_draft_enum *drafted,
                                            const struct rc_draft_value *value);
const struct rc_foreign_key *rc_before_key(const struct rc_entity *entity,
                                           const struct rc_draft_entity *drafted,
                                           const struct rc_draft_relation *relation);
// The join table that the entity declares under the relation's name.
const struct rc_join_table *rc_before_join(const struct rc_entity *entity,
                                           const struct rc_draft_relation *relation);
const struct rc_before_file *rc_before_file(const struct rc_before *before, const char *path);

// The folder of a path: "shared" of "shared/paint.proto".
const char *rc_before_folder(struct rc_import *session, const char *path);

#endif
