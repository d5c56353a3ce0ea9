/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/notes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/sample/when.h"
#include "tests/sample/words.h"

static const char *const openings[] = {
    "Appel de {t.prenom} {t.nom} (voisine), tel {t.tel} : {plainte}.",
    "{plainte} depuis hier soir, {age} ans. Mme {nom} seule au domicile.",
    "fils {t.prenom} sur place {t.tel}, {plainte}",
    "{plainte}. Rappeler au {tel} si absent, sinon sa soeur {t.prenom} {t.tel}",
    "{prenom} {NOM} né(e) le {ddn}, {plainte} depuis 2 j, a déjà vu Dr {t.nom}",
    "EHPAD : {etab}, résident {nom} {prenom}, {plainte}, IDE {t.prenom} au {t.tel}",
    "SAMU 15 transmet : {plainte}, pas de critère. Dossier {id}. Contact {t.nom} {t.tel}",
    "{plainte} ; ATCD Parkinson, AVK. MT Dr {t.nom} à {t.commune}, aidante {t.prenom} {t.nom}",
    "{plainte}, TA 15/9 à l'automesure, Glasgow 15. Ne parle pas français, traducteur {t.prenom} {t.tel}",
    "{PLAINTE} DEPUIS CE MATIN. M {NOM} TRES INQUIET, RAPPELLE DU {t.tel}",
    "{plainte}. Mail pour l'ordonnance : {mail}. SS {nir}",
    "petit malaise ce matin, {plainte}, vit avec {t.prenom} né en {annee}",
    "{plainte} depuis 48 h, T 39.2, boit bien, urine, éveillé.",
    "{plainte}",
};

static const char *const openings_child[] = {
    "enf {prenom} {age} ans {plainte}, maman {t.prenom} {tel}, pas de signe de gravité",
    "{prenom} {plainte} depuis 48 h, T 39.2, boit bien, urine, éveillé. Papa {t.prenom} au {t.tel}",
    "bébé {NOM} {prenom} né(e) le {ddn}, {plainte}, vomit depuis ce matin",
    "assistante maternelle Mme {t.nom} ({t.tel}) : {plainte}, parents prévenus",
    "nourrisson, {plainte}, vu hier par Dr {t.nom}, crèche {etab}",
    "{plainte} depuis 48 h, T 39.2, boit bien, urine, éveillé.",
};

static const char *const accesses[] = {
    "Code {code} puis interphone {interphone}, {etage}e étage droite",
    "{adresse}, {commune}. Code porte {code}, sonner chez {NOM}",
    "digicode {t.code} (pas celui du dossier), bât C, {etage}e",
    "en fait chez sa fille {t.prenom} {t.nom}, {t.adresse}, code {t.code}",
    "clé chez la gardienne Mme {t.nom}",
    "int. {interphone} / {NOM}, volets bleus au fond de la cour",
    "l'attend devant {etab}",
    "boîte à clé {t.code}, téléalarme {id}",
    "",
    "",
    "",
};

static const char *const conclusions[] = {
    "Examen rassurant, TA {ta}, apyrétique, {plainte}. Traitement symptomatique, revoir Dr {t.nom} dans 48 "
    "h.",
    "{age} ans, {plainte}. Auscultation libre, SpO2 98 % AA. Surveillance par {t.prenom}, rappel si "
    "aggravation au {t.tel}.",
    "Patient {NOM} {prenom} adressé à {etab}, accord du Dr {t.nom}, transport {t.nom2} ambulances.",
    "Pas de déficit, Babinski indifférent, Glasgow 15. Courrier remis à {t.prenom}. Dr {medecin}",
    "Refus d'hospitalisation, signature de {t.prenom} {t.nom} né le {t.ddn}. Risques expliqués.",
    "Reconnaissance : IJ du {date}, certificat remis. N° {nir}",
    "Gastro-entérite, pas de déshydratation. SRO. Consignes données à l'épouse {t.prenom}.",
    "Suivi : IDE {t.nom} passe demain au {adresse}, tel {t.tel}",
    "RAS. Dr {MEDECIN}",
};

static const char *const conclusions_child[] = {
    "Otite moyenne aiguë droite, tympan bombé. Amoxicilline. Vu avec la maman {t.prenom} {nom}.",
    "Rhinopharyngite, tympans normaux, pas de détresse. Consignes aux parents ({t.prenom}, {t.tel}).",
    "Bronchiolite sans critère d'hospitalisation, SpO2 97 %. Revoir Dr {t.nom} demain.",
    "Gastro-entérite, perte de poids < 5 %, SRO. Enfant {prenom} confié à sa grand-mère {t.prenom} {t.nom}.",
    "Adressé à {etab} pour bilan, {prenom} accompagné par son père. Dr {MEDECIN}",
};

static const char *const doses[] = {
    "1 cp matin et soir pendant 5 jours",
    "1 g toutes les 6 h si douleur, max 4 g/j",
    "1 dose-poids 3 fois par jour pendant 7 jours",
    "2 bouffées si gêne, à renouveler 3 fois",
    "1 sachet 3 fois par jour",
    "1 cp le soir, à donner par sa fille {t.prenom}",
    "15 gouttes matin et soir, préparer par IDE {t.nom} ({t.tel})",
    "1 inj par jour 3 j, cabinet {t.nom}",
};

/* What the text names besides the row: made once a text, so that a person named twice is the same. */
struct strangers {
    struct person first, second;
};

static void typed_case(struct rng *rng, char *text, size_t size)
{
    char typed[64];
    switch (rng_below(rng, 6)) {
    case 0:
        text_upper(text, typed, sizeof(typed));
        snprintf(text, size, "%s", typed);
        break;
    case 1:
        for (char *c = text; *c != '\0'; c++) {
            *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
        }
        break;
    case 2: /* one letter lost */
        if (strlen(text) > 4 && (unsigned char)text[2] < 0x80 && (unsigned char)text[3] < 0x80) {
            memmove(text + 2, text + 3, strlen(text + 3) + 1);
        }
        break;
    default:
        break;
    }
}

static void value_of_person(const struct scene *scene, const struct person *who, const char *key,
                            char out[static 128], const char **ret_kind)
{
    struct rng *rng = scene->rng;
    const char *value = "";
    char phone[32], address[80];
    *ret_kind = NULL;
    if (strcmp(key, "nom") == 0 || strcmp(key, "NOM") == 0) {
        value = who->surname, *ret_kind = "name";
    } else if (strcmp(key, "prenom") == 0) {
        value = who->given_name, *ret_kind = "given_name";
    } else if (strcmp(key, "tel") == 0) {
        phone_render(rng, who->phone[0] != '\0' ? who->phone : "0639980000", phone);
        value = phone, *ret_kind = "phone";
    } else if (strcmp(key, "code") == 0) {
        value = who->door_code[0] != '\0' ? who->door_code : "B4578", *ret_kind = "door_code";
    } else if (strcmp(key, "interphone") == 0) {
        value = who->intercom[0] != '\0' ? who->intercom : who->surname, *ret_kind = "intercom";
    } else if (strcmp(key, "adresse") == 0) {
        snprintf(address, sizeof(address), "%s %s", who->number, who->street);
        value = address, *ret_kind = "address";
    } else if (strcmp(key, "commune") == 0) {
        value = who->commune, *ret_kind = "city";
    } else if (strcmp(key, "mail") == 0) {
        value = who->email[0] != '\0' ? who->email : "urgences33@example.net", *ret_kind = "email";
    } else if (strcmp(key, "nir") == 0) {
        value = who->nir[0] != '\0' ? who->nir : "255082A00411379", *ret_kind = "nir";
    } else if (strcmp(key, "ddn") == 0 && who->birth[0] != '\0') {
        snprintf(out, 128, "%.2s/%.2s/%.4s", who->birth + 8, who->birth + 5, who->birth);
        *ret_kind = "birth_date";
        return;
    } else if (strcmp(key, "ddn") == 0) {
        value = "12/03/1956", *ret_kind = "birth_date";
    } else if (strcmp(key, "etage") == 0) {
        value = who->floor[0] != '\0' ? who->floor : "2";
    }
    snprintf(out, 128, "%s", value);
    if (*ret_kind != NULL && (strcmp(*ret_kind, "name") == 0 || strcmp(*ret_kind, "given_name") == 0)) {
        typed_case(rng, out, 128);
    }
}

/* The text of one {key}, and the kind of canary it is (NULL: not identifying). */
static void value_of(const struct scene *scene, const struct strangers *strangers, const char *key,
                     char out[static 128], const char **ret_kind)
{
    struct rng *rng = scene->rng;
    char upper[128];
    *ret_kind = NULL;
    if (strncmp(key, "t.nom2", 6) == 0) {
        value_of_person(scene, &strangers->second, "nom", out, ret_kind);
    } else if (strncmp(key, "t.", 2) == 0) {
        value_of_person(scene, &strangers->first, key + 2, out, ret_kind);
    } else if (strcmp(key, "plainte") == 0) {
        snprintf(out, 128, "%s", scene->complaint);
    } else if (strcmp(key, "PLAINTE") == 0) {
        text_upper(scene->complaint, out, 128);
    } else if (strcmp(key, "medecin") == 0 || strcmp(key, "MEDECIN") == 0) {
        snprintf(out, 128, "%s", scene->doctor);
        *ret_kind = "doctor_name";
    } else if (strcmp(key, "etab") == 0) {
        snprintf(out, 128, "%s", words_institution(rng));
        *ret_kind = "institution";
    } else if (strcmp(key, "id") == 0) {
        snprintf(out, 128, "FK-%d-%c%c", rng_between(rng, 100, 99999), (char)('A' + (int)rng_below(rng, 26)),
                 (char)('A' + (int)rng_below(rng, 26)));
        *ret_kind = "file_number";
    } else if (strcmp(key, "age") == 0) {
        int age = person_age(scene->person, scene->day);
        snprintf(out, 128, "%d", age < 0 ? 40 : age);
    } else if (strcmp(key, "annee") == 0) {
        snprintf(out, 128, "%d", rng_between(rng, 1930, 2000));
    } else if (strcmp(key, "ta") == 0) {
        snprintf(out, 128, "%d/%d", rng_between(rng, 10, 17), rng_between(rng, 5, 10));
    } else if (strcmp(key, "date") == 0) {
        snprintf(out, 128, "%d/%d", rng_between(rng, 1, 28), rng_between(rng, 1, 12));
    } else {
        value_of_person(scene, scene->person, key, out, ret_kind);
    }
    if (key[0] >= 'A' && key[0] <= 'Z') {
        text_upper(out, upper, sizeof(upper));
        memcpy(out, upper, sizeof(upper));
    }
}

static void expand(const struct scene *scene, const struct strangers *strangers, const char *template,
                   char *out, size_t size)
{
    size_t n = strlen(out);
    while (*template != '\0' && n + 130 < size) {
        if (*template != '{') {
            out[n++] = *template ++;
            continue;
        }
        char key[16], value[128];
        const char *kind;
        size_t length = strcspn(++template, "}");
        snprintf(key, sizeof(key), "%.*s", (int)length, template);
        template += length + 1;
        value_of(scene, strangers, key, value, &kind);
        if (kind != NULL) {
            canaries_add(scene->canaries, kind, value);
        }
        n += (size_t)snprintf(out + n, size - n, "%s", value);
    }
    out[n] = '\0';
}

/* A legacy client wrote cp1252 into the same column: this is not UTF-8 and must be withheld. */
static void break_encoding(char *text)
{
    char *accent = strstr(text, "é");
    if (accent != NULL) {
        accent[0] = (char)0xE9;
        memmove(accent + 1, accent + 2, strlen(accent + 2) + 1);
    }
}

void note_call(const struct scene *scene, char ret_text[static NOTE_TEXT])
{
    struct strangers strangers;
    person_stranger(scene->rng, &strangers.first);
    person_stranger(scene->rng, &strangers.second);
    ret_text[0] = '\0';
    int age = person_age(scene->person, scene->day);
    bool child = age >= 0 && age < 15;
    expand(scene, &strangers, child ? PICK(scene->rng, openings_child) : PICK(scene->rng, openings), ret_text,
           NOTE_TEXT);
    const char *access = PICK(scene->rng, accesses);
    if (access[0] != '\0') {
        size_t n = strlen(ret_text);
        snprintf(ret_text + n, NOTE_TEXT - n, "%s", rng_chance(scene->rng, 1, 2) ? ". " : "\n");
        expand(scene, &strangers, access, ret_text, NOTE_TEXT);
    }
    if (rng_chance(scene->rng, 1, 4000)) {
        break_encoding(ret_text);
    }
}

void note_conclusion(const struct scene *scene, char ret_text[static NOTE_TEXT])
{
    struct strangers strangers;
    person_stranger(scene->rng, &strangers.first);
    person_stranger(scene->rng, &strangers.second);
    ret_text[0] = '\0';
    int age = person_age(scene->person, scene->day);
    bool child = age >= 0 && age < 15;
    expand(scene, &strangers, child ? PICK(scene->rng, conclusions_child) : PICK(scene->rng, conclusions),
           ret_text, NOTE_TEXT);
}

void note_dose(const struct scene *scene, char ret_text[static NOTE_TEXT])
{
    struct strangers strangers = {0};
    const char *template = PICK(scene->rng, doses);
    if (strchr(template, '{') != NULL) {
        person_stranger(scene->rng, &strangers.first);
    }
    ret_text[0] = '\0';
    expand(scene, &strangers, template, ret_text, NOTE_TEXT);
}

void note_internal(const struct scene *scene, char ret_text[static NOTE_TEXT])
{
    static const char *const remarks[] = {"impayé", "patient agressif", "ne plus envoyer seul", "VIP",
                                          "litige"};
    char code[24];
    snprintf(code, sizeof(code), "INT-%08" PRIX32, (uint32_t)rng_next(scene->rng));
    canaries_add(scene->canaries, "internal", code);
    snprintf(ret_text, NOTE_TEXT, "%s, voir fiche %s", PICK(scene->rng, remarks), code);
}
