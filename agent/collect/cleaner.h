/* SPDX-License-Identifier: Apache-2.0 */
/* The text engine at work beside a source: it learns the site's names there, and cleans the texts of its
 * rows. Joins the rooms record and text, which do not know each other. Whatever is missing stops the text
 * alone: a cleaner always opens, and then says why it lets nothing through. */
#ifndef AGENT_COLLECT_CLEANER_H
#define AGENT_COLLECT_CLEANER_H

#include "agent/record/record.h"
#include "agent/source/source.h"

#define CLEANER_KEY 16
#define CLEANER_CODE 16 /* bytes of a code, its NUL included */

struct cleaner;

/* mapping: borrowed. key: of the fingerprints of names. NULL: no memory. */
struct cleaner *cleaner_new(const struct mapping *mapping, const uint8_t key[static CLEANER_KEY]);
void cleaner_free(struct cleaner *cleaner); /* NULL is legal */

/* Learns the site's names from the tables of the mapping's gazetteer. What was known before stays in use
 * until all of it is read, and when reading fails. The engine then begins anew, with its canaries. */
MUST_CHECK enum err_code cleaner_learn(struct cleaner *cleaner, struct source *source, struct err *err);
/* Keeps what was learnt in folder/cache, a folder that backups pass over, replaced by rename; takes it from
 * there. */
MUST_CHECK enum err_code cleaner_save(const struct cleaner *cleaner, const char *folder, struct err *err);
MUST_CHECK enum err_code cleaner_load(struct cleaner *cleaner, const char *folder, struct err *err);
int64_t cleaner_learnt_s(const struct cleaner *cleaner); /* wall time; 0 never */
size_t cleaner_names(const struct cleaner *cleaner);     /* how many words were learnt */

/* The engine, code and word file: what an association agrees to. All zero when there is no word file. */
void cleaner_version(const struct cleaner *cleaner, uint8_t ret[static SHORT_SIZE]);
void cleaner_version_of(const struct mapping *mapping,
                        uint8_t ret[static SHORT_SIZE]); /* of one made for it */
/* The version that may let text through; without this call, none may. */
void cleaner_allow(struct cleaner *cleaner, const uint8_t version[static SHORT_SIZE]);
/* Too many texts were withheld before this process began: nothing goes until the names are learnt again. */
void cleaner_hold(struct cleaner *cleaner);

#define CLEANER_RATE "rate" /* of the codes: too many texts withheld */
/* Why no text goes now, as a code: no_words, canary, no_names, old_names, rate, not_approved. "" when it
 * does. */
const char *cleaner_stopped(struct cleaner *cleaner);

/* record_context.clean; context is the cleaner. */
void cleaner_clean(void *cleaner, struct record_call *call);

/* The word file: what CONTACT_TEXT_LEXICON names, that beside this executable (a build that is not
 * installed), or the installed one. */
const char *cleaner_word_file(char *room, size_t size);

#endif
