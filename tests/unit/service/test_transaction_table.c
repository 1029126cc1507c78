// SPDX-License-Identifier: Apache-2.0
//
// The table of transactions: whose they are, and what is remembered of them.
#include "support/check.h"

#include "service/transaction_table.h"

static int open_table(void **state)
{
    static struct rc_transaction_table table;
    rowcall_error err = {0};
    ASSERT_OK(rc_transaction_table_init(&table, &err), err);
    *state = &table;
    return 0;
}

static int close_table(void **state)
{
    rc_transaction_table_fini(*state);
    return 0;
}

static void add(struct rc_transaction_table *table, struct rc_transaction_entry *entry,
                uint64_t peer)
{
    rowcall_error err = {0};
    *entry = (struct rc_transaction_entry){.peer = peer, .timeout_ms = 250};
    rc_transaction_table_add(table, entry);
    ASSERT_OK(rc_transaction_table_name(entry, &err), err);
}

static struct rc_transaction_entry *find(const struct rc_transaction_table *table,
                                         const char *id, uint64_t peer, rowcall_error *ret_err)
{
    struct rc_transaction_entry *entry = NULL;
    *ret_err = (rowcall_error){0};
    if (rc_transaction_table_find(table, rc_view_of(id), peer, &entry, ret_err) != ROWCALL_OK) {
        assert_string_equal(ret_err->reason, "P2028");
        assert_int_equal(ret_err->outcome, ROWCALL_OUTCOME_NOT_EXECUTED);
    }
    return entry;
}

static void test_table_finds_a_transaction_for_its_peer_alone(void **state)
{
    struct rc_transaction_table *table = *state;
    struct rc_transaction_entry entries[3];
    rowcall_error err;
    for (uint64_t i = 0; i < 3; i++) {
        add(table, &entries[i], i / 2);
    }
    assert_int_equal(rc_transaction_table_count(table, 0), 2);
    assert_int_equal(rc_transaction_table_count(table, 1), 1);
    for (uint64_t i = 0; i < 3; i++) {
        assert_ptr_equal(find(table, entries[i].id, i / 2, &err), &entries[i]);
        assert_null(find(table, entries[i].id, i / 2 + 1, &err));
        ASSERT_STATUS(err.status, ROWCALL_NOT_FOUND);
    }
    assert_null(find(table, "", 0, &err));
    rc_transaction_table_end(table, &entries[1], RC_TRANSACTION_COMMITTED);
    assert_null(find(table, entries[1].id, 0, &err));
    ASSERT_STATUS(err.status, ROWCALL_ABORTED);
    assert_null(find(table, entries[1].id, 1, &err));
    ASSERT_STATUS(err.status, ROWCALL_NOT_FOUND);
    rc_transaction_table_end(table, &entries[0], RC_TRANSACTION_COMMITTED);
    rc_transaction_table_end(table, &entries[2], RC_TRANSACTION_COMMITTED);
}

static void test_table_says_how_a_transaction_ended(void **state)
{
    struct rc_transaction_table *table = *state;
    static const char *const parts[] = {
        [RC_TRANSACTION_COMMITTED] = "was committed",
        [RC_TRANSACTION_ROLLED_BACK] = "was rolled back already",
        [RC_TRANSACTION_EXPIRED] = "expired after 250 ms",
        [RC_TRANSACTION_LOST] = "its connection to the database was lost",
        [RC_TRANSACTION_UNKNOWN] = "is unknown",
        [RC_TRANSACTION_PEER_GONE] = "rolled back",
        [RC_TRANSACTION_STOPPED] = "the server is stopping",
    };
    for (int end = RC_TRANSACTION_COMMITTED; end <= RC_TRANSACTION_STOPPED; end++) {
        struct rc_transaction_entry entry;
        rowcall_error err;
        add(table, &entry, 1);
        rc_transaction_table_end(table, &entry, (enum rc_transaction_end)end);
        assert_null(find(table, entry.id, 1, &err));
        ASSERT_STATUS(err.status, ROWCALL_ABORTED);
        ASSERT_CONTAINS(err.message, parts[end]);
    }
}

static void test_table_does_not_know_what_was_never_begun(void **state)
{
    struct rc_transaction_table *table = *state;
    struct rc_transaction_entry entry = {.peer = 1};
    rowcall_error err;
    rc_transaction_table_add(table, &entry);
    assert_int_equal(rc_transaction_table_count(table, 1), 1);
    assert_null(find(table, "", 1, &err));
    rc_transaction_table_end(table, &entry, RC_TRANSACTION_ROLLED_BACK);
    assert_int_equal(table->ended_count, 0);
    assert_int_equal(rc_transaction_table_count(table, 1), 0);
}

static void test_table_forgets_the_oldest_end(void **state)
{
    struct rc_transaction_table *table = *state;
    struct rc_transaction_entry entries[RC_TRANSACTIONS_ENDED_MAX + 1];
    rowcall_error err;
    for (size_t i = 0; i <= RC_TRANSACTIONS_ENDED_MAX; i++) {
        add(table, &entries[i], 1);
        rc_transaction_table_end(table, &entries[i], RC_TRANSACTION_COMMITTED);
    }
    assert_null(find(table, entries[0].id, 1, &err));
    ASSERT_STATUS(err.status, ROWCALL_NOT_FOUND);
    assert_null(find(table, entries[1].id, 1, &err));
    ASSERT_STATUS(err.status, ROWCALL_ABORTED);
    assert_null(find(table, entries[RC_TRANSACTIONS_ENDED_MAX].id, 1, &err));
    ASSERT_STATUS(err.status, ROWCALL_ABORTED);
}

static void test_table_gives_ids_that_differ(void **state)
{
    (void)state;
    struct rc_transaction_entry entries[64] = {0};
    rowcall_error err = {0};
    for (size_t i = 0; i < 64; i++) {
        ASSERT_OK(rc_transaction_table_name(&entries[i], &err), err);
        assert_int_equal(strspn(entries[i].id, "0123456789abcdef"), RC_TRANSACTION_ID_LEN);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(entries[i].id, entries[k].id);
        }
    }
}

#define TABLE(test) cmocka_unit_test_setup_teardown(test, open_table, close_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE(test_table_finds_a_transaction_for_its_peer_alone),
        TABLE(test_table_says_how_a_transaction_ended),
        TABLE(test_table_does_not_know_what_was_never_begun),
        TABLE(test_table_forgets_the_oldest_end),
        TABLE(test_table_gives_ids_that_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
