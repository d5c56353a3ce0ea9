/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by registry.c (sites and keys) and registry_traffic.c (series and heartbeats) alone. */
#ifndef GATEWAY_REGISTRY_INTERNAL_H
#define GATEWAY_REGISTRY_INTERNAL_H

#include "contact/db.h"
#include "gateway/registry.h"

enum registry_statement {
    SITE_INSERT,
    SITE_CODE,
    SITE_GET,
    SITE_LIST,
    SITE_APPROVE,
    SITE_REVOKE,
    SITE_KEYS_END,
    CODE_GET,
    CODE_BIND,
    KEY_PUT,
    KEY_GET,
    KEY_RETIRE,
    KEY_ACTIVATE,
    SITE_SUPERSEDED,
    SERIES_GET,
    SERIES_NEXT,
    SERIES_PUT,
    SERIES_LIST,
    HELD_GET,
    HELD_CLEAR,
    HELD_PUT,
    HEARTBEAT_PUT,
    HEARTBEAT_PURGE,
    HEARTBEAT_LAST,
    STATEMENT_COUNT
};

struct registry {
    sqlite3 *db;
    sqlite3_stmt *statement[STATEMENT_COUNT];
};

/* A statement, reset and ready for its parameters. */
sqlite3_stmt *registry_statement(struct registry *registry, enum registry_statement which);
void registry_bind_text(sqlite3_stmt *stmt, int at, const char *text);
/* Copies a text column of at most size - 1 bytes. */
void registry_copy_text(sqlite3_stmt *stmt, int column, char *ret, size_t size);

#endif
