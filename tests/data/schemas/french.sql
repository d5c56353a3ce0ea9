-- SPDX-License-Identifier: Apache-2.0
-- A tidy French product: whole words, primary and foreign keys.
CREATE TABLE medecin (id_medecin INTEGER PRIMARY KEY, nom TEXT, prenom TEXT, numero_rpps TEXT);
CREATE TABLE motif (code TEXT PRIMARY KEY, libelle TEXT);
CREATE TABLE patient (
    id_patient INTEGER PRIMARY KEY, nom_usuel TEXT, nom_de_naissance TEXT, prénom TEXT, date_de_naissance DATE,
    lieu_de_naissance TEXT, sexe TEXT, téléphone TEXT, courriel TEXT, adresse TEXT, code_postal TEXT, ville TEXT,
    personne_a_prevenir TEXT, opposition_recherche TEXT);
CREATE TABLE appel (
    id_appel INTEGER PRIMARY KEY, id_patient INTEGER REFERENCES patient, date_heure_appel DATETIME, date_cloture DATETIME,
    date_modification DATETIME, motif_principal TEXT REFERENCES motif, motif_secondaire TEXT REFERENCES motif,
    degre_urgence INTEGER, type_appelant TEXT, nom_appelant TEXT, numero_appelant TEXT, operateur TEXT,
    suite_donnee TEXT, commentaire TEXT);
CREATE TABLE visite (
    id_visite INTEGER PRIMARY KEY, id_appel INTEGER REFERENCES appel, id_medecin INTEGER REFERENCES medecin,
    heure_depart DATETIME, heure_arrivee_sur_place DATETIME, heure_fin DATETIME, modalite TEXT, lieu TEXT,
    tension_systolique INTEGER, tension_diastolique INTEGER, frequence_cardiaque INTEGER, saturation INTEGER,
    temperature REAL, devenir TEXT, observations TEXT);
CREATE TABLE diagnostic (
    id_visite INTEGER REFERENCES visite, rang INTEGER, code_diagnostic TEXT, PRIMARY KEY (id_visite, rang));
CREATE TABLE acte_facture (id_acte INTEGER PRIMARY KEY, id_visite INTEGER REFERENCES visite, code_acte TEXT, quantite INTEGER);
