// SPDX-License-Identifier: Apache-2.0
//
// Printing calls: the handle of a scope, and per method a typed function, its form for batches,
// and its description.
#ifndef RC_CODEGEN_C_CALLS_H
#define RC_CODEGEN_C_CALLS_H

#include "codegen/c_types.h"

// shop_db with open, close and its conversion to shared_db. For "shared": open takes the
// database's name.
void rc_c_print_handle(struct rc_c_printer *printer);

void rc_c_print_prototypes(struct rc_c_printer *printer, const struct rc_c_service *service);
void rc_c_print_bodies(struct rc_c_printer *printer, const struct rc_c_service *service);

#endif
