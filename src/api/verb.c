// SPDX-License-Identifier: Apache-2.0
//
// The methods of an entity, by name.
#include "api/api.h"

static const struct {
    const char *name;
    bool is_read;
} verbs[RC_VERB_NUMBER] = {
    [RC_VERB_FIND_UNIQUE] = {"FindUnique", true},
    [RC_VERB_FIND_FIRST] = {"FindFirst", true},
    [RC_VERB_FIND_MANY] = {"FindMany", true},
    [RC_VERB_STREAM] = {"Stream", true},
    [RC_VERB_COUNT] = {"Count", true},
    [RC_VERB_EXISTS] = {"Exists", true},
    [RC_VERB_AGGREGATE] = {"Aggregate", true},
    [RC_VERB_GROUP_BY] = {"GroupBy", true},
    [RC_VERB_CREATE] = {"Create", false},
    [RC_VERB_CREATE_MANY] = {"CreateMany", false},
    [RC_VERB_UPDATE] = {"Update", false},
    [RC_VERB_UPDATE_MANY] = {"UpdateMany", false},
    [RC_VERB_UPSERT] = {"Upsert", false},
    [RC_VERB_UPSERT_MANY] = {"UpsertMany", false},
    [RC_VERB_DELETE] = {"Delete", false},
    [RC_VERB_DELETE_MANY] = {"DeleteMany", false},
};

const char *rc_verb_name(enum rc_verb verb)
{
    return verbs[verb].name;
}

bool rc_verb_is_read(enum rc_verb verb)
{
    return verbs[verb].is_read;
}

bool rc_verb_parse(struct rc_view name, enum rc_verb *ret_verb)
{
    for (int verb = 0; verb < RC_VERB_NUMBER; verb++) {
        if (rc_view_is(name, verbs[verb].name)) {
            *ret_verb = (enum rc_verb)verb;
            return true;
        }
    }
    return false;
}
