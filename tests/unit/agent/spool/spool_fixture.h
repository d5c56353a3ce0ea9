/* SPDX-License-Identifier: Apache-2.0 */
/* A spool in a folder of its own. */
#ifndef TESTS_UNIT_AGENT_SPOOL_SPOOL_FIXTURE_H
#define TESTS_UNIT_AGENT_SPOOL_SPOOL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/spool/internal.h"

#define SERIES "00000000000000000000000004"
#define LIMIT (INT64_C(2) << 30)

struct place {
    char folder[64];
    struct spool *spool;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    snprintf(place->folder, sizeof(place->folder), "/tmp/spool.XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    struct err err;
    assert_int_equal(spool_create(place->folder, SERIES, &place->spool, &err), OK);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    spool_close(place->spool);
    char command[128];
    snprintf(command, sizeof(command), "rm -rf %s", place->folder);
    int status = system(command);
    free(place);
    return status;
}

#endif
