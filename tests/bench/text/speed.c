/* SPDX-License-Identifier: Apache-2.0 */
/* MB/s and memory of the whole pipeline on one core, without JSON: the notes of a file, one a line of text,
 * again and again, each with the same row and a gazetteer of many invented names.
 *
 *   text-speed WORD-FILE NOTES [NAMES [PASSES [TEXTS]]]
 *
 * With PASSES it stops after so many, for callgrind: two runs, of 1 and of 11, differ by ten passes; 0: after
 * some seconds. A call has so many TEXTS, 1 when nothing is said. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "agent/text/text.h"
#include "agent/text/words/gazetteer.h"

#define NOTES_MAX 4096u
#define TEXTS_MAX 64u
#define SECONDS 3.0

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* the machine may have other work */
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void invent(char *word, unsigned seed)
{
    static const char syllables[][4] = {"ba", "cor", "de", "fra", "gui", "lan", "mo", "net",
                                        "pi", "rou", "sa", "ti",  "vel", "zo",  "he", "jur"};
    word[0] = '\0';
    for (unsigned k = 0; k < 5; k++, seed >>= 4)
        strcat(word, syllables[seed & 15u]);
}

int main(int argc, char **argv)
{
    static const uint8_t key[GAZETTEER_KEY] = {7};
    struct gazetteer *names = gazetteer_new(key);
    char word[64];
    unsigned wanted = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 400000u;
    for (unsigned i = 0; names && i < wanted; i++) {
        invent(word, i * 2654435761u >> 12);
        if (!gazetteer_learn(names, GAZ_NAME, word, strlen(word)))
            return 1;
    }
    struct text_options options = {.lexicon = argc > 1 ? argv[1] : "", .names = names};
    struct text_engine *engine;
    struct err err;
    if (argc < 3 || text_open(&engine, &options, &err) != OK)
        return 1;
    static char *lines[NOTES_MAX];
    size_t count = 0, bytes = 0, done = 0;
    FILE *file = fopen(argv[2], "r");
    size_t cap = 0;
    while (file && count < NOTES_MAX && getline(&lines[count], &cap, file) > 0) {
        lines[count][strcspn(lines[count], "\n")] = '\0';
        bytes += strlen(lines[count++]);
        cap = 0;
    }
    struct text_identifier row[] = {{TEXT_IS_NAME, TEXT_ROLE_PATIENT, "QUERVILLE", 9},
                                    {TEXT_IS_GIVEN_NAME, TEXT_ROLE_PATIENT, "Colette", 7},
                                    {TEXT_IS_PERSON, TEXT_ROLE_PRACTITIONER, "VANLOUPE Odilon", 15},
                                    {TEXT_IS_PHONE, TEXT_ROLE_CALLER, "0145871236", 10},
                                    {TEXT_IS_ADDRESS, TEXT_ROLE_PATIENT, "18 rue des Tanneurs", 19},
                                    {TEXT_IS_TOWN, TEXT_ROLE_PATIENT, "LIMOGES", 7},
                                    {TEXT_IS_BIRTH_DATE, TEXT_ROLE_PATIENT, "1947-02-23", 10},
                                    {TEXT_IS_ZIP, TEXT_ROLE_PATIENT, "87000", 5}};
    struct text_note notes[TEXTS_MAX];
    for (size_t k = 0; k < TEXTS_MAX; k++)
        notes[k] = (struct text_note){.cleaned = BUF_INIT(TEXT_MAX_BYTES)};
    unsigned long passes = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    size_t texts = argc > 5 ? strtoul(argv[5], NULL, 10) : 1;
    texts = texts < 1 ? 1 : texts < TEXTS_MAX ? texts : TEXTS_MAX;
    double start = now();
    for (unsigned long pass = 0; count > 0 && (passes ? pass < passes : now() - start < SECONDS); pass++)
        for (size_t i = 0, k; i < count; i += k) {
            for (k = 0; k < texts && i + k < count; k++) {
                notes[k].text = lines[i + k];
                notes[k].len = strlen(lines[i + k]);
                done += notes[k].len;
            }
            text_clean(engine, row, sizeof row / sizeof *row, 20000, notes, k);
        }
    double took = now() - start;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%zu notes of %zu bytes, %u names: %.1f MB/s, %.0f ns a byte, %ld MB resident\n", count,
           count ? bytes / count : 0, wanted, (double)done / took / 1e6, took * 1e9 / (double)done,
           usage.ru_maxrss / 1024);
    text_close(engine);
    gazetteer_free(names);
    return 0;
}
