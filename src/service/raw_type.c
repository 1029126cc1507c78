// SPDX-License-Identifier: Apache-2.0
//
// The table of built-in types. Their OIDs are the same in every database.
#include "service/raw_type.h"

#include <stddef.h>

static const struct {
    uint32_t oid;
    uint32_t array_oid; // 0: its arrays are not written with commas
    const char *name;
    enum rc_raw_form form;
} types[] = {
    {16, 1000, "boolean", RC_RAW_FORM_BOOLEAN},
    {17, 1001, "bytea", RC_RAW_FORM_BYTES},
    {18, 1002, "\"char\"", RC_RAW_FORM_TEXT},
    {19, 1003, "name", RC_RAW_FORM_TEXT},
    {20, 1016, "bigint", RC_RAW_FORM_INTEGER},
    {21, 1005, "smallint", RC_RAW_FORM_INTEGER},
    {22, 1006, "int2vector", RC_RAW_FORM_TEXT},
    {23, 1007, "integer", RC_RAW_FORM_INTEGER},
    {24, 1008, "regproc", RC_RAW_FORM_TEXT},
    {25, 1009, "text", RC_RAW_FORM_TEXT},
    {26, 1028, "oid", RC_RAW_FORM_INTEGER},
    {27, 1010, "tid", RC_RAW_FORM_TEXT},
    {28, 1011, "xid", RC_RAW_FORM_TEXT},
    {29, 1012, "cid", RC_RAW_FORM_TEXT},
    {30, 1013, "oidvector", RC_RAW_FORM_TEXT},
    {114, 199, "json", RC_RAW_FORM_JSON},
    {142, 143, "xml", RC_RAW_FORM_TEXT},
    {600, 1017, "point", RC_RAW_FORM_TEXT},
    {601, 1018, "lseg", RC_RAW_FORM_TEXT},
    {602, 1019, "path", RC_RAW_FORM_TEXT},
    {603, 0, "box", RC_RAW_FORM_TEXT},
    {604, 1027, "polygon", RC_RAW_FORM_TEXT},
    {628, 629, "line", RC_RAW_FORM_TEXT},
    {650, 651, "cidr", RC_RAW_FORM_TEXT},
    {700, 1021, "real", RC_RAW_FORM_NUMBER},
    {701, 1022, "double precision", RC_RAW_FORM_NUMBER},
    {705, 0, "unknown", RC_RAW_FORM_TEXT},
    {718, 719, "circle", RC_RAW_FORM_TEXT},
    {774, 775, "macaddr8", RC_RAW_FORM_TEXT},
    {790, 791, "money", RC_RAW_FORM_TEXT},
    {829, 1040, "macaddr", RC_RAW_FORM_TEXT},
    {869, 1041, "inet", RC_RAW_FORM_TEXT},
    {1033, 1034, "aclitem", RC_RAW_FORM_TEXT},
    {1042, 1014, "character", RC_RAW_FORM_TEXT},
    {1043, 1015, "character varying", RC_RAW_FORM_TEXT},
    {1082, 1182, "date", RC_RAW_FORM_TEXT},
    {1083, 1183, "time without time zone", RC_RAW_FORM_TEXT},
    {1114, 1115, "timestamp without time zone", RC_RAW_FORM_TIMESTAMP},
    {1184, 1185, "timestamp with time zone", RC_RAW_FORM_TIMESTAMP},
    {1186, 1187, "interval", RC_RAW_FORM_TEXT},
    {1266, 1270, "time with time zone", RC_RAW_FORM_TEXT},
    {1560, 1561, "bit", RC_RAW_FORM_TEXT},
    {1562, 1563, "bit varying", RC_RAW_FORM_TEXT},
    {1700, 1231, "numeric", RC_RAW_FORM_TEXT},
    {1790, 2201, "refcursor", RC_RAW_FORM_TEXT},
    {2202, 2207, "regprocedure", RC_RAW_FORM_TEXT},
    {2205, 2210, "regclass", RC_RAW_FORM_TEXT},
    {2206, 2211, "regtype", RC_RAW_FORM_TEXT},
    {2249, 2287, "record", RC_RAW_FORM_TEXT},
    {2275, 0, "cstring", RC_RAW_FORM_TEXT},
    {2278, 0, "void", RC_RAW_FORM_TEXT},
    {2950, 2951, "uuid", RC_RAW_FORM_TEXT},
    {2970, 2949, "txid_snapshot", RC_RAW_FORM_TEXT},
    {3220, 3221, "pg_lsn", RC_RAW_FORM_TEXT},
    {3614, 3643, "tsvector", RC_RAW_FORM_TEXT},
    {3615, 3645, "tsquery", RC_RAW_FORM_TEXT},
    {3734, 3735, "regconfig", RC_RAW_FORM_TEXT},
    {3802, 3807, "jsonb", RC_RAW_FORM_JSON},
    {3904, 3905, "int4range", RC_RAW_FORM_TEXT},
    {3906, 3907, "numrange", RC_RAW_FORM_TEXT},
    {3908, 3909, "tsrange", RC_RAW_FORM_TEXT},
    {3910, 3911, "tstzrange", RC_RAW_FORM_TEXT},
    {3912, 3913, "daterange", RC_RAW_FORM_TEXT},
    {3926, 3927, "int8range", RC_RAW_FORM_TEXT},
    {4072, 4073, "jsonpath", RC_RAW_FORM_TEXT},
    {4089, 4090, "regnamespace", RC_RAW_FORM_TEXT},
    {4096, 4097, "regrole", RC_RAW_FORM_TEXT},
    {5038, 5039, "pg_snapshot", RC_RAW_FORM_TEXT},
    {5069, 271, "xid8", RC_RAW_FORM_TEXT},
};

bool rc_raw_type_of(uint32_t oid, struct rc_raw_type *ret_type)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (oid != 0 && (types[i].oid == oid || types[i].array_oid == oid)) {
            *ret_type = (struct rc_raw_type){types[i].name, types[i].form, types[i].oid != oid};
            return true;
        }
    }
    return false;
}
