/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/settings.h"

#include <stddef.h>

#include "agent/source/source.h"

static const char *const kinds[] = {[SOURCE_SQLITE] = "sqlite",   [SOURCE_POSTGRESQL] = "postgresql",
                                    [SOURCE_MARIADB] = "mariadb", [SOURCE_SQLSERVER] = "sqlserver",
                                    [SOURCE_SYBASE] = "sybase",   [SOURCE_ODBC] = "odbc",
                                    [SOURCE_KINDS] = NULL};
static const char *const tls_modes[] = {"prefer", "require", "verify", NULL};

#define AT(member) offsetof(struct settings, member)
#define MINUTE_MS INT64_C(60000)
#define DAY_MS (1440 * MINUTE_MS)

const struct config_option settings_table[] = {
    {"mapping", CONFIG_PATH, AT(mapping), CONTACT_SYSCONFDIR "/contact-agent/mapping.yaml", 0, 0, NULL,
     "how the dispatch product's tables fill the model"},
    {"model_folder", CONFIG_PATH, AT(model_folder), CONTACT_DATADIR "/model", 0, 0, NULL,
     "where the models (contact-1.yaml) are"},
    {"source.kind", CONFIG_ENUM, AT(source_kind), "sqlite", 0, 0, kinds,
     "product of the dispatch database: sqlite, postgresql, mariadb, sqlserver, sybase or odbc"},
    {"source.database", CONFIG_STRING, AT(source_database), "", 0, 0, NULL,
     "name of the database; sqlite: its file, as a whole path"},
    {"source.host", CONFIG_STRING, AT(source_host), "", 0, 0, NULL,
     "the server, or the path of its Unix socket (PostgreSQL: the socket's folder); nothing: this machine"},
    {"source.port", CONFIG_INT, AT(source_port), "0", 0, 65535, NULL, "0: the product's own"},
    {"source.user", CONFIG_STRING, AT(source_user), "", 0, 0, NULL,
     "an account that may only read, made for the agent"},
    {"source.password_file", CONFIG_PATH, AT(source_password_file), "", 0, 0, NULL,
     "a file that holds the password; nothing: the systemd credential source.password, if there is one"},
    {"source.tls", CONFIG_ENUM, AT(source_tls), "prefer", 0, 0, tls_modes,
     "encryption on the way to the server: prefer, require, or verify (its certificate too)"},
    {"source.tls_ca", CONFIG_PATH, AT(source_tls_ca), "", 0, 0, NULL,
     "certificates that verify trusts; nothing: the system's"},
    {"source.driver", CONFIG_STRING, AT(source_driver), "", 0, 0, NULL,
     "the ODBC driver's library; nothing: where the distribution puts it"},
    {"source.timeout", CONFIG_DURATION, AT(source_timeout_ms), "30s", 1000, 10 * MINUTE_MS, NULL,
     "longest that one statement may run"},
    {"source.connect_timeout", CONFIG_DURATION, AT(source_connect_timeout_ms), "10s", 1000, MINUTE_MS, NULL,
     "longest that connecting may take"},
    {"collect.folder", CONFIG_PATH, AT(collect_folder), CONTACT_STATEDIR "/contact-agent/collect", 0, 0, NULL,
     "the root key, the seal key and the state; collect's alone"},
    {"collect.hot", CONFIG_DURATION, AT(hot_ms), "30s", 100, DAY_MS, NULL, "between two hot sweeps"},
    {"collect.look", CONFIG_DURATION, AT(look_ms), "5s", 100, DAY_MS, NULL,
     "between two cheap looks, when the mapping names `changed`"},
    {"collect.share", CONFIG_INT, AT(share), "1", 1, 50, NULL,
     "percent of the time that hot sweeps and looks take at most; they come less often when the source is "
     "slow"},
    {"collect.quiet_hour", CONFIG_STRING, AT(quiet_hour), "03:30", 0, 0, NULL,
     "local time of warm and cold sweeps"},
    {"collect.cold_every", CONFIG_DURATION, AT(cold_every_ms), "7d", MINUTE_MS, 90 * DAY_MS, NULL,
     "time in which all of history is compared, a share each night"},
    {"collect.gzip_level", CONFIG_INT, AT(gzip_level), "1", 1, 9, NULL, "compression, 1 fast to 9 small"},
    {"send.folder", CONFIG_PATH, AT(send_folder), CONTACT_STATEDIR "/contact-agent/send", 0, 0, NULL,
     "the TLS key and certificate; send's alone"},
    {"send.heartbeat", CONFIG_DURATION, AT(heartbeat_ms), "60s", 100, DAY_MS, NULL,
     "between two heartbeats; the centre may ask for fewer"},
    {"send.spread", CONFIG_DURATION, AT(spread_ms), "120s", 0, 60 * MINUTE_MS, NULL,
     "random wait when the centre comes back, so that sites do not come all at once"},
    {"send.proxy", CONFIG_STRING, AT(proxy), "", 0, 0, NULL, "http://host:port of a proxy, or nothing"},
    {"spool.folder", CONFIG_PATH, AT(spool_folder), CONTACT_STATEDIR "/contact-agent/spool", 0, 0, NULL,
     "the queue of sealed batches; shared by both"},
    {"spool.limit", CONFIG_SIZE, AT(spool_limit_bytes), "2GiB", 1048576, INT64_MAX, NULL,
     "when the queue is this large, reading pauses"},
    {NULL, CONFIG_STRING, 0, NULL, 0, 0, NULL, NULL},
};
