// SPDX-License-Identifier: Apache-2.0
//
// Every message and enum of a scope, in printing order.
#include "api/api_internal.h"

struct visit {
    struct rc_api *api;
    rc_api_enum_fn on_enum;
    rc_api_message_fn on_message;
    void *context;
};

static bool visit_message(const struct visit *visit, const struct rc_model *model,
                          const struct rc_wire_message *message)
{
    message = message ? rc_wire_message_ready(message) : NULL;
    if (message) {
        visit->on_message(visit->context, model, message);
    }
    return message != NULL;
}

static bool visit_enum(const struct visit *visit, const struct rc_enum *enumeration)
{
    const struct rc_wire_enum *made = rc_api_find_enum(visit->api, enumeration);
    bool ok = made != NULL;
    if (ok) {
        visit->on_enum(visit->context, NULL, made);
    }
    for (int slot = 0; ok && slot < RC_ENUM_SLOT_NUMBER; slot++) {
        ok = visit_message(
            visit, NULL,
            rc_api_find_enum_slot(visit->api, enumeration, (enum rc_api_enum_slot)slot));
    }
    return ok;
}

static bool visit_keys(const struct visit *visit, const struct rc_model *model)
{
    bool ok = true;
    for (size_t i = 0; ok && i < model->entity->key_count; i++) {
        const struct rc_key *key = &model->entity->keys[i];
        ok = key->column_count == 1 ||
             visit_message(visit, model, rc_api_find_composite_key(visit->api, model, key));
    }
    return ok;
}

static bool visit_model(const struct visit *visit, const struct rc_model *model)
{
    const struct rc_wire_enum *fields = rc_api_field_enum(visit->api, model);
    bool ok = fields != NULL;
    for (int slot = 0; ok && slot < RC_SLOT_REQUEST; slot++) {
        if (rc_api_slot_exists(model, slot)) {
            ok = visit_message(visit, model, rc_api_find_slot(visit->api, model, slot));
        }
        if (ok && slot == RC_SLOT_ROW) {
            visit->on_enum(visit->context, model, fields);
        }
        if (ok && slot == RC_SLOT_KEY) {
            ok = visit_keys(visit, model);
        }
    }
    for (int verb = 0; ok && verb < RC_VERB_NUMBER; verb++) {
        if (rc_api_has_verb(model, (enum rc_verb)verb)) {
            ok = visit_message(visit, model,
                               rc_api_request(visit->api, model, (enum rc_verb)verb)) &&
                 visit_message(visit, model,
                               rc_api_response(visit->api, model, (enum rc_verb)verb));
        }
    }
    return ok;
}

static bool visit_service(const struct visit *visit, const struct rc_sql_service *service)
{
    bool ok = true;
    for (size_t i = 0; ok && i < service->method_count; i++) {
        const struct rc_sql_method *method = &service->methods[i];
        ok = visit_message(visit, &service->model, rc_api_sql_request(visit->api, method)) &&
             visit_message(visit, &service->model, rc_api_sql_response(visit->api, method));
    }
    return ok;
}

rowcall_status rc_api_each(struct rc_api *api, rc_api_enum_fn on_enum,
                           rc_api_message_fn on_message, void *context, rowcall_error *err)
{
    const struct rc_scope *scope = rc_api_scope(api);
    struct visit visit = {api, on_enum, on_message, context};
    bool ok = true;
    for (size_t i = 0; ok && i < scope->enum_count; i++) {
        ok = visit_enum(&visit, scope->enums[i]);
    }
    for (size_t i = 0; ok && i < scope->model_count; i++) {
        ok = visit_model(&visit, &scope->models[i]);
    }
    for (size_t i = 0; ok && i < scope->record_count; i++) {
        ok = visit_message(&visit, NULL, rc_api_find_record(api, scope->records[i]));
    }
    for (size_t i = 0; ok && i < scope->service_count; i++) {
        ok = visit_service(&visit, &scope->services[i]);
    }
    return ok ? ROWCALL_OK : rc_error_oom(err);
}
