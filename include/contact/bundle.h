/* SPDX-License-Identifier: Apache-2.0 */
/* The bundle: the one file the central team makes per site (`contact-gateway site add lyon`), and all that
 * `contact-agent enroll` needs. YAML with PEM blocks; trust comes from here and never from the network. */
#ifndef CONTACT_BUNDLE_H
#define CONTACT_BUNDLE_H

#include "contact/batch.h"
#include "contact/problems.h"

struct bundle {
    char site[SITE_TEXT];
    char *url;            /* https://host[:port], no path */
    char *code;           /* one-time enrolment code */
    char *ca;             /* PEM: who the gateway's server certificate and ours come from */
    char *warehouse_root; /* PEM: who issues recipient certificates */
    char *recipients;     /* PEM: one certificate, or several */
    char *receipt;        /* PEM public key that signs receipts */
};

struct bundle *bundle_read(const char *path, struct problems *problems);
void bundle_free(struct bundle *bundle); /* wipes the code */
void bundle_write(const struct bundle *bundle, struct buf *out);

#endif
