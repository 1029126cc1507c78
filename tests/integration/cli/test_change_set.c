// SPDX-License-Identifier: Apache-2.0
//
// Files that change together, in a folder of the test's own.
#include "support/check.h"

#include "bin/change_set.h"
#include "bin/file.h"

#include <stdlib.h>
#include <unistd.h>

struct fixture {
    char folder[64];
    struct rc_change_set set;
    rowcall_error err;
};

static int set_up(void **state)
{
    struct fixture *fixture = malloc(sizeof(*fixture));
    assert_non_null(fixture);
    *fixture = (struct fixture){.folder = "/tmp/rowcall-changes.XXXXXX"};
    if (!mkdtemp(fixture->folder) || chdir(fixture->folder) != 0) {
        free(fixture);
        return -1;
    }
    rc_change_set_init(&fixture->set);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    rc_change_set_fini(&fixture->set);
    bool removed = rc_file_remove_folder(fixture->folder, &fixture->err) == ROWCALL_OK;
    free(fixture);
    return removed ? 0 : -1;
}

static void create(struct fixture *fixture, const char *path, const char *text)
{
    ASSERT_OK(rc_change_set_create(&fixture->set, path, rc_view_of(text), &fixture->err),
              fixture->err);
}

static void expect_file(const char *path, const char *text)
{
    struct rc_buf bytes = {0};
    rowcall_error err = {0};
    ASSERT_OK(rc_file_read(path, &bytes, &err), err);
    assert_int_equal(bytes.len, strlen(text));
    assert_memory_equal(bytes.data ? bytes.data : "", text, bytes.len);
    rc_buf_fini(&bytes);
}

static void put(const char *path, const char *text)
{
    rowcall_error err = {0};
    ASSERT_OK(rc_file_write(path, rc_view_of(text), NULL, &err), err);
}

static void test_changes_are_made_together(void **state)
{
    struct fixture *fixture = *state;
    put("there", "old");
    create(fixture, "a/b/c", "new");
    ASSERT_OK(
        rc_change_set_replace(&fixture->set, "there", rc_view_of("changed"), &fixture->err),
        fixture->err);
    assert_int_not_equal(access("a", F_OK), 0); // nothing before apply
    ASSERT_OK(rc_change_set_apply(&fixture->set, &fixture->err), fixture->err);
    expect_file("a/b/c", "new");
    expect_file("there", "changed");
}

static void test_failed_change_takes_the_others_back(void **state)
{
    struct fixture *fixture = *state;
    put("there", "old");
    put("kept/x", "x");
    create(fixture, "a/b/c", "new");
    create(fixture, "kept/d/e", "new");
    ASSERT_OK(
        rc_change_set_replace(&fixture->set, "there", rc_view_of("changed"), &fixture->err),
        fixture->err);
    create(fixture, "blocked/f", "new");
    put("blocked", "a file where a folder has to be");
    ASSERT_STATUS(rc_change_set_apply(&fixture->set, &fixture->err),
                  ROWCALL_FAILED_PRECONDITION);
    ASSERT_CONTAINS(fixture->err.message, "blocked");
    expect_file("there", "old");
    expect_file("kept/x", "x");
    expect_file("blocked", "a file where a folder has to be");
    assert_int_not_equal(access("a", F_OK), 0);
    assert_int_not_equal(access("kept/d", F_OK), 0);
}

static void test_present_file_is_not_created(void **state)
{
    struct fixture *fixture = *state;
    put("there", "old");
    ASSERT_STATUS(
        rc_change_set_create(&fixture->set, "there", rc_view_of("new"), &fixture->err),
        ROWCALL_ALREADY_EXISTS);
    assert_string_equal(fixture->err.message, "there is there already");
    fixture->err = (rowcall_error){0};
    ASSERT_STATUS(
        rc_change_set_replace(&fixture->set, "absent", rc_view_of("new"), &fixture->err),
        ROWCALL_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_changes_are_made_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failed_change_takes_the_others_back, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_present_file_is_not_created, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
