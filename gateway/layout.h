/* SPDX-License-Identifier: Apache-2.0 */
/* Where the centre's files stand inside the folders of the settings: one list for every part. */
#ifndef GATEWAY_LAYOUT_H
#define GATEWAY_LAYOUT_H

#include <stdbool.h>

#include "gateway/settings.h"

#define PATH_ROOM 4096

/* Public: certificates (PEM), for everyone. */
#define LAYOUT_CA "ca.pem"
#define LAYOUT_WAREHOUSE_ROOT "warehouse-root.pem"
#define LAYOUT_RECIPIENTS "recipients.pem"
#define LAYOUT_RECEIPT_PUBLIC "receipt.pem" /* public key */

/* Loader's own. */
#define LAYOUT_RECIPIENT_KEY "recipient.key"
#define LAYOUT_RECIPIENT "recipient.pem"
#define LAYOUT_WAREHOUSE_KEY "warehouse.key" /* K_warehouse: 64 raw bytes */
#define LAYOUT_SUPPRESS_KEY "suppress.key"   /* K_suppress: 32 raw bytes */
#define LAYOUT_RECEIPT_KEY "receipt.key"     /* P-256, PEM */
#define LAYOUT_SEALS "seals"                 /* <site>/<fingerprint>.pem */

/* Signer's own. */
#define LAYOUT_CA_KEY "ca.key"

/* nginx's own. */
#define LAYOUT_SERVER_KEY "server.key"
#define LAYOUT_SERVER "server.pem"

/* Offline. */
#define LAYOUT_WAREHOUSE_ROOT_KEY "warehouse-root.key"

/* Between intake and signer, named <site>.<key hash>: .csr, then .pem or .refused. */
#define LAYOUT_REQUESTS "requests"
#define LAYOUT_ANSWERS "answers"

/* In the signer's folder of answers and the loader's of feedback: that it runs. */
#define LAYOUT_RUNNING "running"

/* Writes "folder/name" to ret; a path too long is cut, and then simply is not found. */
const char *layout_path(char ret[static PATH_ROOM], const char *folder, const char *name);
/* It is not there; false when that cannot be seen by who asks. */
bool layout_missing(const char *path);
/* Creates a folder and its parents (0755); the folder itself gets mode. ERR_CONFIG. */
MUST_CHECK enum err_code layout_folder(const char *path, unsigned mode, struct err *err);

#endif
