// SPDX-License-Identifier: Apache-2.0
//
// What `rowcall` exits with; the same in every subcommand, so that scripts can rely on it.
#ifndef RC_BIN_EXIT_CODE_H
#define RC_BIN_EXIT_CODE_H

enum rc_exit_code {
    RC_EXIT_OK = 0,
    RC_EXIT_FAILED = 1,      // it failed, or it found differences or problems
    RC_EXIT_USAGE = 2,       // wrong arguments or settings; nothing was done
    RC_EXIT_UNREACHABLE = 3, // server or database cannot be reached, or the connection was lost
    RC_EXIT_INTERRUPTED = 130, // a signal asked to stop, and what ran was cancelled
};

#endif
