// SPDX-License-Identifier: Apache-2.0
//
// The table of works. Each peer does the same on the same tables, as well as one statement can.
#include "work.h"

#include <string.h>

#define USER_COLUMNS                                                                           \
    "\"id\", \"createdAt\", \"updatedAt\", \"username\", \"email\", \"timezone\", \"status\""

static const char select_user[] =
    "\\set id random(1, 100000)\n"
    "SELECT " USER_COLUMNS " FROM \"auth_users\" WHERE \"id\" = :id;\n";

static const char select_nested[] = "\\set id random(1, 100000)\n"
                                    "SELECT u.*, ur.*, r.*, p.*, v.* FROM \"auth_users\" u\n"
                                    "LEFT JOIN \"user_role\" ur ON ur.\"userId\" = u.\"id\"\n"
                                    "LEFT JOIN \"roles\" r ON r.\"id\" = ur.\"roleId\"\n"
                                    "LEFT JOIN \"user_profiles\" p ON p.\"userId\" = u.\"id\"\n"
                                    "LEFT JOIN \"providers\" v ON v.\"id\" = p.\"providerId\"\n"
                                    "WHERE u.\"id\" = :id;\n";

static const char select_page[] =
    "SELECT " USER_COLUMNS " FROM \"auth_users\"\n"
    "WHERE \"status\" = 'ACTIVE' AND \"username\" LIKE 'user12%'::text\n"
    "ORDER BY \"id\" LIMIT 20;\n";

static const char insert_message[] =
    "\\set id random(1, 100000)\n"
    "INSERT INTO \"contact_messages\" (\"updated_at\", \"email\", \"message\", \"category\", "
    "\"user_id\")\n"
    "VALUES (CURRENT_TIMESTAMP, 'user' || :id || '@example.com',\n"
    "'Hello, I have a question about my account.', 'support', :id)\n"
    "RETURNING \"id\", \"created_at\", \"updated_at\", \"email\", \"message\", \"category\", "
    "\"status\", \"user_id\";\n";

static const char update_zone[] =
    "\\set id random(1, 100000)\n"
    "\\set zone random(0, 6)\n"
    "UPDATE \"auth_users\" SET \"timezone\" = 'Etc/GMT+' || :zone, "
    "\"updatedAt\" = CURRENT_TIMESTAMP\n"
    "WHERE \"id\" = :id RETURNING " USER_COLUMNS ";\n";

static const char insert_notification[] =
    "\\set u random(1, 99990)\n"
    "BEGIN;\n"
    "INSERT INTO \"notifications\" (\"message\", \"type\", \"link\")\n"
    "VALUES ('Your subscription has been renewed', 'payment', '/subscriptions')\n"
    "RETURNING \"id\" \\gset\n"
    "INSERT INTO \"users_notifications\" (\"receiver_id\", \"notification_id\") VALUES\n"
    "(:u, :id), (:u + 1, :id), (:u + 2, :id), (:u + 3, :id), (:u + 4, :id),\n"
    "(:u + 5, :id), (:u + 6, :id), (:u + 7, :id), (:u + 8, :id), (:u + 9, :id);\n"
    "COMMIT;\n";

// Both sides of a pair write into tables in the same state, right after a checkpoint: the
// first to change a page after one writes it to the log as a whole.
static const char *const reset_messages[] = {
    "DELETE FROM \"contact_messages\" WHERE \"id\" > 10000",
    "VACUUM ANALYZE \"contact_messages\"", "CHECKPOINT", NULL};
static const char *const reset_users[] = {"VACUUM ANALYZE \"auth_users\"", "CHECKPOINT", NULL};
static const char *const reset_notifications[] = {
    "DELETE FROM \"users_notifications\" WHERE \"notification_id\" > 50000",
    "DELETE FROM \"notifications\" WHERE \"id\" > 50000",
    "VACUUM ANALYZE \"users_notifications\"",
    "VACUUM ANALYZE \"notifications\"",
    "CHECKPOINT",
    NULL};

const struct work works[] = {
    {.name = "W1",
     .what = "user by id, 64 in flight, batching client",
     .peer = "pgbench -M prepared, 64 clients",
     .target = 4.0,
     .unit = "calls/s",
     .run = run_pairs,
     .load = {.operation = &find_unique, .callers = 64, .clients = 1, .batching = true},
     .script = select_user,
     .peer_clients = 64},
    {.name = "W1s",
     .variant = "shared",
     .what = "same, a call a message, one socket",
     .peer = "pgbench -M prepared, 64 clients",
     .target = 1.0,
     .unit = "calls/s",
     .run = run_pairs,
     .load = {.operation = &find_unique, .callers = 64, .clients = 1, .batching = false},
     .script = select_user,
     .peer_clients = 64},
    {.name = "W1s",
     .variant = "sockets",
     .what = "same, a call a message, 64 sockets",
     .peer = "pgbench -M prepared, 64 clients",
     .target = 0.8,
     .unit = "calls/s",
     .run = run_pairs,
     .load = {.operation = &find_unique, .callers = 64, .clients = 64, .batching = false},
     .script = select_user,
     .peer_clients = 64},
    {.name = "W1l",
     .what = "same, 1 in flight: latency",
     .peer = "pgbench -M prepared, 1 client, average",
     .kind = WORK_LATENCY,
     .target = 2.5,
     .unit = "calls/s",
     .run = run_pairs,
     .load = {.operation = &find_unique, .callers = 1, .clients = 1, .batching = true},
     .script = select_user,
     .peer_clients = 1},
    {.name = "W2",
     .what = "user, roles->role, profiles->provider",
     .peer = "pgbench -M prepared, 64 clients, joins",
     .target = 1.0,
     .unit = "calls/s",
     .run = run_pairs,
     .load = {.operation = &find_nested, .callers = 64, .clients = 1, .batching = true},
     .script = select_nested,
     .peer_clients = 64},
    {.name = "W3",
     .what = "page: status, prefix, by id, 20 rows",
     .peer = "pgbench -M prepared, 64 clients",
     .target = 0.9,
     .unit = "calls/s",
     .run = run_pairs,
     .load = {.operation = &find_page, .callers = 64, .clients = 1, .batching = true},
     .script = select_page,
     .peer_clients = 64},
    {.name = "W4",
     .what = "create a contact message",
     .peer = "pgbench -M prepared, 64 clients",
     .target = 2.0,
     .unit = "calls/s",
     .run = run_pairs,
     .load = {.operation = &create_message, .callers = 64, .clients = 1, .batching = true},
     .script = insert_message,
     .peer_clients = 64,
     .reset = reset_messages,
     .effects = "SELECT count(*) FROM \"contact_messages\" WHERE \"id\" > 10000",
     .effects_each = 1},
    {.name = "W5",
     .what = "update a user's timezone by id",
     .peer = "pgbench -M prepared, 64 clients",
     .target = 2.0,
     .unit = "calls/s",
     .run = run_pairs,
     .load = {.operation = &update_timezone, .callers = 64, .clients = 1, .batching = true},
     .script = update_zone,
     .peer_clients = 64,
     .reset = reset_users},
    {.name = "W6",
     .what = "notification with 10 receivers",
     .peer = "pgbench -M prepared, 16 clients, transaction",
     .target = 1.5,
     .unit = "calls/s",
     .run = run_pairs,
     .load = {.operation = &create_notification, .callers = 16, .clients = 1, .batching = true},
     .script = insert_notification,
     .peer_clients = 16,
     .reset = reset_notifications,
     .effects =
         "SELECT count(*) FROM \"users_notifications\" WHERE \"notification_id\" > 50000",
     .effects_each = NOTIFIED},
    {.name = "W7",
     .what = "1000 users of a range, 1 in flight",
     .peer = "libpq, binary results, 1 connection",
     .target = 0.6,
     .unit = "rows/s",
     .run = run_pairs,
     .load = {.operation = &find_many, .callers = 1, .clients = 1, .batching = true}},
    {.name = "M1",
     .what = "10,000 idle tcp clients: memory",
     .kind = WORK_VALUE,
     .target = 64,
     .unit = "MiB",
     .run = run_idle},
    {.name = "M2",
     .what = "a minute of W1: growth of memory",
     .kind = WORK_VALUE,
     .target = 1,
     .unit = "MiB",
     .run = run_growth,
     .load = {.operation = &find_unique, .callers = 64, .clients = 1, .batching = true}},
    {.name = "S1",
     .what = "start: 1,000 entities, 16 databases",
     .kind = WORK_VALUE,
     .target = 100,
     .unit = "ms",
     .run = run_startup},
    {.name = "S2",
     .what = "W1s with 1 to 1024 sockets: the worst",
     .peer = "itself with 64 sockets",
     .kind = WORK_SELF,
     .target = 0.7,
     .unit = "calls/s",
     .run = run_scaling,
     .load = {.operation = &find_unique, .callers = 64, .clients = 64, .batching = false}},
    {.name = "cost",
     .what = "of a call, in the server",
     .kind = WORK_COST,
     .unit = "instructions",
     .run = run_cost},
};

const int work_count = sizeof works / sizeof works[0];

bool work_is_named(const struct work *work, const char *name)
{
    size_t len = strlen(work->name);
    if (strncmp(work->name, name, len) != 0) {
        return false;
    }
    return name[len] == '\0' ||
           (name[len] == '/' && work->variant && strcmp(work->variant, name + len + 1) == 0);
}

bool result_is_reached(const struct result *result)
{
    switch (result->work->kind) {
    case WORK_THROUGHPUT:
    case WORK_SELF:
        return sample_median(&result->ratio) >= result->work->target;
    case WORK_LATENCY:
        return sample_median(&result->ratio) <= result->work->target;
    case WORK_VALUE:
        return sample_median(&result->value) <= result->work->target;
    case WORK_COST:
        break;
    }
    return true;
}

struct load stage_load(const struct stage *stage, const struct load *like)
{
    struct load load = *like;
    load.warm_up_s = stage->quick ? 0.3 : 1.0;
    load.seconds = stage->seconds;
    return load;
}
