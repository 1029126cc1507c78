// SPDX-License-Identifier: Apache-2.0
//
// Reading a Prisma schema: parse every file, then take the steps.
#include "import/prisma.h"

#include "import/naming.h"
#include "import/prisma_translate.h"

#include <string.h>
#include <utlist.h>

struct rc_position rc_prisma_at(const struct rc_prisma_block *block, int line)
{
    return (struct rc_position){block->file, line};
}

bool rc_prisma_is_entity(const struct rc_prisma_block *block)
{
    return block->kind == RC_PRISMA_MODEL || block->kind == RC_PRISMA_VIEW;
}

struct rc_prisma_block *rc_prisma_find(const struct rc_prisma *prisma, const char *name)
{
    struct rc_prisma_block *block = NULL;
    LL_FOREACH (prisma->blocks, block) {
        bool typed = rc_prisma_is_entity(block) || block->kind == RC_PRISMA_ENUM;
        if (typed && strcmp(block->name, name) == 0) {
            return block;
        }
    }
    return NULL;
}

const char *rc_prisma_string(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                             const struct rc_prisma_argument *list, const char *name,
                             int position)
{
    const struct rc_prisma_value *value = rc_prisma_argument(list, name, position);
    if (value && value->kind != RC_PRISMA_VALUE_STRING) {
        rc_import_find(prisma->session, RC_FINDING_ERROR, rc_prisma_at(block, value->line),
                       "`%s` is a string: write it in quotes", name);
        return NULL;
    }
    return value ? value->text : NULL;
}

size_t rc_prisma_order(const struct rc_prisma_block *block, const struct rc_prisma_field *field)
{
    const struct rc_prisma_field *other = NULL;
    size_t order = 0;
    LL_FOREACH (block->fields, other) {
        if (other == field) {
            break;
        }
        order++;
    }
    return order;
}

static void check_blocks(struct rc_prisma *prisma)
{
    const struct rc_prisma_block *block = NULL;
    LL_FOREACH (prisma->blocks, block) {
        bool typed = rc_prisma_is_entity(block) || block->kind == RC_PRISMA_ENUM;
        const struct rc_prisma_block *first = rc_prisma_find(prisma, block->name);
        if (typed && first != block) {
            rc_import_find(prisma->session, RC_FINDING_ERROR, rc_prisma_at(block, block->line),
                           "%s is declared at %s:%d already", block->name, first->file,
                           first->line);
        }
        if (block->kind == RC_PRISMA_TYPE) {
            rc_import_find(prisma->session, RC_FINDING_ERROR, rc_prisma_at(block, block->line),
                           "composite type %s: Prisma has them for MongoDB only", block->name);
        }
    }
}

static void translate(struct rc_prisma *prisma)
{
    struct rc_draft_entity *entity = NULL;
    check_blocks(prisma);
    rc_prisma_database(prisma);
    rc_prisma_enums(prisma);
    rc_prisma_models(prisma);
    rc_naming_types(prisma->session, prisma->draft);
    LL_FOREACH (prisma->draft->entities, entity) {
        rc_naming_columns(prisma->session, entity);
    }
    rc_prisma_keys(prisma);
    rc_prisma_indexes(prisma);
    rc_prisma_relations(prisma);
    rc_naming_relations(prisma->session, prisma->draft);
}

rowcall_status rc_prisma_read(struct rc_import *session, const struct rc_prisma_input *input,
                              struct rc_draft *ret_draft, rowcall_error *err)
{
    if (setjmp(session->out_of_memory) != 0) {
        return rc_error_oom(err);
    }
    size_t errors_before = session->error_count;
    struct rc_prisma *prisma = rc_import_new(session, struct rc_prisma);
    *ret_draft = (struct rc_draft){0};
    prisma->session = session;
    prisma->draft = ret_draft;
    prisma->input = input;
    for (size_t i = 0; i < input->source_count; i++) {
        rc_prisma_parse(session, input->sources[i].path, input->sources[i].text,
                        &prisma->blocks);
    }
    translate(prisma);
    if (session->error_count > errors_before) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT,
                            "the Prisma schema of %s has %zu error%s", input->database,
                            session->error_count - errors_before,
                            session->error_count - errors_before == 1 ? "" : "s");
    }
    return ROWCALL_OK;
}
