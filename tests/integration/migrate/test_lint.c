// SPDX-License-Identifier: Apache-2.0
//
// What the lint says of tables whose rows it can count: losses and certain failures with their
// numbers, and nothing where there is nothing to lose or to wait for.
#include "base/buf.h"
#include "migrate/lint.h"
#include "migrate/lint_type.h"
#include "support/check.h"
#include "support/database.h"

#include <stdlib.h>

static char *url;
static struct rc_pg_sync *conn;

static int setup(void **state)
{
    (void)state;
    rowcall_error err = {0};
    url = test_database_create();
    test_database_run(
        url,
        "create extension citext; create type kind as enum ('green', 'black', 'white');"
        "create table teas (id serial primary key, name varchar(20), price numeric(10,2),"
        " note text, at timestamptz, kind kind, kinds kind[]);"
        "create table empty (id int);"
        "create table cups (id serial primary key, tea_id int, size int, deleted bool);"
        "insert into teas (name, price, at, kind, kinds) values"
        " ('a', 1.25, '2026-01-01 10:00Z', 'green', '{green}'),"
        " ('a', 2, null, 'white', '{green,white}'), ('bcdefg', null, null, null, null);"
        "insert into cups (tea_id, size, deleted) values (1, 70000, true), (77, 1, false),"
        " (null, 1, true);"
        "create table big (id int, word varchar(10), amount numeric(10,2), at timestamp(3),"
        " checked int, code citext, constraint checked check (checked is not null));"
        "insert into big select g, 'x', 1, now(), 1, 'c' from generate_series(1, 12000) g;"
        "create table long (id int); insert into long select generate_series(1, 12000);"
        "create unique index big_id on big (id);"
        "create index big_word on big (word);"
        "create table strict (id int not null default 1, a int, b int, primary key (id));"
        "create table pairs (a int, b int, x int references strict (id));"
        "insert into strict values (1, 1, 1); insert into pairs values (1, 2, 1), (1, null, 1);"
        "alter table strict add unique (a, b);"
        "create view dear as select name from teas where price > 1;"
        "create schema app; create table app.\"Odd Name\" (a int);"
        "insert into app.\"Odd Name\" values (1);"
        "create schema nothing");
    ASSERT_OK(rc_pg_sync_open(url, NULL, &conn, &err), err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rc_pg_sync_close(conn);
    test_database_drop(url);
    return 0;
}

static const struct {
    const char *sql;
    const char *found; // a line a finding; no text where only the rule matters
} cases[] = {
    // what is dropped
    {"drop table cups",
     "warning breaks-server: a server that still serves \"cups\" fails with it\n"
     "error data-loss: table \"cups\" goes with 3 rows\n"},
    {"drop table empty",
     "warning breaks-server: a server that still serves \"empty\" fails with it\n"},
    {"drop table if exists absent", ""},
    {"-- rowcall: allow data-loss\n-- rowcall: allow breaks-server\ndrop table teas",
     "error dependents: \"teas\" cannot be dropped because of view \"dear\"\n"},
    {"-- rowcall: allow data-loss\n-- rowcall: allow breaks-server\n\ndrop view dear; drop "
     "table "
     "teas; drop table pairs, strict",
     ""},
    {"-- rowcall: allow data-loss\n-- rowcall: allow breaks-server\n\ndrop table strict",
     "error dependents: \"strict\" cannot be dropped because of foreign key \"pairs_x_fkey\" "
     "of "
     "\"pairs\"\n"},
    {"-- rowcall: allow data-loss\n-- rowcall: allow breaks-server\n\nalter table pairs drop "
     "constraint pairs_x_fkey; drop table strict",
     ""},
    {"drop schema nothing", ""},
    {"drop schema app cascade", "error data-loss: schema \"app\" goes with 1 table\n"},
    {"drop type kind cascade",
     "error data-loss: type \"kind\" takes every column of it along: teas.kind, teas.kinds\n"},
    {"-- rowcall: allow breaks-server\nalter table cups drop column tea_id, drop column size",
     "error data-loss: column \"size\" of \"cups\" goes with 3 values\n"
     "error data-loss: column \"tea_id\" of \"cups\" goes with 2 values\n"},
    {"alter table cups drop column if exists absent", ""},
    {"-- rowcall: allow breaks-server\n-- rowcall: allow data-loss\nalter table teas drop name",
     "error dependents: \"name\" of \"teas\" cannot be dropped because of view \"dear\"\n"},
    {"drop index big_word",
     "warning blocking-index: dropping index \"big_word\" takes ACCESS EXCLUSIVE on "
     "\"public\".\"big\": it waits for everyone who works there, and everyone else waits "
     "behind "
     "it\n"},
    {"drop index concurrently big_id", "warning breaks-server: a server that upserts by key "
                                       "\"big_id\" of \"public\".\"big\" fails without it\n"},
    {"drop index if exists absent", ""},
    {"alter table strict drop constraint strict_a_b_key",
     "warning breaks-server: a server that upserts by key \"strict_a_b_key\" of \"strict\" "
     "fails "
     "without it\n"},

    // rows
    {"truncate app.\"Odd Name\"",
     "error data-loss: 1 row of table \"app\".\"Odd Name\" are deleted\n"},
    {"delete from empty", ""},
    {"update cups set tea_id = null",
     "error data-loss: 2 values of column \"tea_id\" of \"cups\" are overwritten: it has no "
     "condition\n"},
    {"update teas set note = 'x'", ""},

    // NOT NULL
    {"-- rowcall: allow breaks-server\nalter table teas add column a int not null",
     "error not-null: column \"a\" is NOT NULL and has no default: it cannot be added to "
     "\"teas\", which has 3 rows\n"},
    {"alter table empty add column a int not null",
     "warning breaks-server: a server that does not know column \"a\" of \"empty\" cannot "
     "insert rows any more\n"},
    {"-- rowcall: allow breaks-server\nalter table teas alter column price set not null",
     "error not-null: column \"price\" of \"teas\" is NULL in 1 row: it cannot be NOT NULL\n"},
    {"alter table cups alter column size set not null",
     "warning breaks-server: a server or a client that still writes NULL to column \"size\" of "
     "\"cups\", or leaves it out, fails\n"},
    {"alter table strict alter column id set not null", ""},
    {"alter table strict alter column id drop default",
     "warning breaks-server: a server that leaves column \"id\" of \"strict\" to its default "
     "cannot insert rows any more: it is NOT NULL\n"},
    {"-- rowcall: allow breaks-server\nalter table big alter column checked set not null", ""},
    {"-- rowcall: allow breaks-server\nalter table big drop constraint checked, alter column "
     "id "
     "set not null",
     "warning table-scan\n"},
    {"-- rowcall: allow breaks-server\nalter table long alter column id set not null",
     "warning table-scan: 12000 rows of \"long\" are read under ACCESS EXCLUSIVE to see "
     "that column \"id\" has no NULL: nobody can read or write it meanwhile\n"},
    {"-- rowcall: allow breaks-server\n\nalter table big drop constraint checked;\nalter table "
     "big alter column checked set not null",
     "warning table-scan\n"},

    // keys and checks
    {"create unique index u on teas (name)", "error duplicates: 1 value of (\"name\") stands "
                                             "in more than one row of \"teas\": the index "
                                             "cannot be built\n"},
    {"create unique index u on teas (name, price)", ""},
    {"create unique index u on cups (deleted)", "error duplicates\n"},
    {"create unique index u on cups (size) where not deleted", ""},
    {"create unique index u on cups (size)", "error duplicates\n"},
    {"alter table cups add unique (size)", "error duplicates\n"},
    {"alter table cups add constraint k primary key (tea_id)",
     "error not-null: column \"tea_id\" of \"cups\" is NULL in 1 row: it cannot be NOT NULL\n"},
    {"alter table cups add constraint f foreign key (tea_id) references teas (id)",
     "error orphans: 1 row of \"cups\" refer by \"tea_id\" to nothing in \"teas\": the foreign "
     "key cannot be added\n"},
    {"alter table cups add constraint f foreign key (tea_id) references teas",
     "error orphans: 1 row of \"cups\" refer by \"tea_id\" to nothing in \"teas\": the foreign "
     "key cannot be added\n"},
    {"alter table pairs add foreign key (a, b) references strict (a, b)",
     "error orphans: 1 row of \"pairs\" refer by \"a\", \"b\" to nothing in \"strict\": the "
     "foreign key cannot be added\n"},
    {"alter table cups add constraint c check (size < 10 or (tea_id = 5))",
     "error violations: 1 row of \"cups\" violates the check: it cannot be added\n"},
    {"alter table cups add constraint c check (size > 0)", ""},
    {"alter table cups add constraint c check (size < 10) not valid", ""},

    // indexes
    {"create index i on teas (name)", ""}, // small: nobody will notice
    {"create index i on long (id)",
     "warning blocking-index: the index is built over 12000 rows of \"long\" under SHARE: "
     "nobody can write to it meanwhile\n"},

    // types
    {"alter table teas alter column price type numeric(10,1)",
     "error data-loss: column \"price\" of \"teas\" changes from numeric(10,2) to "
     "numeric(10,1), which cuts or rounds 1 value without a word\n"
     "error dependents: \"price\" of \"teas\" cannot be changed because of view \"dear\"\n"},
    {"-- rowcall: allow breaks-server\nalter table teas alter column at type date",
     "error data-loss: column \"at\" of \"teas\" changes from timestamp with time zone to "
     "date, which cuts or rounds 1 value without a word\n"},
    {"alter table cups alter size type smallint",
     "warning breaks-server: a server that takes column \"size\" of \"cups\" for integer "
     "misreads it\n"
     "error does-not-fit: a value of column \"size\" of \"cups\" does not fit into smallint: "
     "it "
     "fails\n"},
    {"drop view dear; alter table teas alter name type varchar(3)",
     "warning breaks-server\n"
     "error does-not-fit: 1 value of column \"name\" of \"teas\" does not fit into character "
     "varying(3): it fails\n"},
    {"drop view dear; alter table teas alter name type varchar(3) using name::varchar(3)",
     "warning breaks-server\n"
     "error data-loss: column \"name\" of \"teas\" changes from character varying(20) to "
     "character varying(3), which cuts or rounds 1 value without a word\n"},
    {"drop view dear; alter table teas alter name type varchar(30)", "warning breaks-server\n"},
    {"-- rowcall: allow breaks-server\nalter table big alter word type int",
     "error does-not-fit: a value of column \"word\" of \"big\" does not fit into integer: it "
     "fails\n"
     "error no-cast: column \"word\" of \"big\" cannot be changed from character varying(10) "
     "to "
     "integer without being told how: it fails\n"
     "warning table-rewrite\n"},
    {"-- rowcall: allow breaks-server\nalter table teas alter note type int using note::int",
     ""},
    {"-- rowcall: allow breaks-server\nalter table teas alter note type bytea using "
     "decode(note, 'hex')",
     ""},
    {"alter table big alter column word type varchar(20)", ""},
    {"alter table big alter column word type text", ""},
    {"alter table big alter column code type text", ""},
    {"alter table big alter column amount type numeric(12,2)", ""},
    {"alter table big alter column at type timestamptz", ""},
    {"alter table big alter column at type timestamp(6)", ""},
    {"alter table big alter column at type timestamp(0)", "error data-loss\n"
                                                          "warning table-rewrite\n"},
    {"alter table long alter column id type bigint",
     "warning breaks-server: a server that takes column \"id\" of \"long\" for integer "
     "misreads "
     "it\n"
     "warning table-rewrite: \"long\" is written anew (12000 rows) under ACCESS EXCLUSIVE "
     "because column \"id\" changes its type from integer to bigint: nobody can read or write "
     "it until the migration ends\n"},
    {"alter table big alter column word type varchar(5)", "warning table-rewrite\n"},
    {"alter type kind rename to kind_old;\ncreate type kind as enum ('green', 'white');\nalter "
     "table teas alter kind type kind using kind::text::kind, alter kinds type kind[] using "
     "kinds::text::kind[];\ndrop type kind_old",
     "warning breaks-server: column \"kind\" of \"teas\" loses labels (black): a server or a "
     "client that still writes one fails\n"
     "warning breaks-server: column \"kinds\" of \"teas\" loses labels (black): a server or a "
     "client that still writes one fails\n"},
    {"create type new_kind as enum ('green', 'black');\nalter table teas alter kind type "
     "new_kind "
     "using kind::text::new_kind, alter kinds type new_kind[] using kinds::text::new_kind[]",
     "warning breaks-server\nwarning breaks-server\n"
     "error does-not-fit: 1 value of column \"kind\" of \"teas\" does not fit into new_kind: "
     "it "
     "fails\n"
     "error does-not-fit: 1 value of column \"kinds\" of \"teas\" does not fit into "
     "new_kind[]: "
     "it fails\n"},

    // renamed before, by the same script
    {"-- rowcall: allow breaks-server\n\nalter table cups rename to mugs;\nalter table mugs "
     "rename "
     "size to volume;\nalter table mugs drop column volume;\ndrop table mugs",
     "error data-loss: column \"volume\" of \"mugs\" goes with 3 values\n"
     "error data-loss: table \"mugs\" goes with 3 rows\n"},
    {"create table if not exists cups (a int);\ncreate table if not exists fresh (a int);\n"
     "truncate cups;\ntruncate fresh",
     "error data-loss: 3 rows of table \"cups\" are deleted\n"},

    // what is not known is taken for the worse
    {"alter table absent drop column a",
     "warning breaks-server: a server that still reads column \"a\" of \"absent\" fails with "
     "it\n"
     "error data-loss: column \"a\" of \"absent\" goes with its values\n"},

    // allowed for the sake of a database with more in it
    {"-- rowcall: allow data-loss nobody needs it\ntruncate empty", ""},
    {"-- rowcall: allow data-loss nobody needs it\nselect 1", "warning unused-allow\n"},
};

// A line of what was found against one that was expected: all of it, or the rule alone.
static bool line_matches(const char *found, size_t found_len, const char *line, size_t len)
{
    bool is_whole = memchr(line, ':', len) != NULL;
    return found_len >= len && memcmp(found, line, len) == 0 &&
           (is_whole ? found_len == len : found[len] == ':');
}

static bool matches(const char *found, const char *expected)
{
    while (*found && *expected) {
        size_t found_len = strcspn(found, "\n");
        size_t len = strcspn(expected, "\n");
        if (!line_matches(found, found_len, expected, len)) {
            return false;
        }
        found += found_len + 1;
        expected += len + 1;
    }
    return *found == *expected;
}

static void test_counts_are_told(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_arena arena;
        struct rc_lint_findings findings = {0};
        rowcall_error err = {0};
        rc_arena_init(&arena, 0);
        ASSERT_OK(rc_lint_script(conn, cases[i].sql, NULL, &arena, &findings, &err), err);
        rc_buf_clear(&out);
        rc_buf_append_text(&out, "");
        for (size_t f = 0; f < findings.count; f++) {
            rc_buf_printf(&out, "%s %s: %s\n", findings.items[f].is_error ? "error" : "warning",
                          findings.items[f].rule, findings.items[f].text);
            assert_true(*findings.items[f].advice);
        }
        if (!matches(out.data, cases[i].found)) {
            print_error("%s\nfound    %sexpected %s\n", cases[i].sql, out.data, cases[i].found);
            wrong++;
        }
        assert_false(rc_pg_sync_in_transaction(conn));
        rc_arena_fini(&arena);
    }
    assert_int_equal(wrong, 0);
    rc_buf_fini(&out);
}

// ---- PostgreSQL's own opinion on rewrites

static const char *const types[] = {
    "varchar(5)", "varchar(9)",   "varchar",      "text",         "citext",
    "char(5)",    "char(9)",      "bit(3)",       "varbit(3)",    "varbit(5)",
    "numeric",    "numeric(9,2)", "numeric(7,2)", "numeric(9,3)", "int",
    "bigint",     "timestamp(3)", "timestamp",    "timestamptz",  "timestamptz(3)",
    "date",       "cidr",         "inet",         "varchar(5)[]", "varchar(9)[]",
    "interval",   "interval(3)",  "time(3)",      "time"};

static void run(const char *sql)
{
    rowcall_error err = {0};
    ASSERT_OK(rc_pg_sync_script(conn, sql, &err), err);
}

static char *ask(const char *sql)
{
    struct rc_pg_result *result = NULL;
    rowcall_error err = {0};
    ASSERT_OK(rc_pg_sync_exec(conn, sql, NULL, &result, &err), err);
    char *text = strdup(rc_pg_result_text(result, 0, 0));
    rc_pg_result_free(result);
    return text;
}

// Compares what is said of one change with what PostgreSQL does, unless it refuses it. From
// NULL any type leads to any other; whether the table was written anew, its file tells.
static bool try_change(const char *from, const char *to)
{
    struct rc_buf sql = {0};
    rowcall_error ignored = {0};
    rc_buf_printf(&sql,
                  "create temp table pair (a %s, b %s); select set_config('test.file', "
                  "pg_relation_filenode('pair')::text, false)",
                  from, to);
    run(sql.data);
    char *was =
        ask("select format_type(atttypid, atttypmod) from pg_attribute where attrelid = "
            "'pair'::regclass and attname = 'a'");
    char *is = ask("select format_type(atttypid, atttypmod) from pg_attribute where attrelid = "
                   "'pair'::regclass and attname = 'b'");
    rc_buf_clear(&sql);
    rc_buf_printf(&sql, "alter table pair alter a type %s", to);
    bool is_right = true;
    if (rc_pg_sync_exec(conn, sql.data, NULL, NULL, &ignored) == ROWCALL_OK) {
        char *file = ask("select (pg_relation_filenode('pair')::text = "
                         "current_setting('test.file'))::text");
        is_right = rc_lint_type_keeps_bytes(was, is) == (strcmp(file, "true") == 0);
        free(file);
    }
    run("drop table pair");
    free(was);
    free(is);
    rc_buf_fini(&sql);
    return is_right;
}

static void test_what_keeps_its_bytes_is_as_postgresql_has_it(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        for (size_t j = 0; j < sizeof types / sizeof types[0]; j++) {
            if (!try_change(types[i], types[j])) {
                print_error("%s to %s\n", types[i], types[j]);
                wrong++;
            }
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_are_told),
        cmocka_unit_test(test_what_keeps_its_bytes_is_as_postgresql_has_it),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
