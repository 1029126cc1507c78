// SPDX-License-Identifier: Apache-2.0
//
// Open transactions hold a connection each, so they are few, and a list will do.
#include "service/transaction_table.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

struct rc_transaction_ended {
    char id[RC_TRANSACTION_ID_LEN + 1];
    uint64_t peer;
    uint32_t timeout_ms;
    bool is_stream;
    uint64_t pages;
    enum rc_transaction_end end;
};

rowcall_status rc_transaction_table_init(struct rc_transaction_table *table, rowcall_error *err)
{
    *table = (struct rc_transaction_table){0};
    table->ended = calloc(RC_TRANSACTIONS_ENDED_MAX, sizeof(*table->ended));
    return table->ended ? ROWCALL_OK : rc_error_oom(err);
}

void rc_transaction_table_fini(struct rc_transaction_table *table)
{
    assert(table->open_count == 0);
    free(table->ended);
    *table = (struct rc_transaction_table){0};
}

void rc_transaction_table_add(struct rc_transaction_table *table,
                              struct rc_transaction_entry *entry)
{
    entry->id[0] = '\0';
    entry->next = table->open;
    table->open = entry;
    table->open_count++;
}

rowcall_status rc_transaction_table_name(struct rc_transaction_entry *entry, rowcall_error *err)
{
    unsigned char bytes[RC_TRANSACTION_ID_LEN / 2];
    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) {
        return rc_error_set(err, ROWCALL_UNAVAILABLE,
                            "the system has no randomness for a transaction's id");
    }
    for (size_t i = 0; i < sizeof(bytes); i++) {
        (void)snprintf(entry->id + 2 * i, 3, "%02x", bytes[i]);
    }
    return ROWCALL_OK;
}

static void remember(struct rc_transaction_table *table,
                     const struct rc_transaction_entry *entry, enum rc_transaction_end end)
{
    struct rc_transaction_ended *ended =
        &table->ended[table->ended_count++ % RC_TRANSACTIONS_ENDED_MAX];
    *ended = (struct rc_transaction_ended){.peer = entry->peer,
                                           .timeout_ms = entry->timeout_ms,
                                           .is_stream = entry->is_stream,
                                           .pages = entry->pages,
                                           .end = end};
    memcpy(ended->id, entry->id, sizeof(ended->id));
}

void rc_transaction_table_end(struct rc_transaction_table *table,
                              struct rc_transaction_entry *entry, enum rc_transaction_end end)
{
    struct rc_transaction_entry **at = &table->open;
    while (*at != entry) {
        assert(*at);
        at = &(*at)->next;
    }
    *at = entry->next;
    entry->next = NULL;
    table->open_count--;
    if (entry->id[0] != '\0') {
        remember(table, entry, end);
    }
}

size_t rc_transaction_table_count(const struct rc_transaction_table *table, uint64_t peer)
{
    size_t count = 0;
    for (const struct rc_transaction_entry *at = table->open; at; at = at->next) {
        count += at->peer == peer;
    }
    return count;
}

static const struct rc_transaction_ended *find_ended(const struct rc_transaction_table *table,
                                                     struct rc_view id, uint64_t peer)
{
    size_t count = table->ended_count < RC_TRANSACTIONS_ENDED_MAX ? table->ended_count
                                                                  : RC_TRANSACTIONS_ENDED_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct rc_transaction_ended *ended = &table->ended[i];
        if (ended->peer == peer && rc_view_is(id, ended->id)) {
            return ended;
        }
    }
    return NULL;
}

static rowcall_status describe_stream(const struct rc_transaction_ended *ended,
                                      rowcall_error *err)
{
    switch (ended->end) {
    case RC_TRANSACTION_COMMITTED:
        return rc_error_set(err, ROWCALL_ABORTED,
                            "the stream is over: its last page was given");
    case RC_TRANSACTION_EXPIRED:
        return rc_error_set(
            err, ROWCALL_ABORTED,
            "the stream was closed because nobody pulled for %u ms: begin anew, "
            "and pull sooner",
            ended->timeout_ms);
    case RC_TRANSACTION_LOST:
    case RC_TRANSACTION_UNKNOWN:
        return rc_error_set(err, ROWCALL_ABORTED,
                            "the stream was closed because its connection to the database was "
                            "lost: begin anew");
    case RC_TRANSACTION_PEER_GONE:
    case RC_TRANSACTION_STOPPED:
        return rc_error_set(err, ROWCALL_ABORTED,
                            "the stream was closed because the server is stopping");
    case RC_TRANSACTION_ROLLED_BACK:
    case RC_TRANSACTION_OPEN:
        break;
    }
    return rc_error_set(err, ROWCALL_ABORTED, "the stream was closed already");
}

static rowcall_status describe(const struct rc_transaction_ended *ended, rowcall_error *err)
{
    switch (ended->end) {
    case RC_TRANSACTION_COMMITTED:
        return rc_error_set(err, ROWCALL_ABORTED, "the transaction was committed already");
    case RC_TRANSACTION_ROLLED_BACK:
        return rc_error_set(err, ROWCALL_ABORTED, "the transaction was rolled back already");
    case RC_TRANSACTION_EXPIRED:
        return rc_error_set(err, ROWCALL_ABORTED,
                            "the transaction expired after %u ms and was rolled back: begin it "
                            "with a longer timeout_ms, or do less in it",
                            ended->timeout_ms);
    case RC_TRANSACTION_LOST:
        return rc_error_set(err, ROWCALL_ABORTED,
                            "the transaction was rolled back because its connection to the "
                            "database was lost");
    case RC_TRANSACTION_UNKNOWN:
        return rc_error_set(err, ROWCALL_ABORTED,
                            "the connection to the database was lost while the transaction was "
                            "committed: whether it holds is unknown");
    case RC_TRANSACTION_PEER_GONE:
    case RC_TRANSACTION_STOPPED:
        return rc_error_set(err, ROWCALL_ABORTED,
                            "the transaction was rolled back because the server is stopping");
    case RC_TRANSACTION_OPEN:
        break;
    }
    return rc_error_set(err, ROWCALL_INTERNAL, "the transaction has ended without a reason");
}

rowcall_status rc_transaction_table_find(const struct rc_transaction_table *table,
                                         struct rc_view id, uint64_t peer,
                                         struct rc_transaction_entry **ret_entry,
                                         rowcall_error *err)
{
    for (struct rc_transaction_entry *at = table->open; at; at = at->next) {
        if (at->peer == peer && id.len > 0 && rc_view_is(id, at->id)) {
            *ret_entry = at;
            return ROWCALL_OK;
        }
    }
    const struct rc_transaction_ended *ended = find_ended(table, id, peer);
    rowcall_status st = ended && ended->is_stream ? describe_stream(ended, err)
                        : ended                   ? describe(ended, err)
                                                  : rc_error_set(err, ROWCALL_NOT_FOUND,
                                                                 "no transaction of this id was begun on this "
                                                                                   "connection");
    rc_error_detail(err, "P2028", NULL, NULL);
    err->outcome = ROWCALL_OUTCOME_NOT_EXECUTED;
    return st;
}

bool rc_transaction_table_had_stream(const struct rc_transaction_table *table,
                                     struct rc_view id, uint64_t peer, uint64_t *ret_pages)
{
    const struct rc_transaction_ended *ended = find_ended(table, id, peer);
    if (!ended || !ended->is_stream) {
        return false;
    }
    *ret_pages = ended->end == RC_TRANSACTION_COMMITTED ? ended->pages : 0;
    return true;
}
