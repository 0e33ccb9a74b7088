/* A disk that fails: preloaded, it lets the n-th write, sync or rename in a folder fail with an error of choice.

   It counts nothing until `arm` is called. A disk that is full stays so: then every call from the n-th on fails. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static int armed, failing_call, error_number, stays, calls;

void arm(const char *where, int call, int error, int for_good) {
    snprintf(folder, sizeof folder, "%s", where);
    failing_call = call, error_number = error, stays = for_good, calls = 0, armed = 1;
}

int counted(void) { return calls; }

static int fails(void) {
    calls++;
    if (calls != failing_call && !(stays && failing_call && calls > failing_call)) return 0;
    errno = error_number;
    return 1;
}

static int inside(const char *path) { return armed && strncmp(path, folder, strlen(folder)) == 0; }

static int file_inside(int file) {
    char link[64], path[PATH_MAX];
    if (!armed) return 0;
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0) return 0;
    path[length] = 0;
    return inside(path);
}

#define REAL(result, name, ...) static result (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)

ssize_t write(int file, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return file_inside(file) && fails() ? -1 : real(file, data, size);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    return file_inside(file) && fails() ? -1 : real(file, parts, count);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t place) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return file_inside(file) && fails() ? -1 : real(file, data, size, place);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t place) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    return file_inside(file) && fails() ? -1 : real(file, data, size, place);
}

int fsync(int file) {
    REAL(int, "fsync", int);
    return file_inside(file) && fails() ? -1 : real(file);
}

int fdatasync(int file) {
    REAL(int, "fdatasync", int);
    return file_inside(file) && fails() ? -1 : real(file);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return inside(to) && fails() ? -1 : real(from, to);
}

int renameat(int there, const char *from, int here, const char *to) {
    REAL(int, "renameat", int, const char *, int, const char *);
    return inside(to) && fails() ? -1 : real(there, from, here, to);
}
