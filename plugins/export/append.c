/* append.c: a file that runs append to, one after the other or several at once.
 *
 * Each record is written under a lock, behind a look at how the file ends. What a
 * process that was killed left of a record is cut off, by the next one or by
 * another that appends to the same file. A record that was written by somebody
 * else is learned on the same way, so that none is written twice. Of the rows
 * that a document has in a table each is a record.
 */
#include "export.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

static int break_off(gly_stage *stage, const struct append *a,
                     const char *what, int code)
{
    return gly_break(stage, code, "cannot %s %s: %s", what, a->path,
                     strerror(-code));
}

/* ---- what a record is known by ---- */

static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The seed is of this process alone: nobody can write a text that is taken for
 * another one. Never 0. */
static uint64_t hash(uint64_t seed, const char *data, size_t len)
{
    uint64_t h = mix(seed ^ len, 0x9E3779B97F4A7C15u), word;

    for (; len >= sizeof(word); len -= sizeof(word), data += sizeof(word)) {
        memcpy(&word, data, sizeof(word));
        h = mix(h ^ word, 0xA0761D6478BD642Fu ^ seed);
    }
    word = 0;
    memcpy(&word, data, len);
    h = mix(h ^ word, 0xE7037ED1A0B428DBu);
    return h ? h : 1;
}

/* Where the JSON value at `at` ends. */
static const char *value_end(const char *at, const char *end)
{
    size_t depth = 0;
    bool quoted = false;

    for (; at < end; at++) {
        if (quoted) {
            if (*at == '\\')
                at++;
            else if (*at == '"')
                quoted = false;
        } else if (*at == '"') {
            quoted = true;
        } else if (*at == '{' || *at == '[') {
            depth++;
        } else if (*at == ',' || *at == '}' || *at == ']') {
            if (depth == 0)
                break;
            depth -= *at != ',';
        }
        if (depth == 0 && !quoted && (*at == '}' || *at == ']'))
            return at + 1;
    }
    return at < end ? at : end;
}

/* Takes out the members of a name. A string cannot hold `"name":`, since its own
 * quote marks are escaped. */
static void leave_out(struct append *a, const char *name)
{
    gly_buf *record = &a->bare, *key = &a->member;
    char *at = record->data;

    key->len = 0;
    gly_json_string(key, name, strlen(name));
    gly_buf_puts(key, ":");
    for (;;) {
        char *end = record->data + record->len;

        at = memmem(at, (size_t)(end - at), key->data, key->len);
        if (!at)
            break;

        const char *after = value_end(at + key->len, end);

        memmove(at, after, (size_t)(end - after));
        record->len -= (size_t)(after - at);
    }
}

static bool is_varying(const struct append *a, size_t column)
{
    for (size_t i = 0; i < a->varying.count && column < a->columns.count; i++)
        if (strcmp(a->varying.item[i], a->columns.item[column]) == 0)
            return true;
    return false;
}

static bool some_vary(const struct append *a)
{
    for (size_t i = 0; i < a->columns.count; i++)
        if (is_varying(a, i))
            return true;
    return !a->separator;
}

/* Takes over the cells of columns that do not vary. */
static void take_cells(struct append *a, const char *row, size_t len)
{
    bool quoted = false, varies = is_varying(a, 0);
    size_t column = 0;

    for (size_t i = 0; i < len; i++) {
        quoted ^= row[i] == '"' && a->unit == UNIT_ROW;
        if (row[i] == a->separator && !quoted)
            varies = is_varying(a, ++column);
        if (!varies)
            gly_buf_add(&a->bare, row + i, 1);
    }
}

static uint64_t key_of(struct append *a, const char *record, size_t len)
{
    if (!a->varies)
        return hash(a->seed, record, len);
    a->bare.len = 0;
    if (a->separator) {
        take_cells(a, record, len);
    } else {
        gly_buf_add(&a->bare, record, len);
        for (size_t i = 0; i < a->varying.count; i++)
            leave_out(a, a->varying.item[i]);
    }
    return hash(a->seed, a->bare.data, a->bare.len);
}

/* ---- the keys of the last records, the oldest of which makes place ---- */

static size_t home(const struct append *a, uint64_t key)
{
    return (size_t)key & (a->places - 1);
}

static size_t next(const struct append *a, size_t at)
{
    return (at + 1) & (a->places - 1);
}

/* Where the key is or would be. */
static size_t place_of(const struct append *a, uint64_t key)
{
    size_t at = home(a, key);

    while (a->keys[at] != 0 && a->keys[at] != key)
        at = next(a, at);
    return at;
}

/* Those behind that are not at home move up, so that they are found. */
static void forget(struct append *a, uint64_t key)
{
    size_t hole = place_of(a, key);

    for (size_t at = next(a, hole); a->keys[at] != 0; at = next(a, at)) {
        size_t way = (at - home(a, a->keys[at])) & (a->places - 1);

        if (way < ((at - hole) & (a->places - 1)))
            continue;
        a->keys[hole] = a->keys[at];
        hole = at;
    }
    a->keys[hole] = 0;
}

static bool knows(const struct append *a, uint64_t key)
{
    return a->known > 0 && a->keys[place_of(a, key)] != 0;
}

static void learn(struct append *a, uint64_t key)
{
    uint64_t *oldest;

    if (a->known == 0 || knows(a, key))
        return;
    oldest = &a->ring[a->learned++ % (size_t)a->known];
    if (*oldest != 0)
        forget(a, *oldest);
    *oldest = key;
    a->keys[place_of(a, key)] = key;
}

static void make_room(gly_stage *stage, struct append *a)
{
    a->varies = a->varying.count > 0 && some_vary(a);
    if (a->known == 0)
        return;
    for (a->places = 16; a->places < 2 * (size_t)a->known;)
        a->places *= 2;
    a->keys = gly_stage_alloc(stage, a->places * sizeof(*a->keys));
    a->ring = gly_stage_alloc(stage, (size_t)a->known * sizeof(*a->ring));
    if (getrandom(&a->seed, sizeof(a->seed), GRND_NONBLOCK) < 0)
        a->seed = (uintptr_t)a->keys;
}

/* ---- reading what is there ---- */

/* Bytes of the file from a unit's begin on. */
struct reading {
    gly_buf data;
    size_t looked; /* of them, without an end */
    bool quoted;   /* there */
};

/* The length of the unit in front, or 0 when its end is not read yet. */
static size_t whole_unit(const struct append *a, struct reading *r)
{
    const char *data = r->data.data, *end;
    size_t at = r->looked;

    r->looked = r->data.len;
    if (a->unit != UNIT_ROW) {
        end = memchr(data + at, '\n', r->data.len - at);
        return end ? (size_t)(end - data) + 1 : 0;
    }
    for (; at < r->data.len; at++) {
        r->quoted ^= data[at] == '"';
        if (data[at] == '\n' && !r->quoted)
            return at + 1;
    }
    return 0;
}

static bool is_action(const struct append *a, const char *line, size_t len)
{
    static const char start[] = "{\"index\":{\"_index\":";

    return a->unit == UNIT_PAIR && len >= sizeof(start) - 1 &&
           memcmp(line, start, sizeof(start) - 1) == 0;
}

static void take_units(struct append *a, struct reading *r)
{
    size_t begin = 0, len;
    struct reading rest = *r;

    while ((len = whole_unit(a, &rest)) > 0) {
        if (a->known > 0)
            learn(a, key_of(a, rest.data.data, len));
        a->action = is_action(a, rest.data.data, len) ? (off_t)len : 0;
        a->end += (off_t)len;
        begin += len;
        rest.data.data += len;
        rest.data.len -= len;
        rest.looked = 0;
    }
    memmove(r->data.data, r->data.data + begin, rest.data.len);
    r->data.len = r->looked = rest.data.len;
    r->quoted = rest.quoted;
}

static bool is_record(const gly_buf *line)
{
    const char *end = line->data + line->len;

    return line->len > 1 && line->data[0] == '{' && end[-1] == '}' &&
           value_end(line->data, end) == end;
}

/* What stands behind the last whole unit. A record of which only the line's end is
 * missing is one. */
static int mend_end(gly_stage *stage, struct append *a, gly_buf *rest)
{
    if (a->unit == UNIT_LINE && !a->separator && is_record(rest)) {
        int result = gly_write_all(a->fd, "\n", 1);

        if (result < 0)
            return break_off(stage, a, "write", result);
        gly_buf_add(rest, "\n", 1);
        if (a->known > 0)
            learn(a, key_of(a, rest->data, rest->len));
        a->end += (off_t)rest->len;
        return 0;
    }
    a->end -= a->action;
    gly_log(stage, GLY_WARN, "%s: its last record is not whole: %lld bytes are "
            "cut off: %.*s", a->path, (long long)rest->len + a->action,
            rest->len < 200 ? (int)rest->len : 200,
            rest->data ? rest->data : "");
    a->action = 0;
    return ftruncate(a->fd, a->end) < 0 ? break_off(stage, a, "cut", -errno)
                                        : 0;
}

/* Reads from a->end, where a unit begins, to the end of the file. */
static int catch_up(gly_stage *stage, struct append *a)
{
    struct reading r = {.looked = 0};
    char *chunk = malloc(CHUNK);
    off_t at = a->end;
    ssize_t n;
    int result = 0;

    if (!chunk)
        abort();
    a->action = 0;
    while ((n = pread(a->fd, chunk, CHUNK, at)) > 0) {
        gly_buf_add(&r.data, chunk, (size_t)n);
        at += n;
        take_units(a, &r);
    }
    if (n < 0)
        result = break_off(stage, a, "read", -errno);
    else if (r.data.len > 0 || a->action > 0)
        result = mend_end(stage, a, &r.data);
    free(chunk);
    gly_buf_finish(&r.data);
    return result;
}

/* Where the last `lines` of the file begin, and one more that may be torn. */
static off_t lines_before(int fd, off_t end, size_t lines)
{
    char *chunk = malloc(CHUNK);
    size_t found = 0;

    if (!chunk)
        abort();
    while (end > 0) {
        size_t size = end < CHUNK ? (size_t)end : CHUNK;
        const char *line = chunk + size;

        if (pread(fd, chunk, size, end - (off_t)size) != (ssize_t)size)
            break;
        end -= (off_t)size;
        while ((line = memrchr(chunk, '\n', (size_t)(line - chunk))))
            if (found++ == lines) {
                end += line - chunk + 1;
                free(chunk);
                return end;
            }
    }
    free(chunk);
    return 0;
}

/* ---- the file ---- */

/* A system that has no locks has one writer, it is hoped. */
static void lock(const struct append *a)
{
    while (flock(a->fd, LOCK_EX) < 0 && errno == EINTR)
        ;
}

static void unlock(const struct append *a)
{
    flock(a->fd, LOCK_UN);
}

/* Somebody else may have written, or cut the file down. */
static int look_at_end(gly_stage *stage, struct append *a)
{
    struct stat st;

    if (fstat(a->fd, &st) < 0)
        return break_off(stage, a, "look at", -errno);
    if (st.st_size < a->end)
        a->end = 0;
    return st.st_size > a->end ? catch_up(stage, a) : 0;
}

/* All of it or nothing. */
static int write_record(gly_stage *stage, struct append *a,
                        const gly_buf *record)
{
    int result = gly_write_all(a->fd, record->data, record->len);

    if (result == 0) {
        a->end += (off_t)record->len;
        return 0;
    }
    if (ftruncate(a->fd, a->end) < 0)
        gly_log(stage, GLY_WARN, "cannot cut %s: %s", a->path,
                strerror(errno));
    return break_off(stage, a, "write", result);
}

/* A name of a new file is on the disk once its folder is. */
static void sync_folder(const struct append *a)
{
    char path[PATH_MAX];
    const char *slash = strrchr(a->path, '/');
    int fd;

    snprintf(path, sizeof(path), "%.*s",
             slash ? (int)(slash - a->path) + 1 : 1, slash ? a->path : ".");
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

int append_open(gly_stage *stage, struct append *a, const gly_buf *head)
{
    struct stat st;
    int result;

    a->fd = open(a->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (a->fd < 0 || fstat(a->fd, &st) < 0)
        return gly_fail(stage, -errno, "cannot open %s: %s", a->path,
                        strerror(errno));
    a->regular = S_ISREG(st.st_mode);
    if (!a->regular)
        return 0;
    make_room(stage, a);
    lock(a);
    if (fstat(a->fd, &st) == 0 && a->unit != UNIT_ROW)
        a->end = lines_before(a->fd, st.st_size, (size_t)a->known + 2);
    result = look_at_end(stage, a);
    if (result == 0 && a->end == 0 && head->len > 0)
        result = write_record(stage, a, head);
    unlock(a);
    if (a->sync)
        sync_folder(a);
    return result;
}

struct piece {
    uint64_t key;
    size_t len;
};

static void take_pieces(struct append *a, const gly_buf *record)
{
    struct reading rest = {.data = *record};
    struct piece piece;

    a->pieces.len = 0;
    while (a->known > 0 && (piece.len = whole_unit(a, &rest)) > 0) {
        piece.key = key_of(a, rest.data.data, piece.len);
        gly_buf_add(&a->pieces, (const char *)&piece, sizeof(piece));
        rest.data.data += piece.len;
        rest.data.len -= piece.len;
        rest.looked = 0;
    }
}

static struct piece piece_at(const struct append *a, size_t at)
{
    struct piece piece;

    memcpy(&piece, a->pieces.data + at, sizeof(piece));
    return piece;
}

static void leave_known(gly_stage *stage, struct append *a,
                        const gly_buf *record)
{
    const char *at = record->data;

    a->fresh.len = 0;
    for (size_t i = 0; i < a->pieces.len; i += sizeof(struct piece)) {
        struct piece piece = piece_at(a, i);

        if (knows(a, piece.key))
            gly_count(stage, "known", 1);
        else
            gly_buf_add(&a->fresh, at, piece.len);
        at += piece.len;
    }
}

static void learn_pieces(struct append *a)
{
    for (size_t i = 0; i < a->pieces.len; i += sizeof(struct piece))
        learn(a, piece_at(a, i).key);
}

int append_write(gly_stage *stage, struct append *a, const gly_buf *record)
{
    int result;

    if (!a->regular) {
        result = gly_write_all(a->fd, record->data, record->len);
        return result < 0 ? break_off(stage, a, "write", result) : 0;
    }
    take_pieces(a, record);
    lock(a);
    result = look_at_end(stage, a);
    if (result == 0 && a->known > 0) {
        leave_known(stage, a, record);
        record = &a->fresh;
    }
    if (result == 0 && record->len > 0)
        result = write_record(stage, a, record);
    if (result == 0)
        learn_pieces(a);
    unlock(a);
    return result;
}

int append_sync(gly_stage *stage, const struct append *a)
{
    return a->regular && fdatasync(a->fd) < 0
               ? break_off(stage, a, "write", -errno)
               : 0;
}

void append_close(struct append *a)
{
    if (a->fd > 0)
        close(a->fd);
    gly_buf_finish(&a->bare);
    gly_buf_finish(&a->member);
    gly_buf_finish(&a->pieces);
    gly_buf_finish(&a->fresh);
}
