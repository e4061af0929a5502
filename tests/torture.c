/* torture: kills a worker again and again, under faults, and counts what became of
 * the documents.
 *
 *     tests/torture [-k KILLS] [-d DOCUMENTS] [-s SEED] [FAULT...]
 *
 * Documents come into a folder, half of them as files and half as lines of files,
 * and go into a database and a file of lines. Meanwhile the worker's supervisor,
 * the process that works, or both are killed at random moments. At the end each
 * document must be in both, once. Those that were in hand at two kills are given
 * up by the worker, which is right, and brought in again by `galley retry`.
 */
#include "torture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 300 * 1000, NOBODY = 65534 };

/* ---- small things ---- */

void give_up(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fputs("torture: ", stderr);
    vfprintf(stderr, fmt, args);
    fprintf(stderr, ": %s\n", strerror(errno));
    va_end(args);
    exit(2);
}

/* Steele, Lea, Flood: splitmix64. */
unsigned roll(struct scene *s, unsigned below)
{
    uint64_t z = s->seed += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (unsigned)((z ^ (z >> 31)) % below);
}

void wait_ms(unsigned ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static void put_file(const char *path, const char *content, size_t len)
{
    FILE *file = fopen(path, "w");

    if (!file || fwrite(content, 1, len, file) != len || fclose(file) != 0)
        give_up("cannot write %s", path);
}

static unsigned files_in(const char *folder)
{
    DIR *dir = opendir(folder);
    unsigned count = 0;

    for (const struct dirent *e; dir && (e = readdir(dir));)
        count += e->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return count;
}

/* ---- documents ---- */

void write_text(FILE *out, unsigned number)
{
    static const char *const words[] = {
        "harbour", "council", "ferry", "budget", "minister", "snow", "library",
        "strike", "river", "market", "bridge", "engine", "school", "vote",
    };

    fprintf(out, "Document %u.", number);
    for (unsigned i = 0, x = number * 2654435761u; i < 200; i++) {
        x = x * 1664525u + 1013904223u;
        fprintf(out, " %s", words[(x >> 16) % 14]);
    }
}

static void feed_file(const struct scene *s)
{
    char name[64];
    FILE *file = fopen(".new", "w");

    write_text(file, s->fed);
    fclose(file);
    snprintf(name, sizeof(name), "in/%06u.txt", s->fed);
    rename(".new", name);
}

static void feed_lines(const struct scene *s, unsigned count)
{
    char name[64];
    FILE *file = fopen(".new", "w");

    for (unsigned i = s->fed; i < s->fed + count; i++) {
        fprintf(file, "{\"id\":\"in/%06u.txt\",\"text\":\"", i);
        write_text(file, i);
        fputs("\"}\n", file);
    }
    fclose(file);
    snprintf(name, sizeof(name), "in/%06u.jsonl", s->fed);
    rename(".new", name);
}

static void feed(struct scene *s, unsigned count)
{
    if (s->fault->feed) {
        s->fault->feed(s, count);
        return;
    }
    for (unsigned files = count / 2; files > 0; files--, s->fed++)
        feed_file(s);
    feed_lines(s, count - count / 2);
    s->fed += count - count / 2;
}

/* ---- the worker ---- */

static void run_galley(const struct scene *s, char *const *words)
{
    int log = open("log", O_WRONLY | O_CREAT | O_APPEND, 0666);

    if (s->as_nobody &&
        (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
        _exit(127);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execv(s->galley, words);
    _exit(127);
}

static void start(struct scene *s)
{
    char *words[] = {(char *)"galley", (char *)"work", (char *)"./p.conf",
                     (char *)"--state", (char *)"store/work", NULL};

    if (s->starts++ > 4 * s->most_kills + 400)
        give_up("the worker ends at once, see log");
    s->worker = fork();
    if (s->worker < 0)
        give_up("cannot fork");
    if (s->worker == 0)
        run_galley(s, words);
}

static bool has_ended(struct scene *s)
{
    int status;

    if (s->worker > 0 && waitpid(s->worker, &status, WNOHANG) == s->worker)
        s->worker = 0;
    return s->worker == 0;
}

/* The process that works, or 0. */
static pid_t child_of(pid_t parent)
{
    DIR *proc = opendir("/proc");
    pid_t found = 0;

    for (const struct dirent *e; proc && !found && (e = readdir(proc));) {
        char path[300], line[512] = "";
        const char *behind;
        int fd, of;

        snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
        fd = e->d_name[0] >= '0' && e->d_name[0] <= '9'
                 ? open(path, O_RDONLY) : -1;
        if (fd < 0)
            continue;
        if (read(fd, line, sizeof(line) - 1) > 0 &&
            (behind = strrchr(line, ')')) &&
            sscanf(behind, ") %*c %d", &of) == 1 && of == parent)
            found = atoi(e->d_name);
        close(fd);
    }
    if (proc)
        closedir(proc);
    return found;
}

void kill_child(const struct scene *s)
{
    pid_t child = s->worker > 0 ? child_of(s->worker) : 0;

    if (child > 0)
        kill(child, SIGKILL);
}

static void kill_somebody(struct scene *s)
{
    unsigned whom = roll(s, 3);

    if (whom != 0)
        kill_child(s);
    if (whom != 1 && s->worker > 0)
        kill(s->worker, SIGKILL);
    if (whom != 1)
        while (!has_ended(s))
            wait_ms(1);
    s->kills++;
}

/* ---- a scene ---- */

static void put_pipeline(const struct scene *s)
{
    char text[2048];
    int len = snprintf(
        text, sizeof(text),
        "lanes = 2;\n"
        "stages = (\n"
        "  { use = \"fetch\"; paths = \"in\"; watch = true; settle = \"0\";\n"
        "    done = \"done\"; failed = \"bad\"; rescan = \"50ms\"; %s },\n"
        "  { use = \"export-sqlite\"; path = \"store/news.db\"; batch = 10;\n"
        "    busy = \"300ms\"; },\n"
        "  { use = \"export\"; path = \"store/out.jsonl\"; append = true; }%s );\n",
        s->fault->source ? s->fault->source : "",
        s->fault->stage ? s->fault->stage : "");

    put_file("p.conf", text, (size_t)len);
}

static void round_of(struct scene *s, unsigned documents)
{
    if (s->worker == 0)
        start(s);
    feed(s, documents);
    if (s->fault->begin)
        s->fault->begin(s);
    wait_ms(roll(s, 300));
    kill_somebody(s);
    if (s->fault->end) {
        wait_ms(roll(s, 300));
        s->fault->end(s);
    }
}

/* Until all files were taken away; those of a broken run come again after a
 * pause, which a new worker has not. */
static bool come_to_an_end(struct scene *s)
{
    unsigned waited = 0;

    for (; files_in("in") > 0 && waited < PATIENCE_MS; waited += 50) {
        if (has_ended(s))
            start(s);
        if (waited % 10000 == 9950)
            kill(s->worker, SIGTERM);
        wait_ms(50);
    }
    if (s->worker > 0)
        kill(s->worker, SIGTERM);
    for (; !has_ended(s) && waited < PATIENCE_MS; waited += 50)
        wait_ms(50);
    return files_in("in") == 0 && s->worker == 0;
}

static void bring_in_again(struct scene *s)
{
    char *words[] = {(char *)"galley", (char *)"retry", (char *)"failed.jsonl",
                     (char *)"./p.conf", NULL};
    int status;
    pid_t pid;

    s->given_up = count_lines("failed.jsonl");
    for (unsigned i = 0; i < 5 && count_lines("failed.jsonl") > 0; i++) {
        pid = fork();
        if (pid == 0)
            run_galley(s, words);
        waitpid(pid, &status, 0);
    }
}

static void make_folders(const struct scene *s)
{
    static const char *const folders[] = {"in", "done", "bad", "store"};

    for (size_t i = 0; i < 4; i++)
        if (mkdir(folders[i], 0777) < 0 ||
            (s->as_nobody && chown(folders[i], NOBODY, NOBODY) < 0))
            give_up("cannot make %s", folders[i]);
    if (s->as_nobody && chown(".", NOBODY, NOBODY) < 0)
        give_up("cannot give the folder away");
}

static void remove_folder(const char *folder)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    if (chdir("/") < 0 || system(command) != 0)
        fprintf(stderr, "torture: %s stays\n", folder);
}

/* Runs one fault; whether nothing was lost and nothing is there twice. */
static bool play(struct scene *s)
{
    char folder[] = "/tmp/galley-torture-XXXXXX";
    unsigned rounds = s->most_kills;
    bool ended, well;

    if (!mkdtemp(folder) || chdir(folder) < 0)
        give_up("cannot make a folder");
    s->as_nobody = s->fault->as_nobody && geteuid() == 0;
    make_folders(s);
    put_pipeline(s);
    if (s->fault->prepare && !s->fault->prepare(s)) {
        printf("%-10s skipped: %s\n", s->fault->name, s->fault->needs);
        remove_folder(folder);
        return true;
    }
    for (unsigned i = 0; i < rounds; i++)
        round_of(s, (s->documents - s->fed) / (rounds - i));
    ended = come_to_an_end(s);
    bring_in_again(s);
    count(s);
    well = ended && s->lost == 0 && s->twice == 0;
    printf("%-10s %6u %10u %9u %6u %6u%s\n", s->fault->name, s->kills, s->fed,
           s->given_up, s->lost, s->twice,
           ended ? "" : "  did not come to an end");
    if (s->worker > 0)
        kill(s->worker, SIGKILL);
    if (s->fault->finish)
        s->fault->finish(s);
    if (well)
        remove_folder(folder);
    else
        printf("torture: what was found is in %s\n", folder);
    return well;
}

static bool is_asked_for(const struct fault *fault, char **names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], fault->name) == 0)
            return true;
    return count == 0;
}

int main(int argc, char **argv)
{
    unsigned kills = 200, documents = 5000, letter;
    uint64_t seed = (uint64_t)time(NULL);
    const char *build = getenv("GALLEY_BUILD");
    char galley[4096];
    bool well = true;

    while ((letter = (unsigned)getopt(argc, argv, "k:d:s:")) != (unsigned)-1) {
        switch (letter) {
        case 'k': kills = (unsigned)atoi(optarg); break;
        case 'd': documents = (unsigned)atoi(optarg); break;
        case 's': seed = strtoull(optarg, NULL, 10); break;
        default: return 2;
        }
    }
    if (kills == 0 || documents < kills)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    snprintf(galley, sizeof(galley), "%s/galley", build ? build : ".");
    printf("torture: seed %llu\n%-10s %6s %10s %9s %6s %6s\n",
           (unsigned long long)seed, "fault", "kills", "documents", "given up",
           "lost", "twice");
    for (const struct fault *f = faults; f->name; f++) {
        struct scene scene = {
            .fault = f, .galley = galley, .seed = seed,
            .most_kills = kills / f->part ? kills / f->part : 1,
            .documents = documents / f->part,
        };

        if (is_asked_for(f, argv + optind, argc - optind))
            well &= play(&scene);
    }
    return well ? 0 : 1;
}
