// SPDX-License-Identifier: Apache-2.0
//
// The authored files of a new database as texts. Pure functions.
#ifndef RC_BIN_NEW_DATABASE_PROTO_H
#define RC_BIN_NEW_DATABASE_PROTO_H

#include "base/buf.h"

struct rc_database_proto {
    const char *name;
    const char *url_env;
    const char *const *imports; // "shared/auth.proto", in their order
    size_t import_count;
    const char *const *extensions;
    size_t extension_count;
};

// Appends database.proto.
void rc_database_proto_print(const struct rc_database_proto *database, struct rc_buf *out);

// Appends a file with one entity that has no more than a key and the time it was made.
void rc_entity_proto_print(const char *database, const char *entity, struct rc_buf *out);

#endif
