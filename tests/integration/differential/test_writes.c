// SPDX-License-Identifier: Apache-2.0
//
// usage: integration-differential-writes [SEED]
//
// Writes by chance, done by the server and by the evaluator: neither the answers nor the tables
// afterwards differ, and what fails has left everything as it was.
#include "generate.h"
#include "search.h"
#include "served.h"

// Not served yet.
#define WITHOUT 0

int main(int argc, char **argv)
{
    return served_main(argc, argv, true, SEARCH_WRITES, WITHOUT);
}
