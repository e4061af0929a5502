/* What Prometheus is told, read by the rules of its text format 0.0.4. */
#include "support.h"

#include "../core/picture.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(metrics, .init = enter_scratch, .fini = leave_scratch, .timeout = 60);

enum { MOST_FAMILIES = 100, MOST_SAMPLES = 4000 };

struct reader {
    char families[MOST_FAMILIES][80], types[MOST_FAMILIES][16];
    size_t count;
    char *samples[MOST_SAMPLES]; /* names with labels: none comes twice */
    size_t sample_count;
    char bucket_of[2000]; /* the histogram that is being read */
    double le, cumulative;
};

static bool ends_with(const char *str, const char *end)
{
    size_t a = strlen(str), b = strlen(end);

    return a >= b && strcmp(str + a - b, end) == 0;
}

static size_t name_length(const char *str)
{
    size_t n = 0;

    while (isalpha((unsigned char)str[n]) || str[n] == '_' ||
           (n > 0 && isdigit((unsigned char)str[n])))
        n++;
    return n;
}

static void read_comment(struct reader *r, const char *line)
{
    char name[80], type[16];

    if (strncmp(line, "# HELP ", 7) == 0) {
        cr_assert(sscanf(line + 7, "%79s", name) == 1);
        for (size_t i = 0; i < r->count; i++)
            cr_expect(strcmp(r->families[i], name) != 0, "%s twice", name);
        cr_expect(strchr(line + 7, '.') != NULL, "no sentence: %s", line);
        strcpy(r->families[r->count], name);
        r->types[r->count++][0] = '\0';
        return;
    }
    cr_assert(sscanf(line, "# TYPE %79s %15s", name, type) == 2, "%s", line);
    cr_expect(eq(str, name, r->families[r->count - 1]));
    cr_expect(strcmp(type, "counter") == 0 || strcmp(type, "gauge") == 0 ||
              strcmp(type, "histogram") == 0, "%s", line);
    strcpy(r->types[r->count - 1], type);
    cr_expect(eq(int, ends_with(name, "_total"), strcmp(type, "counter") == 0),
              "%s", line);
}

/* Reads labels up to the closing brace; their unescaped values into `le`. */
static const char *read_labels(const char *at, char *le)
{
    for (;;) {
        size_t n = name_length(at), len = 0;
        bool is_le = n == 2 && strncmp(at, "le", 2) == 0;

        cr_assert(n > 0 && at[n] == '=' && at[n + 1] == '"', "%s", at);
        for (at += n + 2; *at != '"'; at++) {
            cr_assert(eq(int, at[0] && at[0] != '\n', 1));
            if (*at == '\\')
                cr_assert(strchr("\\\"n", *++at) != NULL);
            if (is_le)
                le[len++] = *at;
        }
        if (is_le)
            le[len] = '\0';
        if (*++at == '}')
            return at + 1;
        cr_assert(eq(chr, at[0], ','));
        at++;
    }
}

static void read_bucket(struct reader *r, const char *series, const char *le,
                        double value)
{
    double bound = strtod(le, NULL); /* "+Inf" too */
    size_t same = strlen(series) - strlen(strstr(series, "le=\""));

    if (strncmp(r->bucket_of, series, same) != 0) {
        r->le = r->cumulative = -1;
        snprintf(r->bucket_of, sizeof(r->bucket_of), "%s", series);
    }
    cr_expect(gt(dbl, bound, r->le), "%s", series);
    cr_expect(ge(dbl, value, r->cumulative), "%s", series);
    r->le = bound;
    r->cumulative = value;
}

static void read_sample(struct reader *r, const char *line)
{
    const char *family = r->families[r->count - 1];
    const char *type = r->types[r->count - 1], *at;
    size_t n = name_length(line);
    char name[100], le[100] = "", *end;
    double value;

    snprintf(name, sizeof(name), "%.*s", (int)n, line);
    cr_assert(line[n] == '{', "%s", line);
    at = read_labels(line + n + 1, le);
    cr_assert(eq(chr, at[0], ' '));
    value = strtod(at + 1, &end);
    cr_assert(end > at + 1 && *end == '\0', "%s", line);
    r->samples[r->sample_count] = strndup(line, (size_t)(at - line));
    for (size_t i = 0; i < r->sample_count; i++)
        cr_expect(strcmp(r->samples[i], r->samples[r->sample_count]) != 0,
                  "%s twice", line);
    r->sample_count++;
    if (strcmp(type, "histogram") != 0) {
        cr_expect(eq(str, name, (char *)family));
        return;
    }
    cr_expect(strncmp(name, family, strlen(family)) == 0, "%s", line);
    if (ends_with(name, "_bucket"))
        read_bucket(r, r->samples[r->sample_count - 1], le, value);
    else if (ends_with(name, "_count"))
        cr_expect(epsilon_eq(dbl, value, r->cumulative, 0), "%s", line);
    else
        cr_expect(ends_with(name, "_sum"), "%s", line);
}

static void read_metrics(char *text)
{
    struct reader *r = calloc(1, sizeof(*r));

    cr_expect(ends_with(text, "\n"));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (line[0] == '#')
            read_comment(r, line);
        else
            read_sample(r, line);
    }
    cr_expect(gt(sz, r->count, 20));
    for (size_t i = 0; i < r->sample_count; i++)
        free(r->samples[i]);
    free(r);
}

static char *metrics(const char *id, const char *counter, const char *reason)
{
    struct error error = {0};
    int fd;
    struct figures *f = figures_open("figures", "news.conf", &fd, &error);
    struct picture *p = picture_new("figures", &error);
    struct figures_stage stages[3] = {{.id = "fetch", .lanes = 1},
                                      {.lanes = 2}, {.id = "export",
                                                     .lanes = 1}};
    gly_buf out = {0};
    gly_doc *doc = doc_of("x");

    snprintf(stages[1].id, sizeof(stages[1].id), "%s", id);
    cr_assert(figures_lay_out(f, fd, stages, 3));
    for (unsigned i = 0; i < 2; i++) {
        struct figures_cell *cell = figures_cell(f, 1, i);

        counters_add(&cell->counters, counter, 1);
        counters_add(&cell->counters, "now feeds waiting", 4);
        stats_add_time(&cell->stats, 0);
        stats_add_time(&cell->stats, 1500);
        stats_add_time(&cell->stats, UINT64_MAX / 4);
    }
    doc->trip.ticket = "t";
    doc->trip.result = -1;
    doc->trip.stage = id;
    doc->trip.reason = reason;
    figures_out(f, doc, 1);
    figures_back(f, doc, 3000000);
    picture_take(p);
    picture_metrics(&out, p);
    doc_free(doc);
    picture_free(p);
    figures_close(f);
    return out.data;
}

Test(metrics, they_are_what_prometheus_reads)
{
    char *text = metrics("clean", "spaces", "no text");

    cr_expect(strstr(text, "galley_stage_seconds_bucket{pipeline=\"news\","
                     "stage=\"clean\",le=\"1.024e-06\"} 2\n") != NULL);
    cr_expect(strstr(text, "stage=\"clean\",le=\"2.048e-06\"} 4\n") != NULL);
    cr_expect(strstr(text, "stage=\"clean\",le=\"274.877907\"} 4\n") != NULL);
    cr_expect(strstr(text, "stage=\"clean\",le=\"+Inf\"} 6\n") != NULL);
    cr_expect(strstr(text, "galley_stage_counts_total{pipeline=\"news\","
                     "stage=\"clean\",name=\"spaces\"} 2\n") != NULL);
    cr_expect(strstr(text, "galley_stage_now{pipeline=\"news\",stage=\"clean\","
                     "name=\"feeds waiting\"} 8\n") != NULL);
    cr_expect(strstr(text, "galley_failures_total{pipeline=\"news\","
                     "stage=\"clean\",reason=\"no text\"} 1\n") != NULL);
    cr_expect(strstr(text, "galley_documents_total{pipeline=\"news\","
                     "result=\"failed\"} 1\n") != NULL);
    read_metrics(text);
    free(text);
}

Test(metrics, labels_are_escaped)
{
    char *text = metrics("cl\"ean\\\n", "sp\\aces\n\"", "it's\\ \"\n}");

    cr_expect(strstr(text, "stage=\"cl\\\"ean\\\\\\n\"") != NULL, "%s", text);
    read_metrics(text);
    free(text);
}

Test(metrics, what_is_no_utf8_is_not_told)
{
    char *text = metrics("cl\xFF" "ean", "sp\xC3", "\xE2\x82 reason");

    cr_expect(eq(sz, gly_utf8_valid(text, strlen(text)), strlen(text)));
    read_metrics(text);
    free(text);
}
