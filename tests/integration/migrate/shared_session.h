// SPDX-License-Identifier: Apache-2.0
//
// A pooler for tests, the smallest there can be: any number of clients on a unix socket share
// one session with PostgreSQL, which each has for a transaction at a time.
#ifndef TEST_SHARED_SESSION_H
#define TEST_SHARED_SESSION_H

#include <pthread.h>

struct shared_session {
    char *url; // leads through it
    char *folder;
    int listener;
    int server;
    int stop[2]; // a pipe: closed to end the thread
    pthread_t thread;
};

// Starts one to the database of url (a unix socket's). Ends the test when that is impossible.
void shared_session_open(struct shared_session *session, const char *url);
void shared_session_close(struct shared_session *session);

#endif
