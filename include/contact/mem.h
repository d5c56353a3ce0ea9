/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for what is read once at start: the model, the mapping. Without memory then, nothing could be done,
 * so the process aborts; what runs for every row keeps to buffers made beforehand. */
#ifndef CONTACT_MEM_H
#define CONTACT_MEM_H

#include <stddef.h>

void *mem_new(size_t count, size_t size); /* zeroed; never NULL */
char *mem_dup(const char *text);          /* NULL gives NULL */
/* Room for one more element after count; zeroed. Returns the moved array. */
void *mem_grow(void *array, size_t count, size_t size);
/* A NULL-terminated list of strings. */
char **mem_list_add(char **list, const char *text);
size_t mem_list_count(char *const *list); /* NULL: 0 */
void mem_list_free(char **list);

/* Identifiers or keys pass through this process: from here on it is not dumped, and nobody traces it. An
 * execve(2) ends the second part. */
void mem_forbid_dumps(void);

#endif
