// SPDX-License-Identifier: Apache-2.0
//
// Everything a program that calls a Rowcall server needs besides its generated stubs.
#ifndef ROWCALL_ROWCALL_H
#define ROWCALL_ROWCALL_H

#include "rowcall/async.h"
#include "rowcall/batch.h"
#include "rowcall/client.h"
#include "rowcall/error.h"
#include "rowcall/status.h"
#include "rowcall/transaction.h"
#include "rowcall/value.h"

#endif
