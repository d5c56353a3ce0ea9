/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/vocabulary.h"

#include <stdlib.h>
#include <openssl/crypto.h>

#define REMEMBERED 4096u /* words; a power of two. A newer one takes the place of the one before */

struct remembered {
    uint64_t hash; /* of the letters as written */
    struct known_word word;
};

struct vocabulary {
    const struct lexicon *lexicon;
    const struct gazetteer *names;
    struct remembered memory[REMEMBERED]; /* without flags: empty */
};

struct vocabulary *vocabulary_new(const struct lexicon *lexicon, const struct gazetteer *names)
{
    struct vocabulary *v = calloc(1, sizeof(*v));
    if (!v)
        return NULL;
    v->lexicon = lexicon;
    v->names = names;
    return v;
}

void vocabulary_free(struct vocabulary *v)
{
    if (v)
        OPENSSL_cleanse(v, sizeof(*v));
    free(v);
}

static uint64_t canonical(const char *word, size_t len, uint64_t hash)
{
    if (len < 2 || len > 3 || word[0] != 's' || word[1] != 't')
        return hash;
    if (len == 2)
        return lexicon_hash("saint", 5);
    return word[2] == 'e' ? lexicon_hash("sainte", 6) : hash;
}

struct known_word vocabulary_find(struct vocabulary *v, const char *word, size_t len)
{
    uint64_t hash = lexicon_hash(word, len);
    struct remembered *r = &v->memory[hash % REMEMBERED];
    if (r->hash == hash && r->word.flags)
        return r->word;
    struct known_word found = {.hash = canonical(word, len, hash)};
    found.flags = lexicon_find(v->lexicon, found.hash);
    found.site = v->names ? gazetteer_find(v->names, word, len) : 0;
    if (found.flags & LEX_WORD)
        *r = (struct remembered){hash, found};
    return found;
}
