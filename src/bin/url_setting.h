// SPDX-License-Identifier: Apache-2.0
//
// A database's URL as one more line of files that people write: an example .env, and a compose
// file. The files are texts with comments, so a line is put in and nothing else is touched; a
// new URL follows the style of those that are there. Pure functions.
#ifndef RC_BIN_URL_SETTING_H
#define RC_BIN_URL_SETTING_H

#include "base/buf.h"

enum rc_setting_place {
    RC_SETTING_ADDED,
    RC_SETTING_PRESENT,  // the variable has a line already
    RC_SETTING_NO_PLACE, // the file is not of the kind that is understood
};

struct rc_url_setting {
    const char *variable; // "SHOP_DATABASE_URL"
    const char *database; // the name of the database in PostgreSQL
};

// Into KEY=VALUE lines: behind the last one. An empty text gets a heading.
enum rc_setting_place rc_url_setting_env(const struct rc_url_setting *setting,
                                         struct rc_view text, struct rc_buf *ret_text);

// Into a compose file: behind the last entry of its mapping `x-databases`, which every service
// that needs URLs refers to.
enum rc_setting_place rc_url_setting_compose(const struct rc_url_setting *setting,
                                             struct rc_view text, struct rc_buf *ret_text);

#endif
