/* SPDX-License-Identifier: Apache-2.0 */
/* What an identifier's cell holds, so that it can be looked for in what leaves. */
#ifndef AGENT_RECORD_IDENTIFIER_H
#define AGENT_RECORD_IDENTIFIER_H

#include "agent/record/decode.h"

#define IDENTIFIER_BYTES_MAX 4096 /* of a cell, blanks around it left out */

enum identifier_state {
    IDENTIFIER_ABSENT,     /* nothing that could stand in a text */
    IDENTIFIER_READ,       /* appended */
    IDENTIFIER_UNREADABLE, /* too long, not given whole, no text: nothing may leave that might hold it */
};

/* Appends the cell as UTF-8: text, also one kept as bytes (BLOB, VARBINARY), or a phone or a date kept as a
 * number. encoding: as the mapping says; text in another one is most likely UTF-16, when it looks so, or
 * Latin. out takes up to three times IDENTIFIER_BYTES_MAX and one more. */
enum identifier_state identifier_append(struct decoder *decoder, enum text_encoding encoding,
                                        const struct cell *cell, struct buf *out);

#endif
