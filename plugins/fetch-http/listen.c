/* listen.c: the socket that clients connect to. */
#include "http.h"

#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 128, KIND = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC };

static int refuse(gly_stage *stage, int fd, const char *where)
{
    int code = errno;

    if (fd >= 0)
        close(fd);
    return gly_fail(stage, -code, "cannot listen at %s: %s", where,
                    strerror(code));
}

/* Whether somebody answers there; the socket of a process that was killed stays. */
static bool is_live(const struct sockaddr_un *at)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool live = fd >= 0 &&
                connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0;

    if (fd >= 0)
        close(fd);
    return live;
}

static int listen_unix(gly_stage *stage, const char *path, const char *mode)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    char *end;
    unsigned long bits = strtoul(mode, &end, 8);
    struct stat st;
    int fd;

    if (*end != '\0' || end == mode || bits > 0777)
        return gly_fail(stage, -EINVAL, "mode is none of a file's: \"0660\"");
    if (strlen(path) >= sizeof(at.sun_path))
        return gly_fail(stage, -ENAMETOOLONG, "listen: the path is too long");
    strcpy(at.sun_path, path);
    if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && !is_live(&at))
        unlink(path);
    fd = socket(AF_UNIX, KIND, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
        chmod(path, (mode_t)bits) < 0 || listen(fd, BACKLOG) < 0)
        return refuse(stage, fd, path);
    gly_log(stage, GLY_INFO, "listening at unix:%s", path);
    return fd;
}

static bool is_loopback(const struct sockaddr *at)
{
    const struct sockaddr_in *v4 = (const void *)at;
    const struct sockaddr_in6 *v6 = (const void *)at;

    return at->sa_family == AF_INET
               ? (be32toh(v4->sin_addr.s_addr) >> 24) == 127
               : IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

static int listen_tcp(gly_stage *stage, const char *where,
                      const struct addrinfo *found, bool *local)
{
    const int yes = 1;
    char host[NI_MAXHOST], port[NI_MAXSERV];
    struct sockaddr_storage at;
    socklen_t len = sizeof(at);
    int fd = socket(found->ai_family, KIND, 0);

    *local = is_loopback(found->ai_addr);
    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
        bind(fd, found->ai_addr, found->ai_addrlen) < 0 ||
        listen(fd, BACKLOG) < 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) < 0)
        return refuse(stage, fd, where);
    if (getnameinfo((struct sockaddr *)&at, len, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) == 0)
        gly_log(stage, GLY_INFO, strchr(host, ':')
                                     ? "listening at http://[%s]:%s/"
                                     : "listening at http://%s:%s/", host, port);
    return fd;
}

int listen_at(gly_stage *stage, const char *where, const char *mode,
              bool *local)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE};
    const char *colon = strrchr(where, ':');
    struct addrinfo *found;
    char host[NI_MAXHOST];
    int fd, code;

    *local = true;
    if (strncmp(where, "unix:", 5) == 0)
        return listen_unix(stage, where + 5, mode);
    if (!colon || colon == where || !colon[1] ||
        (size_t)(colon - where) >= sizeof(host))
        return gly_fail(stage, -EINVAL, "listen is neither HOST:PORT nor "
                        "unix:PATH");
    if (*where == '[' && colon[-1] == ']')
        snprintf(host, sizeof(host), "%.*s", (int)(colon - where - 2),
                 where + 1);
    else
        snprintf(host, sizeof(host), "%.*s", (int)(colon - where), where);
    code = getaddrinfo(host, colon + 1, &hints, &found);
    if (code != 0)
        return gly_fail(stage, -EINVAL, "cannot listen at %s: %s", where,
                        gai_strerror(code));
    fd = listen_tcp(stage, where, found, local);
    freeaddrinfo(found);
    return fd;
}
