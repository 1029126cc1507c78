// SPDX-License-Identifier: Apache-2.0
//
// Relations: which fields are the two sides of one, and its foreign key.
#include "import/prisma_translate.h"

#include "import/naming.h"

#include <string.h>
#include <utlist.h>

// The two sides of a relation.
struct sides {
    struct rc_prisma *prisma;
    const struct rc_prisma_block *block; // which holds the foreign key
    const struct rc_prisma_field *field;
    const struct rc_prisma_attribute *attribute; // @relation of field; NULL
    const struct rc_prisma_block *other;
    const struct rc_prisma_field *opposite; // NULL
};

static void find(const struct sides *s, enum rc_finding_kind kind, const char *text)
{
    rc_import_find(s->prisma->session, kind, rc_prisma_at(s->block, s->field->line),
                   "%s.%s: %s", s->block->name, s->field->name, text);
}

const char *rc_prisma_relation_name(struct rc_prisma *prisma,
                                    const struct rc_prisma_block *block,
                                    const struct rc_prisma_field *field)
{
    const struct rc_prisma_attribute *attribute =
        rc_prisma_attribute(field->attributes, "relation");
    return attribute ? rc_prisma_string(prisma, block, attribute->arguments, "name", 0) : NULL;
}

static bool same_name(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool holds_key(const struct rc_prisma_field *field)
{
    const struct rc_prisma_attribute *attribute =
        rc_prisma_attribute(field->attributes, "relation");
    return attribute && rc_prisma_argument(attribute->arguments, "fields", -1);
}

// The field at the other side; two that could be it are reported.
static const struct rc_prisma_field *find_opposite(const struct sides *s)
{
    const char *name = rc_prisma_relation_name(s->prisma, s->block, s->field);
    const struct rc_prisma_field *field = NULL;
    const struct rc_prisma_field *found = NULL;
    LL_FOREACH (s->other->fields, field) {
        bool meant = field != s->field && strcmp(field->type, s->block->name) == 0 &&
                     same_name(rc_prisma_relation_name(s->prisma, s->other, field), name);
        if (meant && found) {
            find(s, RC_FINDING_ERROR,
                 rc_import_printf(s->prisma->session,
                                  "%s.%s and %s.%s could both be its other side: give each "
                                  "relation a name, @relation(\"...\")",
                                  s->other->name, found->name, s->other->name, field->name));
            return found;
        }
        found = meant ? field : found;
    }
    return found;
}

// ---- the foreign key

// The columns that `fields` or `references` names; count 0 after reporting.
static struct rc_draft_columns
read_columns(const struct sides *s, const struct rc_prisma_block *block, const char *argument)
{
    const struct rc_prisma_value *list =
        rc_prisma_argument(s->attribute->arguments, argument, -1);
    const struct rc_prisma_argument *item = NULL;
    struct rc_draft_columns columns = {0};
    size_t count = 0;
    if (!list || list->kind != RC_PRISMA_VALUE_LIST || !list->items) {
        find(
            s, RC_FINDING_ERROR,
            rc_import_printf(s->prisma->session, "`%s` is a list of fields: [a, b]", argument));
        return columns;
    }
    LL_COUNT(list->items, item, count);
    columns.items = rc_import_array(s->prisma->session, count, sizeof(*columns.items));
    LL_FOREACH (list->items, item) {
        const struct rc_prisma_field *field = item->value->kind == RC_PRISMA_VALUE_NAME
                                                  ? rc_prisma_field(block, item->value->text)
                                                  : NULL;
        if (!field) {
            find(s, RC_FINDING_ERROR,
                 rc_import_printf(s->prisma->session,
                                  "`%s` names something that is no field of %s", argument,
                                  block->name));
            return (struct rc_draft_columns){0};
        }
        if (!field->column) {
            find(s, RC_FINDING_LOSS,
                 rc_import_printf(s->prisma->session,
                                  "the relation needs %s.%s, which is left out", block->name,
                                  field->name));
            return (struct rc_draft_columns){0};
        }
        columns.items[columns.count++] = field->column;
    }
    return columns;
}

static enum rc_action read_action(const struct sides *s, const char *argument,
                                  enum rc_action otherwise)
{
    static const struct {
        const char *name;
        enum rc_action action;
    } actions[] = {{"Cascade", RC_ACTION_CASCADE},
                   {"Restrict", RC_ACTION_RESTRICT},
                   {"NoAction", RC_ACTION_NO_ACTION},
                   {"SetNull", RC_ACTION_SET_NULL},
                   {"SetDefault", RC_ACTION_SET_DEFAULT}};
    const struct rc_prisma_value *value =
        rc_prisma_argument(s->attribute->arguments, argument, -1);
    for (size_t i = 0; value && i < sizeof actions / sizeof *actions; i++) {
        if (value->kind == RC_PRISMA_VALUE_NAME && strcmp(actions[i].name, value->text) == 0) {
            return actions[i].action;
        }
    }
    if (value) {
        find(s, RC_FINDING_ERROR,
             rc_import_printf(s->prisma->session,
                              "%s is Cascade, Restrict, NoAction, SetNull or SetDefault",
                              argument));
    }
    return otherwise;
}

// Prisma takes a relation for required when any of its columns is.
static enum rc_action usual_on_delete(const struct sides *s,
                                      const struct rc_draft_relation *relation)
{
    for (size_t i = 0; i < relation->columns.count; i++) {
        if (!relation->columns.items[i]->nullable) {
            return RC_ACTION_RESTRICT;
        }
    }
    return s->field->arity == RC_PRISMA_REQUIRED ? RC_ACTION_RESTRICT : RC_ACTION_SET_NULL;
}

static bool is_all_nullable(const struct rc_draft_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (!columns->items[i]->nullable) {
            return false;
        }
    }
    return true;
}

static void read_actions(const struct sides *s, struct rc_draft_relation *relation)
{
    relation->on_delete = read_action(s, "onDelete", usual_on_delete(s, relation));
    relation->on_update = read_action(s, "onUpdate", RC_ACTION_CASCADE);
    enum rc_action *const actions[] = {&relation->on_delete, &relation->on_update};
    for (size_t i = 0; i < 2; i++) {
        if (*actions[i] == RC_ACTION_SET_NULL && !is_all_nullable(&relation->columns)) {
            find(s, RC_FINDING_LOSS,
                 "SetNull on columns that cannot be NULL fails when it is needed; it becomes "
                 "NO_ACTION, and the next migration says so");
            *actions[i] = RC_ACTION_NO_ACTION;
        }
    }
}

// Whether Rowcall can keep the relation; reports why not.
static bool check_sides(const struct sides *s)
{
    if (!s->other->entity) {
        find(s, RC_FINDING_LOSS,
             rc_import_printf(s->prisma->session,
                              "%s is left out, and the relation to it, too; its columns stay",
                              s->other->name));
    }
    return s->other->entity;
}

static bool check_key(const struct sides *s, const struct rc_draft_relation *relation)
{
    const struct rc_draft_columns *references = &relation->references;
    if (references->count != relation->columns.count) {
        find(s, RC_FINDING_ERROR, "`fields` and `references` name different numbers of fields");
        return false;
    }
    if (!rc_draft_is_key(s->other->entity, references)) {
        find(s, RC_FINDING_LOSS,
             rc_import_printf(s->prisma->session,
                              "what it refers to is no key of %s in Rowcall: the relation is "
                              "left out, and its columns stay",
                              s->other->name));
        return false;
    }
    return true;
}

static void name_inverse(const struct sides *s, struct rc_draft_relation *relation)
{
    if (s->opposite) {
        relation->inverse_name = rc_naming_field(s->prisma->session, s->opposite->name);
        relation->inverse_order = rc_prisma_order(s->other, s->opposite);
    }
}

static void read_foreign_key(const struct sides *s)
{
    if (!check_sides(s)) {
        return;
    }
    struct rc_draft_relation *relation =
        rc_import_new(s->prisma->session, struct rc_draft_relation);
    relation->columns = read_columns(s, s->block, "fields");
    relation->references = read_columns(s, s->other, "references");
    if (relation->columns.count == 0 || relation->references.count == 0 ||
        !check_key(s, relation)) {
        return;
    }
    const char *map = rc_prisma_string(s->prisma, s->block, s->attribute->arguments, "map", -1);
    relation->name = rc_naming_field(s->prisma->session, s->field->name);
    relation->comment = s->field->comment;
    relation->target = s->other->entity;
    relation->sql_name = map ? map
                             : rc_draft_constraint_name(s->prisma->session, s->block->entity,
                                                        &relation->columns, "_fkey");
    relation->position = rc_prisma_at(s->block, s->field->line);
    read_actions(s, relation);
    name_inverse(s, relation);
    LL_APPEND(s->block->entity->relations, relation);
}

// ---- which kind it is

static void read_keyless(const struct sides *s)
{
    bool both_lists = s->opposite && s->field->arity == RC_PRISMA_LIST &&
                      s->opposite->arity == RC_PRISMA_LIST;
    if (both_lists) {
        rc_prisma_join(s->prisma, s->block, s->field, s->other, s->opposite);
    } else if (!s->opposite || !holds_key(s->opposite)) {
        find(s, RC_FINDING_ERROR,
             "no side of the relation says @relation(fields: [...], references: [...])");
    }
}

static void read_relation(struct rc_prisma *prisma, const struct rc_prisma_block *block,
                          const struct rc_prisma_field *field)
{
    const struct rc_prisma_block *other = rc_prisma_find(prisma, field->type);
    if (!other || !rc_prisma_is_entity(other)) {
        return;
    }
    struct sides s = {prisma, block, field, NULL, other, NULL};
    s.attribute = rc_prisma_attribute(field->attributes, "relation");
    s.opposite = find_opposite(&s);
    if (holds_key(field)) {
        read_foreign_key(&s);
    } else {
        read_keyless(&s);
    }
}

void rc_prisma_relations(struct rc_prisma *prisma)
{
    const struct rc_prisma_block *block = NULL;
    const struct rc_prisma_field *field = NULL;
    LL_FOREACH (prisma->blocks, block) {
        for (field = block->entity ? block->fields : NULL; field; field = field->next) {
            read_relation(prisma, block, field);
        }
    }
}
