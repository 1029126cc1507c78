// SPDX-License-Identifier: Apache-2.0
//
// What the lint says of tables whose rows it can count: losses and certain failures with their
// numbers, and nothing where there is nothing to lose or to wait for.
#include "base/buf.h"
#include "migrate/lint.h"
#include "support/check.h"
#include "support/database.h"

static char *url;
static struct rc_pg_sync *conn;

static int setup(void **state)
{
    (void)state;
    rowcall_error err = {0};
    url = test_database_create();
    test_database_run(
        url, "create table teas (id serial primary key, name varchar(20), price numeric(10,2),"
             " note text, at timestamptz);"
             "create table empty (id int);"
             "create table cups (id serial primary key, tea_id int);"
             "insert into teas (name, price) values ('a', 1.25), ('a', 2), ('b', null);"
             "insert into cups (tea_id) values (1), (77), (null);"
             "create table big (id int, word varchar(10), amount numeric(10,2));"
             "insert into big select g from generate_series(1, 12000) g;"
             "create schema app; create table app.\"Odd Name\" (a int);"
             "insert into app.\"Odd Name\" values (1);");
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
    const char *found;
} cases[] = {
    {"drop table teas",
     "warning breaks-server: a server that still serves \"teas\" fails with it\n"
     "error data-loss: table \"teas\" goes with 3 rows\n"},
    {"drop table empty",
     "warning breaks-server: a server that still serves \"empty\" fails with it\n"},
    {"truncate app.\"Odd Name\"",
     "error data-loss: 1 row of table \"app\".\"Odd Name\" are deleted\n"},
    {"-- rowcall: allow breaks-server\nalter table teas drop column price, drop column note",
     "error data-loss: column \"price\" of \"teas\" goes with 2 values\n"},
    {"-- rowcall: allow breaks-server\nalter table teas add column a int not null",
     "error not-null: column \"a\" is NOT NULL and has no default: it cannot be added to "
     "\"teas\", which has 3 rows\n"},
    {"alter table empty add column a int not null",
     "warning breaks-server: a server that does not know column \"a\" of \"empty\" cannot "
     "insert "
     "rows any more\n"},
    {"alter table teas alter column price set not null",
     "error not-null: column \"price\" of \"teas\" is NULL in 1 row: it cannot be NOT NULL\n"},
    {"alter table teas alter column name set not null", ""},
    {"create unique index u on teas (name)", "error duplicates: 1 value of (\"name\") stand in "
                                             "more than one row of \"teas\": the index "
                                             "cannot be built\n"},
    {"create unique index u on teas (name, price)", ""},
    {"alter table cups add constraint f foreign key (tea_id) references teas (id)",
     "error orphans: 1 row of \"cups\" refer by \"tea_id\" to nothing in \"teas\": the foreign "
     "key cannot be added\n"},
    {"alter table teas alter column price type numeric(10,1)",
     "error data-loss: column \"price\" of \"teas\" changes from numeric(10,2) to "
     "numeric(10,1), "
     "which cuts or rounds values without a word\n"},
    {"-- rowcall: allow breaks-server\nalter table teas alter column at type date",
     "error data-loss: column \"at\" of \"teas\" changes from timestamp with time zone to "
     "date, "
     "which cuts or rounds values without a word\n"},
    {"create index i on teas (name)", ""}, // small: nobody will notice
    {"create index i on big (id)", "warning blocking-index: building the index over 12000 rows "
                                   "blocks writes to \"big\" until "
                                   "it is done\n"},
    {"alter table big alter column word type varchar(20)", ""},
    {"-- rowcall: allow breaks-server\nalter table big alter column word type text", ""},
    {"alter table big alter column amount type numeric(12,2)", ""},
    {"alter table big alter column id type bigint",
     "warning breaks-server: a server that takes column \"id\" of \"big\" for integer misreads "
     "it\n"
     "warning table-rewrite: \"big\" is written anew (12000 rows) because column \"id\" "
     "changes "
     "its type from integer to bigint; nobody can read or write it meanwhile\n"},
    {"alter table big alter column word type varchar(5)",
     "warning table-rewrite: \"big\" is written anew (12000 rows) because column \"word\" "
     "changes "
     "its type from character varying(10) to character varying(5); nobody can read or write it "
     "meanwhile\n"},
    {"alter table absent drop column a",
     "warning breaks-server: a server that still reads column \"a\" of \"absent\" fails with "
     "it\n"
     "error data-loss: column \"a\" of \"absent\" goes with its values\n"},
};

static void test_counts_are_told(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rc_arena arena;
        struct rc_lint_findings findings = {0};
        rowcall_error err = {0};
        rc_arena_init(&arena, 0);
        ASSERT_OK(rc_lint_script(conn, cases[i].sql, &arena, &findings, &err), err);
        rc_buf_clear(&out);
        rc_buf_append_text(&out, "");
        for (size_t f = 0; f < findings.count; f++) {
            rc_buf_printf(&out, "%s %s: %s\n", findings.items[f].is_error ? "error" : "warning",
                          findings.items[f].rule, findings.items[f].text);
            assert_true(*findings.items[f].advice);
        }
        if (strcmp(out.data, cases[i].found) != 0) {
            fail_msg("%s\nfound    %sexpected %s", cases[i].sql, out.data, cases[i].found);
        }
        assert_false(rc_pg_sync_in_transaction(conn));
        rc_arena_fini(&arena);
    }
    rc_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_are_told),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
