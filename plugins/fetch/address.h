/* address.h: which addresses are of the public internet. */
#ifndef FETCH_ADDRESS_H
#define FETCH_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Addresses that begin with the same `bits`; those of IPv4 as ::ffff:a.b.c.d. */
struct range {
    unsigned char start[16];
    unsigned bits;
};

/* "10.0.0.0/8", "fd00::/8", "192.0.2.7". False for anything else. */
bool range_read(const char *text, struct range *range);
/* Whether it may be connected to: of the public internet, or in one of ranges.
 * One of IPv6 that stands for one of IPv4 is what that one is. */
bool address_allowed(const struct sockaddr *address, const struct range *ranges,
                     size_t count);

#endif
