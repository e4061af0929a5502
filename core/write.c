/* Whole writes, and appending after what may have been torn. */
#include <galley/record.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

int gly_write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
        else if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

int gly_open_append(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    char last = '\n';
    int result = 0;

    if (fd < 0)
        return -errno;
    if (end > 0 && pread(fd, &last, 1, end - 1) < 0)
        result = -errno;
    if (result == 0 && last != '\n')
        result = gly_write_all(fd, "\n", 1);
    if (result == 0)
        return fd;
    close(fd);
    return result;
}
