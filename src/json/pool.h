// SPDX-License-Identifier: Apache-2.0
//
// Message tables from a serialized google.protobuf.FileDescriptorSet: what the shell commands
// and any peer that asks a server for its API work with. Everything is made whole by
// rc_pool_new, owned by the pool, and read-only afterwards: any thread may read it.
#ifndef RC_JSON_POOL_H
#define RC_JSON_POOL_H

#include "wire/message.h"

struct rc_pool;

struct rc_pool_method {
    const char *name;    // "FindUnique"
    const char *comment; // NULL when none
    const struct rc_wire_message *input;
    const struct rc_wire_message *output;
};

struct rc_pool_service {
    const char *name; // "ProductService"
    const char *full_name;
    const char *comment;
    const struct rc_pool_method *methods; // in the order of the file
    size_t method_count;
};

struct rc_pool_file {
    const char *path;    // "api/core/product.proto"
    const char *package; // "core"; empty when there is none
    const struct rc_pool_service *services;
    size_t service_count;
    const struct rc_wire_message *messages; // nested ones included, in the order of the file
    size_t message_count;
    const struct rc_wire_enum *enums;
    size_t enum_count;
};

// Reads descriptor_set (borrowed for the call) into a new pool that the caller frees. Every
// name referred to must be in the set; a required field of proto2 is read as an optional one.
// INVALID_ARGUMENT names what cannot be read or found, groups among it.
rowcall_status rc_pool_new(struct rc_view descriptor_set, struct rc_pool **ret_pool,
                           rowcall_error *err) RC_MUST_CHECK;
void rc_pool_free(struct rc_pool *pool); // accepts NULL

// The files in the order of the set.
size_t rc_pool_file_count(const struct rc_pool *pool);
const struct rc_pool_file *rc_pool_file_at(const struct rc_pool *pool, size_t i);

// By full name ("core.ProductWhere"); NULL when there is none.
const struct rc_wire_message *rc_pool_message(const struct rc_pool *pool,
                                              struct rc_view full_name);
const struct rc_wire_enum *rc_pool_enum(const struct rc_pool *pool, struct rc_view full_name);

// The service of a package, by its name with or without its "Service": "Product" finds
// ProductService.
const struct rc_pool_service *rc_pool_service(const struct rc_pool *pool,
                                              struct rc_view package, struct rc_view service);

// A method of that service; NULL when either is missing.
const struct rc_pool_method *rc_pool_method(const struct rc_pool *pool, struct rc_view package,
                                            struct rc_view service, struct rc_view method);

#endif
