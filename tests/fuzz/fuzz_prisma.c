// SPDX-License-Identifier: Apache-2.0
//
// Any text as a Prisma schema: it is read and planned, or refused with a place; never more.
#include "fuzz/fuzz.h"

#include "import/plan.h"
#include "import/prisma.h"

#include <string.h>

const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(
        "datasource db {\n provider = \"postgresql\"\n url = env(\"URL\")\n extensions = "
        "[citext]\n}\n/// A tea.\nmodel Tea {\n id Int @id @default(autoincrement())\n name "
        "String @unique @db.VarChar(20)\n cups Cup[]\n kind Kind? @default(GREEN)\n "
        "@@index([name(sort: Desc)])\n @@map(\"teas\")\n}\nenum Kind {\n GREEN\n BLACK "
        "@map(\"b\")\n}\nmodel Cup {\n id String @id @default(uuid())\n teaId Int\n tea Tea "
        "@relation(fields: [teaId], references: [id], onDelete: Cascade)\n at DateTime "
        "@updatedAt\n}\n"),
    FUZZ_SEED(
        "model A {\n id Int @id\n bs B[]\n as A[] @relation(\"x\")\n bas A[] "
        "@relation(\"x\")\n}\nmodel B {\n a BigInt\n b Decimal @db.Decimal(10, 2)\n as A[]\n "
        "j Json @default(\"{}\")\n l String[] @default([\"a\"])\n u "
        "Unsupported(\"circle\")?\n @@id([a, b], map: \"k\")\n @@unique([a], map: \"u\")\n "
        "@@schema(\"app\")\n}\n"),
};
const size_t fuzz_seed_count = sizeof fuzz_seeds / sizeof fuzz_seeds[0];

static const struct rc_finding *find_error(const struct rc_import *session)
{
    const struct rc_finding *finding = session->findings;
    while (finding && finding->kind != RC_FINDING_ERROR) {
        finding = finding->next;
    }
    return finding;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *text = malloc(len + 1);
    struct rc_import session;
    struct rc_draft draft = {0};
    struct rc_file_change *changes = NULL;
    rowcall_error err = {0};
    FUZZ_REQUIRE(text);
    memcpy(text, data, len);
    text[len] = '\0';
    struct rc_prisma_source source = {"a.prisma", "a", text};
    struct rc_prisma_input input = {.database = "tea", .sources = &source, .source_count = 1};
    rc_import_init(&session);
    rowcall_status st = rc_prisma_read(&session, &input, &draft, &err);
    if (st == ROWCALL_OK) {
        struct rc_plan_input plan = {.drafts = &draft, .draft_count = 1};
        st = rc_plan_make(&session, &plan, &changes, &err);
    }
    FUZZ_REQUIRE((st == ROWCALL_OK) == (find_error(&session) == NULL));
    FUZZ_REQUIRE(st == ROWCALL_OK || err.message[0] != '\0');
    rc_import_fini(&session);
    free(text);
    return 0;
}
