/* export: writes each document as a record, a line of JSON, or what was found as
 * rows of a table. */
#include "export/export.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { ZSTD_LEVEL = 3, MOST_HELD = 100 };

struct state {
    const char *format, *path, *offsets, *index, *layer;
    gly_list columns;
    bool append, sync, changes, origin;
    long known;
    gly_list varying;

    gly_record how;
    struct table table;
    void (*add)(struct state *s, gly_doc *doc);
    gly_buf line;
    int fd;
    char real[PATH_MAX];  /* path, links followed */
    char part[PATH_MAX + 8]; /* written beside, renamed at the end; or "" */
    gzFile gzip;
    ZSTD_CCtx *zstd;
    gly_buf packed;       /* room for what zstd gives back */
    bool whole;           /* flush() succeeded */
    struct append appended;
    gly_doc *held[MOST_HELD]; /* until they are on the disk */
    size_t held_count;
};

static const gly_option options[] = {
    { "format", GLY_FIELD(struct state, format), .def = "jsonl",
      .choices = "jsonl|csv|tsv|opensearch",
      .help = "One JSON record a line; rows of a table; or the lines that "
              "OpenSearch and Elasticsearch take in bulk." },
    { "path", GLY_FIELD(struct state, path), .def = "-",
      .help = "A file, gzip or zstd by its ending .gz or .zst, or \"-\" for "
              "standard output. It is written beside, as PATH.part, and put in "
              "place at the end." },
    { "table", GLY_FIELD(struct state, layer), .def = "documents",
      .help = "Of csv and tsv: \"documents\", a row a document, or a layer, a "
              "row a span." },
    { "columns", GLY_FIELD(struct state, columns), .def = "",
      .help = "Of csv and tsv, if not the usual ones: fields and \"text\"; of a "
              "layer \"document\" (its id), \"begin\", \"end\", \"kind\", "
              "\"text\", \"score\", \"name\", remarks, parts and what they have "
              "(\"speaker.name\")." },
    { "index", GLY_FIELD(struct state, index), .def = "galley",
      .help = "Of opensearch: the index that documents go to, by their id." },
    { "append", GLY_FIELD(struct state, append), .def = "false",
      .help = "Append to the file at once instead. What a run that was killed "
              "left of a last record is cut off first." },
    { "known", GLY_FIELD(struct state, known), .def = "100000", .max = 1e8,
      .help = "With append: a record that is the same as one of so many before "
              "it is not written again; nor is a row, of tables with \"id\" and "
              "\"text\", or \"document\", \"begin\" and \"end\" of a layer." },
    { "varying", GLY_FIELD(struct state, varying), .def = "fetched",
      .help = "With append: fields in which a record or row may differ and is "
              "the same all the same." },
    { "sync", GLY_FIELD(struct state, sync), .def = "false",
      .help = "With append: pass documents on, up to 100 together, when they "
              "are on the disk, so that a power cut loses none." },
    { "offsets", GLY_FIELD(struct state, offsets), .def = "codepoints",
      .choices = "codepoints|bytes|utf16",
      .help = "What \"begin\" and \"end\" count in \"text\"." },
    { "changes", GLY_FIELD(struct state, changes), .def = "false",
      .help = "Also write what was changed in the text, where and why." },
    { "origin", GLY_FIELD(struct state, origin), .def = "false",
      .help = "Also write where each paragraph and span stood in the bytes of "
              "the source." },
    { 0 }
};

static bool ends_in(const char *str, const char *ending)
{
    size_t len = strlen(str), tail = strlen(ending);

    return len > tail && strcmp(str + len - tail, ending) == 0;
}

/* ---- writing ---- */

static int write_plain(gly_stage *stage, const char *data, size_t len)
{
    struct state *s = gly_state(stage);
    int result = gly_write_all(s->fd, data, len);

    return result < 0 ? gly_break(stage, result, "cannot write %s: %s", s->path,
                                  strerror(-result))
                      : 0;
}

static int write_gzip(gly_stage *stage, const char *data, size_t len)
{
    struct state *s = gly_state(stage);
    int code;

    if (gzfwrite(data, 1, len, s->gzip) == len)
        return 0;
    return gly_break(stage, -EIO, "cannot write %s: %s", s->path,
                     gzerror(s->gzip, &code));
}

static int write_zstd(gly_stage *stage, const char *data, size_t len,
                      ZSTD_EndDirective end)
{
    struct state *s = gly_state(stage);
    ZSTD_inBuffer in = {data, len, 0};
    size_t left;

    do {
        ZSTD_outBuffer out = {s->packed.data, s->packed.size, 0};

        left = ZSTD_compressStream2(s->zstd, &out, &in, end);
        if (ZSTD_isError(left))
            return gly_break(stage, -EIO, "cannot write %s: %s", s->path,
                             ZSTD_getErrorName(left));

        int result = write_plain(stage, s->packed.data, out.pos);

        if (result < 0)
            return result;
    } while (in.pos < in.size || (end == ZSTD_e_end && left > 0));
    return 0;
}

static int write_line(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (s->gzip)
        return write_gzip(stage, s->line.data, s->line.len);
    if (s->zstd)
        return write_zstd(stage, s->line.data, s->line.len, ZSTD_e_continue);
    return write_plain(stage, s->line.data, s->line.len);
}

static void add_record(struct state *s, gly_doc *doc)
{
    gly_record_add(&s->line, doc, &s->how);
    gly_buf_add(&s->line, "\n", 1);
}

static void add_rows(struct state *s, gly_doc *doc)
{
    table_add(&s->line, doc, &s->table);
}

/* An action, then its document, as the bulk API of both has it. */
static void add_action(struct state *s, gly_doc *doc)
{
    const char *id = gly_get(doc, "id", 0);

    gly_buf_puts(&s->line, "{\"index\":{\"_index\":");
    gly_json_string(&s->line, s->index, strlen(s->index));
    if (id) {
        gly_buf_puts(&s->line, ",\"_id\":");
        gly_json_string(&s->line, id, strlen(id));
    }
    gly_buf_puts(&s->line, "}}\n");
    add_record(s, doc);
}

static void let_go(gly_stage *stage, int result)
{
    struct state *s = gly_state(stage);

    for (size_t i = 0; i < s->held_count; i++)
        gly_release(stage, s->held[i], result);
    s->held_count = 0;
}

/* Those held are safe, or none is. */
static int settle(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result = s->held_count > 0 ? append_sync(stage, &s->appended) : 0;

    let_go(stage, result);
    return result;
}

static int append(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);
    int result = s->line.len > 0
                     ? append_write(stage, &s->appended, &s->line) : 0;

    if (result < 0 || !s->sync)
        return result;
    s->held[s->held_count++] = doc;
    if (s->held_count == MOST_HELD)
        settle(stage);
    return GLY_HOLD;
}

static int process(gly_stage *stage, gly_doc *doc)
{
    struct state *s = gly_state(stage);

    s->line.len = 0;
    s->add(s, doc);
    if (s->append)
        return append(stage, doc);
    return s->line.len > 0 ? write_line(stage) : 0;
}

/* ---- beginning and end ---- */

/* Only a file can be put in place; a pipe or a device is written as it is, also
 * where the system shows it as a file. */
static bool is_put_in_place(const struct state *s)
{
    struct stat st;

    return strncmp(s->path, "/dev/", 5) != 0 &&
           strncmp(s->path, "/proc/", 6) != 0 &&
           (stat(s->path, &st) < 0 || S_ISREG(st.st_mode));
}

/* So that close() leaves the file beside alone. */
static int not_mine(gly_stage *stage, int code, const char *why)
{
    struct state *s = gly_state(stage);

    gly_fail(stage, code, "cannot open %s: %s", s->part, why);
    s->part[0] = '\0';
    return code;
}

/* Opens the file beside, for this run alone; like the old one it can be read by
 * the same people. */
static int open_part(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    struct stat st;

    /* A link stays, and what it leads to is what is put in place. */
    if (lstat(s->path, &st) < 0 || !S_ISLNK(st.st_mode) ||
        !realpath(s->path, s->real))
        snprintf(s->real, sizeof(s->real), "%s", s->path);
    snprintf(s->part, sizeof(s->part), "%s.part", s->real);
    s->fd = open(s->part, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (s->fd < 0)
        return not_mine(stage, -errno, strerror(errno));
    if (flock(s->fd, LOCK_EX | LOCK_NB) < 0)
        return not_mine(stage, -EBUSY, "another run is writing it");
    if ((stat(s->real, &st) == 0 && fchmod(s->fd, st.st_mode & 07777) < 0) ||
        ftruncate(s->fd, 0) < 0)
        return not_mine(stage, -errno, strerror(errno));
    return 0;
}

static int open_file(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (!*s->path)
        return gly_fail(stage, -EINVAL, "path is empty: \"-\" is standard "
                        "output");
    if (strlen(s->path) + sizeof(".part") > sizeof(s->part))
        return gly_fail(stage, -ENAMETOOLONG, "path is too long");
    if (strcmp(s->path, "-") != 0 && is_put_in_place(s))
        return gly_stays(stage)
                   ? gly_fail(stage, -EINVAL, "a file that is put in place at "
                              "the end would be lost in a crash: set append = "
                              "true")
                   : open_part(stage);
    if (strcmp(s->path, "-") == 0)
        s->fd = dup(STDOUT_FILENO);
    else
        s->fd = open(s->path, O_WRONLY | O_CLOEXEC);
    return s->fd < 0 ? gly_fail(stage, -errno, "cannot open %s: %s", s->path,
                                strerror(errno))
                     : 0;
}

static int open_format(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result;

    s->add = *s->format == 'o' ? add_action : add_record;
    if (*s->format != 'c' && *s->format != 't')
        return 0;
    s->add = add_rows;
    s->table = (struct table){s->layer, s->columns, *s->format == 't',
                              s->how.units};
    result = table_open(stage, &s->table);
    table_add_head(&s->line, &s->table);
    return result;
}

static bool rows_are_known(const struct state *s)
{
    return s->add == add_rows && table_tells_rows_apart(&s->table);
}

/* What a packer holds back would be lost with the process, and what it had written
 * could not be told apart from what is whole. */
static int open_append(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (!*s->path)
        return gly_fail(stage, -EINVAL, "path is empty");
    if (ends_in(s->path, ".gz") || ends_in(s->path, ".zst"))
        return gly_fail(stage, -EINVAL, "append: %s would be packed, and its "
                        "end lost in a crash: append to a plain file, and pack "
                        "it when it is full", s->path);
    s->appended = (struct append){
        .path = s->path,
        .unit = *s->format == 'c'   ? UNIT_ROW
                : *s->format == 'o' ? UNIT_PAIR : UNIT_LINE,
        .known = *s->format == 'j' || rows_are_known(s) ? s->known : 0,
        .varying = s->varying,
        .columns = s->table.columns,
        .separator = s->add != add_rows ? 0 : s->table.tabs ? '\t' : ',',
        .sync = s->sync,
    };
    return append_open(stage, &s->appended, &s->line);
}

static int open_packing(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (ends_in(s->path, ".gz")) {
        s->gzip = gzdopen(s->fd, "wb");
        if (!s->gzip)
            return gly_fail(stage, -ENOMEM, "cannot begin gzip");
    } else if (ends_in(s->path, ".zst")) {
        char *room = gly_stage_alloc(stage, ZSTD_CStreamOutSize());

        s->packed = (gly_buf){room, 0, ZSTD_CStreamOutSize()};
        s->zstd = ZSTD_createCCtx();
        if (!s->zstd)
            return gly_fail(stage, -ENOMEM, "cannot begin zstd");
        ZSTD_CCtx_setParameter(s->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    }
    return 0;
}

static int open_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result;

    s->how = (gly_record){
        .units = *s->offsets == 'b'   ? GLY_BYTES
                 : *s->offsets == 'u' ? GLY_UTF16 : GLY_CODEPOINTS,
        .changes = s->changes,
        .origin = s->origin,
    };
    s->fd = -1;
    s->append = s->append && strcmp(s->path, "-") != 0;
    result = open_format(stage);
    if (result < 0)
        return result;
    if (s->append)
        return open_append(stage);
    result = open_file(stage);
    if (result == 0)
        result = open_packing(stage);
    return result < 0 || s->line.len == 0 ? result : write_line(stage);
}

static int end_packing(gly_stage *stage)
{
    struct state *s = gly_state(stage);

    if (s->zstd)
        return write_zstd(stage, "", 0, ZSTD_e_end);
    if (s->gzip) {
        int code = gzclose(s->gzip); /* closes fd too */

        s->gzip = NULL;
        s->fd = -1;
        if (code != Z_OK)
            return gly_break(stage, -EIO, "cannot end %s: %s", s->path,
                             code == Z_ERRNO ? strerror(errno) : "gzip error");
    }
    return 0;
}

static int flush(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    int result;

    if (s->append)
        return settle(stage);
    result = end_packing(stage);
    if (result == 0 && s->fd >= 0 && s->part[0] && fsync(s->fd) < 0)
        result = gly_break(stage, -errno, "cannot write %s: %s", s->path,
                           strerror(errno));
    if (result == 0 && s->part[0] && rename(s->part, s->real) < 0)
        result = gly_break(stage, -errno, "cannot put %s in place: %s",
                           s->path, strerror(errno));
    s->whole = result == 0;
    return result;
}

static void close_stage(gly_stage *stage)
{
    struct state *s = gly_state(stage);
    struct stat st;

    if (s->gzip)
        gzclose(s->gzip);
    else if (s->fd >= 0)
        close(s->fd);
    append_close(&s->appended);
    ZSTD_freeCCtx(s->zstd);
    gly_buf_finish(&s->line);
    if (s->part[0] && !s->whole && stat(s->part, &st) == 0) {
        if (st.st_size == 0)
            unlink(s->part);
        else
            gly_log(stage, GLY_WARN, "what was written stays in %s", s->part);
    }
}

const gly_plugin galley_plugin = {
    .abi = GLY_ABI,
    .name = "export",
    .about = "Writes each document as a JSON record, or as rows of a table, "
             "to a file or standard output.",
    .reads = "text, all fields and layers",
    .single = true,
    .state_size = sizeof(struct state),
    .options = options,
    .open = open_stage,
    .process = process,
    .flush = flush,
    .close = close_stage,
};
