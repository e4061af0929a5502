#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int64_t nanoseconds(double seconds)
{
    return (int64_t)(seconds * 1e9);
}

static void describe(const struct stream *stream, jsStreamConfig *config)
{
    jsStreamConfig_Init(config);
    config->Name = stream->name;
    config->Subjects = (const char **)stream->subjects.item;
    config->SubjectsLen = (int)stream->subjects.count;
    config->Retention = strcmp(stream->retention, "work") == 0
                            ? js_WorkQueuePolicy
                            : js_LimitsPolicy;
    config->Storage = strcmp(stream->storage, "memory") == 0 ? js_MemoryStorage
                                                             : js_FileStorage;
    config->Replicas = stream->replicas;
    config->MaxBytes = stream->max_bytes > 0 ? stream->max_bytes : -1;
    config->MaxAge = nanoseconds(stream->max_age);
    config->Duplicates = nanoseconds(stream->duplicates);
    /* A full stream says so; it does not throw away what nobody has had yet. */
    config->Discard = js_DiscardNew;
}

static bool has_subject(const jsStreamConfig *config, const char *subject)
{
    int i = 0;

    while (i < config->SubjectsLen && strcmp(config->Subjects[i], subject) != 0)
        i++;
    return i < config->SubjectsLen;
}

static int refuse(const struct link *link, const struct stream *stream,
                  const char *what)
{
    return gly_fail(link->stage, -EINVAL, "the stream %s has %s than the "
                    "settings: change one of them, or set create = false",
                    stream->name, what);
}

static int compare(const struct link *link, const struct stream *stream,
                   const jsStreamConfig *wanted, const jsStreamConfig *has)
{
    for (int i = 0; i < wanted->SubjectsLen; i++)
        if (!has_subject(has, wanted->Subjects[i]))
            return refuse(link, stream, "other subjects");
    return has->Retention != wanted->Retention
               ? refuse(link, stream, "another retention")
         : has->Storage != wanted->Storage
               ? refuse(link, stream, "another storage")
         : has->Replicas != wanted->Replicas
               ? refuse(link, stream, "another number of replicas")
         : has->MaxBytes != wanted->MaxBytes
               ? refuse(link, stream, "another max_bytes")
         : has->MaxAge != wanted->MaxAge
               ? refuse(link, stream, "another max_age")
         : has->Duplicates != wanted->Duplicates
               ? refuse(link, stream, "another duplicates")
         : has->Discard != wanted->Discard
               ? refuse(link, stream, "another policy to discard (\"old\")")
               : 0;
}

/* Another feeder may make it at the same time, of the same shape or not. */
static natsStatus make(struct link *link, jsStreamConfig *config)
{
    jsErrCode code = 0;
    natsStatus s;

    do
        s = js_AddStream(NULL, link->js, config, NULL, &code);
    while (link_again(link, s, (int)code));
    return s != NATS_OK && code == JSStreamNameExistErr ? NATS_OK : s;
}

static natsStatus look(struct link *link, const char *name, jsStreamInfo **info)
{
    jsErrCode code = 0;
    natsStatus s;

    do
        s = js_GetStreamInfo(info, link->js, name, NULL, &code);
    while (link_again(link, s, (int)code));
    return s;
}

int stream_ensure(struct link *link, const struct stream *stream)
{
    jsStreamConfig config;
    jsStreamInfo *info = NULL;
    natsStatus s = look(link, stream->name, &info);
    int result;

    describe(stream, &config);
    if (s == NATS_NOT_FOUND) {
        s = make(link, &config);
        if (s != NATS_OK)
            return gly_fail(link->stage, -EIO, "cannot make the stream %s: %s",
                            stream->name, link_why(s));
        s = look(link, stream->name, &info);
    }
    if (s != NATS_OK)
        return gly_fail(link->stage, -EIO, "cannot look at the stream %s: %s",
                        stream->name, link_why(s));
    if (info->Cluster && info->Cluster->Leader)
        gly_log(link->stage, GLY_INFO, "%s leads the stream %s",
                info->Cluster->Leader, stream->name);
    result = compare(link, stream, &config, info->Config);
    jsStreamInfo_Destroy(info);
    return result;
}
