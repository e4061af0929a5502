/* torture-web.c: documents that are pages of a server which misbehaves. */
#include "torture.h"

#include "support-server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOSTS = 8 };

static void answer_well(struct visit *v, unsigned number)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    write_text(out, number);
    fclose(out);
    visit_answer(v, 200, "Content-Type: text/plain\r\n", text, len);
    free(text);
}

static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                           "Content-Length: 5000\r\n\r\nDocument";

/* Every other page the first two times it is asked for. */
static bool misbehave(void *arg, struct visit *v)
{
    unsigned number;

    (void)arg;
    if (sscanf(v->path, "/page/%u", &number) != 1)
        return false;
    if (number % 2 == 0 || v->times > 2) {
        answer_well(v, number);
        return true;
    }
    v->close = true;
    switch ((number / 2 + v->times) % 6) {
    case 0: /* hangs, before it says anything */
        visit_hang(v);
        break;
    case 1: /* hangs in the middle */
        visit_send(v, head, sizeof(head) - 1);
        visit_hang(v);
        break;
    case 2: /* drips */
        visit_send(v, head, sizeof(head) - 1);
        while (visit_send(v, ".", 1))
            wait_ms(20);
        break;
    case 3:
        visit_reset(v);
        break;
    case 4: /* lies about its length, and goes */
        visit_send(v, head, sizeof(head) - 1);
        break;
    case 5:
        visit_answer(v, 503, "Retry-After: 0\r\n", "later", 5);
        break;
    }
    v->status = 200; /* something was sent */
    return true;
}

bool web_open(struct scene *s)
{
    s->store = server_new(0, misbehave, NULL);
    return s->store != NULL;
}

void web_feed(struct scene *s, unsigned count)
{
    char name[64];
    FILE *file = fopen(".new", "w");

    for (unsigned end = s->fed + count; s->fed < end; s->fed++)
        fprintf(file, "http://h%u.localhost:%u/page/%06u\n", s->fed % HOSTS,
                server_port(s->store), s->fed);
    fclose(file);
    snprintf(name, sizeof(name), "in/%06u.urls", s->fed);
    rename(".new", name);
}

void web_close(struct scene *s)
{
    server_free(s->store);
}
