/* Figures written by a worker, and the picture that others take of them. */
#include "support.h"

#include "../core/picture.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(figures, .init = enter_scratch, .fini = leave_scratch, .timeout = 60);

static const uint64_t second = 1000000000;

static int fd; /* of the figures that were opened last */

static struct figures *open_figures(void)
{
    struct error error = {0};
    struct figures *f = figures_open("figures", "/etc/news.conf", &fd, &error);

    cr_assert(f != NULL, "%s", error.text);
    return f;
}

static struct picture *open_picture(void)
{
    struct error error = {0};
    struct picture *p = picture_new("figures", &error);

    cr_assert(p != NULL, "%s", error.text);
    return p;
}

static void lay_out(struct figures *f, const char *first, unsigned lanes,
                    const char *second_id)
{
    struct figures_stage stages[2] = {{.lanes = lanes}, {.lanes = 1}};

    snprintf(stages[0].id, sizeof(stages[0].id), "%s", first);
    snprintf(stages[1].id, sizeof(stages[1].id), "%s", second_id);
    cr_assert(figures_lay_out(f, fd, stages, 2));
}

/* A document out and back, that ended so and at that time. */
static void pass(struct figures *f, const char *id, const char *text,
                 int result, const char *reason, uint64_t at)
{
    gly_doc *doc = doc_of(text);

    gly_set(doc, "id", id);
    gly_mark(doc, "words", 0, (gly_pos)strcspn(text, " "), "first");
    doc->trip.ticket = "in/a.txt";
    doc->trip.result = result;
    doc->trip.stage = "clean";
    doc->trip.reason = reason;
    doc->trip.bytes = strlen(text);
    figures_out(f, doc, at);
    if (doc->trip.times)
        doc->trip.times[1] = 5000;
    figures_back(f, doc, at + 7000);
    doc_free(doc);
}

static uint64_t documents(const struct picture *p, unsigned stage)
{
    return stats_get(&p->stages[stage].stats.documents);
}

Test(figures, lanes_of_a_stage_are_seen_as_one)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();

    lay_out(f, "clean", 3, "export");
    for (unsigned i = 0; i < 3; i++) {
        struct figures_cell *cell = figures_cell(f, 0, i);

        stats_add(&cell->stats.documents, 10 + i);
        stats_add_time(&cell->stats, 1000 * (i + 1));
        counters_add(&cell->counters, "spaces", 2);
        cell->waiting = i;
        cell->room = 64;
    }
    cr_expect(figures_cell(f, 0, 3) == NULL);
    cr_expect(figures_cell(f, 2, 0) == NULL);
    picture_take(p);
    cr_expect(eq(str, p->name, "news"));
    cr_expect(eq(uint, p->stage_count, 2));
    cr_expect(eq(uint, p->stages[0].lanes, 3));
    cr_expect(eq(u64, documents(p, 0), 33));
    cr_expect(eq(u64, stats_get(&p->stages[0].stats.ns), 6000));
    cr_expect(eq(u64, p->stages[0].waiting, 3));
    cr_expect(eq(u64, p->stages[0].room, 192));
    cr_expect(eq(str, p->stages[0].counters.at[0].name, "spaces"));
    cr_expect(epsilon_eq(dbl, p->stages[0].counters.at[0].value, 6, 0));
    picture_free(p);
    figures_close(f);
}

Test(figures, a_next_process_goes_on_counting_but_not_with_states)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();

    lay_out(f, "clean", 2, "export");
    for (unsigned i = 0; i < 2; i++) {
        stats_add(&figures_cell(f, 0, i)->stats.documents, 5);
        counters_add(&figures_cell(f, 0, i)->counters, "spaces", 1);
        counters_add(&figures_cell(f, 0, i)->counters, "now feeds waiting", 9);
    }
    stats_add(&figures_cell(f, 1, 0)->stats.documents, 7);
    lay_out(f, "entity", 1, "clean");
    stats_add(&figures_cell(f, 1, 0)->stats.documents, 1);
    picture_take(p);
    cr_expect(eq(u64, documents(p, 0), 0));
    cr_expect(eq(u64, documents(p, 1), 11));
    cr_expect(eq(uint, p->stages[1].counters.count, 1));
    cr_expect(epsilon_eq(dbl, p->stages[1].counters.at[0].value, 2, 0));
    picture_free(p);
    figures_close(f);
}

Test(figures, stages_beyond_the_room_are_not_followed_and_the_others_are)
{
    static struct figures_stage stages[FIGURES_STAGES + 6];
    struct figures *f = open_figures();

    for (size_t i = 0; i < FIGURES_STAGES + 6; i++)
        stages[i].lanes = i == 3 ? FIGURES_CELLS : 1;
    cr_expect(figures_lay_out(f, fd, stages, FIGURES_STAGES + 6));
    cr_expect(figures_cell(f, 2, 0) != NULL);
    cr_expect(figures_cell(f, 3, 0) == NULL);
    cr_expect(figures_cell(f, 4, 0) != NULL);
    cr_expect(figures_cell(f, FIGURES_STAGES - 1, 0) != NULL);
    cr_expect(figures_cell(f, FIGURES_STAGES, 0) == NULL);
    figures_close(f);
}

Test(figures, the_last_documents_are_kept_whole_the_newest_first)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();

    lay_out(f, "fetch", 1, "clean");
    for (int i = 0; i < 30; i++) {
        char id[16];

        snprintf(id, sizeof(id), "doc %d", i);
        pass(f, id, "Kim spoke.", i == 29, "too short", (uint64_t)i * second);
    }
    picture_take(p);
    cr_expect(eq(uint, p->document_count, FIGURES_DOCUMENTS));
    cr_expect(eq(str, p->documents[0].id, "doc 29"));
    cr_expect(eq(str, p->documents[0].dropped, "too short"));
    cr_expect(eq(str, p->documents[0].dropped_by, "clean"));
    cr_expect(eq(str, p->documents[1].id, "doc 28"));
    cr_expect(eq(str, p->documents[1].dropped, ""));
    cr_expect(eq(str, p->documents[1].text, "Kim spoke."));
    cr_expect(eq(u64, p->documents[1].took, 7000));
    cr_expect(eq(u64, p->documents[1].times[1], 5000));
    cr_expect(eq(str, p->documents[1].layers[0], "words"));
    cr_expect(eq(uint, p->documents[1].spans[0].end, 3));
    cr_expect(eq(u64, p->done, 29));
    cr_expect(eq(u64, p->dropped, 1));
    picture_free(p);
    figures_close(f);
}

Test(figures, of_many_documents_a_few_a_second_are_kept)
{
    struct figures *f = open_figures();

    lay_out(f, "fetch", 1, "clean");
    for (uint64_t i = 0; i < 100000; i++)
        pass(f, "a", "x", 0, NULL, second + i * 100000);
    cr_expect(eq(u64, f->done, 100000));
    cr_expect(le(u64, f->document_count, FIGURES_DOCUMENTS + 4 * 10 + 1));
    cr_expect(ge(u64, f->document_count, 4 * 10));
    figures_close(f);
}

Test(figures, a_long_text_is_cut_between_characters_and_spans_with_it)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();
    gly_buf text = {0};
    gly_doc *doc;

    lay_out(f, "fetch", 1, "clean");
    gly_buf_puts(&text, "x");
    for (int i = 0; i < 5000; i++)
        gly_buf_puts(&text, "€");
    doc = doc_of(text.data);
    gly_mark(doc, "all", 0, (gly_pos)text.len, "whole");
    gly_mark(doc, "all", 12001, (gly_pos)text.len, "beyond");
    doc->trip.ticket = "";
    figures_out(f, doc, 0);
    figures_back(f, doc, 0);
    picture_take(p);
    cr_expect(eq(uint, p->documents[0].text_len % 3, 1));
    cr_expect(lt(uint, p->documents[0].text_len, FIGURES_TEXT));
    cr_expect(eq(uint, p->documents[0].whole_len, 15001));
    cr_expect(eq(uint, p->documents[0].span_count, 1));
    cr_expect(eq(uint, p->documents[0].spans[0].end,
                 p->documents[0].text_len));
    doc_free(doc);
    gly_buf_finish(&text);
    picture_free(p);
    figures_close(f);
}

Test(figures, failures_are_counted_by_reason_without_what_varies)
{
    static const char *const reasons[][2] = {
        { "cannot open in/a.txt: No such file", "cannot open ... No such file" },
        { "cannot open /b: No such file", "cannot open ... No such file" },
        { "status 404 after 2 tries", "status N after N tries" },
        { "status 503 after 12 tries", "status N after N tries" },
        { "no field \"author\" here", "no field ... here" },
        { "an \"open quote", "an \"open quote" },
        { "", "" },
    };
    struct figures *f = open_figures();
    struct picture *p = open_picture();

    lay_out(f, "fetch", 1, "clean");
    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
        pass(f, "a", "x", -1, reasons[i][0], second);
    picture_take(p);
    cr_expect(eq(uint, p->reason_count, 5));
    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
        bool found = false;

        for (unsigned r = 0; r < p->reason_count; r++)
            found |= strcmp(p->reasons[r].reason, reasons[i][1]) == 0;
        cr_expect(found, "%s", reasons[i][0]);
    }
    cr_expect(eq(u64, stats_get(&p->reasons[0].count), 2));
    cr_expect(eq(uint, p->failure_count, 7));
    cr_expect(eq(str, p->failures[6].reason, (char *)reasons[0][0]));
    cr_expect(eq(str, p->failures[6].ticket, "in/a.txt"));
    picture_free(p);
    figures_close(f);
}

Test(figures, reasons_beyond_the_room_are_counted_together)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();

    lay_out(f, "fetch", 1, "clean");
    for (int i = 0; i < 100; i++) {
        char reason[] = "reason aa";

        reason[7] = (char)('a' + i / 26);
        reason[8] = (char)('a' + i % 26);
        pass(f, "a", "x", -1, reason, second);
    }
    picture_take(p);
    cr_expect(eq(uint, p->reason_count, FIGURES_REASONS));
    cr_expect(eq(str, p->reasons[FIGURES_REASONS - 1].reason, "others"));
    cr_expect(eq(u64, stats_get(&p->reasons[FIGURES_REASONS - 1].count),
                 100 - (FIGURES_REASONS - 1)));
    cr_expect(eq(uint, p->failure_count, FIGURES_FAILURES));
    cr_expect(eq(u64, p->failed, 100));
    picture_free(p);
    figures_close(f);
}

Test(figures, rates_are_those_of_the_last_seconds)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();

    lay_out(f, "fetch", 1, "clean");
    picture_take(p);
    cr_expect(epsilon_eq(dbl, p->done_rate, 0, 0));
    for (int i = 0; i < 500; i++)
        pass(f, "a", "x", 0, NULL, second);
    usleep(1100 * 1000);
    picture_take(p);
    cr_expect(gt(dbl, p->done_rate, 0));
    cr_expect(lt(dbl, p->done_rate, 500));
    picture_free(p);
    figures_close(f);
}

Test(figures, another_worker_has_a_file_of_its_own)
{
    struct figures *f = open_figures(), *next;
    struct picture *p = open_picture();

    pass(f, "a", "x", 0, NULL, second);
    picture_take(p);
    cr_expect(eq(u64, p->done, 1));
    next = open_figures();
    picture_take(p);
    cr_expect(eq(u64, p->done, 0));
    pass(f, "b", "x", 0, NULL, second); /* nobody looks, nothing breaks */
    picture_free(p);
    figures_close(f);
    figures_close(next);
}

Test(figures, a_worker_that_says_nothing_is_gone_and_one_that_ended_has_stopped)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();

    figures_set_state(f, FIGURES_STARTING);
    picture_take(p);
    cr_expect(eq(str, (char *)picture_state(p), "starting"));
    cr_expect(picture_illness(p) == NULL);
    cr_expect(eq(str, (char *)picture_unreadiness(p), "starting"));
    figures_set_state(f, FIGURES_RUNNING);
    picture_take(p);
    cr_expect(picture_unreadiness(p) == NULL);
    f->pulse -= 11000;
    picture_take(p);
    cr_expect(eq(str, (char *)picture_state(p), "gone"));
    cr_expect(picture_illness(p) != NULL);
    figures_set_state(f, FIGURES_STOPPED);
    picture_take(p);
    cr_expect(eq(str, (char *)picture_state(p), "stopped"));
    picture_free(p);
    figures_close(f);
}

Test(figures, a_worker_is_stuck_when_nothing_comes_back_for_too_long)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();

    figures_set_state(f, FIGURES_RUNNING);
    f->patience = 3000;
    f->moved = figures_now() - 5000;
    picture_take(p);
    cr_expect(picture_illness(p) == NULL);
    f->under_way = 3;
    picture_take(p);
    cr_expect(picture_illness(p) != NULL);
    f->patience = 0; /* no deadlines: nobody can tell */
    picture_take(p);
    cr_expect(picture_illness(p) == NULL);
    picture_free(p);
    figures_close(f);
}

Test(figures, other_files_are_refused)
{
    struct error error = {0};

    cr_expect(picture_new("none", &error) == NULL);
    put_file("figures", "x");
    cr_expect(picture_new("figures", &error) == NULL);
    cr_expect(eq(str, error.text, "figures: no figures of a worker"));
    figures_close(open_figures());
    cr_assert(truncate("figures", 100000) == 0);
    cr_expect(picture_new("figures", &error) == NULL);
    open_figures()->magic++;
    cr_expect(picture_new("figures", &error) == NULL);
    cr_expect(eq(str, error.text,
                 "figures: figures of another version of galley"));
}

/* ---- whatever stands in the file ---- */

static void expect_sound(const struct picture *p)
{
    gly_buf out = {0};
    struct json_object *json;

    for (unsigned i = 0; i < p->document_count; i++) {
        const struct figures_document *d = &p->documents[i];

        for (unsigned s = 0; s < d->span_count; s++) {
            cr_assert(lt(uint, d->spans[s].begin, d->spans[s].end));
            cr_assert(le(uint, d->spans[s].end, d->text_len));
            cr_assert(lt(uint, d->spans[s].layer, d->layer_count));
        }
    }
    picture_metrics(&out, p);
    cr_expect(eq(sz, gly_utf8_valid(out.data, out.len), out.len));
    out.len = 0;
    picture_draw(&out, p, 0, false);
    cr_expect(eq(sz, gly_utf8_valid(out.data, out.len), out.len));
    for (size_t i = 0; i < out.len; i++)
        cr_assert(out.data[i] == '\n' || (unsigned char)out.data[i] >= 0x20);
    out.len = 0;
    picture_json(&out, p, 0);
    json = json_tokener_parse(out.data);
    cr_expect(json != NULL);
    json_object_put(json);
    gly_buf_finish(&out);
}

Test(figures, a_file_that_a_crash_spoilt_gives_a_sound_picture)
{
    struct figures *f = open_figures();
    struct dice dice = {0};
    size_t size = offsetof(struct figures, cells) + 3 * sizeof(*f->cells);

    lay_out(f, "clean", 2, "export");
    for (int round = 0; round < 30; round++) {
        struct picture *p = open_picture();
        unsigned char *bytes = (unsigned char *)f;

        /* Whole ranges, with few and with many bits set. */
        for (int i = 0; i < 300; i++) {
            size_t at = roll(&dice, (unsigned)size);
            size_t end = at + roll(&dice, 3000);
            unsigned most = roll(&dice, 2) ? 256 : 3;

            for (; at < end && at < size; at++)
                bytes[at] = (unsigned char)roll(&dice, most);
        }
        f->magic = FIGURES_MAGIC;
        f->layout = 0;
        for (int i = 0; i < FIGURES_DOCUMENTS; i++)
            f->documents[i].number = 2 * (unsigned)(i + 1);
        picture_take(p);
        expect_sound(p);
        picture_free(p);
    }
    lay_out(f, "clean", 1, "export"); /* a next process */
    figures_close(f);
}

Test(figures, a_next_process_begins_on_a_file_that_a_crash_spoilt)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();

    lay_out(f, "clean", 2, "export");
    f->layout++;
    f->stages[0].first = 3000000;
    f->stages[1].lanes = 4000000;
    f->cells[2].counters.count = 4000000000;
    lay_out(f, "clean", 1, "export");
    f->cells[0].counters.count = 4000000000;
    lay_out(f, "clean", 1, "export");
    picture_take(p);
    cr_expect(eq(uint, p->stage_count, 2));
    cr_expect(eq(str, p->stages[1].id, "export"));
    picture_free(p);
    figures_close(f);
}

/* One process writes entries of one letter each, the other looks meanwhile. */
Test(figures, an_entry_is_seen_whole_or_not_at_all)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();
    pid_t writer = fork();
    unsigned seen = 0;

    if (writer == 0) {
        char text[4000];

        for (uint64_t i = 0; i < 20000; i++) {
            memset(text, (int)('a' + i % 26), sizeof(text) - 1);
            text[sizeof(text) - 1] = '\0';
            pass(f, text, text, 0, NULL, i * second);
        }
        _exit(0);
    }
    while (waitpid(writer, NULL, WNOHANG) == 0) {
        picture_take(p);
        for (unsigned i = 0; i < p->document_count; i++) {
            const char *text = p->documents[i].text;
            const char letter[] = {text[0], '\0'};

            cr_assert(eq(sz, strspn(text, letter), 3999));
            cr_assert(eq(chr, p->documents[i].id[0], text[0]));
            seen++;
        }
    }
    cr_expect(gt(uint, seen, 0));
    picture_free(p);
    figures_close(f);
}

/* ---- shown in a terminal ---- */

Test(figures, what_documents_say_does_not_steer_a_terminal)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();
    gly_buf out = {0};

    lay_out(f, "fetch\033[2J", 1, "clean");
    counters_add(&figures_cell(f, 1, 0)->counters, "a\033]0;b\a", 1);
    pass(f, "\033[31mred\xC2\x9B" "2J\n\xD8\x9C\xE2\x80\xAEright", "x", 0, NULL,
         second);
    pass(f, "b", "x", -1, "why\033[5m\rnot", second);
    picture_take(p);
    picture_draw(&out, p, 0, false);
    expect_sound(p);
    cr_expect(strstr(out.data, "[31mred") != NULL, "%s", out.data);
    cr_expect(strstr(out.data, "\xC2\x9B") == NULL);
    cr_expect(strstr(out.data, "\xE2\x80\xAE") == NULL);
    cr_expect(strstr(out.data, "\xD8\x9C") == NULL);
    cr_expect(strchr(out.data, '\r') == NULL);
    gly_buf_finish(&out);
    picture_free(p);
    figures_close(f);
}

Test(figures, a_terminal_is_never_overfull)
{
    struct figures *f = open_figures();
    struct picture *p = open_picture();

    lay_out(f, "fetch", 1, "clean");
    for (int i = 0; i < 60; i++) {
        counters_add(&figures_cell(f, 1, 0)->counters, "spaces", 1);
        pass(f, "a", "x", i % 2 ? -1 : 0, i % 3 ? "why" : "not",
             (uint64_t)i * second);
    }
    picture_take(p);
    for (unsigned rows = 3; rows < 60; rows++) {
        gly_buf out = {0};

        picture_draw(&out, p, rows, true);
        cr_expect(lt(sz, count_lines(out.data), rows), "%u", rows);
        gly_buf_finish(&out);
    }
    picture_free(p);
    figures_close(f);
}
