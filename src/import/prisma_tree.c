// SPDX-License-Identifier: Apache-2.0
//
// Lookups in a parsed Prisma schema.
#include "import/prisma_tree.h"

#include <string.h>
#include <utlist.h>

struct rc_prisma_attribute *rc_prisma_attribute(struct rc_prisma_attribute *list,
                                                const char *name)
{
    struct rc_prisma_attribute *attribute = NULL;
    LL_FOREACH (list, attribute) {
        if (strcmp(attribute->name, name) == 0) {
            return attribute;
        }
    }
    return NULL;
}

const struct rc_prisma_value *rc_prisma_argument(const struct rc_prisma_argument *list,
                                                 const char *name, int position)
{
    const struct rc_prisma_argument *argument = NULL;
    int at = 0;
    LL_FOREACH (list, argument) {
        if (argument->name ? strcmp(argument->name, name) == 0 : at++ == position) {
            return argument->value;
        }
    }
    return NULL;
}

struct rc_prisma_field *rc_prisma_field(const struct rc_prisma_block *block, const char *name)
{
    struct rc_prisma_field *field = NULL;
    LL_FOREACH (block->fields, field) {
        if (strcmp(field->name, name) == 0) {
            return field;
        }
    }
    return NULL;
}
