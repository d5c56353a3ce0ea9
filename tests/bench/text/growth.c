/* SPDX-License-Identifier: Apache-2.0 */
/* How the engine's time grows with a note's length: what repeats one thing, six times as long. About 6 is as
 * it should be; in the square of its length it would be 36.
 *
 *   text-growth WORD-FILE */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/text/text.h"

enum { SMALL = 16000, TIMES = 6, LARGE = TIMES * SMALL, RUNS = 3 };

static const char *const repeated[] = {
    "7",          "7 ",         "12/",     "06.",        "@",         "a@b ",        "a.",
    "l'",         "jean-",      "a b ",    "abC",        "mmedurand", "M. ",         "M. Kervignac, ",
    "arobase ",   "(",          "12 mai ", "12 rue de ", "st ",       "chez ",       "code 12 ",
    "et Durand ", "Mme de la ", "bat a ",  "\xC3\xA9",   "point a ",  "3e etage / ", "x 1- ",
    "ne le ",     "Dr Jean ",   "77 "};

static double seconds(struct text_engine *engine, struct text_note *note, const char *text, size_t len)
{
    double least = 1e9;
    note->text = text;
    note->len = len;
    for (int run = 0; run < RUNS; run++) {
        struct timespec before, after;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
        text_clean(engine, NULL, 0, 20000, note, 1);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
        double took = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
        least = took < least ? took : least;
    }
    return least;
}

int main(int argc, char **argv)
{
    struct text_options options = {.lexicon = argc > 1 ? argv[1] : ""};
    struct text_engine *engine;
    struct err err;
    if (argc < 2 || text_open(&engine, &options, &err) != OK)
        return 1;
    static char text[LARGE];
    struct text_note note = {.cleaned = BUF_INIT(TEXT_MAX_BYTES)};
    for (size_t p = 0; p < sizeof repeated / sizeof *repeated; p++) {
        size_t len = strlen(repeated[p]);
        for (size_t i = 0; i < LARGE; i++)
            text[i] = repeated[p][i % len];
        double small = seconds(engine, &note, text, SMALL / len * len);
        double large = seconds(engine, &note, text, LARGE / len * len);
        printf("%5.1f times  '%s'\n", large / small, repeated[p]);
    }
    buf_free(&note.cleaned);
    text_close(engine);
    return 0;
}
