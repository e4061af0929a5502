/* walk.c: the files that a list of paths stands for, one after the other. */
#include "fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int seen(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* By bytes, so that the order is the same in every locale. */
static int compare(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void cut(gly_buf *path, size_t len)
{
    path->len = len;
    path->data[len] = '\0';
}

static void leave(struct walk *w)
{
    struct folder *f = &w->folders[--w->depth];

    while (f->at < f->count)
        free(f->names[f->at++]);
    free(f->names);
}

static bool is_passed(const struct walk *w, const struct stat *st)
{
    struct stat passed;

    if (w->watcher && gly_is_own(w->watcher, st))
        return true;
    for (size_t i = 0; i < 2; i++)
        if (w->passed[i] && *w->passed[i] &&
            stat(w->passed[i], &passed) == 0 &&
            passed.st_dev == st->st_dev && passed.st_ino == st->st_ino)
            return true;
    return false;
}

/* Goes into the folder at w->path. One that holds itself, by a link, is not
 * entered again. */
static int enter(struct walk *w, const struct stat *st)
{
    if (is_passed(w, st))
        return 0;
    for (unsigned i = 0; i < w->depth; i++)
        if (w->folders[i].dev == st->st_dev && w->folders[i].ino == st->st_ino)
            return 0;
    if (w->depth == WALK_DEPTH)
        return -ENAMETOOLONG;
    struct folder *f = &w->folders[w->depth];
    *f = (struct folder){ .path_len = w->path.len,
                          .dev = st->st_dev, .ino = st->st_ino };
    f->count = scandir(w->path.data, &f->names, seen, compare);
    if (f->count < 0)
        return -errno;
    w->depth++;
    return 0;
}

/* The next of the innermost folder: 1 a file, 0 none now, or -errno. */
static int step(struct walk *w)
{
    struct folder *f = &w->folders[w->depth - 1];
    struct stat st;

    if (f->at == f->count) {
        leave(w);
        return 0;
    }
    struct dirent *entry = f->names[f->at++];
    cut(&w->path, f->path_len);
    if (w->path.data[f->path_len - 1] != '/')
        gly_buf_puts(&w->path, "/");
    gly_buf_puts(&w->path, entry->d_name);
    free(entry);
    if (stat(w->path.data, &st) != 0)
        return -errno;
    if (S_ISDIR(st.st_mode))
        return enter(w, &st);
    return S_ISREG(st.st_mode);
}

/* A path that was named, or found by a pattern. */
static int start(struct walk *w, const char *path)
{
    struct stat st;

    w->path.len = 0;
    gly_buf_puts(&w->path, path);
    if (strcmp(path, "-") == 0)
        return 1;
    if (stat(path, &st) != 0)
        return -errno;
    return S_ISDIR(st.st_mode) ? enter(w, &st) : 1;
}

/* Whether it is a pattern and no file's name. */
static bool wild(const char *path)
{
    struct stat st;

    return strpbrk(path, "*?[") && stat(path, &st) != 0;
}

static int expand(const char *pattern, glob_t *found)
{
    int result = glob(pattern, 0, NULL, found);

    return result == 0 ? 0
         : result == GLOB_NOMATCH ? -ENOENT
         : result == GLOB_NOSPACE ? -ENOMEM : -EIO;
}

static int find_missing(const gly_list *paths, const char **which)
{
    int error = 0;

    for (size_t i = 0; i < paths->count && error == 0; i++) {
        const char *path = *which = paths->item[i];
        glob_t found = { 0 };

        if (strcmp(path, "-") == 0)
            continue;
        if (wild(path)) {
            error = expand(path, &found);
            globfree(&found);
        } else if (access(path, R_OK) != 0) {
            error = -errno;
        }
    }
    return error;
}

int walk_check(gly_stage *stage, const gly_list *paths)
{
    const char *which = NULL;
    int error = find_missing(paths, &which);

    if (paths->count == 0)
        return gly_fail(stage, -EINVAL, "paths: must name something to read");
    if (error == -ENOENT && strpbrk(which, "*?["))
        return gly_fail(stage, error, "paths: no file matches %s", which);
    if (error != 0)
        return gly_fail(stage, error, "paths: cannot read %s: %s", which,
                        strerror(-error));
    return 0;
}

void walk_init(struct walk *w, const gly_list *paths)
{
    *w = (struct walk){ .paths = paths };
}

void walk_finish(struct walk *w)
{
    while (w->depth > 0)
        leave(w);
    globfree(&w->found);
    gly_buf_finish(&w->path);
    *w = (struct walk){ 0 };
}

int walk_next(struct walk *w, const char **path)
{
    int result = 0;

    while (result == 0) {
        if (w->depth > 0) {
            result = step(w);
        } else if (w->found_at < w->found.gl_pathc) {
            result = start(w, w->found.gl_pathv[w->found_at++]);
        } else if (w->paths && w->at < w->paths->count) {
            const char *next = w->paths->item[w->at++];
            globfree(&w->found);
            w->found = (glob_t){ 0 };
            w->found_at = 0;
            if (!wild(next) || expand(next, &w->found) != 0)
                result = start(w, next);
        } else {
            return 0;
        }
    }
    *path = w->path.data;
    return result;
}

double walk_total(const gly_list *paths)
{
    struct walk walk;
    struct stat st;
    const char *path;
    double total = 0;
    bool known = true;

    walk_init(&walk, paths);
    for (int n; known && (n = walk_next(&walk, &path)) != 0;) {
        if (n < 0 || (strcmp(path, "-") != 0 && stat(path, &st) != 0))
            continue;
        known = strcmp(path, "-") != 0 && S_ISREG(st.st_mode);
        total += known ? (double)st.st_size : 0;
    }
    walk_finish(&walk);
    return known ? total : 0;
}
