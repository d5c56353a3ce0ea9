/* SPDX-License-Identifier: Apache-2.0 */
/* The short lists of words that the detectors ask for, each by its role. Longer ones, of names, medicines,
 * cues, are in conf/text; here is what only makes sense beside the rule that asks.
 *
 * Each word of a note is looked up once for all lists (vocabulary.c); asking for one of them (token_among) is
 * then a test of one bit. Internal to this room. */
#ifndef AGENT_TEXT_WORDS_WORD_LIST_H
#define AGENT_TEXT_WORDS_WORD_LIST_H

#include <stdint.h>

enum word_list {
    /* Names. */
    LIST_NAME_PARTICLE, /* inside family names: "Le Goff", "de la Tour", "El Amrani" */
    LIST_PARTICLE,      /* before a name that was found */
    LIST_FIRM_PARTICLE, /* those that are no other words */
    LIST_CUE_LINK,      /* between a cue and the name */
    LIST_NAME_DOSE,     /* after a number: a medicine, no name */
    LIST_AGE,           /* after a number: a person */
    LIST_BEFORE_NAME,   /* before a name of the row, though a noun too */
    LIST_SHORT_GIVEN,   /* given names in short, with a stop */
    LIST_INTRODUCTION,  /* who speaks, or of whom: "je suis", "c'est" */
    LIST_GREETING,      /* before who calls: "bonsoir", "salut docteur," */
    LIST_AGENT,         /* before who did it or was there: "par", "avec", "devant" */
    LIST_BEFORE_WORD,   /* before a noun or an adjective, no name */
    LIST_BEFORE_NOUN,   /* adjectives that stand before their noun */
    LIST_OF_NOTES,      /* words that notes use all the time, and names too */
    /* What is clinical. */
    LIST_LIGHT,  /* between a word and what it says of another */
    LIST_RESULT, /* after a sign or a score */
    LIST_BEFORE_DEVICE,
    LIST_EPONYM_NOUN, /* "gangrène de": what is called by its author */
    LIST_NOT_DONE,    /* after "non": of a sign or a score */
    LIST_RESULT_SIDE, /* the side before a result */
    LIST_DOSE,        /* after a number: a medicine */
    LIST_LARGE_UNIT,  /* of numbers of four digits and more */
    LIST_TIGHT_UNIT,  /* units only directly after their number */
    /* Numbers, mail, codes and identifiers. */
    LIST_NUMBER_WORD,    /* a spoken phone */
    LIST_TYPED,          /* two letters that look like digits */
    LIST_PAGER,          /* before a number of a house's own */
    LIST_AFTER_PHONE,    /* between a phone and what is dialled after it */
    LIST_NUMERAL,        /* counts */
    LIST_SPELT_JOINT,    /* signs as they are said */
    LIST_SPELT_AT,       /* the @ as it is said */
    LIST_WEB,            /* begins a web address */
    LIST_MAIL_DOMAIN,    /* ends of mail addresses */
    LIST_SITE_DOMAIN,    /* ends of bare web addresses */
    LIST_CODE_LINK,      /* between "code" and the code */
    LIST_MORE_CODES,     /* between one code and the next */
    LIST_KEY_BOX,        /* where keys are, which a code opens */
    LIST_NEXT_CODE,      /* between one code and the next, or which door the next one opens */
    LIST_CODE_ORDER,     /* announces a code that follows directly */
    LIST_CODE_WORD,      /* announces a code in groups */
    LIST_VEHICLE,        /* before a plate */
    LIST_SOCIAL_NETWORK, /* announces a handle */
    LIST_ID_WORD,        /* announces an identifier */
    LIST_ID_LINK,        /* between the two */
    /* Dates. */
    LIST_BEFORE_DAY,      /* before a day and a month */
    LIST_BEFORE_LONE_DAY, /* before "le 12" without a month */
    LIST_AFTER_DAY,       /* after such a day */
    LIST_TIME_OF_DAY,     /* before "du 12" without a month */
    LIST_ACT,             /* what is done on a day: before "6/2" */
    LIST_BEFORE_MONTH,    /* before a month alone */
    LIST_DAY_LINK,        /* between two days */
    LIST_ABOUT,           /* between "né" and a year */
    LIST_BORN,            /* announces a birth date */
    /* Establishments and firms. */
    LIST_ETAB_LINK,       /* inside the name of an establishment */
    LIST_GENERIC,         /* "pharmacie de garde": nobody's */
    LIST_PLAINLY_NAMED,   /* types whose names are plain words */
    LIST_PLACE_ADJECTIVE, /* beside the noun of a place: "bel air", "clos fleuri" */
    LIST_HOME_WISH,       /* "mon repos", "bon accueil" */
    LIST_PLACE_NOUN,      /* names places, though a word of medicine too */
    LIST_TOLD,            /* said of people, not of a place: "les Lilas prévenus" */
    LIST_HOUSE_ADJECTIVE, /* a name by itself: "pharmacie centrale" */
    LIST_NUMBERED_ETAB,   /* types with a number for a name */
    LIST_FIRM_TYPE,       /* says what a firm does, no part of its name */
    LIST_ANNOUNCES,       /* the same, whatever its name: "PF Marchal", "prestataire Oxysud" */
    LIST_DOUBLED_TYPE,    /* the same, before another type: "pharma Pharmacie Centrale" */
    LIST_FIRM_END,        /* what a firm does, as the last word of its name: "Alsace Logistique" */
    LIST_CARE,            /* before "à la", "au": where somebody is cared for */
    LIST_NO_PLACE,        /* but not these */
    LIST_AT,              /* before "à la", "du": where somebody works, lives, learns */
    LIST_STOPPED_TYPE,    /* types that are written with a stop: "hôp. Monod" */
    LIST_HEIRS,           /* "et fils" */
    LIST_COMPANY_FORM,    /* legal forms */
    LIST_PROPER_LINK,     /* inside other proper names */
    LIST_ARTICLE,         /* begins a proper name */
    /* Streets and towns. */
    LIST_GROUND_KIND,       /* what a way is made of, no name of it */
    LIST_STREET_ADJECTIVE,  /* a street's name by itself: "rue neuve" */
    LIST_STREET_LINK,       /* inside the name of a street */
    LIST_RANK,              /* after a house number: "66 gal Leclerc" */
    LIST_CARDINAL,          /* wings of a house */
    LIST_HONOUR,            /* calls for another word: "du général Leclerc" */
    LIST_STREET_TYPE,       /* is no other word */
    LIST_SHORT_STREET_TYPE, /* is a street's after a house number only */
    LIST_NUMBERED_STREET,   /* other words unless a house number stands before: "5 al. des Roses" */
    LIST_NUMBER_REPEAT,     /* "12 bis" */
    LIST_TOWN_LINK,         /* inside the name of a town */
    LIST_BEFORE_PLACE,      /* only a place follows */
    LIST_DISTRICTS,         /* towns whose districts are numbered */
    LIST_BEFORE_TOWN_NAME,  /* may stand before a town */
    LIST_TOWN_JOINT,        /* "Mareuil sur Lay" */
    LIST_TOWN_ARTICLE,      /* "meudon la foret" */
    LIST_LIVES,             /* before a place with a capital */
    LIST_TOWARD,            /* before a place */
    LIST_BEFORE_TOWN,       /* before the row's town that is a word too */
    LIST_NEAR_TOWN,         /* the same, over "de": "près de Dun" */
    LIST_SAINT,             /* begins a place or a church */
    LIST_SITE,              /* says the kind of a place: "villa", "étang" */
    LIST_SURE_SITE,         /* and nothing else: "bâtiment" */
    LIST_DOUBTFUL_SITE,     /* and many other things: "tour" */
    LIST_BEFORE_SITE,       /* before a place without an article */
    LIST_LANDMARK,          /* what is seen of a house, no name of one: "volet bleu" */
    LIST_AFTER_SITE,        /* says where from a place */
    LIST_BODY,              /* parts of the body, of which a place's words speak too */
    /* Houses, floors and doors. */
    LIST_HOUSE_TYPE,    /* told apart by a number or a letter: "chalet 4" */
    LIST_NUMBERED_ROOM, /* told apart by a number only: "bureau 812" */
    LIST_FALL,          /* before the storey that somebody fell from */
    LIST_DOOR_NOUN,     /* doors' words that are plain nouns too */
    LIST_CATHETER,      /* has a size "Ch 16" */
    LIST_NAMED_UNIT,    /* has a name: "unité Mimosas" */
    LIST_SIDE,          /* of a landing */
    LIST_SIDED,         /* told apart by their side: "esc gauche" */
    LIST_SIDE_LINK,     /* before a side */
    LIST_OUTSIDE,       /* what a window looks out on: "2e sur cour" */
    LIST_SHORT_SIDE,    /* the same, beside a floor */
    LIST_CORRIDOR,      /* after "fond" */
    LIST_ORDINAL,       /* written floors */
    LIST_ORDINAL_END,   /* "3e", "11eme" */
    LIST_STOREY,        /* written floors after "au" */
    LIST_LIFT,          /* after a floor */
    LIST_HOUSE_LINK,    /* between a floor or a house and what it stands beside */
    LIST_HOUSE_REPEAT,  /* after a bare house number */
    LIST_NUMBER_SIGN,   /* "numéro" */
    LIST_BEFORE_HOUSE,  /* "au 28" */
    LIST_HOME,          /* before "au 28" */
    LIST_BELL,          /* before a bare number */
    LIST_ROAD,          /* "PK 28,5" */
    LIST_ROAD_LETTER,   /* "D986" */
    LIST_WAY,           /* before such a road */
    LIST_ALONG,         /* how far along one */
    /* All words by whose letters a detector tells that it may begin (token_spells in a may_begin_…). */
    LIST_SPELT,
    WORD_LISTS
};

/* Which lists hold a word: a bit each. */
struct word_lists {
    uint64_t bits[2];
};
_Static_assert(WORD_LISTS <= 128, "as many bits as lists");

static inline int word_lists_have(const struct word_lists *lists, enum word_list list)
{
    return lists->bits[list / 64] >> list % 64 & 1;
}

/* The words of a list: folded, at most sixteen letters each, parted by one blank. */
const char *word_list_words(enum word_list list);

#endif
