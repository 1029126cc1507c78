// SPDX-License-Identifier: Apache-2.0
//
// The C files of one package.
//
//   shop.h             everything of the scope: what programs include
//   shop/db.h          the handle: shop_db, shop_open, shop_close, shop_as_shared
//   shop/types.h       enums, and messages that belong to no entity
//   shop/tea.h, .c     one entity: its messages, constructors and calls
//
// A package without services (rowcall, google.protobuf) has one header per proto file instead:
// rowcall/query.h.
#ifndef RC_CODEGEN_C_SCOPE_H
#define RC_CODEGEN_C_SCOPE_H

#include "base/buf.h"
#include "codegen/c_model.h"

// Takes one finished file; name and content are borrowed until it returns.
typedef void (*rc_c_file_fn)(void *context, const char *name, struct rc_view content);

// Prints the package's files. RESOURCE_EXHAUSTED is the only failure.
rowcall_status rc_c_package_print(struct rc_arena *arena, const struct rc_c_package *package,
                                  rc_c_file_fn on_file, void *context,
                                  rowcall_error *err) RC_MUST_CHECK;

// shared/db.h: the handle that every scope's converts to.
rowcall_status rc_c_shared_handle_print(rc_c_file_fn on_file, void *context,
                                        rowcall_error *err) RC_MUST_CHECK;

#endif
