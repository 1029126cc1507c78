// SPDX-License-Identifier: Apache-2.0
//
// Requests by chance, from the tables of the API: whatever a request message may contain is
// drawn sooner or later, without a line here for each field. Values are those that rows have,
// or near them; windows are small.
#ifndef RC_TESTS_DIFFERENTIAL_GENERATE_H
#define RC_TESTS_DIFFERENTIAL_GENERATE_H

#include "world.h"

#include "api/api.h"

// Parts of the language that can be left out.
enum {
    WITHOUT_RELATION_FILTERS = 1u << 0,
    WITHOUT_NESTED_SELECTS = 1u << 1,
    WITHOUT_RELATION_ORDERS = 1u << 2,
    WITHOUT_NESTED_WRITES = 1u << 3,
};

struct generator {
    struct dice *dice;
    const struct world *world;
    unsigned without;
    int budget; // how many fields may still be drawn: what bounds the size of a request
};

// A request of this message (rc_api_request) in JSON. A new reference.
json_t *generate_request(struct generator *generator, const struct rc_wire_message *request);

#endif
