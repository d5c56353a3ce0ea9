/* SPDX-License-Identifier: Apache-2.0 */
/* The site's own names, streets and communes, learnt from its database and kept as keyed 64-bit fingerprints:
 * it can be asked about a word, it cannot be read as a list of patients. */
#ifndef AGENT_TEXT_WORDS_GAZETTEER_H
#define AGENT_TEXT_WORDS_GAZETTEER_H

#include <stddef.h>
#include <stdint.h>
#include <contact/err.h>

#define GAZ_NAME 1u
#define GAZ_GIVEN 2u
#define GAZ_STREET 4u
#define GAZ_TOWN 8u
#define GAZETTEER_KEY 16
#define GAZETTEER_MAX_AGE (8 * 86400) /* seconds; learnt nightly, a week of failed nights is borne */

struct gazetteer;

/* An empty gazetteer under this key (collect's, derived from the root key). NULL: no memory. */
struct gazetteer *gazetteer_new(const uint8_t key[static GAZETTEER_KEY]);
void gazetteer_free(struct gazetteer *gazetteer); /* wipes; NULL is legal */

/* Learns one row's value: each of its words from 2 letters, as the kinds say (GAZ_…). False: no memory. */
MUST_CHECK int gazetteer_learn(struct gazetteer *gazetteer, unsigned kind, const char *value, size_t len);

/* The kinds under which a folded word was learnt, 0 when it was not. */
/* Lets the processor fetch where a word will be looked for, while other work is done. */
void gazetteer_expect(const struct gazetteer *gazetteer, const char *word, size_t len);
uint8_t gazetteer_find(const struct gazetteer *gazetteer, const char *word, size_t len);

size_t gazetteer_count(const struct gazetteer *gazetteer);
int64_t gazetteer_learnt_at(const struct gazetteer *gazetteer); /* Unix seconds; 0 when never finished */
void gazetteer_finish(struct gazetteer *gazetteer, int64_t now);

/* One file, atomically replaced, mode 0600. It holds fingerprints, kinds, the time and a checksum; not the
 * key. */
MUST_CHECK enum err_code gazetteer_save(const struct gazetteer *gazetteer, const char *path, struct err *err);
MUST_CHECK enum err_code gazetteer_load(struct gazetteer *gazetteer, const char *path, struct err *err);

#endif
