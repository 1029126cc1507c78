// SPDX-License-Identifier: Apache-2.0
//
// What a server describes, as JSON that people and programs can read: fields with their types
// as words. Single-threaded; values are new and the caller's to drop, NULL when memory ran out.
#ifndef RC_BIN_LISTING_H
#define RC_BIN_LISTING_H

#include "json/pool.h"

#include <jansson.h>

// {"entity": NAME, "fields": [...], "methods": ["FindUnique", ...]}. A field is {"name",
// "number", "type": "int32" or "Price[]", "note": what else there is to know}. One of the
// server's own services has no fields.
json_t *rc_listing_entity(const struct rc_pool *pool, const char *database, const char *name,
                          const struct rc_pool_service *service);

// {"method": NAME, "request": MESSAGE, "response": MESSAGE}, messages as below.
json_t *rc_listing_method(const char *name, const struct rc_pool_method *method);

// {"message": FULL NAME, "fields": [...]}.
json_t *rc_listing_message(const struct rc_wire_message *message);

#endif
