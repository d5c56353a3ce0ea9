/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that turn a source's value into a field's (DESIGN 6.2). There is no pass-through rule: each gives
 * a value of its field's type, within the model's precision and range, or none. */
#ifndef AGENT_RECORD_RULES_H
#define AGENT_RECORD_RULES_H

#include "agent/mapping/rule.h"
#include "agent/record/decode.h"
#include "agent/record/record.h"

#define RULES_VERSION 2 /* raised when a rule's outcome changes: every row is then read as new */

#define SHORT_TEXT 40 /* room for any value but a text: a token is the longest */

/* One row while its fields are filled. */
struct rule_room {
    const struct record_context *context;
    const struct mapping_stream *stream;
    const struct cell *row;
    size_t count; /* of cells */
    int32_t day;
    bool death; /* the episode ends in death */
    struct decoder *decoder;
    struct buf decoded; /* a text of the row as UTF-8; wiped after each row */
    struct buf id;
};

/* A cell as a trimmed word: numbers in decimal, text as UTF-8. Points into itself, the cell or room->decoded,
 * and holds until the next call. */
struct word {
    const char *text;
    size_t len;
    char digits[32];
};
enum word_state { WORD_NOTHING, WORD_GIVEN, WORD_BAD };
/* WORD_NOTHING: NULL or blank. WORD_BAD: *ret_why says why it is withheld. ret may point into the cell and
 * the room. */
enum word_state rule_word(struct rule_room *room, const struct cell *cell, enum text_encoding encoding,
                          struct word *ret, enum withheld *ret_why);

/* Fills *ret (absent unless there is a value; its text stands in small or in the model) and returns
 * WITHHELD_KINDS, or why the value was withheld. A text is always withheld here, WITHHELD_TEXT, and appended
 * to text as it was typed: cleaning it is not a rule's (texts.c). */
enum withheld rule_apply(struct rule_room *room, const struct mapping_rule *rule, struct value *ret,
                         char small[static SHORT_TEXT], struct buf *text);

/* One rule each; the word is given. rules_words.c, rules_number.c, rules_time.c, rules_place.c. */
enum withheld rule_code(const struct mapping_rule *rule, const struct word *word, struct value *ret,
                        char small[static SHORT_TEXT]);
enum withheld rule_enum(const struct mapping_rule *rule, const struct word *word, struct value *ret);
enum withheld rule_flag(const struct mapping_rule *rule, const struct word *word, struct value *ret);
enum withheld rule_number(const struct mapping_rule *rule, const struct cell *cell, const struct word *word,
                          struct value *ret);
enum withheld rule_hour(struct zone *zone, const struct word *word, struct value *ret,
                        char small[static SHORT_TEXT]);
enum withheld rule_day(struct zone *zone, const struct word *word, struct value *ret,
                       char small[static SHORT_TEXT]);
enum withheld rule_delay(struct zone *zone, const struct model_field *field, const struct word *until,
                         const struct word *since, struct value *ret);
enum withheld rule_age(struct zone *zone, const struct word *birth, int32_t day, bool death,
                       struct value *ret, char small[static SHORT_TEXT]);
enum withheld rule_department(const struct word *word, struct value *ret, char small[static SHORT_TEXT]);
enum withheld rule_geo_pmsi(const struct word *word, struct value *ret, char small[static SHORT_TEXT]);

/* Copies a short text into small and points the value at it. */
void value_short(struct value *ret, char small[static SHORT_TEXT], const char *text, size_t len);

#endif
