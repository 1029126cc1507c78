// SPDX-License-Identifier: Apache-2.0
//
// A schema with every kind of relation, scope "blog":
//
//   User     -- manager -> User (self, optional)         inverse reports
//            -- friends -> User (implicit many-to-many)  inverse friend_of; leads from B to A
//   Profile  -- user -> User (one to one, required)      inverse profile
//   Post     -- author -> User (required, cascade)       inverse posts
//            -- reviewer -> User (optional, set null)    inverse reviews
//            -- tags -> Tag (implicit many-to-many)      inverse posts
//   Comment  -- post -> Post (required, cascade)         inverse comments
//            -- author -> User (optional, set null)      inverse comments
//            -- parent -> Comment (self, optional)       inverse replies
//   Member   -- user -> User, club -> Club               explicit many-to-many, composite key
//   Badge    -- member -> Member (composite, optional)   inverse badges
//   Desk     -- user -> User (one to one, optional)      inverse desk
//   AuthorStats, a view of users and their posts
//            -- user -> User (one to one)                inverse stats
//            -- best -> Post (optional)                  inverse best_of
//   Profile  -- stats -> AuthorStats (one to one)        inverse profile
//   Post     -- author_stats -> AuthorStats              inverse written
#ifndef RC_TESTS_SUPPORT_BLOG_H
#define RC_TESTS_SUPPORT_BLOG_H

#include "support/protoc.h"

#define TEST_BLOG_FILES 2

extern const struct test_proto test_blog[TEST_BLOG_FILES];

// Tables, functions and views, as migrations would make them.
extern const char test_blog_ddl[];

// The functions and views alone.
extern const char test_blog_more_ddl[];

// Empties every table and starts its sequences anew.
extern const char test_blog_truncate[];

#endif
