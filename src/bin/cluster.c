// SPDX-License-Identifier: Apache-2.0
//
// The private cluster. All work on its files is done in a forked child, which gives up root
// first; the parent makes and hands over DIR, waits, and reads the child's verdict (a
// rowcall_error) from a pipe.
#include "bin/cluster.h"

#include "base/buf.h"
#include "bin/pgbin.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOCKET_FOLDER_MAX = 90 }; // sun_path has 108 bytes, the file's own name takes 17

struct cluster {
    char dir[PATH_MAX];    // absolute
    char socket[PATH_MAX]; // folder of the socket
    char bin[PATH_MAX];    // folder of PostgreSQL's programs
    bool fast;
    bool running; // answer of check
};

typedef rowcall_status (*task_fn)(struct cluster *cluster, rowcall_error *err);

// What a child tells its parent.
struct verdict {
    rowcall_error error;
    bool running;
};

static rowcall_status fail_errno(rowcall_error *err, const char *what, const char *path)
{
    return rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "%s %s: %s", what, path,
                        strerror(errno));
}

static rowcall_status join_path(char *ret_path, size_t size, const char *dir, const char *name,
                                rowcall_error *err)
{
    int len = snprintf(ret_path, size, "%s/%s", dir, name);
    if (len < 0 || (size_t)len >= size) {
        return rc_error_set(err, ROWCALL_INVALID_ARGUMENT, "path too long: %s", dir);
    }
    return ROWCALL_OK;
}

// --- in the child ---

// The end of cluster.log, which is what the failed program said last.
static void read_last_line(const char *dir, char *ret_line, size_t size)
{
    char path[PATH_MAX];
    char line[512];
    ret_line[0] = '\0';
    if (join_path(path, sizeof path, dir, "cluster.log", NULL) != ROWCALL_OK) {
        return;
    }
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0]) {
            snprintf(ret_line, size, "%.*s", (int)size - 1, line); // cut: it is for people
        }
    }
    if (file) {
        fclose(file);
    }
}

enum { MAX_WORDS = 32 };

// Runs one of PostgreSQL's programs with its output in cluster.log; *ret_code is its exit code.
static rowcall_status run_program(const struct cluster *cluster, const char *const argv[],
                                  int *ret_code, rowcall_error *err)
{
    char program[PATH_MAX];
    rowcall_status st = join_path(program, sizeof program, cluster->bin, argv[0], err);
    if (st != ROWCALL_OK) {
        return st;
    }
    pid_t pid = fork();
    if (pid < 0) {
        return fail_errno(err, "cannot start", program);
    }
    if (pid == 0) {
        int log = open("cluster.log", O_WRONLY | O_CREAT | O_APPEND, 0600);
        int null = open("/dev/null", O_RDONLY);
        if (log < 0 || null < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) {
            _exit(126);
        }
        for (int fd = 3; fd < 256; fd++) {
            close(fd); // the server outlives us and must not hold our files and pipes open
        }
        // By its full path: PostgreSQL's programs look for each other beside themselves.
        const char *words[MAX_WORDS + 1] = {program};
        for (size_t i = 1; i < MAX_WORDS && argv[i]; i++) {
            words[i] = argv[i];
        }
        execv(program, (char *const *)(uintptr_t)words);
        _exit(127);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    *ret_code = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
    return ROWCALL_OK;
}

static rowcall_status run_checked(const struct cluster *cluster, const char *const argv[],
                                  rowcall_error *err)
{
    int code = 0;
    rowcall_status st = run_program(cluster, argv, &code, err);
    if (st == ROWCALL_OK && code != 0) {
        char line[300];
        read_last_line(cluster->dir, line, sizeof line);
        st = rc_error_set(err, ROWCALL_FAILED_PRECONDITION, "%s failed (%s/cluster.log): %s",
                          argv[0], cluster->dir, line);
    }
    return st;
}

// The major version of an existing cluster, 0 when there is none.
static int read_version(void)
{
    char text[16] = "";
    FILE *file = fopen("data/PG_VERSION", "re");
    if (file) {
        if (!fgets(text, sizeof text, file)) {
            text[0] = '\0';
        }
        fclose(file);
    }
    return (int)strtol(text, NULL, 10);
}

static rowcall_status write_file(const char *path, const char *mode, const struct rc_buf *text,
                                 rowcall_error *err)
{
    FILE *file = fopen(path, mode);
    if (!file) {
        return fail_errno(err, "cannot write", path);
    }
    size_t written = fwrite(text->data, 1, text->len, file);
    bool closed = fclose(file) == 0;
    return written == text->len && closed ? ROWCALL_OK : fail_errno(err, "cannot write", path);
}

// A quoted value of postgresql.conf.
static void append_setting(struct rc_buf *conf, const char *name, const char *value)
{
    rc_buf_printf(conf, "%s = '", name);
    for (; *value; value++) {
        if (*value == '\'' || *value == '\\') {
            rc_buf_append_char(conf, *value);
        }
        rc_buf_append_char(conf, *value);
    }
    rc_buf_append_text(conf, "'\n");
}

// Settings live in a file of ours, written anew at each start, that postgresql.conf includes.
static rowcall_status write_settings(const struct cluster *cluster, rowcall_error *err)
{
    struct rc_buf conf = {0};
    rc_buf_append_text(&conf, "# Written at each start.\n");
    append_setting(&conf, "listen_addresses", "");
    append_setting(&conf, "unix_socket_directories", cluster->socket);
    append_setting(&conf, "unix_socket_permissions", "0700");
    append_setting(&conf, "port", "5432");
    append_setting(&conf, "fsync", cluster->fast ? "off" : "on");
    append_setting(&conf, "synchronous_commit", cluster->fast ? "off" : "on");
    append_setting(&conf, "full_page_writes", cluster->fast ? "off" : "on");
    rowcall_status st = rc_buf_status(&conf, err);
    if (st == ROWCALL_OK) {
        st = write_file("data/rowcall.conf", "we", &conf, err);
    }
    rc_buf_fini(&conf);
    return st;
}

static rowcall_status init_data(const struct cluster *cluster, rowcall_error *err)
{
    const char *const initdb[] = {"initdb",
                                  "--pgdata=data",
                                  "--username=postgres",
                                  "--auth=trust",
                                  "--encoding=UTF8",
                                  "--locale=C.UTF-8",
                                  cluster->fast ? "--no-sync" : "--data-checksums",
                                  NULL};
    rowcall_status st = run_checked(cluster, initdb, err);
    if (st == ROWCALL_OK) {
        struct rc_buf line = {0};
        rc_buf_append_text(&line, "\ninclude_if_exists = 'rowcall.conf'\n");
        st = write_file("data/postgresql.conf", "ae", &line, err);
        rc_buf_fini(&line);
    }
    return st;
}

static rowcall_status find_programs(struct cluster *cluster, rowcall_error *err)
{
    return rc_pgbin_find(read_version(), cluster->bin, sizeof cluster->bin, err);
}

// The folder of the socket: what DIR/socket says, or DIR itself.
static void read_socket_folder(struct cluster *cluster)
{
    char path[PATH_MAX];
    char folder[PATH_MAX];
    memcpy(cluster->socket, cluster->dir, sizeof cluster->socket);
    if (join_path(path, sizeof path, cluster->dir, "socket", NULL) != ROWCALL_OK) {
        return;
    }
    FILE *file = fopen(path, "re");
    if (file) {
        if (fgets(folder, sizeof folder, file)) {
            folder[strcspn(folder, "\n")] = '\0';
            memcpy(cluster->socket, folder, sizeof folder);
        }
        fclose(file);
    }
}

// Finds or makes a folder whose path is short enough for a socket.
static rowcall_status prepare_socket_folder(struct cluster *cluster, rowcall_error *err)
{
    read_socket_folder(cluster);
    if (strlen(cluster->socket) <= SOCKET_FOLDER_MAX && access(cluster->socket, W_OK) == 0) {
        return ROWCALL_OK;
    }
    const char *tmp = getenv("TMPDIR");
    const char *root = tmp && strlen(tmp) < SOCKET_FOLDER_MAX - 20 ? tmp : "/tmp";
    int len = snprintf(cluster->socket, sizeof cluster->socket, "%s/rowcall-pg-XXXXXX", root);
    if (len < 0 || !mkdtemp(cluster->socket)) {
        return fail_errno(err, "cannot make", cluster->socket);
    }
    struct rc_buf line = {0};
    rc_buf_printf(&line, "%s\n", cluster->socket);
    rowcall_status st = write_file("socket", "we", &line, err);
    rc_buf_fini(&line);
    return st;
}

static rowcall_status check(struct cluster *cluster, rowcall_error *err)
{
    if (read_version() == 0) {
        cluster->running = false;
        return ROWCALL_OK;
    }
    rowcall_status st = find_programs(cluster, err);
    if (st == ROWCALL_OK) {
        const char *const status[] = {"pg_ctl", "--pgdata=data", "status", NULL};
        int code = 0;
        st = run_program(cluster, status, &code, err);
        cluster->running = code == 0;
    }
    return st;
}

static rowcall_status start(struct cluster *cluster, rowcall_error *err)
{
    rowcall_status st = check(cluster, err);
    if (st != ROWCALL_OK || cluster->running) {
        return st;
    }
    st = find_programs(cluster, err);
    if (st == ROWCALL_OK && read_version() == 0) {
        st = init_data(cluster, err);
    }
    if (st == ROWCALL_OK) {
        st = prepare_socket_folder(cluster, err);
    }
    if (st == ROWCALL_OK) {
        st = write_settings(cluster, err);
    }
    if (st == ROWCALL_OK) {
        const char *const command[] = {"pg_ctl", "--pgdata=data", "--log=postgres.log",
                                       "--wait", "--timeout=60",  "start",
                                       NULL};
        st = run_checked(cluster, command, err);
    }
    return st;
}

static rowcall_status stop(struct cluster *cluster, rowcall_error *err)
{
    rowcall_status st = check(cluster, err);
    if (st == ROWCALL_OK && cluster->running) {
        const char *const command[] = {"pg_ctl",       "--pgdata=data", "--mode=fast", "--wait",
                                       "--timeout=60", "stop",          NULL};
        st = run_checked(cluster, command, err);
    }
    read_socket_folder(cluster);
    if (st == ROWCALL_OK && strcmp(cluster->socket, cluster->dir) != 0) {
        rmdir(cluster->socket); // ours, and empty once the server is gone
        unlink("socket");
    }
    return st;
}

// --- in the parent ---

// Who does the work: us, or an unprivileged user when we are root.
static rowcall_status choose_user(const struct passwd **ret_user, rowcall_error *err)
{
    *ret_user = NULL;
    if (geteuid() != 0) {
        return ROWCALL_OK;
    }
    const struct passwd *user = getpwnam("postgres");
    user = user ? user : getpwnam("nobody");
    if (!user || user->pw_uid == 0) {
        return rc_error_set(
            err, ROWCALL_FAILED_PRECONDITION,
            "PostgreSQL does not run as root, and there is no user postgres or nobody");
    }
    *ret_user = user;
    return ROWCALL_OK;
}

static bool drop_privileges(const struct passwd *user)
{
    return !user || (initgroups(user->pw_name, user->pw_gid) == 0 &&
                     setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0 && setuid(0) != 0);
}

static void run_child(struct cluster *cluster, const struct passwd *user, task_fn task,
                      int pipe_fd)
{
    static const char *const inherited[] = {"PGDATA", "PGPORT", "PGHOST", "PGOPTIONS",
                                            "PGUSER"};
    struct verdict verdict = {0};
    for (size_t i = 0; i < sizeof inherited / sizeof inherited[0]; i++) {
        unsetenv(inherited[i]);
    }
    umask(077);
    if (!drop_privileges(user)) {
        fail_errno(&verdict.error, "cannot become", user->pw_name);
    } else if (chdir(cluster->dir) != 0) {
        fail_errno(&verdict.error, user ? "an unprivileged user cannot use" : "cannot use",
                   cluster->dir);
    } else if (task(cluster, &verdict.error) == ROWCALL_OK) {
        verdict.running = cluster->running;
    }
    ssize_t written = write(pipe_fd, &verdict, sizeof verdict);
    _exit(written == (ssize_t)sizeof verdict ? 0 : 1);
}

// Forks, runs the task as the right user, and takes over its verdict.
static rowcall_status run_task(struct cluster *cluster, task_fn task, rowcall_error *err)
{
    const struct passwd *user = NULL;
    struct verdict verdict = {0};
    int fds[2];
    rowcall_status st = choose_user(&user, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    if (user && chown(cluster->dir, user->pw_uid, user->pw_gid) != 0) {
        return fail_errno(err, "cannot hand over", cluster->dir);
    }
    if (pipe(fds) != 0) {
        return fail_errno(err, "cannot make", "a pipe");
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        run_child(cluster, user, task, fds[1]);
    }
    close(fds[1]);
    ssize_t got = 0;
    do {
        got = pid < 0 ? -1 : read(fds[0], &verdict, sizeof verdict);
    } while (got < 0 && pid > 0 && errno == EINTR);
    close(fds[0]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    if (got != (ssize_t)sizeof verdict) {
        return rc_error_set(err, ROWCALL_INTERNAL,
                            "the cluster's helper process did not finish");
    }
    cluster->running = verdict.running;
    if (verdict.error.status != ROWCALL_OK) {
        return rc_error_set(err, verdict.error.status, "%s", verdict.error.message);
    }
    return ROWCALL_OK;
}

static rowcall_status init_cluster(struct cluster *ret_cluster, const char *dir,
                                   rowcall_error *err)
{
    *ret_cluster = (struct cluster){0};
    if (!realpath(dir, ret_cluster->dir)) {
        return fail_errno(err, "cannot find", dir);
    }
    return ROWCALL_OK;
}

static rowcall_status do_nothing(struct cluster *cluster, rowcall_error *err)
{
    (void)cluster;
    (void)err;
    return ROWCALL_OK;
}

bool rc_cluster_can_use(const char *dir)
{
    struct cluster cluster;
    return (mkdir(dir, 0700) == 0 || errno == EEXIST) &&
           init_cluster(&cluster, dir, NULL) == ROWCALL_OK &&
           run_task(&cluster, do_nothing, NULL) == ROWCALL_OK;
}

rowcall_status rc_cluster_start(const char *dir, bool fast, rowcall_error *err)
{
    struct cluster cluster;
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        return fail_errno(err, "cannot make", dir);
    }
    rowcall_status st = init_cluster(&cluster, dir, err);
    cluster.fast = fast;
    return st == ROWCALL_OK ? run_task(&cluster, start, err) : st;
}

rowcall_status rc_cluster_stop(const char *dir, rowcall_error *err)
{
    struct cluster cluster;
    if (access(dir, F_OK) != 0) {
        return ROWCALL_OK;
    }
    rowcall_status st = init_cluster(&cluster, dir, err);
    return st == ROWCALL_OK ? run_task(&cluster, stop, err) : st;
}

rowcall_status rc_cluster_is_running(const char *dir, bool *ret_running, rowcall_error *err)
{
    struct cluster cluster;
    if (access(dir, F_OK) != 0) {
        *ret_running = false;
        return ROWCALL_OK;
    }
    rowcall_status st = init_cluster(&cluster, dir, err);
    if (st == ROWCALL_OK) {
        st = run_task(&cluster, check, err);
    }
    if (st == ROWCALL_OK) {
        *ret_running = cluster.running;
    }
    return st;
}

bool rc_cluster_is_alive(const char *dir)
{
    char path[PATH_MAX];
    char line[32] = "";
    int len = snprintf(path, sizeof path, "%s/data/postmaster.pid", dir);
    FILE *file = len > 0 && (size_t)len < sizeof path ? fopen(path, "re") : NULL;
    bool read = file && fgets(line, sizeof line, file);
    if (file) {
        (void)fclose(file);
    }
    long pid = read ? strtol(line, NULL, 10) : 0; // its first line
    return pid > 0 && kill((pid_t)pid, 0) == 0;
}

static void append_encoded(struct rc_buf *url, const char *text)
{
    for (; *text; text++) {
        bool plain = strchr("/._-", *text) || (*text >= '0' && *text <= '9') ||
                     (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
        if (plain) {
            rc_buf_append_char(url, *text);
        } else {
            rc_buf_printf(url, "%%%02X", (unsigned)(unsigned char)*text);
        }
    }
}

rowcall_status rc_cluster_url(const char *dir, const char *database, char **ret_url,
                              rowcall_error *err)
{
    struct cluster cluster;
    struct rc_buf url = {0};
    rowcall_status st = init_cluster(&cluster, dir, err);
    if (st != ROWCALL_OK) {
        return st;
    }
    read_socket_folder(&cluster);
    rc_buf_append_text(&url, "postgresql:///");
    append_encoded(&url, database);
    rc_buf_append_text(&url, "?host=");
    append_encoded(&url, cluster.socket);
    rc_buf_append_text(&url, "&user=postgres");
    char *text = rc_buf_take(&url, NULL);
    if (!text) {
        return rc_error_oom(err);
    }
    *ret_url = text;
    return ROWCALL_OK;
}
