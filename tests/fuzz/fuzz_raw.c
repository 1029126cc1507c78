// SPDX-License-Identifier: Apache-2.0
//
// Raw SQL: requests that pass the checker are read or refused in good order, statements are
// judged, and any text becomes a value. The first byte says which of them the rest is.
#include "fuzz/fuzz.h"

#include "service/contract.h"
#include "service/raw_request.h"
#include "service/raw_value.h"
#include "wire/message.h"

const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("r\x0A\x08select 1\x12\x02\x18\x07\x12\x00\x20\x05"),
    FUZZ_SEED("r\x0A\x09select $1\x12\x08\x4A\x06\x0A\x04\x2A\x02\x61\x22"),
    FUZZ_SEED("r\x0A\x09select $1\x12\x06\x4A\x04\x0A\x02\x4A\x00\x12\x03\x32\x01\x00"),
    FUZZ_SEED("s/* a /* b */ */ select $1, $a$ x $a$, E'\\'' from \"t\" -- c\n for update"),
    FUZZ_SEED("sload'x'"),
    FUZZ_SEED("v{a,\"b,\\\"c\",NULL,{d}}"),
    FUZZ_SEED("v2024-05-01 10:00:00.123456+05:30 BC"),
    FUZZ_SEED("v\\x00ffzz"),
};
const size_t fuzz_seed_count = sizeof fuzz_seeds / sizeof fuzz_seeds[0];

static void read_request(struct rc_view bytes)
{
    struct rc_arena arena;
    struct rc_raw_request request = {.sql = NULL};
    rowcall_error err = {0};
    rc_arena_init(&arena, 0);
    if (rc_wire_check(&rc_contract_raw_query_request, bytes, NULL, &err) == ROWCALL_OK) {
        if (rc_raw_request_read(bytes, &arena, &request, &err) == ROWCALL_OK) {
            FUZZ_REQUIRE(request.sql && request.max_rows > 0);
        } else {
            FUZZ_REQUIRE(err.message[0] != '\0' && !request.sql);
        }
    }
    rc_arena_fini(&arena);
}

// Whatever the text is, it is one field with one member.
static void write_value(struct rc_view text)
{
    static const uint32_t oids[] = {16, 17, 20, 25, 701, 1114, 1184, 3802, 1007, 1009, 1001};
    for (size_t i = 0; i < sizeof oids / sizeof oids[0]; i++) {
        struct rc_raw_type type;
        struct rc_buf out = {0};
        struct rc_wire_reader reader;
        struct rc_wire_value field;
        struct rc_wire_value member;
        FUZZ_REQUIRE(rc_raw_type_of(oids[i], &type));
        rc_raw_value_write(&out, 1, &type, text);
        rc_wire_reader_init(&reader, rc_buf_view(&out));
        FUZZ_REQUIRE(rc_wire_next(&reader, &field) && !rc_wire_next(&reader, &member));
        rc_wire_reader_init(&reader, field.bytes);
        FUZZ_REQUIRE(rc_wire_next(&reader, &member) && !rc_wire_next(&reader, &member));
        rc_buf_fini(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct rc_view rest = {(const char *)data + 1, len > 0 ? len - 1 : 0};
    enum rc_raw_kind kind;
    rowcall_error err = {0};
    if (len == 0) {
        return 0;
    }
    if (data[0] == 'r') {
        read_request(rest);
    } else if (data[0] == 's') {
        FUZZ_REQUIRE(rc_raw_judge(rest, &kind, &err) == err.status);
    } else {
        write_value(rest);
    }
    return 0;
}
