// SPDX-License-Identifier: Apache-2.0
//
// migration_lock.toml, which says for which kind of database a folder's migrations are written:
//
//   # comments
//   provider = "postgresql"
#ifndef RC_MIGRATE_PROVIDER_H
#define RC_MIGRATE_PROVIDER_H

#include "base/view.h"

// The value of the key `provider` in the file's text, without its quotes; the empty view when
// there is none. Borrowed from toml. Comments, and keys below a [table], do not count.
struct rc_view rc_migration_provider(const char *toml);

#endif
