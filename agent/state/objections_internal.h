/* SPDX-License-Identifier: Apache-2.0 */
/* The register's inside, shared by how it is kept (objections.c), how it changes (objections_change.c), and
 * how it comes under another root key (objections_settle.c). */
#ifndef AGENT_STATE_OBJECTIONS_INTERNAL_H
#define AGENT_STATE_OBJECTIONS_INTERNAL_H

#include "agent/state/objections.h"
#include "contact/db.h"

#define REGISTER_KEY 32
#define NONCE 12
#define TAG 16
#define SEALED_ID_MAX (NONCE + OBJECTION_ID_MAX + TAG)

struct objections {
    sqlite3 *db;
    sqlite3_stmt *update, *each;
    sqlite3_stmt *find, *put, *withdraw, *asked, *again, *note, *history;
    uint8_t key[REGISTER_KEY];
};

MUST_CHECK enum err_code objections_prepare_changes(struct objections *o, struct err *err);
/* Encrypts the entry's id, bound to its token; returns how many bytes. */
size_t objection_seal_id(const struct objections *o, const struct objection *objection,
                         uint8_t ret[static SEALED_ID_MAX]);

/* Decrypts an id into the entry, whose token is set. False when there is none, or one under another key. */
bool objection_open_id(const uint8_t key[static REGISTER_KEY], const uint8_t *data, size_t size,
                       struct objection *objection);
/* The register's key, of a root key. */
void objections_derive(const uint8_t root[static 32], uint8_t ret[static REGISTER_KEY]);

/* A text column, "" for NULL. */
void objection_text(sqlite3_stmt *s, int column, char *ret, size_t size);

#endif
