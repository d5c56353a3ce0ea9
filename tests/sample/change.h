/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_CHANGE_H
#define SAMPLE_CHANGE_H

#include <stdint.h>

#include "tests/sample/care.h"

/* What happens to the database of a working association, in one transaction. */
struct change_options {
    int64_t at; /* the present: new calls are of the ten minutes before */
    int within; /* late, corrected and deleted calls are of so many days before `at` */
    int64_t added, late, corrected, deleted, merged, objected;
};

/* Applies them; each count is replaced by what could be done (an empty window has nothing to delete). */
void change_apply(struct care *care, struct change_options *options);

#endif
