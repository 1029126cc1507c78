// SPDX-License-Identifier: Apache-2.0
//
// usage: integration-differential-reads [SEED]
//
// Reads by chance, answered by the server and by the evaluator: no difference.
#include "search.h"
#include "served.h"

int main(int argc, char **argv)
{
    return served_main(argc, argv, false, SEARCH_READS, 0);
}
