#include "url.h"

#include <curl/curl.h>
#include <galley/text.h>
#include <stdlib.h>
#include <string.h>

enum { HOST_MOST = 255 }; /* bytes; of DNS, and more than any other has */

static void lower(char *str)
{
    for (; *str; str++)
        if (*str >= 'A' && *str <= 'Z')
            *str |= 32;
}

static char *get(CURLU *parts, CURLUPart part, unsigned flags)
{
    char *value = NULL, *copy = NULL;

    if (curl_url_get(parts, part, &value, flags) == CURLUE_OK)
        copy = strdup(value);
    curl_free(value);
    return copy;
}

static bool has(CURLU *parts, CURLUPart part)
{
    char *value = get(parts, part, 0);

    free(value);
    return value != NULL;
}

static const char *judge(CURLU *parts, const char *text)
{
    char *scheme;
    bool spoken;

    if (strlen(text) > URL_MOST)
        return "the address is too long";
    if (gly_utf8_valid(text, strlen(text)) < strlen(text) ||
        curl_url_set(parts, CURLUPART_URL, text,
                     CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return "not an address of the web";
    scheme = get(parts, CURLUPART_SCHEME, 0);
    spoken = scheme && (strcmp(scheme, "http") == 0 ||
                        strcmp(scheme, "https") == 0);
    free(scheme);
    if (!spoken)
        return "neither http nor https";
    if (has(parts, CURLUPART_USER) || has(parts, CURLUPART_PASSWORD))
        return "the address has a user's name or a password in it";
    return NULL;
}

static char *join(const char *a, const char *between, const char *b)
{
    gly_buf whole = { 0 };

    gly_buf_printf(&whole, "%s%s%s", a, between, b);
    return whole.data;
}

/* What an escape in a host's name stands for is looked at only here. */
static const char *judge_host(const struct url *url)
{
    size_t len = strlen(url->host);

    if (len > HOST_MOST)
        return "the host's name is too long";
    return gly_utf8_valid(url->host, len) < len ? "not an address of the web"
                                                : NULL;
}

static bool take_apart(CURLU *parts, struct url *url)
{
    char *scheme = get(parts, CURLUPART_SCHEME, 0);
    char *port = get(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    char *path = get(parts, CURLUPART_PATH, 0);
    char *query = get(parts, CURLUPART_QUERY, 0);
    char *site = NULL;

    url->whole = get(parts, CURLUPART_URL, 0);
    url->host = get(parts, CURLUPART_HOST, 0);
    if (scheme && port && path && url->host) {
        size_t len = strlen(url->host);

        lower(url->host);
        if (len > 1 && url->host[len - 1] == '.')
            url->host[len - 1] = '\0';
        site = join(scheme, "://", url->host);
        url->origin = join(site, ":", port);
        url->path = join(path, query ? "?" : "", query ? query : "");
    }
    free(site);
    free(scheme);
    free(port);
    free(path);
    free(query);
    return url->whole && url->origin;
}

bool url_read(struct url *url, const char *text, const char **why)
{
    CURLU *parts = curl_url();

    *url = (struct url){ 0 };
    *why = parts ? judge(parts, text) : "no memory";
    if (!*why) {
        curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0);
        *why = take_apart(parts, url) ? judge_host(url)
                                      : "not an address of the web";
    }
    if (*why)
        url_finish(url);
    curl_url_cleanup(parts);
    return !*why;
}

void url_finish(struct url *url)
{
    free(url->whole);
    free(url->origin);
    free(url->host);
    free(url->path);
    *url = (struct url){ 0 };
}
