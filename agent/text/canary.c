/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/canary.h"

#include <string.h>

#define ID(kind, role, value)                                                                                \
    {                                                                                                        \
        kind, role, value, sizeof(value) - 1                                                                 \
    }

static const struct text_identifier row[] = {
    ID(TEXT_IS_NAME, TEXT_ROLE_PATIENT, "QUERVILLE"),
    ID(TEXT_IS_GIVEN_NAME, TEXT_ROLE_PATIENT, "Bérengère"),
    ID(TEXT_IS_BIRTH_DATE, TEXT_ROLE_PATIENT, "1947-02-23"),
    ID(TEXT_IS_PHONE, TEXT_ROLE_CALLER, "0145871236"),
    ID(TEXT_IS_ADDRESS, TEXT_ROLE_PATIENT, "18 rue des Tanneurs"),
    ID(TEXT_IS_PERSON, TEXT_ROLE_PRACTITIONER, "VANLOUPE Odilon"),
};

static const struct canary canaries[] = {
    {"Mme Querville Bérengere, née le 23/02/1947, 18 rue des Tanneurs, code 4B291. TA 12/8, Babinski "
     "négatif, "
     "Kardégic 75 mg. Fille Josiane au 06 21 43 65 87. Dr Vanloupe",
     row, 6, 20000,
     (const char *const[]){"uerville", "rengere", "1947", "anneurs", "4B291", "Josiane", "43 65", "anloupe",
                           NULL},
     (const char *const[]){"TA 12/8", "Babinski", "75 mg", NULL}},
    {"FIEVRE 39.5 CHEZ MME QUERVILE, RAPPELER LE 01.45.87.12.36, NIR 2 47 02 75 116 045 22", row, 6, 20000,
     (const char *const[]){"QUERVILE", "87.12", "116 045", NULL}, (const char *const[]){"FIEVRE 39.5", NULL}},
    {"patient se plaint de dlr thoracique, sa voisine mme lepeltier a les cles, mail b.querville@exemple.fr",
     NULL, 0, 20000, (const char *const[]){"lepeltier", "querville", "@", NULL},
     (const char *const[]){"dlr thoracique", NULL}},
};

const struct canary *canary_at(size_t index)
{
    return index < sizeof(canaries) / sizeof(canaries[0]) ? &canaries[index] : NULL;
}

bool canary_clean(const struct canary *c, const char *cleaned)
{
    for (const char *const *w = c->gone; *w; w++)
        if (strstr(cleaned, *w))
            return false;
    for (const char *const *w = c->kept; *w; w++)
        if (!strstr(cleaned, *w))
            return false;
    return true;
}
