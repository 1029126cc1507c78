// SPDX-License-Identifier: Apache-2.0
//
// Prisma's models and views, and their columns.
#include "import/prisma.h"
#include "import/prisma_translate.h"

#include <string.h>
#include <utlist.h>

static bool is_listed(const char *name, const char *const *names)
{
    for (; *names; names++) {
        if (strcmp(name, *names) == 0) {
            return true;
        }
    }
    return false;
}

static void check_model_attributes(struct rc_prisma *prisma,
                                   const struct rc_prisma_block *block)
{
    static const char *const known[] = {"id",     "unique", "index", "map",
                                        "ignore", "schema", NULL};
    const struct rc_prisma_attribute *attribute = NULL;
    LL_FOREACH (block->attributes, attribute) {
        struct rc_position position = rc_prisma_at(block, attribute->line);
        if (strcmp(attribute->name, "fulltext") == 0) {
            rc_import_find(prisma->session, RC_FINDING_ERROR, position,
                           "@@fulltext is not for PostgreSQL: use @@index with type: Gin");
        } else if (!is_listed(attribute->name, known)) {
            rc_import_find(prisma->session, RC_FINDING_ERROR, position, "@@%s is not known",
                           attribute->name);
        }
    }
    if (rc_prisma_attribute(block->attributes, "ignore")) {
        rc_import_find(prisma->session, RC_FINDING_REMARK, rc_prisma_at(block, block->line),
                       "%s is ignored by Prisma Client, and its table is there all the same: "
                       "it is imported, and served",
                       block->name);
    }
}

static void check_field_attributes(struct rc_prisma *prisma,
                                   const struct rc_prisma_block *block,
                                   const struct rc_prisma_field *field)
{
    static const char *const known[] = {"id",  "unique",   "default", "updatedAt",
                                        "map", "relation", "ignore",  NULL};
    const struct rc_prisma_attribute *attribute = NULL;
    LL_FOREACH (field->attributes, attribute) {
        if (!is_listed(attribute->name, known) && strncmp(attribute->name, "db.", 3) != 0) {
            rc_import_find(prisma->session, RC_FINDING_ERROR,
                           rc_prisma_at(block, attribute->line), "@%s is not known",
                           attribute->name);
        }
    }
    if (rc_prisma_attribute(field->attributes, "ignore")) {
        rc_import_find(prisma->session, RC_FINDING_REMARK, rc_prisma_at(block, field->line),
                       "%s.%s is ignored by Prisma Client, and its column is there all the "
                       "same: it is imported, and served",
                       block->name, field->name);
    }
}

// @updatedAt needs a time.
static void read_updated_at(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                            const struct rc_prisma_field *field)
{
    struct rc_draft_column *column = field->column;
    if (!rc_prisma_attribute(field->attributes, "updatedAt")) {
        return;
    }
    bool time = !column->enumeration && !column->type.array &&
                rc_type_info(column->type.kind)->family == RC_FAMILY_TIMESTAMP;
    if (time) {
        column->updated_at = true;
        return;
    }
    rc_import_find(prisma->session, RC_FINDING_LOSS, rc_prisma_at(block, field->line),
                   "%s.%s: Rowcall keeps updated_at for timestamps: set this one yourself",
                   block->name, field->name);
}

static void read_field(struct rc_prisma *prisma, struct rc_prisma_block *block,
                       struct rc_prisma_field *field)
{
    const struct rc_prisma_block *type = rc_prisma_find(prisma, field->type);
    const struct rc_prisma_attribute *map = rc_prisma_attribute(field->attributes, "map");
    check_field_attributes(prisma, block, field);
    if (type && rc_prisma_is_entity(type)) {
        return; // a relation
    }
    struct rc_draft_column *column = rc_import_new(prisma->session, struct rc_draft_column);
    const char *mapped =
        map ? rc_prisma_string(prisma, block, map->arguments, "name", 0) : NULL;
    column->alias = field->name;
    column->sql_name = mapped ? mapped : field->name;
    column->comment = field->comment;
    column->position = rc_prisma_at(block, field->line);
    if (!rc_prisma_type(prisma, block, field, column)) {
        return;
    }
    // Prisma makes columns of lists without NOT NULL.
    column->nullable = field->arity != RC_PRISMA_REQUIRED;
    field->column = column;
    LL_APPEND(block->entity->columns, column);
    rc_prisma_default(prisma, block, field);
    read_updated_at(prisma, block, field);
}

static const char *origin_of(const struct rc_prisma *prisma,
                             const struct rc_prisma_block *block)
{
    for (size_t i = 0; i < prisma->input->source_count; i++) {
        if (prisma->input->sources[i].path == block->file) {
            return prisma->input->sources[i].origin;
        }
    }
    return "schema";
}

static void read_model(struct rc_prisma *prisma, struct rc_prisma_block *block)
{
    struct rc_draft_entity *entity = rc_import_new(prisma->session, struct rc_draft_entity);
    const struct rc_prisma_attribute *map = rc_prisma_attribute(block->attributes, "map");
    const struct rc_prisma_attribute *schema = rc_prisma_attribute(block->attributes, "schema");
    const char *mapped =
        map ? rc_prisma_string(prisma, block, map->arguments, "name", 0) : NULL;
    const char *sql_schema =
        schema ? rc_prisma_string(prisma, block, schema->arguments, "map", 0) : NULL;
    struct rc_prisma_field *field = NULL;
    check_model_attributes(prisma, block);
    entity->alias = block->name;
    entity->sql_name = mapped ? mapped : block->name;
    entity->sql_schema = sql_schema ? sql_schema : "public";
    entity->comment = block->comment;
    entity->view = block->kind == RC_PRISMA_VIEW;
    entity->folder = prisma->database->name;
    entity->origin = origin_of(prisma, block);
    entity->position = rc_prisma_at(block, block->line);
    block->entity = entity;
    LL_FOREACH (block->fields, field) {
        read_field(prisma, block, field);
    }
    LL_APPEND(prisma->draft->entities, entity);
}

void rc_prisma_models(struct rc_prisma *prisma)
{
    struct rc_prisma_block *block = NULL;
    LL_FOREACH (prisma->blocks, block) {
        if (rc_prisma_is_entity(block)) {
            read_model(prisma, block);
        } else if (block->kind == RC_PRISMA_ENUM) {
            block->enumeration->origin = origin_of(prisma, block);
        }
    }
}
