#include "support-nats.h"

#include "support.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t server;
static char port[16] = "-1";
static natsConnection *nats;
static jsCtx *js;

static bool find_server(void)
{
    gly_buf path = {0};
    bool found;

    /* Debian has it where only root looks. */
    gly_buf_printf(&path, "%s:/usr/sbin", getenv("PATH"));
    setenv("PATH", path.data, 1);
    gly_buf_finish(&path);
    found = system("command -v nats-server > /dev/null") == 0;
    return found;
}

/* The server writes its address into a file, under a name with its number. */
static void await_server(void)
{
    char command[200], *url;

    snprintf(command, sizeof(command),
             "n=0; until grep -so 'nats://[^\"]*' ports/*_%d.ports; do"
             " n=$((n + 1)); [ $n -lt 3000 ] || exit; sleep 0.01; done",
             (int)server);
    run_shell(&url, "%s", command);
    url[strcspn(url, "\n")] = '\0';
    cr_assert(strrchr(url, ':') != NULL, "the server does not start");
    snprintf(port, sizeof(port), "%s", strrchr(url, ':') + 1);
    setenv("NATS", url, 1);
    free(url);
}

static void start(const char *configuration)
{
    put_file("server.conf", configuration);
    server = fork();
    if (server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execlp("nats-server", "nats-server", "-a", "127.0.0.1", "-p", port,
               "-js", "-sd", "data", "--ports_file_dir", "ports", "-l",
               "server.log", "-c", "server.conf", (char *)NULL);
        _exit(127);
    }
    await_server();
}

void stop_nats(void)
{
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
}

void restart_nats(const char *configuration)
{
    stop_nats();
    start(configuration);
}

void enter_nats(void)
{
    enter_scratch();
    if (!find_server())
        cr_skip_test("nats-server is not installed");
    run_shell(NULL, "mkdir ports");
    start("");
}

void leave_nats(void)
{
    jsCtx_Destroy(js);
    natsConnection_Destroy(nats);
    if (server > 0)
        stop_nats();
    leave_scratch();
}

jsCtx *join_nats(void)
{
    if (!nats)
        cr_assert(natsConnection_ConnectTo(&nats, getenv("NATS")) == NATS_OK &&
                  natsConnection_JetStream(&js, nats, NULL) == NATS_OK);
    return js;
}

void publish(const char *subject, const char *type, const char *data,
             size_t len)
{
    natsMsg *msg;

    join_nats();
    cr_assert(natsMsg_Create(&msg, subject, NULL, data, (int)len) == NATS_OK);
    if (type)
        natsMsgHeader_Set(msg, "Content-Type", type);
    cr_assert(js_PublishMsg(NULL, js, msg, NULL, NULL) == NATS_OK, "%s",
              nats_GetLastError(NULL));
    natsMsg_Destroy(msg);
}

void make_stream(void)
{
    const char *subjects[] = {"news.>"};
    jsStreamConfig config;

    join_nats();
    jsStreamConfig_Init(&config);
    config.Name = "news";
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    config.Retention = js_WorkQueuePolicy;
    config.Discard = js_DiscardNew;
    cr_assert(js_AddStream(NULL, js, &config, NULL, NULL) == NATS_OK, "%s",
              nats_GetLastError(NULL));
}

long held(const char *stream)
{
    jsStreamInfo *info = NULL;
    long messages = -1;

    join_nats();
    if (js_GetStreamInfo(&info, js, stream, NULL, NULL) == NATS_OK)
        messages = (long)info->State.Msgs;
    jsStreamInfo_Destroy(info);
    return messages;
}
