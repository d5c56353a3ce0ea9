/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/folders.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/layout.h"

#define FOLDER_COUNT 14

/* A folder, and whose it is once the packages' users exist; the group shares where two parts meet. */
struct folder {
    const char *path, *user, *group;
    unsigned mode;
};

struct folders {
    char requests[PATH_ROOM], answers[PATH_ROOM], seals[PATH_ROOM], warehouse[PATH_ROOM];
    struct folder all[FOLDER_COUNT];
};

static enum err_code give(const struct folder *folder, struct err *err)
{
    struct passwd *user = getpwnam(folder->user);
    struct group *group = getgrnam(folder->group);
    /* Without the packages' users (a trial, a test) everything stays with whoever typed the command. */
    if (geteuid() != 0 || user == NULL || group == NULL)
        return OK;
    if (chown(folder->path, user->pw_uid, group->gr_gid) != 0 ||
        chmod(folder->path, (mode_t)folder->mode) != 0)
        return err_set(err, ERR_CONFIG, "cannot give %s to %s", folder->path, folder->user);
    return OK;
}

static void list(const struct gateway_settings *s, struct folders *ret)
{
    layout_path(ret->requests, s->enrol_folder, LAYOUT_REQUESTS);
    layout_path(ret->answers, s->enrol_folder, LAYOUT_ANSWERS);
    layout_path(ret->seals, s->loader_folder, LAYOUT_SEALS);
    snprintf(ret->warehouse, sizeof ret->warehouse, "%s", s->store_path);
    char *slash = strrchr(ret->warehouse, '/');
    if (slash != NULL)
        *slash = '\0';
    const struct folder all[FOLDER_COUNT] = {
        {s->public_folder, "root", "root", 0755},
        {s->state_folder, "contact-gateway", "contact-gateway", 0700},
        {s->landing_folder, "contact-gateway", "contact-loader", 02770},
        {s->feedback_folder, "contact-loader", "contact-gateway", 02750},
        {s->offered_folder, "contact-gateway", "contact-gateway", 0755},
        {s->enrol_folder, "contact-gateway", "contact-signer", 02750},
        {ret->requests, "contact-gateway", "contact-signer", 02770},
        {ret->answers, "contact-signer", "contact-gateway", 02770},
        {s->loader_folder, "contact-loader", "contact-loader", 0700},
        {ret->seals, "contact-loader", "contact-loader", 0700},
        {ret->warehouse, "contact-loader", "contact-loader", 0750},
        {s->signer_folder, "contact-signer", "contact-signer", 0700},
        {s->tls_folder, "root", "root", 0700},
        {s->offline_folder, "root", "root", 0700},
    };
    memcpy(ret->all, all, sizeof all);
}

enum err_code folders_make(const struct gateway_settings *settings, struct err *err)
{
    struct folders folders;
    list(settings, &folders);
    for (size_t i = 0; i < FOLDER_COUNT; i++) {
        const struct folder *folder = &folders.all[i];
        if (layout_folder(folder->path, folder->mode, err) != OK || give(folder, err) != OK)
            return err->code;
    }
    return OK;
}

bool folders_whole(const struct gateway_settings *settings)
{
    struct folders folders;
    list(settings, &folders);
    bool whole = true;
    for (size_t i = 0; i < FOLDER_COUNT; i++)
        if (strcmp(folders.all[i].path, settings->offline_folder) != 0)
            whole = whole && !layout_missing(folders.all[i].path);
    return whole;
}
