/* SPDX-License-Identifier: Apache-2.0 */
/* Who this machine is, and collect's own keys: the folder that enrolment fills. */
#ifndef AGENT_COLLECT_SITE_H
#define AGENT_COLLECT_SITE_H

#include "contact/batch.h"
#include "contact/bundle.h"
#include "contact/cms.h"

#define SEAL_CERTIFICATE_DAYS 7305 /* 20 years: a site long offline can still seal */

struct site {
    char name[SITE_TEXT];
    unsigned epoch; /* of the keys of pseudonyms */
    char *url;
    char *receipt; /* PEM public key that signs receipts */
    uint8_t root[32];
    bool has_previous; /* the register of objections is not written anew under this key yet */
    uint8_t previous[32];
    uint8_t warehouse[SHA256_SIZE]; /* fingerprint of the warehouse's root certificate */
};

/* Was this folder made for a site? */
bool site_enrolled(const char *folder);
/* Reads folder/site.yaml and root.key. ERR_CONFIG, with a hint, when this machine is not enrolled. */
MUST_CHECK enum err_code site_load(const char *folder, struct site **ret, struct err *err);
void site_free(struct site *site); /* wipes the root key */
/* The sealer of folder's seal.key for recipients.pem. */
MUST_CHECK enum err_code site_sealer(const char *folder, struct cms_sealer **ret, struct err *err);
/* Takes newer recipient certificates (PEM) when the pinned warehouse root issued every one of them; else
 * ERR_REJECTED. *ret_changed false when they are the ones in use. */
MUST_CHECK enum err_code site_recipients(const char *folder, const char *pem, bool *ret_changed,
                                         struct err *err);

#endif
