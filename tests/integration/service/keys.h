// SPDX-License-Identifier: Apache-2.0
//
// A table with a unique column of every kind that may be a key, some as others would write
// them, and names that need quoting; with records on both sides of it.
//
//   owners <-- things <-- marks
//
// A value is a template: ## stands for the number of its record, which has two digits.
#ifndef RC_TESTS_KEYS_H
#define RC_TESTS_KEYS_H

#include "shop.h"

// Records that are there have the numbers from the first to before the end, those up to the
// limit are not there.
enum { KEYS_FIRST = 10, KEYS_END = 34, KEYS_LIMIT = 50 };

struct keys_kind {
    const char *key;   // what is in a FindUnique's key: "k_int2: ##" as JSON
    const char *other; // the same record, written in another way; perhaps the same
    const char *where; // as a FindFirst's where
};

extern const struct keys_kind keys_kinds[];
extern const size_t keys_kind_count;

extern const struct shop_site keys_site;

// Things, as SQL.
#define KEYS_TABLE "\"th'ings \"\"$1\"\"\""

// Makes the records.
void keys_fill(struct shop *shop);

// A template with its number, NUL-terminated into to.
void keys_write(const char *text, int number, char *to, size_t size);

#endif
