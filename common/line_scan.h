/* SPDX-License-Identifier: Apache-2.0 */
/* A record line taken apart: one flat JSON object without blanks, as our writer spells it. A tree of
 * allocated nodes for each of millions of lines would cost more than storing them; and what is not flat has
 * no business in a line. */
#ifndef COMMON_LINE_SCAN_H
#define COMMON_LINE_SCAN_H

#include "contact/buf.h"

#define SCAN_MEMBERS_MAX 128

enum scan_type { SCAN_TEXT, SCAN_NUMBER, SCAN_TRUE, SCAN_FALSE };

struct scan_member {
    const char *key; /* in the line, not terminated */
    size_t key_len;
    enum scan_type type;
    const char *text; /* SCAN_TEXT: unescaped, NUL-terminated, without NUL inside. SCAN_NUMBER: as written */
    size_t len;
};

struct scan {
    struct scan_member members[SCAN_MEMBERS_MAX];
    size_t count;
    char *texts; /* owned; what members' texts point into */
    size_t room;
};

void scan_free(struct scan *scan);
/* False unless line is such an object, in valid UTF-8 (RFC 3629). What it gave before is lost. */
MUST_CHECK bool scan_line(struct scan *scan, const char *line, size_t len);
/* [-]digits[.digits] with exactly `decimals` digits after the point (no point for 0), as an integer of that
 * unit. */
MUST_CHECK bool scan_number(const struct scan_member *member, unsigned decimals, int64_t *ret);

#endif
