// SPDX-License-Identifier: Apache-2.0
//
// The fixture of the tests of migrations.
#include "deployment.h"

#include "pg/sync.h"

static void keep(char *kept, size_t size, const char *text)
{
    size_t used = strlen(kept);
    snprintf(kept + used, size - used, "%s\n", text);
}

static void keep_report(void *context, enum rc_deploy_event event, const char *text,
                        int64_t elapsed_us)
{
    struct deployment *deployment = context;
    (void)elapsed_us;
    if (event == RC_DEPLOY_WARNING) {
        keep(deployment->warnings, sizeof deployment->warnings, text);
    } else if (event == RC_DEPLOY_FAILED) {
        keep(deployment->failures, sizeof deployment->failures, text);
    } else if (event == RC_DEPLOY_PROGRESS) {
        keep(deployment->progress, sizeof deployment->progress, text);
        atomic_fetch_add(&deployment->progress_count, 1);
    }
}

int deployment_setup(void **state)
{
    struct deployment *deployment = calloc(1, sizeof *deployment);
    assert_non_null(deployment);
    deployment->folder = test_tree_make();
    deployment->url = test_database_create();
    deployment->options = (struct rc_deploy){.url = deployment->url,
                                             .folder = deployment->folder,
                                             .database = "shop",
                                             .lock_wait_ms = 20000,
                                             .report = keep_report,
                                             .context = deployment};
    *state = deployment;
    return 0;
}

int deployment_teardown(void **state)
{
    struct deployment *deployment = *state;
    test_database_drop(deployment->url);
    test_tree_remove(deployment->folder);
    free(deployment);
    return 0;
}

rowcall_status deployment_run(struct deployment *deployment)
{
    deployment->err = (rowcall_error){0};
    deployment->warnings[0] = '\0';
    deployment->failures[0] = '\0';
    deployment->progress[0] = '\0';
    return rc_deploy_run(&deployment->options, &deployment->applied, &deployment->err);
}

char *deployment_ask(const char *url, const char *sql)
{
    struct rc_pg_sync *conn = NULL;
    struct rc_pg_result *result = NULL;
    rowcall_error err = {0};
    ASSERT_OK(rc_pg_sync_open(url, "test", &conn, &err), err);
    ASSERT_OK(rc_pg_sync_exec(conn, sql, NULL, &result, &err), err);
    const char *text = rc_pg_result_row_count(result) ? rc_pg_result_text(result, 0, 0) : NULL;
    char *answer = strdup(text ? text : "NULL");
    rc_pg_result_free(result);
    rc_pg_sync_close(conn);
    return answer;
}

void deployment_assert(const struct deployment *deployment, const char *sql,
                       const char *expected)
{
    char *answer = deployment_ask(deployment->url, sql);
    assert_string_equal(answer, expected);
    free(answer);
}
