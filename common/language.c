/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/language.h"

#include <libgen.h>
#include <libintl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#define PATH_SIZE 4200

static const char *spoken; /* the catalogue; NULL: as in the sources */

/* Beside the executable in a build that is not installed, else where packages put catalogues. */
static const char *folder(char room[static PATH_SIZE])
{
    char self[PATH_SIZE - 10];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len <= 0)
        return CONTACT_LOCALEDIR;
    self[len] = '\0';
    snprintf(room, PATH_SIZE, "%s/locale/.", dirname(self)); /* the dot: /usr/bin/locale is a program */
    return access(room, X_OK) == 0 ? room : CONTACT_LOCALEDIR;
}

/* LC_MESSAGES alone: the other categories would change numbers, sorting and what a letter is. */
void language_init(const char *domain)
{
    char room[PATH_SIZE];
    if (setlocale(LC_MESSAGES, "") != NULL && bindtextdomain(domain, folder(room)) != NULL &&
        bind_textdomain_codeset(domain, "UTF-8") != NULL &&
        bind_textdomain_codeset("libc", "UTF-8") != NULL) /* strerror's */
        spoken = domain;
}

/* "" would give the catalogue's header. */
const char *language_text(const char *text)
{
    return spoken != NULL && text[0] != '\0' ? dgettext(spoken, text) : text;
}
