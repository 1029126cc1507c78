// SPDX-License-Identifier: Apache-2.0
//
// The engine's contracts: rowcall/schema.proto and its kin, which a project's proto files
// import.
#ifndef RC_BIN_CONTRACTS_H
#define RC_BIN_CONTRACTS_H

#include "base/arena.h"

// Where they are for a project that lacks them: the folder above rowcall/ beside this program,
// as `cmake --install` puts them there; NULL when the project has its own. FAILED_PRECONDITION,
// with what to do, when they are in neither place. From arena.
rowcall_status rc_contracts_find(const char *proto_dir, struct rc_arena *arena,
                                 const char **ret_folder, rowcall_error *err) RC_MUST_CHECK;

#endif
