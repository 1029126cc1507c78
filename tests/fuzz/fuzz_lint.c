// SPDX-License-Identifier: Apache-2.0
//
// Any text as a migration: its statements are where they stand, in order, and the lint has an
// opinion, without a database.
#include "fuzz/fuzz.h"

#include "migrate/lint.h"
#include "migrate/script.h"

#include <string.h>

const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(
        "-- rowcall: allow data-loss why\nALTER TABLE \"teas\" DROP COLUMN \"a\",\nADD COLUMN "
        "\"b\" TEXT NOT NULL;\n\nCREATE UNIQUE INDEX CONCURRENTLY i ON teas (a, lower(b)) "
        "WHERE c > 0;\n/* x /* y */ */ DROP TABLE a.b, c;"),
    FUZZ_SEED(
        "alter table t add constraint f foreign key (a) references b(id) not valid, alter "
        "column c type varchar(3) using c::text, alter column d set not null;"
        "truncate x; delete from y; update z set a = 'it''s'; alter type k add value 'l';"),
    FUZZ_SEED("do $$ begin perform 1; end $$; create function f() returns int as 'select 1;' "
              "language sql; select E'\\'';"),
};
const size_t fuzz_seed_count = sizeof fuzz_seeds / sizeof fuzz_seeds[0];

static void check_script(const char *sql, struct rc_arena *arena)
{
    struct rc_script script;
    int line = 0;
    rowcall_error err = {0};
    size_t before = 0;
    if (rc_script_parse(sql, arena, &script, &line, &err) != ROWCALL_OK) {
        FUZZ_REQUIRE(err.message[0] != '\0');
    }
    for (size_t i = 0; i < script.count; i++) {
        const struct rc_script_statement *statement = &script.items[i];
        FUZZ_REQUIRE(statement->offset >= before);
        FUZZ_REQUIRE(strncmp(sql + statement->offset, statement->sql, strlen(statement->sql)) ==
                     0);
        FUZZ_REQUIRE(statement->line == rc_script_line(sql, statement->offset));
        before = statement->offset;
    }
    rc_script_fini(&script);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *sql = malloc(len + 1);
    struct rc_arena arena;
    struct rc_lint_findings findings = {0};
    rowcall_error err = {0};
    FUZZ_REQUIRE(sql);
    memcpy(sql, data, len);
    sql[len] = '\0';
    rc_arena_init(&arena, 0);
    check_script(sql, &arena);
    FUZZ_REQUIRE(rc_lint_script(NULL, sql, NULL, &arena, &findings, &err) == ROWCALL_OK);
    for (size_t i = 0; i < findings.count; i++) {
        FUZZ_REQUIRE(findings.items[i].line >= 1 && findings.items[i].text[0] != '\0');
    }
    rc_arena_fini(&arena);
    free(sql);
    return 0;
}
