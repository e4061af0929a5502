/* A memory as a file: a head, each document from the oldest on, a sum. */
#include "dedup.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct head {
    char magic[8];  /* ends with what differs on machines of other order */
    struct terms terms;
    uint32_t zero;
    uint64_t count;
};

static struct head head_of(const struct terms *terms)
{
    struct head head = { .magic = "glydup1", .terms = *terms };
    uint16_t order = 1;

    memcpy(&head.magic[7], &order, 1);
    return head;
}

struct file {
    FILE *stream;
    uint64_t sum; /* FNV-1a, by Fowler, Noll, Vo */
};

static void add_sum(struct file *f, const void *data, size_t len)
{
    const unsigned char *at = data;

    for (size_t i = 0; i < len; i++)
        f->sum = (f->sum ^ at[i]) * 0x100000001B3;
}

static bool take(struct file *f, void *data, size_t len)
{
    if (fread(data, 1, len, f->stream) != len)
        return false;
    add_sum(f, data, len);
    return true;
}

static void put(struct file *f, const void *data, size_t len)
{
    fwrite(data, 1, len, f->stream);
    add_sum(f, data, len);
}

/* ---- reading ---- */

static bool take_documents(struct file *f, uint64_t count, struct memory *m)
{
    for (uint64_t i = 0; i < count; i++) {
        union signature signature;
        char name[LONGEST_NAME + 1];
        uint16_t len;

        if (!take(f, &signature, sizeof(signature)) ||
            !take(f, &len, sizeof(len)) || len > LONGEST_NAME ||
            !take(f, name, len))
            return false;
        name[len] = '\0';
        if (gly_utf8_valid(name, len) != len)
            return false;
        memory_add(m, &signature, name);
    }
    return true;
}

static int read_file(gly_stage *stage, const char *path,
                     const struct terms *terms, struct file *f,
                     struct memory *m)
{
    struct head head, own = head_of(terms);
    uint64_t sum;

    if (!take(f, &head, sizeof(head)) ||
        memcmp(head.magic, own.magic, sizeof(own.magic)) != 0)
        return gly_fail(stage, -EINVAL, "%s is no memory of dedup", path);
    if (memcmp(&head.terms, terms, sizeof(*terms)) != 0)
        return gly_fail(stage, -EINVAL, "%s was made with shingle = %u and "
                        "min_words = %u; set these, or take it away", path,
                        head.terms.shingle, head.terms.min_words);
    if (!take_documents(f, head.count, m) ||
        fread(&sum, sizeof(sum), 1, f->stream) != 1 || sum != f->sum ||
        getc(f->stream) != EOF)
        return gly_fail(stage, -EINVAL, "%s is damaged; take it away to begin "
                        "without it", path);
    return 0;
}

/* So that a run of months does not end with a file that cannot be made. */
static int check_folder(gly_stage *stage, const char *path)
{
    char copy[PATH_MAX];

    snprintf(copy, sizeof(copy), "%s", path);
    return access(dirname(copy), W_OK) == 0
               ? 0
               : gly_fail(stage, -errno, "cannot write %s: %s", path,
                          strerror(errno));
}

int state_load(gly_stage *stage, const char *path, const struct terms *terms,
               struct memory *m)
{
    struct file f = { .stream = fopen(path, "rbe") };

    if (!f.stream && errno != ENOENT)
        return gly_fail(stage, -errno, "cannot open %s: %s", path,
                        strerror(errno));

    int result = f.stream ? read_file(stage, path, terms, &f, m) : 0;

    if (f.stream)
        fclose(f.stream);
    return result < 0 ? result : check_folder(stage, path);
}

/* ---- writing ---- */

static void put_documents(struct file *f, const struct memory *m,
                          uint64_t first)
{
    for (uint64_t i = first; i < m->count; i++) {
        const char *name;
        const union signature *signature = memory_get(m, i, &name);
        uint16_t len = (uint16_t)strlen(name);

        put(f, signature, sizeof(*signature));
        put(f, &len, sizeof(len));
        put(f, name, len);
    }
}

static int write_file(const char *path, const struct terms *terms,
                      const struct memory *m)
{
    struct file f = { .stream = fopen(path, "wbe") };
    struct head head = head_of(terms);
    uint64_t first = memory_first(m);

    if (!f.stream)
        return -errno;
    head.count = m->count - first;
    put(&f, &head, sizeof(head));
    put_documents(&f, m, first);
    fwrite(&f.sum, sizeof(f.sum), 1, f.stream);

    int result = 0;

    if (ferror(f.stream) || fflush(f.stream) != 0 ||
        fsync(fileno(f.stream)) < 0)
        result = errno ? -errno : -EIO;
    fclose(f.stream);
    return result;
}

int state_save(gly_stage *stage, const char *path, const struct terms *terms,
               const struct memory *m)
{
    char part[PATH_MAX];

    if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
        return gly_fail(stage, -ENAMETOOLONG, "state is too long a path");

    int result = write_file(part, terms, m);

    if (result == 0 && rename(part, path) < 0)
        result = -errno;
    if (result < 0)
        unlink(part);
    return result < 0 ? gly_break(stage, result, "cannot write %s: %s", path,
                                  strerror(-result))
                      : 0;
}
