/* SPDX-License-Identifier: Apache-2.0 */
/* The days of each stream: what was read and what was sent of them, and what is still to do. */
#ifndef AGENT_STATE_DAY_H
#define AGENT_STATE_DAY_H

#include "agent/state/state.h"
#include "contact/tally.h"

#define REQUEST_TEXT 33
#define DAY_GONE_KINDS                                                                                       \
    10 /* why a row is not sent: 0 its person objects, then the reasons for withholding a row */
#define DAY_HALVINGS_MAX 12 /* a batch of such a day has one record */

/* What is to do with a day. Sweeps mark SUSPECT; a judgement over the whole sweep turns suspects into CLEARED
 * or, when a mass deletion is feared, ROWS_ONLY. */
enum day_work {
    DAY_CLEAN,
    DAY_ASKED,        /* to be sent whole, not yet judged */
    DAY_SUSPECT,      /* differs, in a sweep that is not over */
    DAY_SUSPECT_HELD, /* likewise, and held as it was when its rows were last sent */
    DAY_CLEARED,      /* to be sent whole, with its end */
    DAY_ROWS_ONLY,    /* to be sent whole, its end held back */
    DAY_BESIDE,       /* some of its rows stand among those of an unread day (moments in another zone) */
    DAY_UNREAD,       /* the database cannot give a value of it: passed over, until it is asked for again */
};

struct day_entry {
    int32_t day;
    enum day_work work;
    struct tally raw;  /* of the rows as read when it was last sent */
    struct tally sent; /* of the fp the centre holds once it has everything */
    bool held;         /* an end is held back; raw and sent are what they were before */
    struct tally held_raw;
    unsigned halvings; /* of the batch limits, after 413 */
    unsigned redo;     /* texts of it were withheld for a passing reason: how often they were tried */
    uint64_t last_seq; /* that touched the day */
    char request[REQUEST_TEXT];    /* to be echoed by its end; "" for none */
    uint32_t gone[DAY_GONE_KINDS]; /* as last read, but gone[0] as of raw: the stop compares the two */
};

/* Neither read, judged, sent nor stated. */
static inline bool day_passed_over(const struct day_entry *entry)
{
    return entry->work == DAY_BESIDE || entry->work == DAY_UNREAD;
}

/* False, with *ret empty but for its day, when nothing is known of it. */
bool day_get(struct state *state, const char *stream, int32_t day, struct day_entry *ret);
void day_put(struct state *state, const char *stream, const struct day_entry *entry);
void day_forget_before(struct state *state, const char *stream, int32_t day);
/* The known days from..to in order, at most max. */
size_t day_range(struct state *state, const char *stream, int32_t from, int32_t to, struct day_entry *ret,
                 size_t max);
/* The newest known day up to `to`, or DAY_NONE. */
int32_t day_newest(struct state *state, const char *stream, int32_t to);
/* The newest day up to `to` with that work, or DAY_NONE. */
int32_t day_newest_work(struct state *state, const char *stream, enum day_work work, int32_t to);
uint64_t day_count_work(struct state *state, const char *stream, enum day_work work);
/* Every day of that work gets another, from..to. */
void day_work_all(struct state *state, const char *stream, int32_t from, int32_t to, enum day_work old,
                  enum day_work now);
/* Of the days asked for up to `to`, those whose end is held back: their rows alone are sent. */
void day_keep_held(struct state *state, const char *stream, int32_t to);
/* Asks for a day, known or not, unless it is already to be sent. request may be NULL. */
void day_ask(struct state *state, const char *stream, int32_t day, const char *request);
/* Days that are sent go in batches twice as large next time, where 413 made them smaller. */
void day_grow(struct state *state, const char *stream);
/* Asks for the days whose texts were tried in vain, at most `most` times. */
void day_redo(struct state *state, const char *stream, unsigned most);
uint64_t day_count_redo(struct state *state, const char *stream);
/* A day, known or not, is passed over; DAY_UNREAD prevails over DAY_BESIDE. */
void day_pass_over(struct state *state, const char *stream, int32_t day, enum day_work work);
/* The first day from `from` on that is passed over, or DAY_NONE. */
int32_t day_next_passed(struct state *state, const char *stream, int32_t from);
/* Days passed over are asked for; those outside of from..to, of which nothing is to leave, are merely no
 * longer passed over. hold: their deletions wait, as those of all others do. */
void day_ask_passed(struct state *state, const char *stream, int32_t from, int32_t to, bool hold);
/* Releases what a stop holds back: held days are sent whole with their end. */
void day_release(struct state *state, const char *stream);
void day_each(struct state *state, const char *stream, int32_t from, int32_t to,
              bool (*each)(void *context, const struct day_entry *entry), void *context);
/* Sums over the days: records sent, held days, those to be sent whole, those passed over; first and last
 * known day, oldest day passed over (DAY_NONE without any). */
struct day_sums {
    uint64_t days, records, held, waiting, passed;
    int32_t first, last, first_passed;
};
void day_sum(struct state *state, const char *stream, struct day_sums *ret);

#endif
