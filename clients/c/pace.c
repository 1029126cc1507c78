// SPDX-License-Identifier: Apache-2.0
//
// Moving averages. "Quick" is relative to the client's quickest calls, so a server under load,
// where everything takes longer, is not made to answer more messages for it.
#include "pace.h"

#include <stdlib.h>

enum {
    QUICK_US = 2000, // whatever the others take
    QUICK_FACTOR = 4,
    WEIGHT = 8,       // of what is known against what is new
    FALL_WEIGHT = 8,  // the quickest follows a quicker call soon,
    RISE_WEIGHT = 64, // and a slower one late
    PATIENCE_US = 5000,
    EXCESS_FACTOR = 8 // one call that hung does not condemn its method for long
};

void rc_pace_table_fini(struct rc_pace_table *table)
{
    for (size_t i = 0; i < RC_PACE_BUCKETS; i++) {
        while (table->buckets[i]) {
            struct rc_pace *next = table->buckets[i]->next;
            free(table->buckets[i]);
            table->buckets[i] = next;
        }
    }
}

struct rc_pace *rc_pace_find(struct rc_pace_table *table, const rowcall_method *method)
{
    struct rc_pace **at =
        &table->buckets[((uintptr_t)method / sizeof *method) % RC_PACE_BUCKETS];
    while (*at && (*at)->method != method) {
        at = &(*at)->next;
    }
    if (!*at) {
        struct rc_pace *pace = calloc(1, sizeof *pace);
        if (!pace) {
            return NULL;
        }
        pace->method = method;
        *at = pace;
    }
    return *at;
}

static int64_t quick_us(const struct rc_pace_table *table)
{
    int64_t relative = table->quickest_us * QUICK_FACTOR;
    return relative > QUICK_US ? relative : QUICK_US;
}

bool rc_pace_is_quick(const struct rc_pace_table *table, const struct rc_pace *pace)
{
    return pace->is_known && pace->duration_us <= quick_us(table);
}

int64_t rc_pace_patience_us(const struct rc_pace_table *table)
{
    return PATIENCE_US + quick_us(table);
}

void rc_pace_note(struct rc_pace_table *table, struct rc_pace *pace, int64_t duration_us)
{
    int64_t most_us = quick_us(table) * EXCESS_FACTOR;
    int64_t noted_us = duration_us < most_us ? duration_us : most_us;
    if (table->quickest_us == 0) {
        table->quickest_us = noted_us;
    } else {
        table->quickest_us += (noted_us - table->quickest_us) /
                              (noted_us < table->quickest_us ? FALL_WEIGHT : RISE_WEIGHT);
    }
    if (!pace->is_known) {
        pace->is_known = true;
        pace->duration_us = noted_us;
    } else {
        pace->duration_us += (noted_us - pace->duration_us) / WEIGHT;
    }
}
