/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

void *mem_new(size_t count, size_t size)
{
    return must(calloc(count > 0 ? count : 1, size));
}

char *mem_dup(const char *text)
{
    return text == NULL ? NULL : must(strdup(text));
}

void *mem_grow(void *array, size_t count, size_t size)
{
    char *moved = must(reallocarray(array, count + 1, size));
    memset(moved + count * size, 0, size);
    return moved;
}

size_t mem_list_count(char *const *list)
{
    size_t count = 0;
    while (list != NULL && list[count] != NULL)
        count++;
    return count;
}

char **mem_list_add(char **list, const char *text)
{
    size_t count = mem_list_count(list);
    list = must(reallocarray(list, count + 2, sizeof *list));
    list[count] = mem_dup(text);
    list[count + 1] = NULL;
    return list;
}

void mem_list_free(char **list)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        free(list[i]);
    free(list);
}

void mem_forbid_dumps(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
