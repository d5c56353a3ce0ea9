-- SPDX-License-Identifier: Apache-2.0
-- A product grown over twenty years on SQL Server: GUIDs, prefixes, French and English in one table, no key of any kind, columns of
-- the house keeping beside those of care, two that share a table's name.
CREATE TABLE tblPatient (PatientGUID TEXT, NomUsuel TEXT, FirstName TEXT, BirthDate TEXT, Sexe TEXT, MobilePhone TEXT, Adresse1 TEXT,
                         CodePostal TEXT, Ville TEXT, RefusRecherche TEXT, CreatedBy TEXT, RowVersion INTEGER);
CREATE TABLE tblAppel (AppelGUID TEXT, PatientGUID TEXT, DateHeureAppel TEXT, CodeMotif TEXT, PriorityLevel INTEGER, CallbackNumber TEXT,
                       CallerName TEXT, SuiteDonnee TEXT, Commentaires TEXT, LastModified TEXT, CreatedBy TEXT);
CREATE TABLE tblVisite (VisiteGUID TEXT, AppelGUID TEXT, NomMedecin TEXT, HeureArrivee TEXT, HeureFin TEXT, SystolicBP INTEGER,
                        DiastolicBP INTEGER, HeartRate INTEGER, SpO2 INTEGER, Devenir TEXT, ConclusionTexte TEXT, RowVersion INTEGER);
CREATE TABLE tblDiagnostic (VisiteGUID TEXT, Rang INTEGER, CodeCIM TEXT, RowVersion INTEGER);
CREATE TABLE tblAppel_OLD (AppelGUID TEXT, DateHeureAppel TEXT);
CREATE TABLE sysJournal (LogId INTEGER, LogDate TEXT, LogText TEXT);
