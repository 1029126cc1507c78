// SPDX-License-Identifier: Apache-2.0
//
// JSON -> bytes -> JSON -> bytes: what the encoder makes of any text passes the checker, and
// survives a round trip.
#include "fuzz/fuzz.h"

#include "json/decode.h"
#include "json/encode.h"

static const struct rc_wire_enum_value sizes[] = {{.name = "SMALL", .number = 0},
                                                  {.name = "LARGE", .number = 5}};
static const struct rc_wire_enum size = {.name = "Size", .values = sizes, .value_count = 2};
static const struct rc_wire_field time_fields[] = {
    {.number = 1, .type = RC_FIELD_INT64, .oneof = -1, .name = "seconds"},
    {.number = 2, .type = RC_FIELD_INT32, .oneof = -1, .name = "nanos"},
};
static const struct rc_wire_message timestamp = {.name = "Timestamp",
                                                 .full_name = "google.protobuf.Timestamp",
                                                 .fields = time_fields,
                                                 .field_count = 2};
static const struct rc_wire_message tree;
static const struct rc_wire_field fields[] = {
    {.number = 1,
     .type = RC_FIELD_MESSAGE,
     .repeated = true,
     .oneof = -1,
     .name = "and",
     .message = &tree},
    {.number = 2, .type = RC_FIELD_STRING, .oneof = 0, .name = "some_text"},
    {.number = 3, .type = RC_FIELD_INT64, .oneof = 0, .name = "big"},
    {.number = 4,
     .type = RC_FIELD_ENUM,
     .repeated = true,
     .oneof = -1,
     .name = "sizes",
     .enumeration = &size},
    {.number = 5, .type = RC_FIELD_DOUBLE, .repeated = true, .oneof = -1, .name = "reals"},
    {.number = 6, .type = RC_FIELD_FLOAT, .optional = true, .oneof = -1, .name = "real"},
    {.number = 7, .type = RC_FIELD_BYTES, .optional = true, .oneof = -1, .name = "blob"},
    {.number = 8, .type = RC_FIELD_MESSAGE, .oneof = -1, .name = "at", .message = &timestamp},
    {.number = 9, .type = RC_FIELD_SINT32, .optional = true, .oneof = -1, .name = "little"},
};
static const struct rc_wire_message tree = {.name = "Tree",
                                            .fields = fields,
                                            .field_count = sizeof fields / sizeof fields[0],
                                            .oneof_count = 1};

const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("{\"and\":[{\"some_text\":\"a\\u20ac\"},{\"and\":[{\"big\":\"-5\"}]}]}"),
    FUZZ_SEED("{\"someText\":\"\",\"sizes\":[\"LARGE\",0],\"reals\":[1.5,-0.0,1e22,\"NaN\"]}"),
    FUZZ_SEED("{\"real\":0.1,\"blob\":\"AAEC/w==\",\"little\":-2147483648}"),
    FUZZ_SEED("{\"at\":\"2026-11-23T04:42:14.079177Z\",\"big\":9223372036854775807}"),
    FUZZ_SEED("{\"at\":\"-0043-03-15T12:00:00+01:00\"}"),
};
const size_t fuzz_seed_count = sizeof fuzz_seeds / sizeof fuzz_seeds[0];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct rc_view json = {(const char *)data, len};
    struct rc_buf bytes = {0};
    struct rc_buf text = {0};
    struct rc_buf again = {0};
    rowcall_error err = {0};
    if (rc_json_encode(&tree, json, &bytes, &err) == ROWCALL_OK) {
        rowcall_status checked = rc_wire_check(&tree, rc_buf_view(&bytes), NULL, &err);
        rowcall_status decoded = rc_json_decode(&tree, rc_buf_view(&bytes), NULL, &text, &err);
        rowcall_status encoded = rc_json_encode(&tree, rc_buf_view(&text), &again, &err);
        FUZZ_REQUIRE(checked == ROWCALL_OK && decoded == ROWCALL_OK && encoded == ROWCALL_OK);
        FUZZ_REQUIRE(rc_view_equal(rc_buf_view(&bytes), rc_buf_view(&again)));
    } else {
        FUZZ_REQUIRE(err.status == ROWCALL_INVALID_ARGUMENT && err.message[0] != '\0');
    }
    rc_buf_clear(&text);
    rowcall_status any = rc_json_decode(&tree, json, NULL, &text, NULL); // of any bytes at all
    FUZZ_REQUIRE(any == ROWCALL_OK || text.len == 0);
    rc_buf_fini(&again);
    rc_buf_fini(&text);
    rc_buf_fini(&bytes);
    return 0;
}
