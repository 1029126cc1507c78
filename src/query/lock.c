// SPDX-License-Identifier: Apache-2.0
//
// Locking clauses. `of` names the table, since a record that is joined by LEFT JOIN cannot be
// locked.
#include "query/lock.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const strengths[] = {" for update", " for no key update", " for share",
                                        " for key share"};
static const char *const waits[] = {"", " skip locked", " nowait"};

static uint64_t flag_of(const struct rc_node *lock, enum rc_api_role role)
{
    const struct rc_node *child = rc_node_child(lock, role);
    return child ? child->flag : 0;
}

rowcall_status rc_lock_read(struct rc_builder *builder, const struct rc_node *request,
                            struct rc_lock *ret_lock)
{
    const struct rc_node *lock = rc_node_child(request, RC_ROLE_LOCK);
    *ret_lock = (struct rc_lock){0};
    if (!lock) {
        return ROWCALL_OK;
    }
    uint64_t strength = flag_of(lock, RC_ROLE_LOCK_STRENGTH);
    uint64_t wait = flag_of(lock, RC_ROLE_LOCK_WAIT);
    if (strength >= COUNT_OF(strengths) || wait >= COUNT_OF(waits)) {
        return rc_node_refuse(lock, ROWCALL_INVALID_ARGUMENT, builder->err,
                              "unknown kind of lock");
    }
    *ret_lock = (struct rc_lock){strengths[strength], waits[wait]};
    builder->locks = true;
    builder->read_only = false;
    return ROWCALL_OK;
}

void rc_lock_put(struct rc_builder *builder, const struct rc_lock *lock, struct rc_alias alias)
{
    if (lock->strength) {
        rc_builder_put(builder, lock->strength);
        rc_builder_put(builder, " of ");
        rc_builder_put_alias(builder, alias);
        rc_builder_put(builder, lock->wait);
    }
}
