// SPDX-License-Identifier: Apache-2.0
//
// Pools from damaged descriptor sets: refused with a message, or whole enough to look
// everything up.
#include "fuzz/fuzz.h"

#include "json/pool.h"

// Encoded: package p with message M {M m = 1; E e = 2; message N {}}, enum E {A = 0;}, service
// MService {rpc Do(M) returns (M)} and a comment; package q with message K {oneof o {int64 a =
// 1;}}.
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("\012u\022\001p\042*\012\001M\022\017\012\001m\030\001 \001(\0132\004.p"
              ".M\022\017\012\001e\030\002 \001(\0162\004.p.E\032\003\012\001N*\012"
              "\012\001E\022\005\012\001A\020\0002\034\012\010MService\022\020\012"
              "\002Do\022\004.p.M\032\004.p.MJ\032\012\030\012\002\004\000\012\022"
              "\012\002\004\000\032\014 A comment.\012"),
    FUZZ_SEED("\012\030\022\001q\042\023\012\001K\022\011\012\001a\030\001(\003H\000B"
              "\003\012\001o"),
};
const size_t fuzz_seed_count = sizeof fuzz_seeds / sizeof fuzz_seeds[0];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct rc_pool *pool = NULL;
    rowcall_error err = {0};
    if (rc_pool_new((struct rc_view){(const char *)data, len}, &pool, &err) != ROWCALL_OK) {
        FUZZ_REQUIRE(!pool && err.message[0] != '\0');
        return 0;
    }
    for (size_t i = 0; i < rc_pool_file_count(pool); i++) {
        const struct rc_pool_file *file = rc_pool_file_at(pool, i);
        for (size_t j = 0; j < file->message_count; j++) {
            const struct rc_wire_message *message = &file->messages[j];
            FUZZ_REQUIRE(rc_pool_message(pool, rc_view_of(message->full_name)));
            for (size_t k = 0; k < message->field_count; k++) {
                const struct rc_wire_field *field = &message->fields[k];
                FUZZ_REQUIRE(rc_wire_field_by_number(message, field->number) == field);
                FUZZ_REQUIRE(field->type != RC_FIELD_MESSAGE || field->message);
                FUZZ_REQUIRE(field->type != RC_FIELD_ENUM || field->enumeration);
            }
        }
        for (size_t j = 0; j < file->service_count; j++) {
            for (size_t k = 0; k < file->services[j].method_count; k++) {
                FUZZ_REQUIRE(file->services[j].methods[k].input &&
                             file->services[j].methods[k].output);
            }
        }
    }
    rc_pool_free(pool);
    return 0;
}
