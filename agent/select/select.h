/* SPDX-License-Identifier: Apache-2.0 */
/* The statements that read a stream, built once from the mapping in the source's own SQL. They name mapped
 * columns only. Days are bound as text, widened by the caller: the agent decides a row's day itself. */
#ifndef AGENT_SELECT_SELECT_H
#define AGENT_SELECT_SELECT_H

#include "agent/mapping/mapping.h"
#include "agent/source/source.h"

/* What the column holds that dates a row. */
enum days {
    DAYS_DATE, /* the database's own dates */
    DAYS_TEXT, /* texts, of which those that begin YYYY-MM-DD stand in the order of days */
    DAYS_NONE, /* numbers, bytes: nothing that stands in that order */
};

struct select {
    enum days days;
    char *range;  /* rows of day >= ? and < ?, by day; cells as mapping_stream's columns */
    char *open;   /* rows of day >= ?, by day */
    char *newest; /* the newest day value < ?, of those in order: one cell, or no row. Superset of what joins
                     would leave */
    char *oldest; /* the oldest day value >= ? */
    char *look;   /* count(*), max(changed) of day >= ?; NULL when the mapping names no `changed` */
    char *keys;   /* the key's cells of rows of day >= ? and < ?, in no order */
    char *person; /* local id and day of each row of a patient; NULL when the stream has none */
    char *person_rows;     /* all rows of a patient, cells as mapping_stream's columns; likewise */
    char *practitioner;    /* as person, of a practitioner; NULL when no token is mapped */
    char *count;           /* count(*) of rows of day >= ? */
    char *dayless;         /* count(*) of rows without a day */
    char *unordered;       /* count(*) of rows whose day is a text of another form; NULL with DAYS_DATE */
    char *unordered_table; /* the same of the day's own table, which is cheap: with 0 there, the stream has
                              none */
};

struct select *select_new(const struct mapping *mapping, const struct mapping_stream *stream,
                          const struct source_dialect *dialect, enum days days);
void select_free(struct select *select); /* NULL is legal */

/* The table whose column the stream's day is. */
const char *day_table(const struct mapping *mapping, const struct mapping_stream *stream);
/* A stream that reads the objection column; NULL when the mapping names none. */
const struct mapping_stream *select_objecting(const struct mapping *mapping);
/* The key and the objection column of every person who may object: record_objects tells. NULL when the
 * mapping names no such column. The caller frees it. */
char *select_objectors(const struct mapping *mapping, const struct source_dialect *dialect);
/* Counts the persons. NULL when the mapping has none; the caller frees it. */
char *select_persons(const struct mapping *mapping, const struct source_dialect *dialect);
/* The columns from which an entry of the gazetteer learns: names, given names, streets, towns, in this order;
 * where the dialect has parts, a ? is the part. NULL when it lists none. The caller frees it. */
char *select_names(const struct mapping_gazetteer *gazetteer, const struct source_dialect *dialect);
/* Code and label of each row. The caller frees it. */
char *select_labels(const struct mapping_labels *labels, const struct source_dialect *dialect);
/* Child and parent of every merge; NULL without merges. The caller frees it. */
char *select_merges(const struct mapping *mapping, const struct source_dialect *dialect);
/* The same, and beside each id how the table of persons spells it (NULL: it has no such person). */
char *select_merges_spelled(const struct mapping *mapping, const struct source_dialect *dialect);
/* How the table of persons spells a local id: one parameter. NULL when the mapping has no persons. */
char *select_person(const struct mapping *mapping, const struct source_dialect *dialect);

#endif
