// SPDX-License-Identifier: Apache-2.0
//
// Identifiers that the server makes for columns that say so: uuid4, uuid7, ulid, nanoid, cuid2.
// Random parts are from the kernel's generator. Thread-safe, no state.
#ifndef RC_QUERY_GENERATE_H
#define RC_QUERY_GENERATE_H

#include "schema/schema.h"

// Room for the longest identifier and its NUL.
#define RC_GENERATED_SIZE 40

// Writes a new identifier as NUL-terminated text. False when the kernel gives no randomness, or
// for RC_GENERATOR_NONE.
bool rc_generate(enum rc_generator generator, char ret_text[RC_GENERATED_SIZE]);

#endif
