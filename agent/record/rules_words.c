/* SPDX-License-Identifier: Apache-2.0 */
/* Codes, words of a vocabulary, flags: what is not in its list does not go. */
#include <string.h>

#include "agent/record/rules.h"

static bool same(const struct word *word, const char *text)
{
    return strncmp(text, word->text, word->len) == 0 && text[word->len] == '\0';
}

/* Products keep codes of several thesauri in one column (CCAM and NGAP): the first that it matches names it.
 */
static const struct model_thesaurus *thesaurus_of(const struct mapping_rule *rule, const struct word *word)
{
    for (const struct model_thesaurus **t = rule->thesauri; *t != NULL; t++)
        if (thesaurus_match(*t, word->text, word->len))
            return *t;
    return NULL;
}

enum withheld rule_code(const struct mapping_rule *rule, const struct word *word, struct value *ret,
                        char small[static SHORT_TEXT])
{
    const struct model_thesaurus *thesaurus = thesaurus_of(rule, word);
    bool accepted = rule->accept == NULL;
    for (char **code = rule->accept; !accepted && *code != NULL; code++)
        accepted = same(word, *code);
    if (thesaurus == NULL || !accepted)
        return WITHHELD_UNKNOWN_CODE;
    value_short(ret, small, word->text, word->len);
    ret->thesaurus = thesaurus->name;
    return WITHHELD_KINDS;
}

static const char *find_word(const struct mapping_rule *rule, const struct word *word)
{
    for (size_t i = 0; i < rule->word_count; i++)
        if (same(word, rule->words[i].source))
            return rule->words[i].word;
    return NULL;
}

enum withheld rule_enum(const struct mapping_rule *rule, const struct word *word, struct value *ret)
{
    const char *found = find_word(rule, word);
    if (found == NULL)
        return WITHHELD_UNKNOWN_CODE;
    ret->kind = VALUE_TEXT;
    ret->text = found;
    ret->len = strlen(found);
    return WITHHELD_KINDS;
}

enum withheld rule_flag(const struct mapping_rule *rule, const struct word *word, struct value *ret)
{
    const char *found = find_word(rule, word);
    if (found == NULL)
        return WITHHELD_UNKNOWN_CODE;
    ret->kind = VALUE_FLAG;
    ret->number = *found == 't';
    return WITHHELD_KINDS;
}
