// SPDX-License-Identifier: Apache-2.0
//
// Which file everything goes to, and what has to be written and removed for it.
#ifndef RC_IMPORT_FILES_H
#define RC_IMPORT_FILES_H

#include "import/before.h"

// What becomes of one file.
struct rc_file_change {
    const char *path;   // below the proto folder
    const char *text;   // NULL: it is removed
    const char *before; // its text until now; NULL: it is new
    struct rc_file_change *next;
};

// Puts entities and enums into files: where they are in the project already, else into one
// named after their origin. Files that would import each other become one. Then finds every
// file's imports, and those of the databases.
void rc_files_place(struct rc_import *session, struct rc_draft *draft,
                    const struct rc_before *before);

// Finds the imports of every file of the draft.
void rc_files_imports(struct rc_import *session, struct rc_draft *draft);

// The texts of all files that say something else than the project's, by path: one that says the
// same in other words stays as it is. Whatever would be lost with a
// file that has to be written is reported: as an error where it is more than an entity that the
// source does not have.
struct rc_file_change *rc_files_changes(struct rc_import *session, const struct rc_draft *draft,
                                        const struct rc_before *before);

#endif
