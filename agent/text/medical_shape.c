/* SPDX-License-Identifier: Apache-2.0 */
/* Words of medicine by their build: suffixes and first parts of Greek and Latin, and the common stems of
 * medicines (WHO, "The use of stems in the selection of International Nonproprietary Names"). No list holds
 * them all. */
#include "agent/text/note.h"

#include <string.h>

#define LEAST 7u

/* Endings of words, of which no name of a person has one. */
static const char *const sure[] = {"algie",  "tomie",  "plastie",  "scopie", "graphie",
                                   "pathie", "plegie", "therapie", "rragie", "gramme"};

static const char *const suffixes[] = {
    "emie",     "urie",     "logue",      "logie",   "paresie",  "oide",     "cytose",  "cyte",   "kystie",
    "rrhee",    "phobie",   "centese",    "metrie",  "trophie",  "esthesie", "pnee",    "cardie", "dermie",
    "tension",  "sclerose", "stenose",    "megalie", "lyse",     "isme",     "ation",   "ique",   "ible",
    "euse",     "ite",      "cilline",    "mycine",  "oxacine",  "azole",    "sartan",  "olol",   "pril",
    "statine",  "gliptine", "gliflozine", "dipine",  "parine",   "xaban",    "triptan", "setron", "profene",
    "thiazide", "oxetine",  "azepam",     "zolam",   "cycline",  "nisone",   "solone",  "tasone", "terol",
    "tropium",  "fibrate",  "formine",    "mab",     "barbital", "dronate",  "tidine",  "zepine", "pramine",
    "lukast",   "amide",    "caine",      "oidal",   "iaque",    "ectasie",  "phagie",  "phasie", "praxie",
    "gnosie",   "philie",   "phile",      "ptysie",  "stasie",   "poiese",   "genese",  "scope",  "meningee",
    "tinib",    "ciclib",   "vaccin"};

static const char *const beginnings[] = {
    "hyper",     "hypogl",  "hypok",   "hypot",     "hypon",   "dermo",   "gastro",    "cardio",
    "neuro",     "broncho", "pneumo",  "nephro",    "hepato",  "thrombo", "leuco",     "tachy",
    "brady",     "electro", "psycho",  "osteo",     "arthro",  "angio",   "immuno",    "hemato",
    "laryngo",   "pharyng", "antibio", "cholecyst", "oesoph",  "radiol",  "echograph", "desat",
    "decompens", "surinf",  "encombr", "hemodyn",   "auscult", "paracet", "amoxi"};

static bool ends_so(const char *word, size_t len, const char *const *endings, size_t count)
{
    size_t stem = word[len - 1] == 's' ? len - 1 : len; /* plural */
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(endings[i]);
        if (stem >= size + 3 && memcmp(word + stem - size, endings[i], size) == 0)
            return true;
    }
    return false;
}

bool medical_surely(const char *word, size_t len)
{
    return len >= LEAST && ends_so(word, len, sure, sizeof(sure) / sizeof(sure[0]));
}

bool medical_shape(const char *word, size_t len)
{
    if (len < LEAST)
        return false;
    if (medical_surely(word, len) || ends_so(word, len, suffixes, sizeof(suffixes) / sizeof(suffixes[0])))
        return true;
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
        size_t size = strlen(beginnings[i]);
        if (len >= size + 3 && memcmp(word, beginnings[i], size) == 0)
            return true;
    }
    return false;
}
