/* store.c: what is known of a feed over processes: a line a value. */
#include "feed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char table[] = "feeds";
static const double YEAR = 365.0 * 86400;

static void add_string(gly_buf *out, const char *name, const char *value)
{
    if (value && !strchr(value, '\n'))
        gly_buf_printf(out, "%s %s\n", name, value);
}

void store_feed(struct feeds *feeds, const struct feed *feed)
{
    gly_buf row = {0};

    gly_buf_printf(&row, "due %.3f\npolled %.3f\npace %.3f\nhint %.3f\n"
                   "sum %" PRIx64 "\nhours %" PRIx32 "\ndays %" PRIx32 "\n"
                   "failures %u\nknown %d\nmore %d\nindex %d\ngone %d\n",
                   feed->due, feed->polled, feed->pace, feed->hint, feed->sum,
                   feed->skip_hours, feed->skip_days, feed->failures,
                   feed->known, feed->more, feed->is_index, feed->gone);
    add_string(&row, "moved", feed->moved);
    add_string(&row, "etag", feed->etag);
    add_string(&row, "modified", feed->modified);
    gly_remember(feeds->stage, table, feed->address, row.data, YEAR);
    gly_buf_finish(&row);
}

static void set_value(struct feed *f, const char *name, const char *value)
{
    const struct {
        const char *name;
        double *number;
    } numbers[] = {
        { "due", &f->due }, { "polled", &f->polled }, { "pace", &f->pace },
        { "hint", &f->hint },
    };
    const struct {
        const char *name;
        uint32_t *bits;
    } bits[] = {
        { "hours", &f->skip_hours }, { "days", &f->skip_days },
    };
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {
        { "known", &f->known }, { "more", &f->more }, { "index", &f->is_index },
        { "gone", &f->gone },
    };
    const struct {
        const char *name;
        char **string;
    } strings[] = {
        { "moved", &f->moved }, { "etag", &f->etag },
        { "modified", &f->modified },
    };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        if (strcmp(name, numbers[i].name) == 0)
            *numbers[i].number = strtod(value, NULL);
    for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
        if (strcmp(name, bits[i].name) == 0)
            *bits[i].bits = (uint32_t)strtoul(value, NULL, 16);
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (strcmp(name, flags[i].name) == 0)
            *flags[i].flag = *value == '1';
    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
        if (strcmp(name, strings[i].name) == 0)
            *strings[i].string = strdup(value);
    if (strcmp(name, "sum") == 0)
        f->sum = strtoull(value, NULL, 16);
    else if (strcmp(name, "failures") == 0)
        f->failures = (unsigned)strtoul(value, NULL, 10);
}

bool recall_feed(struct feeds *feeds, struct feed *feed)
{
    gly_buf row = {0};
    bool known = gly_recall(feeds->stage, table, feed->address, &row);

    for (char *at = row.data; known && at && *at;) {
        char *end = at + strcspn(at, "\n"), *space = at + strcspn(at, " \n");
        bool last = *end == '\0';

        *end = '\0';
        if (*space == ' ') {
            *space = '\0';
            set_value(feed, at, space + 1);
        }
        at = end + !last;
    }
    gly_buf_finish(&row);
    return known;
}
