// SPDX-License-Identifier: Apache-2.0
//
// C from compiled API protos, without protoc: what `rowcall generate` calls. The same files as
// the plugin's.
#ifndef RC_CODEGEN_C_FILES_H
#define RC_CODEGEN_C_FILES_H

#include "codegen/c_scope.h"

// Generates for every file of a FileDescriptorSet (compiled with imports and source info) that
// is not about options. protoc_gen_c: see rc_codegen_plugin. on_file takes each file, named by
// its path below the folder for generated C ("core/product.h"). Errors: those of
// rc_codegen_plugin.
rowcall_status rc_codegen_c(struct rc_view descriptor_set, const char *protoc_gen_c,
                            rc_c_file_fn on_file, void *context,
                            rowcall_error *err) RC_MUST_CHECK;

#endif
