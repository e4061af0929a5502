#include "again.h"

#include <galley/record.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse_second(struct error *error, const char *path)
{
    return error_set(error, -EBUSY, "another `galley retry` has %s", path);
}

static int refuse(struct error *error, const char *what, const char *path)
{
    return error_set(error, -errno, "cannot %s %s: %s", what, path,
                     strerror(errno));
}

/* ---- what a line says of its failure ---- */

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

/* The value of the last member with this name, or NULL. A string cannot hold the
 * name in quotes and a colon, since its own quote marks are escaped. */
static const char *member(const char *at, const char *end, const char *name)
{
    const char *found = NULL;
    size_t len = strlen(name);

    while ((at = memmem(at, (size_t)(end - at), name, len))) {
        const char *colon = skip_blanks(at += len, end);

        if (colon < end && *colon == ':')
            found = skip_blanks(colon + 1, end);
    }
    return found;
}

/* What stands between the quotes of a string, as it is written. */
static bool text_of(const char *at, const char *end, const char *name,
                    const char **text, size_t *len)
{
    const char *value = at ? member(at, end, name) : NULL;

    if (!value || value == end || *value != '"')
        return false;
    *text = ++value;
    while (value < end && *value != '"')
        value += *value == '\\' ? 2 : 1;
    *len = (size_t)(value - *text);
    return value < end;
}

/* Whether the text is, or has, what is wished for. */
static bool fits(const char *wish, bool part, const char *failure,
                 const char *end, const char *name)
{
    gly_buf escaped = {0};
    const char *text;
    size_t len;
    bool fit = false;

    if (!wish)
        return true;
    gly_json_string(&escaped, wish, strlen(wish));
    if (text_of(failure, end, name, &text, &len))
        fit = (part || len == escaped.len - 2) &&
              memmem(text, len, escaped.data + 1, escaped.len - 2);
    gly_buf_finish(&escaped);
    return fit;
}

/* The first one chosen says which pipeline it is. */
static bool is_of_pipeline(struct again *a, const char *failure,
                           const char *end)
{
    const char *text = "";
    size_t len = 0;

    if (!text_of(failure, end, "\"pipeline\"", &text, &len) ||
        len >= sizeof(a->pipeline) || memchr(text, '\\', len))
        len = 0;
    if (a->chosen == 0)
        snprintf(a->pipeline, sizeof(a->pipeline), "%.*s", (int)len, text);
    return strlen(a->pipeline) == len && memcmp(text, a->pipeline, len) == 0;
}

static bool chooses(struct again *a, const struct again_wish *wish,
                    const char *line, size_t len)
{
    const char *end = line + len;
    const char *failure = member(line, end, "\"failed\"");

    while (end > line && strchr(" \t\r", end[-1]))
        end--;
    if (end - line < 2 || *skip_blanks(line, end) != '{' || end[-1] != '}') {
        a->damaged++;
        return false;
    }
    if (!member(line, end, "\"text\"") && !member(line, end, "\"html\"") &&
        !member(line, end, "\"input\"")) {
        a->empty++;
        return false;
    }
    return fits(wish->stage, false, failure, end, "\"stage\"") &&
           fits(wish->reason, true, failure, end, "\"reason\"") &&
           (wish->any_pipeline || is_of_pipeline(a, failure, end));
}

/* ---- lines of the file aside ---- */

/* A NUL stands at its begin until all of it is blank, so that a line half done is
 * not taken for one that is damaged. */
static int make_blank(const struct again *a, off_t at, size_t len)
{
    char blanks[4096];
    bool done = pwrite(a->fd, "", 1, at) == 1;

    memset(blanks, ' ', sizeof(blanks));
    for (size_t i = 1; i < len && done;) {
        size_t n = len - i < sizeof(blanks) ? len - i : sizeof(blanks);

        done = pwrite(a->fd, blanks, n, at + (off_t)i) == (ssize_t)n;
        i += n;
    }
    return done && pwrite(a->fd, blanks, 1, at) == 1 ? 0 : -errno;
}

static int put_back(struct again *a, off_t at, char *line, size_t len,
                    struct error *error)
{
    int result;

    line[len] = '\n';
    result = failed_add_line(&a->back, line, len + 1, error);
    if (result == 0 && make_blank(a, at, len) < 0)
        result = refuse(error, "write", a->aside);
    return result;
}

static void add_place(struct again *a, off_t at, size_t len)
{
    if (a->line_count == a->lines_size) {
        a->lines_size = a->lines_size ? 2 * a->lines_size : 64;
        a->lines = realloc(a->lines, a->lines_size * sizeof(*a->lines));
        if (!a->lines)
            abort();
    }
    a->lines[a->line_count++] = (struct place){at, len};
    if (len == 0)
        return;
    a->chosen++;
    if (len > a->longest)
        a->longest = len;
}

static int take_line(struct again *a, const struct again_wish *wish, off_t at,
                     char *line, size_t len, struct error *error)
{
    const char *end = line + len;
    bool wanted;

    if (len > 0 && *line == '\0') {
        add_place(a, at, 0);
        return make_blank(a, at, len);
    }
    wanted = skip_blanks(line, end) < end;
    if (wanted && !(wish && chooses(a, wish, line, len))) {
        wanted = false;
        if (put_back(a, at, line, len, error) < 0)
            return error->code;
    }
    add_place(a, at, wanted ? len : 0);
    return 0;
}

/* Keeps what is wished for and puts the rest back; all, when nothing is. */
static int sort_out(struct again *a, const struct again_wish *wish,
                    struct error *error)
{
    FILE *in = fopen(a->aside, "re");
    char *line = NULL;
    size_t size = 0;
    off_t at = 0;
    int result = in ? 0 : refuse(error, "read", a->aside);

    a->line_count = a->chosen = a->longest = a->damaged = a->empty = 0;
    for (ssize_t n; result == 0 && (n = getline(&line, &size, in)) > 0;
         at += n)
        result = take_line(a, wish, at, line,
                           (size_t)n - (line[n - 1] == '\n'), error);
    if (result == 0 && ferror(in))
        result = refuse(error, "read", a->aside);
    free(line);
    if (in)
        fclose(in);
    return result;
}

/* ---- the file ---- */

/* Two of us do not have it at once. Another kind of lock than that of those who
 * record failures, who shall not wait for us. */
static int claim(const struct again *a, struct error *error)
{
    struct flock all = {.l_type = F_WRLCK};

    return fcntl(a->fd, F_OFD_SETLK, &all) == 0 ? 0
                                                : refuse_second(error, a->path);
}

static void let_go(struct again *a)
{
    if (a->fd >= 0)
        close(a->fd);
    a->fd = -1;
}

int again_give_back(struct again *a, struct error *error)
{
    int result = sort_out(a, NULL, error);

    if (result == 0 && unlink(a->aside) < 0)
        result = refuse(error, "remove", a->aside);
    let_go(a);
    return result;
}

/* What one that was killed left. */
static int recover(struct again *a, struct error *error)
{
    int result;

    a->fd = open(a->aside, O_RDWR | O_CLOEXEC);
    if (a->fd < 0)
        return errno == ENOENT ? 0 : refuse(error, "open", a->aside);
    result = claim(a, error);
    return result < 0 ? result : again_give_back(a, error);
}

/* One that began just before us has its file there, and others have recorded
 * failures in a new one since. Not all file systems can tell. */
static int move_aside(const struct again *a)
{
    int result = renameat2(AT_FDCWD, a->path, AT_FDCWD, a->aside,
                           RENAME_NOREPLACE);

    return result < 0 && errno == EINVAL ? rename(a->path, a->aside) : result;
}

/* Nobody is just writing to it when it is renamed. */
static int put_aside(struct again *a, struct error *error)
{
    struct stat own, named;
    int result;

    a->fd = open(a->path, O_RDWR | O_CLOEXEC);
    if (a->fd < 0)
        return refuse(error, "open", a->path);
    result = claim(a, error);
    if (result < 0)
        return result;
    while (flock(a->fd, LOCK_EX) < 0 && errno == EINTR)
        ;
    if (fstat(a->fd, &own) < 0 || stat(a->path, &named) < 0 ||
        own.st_ino != named.st_ino || own.st_dev != named.st_dev)
        result = refuse_second(error, a->path);
    else if (move_aside(a) < 0)
        result = errno == EEXIST ? refuse_second(error, a->path)
                                 : refuse(error, "rename", a->path);
    flock(a->fd, LOCK_UN);
    return result;
}

int again_take(struct again *a, const char *path,
               const struct again_wish *wish, struct error *error)
{
    int result;

    *a = (struct again){.path = path, .fd = -1};
    failed_init(&a->back, path, "");
    if (snprintf(a->aside, sizeof(a->aside), "%s.retry", path) >=
        (int)sizeof(a->aside))
        return error_set(error, -ENAMETOOLONG, "the path is too long");
    result = recover(a, error);
    if (result == 0)
        result = put_aside(a, error);
    return result < 0 ? result : sort_out(a, wish, error);
}

void again_done(struct again *a, const char *ticket)
{
    const char *colon = strrchr(ticket, ':');
    size_t line = colon ? strtoul(colon + 1, NULL, 10) : 0;

    if (line > 0 && line <= a->line_count && a->lines[line - 1].len > 0)
        make_blank(a, a->lines[line - 1].at, a->lines[line - 1].len);
}

void again_finish(struct again *a)
{
    let_go(a);
    failed_finish(&a->back);
    free(a->lines);
    a->lines = NULL;
}
