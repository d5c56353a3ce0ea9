/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders that a crash or a power cut must not undo. All return false with errno set. */
#ifndef CONTACT_DURABLE_H
#define CONTACT_DURABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all of data, whatever a signal cuts short. Not yet on the disk: fsync() does that. */
bool durable_write(int fd, const void *data, size_t len);
/* Puts a folder's entries on the disk: what was made, renamed or removed in it. */
bool durable_folder(const char *path);
/* The same for the folder that path stands in. */
bool durable_folder_of(const char *path);
/* Adds data at the end of a file, which is made (mode 0600) when it is not there, and puts both the file and
 * its entry on the disk. A link is not followed. */
bool durable_append(const char *path, const void *data, size_t len);

#endif
