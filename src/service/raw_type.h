// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL's built-in types by OID, as raw results need them: a name, and how a value's text
// becomes a RawValue. Types made by users are named by the database itself. Thread-safe.
#ifndef RC_SERVICE_RAW_TYPE_H
#define RC_SERVICE_RAW_TYPE_H

#include <stdbool.h>
#include <stdint.h>

enum rc_raw_form {
    RC_RAW_FORM_TEXT, // as it is
    RC_RAW_FORM_BOOLEAN,
    RC_RAW_FORM_INTEGER,
    RC_RAW_FORM_NUMBER,
    RC_RAW_FORM_BYTES,
    RC_RAW_FORM_TIMESTAMP,
    RC_RAW_FORM_JSON,
};

struct rc_raw_type {
    const char *name; // as format_type prints it, of an array its element's
    enum rc_raw_form form;
    bool array;
};

// The type of this OID; false when it is none of the built-in ones that are known here.
bool rc_raw_type_of(uint32_t oid, struct rc_raw_type *ret_type);

#endif
