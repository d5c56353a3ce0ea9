-- SPDX-License-Identifier: Apache-2.0
-- An English product: names in camel case, a view, a column whose contents are not what its name says.
CREATE TABLE Physicians (PhysicianID INTEGER PRIMARY KEY, FullName TEXT, LicenceRef TEXT);
CREATE TABLE Persons (
    PersonID INTEGER PRIMARY KEY, LastName TEXT, FirstName TEXT, DateOfBirth TEXT, Gender TEXT, HomePhone TEXT, EmailAddress TEXT,
    StreetAddress TEXT, ZipCode TEXT, City TEXT);
CREATE TABLE Patients (PatientID INTEGER PRIMARY KEY, PersonID INTEGER REFERENCES Persons, OptOut INTEGER);
CREATE TABLE Calls (
    CallID TEXT PRIMARY KEY, PatientID INTEGER REFERENCES Patients, ReceivedAt TEXT, DispatchedAt TEXT, ArrivedAt TEXT, ClosedAt TEXT,
    UpdatedAt TEXT, ReasonCode TEXT, ReasonText TEXT, Priority TEXT, Channel TEXT, CallerName TEXT, CallerType TEXT,
    Remark2 TEXT, Notes TEXT);
CREATE TABLE Encounters (
    EncounterID INTEGER PRIMARY KEY, CallID TEXT REFERENCES Calls, PhysicianID INTEGER REFERENCES Physicians, EncounterType TEXT,
    SystolicBP INTEGER, DiastolicBP INTEGER, HeartRate INTEGER, SpO2 INTEGER, Temperature REAL, Outcome TEXT, Findings TEXT);
CREATE TABLE Diagnoses (
    DiagnosisID INTEGER PRIMARY KEY, EncounterID INTEGER REFERENCES Encounters, DiagnosisCode TEXT, Certainty TEXT);
CREATE TABLE Treatments (
    TreatmentID INTEGER PRIMARY KEY, EncounterID INTEGER REFERENCES Encounters, ATC TEXT, Dosage TEXT, DurationDays INTEGER);
CREATE VIEW OpenCalls AS SELECT CallID FROM Calls WHERE ClosedAt IS NULL;
