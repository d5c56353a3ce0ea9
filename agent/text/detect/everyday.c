/* SPDX-License-Identifier: Apache-2.0 */
/* What notes say every day, by its sound: what sounds like none of it is sooner a name. One letter away from
 * it says nothing: so are four family names of a hundred ("Fournier", "fournir"). */
#include "agent/text/detect/name.h"
#include "agent/text/own/own.h"

#include <string.h>

bool name_heard_every_day(const struct note *n, const struct token *t, size_t least)
{
    char word[OWN_LETTERS], sound[OWN_LETTERS];
    uint32_t len = token_len(t);
    if (len + 1 >= OWN_LETTERS)
        return false;
    memcpy(word, token_text(n, t), len);
    word[len] = 'h'; /* itself unheard, it lets the letter before be heard */
    size_t heard = own_sound(word, len + 1, sound);
    return heard >= least && lexicon_find(n->lexicon, lexicon_hash(sound, heard)) & LEX_SOUND;
}
