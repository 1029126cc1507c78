// SPDX-License-Identifier: Apache-2.0
//
// How many of nng's task threads work. nng 1.5.2 makes two of them a core, all waiting at one
// queue, and wakes one for each end of each operation: four times a call. With several awake,
// most of what a call costs is waking them and their waiting for each other; one that is busy
// finds the next task without being woken. nng has no setting for it, so the surplus ones are
// given a task that ends when they are needed again.
//
// The threads are the process's, not a socket's: so is what is kept here.
#ifndef RC_TRANSPORT_TASKS_H
#define RC_TRANSPORT_TASKS_H

// How many to keep: half of the processors, at least one. A server's database and a client's
// own work need the others.
unsigned rc_tasks_wanted(void);

// Parks all of this process's task threads but `keep` (at least 1), counted by their names;
// nothing when there are not more, or when they are parked already. Only after a socket was
// opened. To be undone by one rc_tasks_release. Any thread.
void rc_tasks_park(unsigned keep);

// Undoes one rc_tasks_park; the last one sets all threads free. Not on one of nng's threads.
void rc_tasks_release(void);

#endif
