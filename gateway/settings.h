/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of every part of the centre: /etc/contact-gateway/gateway.yaml and its conf.d. */
#ifndef GATEWAY_SETTINGS_H
#define GATEWAY_SETTINGS_H

#include "contact/config.h"

enum store_kind { STORE_SQLITE, STORE_POSTGRESQL };
enum identity_header { IDENTITY_X_SSL_CLIENT_CERT, IDENTITY_CLIENT_CERT };

struct gateway_settings {
    char *url; /* https://host[:port] as sites reach it; goes into their bundles */

    char *public_folder;   /* certificates without secrets; everyone reads */
    char *state_folder;    /* the intake's own: registry.db */
    char *landing_folder;  /* batches as they came */
    char *feedback_folder; /* what the loader tells the intake */
    char *offered_folder;  /* seal certificates that sites offered */
    char *enrol_folder;    /* requests/ and answers/, between intake and signer */
    char *loader_folder;   /* the loader's own: keys and accepted seal certificates */
    char *signer_folder;   /* the signer's own: the CA's key */
    char *tls_folder;      /* nginx's own: the server's key and certificate */
    char *offline_folder;  /* the warehouse root's key, to be moved to a safe */

    char *socket;           /* nginx's way in for the sites */
    char *operators_socket; /* fleet page and metrics */
    int identity_header;    /* enum identity_header */

    int store_kind; /* enum store_kind */
    char *store_path;
    char *store_conninfo;
    char *model_folder;

    int64_t body_limit_bytes;
    int64_t disk_reserve_bytes; /* kept free on the landing zone's disk */
    int64_t heartbeat_ms;       /* asked of the sites */
    int64_t drain_per_minute;   /* batches a site may send; 0: no limit */
    int64_t silent_ms;          /* without heartbeat: the fleet page says silent */
    int64_t code_life_ms;
    int64_t certificate_ms; /* life of a site's certificate */
    bool manual_approval;
};

extern const struct config_option gateway_settings_table[]; /* ends with a NULL name */
#define GATEWAY_SETTINGS_PATH CONTACT_SYSCONFDIR "/contact-gateway/gateway.yaml"

#endif
