/* fetch.h: the parts of the fetch plugin, which fetch-warc has too.
 *
 * walk.c names the files, watch.c tells when to do so again, files.c and place.c
 * which of them are done, reader.c brings their bytes, and input.c holds these
 * together; sniff.c tells what the bytes are, charset.c and convert.c make UTF-8
 * of them, jsonl.c a document of a line.
 */
#ifndef FETCH_H
#define FETCH_H

#include <dirent.h>
#include <galley/galley.h>
#include <glob.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

/* walk.c: the files that a list of paths stands for, one after the other. */
enum { WALK_DEPTH = 64 };
struct folder {
    struct dirent **names; /* those from `at` on are still to be freed */
    int at, count;
    size_t path_len;       /* of the folder's own path */
    dev_t dev;
    ino_t ino;
};
struct walk {
    const gly_list *paths;
    size_t at;
    glob_t found; /* what the pattern before `at` found, from found_at on */
    size_t found_at;
    unsigned depth;
    struct folder folders[WALK_DEPTH];
    gly_buf path;
    const char *passed[2]; /* folders that are not entered, or "" */
    gly_stage *watcher; /* nor are those of its pipeline; NULL: they are */
};
/* Whether all that is named exists; if not, says what does not. */
int walk_check(gly_stage *stage, const gly_list *paths);
void walk_init(struct walk *walk, const gly_list *paths);
void walk_finish(struct walk *walk);
/* 1 with *path ("-" is standard input), 0 at the end, -errno when *path cannot
 * be read; it may go on after that. *path lives until the next call. */
int walk_next(struct walk *walk, const char **path);
/* Bytes of all the files; 0 when that cannot be known. */
double walk_total(const gly_list *paths);

struct watching {
    bool watch;
    double rescan, settle;     /* seconds */
    const char *done, *failed; /* folders, or "" */
};

/* watch.c: when folders are walked again. */
struct watch;
struct watch *watch_new(gly_stage *stage, const struct watching *how,
                        const gly_list *paths);
void watch_finish(struct watch *watch);
/* Whether it is time for another walk, of which it is told begin and end. */
bool watch_due(struct watch *watch);
void watch_begin_round(struct watch *watch);
void watch_end_round(struct watch *watch);
/* Whether nobody writes to it any more. */
bool watch_is_settled(struct watch *watch, const struct stat *st);

/* place.c: how far a source is in a file of lines, or of records. Line 0 is a
 * file that is one document. Begins zeroed. */
struct spot {
    unsigned long line;    /* counted from 1 */
    unsigned long long at; /* where it begins, in unpacked bytes */
    bool brought;          /* false: by a process before, and not yet again */
};
struct place {
    struct spot *pending;  /* brought and not done, by line */
    size_t count, size;
    struct spot reached;   /* the one brought last, by this process */
    unsigned long last;    /* by any */
};
void place_finish(struct place *place);
void place_brought(struct place *place, unsigned long line,
                   unsigned long long at);
/* False for one that is not pending. */
bool place_acked(struct place *place, unsigned long line);
bool place_is_done(const struct place *place, unsigned long line);
/* The file was read to its end: what was not brought again is not in it. */
void place_end(struct place *place);
/* No line before this one is pending. */
struct spot place_begin(const struct place *place);
void place_write(const struct place *place, gly_buf *out);
bool place_read(struct place *place, const char *text);

/* files.c: what becomes of files. */
struct files;
struct files *files_new(gly_stage *stage, const struct watching *how);
void files_finish(struct files *files);
/* Of folders that are watched: finished files not met in between are forgotten,
 * if the round was `whole`. */
void files_begin_round(struct files *files);
void files_end_round(struct files *files, bool whole);
/* All were taken; once they are finished all are forgotten. */
void files_ended(struct files *files);
/* Whether it is neither being read nor finished, unless it has changed since. */
bool files_are_new(struct files *files, const char *path,
                   const struct stat *st);
/* It is the open one from now on. */
void files_take(struct files *files, const char *path, const struct stat *st);
/* The open one is a file of lines: where it goes on, or line 0 at its begin. */
struct spot files_resume(struct files *files, int fd);
bool files_line_is_done(const struct files *files, unsigned long line);
/* A document of the open one is brought; it was left; a document is done. */
void files_brought(struct files *files, unsigned long line,
                   unsigned long long at);
void files_left(struct files *files);
void files_acked(struct files *files, const char *ticket, int result);
/* Remembers what was acked so far, which is not done at each call. */
void files_save(struct files *files);

/* reader.c: bytes of a plain, gzip or zstd file through a window. */
enum packing { PLAIN, GZIP, ZSTD };
struct reader {
    int fd;
    struct uv_poll_s *poll; /* wakes the loop; NULL when nothing does */
    bool patient;         /* reads may wait for what a pipe will bring */
    bool dry;             /* one did not, see reader_line() */
    enum packing packing;
    bool begun;           /* the magic bytes were looked at */
    bool inside;          /* in a gzip member or a zstd frame */
    bool passing;         /* in a line that is too long */
    bool eof;             /* of the file itself */
    int failed;           /* what every further read returns, with `why` */
    unsigned long long taken; /* bytes of the file so far */
    unsigned long long unpacked; /* what became of them */
    unsigned long long left;  /* bytes it had when it was opened, not yet taken */
    z_stream gzip;
    ZSTD_DCtx *zstd;
    unsigned char *in;    /* bytes of the file, still to be unpacked */
    size_t in_begin, in_end;
    char *data;           /* the window */
    size_t begin, end, size;
    size_t looked;        /* bytes of it known to hold no line's end */
    size_t max;           /* the largest line or file */
    char why[160];
};
/* 0 or -ENOMEM. Afterwards open and close any number of times. */
int reader_init(struct reader *reader, size_t max);
void reader_finish(struct reader *reader);
int reader_open(struct reader *reader, const char *path);
void reader_close(struct reader *reader);
/* Lets reader_wake() wake the loop, if the system can tell about this file. */
void reader_watch(struct reader *reader, struct uv_loop_s *loop);
/* Wakes the loop, once, when there is more to read. */
void reader_wake(struct reader *reader);
/* The bytes ahead, which stay: at least `least` unless the file ends (or is
 * damaged) before. Returns how many. */
size_t reader_peek(struct reader *reader, size_t least, const char **bytes);
void reader_skip(struct reader *reader, size_t bytes);
/* Where the bytes ahead are, in the file unpacked. */
unsigned long long reader_at(const struct reader *reader);
/* Skips many, and says how many there were. */
unsigned long long reader_pass(struct reader *reader, unsigned long long bytes);
/* 1 with a line without its end, which the caller may write into until the next
 * call, and which a NUL ends; 0 at the end; -EFBIG for a line beyond `max`,
 * which is passed over; any other error, with `why`, ends the file.
 * Unless `patient`, this, reader_peek() and reader_rest() do not wait: they set
 * `dry` and return -EAGAIN or too little, and are to be called again. */
int reader_line(struct reader *reader, char **line, size_t *len);
/* All that is left: 0, -EFBIG when that is more than `max`, or as above. */
int reader_rest(struct reader *reader, char **bytes, size_t *len);

/* input.c: the files of a source, one open at a time. */
struct input {
    gly_list paths; /* these three are settings */
    long max_document;
    struct watching watching;
    struct reader reader;
    const char *path;  /* of the open file, as the system knows it */
    gly_buf name;      /* the same in UTF-8, for fields and messages */
    bool reading;
    bool stalled;      /* step() found nothing for now, or has no room itself */
    bool ended;        /* no file will come: the source ends, if that is all */
    bool told;         /* of a file that the pipeline writes itself */
    bool walking;
    bool whole;        /* the walk found all that is to be there */
    struct walk walk;
    struct watch *watched; /* NULL: every file is read once */
    struct files *files;   /* NULL: and it does not matter what becomes of it */
    unsigned long long at; /* where the line or record begins */
    double done, total, size; /* bytes on disk; the last is the open file's */
};
/* Its reader is to see max_document bytes at once and `more`. 0, or a failure
 * that was told. */
int input_open(gly_stage *stage, struct input *input, size_t more);
void input_close(struct input *input);
/* Has step() bring one document or none, and say how many, until there is no
 * room or it is stalled; returns how many it brought. */
unsigned input_want(gly_stage *stage, struct input *input, unsigned room,
                    unsigned (*step)(gly_stage *stage));
/* Opens the next file: 1, or 0 when there is none, now or ever, or -errno when
 * the path cannot be read: a document for it is to be refused, and it left. */
int input_next(gly_stage *stage, struct input *input);
void input_leave(struct input *input);
/* The open file is one of lines, or records: how many of them, which are done,
 * were passed over. Of those that follow, some may be done. */
unsigned long input_resume(struct input *input);
bool input_line_is_done(const struct input *input, unsigned long line);
/* Each document of the open file before it is emitted or refused; `at` is where
 * its line begins, which is 0 for the file itself. */
void input_brought(struct input *input, unsigned long line);
void input_acked(struct input *input, const char *ticket, int result);

/* Its settings beside paths and max_document. */
#define INPUT_OPTIONS(S, input)                                                \
    { "watch", GLY_FIELD(S, input.watching.watch), .def = "false",                      \
      .help = "Stay, and read what comes into the folders and what changes. "  \
              "Files are best written elsewhere, or under a name that begins " \
              "with a dot, and renamed." },                                    \
    { "done", GLY_FIELD(S, input.watching.done), .def = "",                    \
      .help = "With watch: a folder to move files to once all their documents "\
              "are done; \"\" leaves them where they are." },                  \
    { "failed", GLY_FIELD(S, input.watching.failed), .def = "",                \
      .help = "With watch: the same for files of which a document failed." },  \
    { "rescan", GLY_FIELD(S, input.watching.rescan), .def = "10s",             \
      .unit = "s", .min = 0.01, .max = 86400,                                  \
      .help = "With watch: how often to look, where the system does not tell " \
              "of changes." },                                                 \
    { "settle", GLY_FIELD(S, input.watching.settle), .def = "1s", .unit = "s", \
      .max = 86400,                                                            \
      .help = "With watch: how long a file must not have changed." }

/* unpack.c: adds what was packed, and a little more when that is beyond `max`. NULL
 * or why not; *cut says that its end is missing or damaged. */
const char *unpack(const char *bytes, size_t len, enum packing packing,
                   size_t max, gly_buf *out, bool *cut);

/* jsonl.c: one JSON object, parsed by json-c. Begins zeroed. */
struct json_tokener;
struct jsonl {
    struct json_tokener *tokener;
    gly_buf mended;
    gly_buf again;    /* the line within a record of failed.jsonl, when read */
    size_t lost;      /* characters of the last record that became U+FFFD */
    size_t column;    /* what was wrong: in bytes, from 1; 0 for the whole */
    const char *what;
};
void jsonl_finish(struct jsonl *jsonl);
/* Fills doc from a line, valid UTF-8 and ended by NUL: 0, or -EINVAL with what
 * was wrong and nothing in doc but an id and how it failed before. Without a doc
 * it only looks whether it could. */
int jsonl_read(struct jsonl *jsonl, gly_doc *doc, const char *line, size_t len);
/* Whether it is the begin of a value that goes on after the line. */
bool jsonl_cut(struct jsonl *jsonl, const char *line, size_t len);

/* sniff.c: what a file is, by its first bytes. */
enum json { JSON_NONE, JSON_LINES, JSON_OTHER };
/* JSON_OTHER is JSON that is not one record a line. */
enum json sniff_json(struct reader *reader, struct jsonl *jsonl,
                     const char *path);
bool sniff_html(const char *bytes, size_t len);
bool sniff_binary(const char *bytes, size_t len);
/* Whether a word in lower case stands at `at`, in any case. */
bool sniff_starts(const char *at, const char *end, const char *word);
bool sniff_blank(char c);

/* charset.c: bytes in any character set to UTF-8. */
struct charset {
    const char *name; /* of what it was, or NULL for UTF-8 */
    bool mark;        /* a byte order mark was taken away */
    size_t lost;      /* bytes replaced by U+FFFD */
    gly_origins *origins; /* in the bytes; NULL: they are good as they stand */
};
/* Gives bytes back that are good as they stand, else what it put into `out`. The
 * origins are of doc, which may be NULL; `label` is what a server called the
 * encoding, or NULL. */
const char *charset_convert(gly_doc *doc, gly_buf *out, const char *bytes,
                            size_t *len, bool html, const char *label,
                            struct charset *charset);

/* content.c: the bytes of a page or a text become the raw or the text of doc. False
 * when there is nothing in them. */
enum content { CONTENT_SNIFF, CONTENT_TEXT, CONTENT_HTML };
bool content_fill(gly_stage *stage, gly_doc *doc, const char *bytes, size_t len,
                  enum content kind, const char *label);
/* The charset that a media type names, "text/html; charset=...": put into label,
 * or NULL when there is none. */
const char *content_label(const char *type, size_t len, char *label,
                          size_t size);

/* convert.c: adds to `out` what the bytes from `at` on are, in an encoding of
 * iconv's whose characters have at least `unit` bytes, and to the charset's
 * origins and lost bytes. False when iconv does not know the encoding. */
bool convert_bytes(gly_buf *out, const char *bytes, size_t at, size_t len,
                   const char *encoding, unsigned unit,
                   struct charset *charset);

#endif
