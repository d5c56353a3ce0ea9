/* SPDX-License-Identifier: Apache-2.0 */
/* A local id as typed, and as the database has it: that may take 'ab12' for 'AB12' and 3.0 for 3, whose
 * records are sent under the pseudonym of what stands there. */
#ifndef AGENT_COLLECT_SPELLING_H
#define AGENT_COLLECT_SPELLING_H

#include "agent/mapping/mapping.h"
#include "agent/source/source.h"
#include "agent/state/objections.h"

struct spelling {
    const struct mapping *mapping;
    struct source *source;
    const char *sql;    /* one parameter, the id */
    unsigned id_column; /* of its rows, where the id stands as well */
    const char *typed;  /* how a person wrote an id, which a text may have so: 00012; NULL: nobody did */
    /* A row, and the id that stands there, in canonical form. */
    void (*each)(void *context, const char *found, const struct cell *cells, size_t count);
    void *context;
};

/* Calls each for the rows of a local id, which is canonical, under the first way to write it that has any: as
 * it is, a GUID in capitals and braces, letters beyond ASCII in the encodings that the mapping names. */
MUST_CHECK enum err_code spelling_rows(const struct spelling *spelling, const char *id, struct err *err);

/* Replaces a patient's id, which is canonical, by the spelling of the table of persons, canonical too. It
 * stays as it is when there is no such person (*ret_found) or no table of persons. */
MUST_CHECK enum err_code spelling_find(const struct mapping *mapping, struct source *source,
                                       char id[static OBJECTION_ID_MAX], bool *ret_found, struct err *err);

#endif
