#include "../plugins/fetch/address.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

static bool allowed(const char *text, const char *range)
{
    struct sockaddr_in four = { .sin_family = AF_INET };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
    struct range ranges[1];

    if (range)
        cr_assert(range_read(range, ranges), "%s", range);
    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return address_allowed((struct sockaddr *)&four, ranges,
                               range ? 1 : 0);
    cr_assert(inet_pton(AF_INET6, text, &six.sin6_addr) == 1, "%s", text);
    return address_allowed((struct sockaddr *)&six, ranges, range ? 1 : 0);
}

Test(web_address, those_of_the_public_internet_are_good)
{
    static const char *const good[] = {
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255",
        "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255",
        "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
        "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111",
        "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
        "2002:808:808::1", "3ffe::1",
    };

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        cr_expect(allowed(good[i], NULL), "%s", good[i]);
}

Test(web_address, all_others_are_refused)
{
    static const char *const bad[] = {
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1",
        "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1",
        "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1",
        "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "::ffff:169.254.169.254", "::ffff:0.0.0.0", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1",
        "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:db8::1",
        "2002:7f00:1::1", "2002:a00:1::1", "2002:c0a8:101::", "3fff::1",
        "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "fec0::1",
        "ff02::1", "4000::1",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect(not(allowed(bad[i], NULL)), "%s", bad[i]);
}

Test(web_address, a_range_makes_its_own_good)
{
    cr_expect(allowed("10.1.2.3", "10.1.0.0/16"));
    cr_expect(not(allowed("10.2.0.1", "10.1.0.0/16")));
    cr_expect(allowed("127.0.0.1", "127.0.0.1"));
    cr_expect(not(allowed("127.0.0.2", "127.0.0.1")));
    cr_expect(allowed("::ffff:10.1.2.3", "10.0.0.0/8"));
    cr_expect(allowed("fd00::7", "fd00::/8"));
    cr_expect(not(allowed("fe80::7", "fd00::/8")));
    cr_expect(allowed("::1", "::/0"));
    cr_expect(allowed("127.0.0.1", "0.0.0.0/0"));
    cr_expect(not(allowed("::1", "0.0.0.0/0")));
    cr_expect(allowed("192.168.1.129", "192.168.1.128/25"));
    cr_expect(not(allowed("192.168.1.127", "192.168.1.128/25")));
}

Test(web_address, what_is_no_range_is_refused)
{
    static const char *const wrong[] = {
        "", "/", "10", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
        "10.0.0.0/8x", "10.0.0.0/ 8", "fd00::/129", "fd00::/x", "example.org",
        "10.0.0.0/8/8", "10.0.0.0/99999999999999999999", "300.0.0.0/8",
    };
    struct range range;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        cr_expect(not(range_read(wrong[i], &range)), "%s", wrong[i]);
}

Test(web_address, other_families_are_refused)
{
    struct sockaddr local = { .sa_family = AF_UNIX };

    cr_expect(not(address_allowed(&local, NULL, 0)));
}
