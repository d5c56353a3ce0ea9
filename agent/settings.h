/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of both agent processes: /etc/contact-agent/agent.yaml and its conf.d. */
#ifndef AGENT_SETTINGS_H
#define AGENT_SETTINGS_H

#include "contact/config.h"

struct settings {
    char *mapping; /* path */
    char *model_folder;
    int source_kind; /* enum source_kind */
    char *source_host, *source_database, *source_user, *source_password_file, *source_driver;
    int64_t source_port; /* 0: the product's own */
    int source_tls;      /* enum source_tls */
    char *source_tls_ca;
    int64_t source_timeout_ms, source_connect_timeout_ms;
    char *collect_folder; /* collect's own: root key, seal key, state.db, objections.db */
    char *send_folder;    /* send's own: TLS key and certificate, URL */
    char *spool_folder;   /* shared */
    int64_t spool_limit_bytes;
    int64_t hot_ms, look_ms; /* hot sweep, and the cheap look between */
    int64_t share;           /* percent of the time that both take at most */
    int64_t heartbeat_ms;    /* the centre's answer may lengthen it */
    int64_t spread_ms;       /* random wait when the centre comes back */
    char *quiet_hour;        /* local HH:MM of warm and cold sweeps */
    int64_t cold_every_ms;
    int64_t gzip_level;
    char *proxy; /* or empty */
};

extern const struct config_option settings_table[]; /* ends with a NULL name */
#define SETTINGS_DEFAULT_PATH CONTACT_SYSCONFDIR "/contact-agent/agent.yaml"

#endif
