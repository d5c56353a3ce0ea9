/* SPDX-License-Identifier: Apache-2.0 */
/* How dispatch products call things. A word may mean several; add the ones your product uses. A word that
 * ends in digits is also looked up without them, and words run together are parted. */
#include <stddef.h>

#include "agent/discover/name.h"

const struct concept discover_concepts[] = {
    /* What a table holds, or a column points at. */
    {"call", "appel appels app call calls fiche fiches fic dossier dossiers dos incident incidents demande "
             "demandes request requests affaire affaires"},
    {"visit",
     "visite visites vis visit visits consultation consultations consult cons csl encounter encounters "
     "contact contacts intervention interventions interv mission missions"},
    {"person", "patient patients pat personne personnes pers person persons people individu malade malades "
               "beneficiaire assure identite"},
    {"diagnosis", "diagnostic diagnostics diag diags diagnosis diagnoses dx pathologie pathologies patho"},
    {"act", "acte actes act acts cotation cotations procedure procedures billing facturation prestation"},
    {"prescription",
     "prescription prescriptions presc ordonnance ordonnances ordo ord traitement traitements "
     "treatment treatments"},
    {"doctor",
     "medecin medecins med docteur doc doctor doctors physician physicians praticien praticiens prat "
     "practitioner practitioners effecteur"},
    {"caller", "appelant appelants caller callers requerant demandeur contacteur"},
    {"merge", "rapprochement rapprochements fusion fusions merge merges merged doublon doublons"},
    {"parent", "parent conserve kept master principal garde maitre survivor"},
    {"child", "enfant child supprime removed absorbe efface duplicate"},
    /* What identifies somebody. */
    {"name",
     "nom noms name names lastname surname familyname patronyme patronymique nomusage maiden marital usuel "
     "denomination fullname identite"},
    {"given", "prenom prenoms pren prn firstname forename given givenname"},
    {"birth", "ddn dnais naissance naiss nais ne birth born dob birthdate birthday"},
    {"age", "age ages"},
    {"phone", "tel tels telephone telephones phone phones mobile mobiles portable gsm fax cell"},
    {"email", "email emails mail mel courriel courriels"},
    {"nir", "nir insee secu securite nss ssn ins immatriculation matricule nhs"},
    {"zip", "cp codepostal codpost postal zip zipcode postcode cpostal"},
    {"city", "vil ville villes commune communes com city town localite locality"},
    {"street", "rue rues adresse adresses adr adrs address addresses street voie numvoie lieudit residence "
               "batiment bat building quartier"},
    {"floor", "etage etg floor escalier esc appartement appt apartment flat complement compl ligne line"},
    {"door", "porte digicode door gate acces digi codeporte"},
    {"bell", "interphone sonnette bell intercom"},
    {"professional", "rpps adeli finess gln"},
    {"user",
     "utilisateur user users operateur operator regulateur regul dispatcher permanencier secretaire saisi "
     "agent login auteur author par"},
    {"geo", "lat latitude lon lng long longitude gps coord coordonnees xy"},
    {"ip", "ip adresseip"},
    /* What a value is. */
    {"id", "id ids ident identifiant cle key uid uuid guid no num numero nr ref reference pk fk idx"},
    {"code", "code codes cod cd"},
    {"date", "date dates dat dt jour day le at on time timestamp ts heure heures hre hr h horodatage moment "
             "datetime ddn dnais dob birthdate"},
    {"label", "libelle libelles lib label labels intitule designation description descr title titre"},
    {"kind", "type types typ kind nature categorie cat category class classe"},
    {"second", "2 second secondary secondaire sec ii associe deux bis"},
    {"number", "numero number nbr nb nombre"},
    /* What happened to a call. */
    {"received", "recu recue received reception recep arrivee debut start creation cree created creat opened "
                 "ouverture prise"},
    {"transmitted", "transmis transmission transm trans transmitted dispatched dispatch envoi sent affecte "
                    "attribution assigned"},
    {"departed", "depart departed departure dep parti left enroute"},
    {"arrived", "arrive arr arrived sur surplace onscene arrival"},
    {"coming", "arrivee"}, /* of the call in a table of calls, of the doctor in one of visits */
    {"ended", "fin end ended finished closed cloture termine libre cleared"},
    {"modified", "modifie modif modification modified changed updated maj update lastchange"},
    {"cancel", "annule annulation annul ann cancel cancelled canceled cancellation"},
    {"channel", "canal channel voieappel origine origin provenance source"},
    {"reason", "motif motifs mot reason reasons complaint plainte symptome symptomes"},
    {"urgency", "urgence urg urgency priorite prio priority gravite triage severity acuity"},
    {"decision", "decision dec orientation suite disposition"},
    {"daytype", "typejour typjour daytype jourtype"},
    {"slot", "tranche slot creneau shift periode period"},
    /* What a doctor found. */
    {"mode", "mode modalite modality"},
    {"place", "lieu lieux place endroit location"},
    {"outcome", "devenir dev outcome issue result destination destin sortie discharge"},
    {"note",
     "note notes commentaire commentaires comment comments comm remarque remarques remark remarks obs "
     "observation observations conclusion conclusions concl texte text txt memo narrative findings "
     "anamnese compterendu cr resume summary details detail"},
    {"pressure", "ta pa tension bp pressure"},
    {"systolic", "systolique sys syst systolic pas tas max"},
    {"diastolic", "diastolique dia diast diastolic pad tad min"},
    {"pulse", "cardiaque cardiac heart pouls pulse fc hr heartrate frequencecardiaque bpm"},
    {"respiration", "fr respiratoire respiratory resp rr respirationrate"},
    {"saturation", "spo2 spo sat satur saturation sao2 sao o2"},
    {"temperature", "temperature temp temper tempe"},
    {"glucose", "glycemie glyc gly glucose dextro glycaemia glycemia capillaire"},
    {"pain", "eva douleur pain en"},
    {"glasgow", "glasgow gcs coma"},
    {"death", "deces dece dcd death dead deceased decede died mort"},
    {"rank", "rg rang rank ordre order position"},
    {"certainty", "certitude cert certainty confidence probabilite"},
    {"quantity", "quantite qte qty quantity coefficient coef coeff"},
    {"drug", "medicament medicaments medic drug drugs medicine produit product specialite"},
    {"cip", "cip cip13 cip7 ucd"},
    {"atc", "atc"},
    {"dose", "posologie posol poso dose doses dosage sig"},
    {"duration", "duree jours days duration nbj nbjours"},
    {"sex", "sexe sex sx gender genre civilite civ"},
    {"objection", "opposition oppose opp optout objection objects refus consentement consent optedout"},
    {"active", "actif active archive deleted statut status etat valid valide"},
    {NULL, NULL},
};
