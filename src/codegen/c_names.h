// SPDX-License-Identifier: Apache-2.0
//
// Names in C. Two families, each in one place: those protoc-gen-c gives (Shop__TeaWhere), which
// generated code refers to, and Rowcall's own (shop_tea_where), which people write.
//
//   proto                        protoc-gen-c                       Rowcall
//   message shop.TeaWhere        Shop__TeaWhere                     shop_tea_where
//     its descriptor             shop__tea_where__descriptor
//   enum value shop.Kind.KIND_X  SHOP__KIND__KIND_X                 SHOP_KIND_X
//   field `default`              default_                           default_
//
// Pure functions; results from arena, NULL when memory is out.
#ifndef RC_CODEGEN_C_NAMES_H
#define RC_CODEGEN_C_NAMES_H

#include "base/arena.h"

// protoc-gen-c's: of a full name without a leading dot.
char *rc_c_foreign_type(struct rc_arena *arena, const char *full_name) RC_MUST_CHECK;
char *rc_c_foreign_lower(struct rc_arena *arena, const char *full_name) RC_MUST_CHECK;
char *rc_c_foreign_upper(struct rc_arena *arena, const char *full_name) RC_MUST_CHECK;
// A struct member: keywords of C and C++ get a '_'.
char *rc_c_member(struct rc_arena *arena, const char *field) RC_MUST_CHECK;

// Rowcall's: package and simple name in snake_case.
char *rc_c_own(struct rc_arena *arena, const char *package, const char *name) RC_MUST_CHECK;
// SHOP_KIND_X of package, enum and value; the value's own prefix is not repeated.
char *rc_c_own_constant(struct rc_arena *arena, const char *package, const char *enumeration,
                        const char *value) RC_MUST_CHECK;

#endif
