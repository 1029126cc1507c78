// SPDX-License-Identifier: Apache-2.0
//
// The fields with (rowcall.relation): their names and numbers, what they lead to, and the other
// side. What holds the relation, a foreign key or a join table, reads the rest.
#include "schema/loader.h"

#include "schema/names.h"

#define problem(loader, field, ...) rc_loader_problem((loader), (field)->position, __VA_ARGS__)

bool rc_loader_relation_field(struct rc_loader *loader, struct rc_loader_entity *entity,
                              size_t at, struct rc_relation_field *ret_field)
{
    const rc_field_proto *proto = entity->proto->field[at];
    struct rc_position position = rc_loader_field_position(entity, at);
    const Rowcall__Relation *options = rc_options_relation(loader, proto, position);
    if (!options) {
        return false;
    }
    const int32_t path[] = {4, entity->message_index, 2, (int32_t)at};
    *ret_field = (struct rc_relation_field){
        .entity = entity,
        .proto = proto,
        .options = options,
        .name = rc_loader_copy(loader, rc_text_or(proto->name, "")),
        .number = (uint32_t)proto->number,
        .comment = rc_source_comment(loader, entity->file, path, 4),
        .position = position,
    };
    return true;
}

static void check_name(struct rc_loader *loader, const struct rc_relation_field *field)
{
    if (!rc_name_is_field(field->name)) {
        problem(loader, field, "relation \"%s\": write its name in lower_snake_case",
                field->name);
    }
    if (field->number == 0 || field->number > 999) {
        problem(loader, field,
                "relation %s: number %u is reserved for derived messages; use 1 to 999",
                field->name, field->number);
    }
}

// Whether the owner may be related to the target at all; reports why not.
static bool check_sides(struct rc_loader *loader, const struct rc_relation_field *field,
                        const struct rc_entity *target)
{
    const struct rc_entity *owner = field->entity->entity;
    const rc_field_proto *proto = field->proto;
    if (proto->has_oneof_index && !(proto->has_proto3_optional && proto->proto3_optional)) {
        problem(loader, field, "relation %s: a oneof has no relations", field->name);
        return false;
    }
    if (owner->shared && !target->shared) {
        problem(loader, field,
                "relation %s: %s is shared and %s is not: not every database has it",
                field->name, owner->name, target->name);
        return false;
    }
    return true;
}

struct rc_loader_entity *rc_loader_relation_target(struct rc_loader *loader,
                                                   const struct rc_relation_field *field)
{
    const char *type_name = rc_text_or(field->proto->type_name, "");
    check_name(loader, field);
    if (field->proto->type != GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE) {
        problem(loader, field, "field %s: a relation's type is an entity", field->name);
        return NULL;
    }
    struct rc_loader_entity *target = rc_loader_find_entity(loader, type_name);
    if (!target) {
        problem(loader, field, "relation %s: %s is no entity", field->name,
                type_name + (*type_name == '.'));
        return NULL;
    }
    return check_sides(loader, field, target->entity) ? target : NULL;
}

const char *rc_loader_inverse_name(struct rc_loader *loader,
                                   const struct rc_relation_field *field)
{
    const Rowcall__Inverse *inverse = field->options->inverse;
    if (!inverse) {
        return NULL;
    }
    if (!rc_name_is_field(inverse->name)) {
        problem(loader, field,
                "relation %s: write the inverse's name \"%s\" in lower_snake_case", field->name,
                inverse->name);
    }
    if (inverse->number == 0 || inverse->number > 999) {
        problem(loader, field,
                "relation %s: number %u of inverse %s is reserved for derived messages; use 1 "
                "to 999",
                field->name, inverse->number, inverse->name);
    }
    return rc_loader_copy(loader, inverse->name);
}
