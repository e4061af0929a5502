/* support-postgres.h: a PostgreSQL server for one test, in its scratch folder. */
#ifndef SUPPORT_POSTGRES_H
#define SUPPORT_POSTGRES_H

#include "support.h"

#include <sys/types.h>

/* Makes and starts it; skips the test where no server is installed. It listens at
 * a socket in the folder pg and ends with the test. */
void make_postgres(void);
void start_postgres(void);
/* SIGINT stops it, SIGKILL is a crash; returns when it has ended. */
void end_postgres(int signal);
/* Sends it to each of its processes. */
void signal_postgres(int signal);
/* libpq's words for the database. */
const char *postgres_url(void);

/* The values of the first row with bars between; "" for no row. */
const char *ask_postgres(const char *question);
void expect_rows(const char *question, const char *answer);
/* Asks until it answers so. */
void await_rows(const char *question, const char *answer);

#endif
