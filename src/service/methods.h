// SPDX-License-Identifier: Apache-2.0
//
// The methods of one database by name, made from its scope: a hash table that never changes,
// read by any thread.
#ifndef RC_SERVICE_METHODS_H
#define RC_SERVICE_METHODS_H

#include "api/api.h"

struct rc_method {
    const char *name; // "Product/FindUnique", "Report/Revenue"
    size_t name_len;
    const struct rc_model *model; // the service's, for typed SQL
    enum rc_verb verb;            // RC_VERB_NUMBER: typed SQL
    const struct rc_sql_method *sql;
};

struct rc_methods {
    struct rc_arena arena;
    struct rc_method *methods; // by model, then verb; then typed SQL
    size_t count;
    const struct rc_method **slots; // open addressing; a power of two, at most half full
    size_t slot_mask;
};

// Whether entities of this model have the verb at all: a view is never written.
bool rc_method_exists(const struct rc_model *model, enum rc_verb verb);

// Fills methods (caller's storage) from scope, which is borrowed; fini also after a failure.
rowcall_status rc_methods_init(struct rc_methods *methods, const struct rc_scope *scope,
                               rowcall_error *err) RC_MUST_CHECK;
void rc_methods_fini(struct rc_methods *methods);

// The method of this name, NULL when there is none.
const struct rc_method *rc_methods_find(const struct rc_methods *methods, struct rc_view name);

#endif
