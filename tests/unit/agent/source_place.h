/* SPDX-License-Identifier: Apache-2.0 */
/* An SQLite source in a file of its own, for tests that read one. */
#ifndef TESTS_UNIT_AGENT_SOURCE_PLACE_H
#define TESTS_UNIT_AGENT_SOURCE_PLACE_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/source/source.h"

struct place {
    char path[64];
    struct source *source;
};

/* Filled by these statements, then opened. */
static inline struct place *place_new(const char *sql)
{
    struct place *place = calloc(1, sizeof *place);
    sqlite3 *db;
    snprintf(place->path, sizeof place->path, "/tmp/source.XXXXXX");
    int fd = mkstemp(place->path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    struct source_options options = {.kind = SOURCE_SQLITE, .database = place->path, .timeout_ms = 60000};
    assert_int_equal(source_open(&options, &place->source, NULL), OK);
    return place;
}

static int place_end(void **state)
{
    struct place *place = *state;
    source_close(place->source);
    unlink(place->path);
    free(place);
    return 0;
}

#endif
