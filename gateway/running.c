/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/running.h"

#include "contact/lock.h"
#include "gateway/layout.h"

bool running_signer(const struct gateway_settings *settings)
{
    char path[PATH_ROOM];
    return lock_mark(layout_path(path, settings->enrol_folder, LAYOUT_ANSWERS), LAYOUT_RUNNING);
}

bool running_loader(const struct gateway_settings *settings)
{
    return lock_mark(settings->feedback_folder, LAYOUT_RUNNING);
}

struct running running_read(const struct gateway_settings *settings)
{
    char path[PATH_ROOM];
    return (struct running){
        .signer = lock_marked(layout_path(path, settings->enrol_folder, LAYOUT_ANSWERS), LAYOUT_RUNNING),
        .loader = lock_marked(settings->feedback_folder, LAYOUT_RUNNING)};
}
