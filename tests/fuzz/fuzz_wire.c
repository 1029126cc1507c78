// SPDX-License-Identifier: Apache-2.0
//
// The checker of untrusted bytes: what it passes can be walked to the end by the reader, and
// cut bytes say so.
#include "fuzz/fuzz.h"

#include "wire/message.h"

static const struct rc_wire_enum_value sizes[] = {{.name = "S", .number = 0},
                                                  {.name = "L", .number = 5}};
static const struct rc_wire_enum size = {.name = "Size", .values = sizes, .value_count = 2};
static const struct rc_wire_message tree;
static const struct rc_wire_field fields[] = {
    {.number = 1,
     .type = RC_FIELD_MESSAGE,
     .repeated = true,
     .oneof = -1,
     .name = "and",
     .message = &tree},
    {.number = 2, .type = RC_FIELD_STRING, .oneof = 0, .name = "text"},
    {.number = 3, .type = RC_FIELD_INT32, .oneof = 0, .name = "number"},
    {.number = 4,
     .type = RC_FIELD_ENUM,
     .repeated = true,
     .oneof = -1,
     .name = "sizes",
     .enumeration = &size},
    {.number = 5, .type = RC_FIELD_FIXED64, .repeated = true, .oneof = -1, .name = "words"},
    {.number = 900, .type = RC_FIELD_BYTES, .oneof = -1, .name = "blob"},
};
static const struct rc_wire_message tree = {.name = "Tree",
                                            .fields = fields,
                                            .field_count = sizeof fields / sizeof fields[0],
                                            .oneof_count = 1};

const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("\x0A\x04\x12\x02hi\x0A\x04\x0A\x02\x18\x07"),
    FUZZ_SEED("\x22\x03\x00\x05\x00\x20\x05"),
    FUZZ_SEED("\x2A\x08\x01\x02\x03\x04\x05\x06\x07\x08\x29\x01\x02\x03\x04\x05\x06\x07\x08"),
    FUZZ_SEED("\xA2\x38\x03\x00\xFF\x01\x18\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),
    FUZZ_SEED("\x0A\x0A\x0A\x08\x0A\x06\x0A\x04\x0A\x02\x0A\x00"),
};
const size_t fuzz_seed_count = sizeof fuzz_seeds / sizeof fuzz_seeds[0];

static void walk(struct rc_view data)
{
    struct rc_wire_reader reader;
    struct rc_wire_value value;
    rc_wire_reader_init(&reader, data);
    while (rc_wire_next(&reader, &value)) {
        FUZZ_REQUIRE(rc_wire_field_by_number(&tree, value.number));
        if (value.number == 1) {
            walk(value.bytes);
        }
    }
    FUZZ_REQUIRE(!reader.broken);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct rc_view view = {(const char *)data, len};
    struct rc_wire_limits limits = {.max_depth = 8, .max_fields = 100};
    rowcall_error err = {0};
    if (rc_wire_check(&tree, view, &limits, &err) == ROWCALL_OK) {
        walk(view);
        FUZZ_REQUIRE(err.message[0] == '\0');
    } else {
        FUZZ_REQUIRE(err.status != ROWCALL_OK && err.message[0] != '\0');
    }
    return 0;
}
