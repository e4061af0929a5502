/* `galley top`: what a worker does, in a terminal. */
#include "command.h"
#include "picture.h"

#include <galley/record.h>

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { SECOND_MS = 1000 };

static unsigned rows_of_terminal(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 2
               ? size.ws_row
               : 24;
}

static volatile sig_atomic_t told_to_end;

static void on_signal(int number)
{
    (void)number;
    told_to_end = true;
}

/* Waits for a second or a key, if there are keys; false to leave. */
static bool wait_for_key(bool keys)
{
    struct pollfd input = {.fd = keys ? STDIN_FILENO : -1, .events = POLLIN};
    char key = 0;

    if (poll(&input, 1, SECOND_MS) <= 0)
        return !told_to_end;
    return read(STDIN_FILENO, &key, 1) == 1 && key != 'q';
}

static int show(gly_buf *out)
{
    int result = gly_write_all(STDOUT_FILENO, out->data, out->len);

    out->len = 0;
    return result;
}

/* Another screen, without a cursor and without wrapping of long lines. */
static void watch(struct picture *picture)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct termios before, raw;
    bool keys = tcgetattr(STDIN_FILENO, &before) == 0;
    gly_buf out = {0};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (keys) {
        raw = before;
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    gly_buf_puts(&out, "\033[?1049h\033[?25l\033[?7l");
    do {
        gly_buf_puts(&out, "\033[H");
        picture_take(picture);
        picture_draw(&out, picture, rows_of_terminal(), true);
        gly_buf_puts(&out, "\033[J");
    } while (show(&out) == 0 && wait_for_key(keys));
    gly_buf_puts(&out, "\033[?7h\033[?25h\033[?1049l");
    show(&out);
    if (keys)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    gly_buf_finish(&out);
}

/* Rates are known after a second. */
static void print_once(struct picture *picture)
{
    gly_buf out = {0};

    picture_take(picture);
    poll(NULL, 0, SECOND_MS);
    picture_take(picture);
    picture_draw(&out, picture, 0, false);
    fputs(out.data, stdout);
    gly_buf_finish(&out);
}

static int run(struct args *args)
{
    char folder[PATH_MAX], path[PATH_MAX + 16];
    struct error error = {0};
    struct picture *picture;
    struct stat st;
    bool once = false;
    int letter;

    while ((letter = args_next(args)) > 0)
        once = true;
    if (letter < 0)
        return WRONG_USE;
    if (args->argc != 1)
        return args_refuse(args, args->argc == 0 ? "of which pipeline?"
                                                 : "takes one pipeline");
    if (stat(args->argv[0], &st) == 0 && S_ISDIR(st.st_mode))
        snprintf(folder, sizeof(folder), "%s", args->argv[0]);
    else
        command_state_folder(args->argv[0], folder, sizeof(folder));
    snprintf(path, sizeof(path), "%s/figures", folder);
    picture = picture_new(path, &error);
    if (!picture)
        return command_error(&error, WRONG_USE);
    if (once || !isatty(STDOUT_FILENO))
        print_once(picture);
    else
        watch(picture);
    picture_free(picture);
    return ALL_WELL;
}

static const struct flag flags[] = {
    { '1', "once", NULL,
      "One picture, of the second that passes; so if the output is no terminal." },
    { 0 }
};

const struct command command_top = {
    .name = "top",
    .arguments = "PIPELINE|FOLDER [--once]",
    .about = "Shows what a worker does.",
    .more = "Reads the figures that `galley work` keeps in its state folder: "
            "FOLDER, or PIPELINE.work in the current one. They stay when the "
            "worker has ended. Drawn anew every second; q leaves.\n\n"
            "A stage has its lanes, the documents that came to it in a second "
            "and in all, those it dropped and failed, those that wait for it, "
            "the share of its lanes' time that it works, and within which time "
            "it did half of the last minute's documents and 99 of 100. Below: "
            "what the stages count, failures by reason, the last that failed, "
            "the last documents with the time from source to end.",
    .flags = flags,
    .run = run,
};
