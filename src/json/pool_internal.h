// SPDX-License-Identifier: Apache-2.0
//
// What a pool is made of, for the two files that make it: pool_read.c fills the files and their
// tables, pool.c indexes them by name and answers look-ups.
#ifndef RC_JSON_POOL_INTERNAL_H
#define RC_JSON_POOL_INTERNAL_H

#include "json/pool.h"

#include "base/arena.h"

struct rc_pool {
    struct rc_arena arena; // owns everything below
    struct rc_pool_file *files;
    size_t file_count;
    const struct rc_wire_message **messages; // by full name
    size_t message_count;
    const struct rc_wire_enum **enums; // by full name
    size_t enum_count;
};

// Fills files with everything but what refers to other types: a field of type MESSAGE or ENUM
// has its type's full name as `subject`, a method its input's and output's in `links`, in the
// order of the files.
struct rc_pool_links {
    const char *input;
    const char *output;
};
rowcall_status rc_pool_read(struct rc_pool *pool, struct rc_view descriptor_set,
                            struct rc_pool_links **ret_links, rowcall_error *err) RC_MUST_CHECK;

#endif
