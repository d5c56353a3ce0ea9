/* SPDX-License-Identifier: Apache-2.0 */
/* Where the tests find the word file: it is built beside the programs. */
#ifndef TESTS_UNIT_AGENT_TEXT_WORD_FILE_H
#define TESTS_UNIT_AGENT_TEXT_WORD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define WORD_FILE "/text.lex"

static inline bool word_file(char *path, size_t size)
{
    ssize_t len = readlink("/proc/self/exe", path, size - sizeof(WORD_FILE));
    if (len <= 0)
        return false;
    path[len] = '\0';
    char *unit = strstr(path, "/unit/");
    if (unit)
        memcpy(unit, WORD_FILE, sizeof(WORD_FILE));
    return unit != NULL;
}

#endif
