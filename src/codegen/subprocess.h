// SPDX-License-Identifier: Apache-2.0
//
// Running a filter: bytes to its standard input, bytes from its standard output.
#ifndef RC_CODEGEN_SUBPROCESS_H
#define RC_CODEGEN_SUBPROCESS_H

#include "base/buf.h"

// Runs program (a path, or a name to look for in PATH) without arguments and waits for its end.
// Its standard error is ours. UNAVAILABLE when it cannot be run or fails; what it wrote is
// appended to ret_output. Blocks. SIGPIPE must not be fatal to a caller whose filter may end
// before it has read all: input goes through a file, so it never is.
rowcall_status rc_subprocess_filter(const char *program, struct rc_view input,
                                    struct rc_buf *ret_output,
                                    rowcall_error *err) RC_MUST_CHECK;

#endif
