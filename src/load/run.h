// SPDX-License-Identifier: Apache-2.0
//
// When which call is to be made. Nothing is sent here and no clock is read: whoever runs the
// load tells the time, takes tickets, sends what they say, and gives their places back.
//
//   closed loop  a place is a caller that waits for its answer before it calls again. A stalled
//                server is called less, and its stall seen by so many calls only.
//   open loop    calls are due by a schedule, whatever became of those before them. A latency
//                counts from when the call was due, so everyone who would have come during a
//                stall is accounted for ("no coordinated omission"). Where all places are
//                taken, calls become late, and those still not sent in the end are counted; the
//                schedule is arithmetic, so a backlog costs no memory.
//
// One thread at a time.
#ifndef RC_LOAD_RUN_H
#define RC_LOAD_RUN_H

#include "base/error.h"
#include "load/random.h"

#include <stdint.h>

struct rc_load_plan {
    uint32_t places;     // messages under way at once: callers, or the bound of an open loop
    uint32_t batch;      // calls a message, at least 1
    double rate;         // calls a second; 0: closed loop
    bool is_poisson;     // open loop: calls come by chance, independently; else evenly
    uint64_t seed;       // of that chance
    int64_t warmup_us;   // calls due before it is over are made, and not counted
    int64_t duration_us; // after the warm-up; 0: until `count`
    uint64_t count;      // calls to count; 0: until the time is over. Not both 0
};

// A message to be sent now.
struct rc_load_ticket {
    uint32_t place;  // 0 .. places-1; no other ticket under way has it
    uint32_t calls;  // 1 .. batch
    uint64_t first;  // the number of its first call; calls are numbered from 0, without gaps
    int64_t due_us;  // latencies count from here
    bool is_counted; // the warm-up was over
};

enum rc_load_turn {
    RC_LOAD_SEND,  // there is a ticket
    RC_LOAD_EARLY, // nothing is due before rc_load_next_us
    RC_LOAD_FULL,  // every place is taken
    RC_LOAD_OVER,  // no more tickets; those under way are still to be given back
};

// Fields are for rc_load_* alone.
struct rc_load_run {
    struct rc_load_plan plan;
    int64_t start_us;
    int64_t end_us; // INT64_MAX: none
    uint32_t *free; // a ring: the place that was free longest comes first
    uint32_t free_first;
    uint32_t free_count;
    uint64_t taken;    // calls in all
    uint64_t counted;  // calls of counted tickets
    uint64_t arrivals; // open loop: messages taken
    double next_us;    // open loop: when the next is due, after start_us
    struct rc_random random;
    bool is_over;
    uint64_t unsent; // calls
};

// Begins at start_us. Finish it with rc_load_run_fini. RESOURCE_EXHAUSTED: memory.
rowcall_status rc_load_run_init(struct rc_load_run *run, const struct rc_load_plan *plan,
                                int64_t start_us, rowcall_error *err) RC_MUST_CHECK;
void rc_load_run_fini(struct rc_load_run *run);

// What is to be done at now_us; fills ret_ticket when that is SEND.
enum rc_load_turn rc_load_take(struct rc_load_run *run, int64_t now_us,
                               struct rc_load_ticket *ret_ticket);

// After EARLY: when the next call is due.
int64_t rc_load_next_us(const struct rc_load_run *run);

// The answer to a ticket has come, or never will.
void rc_load_give_back(struct rc_load_run *run, uint32_t place);

// No more tickets from now on, whatever the plan says.
void rc_load_stop(struct rc_load_run *run, int64_t now_us);

// How many messages are under way.
uint32_t rc_load_under_way(const struct rc_load_run *run);

// Once it is OVER: calls that were due and found no place before the end. Of a Poisson schedule
// that many are expected, rounded.
uint64_t rc_load_unsent(const struct rc_load_run *run);

#endif
