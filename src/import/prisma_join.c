// SPDX-License-Identifier: Apache-2.0
//
// Implicit many-to-many relations. Prisma's table has its sides in the order of its names, and
// Rowcall's in that of the proto names. Where these orders differ the pairs become an entity.
#include "import/prisma_translate.h"

#include "import/naming.h"

#include "schema/names.h"

#include <string.h>
#include <utlist.h>

// One side.
struct side {
    const struct rc_prisma_block *block;
    const struct rc_prisma_field *field;
};

static bool comes_first(const char *a, const char *b, const char *a_field, const char *b_field)
{
    int order = strcmp(a, b);
    return order ? order < 0 : strcmp(a_field, b_field) < 0;
}

static const char *field_name(struct rc_prisma *prisma, const struct side *side)
{
    return rc_naming_field(prisma->session, side->field->name);
}

// "PostToTag", or what the schema says.
static const char *relation_name(struct rc_prisma *prisma, const struct side *a,
                                 const struct side *b)
{
    const char *name = rc_prisma_relation_name(prisma, a->block, a->field);
    return name ? name
                : rc_import_printf(prisma->session, "%sTo%s", a->block->name, b->block->name);
}

static const char *suffixed(struct rc_prisma *prisma, const char *stem, const char *suffix)
{
    return rc_import_must(prisma->session,
                          rc_name_constraint(&prisma->session->arena, stem, suffix));
}

// ---- as a relation

static void add_relation(struct rc_prisma *prisma, const struct side *a, const struct side *b,
                         const char *name)
{
    struct rc_draft_relation *relation =
        rc_import_new(prisma->session, struct rc_draft_relation);
    const char *usual = rc_import_printf(prisma->session, "%sTo%s", a->block->entity->name,
                                         b->block->entity->name);
    *relation = (struct rc_draft_relation){
        .name = field_name(prisma, a),
        .comment = a->field->comment,
        .target = b->block->entity,
        .many_to_many = true,
        .join_name = strcmp(name, usual) == 0 ? NULL : name,
        .inverse_name = field_name(prisma, b),
        .inverse_order = rc_prisma_order(b->block, b->field),
        .position = rc_prisma_at(a->block, a->field->line),
    };
    LL_APPEND(a->block->entity->relations, relation);
}

// ---- as an entity

static struct rc_draft_column *add_column(struct rc_prisma *prisma,
                                          struct rc_draft_entity *entity, const char *name,
                                          const struct rc_draft_column *reference)
{
    struct rc_draft_column *column = rc_import_new(prisma->session, struct rc_draft_column);
    *column = (struct rc_draft_column){
        .name = rc_naming_field(prisma->session, name),
        .alias = name,
        .sql_name = name,
        .type = reference->type,
        .enumeration = reference->enumeration,
        .position = entity->position,
    };
    LL_APPEND(entity->columns, column);
    return column;
}

static void add_foreign_key(struct rc_prisma *prisma, struct rc_draft_entity *entity,
                            struct rc_draft_column *column, const struct side *side)
{
    struct rc_draft_relation *relation =
        rc_import_new(prisma->session, struct rc_draft_relation);
    const char *suffix = strcmp(column->sql_name, "A") == 0 ? "_A_fkey" : "_B_fkey";
    *relation = (struct rc_draft_relation){
        .name = rc_import_printf(prisma->session, "%s_record", column->name),
        .target = side->block->entity,
        .columns = rc_draft_one_column(prisma->session, column),
        .references = side->block->entity->primary,
        .sql_name = suffixed(prisma, entity->sql_name, suffix),
        .on_delete = RC_ACTION_CASCADE,
        .on_update = RC_ACTION_CASCADE,
        .inverse_name = field_name(prisma, side),
        .inverse_order = rc_prisma_order(side->block, side->field),
        .position = entity->position,
    };
    LL_APPEND(entity->relations, relation);
}

static void add_index(struct rc_prisma *prisma, struct rc_draft_entity *entity,
                      struct rc_draft_column *column)
{
    struct rc_draft_index *index = rc_import_new(prisma->session, struct rc_draft_index);
    index->parts = rc_import_new(prisma->session, struct rc_draft_part);
    index->parts->column = column;
    index->method = "btree";
    index->sql_name = suffixed(prisma, entity->sql_name, "_B_index");
    LL_APPEND(entity->indexes, index);
}

static void add_entity(struct rc_prisma *prisma, const struct side *a, const struct side *b,
                       const char *name)
{
    struct rc_draft_entity *entity = rc_import_new(prisma->session, struct rc_draft_entity);
    entity->alias = name;
    entity->sql_name = suffixed(prisma, rc_import_printf(prisma->session, "_%s", name), "");
    entity->sql_schema = a->block->entity->sql_schema;
    entity->folder = a->block->entity->folder;
    entity->origin = a->block->entity->origin;
    entity->position = rc_prisma_at(a->block, a->field->line);
    LL_APPEND(prisma->draft->entities, entity);
    rc_naming_types(prisma->session, prisma->draft);
    struct rc_draft_column *left =
        add_column(prisma, entity, "A", a->block->entity->primary.items[0]);
    struct rc_draft_column *right =
        add_column(prisma, entity, "B", b->block->entity->primary.items[0]);
    entity->primary = rc_draft_one_column(prisma->session, left);
    entity->primary.items = rc_import_array(prisma->session, 2, sizeof(left));
    entity->primary.items[0] = left;
    entity->primary.items[1] = right;
    entity->primary.count = 2;
    entity->primary_name = suffixed(prisma, entity->sql_name, "_AB_pkey");
    add_index(prisma, entity, right);
    add_foreign_key(prisma, entity, left, a);
    add_foreign_key(prisma, entity, right, b);
    rc_import_find(prisma->session, RC_FINDING_REMARK, entity->position,
                   "%s.%s and %s.%s: the sides of their table are in another order than "
                   "their names in proto: its pairs become the entity %s",
                   a->block->name, a->field->name, b->block->name, b->field->name,
                   entity->name);
}

// ----

static bool check_side(struct rc_prisma *prisma, const struct side *side)
{
    bool fits = side->block->entity && !side->block->entity->view &&
                side->block->entity->primary.count == 1;
    if (!fits) {
        rc_import_find(prisma->session,
                       side->block->entity ? RC_FINDING_ERROR : RC_FINDING_LOSS,
                       rc_prisma_at(side->block, side->field->line),
                       "%s.%s: a many-to-many relation needs an @id of one field at both sides",
                       side->block->name, side->field->name);
    }
    return fits;
}

void rc_prisma_join(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                    const struct rc_prisma_field *field, const struct rc_prisma_block *other,
                    const struct rc_prisma_field *opposite)
{
    struct side a = {block, field};
    struct side b = {other, opposite};
    if (!comes_first(block->name, other->name, field->name, opposite->name)) {
        return; // it is read from the other side
    }
    bool fits = check_side(prisma, &a);
    if (!check_side(prisma, &b) || !fits) {
        return;
    }
    const char *name = relation_name(prisma, &a, &b);
    if (comes_first(block->entity->name, other->entity->name, field_name(prisma, &a),
                    field_name(prisma, &b))) {
        add_relation(prisma, &a, &b, name);
    } else {
        add_entity(prisma, &a, &b, name);
    }
}
