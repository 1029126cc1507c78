// SPDX-License-Identifier: Apache-2.0
//
// Prisma's enums.
#include "import/prisma.h"
#include "import/prisma_translate.h"

#include <string.h>
#include <utlist.h>

static void check_attributes(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                             const struct rc_prisma_attribute *list, const char *sign)
{
    const struct rc_prisma_attribute *attribute = NULL;
    LL_FOREACH (list, attribute) {
        bool known = strcmp(attribute->name, "map") == 0 ||
                     (sign[1] == '@' && strcmp(attribute->name, "schema") == 0);
        if (!known) {
            rc_import_find(prisma->session, RC_FINDING_ERROR,
                           rc_prisma_at(block, attribute->line), "%s%s is nothing an enum has",
                           sign, attribute->name);
        }
    }
}

static const char *mapped(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                          struct rc_prisma_attribute *list, const char *otherwise)
{
    const struct rc_prisma_attribute *map = rc_prisma_attribute(list, "map");
    const char *name = map ? rc_prisma_string(prisma, block, map->arguments, "name", 0) : NULL;
    return name ? name : otherwise;
}

static void read_values(struct rc_prisma *prisma, struct rc_prisma_block *block)
{
    struct rc_prisma_field *field = NULL;
    LL_FOREACH (block->fields, field) {
        struct rc_draft_value *value = rc_import_new(prisma->session, struct rc_draft_value);
        check_attributes(prisma, block, field->attributes, "@");
        value->alias = field->name;
        value->label = mapped(prisma, block, field->attributes, field->name);
        value->comment = field->comment;
        field->value = value;
        LL_APPEND(block->enumeration->values, value);
    }
    if (!block->fields) {
        rc_import_find(prisma->session, RC_FINDING_ERROR, rc_prisma_at(block, block->line),
                       "enum %s has no values", block->name);
    }
}

void rc_prisma_enums(struct rc_prisma *prisma)
{
    struct rc_prisma_block *block = NULL;
    LL_FOREACH (prisma->blocks, block) {
        if (block->kind != RC_PRISMA_ENUM) {
            continue;
        }
        const struct rc_prisma_attribute *schema =
            rc_prisma_attribute(block->attributes, "schema");
        const char *sql_schema =
            schema ? rc_prisma_string(prisma, block, schema->arguments, "map", 0) : NULL;
        struct rc_draft_enum *made = rc_import_new(prisma->session, struct rc_draft_enum);
        check_attributes(prisma, block, block->attributes, "@@");
        made->alias = block->name;
        made->sql_name = mapped(prisma, block, block->attributes, block->name);
        made->sql_schema = sql_schema ? sql_schema : "public";
        made->comment = block->comment;
        made->folder = prisma->database->name;
        made->position = rc_prisma_at(block, block->line);
        block->enumeration = made;
        read_values(prisma, block);
        LL_APPEND(prisma->draft->enums, made);
    }
}
