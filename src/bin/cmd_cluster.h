// SPDX-License-Identifier: Apache-2.0
//
// `rowcall cluster start|stop|status DIR [--fast]`: the private PostgreSQL by hand.
#ifndef RC_BIN_CMD_CLUSTER_H
#define RC_BIN_CMD_CLUSTER_H

// argv[0] is "cluster". start prints the URL. Returns the exit code: 0; status: 3 when it is
// not running; 1 failure; 2 wrong usage.
int rc_cmd_cluster(int argc, char **argv);

#endif
