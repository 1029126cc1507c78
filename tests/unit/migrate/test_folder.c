// SPDX-License-Identifier: Apache-2.0
//
// Reading a migrations folder: order, checksums, what is out of place.
#include "migrate/folder.h"
#include "support/check.h"
#include "support/tree.h"

struct fixture {
    char *path;
    struct rc_arena arena;
    struct rc_migration_folder folder;
    rowcall_error err;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->path = test_tree_make();
    rc_arena_init(&fixture->arena, 0);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    rc_arena_fini(&fixture->arena);
    test_tree_remove(fixture->path);
    free(fixture);
    return 0;
}

static rowcall_status read_folder(struct fixture *fixture)
{
    return rc_migration_folder_read(fixture->path, &fixture->arena, &fixture->folder,
                                    &fixture->err);
}

static void test_folder_is_in_order_of_names(void **state)
{
    struct fixture *fixture = *state;
    test_tree_write(fixture->path, "20260201000000_b/migration.sql", "select 2;");
    test_tree_write(fixture->path, "20260101000000_a/migration.sql", "select 1;");
    test_tree_write(fixture->path, "migration_lock.toml", "provider = \"postgresql\"\n");
    ASSERT_OK(read_folder(fixture), fixture->err);
    assert_int_equal(fixture->folder.count, 2);
    assert_string_equal(fixture->folder.items[0].name, "20260101000000_a");
    assert_string_equal(fixture->folder.items[1].sql, "select 2;");
    assert_int_equal(fixture->folder.loose_count, 0);
}

static void test_checksum_is_sha256_whatever_the_line_ends(void **state)
{
    struct fixture *fixture = *state;
    test_tree_write(fixture->path, "1_a/migration.sql", "a\r\nb\n");
    ASSERT_OK(read_folder(fixture), fixture->err);
    const struct rc_migration *migration = &fixture->folder.items[0];
    // sha256sum of "a\r\nb\n", of it with LF, and of it with CRLF line ends
    static const char own[] =
        "953bba9ac9726eaea07e844abcf144a0afe998039257c7a88b6665819597f39d";
    static const char lf[] = "911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2";
    static const char crlf[] =
        "58055bdcc73787eb88c78d36f0b4939e9c5dc1c3ad17e25cc85a6833cf1a0cab";
    assert_string_equal(migration->checksum, own);
    assert_true(rc_migration_has_checksum(migration, own));
    assert_true(rc_migration_has_checksum(migration, lf));
    assert_true(rc_migration_has_checksum(migration, crlf));
    assert_false(rc_migration_has_checksum(migration, ""));
}

// Each byte without its leading zero, as old rows have it.
static void test_checksum_without_zeros_is_known(void **state)
{
    struct fixture *fixture = *state;
    test_tree_write(fixture->path, "1_a/migration.sql", "select 1;\n");
    ASSERT_OK(read_folder(fixture), fixture->err);
    const struct rc_migration *migration = &fixture->folder.items[0];
    // sha256sum: 4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c
    assert_true(rc_migration_has_checksum(
        migration, "4a4592ccf992ea9225053a80b931b787924ba61648f420555511b84f10ab6c"));
    assert_false(rc_migration_has_checksum(
        migration, "4a4592ccf992ea9225053a80b931b787924ba61648f420555511b84f10ab6"));
    assert_false(rc_migration_has_checksum(
        migration, "4a4592ccf992ea9225053a80b931b787924ba61648f420555511b84f10ab6c0"));
}

static void test_missing_parent_is_a_wrong_path(void **state)
{
    struct fixture *fixture = *state;
    struct rc_migration_folder folder = {0};
    char path[512];
    snprintf(path, sizeof path, "%s/migratoins/shop", fixture->path);
    ASSERT_STATUS(rc_migration_folder_read(path, &fixture->arena, &folder, &fixture->err),
                  ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(fixture->err.message, "/migratoins; --migrations DIR");
}

static void test_missing_folder_has_no_migrations(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(rmdir(fixture->path), 0);
    ASSERT_OK(read_folder(fixture), fixture->err);
    assert_int_equal(fixture->folder.count, 0);
}

static void test_loose_files_are_named(void **state)
{
    struct fixture *fixture = *state;
    test_tree_write(fixture->path, "notes.txt", "");
    test_tree_write(fixture->path, ".hidden", "");
    ASSERT_OK(read_folder(fixture), fixture->err);
    assert_int_equal(fixture->folder.loose_count, 1);
    assert_string_equal(fixture->folder.loose[0], "notes.txt");
}

static void test_migration_without_its_file_is_p3015(void **state)
{
    struct fixture *fixture = *state;
    test_tree_write(fixture->path, "1_a/other.sql", "");
    ASSERT_STATUS(read_folder(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.reason, "P3015");
    ASSERT_CONTAINS(fixture->err.message, "1_a/migration.sql");
}

// libpq would send what is before it, and the rest would count as applied.
static void test_nul_in_a_migration_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char path[4096];
    test_tree_write(fixture->path, "1_a/migration.sql", "");
    snprintf(path, sizeof path, "%s/1_a/migration.sql", fixture->path);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite("select 1;\0select 2;", 1, 19, file), 19);
    assert_int_equal(fclose(file), 0);
    ASSERT_STATUS(read_folder(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.reason, "P3015");
    ASSERT_CONTAINS(fixture->err.message, "NUL byte at offset 9");
}

static void test_other_provider_is_p3019(void **state)
{
    struct fixture *fixture = *state;
    test_tree_write(fixture->path, "migration_lock.toml", "provider = \"mysql\"\n");
    ASSERT_STATUS(read_folder(fixture), ROWCALL_FAILED_PRECONDITION);
    assert_string_equal(fixture->err.reason, "P3019");
}

static void test_long_name_is_p3010(void **state)
{
    struct fixture *fixture = *state;
    char path[300];
    memset(path, 'x', 201);
    snprintf(path + 201, sizeof path - 201, "/migration.sql");
    test_tree_write(fixture->path, path, "");
    ASSERT_STATUS(read_folder(fixture), ROWCALL_INVALID_ARGUMENT);
    assert_string_equal(fixture->err.reason, "P3010");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_folder_is_in_order_of_names),
        CASE(test_checksum_is_sha256_whatever_the_line_ends),
        CASE(test_checksum_without_zeros_is_known),
        CASE(test_missing_parent_is_a_wrong_path),
        CASE(test_missing_folder_has_no_migrations),
        CASE(test_loose_files_are_named),
        CASE(test_migration_without_its_file_is_p3015),
        CASE(test_nul_in_a_migration_is_refused),
        CASE(test_other_provider_is_p3019),
        CASE(test_long_name_is_p3010),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
