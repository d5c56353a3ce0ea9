/* SPDX-License-Identifier: Apache-2.0 */
/* One value of a source row: what `source` gives and `record` takes. */
#ifndef CONTACT_CELL_H
#define CONTACT_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cell_type {
    CELL_NULL,
    CELL_INTEGER,
    CELL_REAL,
    CELL_TEXT, /* bytes as the source gave them, in the mapping's encoding (UTF-8 unless it says) */
    CELL_BLOB,
    CELL_UNREADABLE, /* the driver could not give it whole: withheld, counted */
};

/* text is borrowed until the source's next row, and need not end in a NUL. */
struct cell {
    enum cell_type type;
    int64_t integer;
    double real;
    const char *text; /* CELL_TEXT and CELL_BLOB */
    size_t len;
    bool utf8; /* the source has made it UTF-8 already, whatever encoding the mapping says */
};

#endif
