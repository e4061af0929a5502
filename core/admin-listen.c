#include "admin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAITING_CONNECTIONS = 32 };

static const char unix_prefix[] = "unix:";

static bool is_unix(const char *address)
{
    return strncmp(address, unix_prefix, sizeof(unix_prefix) - 1) == 0;
}

static int refuse(const char *address, struct error *error, int fd)
{
    int code = -errno;

    if (fd >= 0)
        close(fd);
    return error_set(error, code, "cannot listen at %s: %s", address,
                     strerror(-code));
}

/* ---- unix sockets ---- */

/* One that a worker left when it was killed; never another kind of file, nor
 * one at which somebody listens. */
static void remove_stale(const struct sockaddr_un *name)
{
    struct stat st;
    int fd;

    if (lstat(name->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
        return;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)name,
                           sizeof(*name)) < 0 && errno == ECONNREFUSED)
        unlink(name->sun_path);
    if (fd >= 0)
        close(fd);
}

static int listen_unix(const char *address, struct error *error)
{
    const char *path = address + sizeof(unix_prefix) - 1;
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd;

    if (!*path || strlen(path) >= sizeof(name.sun_path))
        return error_set(error, -EINVAL, "%s: a path of 1 to %zu bytes",
                         address, sizeof(name.sun_path) - 1);
    memcpy(name.sun_path, path, strlen(path));
    remove_stale(&name);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 ||
        bind(fd, (const struct sockaddr *)&name, sizeof(name)) < 0 ||
        chmod(path, 0660) < 0 || listen(fd, WAITING_CONNECTIONS) < 0)
        return refuse(address, error, fd);
    return fd;
}

void admin_unlisten(const char *address)
{
    if (is_unix(address))
        unlink(address + sizeof(unix_prefix) - 1);
}

/* ---- loopback ---- */

union name {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool parse_port(const char *str, in_port_t *port)
{
    char *end;
    long number = strtol(str, &end, 10);

    *port = htons((uint16_t)number);
    return *str >= '0' && *str <= '9' && !*end && number <= 65535;
}

static int parse(const char *address, union name *name, struct error *error)
{
    const char *colon = strrchr(address, ':');
    char host[64] = "";
    bool loopback;

    *name = (union name){{0}};
    if (colon && (size_t)(colon - address) < sizeof(host))
        memcpy(host, address, (size_t)(colon - address));
    if (colon && inet_pton(AF_INET, host, &name->v4.sin_addr) == 1 &&
        parse_port(colon + 1, &name->v4.sin_port)) {
        name->v4.sin_family = AF_INET;
        loopback = name->v4.sin_addr.s_addr == htonl(INADDR_LOOPBACK);
    } else if (colon && colon > address && colon[-1] == ']' && *host == '[') {
        host[strlen(host) - 1] = '\0';
        if (inet_pton(AF_INET6, host + 1, &name->v6.sin6_addr) != 1 ||
            !parse_port(colon + 1, &name->v6.sin6_port))
            goto wrong;
        name->v6.sin6_family = AF_INET6;
        loopback = IN6_IS_ADDR_LOOPBACK(&name->v6.sin6_addr);
    } else {
        goto wrong;
    }
    if (!loopback)
        return error_set(error, -EINVAL, "%s: only this machine may ask; use "
                         "127.0.0.1, [::1] or unix:/path, and a proxy that "
                         "asks who is there", address);
    return 0;

wrong:
    return error_set(error, -EINVAL, "\"%s\" is none of unix:/path, "
                     "127.0.0.1:PORT and [::1]:PORT", address);
}

static int listen_loopback(const char *address, char *told, size_t size,
                           struct error *error)
{
    union name name;
    socklen_t len;
    int fd, yes = 1, result = parse(address, &name, error);

    if (result < 0)
        return result;
    len = name.any.sa_family == AF_INET ? sizeof(name.v4) : sizeof(name.v6);
    fd = socket(name.any.sa_family,
                SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
        bind(fd, &name.any, len) < 0 || listen(fd, WAITING_CONNECTIONS) < 0 ||
        getsockname(fd, &name.any, &len) < 0)
        return refuse(address, error, fd);
    snprintf(told, size, "http://%.*s:%u/",
             (int)(strrchr(address, ':') - address), address,
             ntohs(name.any.sa_family == AF_INET ? name.v4.sin_port
                                                 : name.v6.sin6_port));
    return fd;
}

int admin_listen(const char *address, char *told, size_t size,
                 struct error *error)
{
#ifndef HAVE_MICROHTTPD
    (void)told, (void)size, (void)refuse, (void)listen_unix;
    (void)listen_loopback;
    return error_set(error, -ENOSYS, "%s: no admin endpoint: galley was built "
                     "without libmicrohttpd", address);
#else
    snprintf(told, size, "%s", address);
    return is_unix(address) ? listen_unix(address, error)
                            : listen_loopback(address, told, size, error);
#endif
}
