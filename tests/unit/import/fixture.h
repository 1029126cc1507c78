// SPDX-License-Identifier: Apache-2.0
//
// Imports within a test: a Prisma schema as text, and what becomes of it.
#ifndef RC_TESTS_IMPORT_FIXTURE_H
#define RC_TESTS_IMPORT_FIXTURE_H

#include "support/check.h"

#include "import/plan.h"
#include "import/prisma.h"

struct imported {
    struct rc_import session;
    struct rc_draft draft;
    rowcall_status status;
    struct rc_buf findings; // "error 3: text" lines
};

// Reads one file, schema.prisma, as database "shop", with a datasource before it in its line 1;
// the schema's own text begins in line 2. The caller finishes it.
void import_prisma(struct imported *imported, const char *text);
void imported_fini(struct imported *imported);

// The findings as text, gathered anew.
const char *imported_findings(struct imported *imported);

// The text of shop/schema.proto that the import would write into an empty project. Fails the
// test when it does not work. Lives as long as the session.
const char *imported_file(struct imported *imported);

#endif
