// SPDX-License-Identifier: Apache-2.0
//
// Consent to what cannot be undone: --force, or a person's yes.
#ifndef RC_BIN_CONSENT_H
#define RC_BIN_CONSENT_H

#include "bin/targets.h"

// what: "drop the database", of which the target's name and variable are told. Asks at a
// terminal; INVALID_ARGUMENT naming --force when nobody is there to be asked, CANCELLED after a
// no.
rowcall_status rc_consent(const struct rc_target *target, const char *what, bool force,
                          rowcall_error *err) RC_MUST_CHECK;

#endif
