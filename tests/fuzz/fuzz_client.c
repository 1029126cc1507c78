// SPDX-License-Identifier: Apache-2.0
//
// What the C client reads from a server: a reply envelope, its errors and its responses. What
// is passed on is a message that packs again and whose texts are UTF-8; what is not says why.
#include "fuzz/fuzz.h"

#include "envelope.h"
#include "response.h"
#include "wire/reader.h"

#include <shop.h>

const struct fuzz_seed fuzz_seeds[] = {
    // A response with a row: id, name, region, picked_at, picture, notes, blends.
    FUZZ_SEED("\x0A\x29\x12\x27\x0A\x25\x08\x07\x12\x06Sencha\x18\x01\x22\x04\x08\x05\x10\x09"
              "\x2A\x02\xFF\x00\x32\x06\x0A\x01"
              "a\x12\x01\x01\xCA\x0C\x04\x08\x01\x10\x02\x0A\x00"),
    // A status with every member.
    FUZZ_SEED("\x0A\x2A\x0A\x28\x08\x06\x12\x05P2002\x1A\x02no\x22\x05"
              "23505\x2A\x03Tea\x32\x04name\x3A\x05"
              "a_key\x40\x02"),
    FUZZ_SEED("\x0A\x04\x12\x02\x0A\x00\x0A\x02\x0A\x00"),
};
const size_t fuzz_seed_count = sizeof fuzz_seeds / sizeof fuzz_seeds[0];

static void check_text(const char *text)
{
    FUZZ_REQUIRE(!text || rc_utf8_is_valid(rc_view_of(text)));
}

static void check_response(struct rc_view bytes)
{
    rowcall_error err = {0};
    ProtobufCMessage *response = NULL;
    if (rc_response_unpack(&shop__tea_find_unique_response__descriptor, bytes, &response,
                           &err) != ROWCALL_OK) {
        FUZZ_REQUIRE(!response && err.status == ROWCALL_INTERNAL && err.message[0] != '\0');
        return;
    }
    const shop_tea *row = ((const shop_tea_find_unique_response *)response)->row;
    check_text(row ? row->name : NULL);
    for (size_t i = 0; row && row->notes && i < row->notes->n_values; i++) {
        check_text(row->notes->values[i]);
    }
    size_t size = protobuf_c_message_get_packed_size(response);
    uint8_t *packed = malloc(size ? size : 1);
    FUZZ_REQUIRE(packed && protobuf_c_message_pack(response, packed) == size);
    free(packed);
    rowcall_free(response);
}

static rowcall_status take(void *context, const rowcall_error *result, struct rc_view response,
                           rowcall_error *err)
{
    (void)context;
    (void)err;
    FUZZ_REQUIRE(result->status <= ROWCALL_UNAUTHENTICATED);
    FUZZ_REQUIRE(result->outcome <= ROWCALL_OUTCOME_UNKNOWN);
    FUZZ_REQUIRE(memchr(result->message, '\0', sizeof result->message));
    FUZZ_REQUIRE(memchr(result->fields, '\0', sizeof result->fields));
    check_response(response);
    return ROWCALL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    rowcall_error err = {0};
    struct rc_view view = {(const char *)data, len};
    if (rc_envelope_read(view, take, NULL, &err) == ROWCALL_OK) {
        FUZZ_REQUIRE(err.message[0] == '\0');
    } else {
        FUZZ_REQUIRE(err.status == ROWCALL_INTERNAL && err.message[0] != '\0');
        FUZZ_REQUIRE(err.outcome == ROWCALL_OUTCOME_UNKNOWN);
    }
    return 0;
}
