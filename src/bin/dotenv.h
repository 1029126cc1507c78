// SPDX-License-Identifier: Apache-2.0
//
// A .env file: KEY=VALUE lines into the environment. What the environment has already stays.
// `export ` before a key, blank lines and # comments are fine; values may be in double quotes
// (with \n \" \\) or single ones (as they are). Call before threads start: it sets the
// environment.
#ifndef RC_BIN_DOTENV_H
#define RC_BIN_DOTENV_H

#include "base/error.h"

// Reads path into the environment. A missing file is fine. INVALID_ARGUMENT names file and
// line.
rowcall_status rc_dotenv_load(const char *path, rowcall_error *err) RC_MUST_CHECK;

#endif
