/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/clinic.h"

static const struct reason reasons[] = {
    {"M101", "fièvre", 220, 70, 60, 220, {"R50.9", "J06.9", "J11.1"}},
    {"M102", "toux", 90, 60, 70, 240, {"J20.9", "J06.9", "J40"}},
    {"M103", "syndrome grippal", 40, 70, 50, 400, {"J11.1", "J06.9", "U07.1"}},
    {"M104", "mal de gorge", 60, 50, 8, 150, {"J02.9", "J03.9", "J06.9"}},
    {"M105", "otalgie", 90, 25, 5, 170, {"H66.9", "H60.9", "H92.0"}},
    {"M106", "gêne respiratoire", 60, 55, 110, 180, {"J21.9", "J45.9", "J44.1"}},
    {"M201", "douleur abdominale", 60, 120, 90, 100, {"R10.4", "K59.0", "K35.8"}},
    {"M202", "vomissements et diarrhée", 110, 90, 50, 190, {"A09", "A08.4", "K52.9"}},
    {"M203", "colique néphrétique", 0, 40, 10, 80, {"N23", "N20.0", "N10"}},
    {"M204", "constipation", 20, 10, 45, 100, {"K59.0", "K56.6", "R10.4"}},
    {"M301", "douleur thoracique", 2, 75, 90, 105, {"R07.4", "I20.9", "F41.0"}},
    {"M302", "palpitations", 1, 25, 30, 100, {"R00.2", "I48.9", "F41.0"}},
    {"M401", "lombalgie", 1, 110, 60, 100, {"M54.5", "M54.4", "M54.1"}},
    {"M402", "chute", 20, 20, 170, 110, {"T14.0", "S72.0", "R29.6"}},
    {"M403", "traumatisme de cheville", 25, 40, 10, 80, {"S93.4", "S82.6", "T14.0"}},
    {"M501", "céphalées", 15, 60, 25, 100, {"R51", "G43.9", "J01.9"}},
    {"M502", "vertiges", 2, 40, 60, 100, {"R42", "H81.1", "H81.2"}},
    {"M503", "malaise", 15, 50, 110, 105, {"R55", "R53", "I95.1"}},
    {"M601", "éruption", 70, 30, 10, 90, {"L50.9", "B01.9", "R21"}},
    {"M602", "brûlures urinaires", 10, 70, 50, 95, {"N30.0", "N39.0", "N10"}},
    {"M701", "crise d'angoisse", 3, 60, 15, 100, {"F41.0", "F41.9", "F43.0"}},
    {"M702", "agitation", 3, 20, 55, 100, {"R45.1", "F05.9", "F20.9"}},
    {"M801", "altération de l'état général", 5, 10, 110, 120, {"R53", "E86", "J18.9"}},
    {"M802", "fin de vie", 0, 4, 40, 110, {"Z51.5", "R54", "C80.9"}},
    {"M901", "certificat", 3, 20, 6, 60, {"Z02.7", "Z00.0", "Z76.0"}},
    {"M902", "examen en garde à vue", 0, 25, 1, 90, {"Z04.6", "Z04.8", "F10.0"}},
    {"M999", "motif non précisé", 5, 10, 10, 100, {"R69", "Z71.1", "R68.8"}},
};

static const struct drug drugs[] = {
    {"3400932320189", "N02BE01", "PARACETAMOL 1 g"},    {"3400930000001", "N02BE01", "PARACETAMOL sirop"},
    {"3400933188351", "J01CA04", "AMOXICILLINE 1 g"},   {"3400936584426", "J01CR02", "AMOX-AC CLAV"},
    {"3400933524654", "A03FA03", "DOMPERIDONE"},        {"3400934744198", "A03AX12", "PHLOROGLUCINOL"},
    {"3400932656943", "M01AE01", "IBUPROFENE 400 mg"},  {"3400935887559", "R03AC02", "SALBUTAMOL"},
    {"3400937072441", "H02AB06", "PREDNISOLONE 20 mg"}, {"3400934998775", "A07XA04", "RACECADOTRIL"},
    {"3400935362094", "J01XX01", "FOSFOMYCINE 3 g"},    {"3400932771523", "M01AB05", "DICLOFENAC inj"},
    {"3400930985410", "N05BA04", "OXAZEPAM 10 mg"},     {"3400933026110", "C03CA01", "FUROSEMIDE inj"},
};

static const struct act acts[] = {
    {"VGS", "Visite"},      {"VRS", "Visite de nuit"},   {"VGD", "Visite dimanche"},
    {"CS", "Consultation"}, {"MD", "Déplacement"},       {"MDN", "Déplacement nuit"},
    {"MDI", "Dimanche"},    {"TCS", "Téléconsultation"}, {"MCX", "Majoration"},
    {"MN", "Nuit"},
};

/* Of another nomenclature, typed into the same column: the sample's mapping withholds them. */
static const struct act technical_acts[] = {
    {"DEQP003", "ECG"}, {"QZJA002", "Suture de plaie"}, {"GLLD015", "Aérosol"}};

static unsigned weight(const struct reason *reason, int age, bool epidemic)
{
    unsigned base = age < 0    ? reason->adult
                    : age < 15 ? reason->child
                    : age < 75 ? reason->adult
                               : reason->elder;
    return epidemic ? base * reason->winter / 100 : base;
}

const struct reason *clinic_reason(struct rng *rng, int age, bool epidemic)
{
    unsigned total = 0;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        total += weight(&reasons[i], age, epidemic);
    }
    uint32_t left = rng_below(rng, total);
    const struct reason *reason = reasons;
    while (left >= weight(reason, age, epidemic)) {
        left -= weight(reason, age, epidemic);
        reason++;
    }
    return reason;
}

const struct drug *clinic_drug(struct rng *rng)
{
    return &PICK(rng, drugs);
}

const struct act *clinic_act(struct rng *rng)
{
    return rng_chance(rng, 1, 40) ? &PICK(rng, technical_acts) : &PICK(rng, acts);
}
