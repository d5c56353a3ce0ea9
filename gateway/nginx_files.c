/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/nginx_files.h"

#include <stdio.h>
#include <string.h>

#include "gateway/layout.h"

#define EDITION "# contact-gateway's nginx files, edition "
#define LINE_ROOM 256

/* The line that states it, "" without one. False when there is no such file. */
static bool read_edition(const char *path, char ret[static LINE_ROOM])
{
    char line[LINE_ROOM];
    FILE *file = fopen(path, "re");
    ret[0] = '\0';
    if (file == NULL)
        return false;
    while (ret[0] == '\0' && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, EDITION, strlen(EDITION)) == 0)
            memcpy(ret, line, sizeof line);
    fclose(file);
    return true;
}

static bool is_old(const char *nginx_folder, const char *place, const char *shipped_folder, const char *name)
{
    char path[PATH_ROOM], copy[LINE_ROOM], shipped[LINE_ROOM];
    snprintf(path, sizeof path, "%s/%s/%s", nginx_folder, place, name);
    bool copied = read_edition(path, copy);
    snprintf(path, sizeof path, "%s/%s", shipped_folder, name);
    return copied && read_edition(path, shipped) && strcmp(copy, shipped) != 0;
}

bool nginx_files_old(const char *nginx_folder, const char *shipped_folder)
{
    return is_old(nginx_folder, "conf.d", shipped_folder, "contact-gateway.conf") ||
           is_old(nginx_folder, "snippets", shipped_folder, "contact-gateway-sites.inc");
}
