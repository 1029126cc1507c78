// SPDX-License-Identifier: Apache-2.0
//
// Every code of ERRORS.md that a statement can end with, provoked in PostgreSQL: code, gRPC
// status, entity, fields, constraint and outcome as the caller gets them. Connections are
// test_error_ways.c's, values test_failures.c's.
#include "rival.h"

#include "service/errors.h"

#include <stdio.h>

#define PRODUCT(sku, maker, title)                                                             \
    "{\"data\":{\"sku\":\"" sku "\",\"maker_id\":" maker ",\"title\":\"" title "\"}}"

// What a failure must say. NULL: not compared.
struct expected {
    rowcall_status status;
    const char *reason;
    const char *entity;
    const char *fields;
    const char *constraint;
    const char *sqlstate;
    const char *message; // a part of it
};

static void check_text(const char *what, const char *text, const char *expected)
{
    if (expected && strcmp(text, expected) != 0) {
        fail_msg("%s: expected \"%s\", got \"%s\"", what, expected, text);
    }
}

static void check(const rowcall_error *err, const struct expected *expected)
{
    if (err->status != expected->status) {
        fail_msg("expected %s %s, got %s %s: %s", rowcall_status_name(expected->status),
                 expected->reason, rowcall_status_name(err->status), err->reason, err->message);
    }
    check_text("reason", err->reason, expected->reason);
    check_text("entity", err->entity, expected->entity);
    check_text("fields", err->fields, expected->fields);
    check_text("constraint", err->constraint, expected->constraint);
    check_text("sqlstate", err->sqlstate, expected->sqlstate);
    if (expected->message) {
        ASSERT_CONTAINS(err->message, expected->message);
    }
}

static void expect(struct shop *shop, const char *method, const char *request,
                   const struct expected *expected)
{
    struct shop_reply reply = shop_call(shop, method, request);
    check(&reply.err, expected);
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
}

// ---- constraints

static void test_errors_tell_two_unique_keys_apart(void **state)
{
    static const struct expected sku = {ROWCALL_ALREADY_EXISTS,
                                        "P2002",
                                        "Product",
                                        "sku",
                                        "products_sku_key",
                                        "23505",
                                        "another Product with this sku exists already"};
    static const struct expected title = {
        ROWCALL_ALREADY_EXISTS,       "P2002", "Product",           "maker_id,title",
        "products_makerId_title_key", "23505", "maker_id and title"};
    ASSERT_STATUS(shop_call(*state, "Product/Create", PRODUCT("a", "1", "t")).err.status,
                  ROWCALL_OK);
    expect(*state, "Product/Create", PRODUCT("a", "1", "u"), &sku);
    expect(*state, "Product/Create", PRODUCT("b", "1", "t"), &title);
    expect(*state, "Product/CreateMany",
           "{\"rows\":[{\"sku\":\"c\",\"maker_id\":1,\"title\":\"t\"}]}", &title);
}

static void test_errors_of_foreign_keys_tell_the_side(void **state)
{
    static const struct expected missing = {
        ROWCALL_FAILED_PRECONDITION,
        "P2003",
        "Product",
        "maker_id",
        "products_makerId_fkey",
        "23503",
        "the Maker that Product.maker refers to (maker_id) does not exist"};
    static const struct expected used = {
        ROWCALL_FAILED_PRECONDITION,
        "P2003",
        "Product",
        "maker_id",
        "products_makerId_fkey",
        "23503",
        "some Product still refers to this Maker by its relation maker"};
    expect(*state, "Product/Create", PRODUCT("a", "99", "t"), &missing);
    ASSERT_STATUS(shop_call(*state, "Product/Create", PRODUCT("a", "1", "t")).err.status,
                  ROWCALL_OK);
    expect(*state, "Maker/Delete", "{\"key\":{\"id\":1}}", &used);
    expect(*state, "Maker/DeleteMany", "{\"where\":{\"id\":{\"equals\":1}}}", &used);
}

static void test_errors_of_checks_name_the_columns_they_mention(void **state)
{
    static const struct expected check_failed = {ROWCALL_FAILED_PRECONDITION,
                                                 "P2004",
                                                 "Product",
                                                 "price",
                                                 "products_price_check",
                                                 "23514",
                                                 "products_price_check"};
    expect(*state, "Product/Create",
           "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"t\",\"price\":\"-1\"}}",
           &check_failed);
}

static void test_errors_of_exclusions_name_the_constraint(void **state)
{
    static const struct expected excluded = {ROWCALL_FAILED_PRECONDITION,
                                             "P2004",
                                             "Product",
                                             "",
                                             "one_title",
                                             "23P01",
                                             "conflicts with another record: one_title"};
    shop_sql(*state, "alter table products add constraint one_title"
                     " exclude using hash (title with =)");
    ASSERT_STATUS(shop_call(*state, "Product/Create", PRODUCT("a", "1", "t")).err.status,
                  ROWCALL_OK);
    expect(*state, "Product/Create", PRODUCT("b", "2", "t"), &excluded);
    shop_sql(*state, "alter table products drop constraint one_title");
}

static void test_errors_of_nulls_name_the_field(void **state)
{
    static const struct expected null = {
        ROWCALL_INVALID_ARGUMENT,        "P2011", "Product", "stock", "", "23502",
        "Product.stock must not be null"};
    shop_sql(*state, "alter table products alter stock set not null");
    expect(*state, "Product/Create", PRODUCT("a", "1", "t"), &null);
    shop_sql(*state, "alter table products alter stock drop not null");
}

// A trigger writes to another entity's table: the error is that entity's, not the call's.
static void test_errors_name_the_entity_whose_table_it_is(void **state)
{
    static const struct expected nested = {ROWCALL_ALREADY_EXISTS,
                                           "P2002",
                                           "Product",
                                           "sku",
                                           "products_sku_key",
                                           "23505",
                                           "another Product with this sku exists already"};
    ASSERT_STATUS(shop_call(*state, "Product/Create", PRODUCT("Eve", "1", "t")).err.status,
                  ROWCALL_OK);
    shop_sql(*state,
             "create function first_product() returns trigger language plpgsql as $$ begin"
             " insert into products (sku, \"makerId\", title) values (new.name, new.id, 't');"
             " return null; end $$;"
             "create trigger first_product after insert on makers for each row"
             " execute function first_product()");
    expect(*state, "Maker/Create", "{\"data\":{\"name\":\"Eve\"}}", &nested);
    shop_sql(*state, "drop function first_product() cascade");
}

// ---- the schema and the database differ

static void test_errors_of_missing_columns_ask_for_a_migration(void **state)
{
    static const struct expected missing = {
        ROWCALL_FAILED_PRECONDITION, "P2022", "Product", "", "", "42703", "a migration is due"};
    shop_sql(*state, "alter table products rename stock to left_over");
    struct shop_reply reply =
        shop_call(*state, "Product/FindMany", "{\"select\":{\"stock\":true}}");
    shop_sql(*state, "alter table products rename left_over to stock");
    check(&reply.err, &missing);
}

static void test_errors_of_denied_tables(void **state)
{
    static const struct expected denied = {ROWCALL_PERMISSION_DENIED,
                                           "P1010",
                                           "Maker",
                                           "",
                                           "",
                                           "42501",
                                           "the database denies the server access to this"};
    shop_sql(*state, "create function denied() returns trigger language plpgsql as $$ begin"
                     " set local role pg_monitor; perform 1 from products; return new; end $$;"
                     "create trigger denied before insert on makers for each row"
                     " execute function denied()");
    expect(*state, "Maker/Create", "{\"data\":{\"name\":\"Eve\"}}", &denied);
    shop_sql(*state, "drop function denied() cascade");
}

// A table that is on another server, which is not there.
static void test_errors_of_foreign_servers(void **state)
{
    static const struct expected unreachable = {ROWCALL_INTERNAL,
                                                "P2036",
                                                "Maker",
                                                "",
                                                "",
                                                "08001",
                                                "could not reach a server that it needs"};
    shop_sql(*state, "create extension postgres_fdw;"
                     "create server far foreign data wrapper postgres_fdw"
                     " options (host '/nowhere', dbname 'none');"
                     "create user mapping for current_user server far;"
                     "alter table makers rename to makers_here;"
                     "create foreign table makers (id int, name text) server far");
    struct shop_reply reply = shop_call(*state, "Maker/Count", "{}");
    shop_sql(*state, "drop foreign table makers; alter table makers_here rename to makers;"
                     "drop extension postgres_fdw cascade");
    check(&reply.err, &unreachable);
}

static void test_errors_of_failed_assertions(void **state)
{
    static const struct expected failed = {ROWCALL_INTERNAL,
                                           "P2035",
                                           "Maker",
                                           "",
                                           "",
                                           "P0004",
                                           "an assertion in the database failed"};
    shop_sql(*state, "create function never() returns trigger language plpgsql as $$ begin"
                     " assert false, 'secret'; return new; end $$;"
                     "create trigger never before insert on makers for each row"
                     " execute function never()");
    expect(*state, "Maker/Create", "{\"data\":{\"name\":\"Eve\"}}", &failed);
    shop_sql(*state, "drop function never() cascade");
}

// ---- numbers

static void test_errors_of_arithmetic_name_the_operand(void **state)
{
    static const struct expected zero = {ROWCALL_INVALID_ARGUMENT,
                                         "P2006",
                                         "Product",
                                         "price",
                                         "",
                                         "22012",
                                         "data.price.divide: division by zero"};
    static const struct expected large = {ROWCALL_OUT_OF_RANGE,
                                          "P2020",
                                          "Product",
                                          "stock",
                                          "",
                                          "22003",
                                          "data.stock.increment: a number is out of the range"};
    ASSERT_STATUS(shop_call(*state, "Product/Create",
                            "{\"data\":{\"sku\":\"a\",\"maker_id\":1,\"title\":\"t\","
                            "\"stock\":30000}}")
                      .err.status,
                  ROWCALL_OK);
    expect(*state, "Product/Update",
           "{\"key\":{\"id\":1},\"data\":{\"price\":{\"divide\":\"0\"}}}", &zero);
    expect(*state, "Product/Update",
           "{\"key\":{\"id\":1},\"data\":{\"stock\":{\"increment\":30000}}}", &large);
}

// ---- other transactions

static void test_errors_of_serialization_can_be_retried(void **state)
{
    struct shop *shop = *state;
    static const struct expected conflict = {ROWCALL_ABORTED, "P2034",    "Maker", "", "",
                                             "40001",         "try again"};
    static const struct shop_call call = {
        "shop", "Maker/Update", "{\"key\":{\"id\":1},\"data\":{\"name\":{\"set\":\"Eve\"}}}",
        0};
    struct rc_service_options options = {0};
    struct shop_reply reply;
    shop_sql(shop, "do $$ begin execute format('alter database %I set"
                   " default_transaction_isolation = ''repeatable read''',"
                   " current_database()); end $$");
    struct shop *strict = shop_at(shop->url, &options); // its sessions have the new default
    struct rc_pg_sync *other = rival_open(shop);
    assert_int_equal(rival_run(other, "begin; update makers set name = 'Zoe' where id = 1"), 0);
    struct shop_pending *pending = shop_send(strict, &call, 1, false);
    rival_wait_for_waiter(other);
    assert_int_equal(rival_run(other, "commit"), 0);
    shop_wait(pending, &reply);
    check(&reply.err, &conflict);
    assert_int_equal(reply.err.outcome, ROWCALL_OUTCOME_ROLLED_BACK);
    rc_pg_sync_close(other);
    shop_free(strict);
    shop_sql(shop, "do $$ begin execute format('alter database %I reset"
                   " default_transaction_isolation', current_database()); end $$");
}

// The other session looks for deadlocks much later than the service's, so the service's is the
// one that is ended; should it look first after all, it is tried again.
static void test_errors_of_deadlocks_can_be_retried(void **state)
{
    struct shop *shop = *state;
    static const struct expected deadlock = {ROWCALL_ABORTED, "P2034",    "Maker", "", "",
                                             "40P01",         "try again"};
    static const struct shop_call calls[] = {
        {"shop", "Maker/Update", "{\"key\":{\"id\":2},\"data\":{\"name\":{\"set\":\"b\"}}}", 0},
        {"shop", "Maker/Update", "{\"key\":{\"id\":1},\"data\":{\"name\":{\"set\":\"a\"}}}", 0},
    };
    struct rc_pg_sync *other = rival_open(shop);
    struct shop_reply replies[2];
    bool ended = false;
    for (int i = 0; i < 10 && !ended; i++) {
        assert_int_equal(rival_run(other, "begin; set local deadlock_timeout = '20s';"
                                          "update makers set name = 'x' where id = 1"),
                         0);
        struct shop_pending *pending = shop_send(shop, calls, 2, true);
        rival_wait_for_waiter(other);
        ended = rival_run(other, "update makers set name = 'y' where id = 2") == ROWCALL_OK;
        assert_int_equal(rival_run(other, "rollback"), 0);
        shop_wait(pending, replies);
    }
    assert_true(ended);
    rc_pg_sync_close(other);
    check(&replies[1].err, &deadlock);
    assert_string_equal(replies[0].err.reason, "P2028");
}

// ---- the whole table

// Makers whose name is an SQLSTATE cannot be made: the database fails with that one.
static void test_errors_of_every_sqlstate_arrive_as_their_rule_says(void **state)
{
    const struct rc_error_rule *rule;
    shop_sql(*state, "create function fail() returns trigger language plpgsql as $$ begin"
                     " raise exception 'secret' using errcode = new.name; end $$;"
                     "create trigger fail before insert on makers for each row"
                     " execute function fail()");
    for (size_t i = 0; (rule = rc_error_rule_at(i)) != NULL; i++) {
        char sqlstate[8];
        char request[64];
        (void)snprintf(sqlstate, sizeof(sqlstate), "%s%s", rule->sqlstate,
                       &"XX9ZZ"[strlen(rule->sqlstate)]);
        (void)snprintf(request, sizeof(request), "{\"data\":{\"name\":\"%s\"}}", sqlstate);
        struct expected expected = {.status = rule->status,
                                    .reason = rule->reason,
                                    .entity = "Maker",
                                    .sqlstate = sqlstate};
        expect(*state, "Maker/Create", request, &expected);
        struct shop_reply reply = shop_call(*state, "Maker/Create", request);
        assert_null(strstr(reply.err.message, "secret"));
    }
    shop_sql(*state, "drop function fail() cascade");
}

#define EMPTY(test) cmocka_unit_test_setup(test, shop_empty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(test_errors_tell_two_unique_keys_apart),
        EMPTY(test_errors_of_foreign_keys_tell_the_side),
        EMPTY(test_errors_of_checks_name_the_columns_they_mention),
        EMPTY(test_errors_of_exclusions_name_the_constraint),
        EMPTY(test_errors_of_nulls_name_the_field),
        EMPTY(test_errors_name_the_entity_whose_table_it_is),
        EMPTY(test_errors_of_missing_columns_ask_for_a_migration),
        EMPTY(test_errors_of_denied_tables),
        EMPTY(test_errors_of_foreign_servers),
        EMPTY(test_errors_of_failed_assertions),
        EMPTY(test_errors_of_arithmetic_name_the_operand),
        EMPTY(test_errors_of_serialization_can_be_retried),
        EMPTY(test_errors_of_deadlocks_can_be_retried),
        EMPTY(test_errors_of_every_sqlstate_arrive_as_their_rule_says),
    };
    return cmocka_run_group_tests(tests, shop_open, shop_close);
}
