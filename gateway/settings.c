/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/settings.h"

#include <stddef.h>

#define FOLDER CONTACT_STATEDIR "/contact-gateway"
#define DAYS(n) ((int64_t)(n)*24 * 3600 * 1000)
#define AT(field) offsetof(struct gateway_settings, field)

static const char *const store_kinds[] = {"sqlite", "postgresql", NULL};
static const char *const identity_headers[] = {"x-ssl-client-cert", "client-cert", NULL};

const struct config_option gateway_settings_table[] = {
    {"url", CONFIG_STRING, AT(url), "", 0, 0, NULL,
     "https://host[:port] as sites reach it; nothing: the first name of nginx's certificate"},
    {"folders.public", CONFIG_PATH, AT(public_folder), FOLDER "/public", 0, 0, NULL,
     "certificates without secrets: CA, warehouse root, recipients, receipt key"},
    {"folders.state", CONFIG_PATH, AT(state_folder), FOLDER "/state", 0, 0, NULL,
     "the intake's registry of sites and heartbeats"},
    {"folders.landing", CONFIG_PATH, AT(landing_folder), FOLDER "/landing", 0, 0, NULL,
     "batches as they came"},
    {"folders.feedback", CONFIG_PATH, AT(feedback_folder), FOLDER "/feedback", 0, 0, NULL,
     "what the loader tells the intake"},
    {"folders.offered", CONFIG_PATH, AT(offered_folder), FOLDER "/seals/offered", 0, 0, NULL,
     "seal certificates that sites offered"},
    {"folders.enrol", CONFIG_PATH, AT(enrol_folder), FOLDER "/enrol", 0, 0, NULL,
     "certificate requests and answers, between intake and signer"},
    {"folders.loader", CONFIG_PATH, AT(loader_folder), FOLDER "/loader", 0, 0, NULL,
     "the loader's keys and the seal certificates an operator accepted"},
    {"folders.signer", CONFIG_PATH, AT(signer_folder), FOLDER "/signer", 0, 0, NULL,
     "the signer's: the CA's key"},
    {"folders.tls", CONFIG_PATH, AT(tls_folder), FOLDER "/tls", 0, 0, NULL,
     "nginx's: the server's key and certificate"},
    {"folders.offline", CONFIG_PATH, AT(offline_folder), FOLDER "/offline", 0, 0, NULL,
     "where init leaves the warehouse root's key, to be moved to a safe"},
    {"socket", CONFIG_PATH, AT(socket), "/run/contact-gateway/intake.sock", 0, 0, NULL,
     "nginx's way in for the sites"},
    {"operators_socket", CONFIG_PATH, AT(operators_socket), "/run/contact-gateway/operators.sock", 0, 0, NULL,
     "nginx's way in for the fleet page and metrics"},
    {"identity_header", CONFIG_ENUM, AT(identity_header), "x-ssl-client-cert", 0, 0, identity_headers,
     "where nginx passes the client certificate: its escaped PEM, or RFC 9440"},
    {"store.kind", CONFIG_ENUM, AT(store_kind), "sqlite", 0, 0, store_kinds, "the warehouse"},
    {"store.path", CONFIG_PATH, AT(store_path), FOLDER "/warehouse/warehouse.db", 0, 0, NULL,
     "of an SQLite warehouse"},
    {"store.conninfo", CONFIG_STRING, AT(store_conninfo), "dbname=contact", 0, 0, NULL,
     "of a PostgreSQL warehouse (libpq), by its Unix socket"},
    {"model_folder", CONFIG_PATH, AT(model_folder), CONTACT_GATEWAY_DATADIR "/model", 0, 0, NULL,
     "the models, contact-1.yaml"},
    {"limits.body", CONFIG_SIZE, AT(body_limit_bytes), "5000000", 65536, 64 << 20, NULL,
     "largest batch taken"},
    {"limits.disk_reserve", CONFIG_SIZE, AT(disk_reserve_bytes), "1GiB", 0, 0, NULL,
     "left free on the landing zone's disk"},
    {"limits.drain_per_minute", CONFIG_INT, AT(drain_per_minute), "0", 0, 100000, NULL,
     "batches a site may send in a minute; 0: no limit"},
    {"heartbeat.every", CONFIG_DURATION, AT(heartbeat_ms), "1m", 1000, DAYS(1), NULL, "asked of the sites"},
    {"heartbeat.silent_after", CONFIG_DURATION, AT(silent_ms), "15m", 1000, DAYS(7), NULL,
     "a site not heard for so long is shown as silent"},
    {"enrolment.code_life", CONFIG_DURATION, AT(code_life_ms), "14d", 60000, DAYS(90), NULL,
     "how long a one-time code may be used"},
    {"enrolment.certificate_life", CONFIG_DURATION, AT(certificate_ms), "90d", 1000, DAYS(398), NULL,
     "of a site's certificate"},
    {"enrolment.manual_approval", CONFIG_BOOL, AT(manual_approval), "no", 0, 0, NULL,
     "an operator approves each enrolment: contact-gateway site approve"},
    {NULL, CONFIG_STRING, 0, NULL, 0, 0, NULL, NULL},
};
