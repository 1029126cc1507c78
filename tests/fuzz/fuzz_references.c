// SPDX-License-Identifier: Apache-2.0
//
// References between messages of a known entity: two paths, a line each, and a message.
// Whatever they are, a path is refused with a reason or resolved, and what is put into a
// well-formed message at a path leaves a message that can be read, with the value at that path.
#include "fuzz/fuzz.h"

#include "service/injection.h"
#include "unit/query/fixture.h"

const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("data.name\nrow.name\n\x0a\x00"),
    FUZZ_SEED("data.tags.values\nrow.note\n\x0a\x0a*\x08\x0a\x01x\x0a\x00\x12\x01\x01"),
    FUZZ_SEED("data.sold_at\nrow.sold_at\n"),
    FUZZ_SEED("data.parts.create[1].label\nrow.parts[0].label\n"
              "\x0a\x0a\xca\x0c\x07\x0a\x00\x0a\x03\x1a\x01z"),
    FUZZ_SEED("data.serial\nrow.id\n\x0a\x0e\x12\x01\x61\x1a\x01\x31:\x01m@\x01"),
    FUZZ_SEED("select.id\ncount\n\x12\x02\x10\x01"),
    FUZZ_SEED("data.note\nrow.name\n\x0a\x05\x12\x03tea"),
    FUZZ_SEED("data.id\nrow.serial\n\x0a\x06@\xff\xff\xff\xff\x0f"),
    FUZZ_SEED("data.picture\nrow.weight\n\x0a\x05\x79\x00\x00\x00"),
};
const size_t fuzz_seed_count = sizeof fuzz_seeds / sizeof fuzz_seeds[0];

static const struct rc_wire_message *request;
static const struct rc_wire_message *response;

static void begin(void)
{
    (void)fixture_setup(NULL);
    const struct rc_model *model = fixture_model("Item");
    request = rc_wire_message_ready(rc_api_request(fixture_api(), model, RC_VERB_CREATE));
    response = rc_wire_message_ready(rc_api_response(fixture_api(), model, RC_VERB_CREATE));
    FUZZ_REQUIRE(request && response);
}

// Cuts the first line off.
static struct rc_view take_line(struct rc_view *rest)
{
    const char *end = rest->len > 0 ? memchr(rest->data, '\n', rest->len) : NULL;
    size_t len = end ? (size_t)(end - rest->data) : rest->len;
    struct rc_view line = {rest->data, len};
    size_t gone = end ? len + 1 : len;
    *rest = (struct rc_view){rest->data + gone, rest->len - gone};
    return line;
}

static bool resolve(const struct rc_wire_message *message, struct rc_view text,
                    enum rc_path_use use, struct rc_arena *arena, struct rc_path *ret)
{
    rowcall_error err = {0};
    rowcall_status st = rc_path_resolve(message, text, use, arena, ret, &err);
    FUZZ_REQUIRE(st == err.status);
    FUZZ_REQUIRE(st == ROWCALL_OK || st == ROWCALL_INVALID_ARGUMENT);
    FUZZ_REQUIRE(st == ROWCALL_OK || err.message[0] != '\0');
    return st == ROWCALL_OK;
}

// Puts a value of its type at the path, whichever it is.
static void inject(const struct rc_path *to, struct rc_view bytes, struct rc_arena *arena)
{
    struct rc_injection injection = {0};
    const struct rc_injection_value value = {0};
    struct rc_buf out = {0};
    struct rc_wire_value found;
    rowcall_error err = {0};
    FUZZ_REQUIRE(rc_injection_add(&injection, to, &value, arena, &err) == ROWCALL_OK);
    if (rc_injection_apply(&injection, bytes, false, &out, &err) == ROWCALL_OK) {
        rowcall_status st = rc_wire_check(request, rc_buf_view(&out), NULL, &err);
        // Two members of one choice: the only thing that a value more can make wrong.
        FUZZ_REQUIRE(st == ROWCALL_OK || st == ROWCALL_INVALID_ARGUMENT);
        FUZZ_REQUIRE(rc_path_end(to)->repeated || rc_path_read(to, rc_buf_view(&out), &found));
        FUZZ_REQUIRE(out.len > bytes.len);
    } else {
        FUZZ_REQUIRE(strncmp(err.message, "references[0].to: ", 18) == 0);
    }
    rc_buf_fini(&out);
}

// What is read at one path and fits the other, is written.
static void carry(const struct rc_path *from, const struct rc_path *to, struct rc_view bytes)
{
    struct rc_wire_value value;
    struct rc_buf out = {0};
    rowcall_error err = {0};
    if (rc_path_check_types(from, to, &err) == ROWCALL_OK &&
        rc_path_read(from, bytes, &value)) {
        rowcall_status st =
            rc_path_write(rc_path_end(from), &value, rc_path_end(to), &out, &err);
        FUZZ_REQUIRE(st == ROWCALL_OK ? out.len > 0 : st == ROWCALL_OUT_OF_RANGE);
    }
    rc_buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct rc_view bytes = {(const char *)data, len};
    struct rc_arena arena;
    struct rc_path to;
    struct rc_path from;
    rowcall_error err = {0};
    if (!request) {
        begin();
    }
    rc_arena_init(&arena, 0);
    struct rc_view first = take_line(&bytes);
    struct rc_view second = take_line(&bytes);
    bool has_to = resolve(request, first, RC_PATH_TO, &arena, &to);
    bool has_from = resolve(response, second, RC_PATH_FROM, &arena, &from);
    if (has_to && rc_wire_check(request, bytes, NULL, &err) == ROWCALL_OK) {
        inject(&to, bytes, &arena);
    }
    err = (rowcall_error){0};
    if (has_to && has_from && rc_wire_check(response, bytes, NULL, &err) == ROWCALL_OK) {
        carry(&from, &to, bytes);
    }
    rc_arena_fini(&arena);
    return 0;
}
