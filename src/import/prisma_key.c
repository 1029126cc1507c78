// SPDX-License-Identifier: Apache-2.0
//
// @id and @@id, @unique and @@unique. What PostgreSQL keeps unique and Rowcall has no key for
// becomes a unique index.
#include "import/prisma_translate.h"

#include <string.h>
#include <utlist.h>

// ---- the primary key

static void set_primary(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                        struct rc_draft_columns columns,
                        const struct rc_prisma_attribute *attribute)
{
    struct rc_draft_entity *entity = block->entity;
    const char *map = rc_prisma_string(prisma, block, attribute->arguments, "map", -1);
    if (entity->primary.count > 0) {
        rc_import_find(prisma->session, RC_FINDING_ERROR, rc_prisma_at(block, attribute->line),
                       "%s has two primary keys", block->name);
        return;
    }
    entity->primary = columns;
    entity->primary_name =
        map ? map : rc_draft_constraint_name(prisma->session, entity, NULL, "_pkey");
}

// The columns of a key, whatever their order is; count 0 after reporting.
static struct rc_draft_columns columns_of(struct rc_prisma *prisma,
                                          const struct rc_draft_index *index)
{
    const struct rc_draft_part *part = NULL;
    struct rc_draft_columns columns = {0};
    size_t count = 0;
    LL_COUNT(index->parts, part, count);
    columns.items = rc_import_array(prisma->session, count, sizeof(*columns.items));
    LL_FOREACH (index->parts, part) {
        columns.items[columns.count++] = part->column;
    }
    return columns;
}

static void read_primary(struct rc_prisma *prisma, const struct rc_prisma_block *block)
{
    const struct rc_prisma_field *field = NULL;
    LL_FOREACH (block->fields, field) {
        const struct rc_prisma_attribute *id = rc_prisma_attribute(field->attributes, "id");
        if (id && field->column) {
            set_primary(prisma, block, rc_draft_one_column(prisma->session, field->column), id);
        }
    }
    const struct rc_prisma_attribute *id = rc_prisma_attribute(block->attributes, "id");
    struct rc_draft_index *index = id ? rc_prisma_index(prisma, block, id) : NULL;
    if (index) {
        set_primary(prisma, block, columns_of(prisma, index), id);
    }
}

// ---- unique keys

static bool is_plain(const struct rc_draft_index *index)
{
    const struct rc_draft_part *part = NULL;
    LL_FOREACH (index->parts, part) {
        if (part->descending || part->operator_class) {
            return false;
        }
    }
    return !index->where;
}

static void add_unique(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                       struct rc_draft_index *index, int line)
{
    struct rc_draft_entity *entity = block->entity;
    struct rc_draft_columns columns = columns_of(prisma, index);
    if (!index->sql_name) {
        index->sql_name = rc_draft_constraint_name(prisma->session, entity, &columns, "_key");
    }
    if (is_plain(index) && rc_draft_can_be_key(entity, &columns)) {
        struct rc_draft_unique *unique = rc_import_new(prisma->session, struct rc_draft_unique);
        *unique = (struct rc_draft_unique){.columns = columns, .sql_name = index->sql_name};
        LL_APPEND(entity->uniques, unique);
        return;
    }
    index->unique = true;
    LL_APPEND(entity->indexes, index);
    if (!index->where) {
        rc_import_find(prisma->session, RC_FINDING_REMARK, rc_prisma_at(block, line),
                       "%s: %s is a unique index and no key: records cannot be named by it",
                       block->name, index->sql_name);
    }
}

static void read_unique_field(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                              const struct rc_prisma_field *field,
                              const struct rc_prisma_attribute *attribute)
{
    const struct rc_prisma_value *sort = rc_prisma_argument(attribute->arguments, "sort", -1);
    struct rc_draft_index *index = rc_import_new(prisma->session, struct rc_draft_index);
    struct rc_draft_part *part = rc_import_new(prisma->session, struct rc_draft_part);
    part->column = field->column;
    part->descending =
        sort && sort->kind == RC_PRISMA_VALUE_NAME && strcmp(sort->text, "Desc") == 0;
    index->method = "btree";
    index->parts = part;
    index->sql_name = rc_prisma_string(prisma, block, attribute->arguments, "map", -1);
    index->where =
        rc_prisma_where(prisma, block, rc_prisma_argument(attribute->arguments, "where", -1));
    add_unique(prisma, block, index, field->line);
}

static void read_uniques(struct rc_prisma *prisma, const struct rc_prisma_block *block)
{
    const struct rc_prisma_field *field = NULL;
    const struct rc_prisma_attribute *attribute = NULL;
    LL_FOREACH (block->fields, field) {
        attribute = rc_prisma_attribute(field->attributes, "unique");
        if (attribute && field->column) {
            read_unique_field(prisma, block, field, attribute);
        }
    }
    LL_FOREACH (block->attributes, attribute) {
        struct rc_draft_index *index = strcmp(attribute->name, "unique") == 0
                                           ? rc_prisma_index(prisma, block, attribute)
                                           : NULL;
        if (index) {
            add_unique(prisma, block, index, attribute->line);
        }
    }
}

// ---- models without a primary key

// A view's keys are promises, so one that is unique and always there will do.
static void promote_unique(struct rc_prisma *prisma, struct rc_draft_entity *entity)
{
    struct rc_draft_unique *unique = NULL;
    LL_FOREACH (entity->uniques, unique) {
        bool required = true;
        for (size_t i = 0; i < unique->columns.count; i++) {
            required = required && !unique->columns.items[i]->nullable;
        }
        if (required) {
            entity->primary = unique->columns;
            entity->primary_name =
                rc_draft_constraint_name(prisma->session, entity, NULL, "_pkey");
            LL_DELETE(entity->uniques, unique);
            return;
        }
    }
}

static void leave_out(struct rc_prisma *prisma, struct rc_prisma_block *block)
{
    rc_import_find(
        prisma->session, RC_FINDING_LOSS, rc_prisma_at(block, block->line),
        block->entity->view
            ? "view %s has no key: it is left out; mark fields as @unique that tell "
              "its records apart"
            : "%s has no primary key, which an entity needs: it is left out, and its "
              "table is not Rowcall's; add @id or @@id in a migration first",
        block->name);
    LL_DELETE(prisma->draft->entities, block->entity);
    block->entity = NULL;
}

void rc_prisma_keys(struct rc_prisma *prisma)
{
    struct rc_prisma_block *block = NULL;
    LL_FOREACH (prisma->blocks, block) {
        if (!block->entity) {
            continue;
        }
        read_primary(prisma, block);
        read_uniques(prisma, block);
        if (block->entity->primary.count == 0 && block->entity->view) {
            promote_unique(prisma, block->entity);
        }
        if (block->entity->primary.count == 0) {
            leave_out(prisma, block);
        }
    }
}
