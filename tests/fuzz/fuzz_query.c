// SPDX-License-Identifier: Apache-2.0
//
// Requests of a known entity, the verb in the first byte: whatever the bytes, they are refused
// with a status that says why, or become statements that PostgreSQL's own parser takes, whose
// parameters are all there.
#include "fuzz/fuzz.h"

#include "unit/query/fixture.h"

#include <pg_query.h>

const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("\x00\x0a\x0b\x9a\x3f\x08:\x04\x61\x63me@"
              "\x05\x12\x05\xaa\x01\x02\x08\x00\x1a\x04\x08\x01\x10\x01 \x01"),
    FUZZ_SEED("\x00\x0a\x09\x9a\x3f\x06:\x04\x61\x63me"),
    FUZZ_SEED("\x02\x12\x04\x22\x02\x08\x01\x12\x04z\x02\x10\x01\x12\x06\x12\x04\x08\x01\x10"
              "\x02\x12\x02\x22\x00:\x02\x08\x01"),
    FUZZ_SEED(
        "\x02\x12\x04\x12\x02\x08\x01\x12\x04\x22\x02\x10\x01\x1a\x02\x08\x04:\x02\x08\x01"),
    FUZZ_SEED("\x02\x0a\x05\xaa\x01\x02\x08\x01\x1a\x02\x08\x09 "
              "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01(\x01\x32\x01\x02:\x02\x10\x01@\x01"),
    FUZZ_SEED("\x03\x0a\x1a\x12\x18\x0a\x01\x41\x12\x01\x42\x1a\x03\x0a\x01\x43\x22\x03\x0a\x01"
              "\x44*\x01\x45Z\x01\x46p\x01"),
    FUZZ_SEED("\x03\x0a\x15\x12\x13R\x08\x08\x02\x12\x04noteR\x07\x12\x05maker"),
    FUZZ_SEED("\x03\x0a\x10\x12\x0eR\x06\x12\x04\x63odeR\x04\x12\x02id"),
    FUZZ_SEED("\x03\x0a\x0b\x12\x09R\x07\x12\x05na\x22me"),
    FUZZ_SEED("\x03\x0a "
              "*\x1e\x0a\x08\x0a\x01\x61\x0a\x00\x12\x01\x01\x12\x01\x62\x1a\x06\x0a\x01\x63"
              "\x0a\x01\x64\x22\x03\x0a\x01\x65(\x00H\x00"),
    FUZZ_SEED("\x03\x0a\x0dJ\x0b\x0a\x01\x61\x0a\x01\x30\x12\x01\x31H\x00"),
    FUZZ_SEED("\x03\x0a@\x0a\x02\x38\x01\xca>\x05\xaa\x01\x02\x08\x00\xca>"
              "\x0a\x12\x03\x0a\x01\x61\x22\x03\x0a\x01\x62\xd2>"
              "\x11\x0a\x04\x0a\x02\x08\x01\x0a\x09\x0a\x02\x08\x02\xaa\x01\x02\x08\x01\xda>"
              "\x04\x0a\x02\x08\x03\xda>\x09\x0a\x02\x08\x04\x12\x03\x0a\x01\x63"),
    FUZZ_SEED(
        "\x07\x0a\x1d\x12\x01\x61\x1a\x03\x31.5*\x08\x0a\x01x\x0a\x00\x12\x01\x01\x30\x02:"
        "\x01m@\x01\xea>\x01\x04\x12\x04\x08\x01X\x01"),
    FUZZ_SEED("\x07\x0a\x0f\x12\x01\x61\x1a\x01\x31:\x01m@\x01\xea>\x01\x15"),
    FUZZ_SEED("\x07\x0a\x07\x22\x01\x61\xea>\x01\x04"),
    FUZZ_SEED("\x08\x0a\x1a\x12\x01\x61\x1a\x01\x31*\x08\x0a\x01x\x0a\x03\x22q\x22:\x01m@"
              "\x01r\x03\x0a\x01\x02\x0a\x14\x12\x01\x62\x1a\x01\x32*\x05\x0a\x00\x12\x01\x00:"
              "\x01m@\x02r\x00"),
    FUZZ_SEED(
        "\x0a\x0a\x04\x0a\x02\x38\x01\x12\x05\x12\x03\x0a\x01x \x03(\x02\x32\x02\x08\x01"),
    FUZZ_SEED("\x0e\x18\x01(\x04"),
    FUZZ_SEED("\x02\x0a\x0a\x62\x08*\x06\x08\x80\xf2\xd6\xca\x06 "
              "\xfd\xff\xff\xff\xff\xff\xff\xff\xff\x01(\x01@\x01"),
    FUZZ_SEED("\x05\x38\x01\x42\x02\x04\x0fJ\x01\x03R\x02\x0f\x08Z\x01\x02\x62\x01\x17 \x03"
              "\x12\x04\x22\x02\x08\x01"),
    FUZZ_SEED("\x05J\x02\x03\x02"),
    FUZZ_SEED("\x06\x0a\x03\xf8>\x07\x0a\x03\xf8>\x04\x1a,\x0a\x05:\x03\x0a\x01m\x12\x02\x38"
              "\x01\x1a\x08\x22\x06\x1a\x04\x0a\x02\x01\x02\x22\x05\x1a\x03:\x01\x31:\x04z"
              "\x02H\x00\xda>\x07\x32\x05\x12\x03Z\x01x\x22\x06\x0a\x04:\x02\x08\x01\x22\x08"
              "\x22\x06\x08\x03\x12\x02\x10\x01(\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x38"
              "\x01J\x01\x03Z\x01\x17"),
    FUZZ_SEED("\x06\x0a\x03\xf8>\x08\x1a\x1f\xd2>\x1c\x0a\x0e\x12\x0cR\x0a\x08\x02\x12\x06se"
              "rial\x0a\x0a:\x08\x0a\x06R\x04\x12\x02id0\x04"),
};
const size_t fuzz_seed_count = sizeof fuzz_seeds / sizeof fuzz_seeds[0];

static struct rc_query *query;

static void begin(void)
{
    (void)fixture_setup(NULL);
    FUZZ_REQUIRE(rc_query_new(fixture_api(), NULL, &query, NULL) == ROWCALL_OK);
}

// The largest n of $n. Names of the schema have no dollar sign.
static size_t largest_parameter(const char *sql)
{
    size_t largest = 0;
    for (const char *at = strchr(sql, '$'); at; at = strchr(at + 1, '$')) {
        size_t number = (size_t)strtoul(at + 1, NULL, 10);
        largest = number > largest ? number : largest;
    }
    return largest;
}

static void check_step(const struct rc_step *step)
{
    const struct rc_plan_statement *statement = step->statement;
    FUZZ_REQUIRE(statement->sql_len == strlen(statement->sql));
    FUZZ_REQUIRE(largest_parameter(statement->sql) == statement->param_count);
    for (size_t i = 0; i < statement->param_count; i++) {
        bool is_list = step->values[i].kind == RC_VALUE_LIST;
        FUZZ_REQUIRE(is_list == statement->param_types[i]->array);
    }
    PgQueryParseResult parsed = pg_query_parse(statement->sql);
    if (parsed.error) {
        (void)fprintf(stderr, "%s\n%s\n", statement->sql, parsed.error->message);
    }
    FUZZ_REQUIRE(!parsed.error);
    pg_query_free_parse_result(parsed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct rc_prepared prepared = {0};
    struct rc_arena arena;
    rowcall_error err = {0};
    if (len == 0 || data[0] >= RC_VERB_NUMBER) {
        return 0;
    }
    if (!query) {
        begin();
    }
    rc_arena_init(&arena, 0);
    enum rc_verb verb = (enum rc_verb)data[0];
    rowcall_status st = rc_query_prepare(query, fixture_model("Item"), verb,
                                         (struct rc_view){(const char *)data + 1, len - 1},
                                         &arena, &prepared, &err);
    if (st == ROWCALL_OK) {
        FUZZ_REQUIRE(err.message[0] == '\0');
        FUZZ_REQUIRE(prepared.plan->verb == verb);
        for (size_t i = 0; i < prepared.step_count; i++) {
            check_step(&prepared.steps[i]);
        }
        rc_prepared_fini(&prepared);
    } else {
        FUZZ_REQUIRE(st == ROWCALL_INVALID_ARGUMENT || st == ROWCALL_UNIMPLEMENTED ||
                     st == ROWCALL_RESOURCE_EXHAUSTED);
        FUZZ_REQUIRE(err.outcome == ROWCALL_OUTCOME_NOT_EXECUTED && strchr(err.message, ':'));
    }
    rc_arena_fini(&arena);
    return 0;
}
