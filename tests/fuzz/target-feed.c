/* target-feed.c: any bytes as a feed, from the file to the documents. Twice the
 * same feed has the same items.
 *
 * The first byte says which settings: see `settings`.
 */
#include "target.h"

#include "../../core/doc.h"
#include "../../core/log.h"
#include "../../core/registry.h"

#include <galley/harness.h>
#include <galley/record.h>
#include <galley/text.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const settings[] = {
    "first = 100000; max_age = \"0\";",
    "first = 2; max_age = \"0\";",
    "max_items = 1; updates = true;",
};

static void check_item(gly_doc *doc, gly_buf *out)
{
    const char *uri = gly_get(doc, "uri", 0);

    must(gly_get(doc, "id", 0) != NULL, "an item has no id");
    must(!uri || strncasecmp(uri, "http", 4) == 0,
         "an address is none of the web");
    doc->at_source = false;
    check_doc(doc);
    check_records(doc);
    gly_record_add(out, doc, NULL);
}

static void read_feed(const char *data, size_t size, const char *how,
                      gly_buf *out)
{
    int fd = memfd_create("input", MFD_CLOEXEC);
    char all[200], why[256] = "";
    gly_harness *h;

    must(fd >= 0 && gly_write_all(fd, data, size) == 0, "no file was made");
    snprintf(all, sizeof(all), "feeds = \"/proc/self/fd/%d\"; pages = false; "
             "max_document = \"1M\"; %s", fd, how);
    h = gly_harness_try("fetch-feed", all, why, sizeof(why));
    must(h || !strstr(why, "no plugin"), why);
    for (gly_doc *doc; h && (doc = gly_harness_pull(h)) != NULL;)
        check_item(doc, out);
    gly_harness_close(h);
    close(fd);
}

void target_open(void)
{
    log_set_level(GLY_ERROR);
    preload();
}

void target_close(void)
{
    registry_finish();
}

void target_run(const char *data, size_t size)
{
    gly_buf first = {0}, second = {0};
    const char *how;

    if (size == 0)
        return;
    how = settings[(unsigned char)data[0] % 3];
    gly_buf_puts(&first, "");
    gly_buf_puts(&second, "");
    read_feed(data + 1, size - 1, how, &first);
    read_feed(data + 1, size - 1, how, &second);
    must(strcmp(first.data, second.data) == 0, "it is another the second time");
    gly_buf_finish(&first);
    gly_buf_finish(&second);
}
