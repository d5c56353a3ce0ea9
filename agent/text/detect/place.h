/* SPDX-License-Identifier: Apache-2.0 */
/* What the finders of addresses and establishments share. Internal to this room. */
#ifndef AGENT_TEXT_DETECT_PLACE_H
#define AGENT_TEXT_DETECT_PLACE_H

#include "agent/text/note.h"

/* Marks the street or residence whose type stands at i, with its number and name, when it has one. */
void place_street(struct note *note, size_t i);
/* Marks the place at i of which a plain word says the kind: "villa mon repos". */
void place_site(struct note *note, size_t i);
/* "12 ch. Cap Sud": a way when a number stands before it and a name after, else a room. */
bool place_way(const struct note *note, size_t i);
/* Marks the part of an address that begins at i and is said by its side or its place: "esc du fond", "R+2".
 */
void place_part(struct note *note, size_t i);
bool may_begin_part(const struct token *token);
/* The last token of "sur cour", "côté jardin", or of "jardin" that nothing follows, at i; 0 when none is. */
size_t place_outlook(const struct note *note, size_t i);
/* Marks what stands before and after each ZIP. */
void place_around_zip(struct note *note);

/* Marks "PK 28,5", "RD 1006" and "D986 km 14" at i. */
void place_road(struct note *note, size_t i);
/* Whether a place's name ends before i: a sign, the line's end, a mark, another part of the address. */
bool place_ends(const struct note *note, size_t i);
/* The last token of the name in plain words that begins at i after a type of place, its article too; 0 when
 * none does. */
size_t place_plain_name(const struct note *note, size_t i);
/* Whether no note says the word: after a type of place it is a name. */
bool place_unheard_of(const struct note *n, const struct token *t);
/* The last token of the name of a place in words of no dictionary, or with capitals, after its article if
 * any; 0 when none begins at i. */
size_t place_proper_name(const struct note *note, size_t i);
/* As place_ends, also before what says where from a place: "villa mon repos après le stade". */
bool place_stops(const struct note *note, size_t i);
/* Whether the words speak of the body or of something else that has parts: "pavillon de l'oreille". */
bool place_of_other(const struct note *note, size_t from, size_t to);
/* Marks the house that is named after the word at i, which says that somebody works, lives or is treated
 * there: "travaille à la baie des phoques", "résidente du clos Saint-Eloi", "opéré à sainte marg". */
void place_at(struct note *note, size_t i);
/* The last token of "Lyon 3", "paris 10e" whose town stands at last; last itself when no district follows. */
size_t place_district(const struct note *note, size_t last);
/* Marks the hospital or firm whose bare name stands at i. */
void place_hospital(struct note *note, size_t i);
/* Homes whose abbreviation is a title of people too. */
void place_titled_home(struct note *note, size_t i);
/* Marks the house named by a noun after the word of care at i: "hospitalisé à la Chartreuse", "transfert aux
 * cèdres". */
void place_care(struct note *note, size_t i);
/* Marks the firm named at i, when what stands around it says that somebody works there. */
void place_employer(struct note *note, size_t i);

#endif
