// SPDX-License-Identifier: Apache-2.0
//
// What a Prisma schema says of its database: datasource and generators.
#include "import/prisma.h"
#include "import/prisma_translate.h"

#include <string.h>
#include <utlist.h>

static const struct rc_prisma_value *setting(const struct rc_prisma_block *block,
                                             const char *name)
{
    return rc_prisma_argument(block->settings, name, -1);
}

static void read_provider(struct rc_prisma *prisma, const struct rc_prisma_block *block)
{
    const struct rc_prisma_value *provider = setting(block, "provider");
    bool known =
        provider && provider->kind == RC_PRISMA_VALUE_STRING &&
        (strcmp(provider->text, "postgresql") == 0 || strcmp(provider->text, "postgres") == 0);
    if (!known) {
        rc_import_find(prisma->session, RC_FINDING_ERROR,
                       rc_prisma_at(block, provider ? provider->line : block->line),
                       "datasource %s: Rowcall works with PostgreSQL: its provider has to be "
                       "\"postgresql\"",
                       block->name);
    }
}

// url = env("DATABASE_URL"): the variable. A URL that is written out stays where it is.
static void read_url(struct rc_prisma *prisma, const struct rc_prisma_block *block)
{
    const struct rc_prisma_value *url = setting(block, "url");
    if (prisma->database->url_env || !url) {
        return;
    }
    if (url->kind == RC_PRISMA_VALUE_CALL && strcmp(url->text, "env") == 0) {
        prisma->database->url_env = rc_prisma_string(prisma, block, url->items, "name", 0);
    } else {
        rc_import_find(prisma->session, RC_FINDING_REMARK, rc_prisma_at(block, url->line),
                       "the URL is not copied into proto files: put it into .env");
    }
}

static void read_extension(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                           const struct rc_prisma_value *extension)
{
    const char *name = extension->text;
    if (extension->kind == RC_PRISMA_VALUE_CALL) {
        const char *map = rc_prisma_string(prisma, block, extension->items, "map", -1);
        name = map ? map : name;
        if (rc_prisma_argument(extension->items, "schema", -1) ||
            rc_prisma_argument(extension->items, "version", -1)) {
            rc_import_find(prisma->session, RC_FINDING_LOSS,
                           rc_prisma_at(block, extension->line),
                           "extension %s: Rowcall names extensions without schema and version: "
                           "where they matter, write them into a migration",
                           name);
        }
    } else if (extension->kind != RC_PRISMA_VALUE_NAME) {
        rc_import_find(prisma->session, RC_FINDING_ERROR, rc_prisma_at(block, extension->line),
                       "extensions is a list of names: [citext, pgcrypto]");
        return;
    }
    rc_draft_add_name(prisma->session, &prisma->database->extensions, name);
}

static void read_extensions(struct rc_prisma *prisma, const struct rc_prisma_block *block)
{
    const struct rc_prisma_value *extensions = setting(block, "extensions");
    const struct rc_prisma_argument *item = NULL;
    if (!extensions) {
        return;
    }
    if (extensions->kind != RC_PRISMA_VALUE_LIST) {
        rc_import_find(prisma->session, RC_FINDING_ERROR, rc_prisma_at(block, extensions->line),
                       "extensions is a list of names: [citext, pgcrypto]");
        return;
    }
    LL_FOREACH (extensions->items, item) {
        read_extension(prisma, block, item->value);
    }
}

static void read_relation_mode(struct rc_prisma *prisma, const struct rc_prisma_block *block)
{
    const struct rc_prisma_value *mode = setting(block, "relationMode");
    if (mode && mode->kind == RC_PRISMA_VALUE_STRING && strcmp(mode->text, "prisma") == 0) {
        rc_import_find(prisma->session, RC_FINDING_LOSS, rc_prisma_at(block, mode->line),
                       "relationMode \"prisma\" makes no foreign keys, and Rowcall's relations "
                       "are foreign keys: the next migration adds them");
    }
}

void rc_prisma_database(struct rc_prisma *prisma)
{
    const struct rc_prisma_block *block = NULL;
    const struct rc_prisma_block *first = NULL;
    struct rc_draft_database *database =
        rc_import_new(prisma->session, struct rc_draft_database);
    database->name = prisma->input->database;
    database->url_env = prisma->input->url_env;
    database->url_given = prisma->input->url_env;
    prisma->database = database;
    LL_APPEND(prisma->draft->databases, database);
    LL_FOREACH (prisma->blocks, block) {
        if (block->kind != RC_PRISMA_DATASOURCE) {
            continue;
        }
        if (first) {
            rc_import_find(prisma->session, RC_FINDING_ERROR, rc_prisma_at(block, block->line),
                           "a schema has one datasource; %s:%d is another", first->file,
                           first->line);
            continue;
        }
        first = block;
        read_provider(prisma, block);
        read_url(prisma, block);
        read_extensions(prisma, block);
        read_relation_mode(prisma, block);
    }
}
