/* address.c: the ranges of IANA's registries of special-purpose addresses (IPv4
 * and IPv6, as of 2024), and what else is no single host of the internet. */
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* Of IPv4. */
static const struct {
    unsigned char start[4];
    unsigned bits;
} special[] = {
    { { 0, 0, 0, 0 }, 8 },        /* this network */
    { { 10, 0, 0, 0 }, 8 },       /* private */
    { { 100, 64, 0, 0 }, 10 },    /* shared by a provider's customers */
    { { 127, 0, 0, 0 }, 8 },      /* loopback */
    { { 169, 254, 0, 0 }, 16 },   /* link-local, also clouds' metadata */
    { { 172, 16, 0, 0 }, 12 },    /* private */
    { { 192, 0, 0, 0 }, 24 },     /* of protocols */
    { { 192, 0, 2, 0 }, 24 },     /* documentation */
    { { 192, 88, 99, 0 }, 24 },   /* relays of 6to4 */
    { { 192, 168, 0, 0 }, 16 },   /* private */
    { { 198, 18, 0, 0 }, 15 },    /* benchmarks */
    { { 198, 51, 100, 0 }, 24 },  /* documentation */
    { { 203, 0, 113, 0 }, 24 },   /* documentation */
    { { 224, 0, 0, 0 }, 4 },      /* multicast */
    { { 240, 0, 0, 0 }, 4 },      /* reserved, broadcast */
};

/* Of IPv6, within 2000::/3, beyond which nothing is public. */
static const struct range special6[] = {
    { { 0x20, 0x01, 0x00 }, 23 },             /* protocols, Teredo, benchmarks */
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 },       /* documentation */
    { { 0x3f, 0xff, 0x00 }, 20 },             /* documentation */
};
static const struct range global = { { 0x20 }, 3 };

/* Those that stand for one of IPv4, which begins at a byte of theirs. */
static const struct {
    struct range range;
    unsigned at;
} embedding[] = {
    { { { [10] = 0xff, 0xff }, 96 }, 12 },      /* ::ffff:a.b.c.d */
    { { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 }, /* NAT64 */
    { { { 0x20, 0x02 }, 16 }, 2 },              /* 6to4 */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool starts(const unsigned char *address, const unsigned char *start,
                   unsigned bits)
{
    unsigned bytes = bits / 8, rest = bits % 8;
    unsigned char mask = (unsigned char)(0xff << (8 - rest));

    return memcmp(address, start, bytes) == 0 &&
           (rest == 0 || ((address[bytes] ^ start[bytes]) & mask) == 0);
}

static bool is_public4(const unsigned char *address)
{
    for (size_t i = 0; i < COUNT(special); i++)
        if (starts(address, special[i].start, special[i].bits))
            return false;
    return true;
}

static bool is_public6(const unsigned char *address)
{
    for (size_t i = 0; i < COUNT(embedding); i++)
        if (starts(address, embedding[i].range.start, embedding[i].range.bits))
            return is_public4(address + embedding[i].at);
    for (size_t i = 0; i < COUNT(special6); i++)
        if (starts(address, special6[i].start, special6[i].bits))
            return false;
    return starts(address, global.start, global.bits);
}

static void map(const struct in_addr *from, unsigned char *to)
{
    memset(to, 0, 10);
    memset(to + 10, 0xff, 2);
    memcpy(to + 12, from, 4);
}

bool range_read(const char *text, struct range *range)
{
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    char address[INET6_ADDRSTRLEN];
    unsigned long bits, offset = 0;
    struct in_addr four;
    char *end;

    if (len >= sizeof(address))
        return false;
    memcpy(address, text, len);
    address[len] = '\0';
    if (inet_pton(AF_INET, address, &four) == 1) {
        map(&four, range->start);
        offset = 96;
    } else if (inet_pton(AF_INET6, address, range->start) != 1) {
        return false;
    }
    range->bits = 128;
    if (!slash)
        return true;
    bits = strtoul(slash + 1, &end, 10);
    range->bits = (unsigned)(offset + bits);
    return slash[1] >= '0' && slash[1] <= '9' && *end == '\0' &&
           bits <= 128 - offset;
}

bool address_allowed(const struct sockaddr *address, const struct range *ranges,
                     size_t count)
{
    unsigned char bytes[16];

    if (address->sa_family == AF_INET)
        map(&((const struct sockaddr_in *)(const void *)address)->sin_addr,
            bytes);
    else if (address->sa_family == AF_INET6)
        memcpy(bytes,
               &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
               16);
    else
        return false;
    for (size_t i = 0; i < count; i++)
        if (starts(bytes, ranges[i].start, ranges[i].bits))
            return true;
    return is_public6(bytes);
}
