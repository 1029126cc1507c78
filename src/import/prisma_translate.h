// SPDX-License-Identifier: Apache-2.0
//
// The steps from a parsed Prisma schema to a draft, in the order in which they are taken. Each
// reports what it does not understand and goes on. Private to the module.
#ifndef RC_IMPORT_PRISMA_TRANSLATE_H
#define RC_IMPORT_PRISMA_TRANSLATE_H

#include "import/prisma_tree.h"

struct rc_prisma {
    struct rc_import *session;
    struct rc_draft *draft;
    struct rc_draft_database *database;
    struct rc_prisma_block *blocks;
    const struct rc_prisma_input *input;
};

// prisma_database.c: datasource and generators.
void rc_prisma_database(struct rc_prisma *prisma);
// prisma_enum.c
void rc_prisma_enums(struct rc_prisma *prisma);
// prisma_model.c: models and views, with their columns and the columns' defaults.
void rc_prisma_models(struct rc_prisma *prisma);
// prisma_key.c: primary and unique keys; models without a primary key are left out here.
void rc_prisma_keys(struct rc_prisma *prisma);
// prisma_index.c
void rc_prisma_indexes(struct rc_prisma *prisma);
// prisma_relation.c: foreign keys; prisma_join.c: implicit many-to-many relations.
void rc_prisma_relations(struct rc_prisma *prisma);

// ---- parts of the steps

// prisma_type.c: the column's type. false after reporting why there is none.
bool rc_prisma_type(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                    const struct rc_prisma_field *field, struct rc_draft_column *column);
// prisma_default.c: what @default says, if it is there.
void rc_prisma_default(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                       const struct rc_prisma_field *field);
// prisma_where.c: the condition of a partial index as SQL; NULL when there is none, and after
// reporting.
const char *rc_prisma_where(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                            const struct rc_prisma_value *value);
// prisma_index.c: an index of the entity by what its attribute says: fields with sort and
// operator class, type, map, where. NULL when it has to be left out, which is reported.
struct rc_draft_index *rc_prisma_index(struct rc_prisma *prisma,
                                       const struct rc_prisma_block *block,
                                       const struct rc_prisma_attribute *attribute);
// prisma_join.c: the relation of two lists, block's field and its opposite's.
void rc_prisma_join(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                    const struct rc_prisma_field *field, const struct rc_prisma_block *other,
                    const struct rc_prisma_field *opposite);

// ---- shared by them

// The place of a line of the block's file.
struct rc_position rc_prisma_at(const struct rc_prisma_block *block, int line);
// The model, view or enum of this name; NULL when there is none.
struct rc_prisma_block *rc_prisma_find(const struct rc_prisma *prisma, const char *name);
bool rc_prisma_is_entity(const struct rc_prisma_block *block);
// The text of an argument that has to be a string; NULL when it is absent, and after reporting.
const char *rc_prisma_string(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                             const struct rc_prisma_argument *list, const char *name,
                             int position);
// The explicit name of a relation field's relation; NULL when it has none.
const char *rc_prisma_relation_name(struct rc_prisma *prisma,
                                    const struct rc_prisma_block *block,
                                    const struct rc_prisma_field *field);
// The place of field among block's fields.
size_t rc_prisma_order(const struct rc_prisma_block *block,
                       const struct rc_prisma_field *field);

#endif
