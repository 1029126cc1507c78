// SPDX-License-Identifier: Apache-2.0
//
// The subcommands. Each takes its own words (argv[0] is its name) and returns the exit code of
// the program (exit_code.h). One file a command: cmd_<name>.c, cmd_<group>_<name>.c.
#ifndef RC_BIN_COMMANDS_H
#define RC_BIN_COMMANDS_H

int rc_cmd_call(int argc, char **argv);
int rc_cmd_batch(int argc, char **argv);
int rc_cmd_bench(int argc, char **argv);
int rc_cmd_check(int argc, char **argv);
int rc_cmd_cluster(int argc, char **argv);
int rc_cmd_db(int argc, char **argv);
int rc_cmd_db_add(int argc, char **argv);
int rc_cmd_db_drop(int argc, char **argv);
int rc_cmd_db_execute(int argc, char **argv);
int rc_cmd_db_pull(int argc, char **argv);
int rc_cmd_db_push(int argc, char **argv);
int rc_cmd_db_seed(int argc, char **argv);
int rc_cmd_decode(int argc, char **argv);
int rc_cmd_dev(int argc, char **argv);
int rc_cmd_encode(int argc, char **argv);
int rc_cmd_explain(int argc, char **argv);
int rc_cmd_generate(int argc, char **argv);
int rc_cmd_health(int argc, char **argv);
int rc_cmd_import(int argc, char **argv);
int rc_cmd_import_prisma(int argc, char **argv);
int rc_cmd_ls(int argc, char **argv);
int rc_cmd_migrate(int argc, char **argv);
int rc_cmd_migrate_create(int argc, char **argv);
int rc_cmd_migrate_deploy(int argc, char **argv);
int rc_cmd_migrate_dev(int argc, char **argv);
int rc_cmd_migrate_diff(int argc, char **argv);
int rc_cmd_migrate_down(int argc, char **argv);
int rc_cmd_migrate_lint(int argc, char **argv);
int rc_cmd_migrate_reset(int argc, char **argv);
int rc_cmd_migrate_resolve(int argc, char **argv);
int rc_cmd_migrate_status(int argc, char **argv);
int rc_cmd_serve(int argc, char **argv);
int rc_cmd_sql(int argc, char **argv);

#endif
