// SPDX-License-Identifier: Apache-2.0
//
// Questions to a person at a terminal. Asked on stderr, so that stdout stays what a command
// gives. Single-threaded.
#ifndef RC_BIN_PROMPT_H
#define RC_BIN_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

// Whether somebody is there to be asked: standard input and standard error are terminals.
bool rc_prompt_possible(void);

// Asks for a line; `proposed` is what an empty one means, and is shown. False at the end of
// input. ret_answer has room for size bytes; a longer line is cut.
bool rc_prompt_line(const char *question, const char *proposed, char *ret_answer, size_t size);

// Asks yes or no; anything but y and yes is no, the end of input, too.
bool rc_prompt_confirm(const char *question);

#endif
