# SPDX-License-Identifier: Apache-2.0
"""The joined rows of the five streams, with the columns that the sample's mapping names: what every contestant reads."""

PERSON = ("p.id AS patient, p.opposition, q.nom, q.nom_naissance, q.prenom, q.ddn, q.sexe, q.tel, q.tel2, q.numero,"
          " q.rue, q.complement, q.etage, q.code_porte, q.interphone, q.cp, q.commune, q.email, q.nir")
CALLER = "a.nom_appelant, a.tel_appelant, a.adresse_intervention"
DEATH = ("EXISTS (SELECT 1 FROM consultations d WHERE d.appel_num = a.num AND d.code_devenir = 'DCD') AS death")
WHO = " LEFT JOIN patients p ON p.id = a.patient_id LEFT JOIN personnes q ON q.id = p.personne_id"
VISIT = " JOIN consultations c ON c.id = {0}.consultation_id JOIN appels a ON a.num = c.appel_num"

SQL = {
    "call": f"SELECT a.num, a.appel_le, a.type_jour, a.tranche, a.canal, a.type_appelant, a.code_motif, a.code_motif2,"
            f" a.urgence, a.decision, a.motif_annulation, a.commentaire, a.patient_id, {CALLER}, {PERSON}, {DEATH}"
            f" FROM appels a{WHO}",
    "visit": f"SELECT c.id, a.num, a.appel_le, a.transmis_le, a.depart_le, a.arrive_le, a.fin_le, c.mode, c.ta_sys,"
             f" c.ta_dia, c.pouls, c.spo2, c.temperature, c.glycemie, c.eva, c.code_devenir, c.lieu, c.medecin_id,"
             f" c.conclusion, a.patient_id, {CALLER}, {PERSON}, {DEATH}"
             f" FROM consultations c JOIN appels a ON a.num = c.appel_num{WHO}",
    "diagnosis": f"SELECT g.consultation_id, g.rang, a.num, a.appel_le, g.code, g.certitude, a.patient_id, {PERSON},"
                 f" {DEATH} FROM diagnostics g{VISIT.format('g')}{WHO}",
    "act": f"SELECT t.id, a.num, a.appel_le, t.code, t.quantite, a.patient_id, {PERSON}, {DEATH}"
           f" FROM actes t{VISIT.format('t')}{WHO}",
    "prescription": f"SELECT r.id, a.num, a.appel_le, r.cip, r.posologie, r.jours, a.patient_id, {CALLER}, {PERSON},"
                    f" {DEATH} FROM prescriptions r{VISIT.format('r')}{WHO}",
}
