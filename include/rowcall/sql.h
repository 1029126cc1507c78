// SPDX-License-Identifier: Apache-2.0
//
// Raw SQL from C, for programs that the server permits it (proto/rowcall/raw.proto says what it
// takes). Link rowcall-raw; the messages are those of its generated header.
//
//   #include <rowcall/sql.h>
//   #include <rowcall/raw.pb-c.h>
//
//   Rowcall__RawValue id = ROWCALL__RAW_VALUE__INIT, *parameters[] = {&id};
//   Rowcall__RawQueryRequest request = ROWCALL__RAW_QUERY_REQUEST__INIT;
//   ProtobufCMessage *answer = NULL;
//   id.value_case = ROWCALL__RAW_VALUE__VALUE_INTEGER;
//   id.integer = 7;
//   request.sql = "select name from products where id = $1";
//   request.parameters = parameters;
//   request.n_parameters = 1;
//   st = rowcall_call(db.handle, &rowcall_raw_query, &request.base, NULL, &answer, &err);
//   ... ((Rowcall__RawQueryResponse *)answer)->rows ...
//   rowcall_free(answer);
//
// In a transaction (transaction.h) the handle is the transaction's.
#ifndef ROWCALL_SQL_H
#define ROWCALL_SQL_H

#include "rowcall/client.h"

#ifdef __cplusplus
extern "C" {
#endif

// Raw/Query: Rowcall__RawQueryRequest to Rowcall__RawQueryResponse.
extern const rowcall_method rowcall_raw_query;

// Raw/Execute: Rowcall__RawExecuteRequest to Rowcall__RawExecuteResponse.
extern const rowcall_method rowcall_raw_execute;

#ifdef __cplusplus
}
#endif
#endif
