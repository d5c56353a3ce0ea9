/* SPDX-License-Identifier: Apache-2.0 */
/* Characters that a text holds in another wrapping: as a web page, a mail or a program writes them, or as
 * UTF-8 that was taken for another encoding on its way. They are read as what they stand for, so that a name
 * is found in them too; what leaves of the text is as it was. */
#ifndef AGENT_TEXT_WRAPPING_H
#define AGENT_TEXT_WRAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unwrapped {
    uint32_t cp;
    bool accent; /* cp is the letter without its accent */
    size_t len;  /* bytes that it takes; 0: none stands here */
};

/* Does the text hold any of them? Asked once, so that others are read eight bytes at a time. */
bool wrapping_in(const char *text, size_t len);
/* "&eacute;", "&#233;", "\u00e9", "\'e9", "=C3=A9", "%C3%A9" at the beginning of text. */
struct unwrapped wrapping_read(const char *text, size_t len);
/* UTF-8 that was read as Latin-1, Latin-9 or CP1252: "Ã©". cp is the first character, text what follows it;
 * *ret_len are the bytes of text that belong to it. The same cp and 0 when it is none. */
uint32_t wrapping_mend(uint32_t cp, const char *text, size_t len, size_t *ret_len);
/* "G?r?m?an", "LEF??VRE", "06?12": did a migration write ? for each character, or each byte, that it had no
 * sign for? Told by one between two letters of a word or two digits. */
bool wrapping_lossy(const char *text, size_t len);
/* The character for which a ? or two stand at i of such a text: before a letter e, which has an accent most
 * often, between digits a blank. At a word's end it is left a question: the letters before it are near
 * enough. */
struct unwrapped wrapping_lost(const char *text, size_t len, size_t i);
/* A text that cannot be read for certain: RTF, whose words are parted by commands. */
bool wrapping_opaque(const char *text, size_t len);

#endif
