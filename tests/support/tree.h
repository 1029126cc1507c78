// SPDX-License-Identifier: Apache-2.0
//
// Folders of files that a test makes for itself. Failing to make one fails the test.
#ifndef RC_TESTS_SUPPORT_TREE_H
#define RC_TESTS_SUPPORT_TREE_H

#include "support/check.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// A fresh folder, malloc'ed path; removed and freed by test_tree_remove.
static inline char *test_tree_make(void)
{
    char *folder = strdup("/tmp/rowcall-test-XXXXXX");
    assert_non_null(folder);
    assert_non_null(mkdtemp(folder));
    return folder;
}

static inline int test_tree_remove_entry(const char *path, const struct stat *about, int type,
                                         struct FTW *place)
{
    (void)about;
    (void)type;
    (void)place;
    return remove(path);
}

static inline void test_tree_remove(char *folder)
{
    nftw(folder, test_tree_remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

// Writes folder/path, making the folders on the way.
static inline void test_tree_write(const char *folder, const char *path, const char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s/%s", folder, path);
    for (char *at = strchr(full + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        mkdir(full, 0777);
        *at = '/';
    }
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

#endif
