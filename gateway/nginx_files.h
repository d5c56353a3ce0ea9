/* SPDX-License-Identifier: Apache-2.0 */
/* nginx's two files, which an administrator copies to /etc/nginx: an upgrade of the package does not touch
 * the copies. */
#ifndef GATEWAY_NGINX_FILES_H
#define GATEWAY_NGINX_FILES_H

#include <stdbool.h>

/* Whether a copy below nginx's folder is of another edition than the file in the folder that is shipped. Each
 * states its edition in a comment, so that an administrator's own changes do no harm. A file that is not
 * there is none: nginx may be elsewhere. */
bool nginx_files_old(const char *nginx_folder, const char *shipped_folder);

#endif
