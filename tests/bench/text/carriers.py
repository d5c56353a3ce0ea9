# SPDX-License-Identifier: Apache-2.0
"""Notes with a place for a value, by hand: of a person with a cue or none, of phones, dates, addresses, codes and towns.

{} is the place. A carrier that begins with ! is taken as it is; the others are written in capitals and in small letters
too, and with other ends of lines.
"""

# What in front says that a name follows, or what behind.
CUED = {
    "title": ["Mme {} toux depuis 3 j", "vu M. {} ce matin, apyrétique", "Mr {} douleur thoracique", "Mlle {}, otalgie droite", "rappeler madame {} svp",
              "monsieur {} a chuté cette nuit", "M {} refuse l'hospitalisation", "Mme. {} essoufflée", "(Mme {})", "pour Mme/M. {} fièvre", "Mme veuve {} chute",
              "M. et Mme {} vomissent tous les deux", "Melle {} céphalées"],
    "title glued": ["!Mme{} toux", "!M.{} toux", "!Mr.{} vertiges", "!Mme:{} AEG"],
    "patient": ["patient {} 78 ans, dyspnée", "patiente {} connue", "pt {} vomissements", "le patient {} est agité", "patient: {}, fièvre", "résident {}, otalgie",
                "résidente {} chute ce jour", "pour le résident {}", "enfant {} 3 ans, toux rauque", "bébé {} fièvre 39", "concerne {}", "concerne : {} AEG",
                "usager {} malaise"],
    "label": ["Nom : {}", "NOM {} MOTIF toux", "nom/prénom : {} otite", "identité {} confirmée", "patient = {}", "au nom de {}", "s'appelle {}, fièvre",
              "sous le nom {}", "nom de famille {}", "Prénom : {}"],
    "door": ["sonner chez {}", "interphone {}", "interph: {}", "sonner à {}, 2e étage", "nom sur la boîte aux lettres {}", "int. {} 3e gauche", "sonnette {}",
             "demander {}", "chez {}, porte verte", "hébergée chez {}", "boite aux lettres au nom de {}", "sonnez {} merci", "sonner {}"],
    "kin": ["fille {} sur place", "son fils {} appelle", "épouse {} inquiète", "mari {} présent", "maman {} au tel", "sa mère {} rappelle", "frère {} a les clés",
            "grand-mère {} avec l'enfant", "tante {} joignable", "voisine {} a trouvé la patiente au sol", "fiche famille {}", "papa: {}"],
    "professional": ["MT Dr {} absent", "Dr {} a prescrit amox", "dr {} injoignable", "docteur {} passé hier", "IDE {} demande visite", "vu par {} hier",
                     "signé {}", "transmis par {}", "relève Dr {}", "médecin {}", "infirmière {} au domicile", "régulé par {}", "CR adressé au Dr {}", "Dr.{} prévenu", "cs avec {}"],
    "verb": ["{} appelle pour douleur", "{} dit avoir mal depuis hier", "{} rappelle, toujours fébrile", "d'après {} pas de fièvre", "appel de {} pour son père",
             "appelé par {}", "avis pris auprès de {}", "donner l'ordonnance à {}", "rdv avec {} demain", "accompagné de {}", "vit avec {}"],
    "born": ["{} né le 12/03/1956 toux", "{} née en 1956, dyspnée", "née {}", "{} 78 ans dyspnée", "{} (82 ans) chute", "{}, 6 mois, bronchiolite", "{} DDN 12/03/1956"],
    "phone": ["{} 06 55 12 12 48", "joindre {} au 0655121248", "tel {} : 06.55.12.12.48", "{} : 0655121248", "contact {} 0655121248"],
}
# A name by itself.
BARE = {
    "opens": ["{} toux depuis 3 j", "{}, otalgie droite", "{} : vomissements", "{} - chute de sa hauteur", "{}. Dyspnée depuis hier.", "{}\ntoux grasse"],
    "ends": ["fièvre depuis hier {}", "toux, otalgie. {}", "ordonnance remise ce jour\n{}", "fièvre et toux ({})", "gastro familiale / {}", "dyspnée : {}"],
    "inside": ["toux, {}, apyrétique", "otalgie ({}) depuis 2 jours", "fièvre\n{}\ntoux", "- toux\n- {}\n- fièvre", "GEA / {} / 3 vomissements", "« {} » entendu au téléphone",
               "toux; {}; fièvre", "toux + {} + fièvre", "toux \"{}\" fièvre", "[{}] toux", "toux\t{}\tfièvre", "AEG -> {}", "vu {} ce jour, RAS", "prévenir {} avant passage"],
    "run on": ["ce matin {} a vomi", "depuis hier {} tousse", "examen de {} normal", "malaise de {} au lever", "état de {} stable", "traitement de {} poursuivi", "avec {} et son conjoint",
               "pour {} : certificat", "l'état d'{} est stable", "parce que {} ne dort plus", "si {} vomit rappeler", "lorsque {} marche"],
}
PHONE = ["rappeler au {}", "tel {}", "tél: {} merci", "joindre fille {}", "{}", "toux {} fièvre", "{} code 4571", "appelant {} / patient absent", "n° {}", "portable:{}",
         "tel.{}", "toux 39.2 {}", "fixe {} ou portable", "!tel{}apt 4", "({})", "contact = {} (voisin)", "appel du {} à 14h", "RAPPEL {} SVP", "sinon {}."]
BIRTH = ["né le {}", "DDN {}", "née {}, toux", "{} toux", "patient ({})", "né(e) {}", "ddn:{}", "Mme X du {}", "date de naissance {} fièvre", "toux, {}, otite", "NÉ LE {}",
         "naissance : {}", "!né le{}"]
STREET = ["au {}", "adresse : {}", "{} code 4571", "visite {}", "{}", "habite {}", "chute au {} hier", "chez sa mère {} 2e étage", "se rendre {}, merci", "({})",
          "toux\n{}\nfièvre", "RDV {}", "actuellement {}", "domicile {} - toux"]
PART = ["au {}", "{}", "accès : {}", "adresse {}", "monter {}", "{}, code 4571", "({})", "toux\n{}", "visite {} svp", "sonner, {}"]
CODE = ["code {}", "digicode {}", "code porte : {}", "code {} puis étage 2", "{} portail", "dig. {}", "code entrée {} merci", "CODE={}", "toux, code {}", "interphone {}", "faire le {}",
        "1er code {}", "code immeuble ({})"]
ZIP = ["{}", "à {}", "CP {}", "habite {}", "adresse {} toux", "code postal : {}", "({})", "dept {}"]
TOWN = ["à {}", "habite {}", "de {}", "{}", "domicilié à {} depuis 2 ans", "ville : {}", "rentre de {}", "hospitalisé à {}", "vers {}", "({})", "à {}, toux", "secteur {}", "adresse {}",
        "transfert sur {}", "toux\n{}"]
