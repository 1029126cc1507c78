// SPDX-License-Identifier: Apache-2.0
//
// Join tables: the `repeated` relations with many_to_many, and the table that Prisma makes for
// each. How the two sides appear in a scope belongs to relations.
#include "schema/loader.h"

#include "schema/names.h"

#include <string.h>

// A many-to-many relation while it is read.
struct draft {
    const struct rc_relation_field *field;
    const struct rc_loader_entity *target;
    struct rc_join_table *join;
};

#define problem(loader, draft, ...)                                                            \
    rc_loader_problem((loader), (draft)->field->position, __VA_ARGS__)

// What only foreign keys have.
static void check_options(struct rc_loader *loader, const struct draft *draft)
{
    const struct rc_relation_field *field = draft->field;
    const Rowcall__Relation *options = field->options;
    const char *extra = options->n_fields > 0       ? "fields"
                        : options->n_references > 0 ? "references"
                        : options->has_on_delete    ? "on_delete"
                        : options->has_on_update    ? "on_update"
                        : options->name             ? "name"
                                                    : NULL;
    if (extra) {
        problem(loader, draft,
                "relation %s: `%s` is for foreign keys, and many_to_many makes its own; drop "
                "one of them",
                field->name, extra);
    }
    if (field->proto->label !=
        GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED) {
        problem(loader, draft, "relation %s: a many_to_many relation is a `repeated` field",
                field->name);
    }
    if (!options->inverse) {
        problem(loader, draft,
                "relation %s: a many_to_many relation has two sides; set its `inverse`",
                field->name);
    }
}

// The column that a join table refers to; NULL after reporting, or when the missing key is
// reported already.
static const struct rc_column *key_column(struct rc_loader *loader, const struct draft *draft,
                                          const struct rc_entity *entity)
{
    const struct rc_key *key = entity->key_count > 0 ? &entity->keys[0] : NULL;
    if (!key || !key->primary) {
        return NULL;
    }
    if (key->column_count > 1) {
        problem(loader, draft,
                "relation %s: the primary key of %s has %zu columns, many_to_many needs one: "
                "declare the pairs as an entity of their own",
                draft->field->name, entity->name, key->column_count);
        return NULL;
    }
    return key->columns[0];
}

// "_PostToTag". A name that somebody wrote must fit; one made of entity names is cut, as Prisma
// does it.
static const char *table_name(struct rc_loader *loader, const struct draft *draft)
{
    const struct rc_join_table *join = draft->join;
    const char *authored = draft->field->options->many_to_many->name;
    const char *name = authored
                           ? rc_loader_printf(loader, "_%s", authored)
                           : rc_loader_printf(loader, "_%sTo%s", join->a->name, join->b->name);
    if (authored && *authored == '\0') {
        problem(loader, draft, "relation %s: the name of its table is empty", join->name);
    } else if (authored) {
        rc_loader_check_name(loader, draft->field->position, "join table", name);
    }
    return rc_loader_must(loader, rc_name_constraint(&loader->schema->arena, name, ""));
}

static const char *suffixed(struct rc_loader *loader, const char *sql_name, const char *suffix)
{
    return rc_loader_must(loader, rc_name_constraint(&loader->schema->arena, sql_name, suffix));
}

static struct rc_column column_of(const struct rc_entity *table, const char *name, size_t index,
                                  const struct rc_column *reference)
{
    return (struct rc_column){.name = name,
                              .sql_name = name,
                              .number = (uint32_t)index + 1,
                              .type = reference->type,
                              .is_id = true,
                              .index = index,
                              .entity = table,
                              .position = table->position};
}

static struct rc_foreign_key foreign_key_of(const struct rc_entity *table,
                                            const struct rc_column *const *column,
                                            const struct rc_entity *target,
                                            const char *sql_name)
{
    return (struct rc_foreign_key){.sql_name = sql_name,
                                   .enforced = true,
                                   .owner = table,
                                   .target = target,
                                   .columns = column,
                                   .references = target->keys[0].columns,
                                   .column_count = 1,
                                   .on_delete = RC_ACTION_CASCADE,
                                   .on_update = RC_ACTION_CASCADE,
                                   .name = column[0]->name,
                                   .number = column[0]->number,
                                   .required = true,
                                   .position = table->position};
}

// The table as an entity that no model shows.
static struct rc_entity *make_table(struct rc_loader *loader, const struct rc_join_table *join,
                                    const char *renamed_from)
{
    struct rc_entity *table = rc_loader_alloc(loader, 1, sizeof(*table));
    struct rc_column *columns = rc_loader_alloc(loader, 2, sizeof(*columns));
    const struct rc_column **both =
        rc_loader_alloc(loader, 2, sizeof(const struct rc_column *));
    struct rc_key *key = rc_loader_alloc(loader, 1, sizeof(*key));
    struct rc_index *index = rc_loader_alloc(loader, 1, sizeof(*index));
    struct rc_index_part *part = rc_loader_alloc(loader, 1, sizeof(*part));
    struct rc_foreign_key *foreign = rc_loader_alloc(loader, 2, sizeof(*foreign));
    *table = (struct rc_entity){
        .name = rc_loader_printf(loader, "%s.%s", join->owner->name, join->name),
        .sql_name = join->sql_name,
        .sql_schema = join->sql_schema,
        .renamed_from = renamed_from,
        .file = join->owner->file,
        .folder = join->owner->folder,
        .shared = join->owner->shared,
        .columns = columns,
        .column_count = 2,
        .keys = key,
        .key_count = 1,
        .indexes = index,
        .index_count = 1,
        .foreign_keys = foreign,
        .foreign_key_count = 2,
        .position = join->position};
    columns[0] = column_of(table, "A", 0, join->a->keys[0].columns[0]);
    columns[1] = column_of(table, "B", 1, join->b->keys[0].columns[0]);
    both[0] = &columns[0];
    both[1] = &columns[1];
    *key = (struct rc_key){.sql_name = suffixed(loader, join->sql_name, "_AB_pkey"),
                           .columns = both,
                           .column_count = 2,
                           .primary = true,
                           .name = "A_B"};
    *part = (struct rc_index_part){.column = &columns[1]};
    *index = (struct rc_index){.sql_name = suffixed(loader, join->sql_name, "_B_index"),
                               .method = "btree",
                               .parts = part,
                               .part_count = 1};
    foreign[0] =
        foreign_key_of(table, &both[0], join->a, suffixed(loader, join->sql_name, "_A_fkey"));
    foreign[1] =
        foreign_key_of(table, &both[1], join->b, suffixed(loader, join->sql_name, "_B_fkey"));
    return table;
}

static bool owner_comes_first(const struct rc_join_table *join)
{
    int order = strcmp(join->owner->name, join->target->name);
    return order ? order < 0 : strcmp(join->name, join->inverse_name) < 0;
}

static bool check_sides(struct rc_loader *loader, const struct draft *draft)
{
    const struct rc_entity *owner = draft->field->entity->entity;
    if (draft->target && (owner->view || draft->target->entity->view)) {
        problem(loader, draft,
                "relation %s: a join table has foreign keys, and views can have none: declare "
                "the pairs as an entity, which may be a view itself",
                draft->join->name);
        return false;
    }
    return draft->target;
}

static void read_join_table(struct rc_loader *loader, struct draft *draft)
{
    const struct rc_relation_field *field = draft->field;
    struct rc_join_table *join = draft->join;
    draft->target = rc_loader_relation_target(loader, field);
    check_options(loader, draft);
    join->inverse_name = rc_loader_inverse_name(loader, field);
    if (!check_sides(loader, draft) || !join->inverse_name) {
        return;
    }
    join->inverse_number = field->options->inverse->number;
    join->owner = field->entity->entity;
    join->target = draft->target->entity;
    if (!key_column(loader, draft, join->owner) || !key_column(loader, draft, join->target)) {
        return;
    }
    join->owner_is_a = owner_comes_first(join);
    join->a = join->owner_is_a ? join->owner : join->target;
    join->b = join->owner_is_a ? join->target : join->owner;
    join->sql_schema = join->a->sql_schema;
    join->sql_name = table_name(loader, draft);
    join->table =
        make_table(loader, join,
                   rc_loader_renamed_from(loader, field->position, "join table", join->sql_name,
                                          field->options->many_to_many->renamed_from));
    field->entity->entity->join_table_count++;
}

void rc_load_join_tables(struct rc_loader *loader, struct rc_loader_entity *entity)
{
    struct rc_join_table *joins =
        rc_loader_alloc(loader, entity->proto->n_field, sizeof(struct rc_join_table));
    entity->entity->join_tables = joins;
    for (size_t i = 0; i < entity->proto->n_field; i++) {
        struct rc_relation_field field;
        if (!rc_loader_relation_field(loader, entity, i, &field) ||
            !field.options->many_to_many) {
            continue;
        }
        struct rc_join_table *join = &joins[entity->entity->join_table_count];
        *join = (struct rc_join_table){.name = field.name,
                                       .number = field.number,
                                       .comment = field.comment,
                                       .position = field.position};
        struct draft draft = {&field, NULL, join};
        read_join_table(loader, &draft);
    }
}
