/* server: the server of support-server.h as a program, until it is ended.
 *
 *     tests/server [PORT [ROBOTS]]    a free port for 0, which is printed;
 *                                     ROBOTS is a file, of all hosts
 *
 * Its log is its standard error. */
#include "support-server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *read_file(const char *path)
{
    static char text[1 << 20];
    FILE *file = fopen(path, "rb");

    if (!file) {
        perror(path);
        exit(2);
    }
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    return text;
}

int main(int argc, char **argv)
{
    struct server *server =
        server_new(argc > 1 ? (unsigned)atoi(argv[1]) : 0, NULL, NULL);

    if (argc > 2)
        server_robots(server, NULL, 200, read_file(argv[2]));
    server_log_to(server, STDERR_FILENO);
    printf("%u\n", server_port(server));
    fflush(stdout);
    for (;;)
        pause();
}
