/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sample/create.h"

#include <stdio.h>
#include <string.h>

/* Calls are written in order, so a call's rowid is its rank. */
static int64_t rank(uint32_t calls, unsigned part_of_97)
{
    return 1 + (int64_t)calls * part_of_97 / 97;
}

static void days_that_are_none(struct care *care, uint32_t calls)
{
    static const char to_null[] = "UPDATE appels SET appel_le = NULL WHERE rowid = ?";
    static const char to_nonsense[] =
        "UPDATE appels SET appel_le = substr(appel_le, 1, 8) || '32' || substr(appel_le, 11) WHERE rowid = ?";
    static const char to_long_ago[] = "UPDATE appels SET appel_le = ? WHERE rowid = ?";
    store_run(care->store, to_null, "i", rank(calls, 11));
    store_run(care->store, to_null, "i", rank(calls, 53));
    store_run(care->store, to_nonsense, "i", rank(calls, 71));
    store_run(care->store, to_long_ago, "ti", "2009-06-15 21:04:11", rank(calls, 5));
    store_run(care->store, to_long_ago, "ti", "2014-12-31 23:59:59", rank(calls, 29));
    store_run(care->store, to_long_ago, "ti", "1900-01-01 00:00:00", rank(calls, 47));
}

/* 02:30 on the Sunday of March does not exist; a product whose clock ignores summer time writes it all the
 * same. The day is certain, the offset is not. */
static void hour_that_is_none(struct care *care, int first_day, int last_day)
{
    char from[WHEN_TEXT], to[WHEN_TEXT], skipped[WHEN_TEXT];
    for (int day = first_day; day <= last_day; day++) {
        if (when_clocks_change(day) && when_civil(day).month == 3) {
            when_day_text(day, from);
            when_day_text(day + 1, to);
            snprintf(skipped, sizeof(skipped), "%.10s 02:30:00", from);
            store_run(care->store,
                      "UPDATE appels SET appel_le = ? WHERE rowid ="
                      " (SELECT min(rowid) FROM appels WHERE appel_le >= ? AND appel_le < ?)",
                      "ttt", skipped, from, to);
        }
    }
}

/* Rows that point at nothing: the vendor's tables have no enforced foreign keys. */
static void orphans(struct care *care, uint32_t calls)
{
    int64_t gone_patient = PATIENT_ID_BASE + 30000000;
    for (unsigned i = 0; i < 3; i++) {
        store_run(care->store, "UPDATE appels SET patient_id = ? WHERE rowid = ?", "ii", gone_patient + i,
                  rank(calls, 17 + 13 * i));
        canaries_add_id(care->canaries, "patient_id", gone_patient + i);
        store_diagnosis(care->store, VISIT_ID_BASE - 1 - i, 1, "R69", "P");
    }
    store_run(care->store,
              "UPDATE patients SET personne_id = NULL WHERE id ="
              " (SELECT patient_id FROM appels WHERE rowid >= ? AND patient_id > 0 ORDER BY rowid LIMIT 1)",
              "i", rank(calls, 61));
    struct visit visit = {.id = VISIT_ID_BASE - 9,
                          .call_number = "20190230-000001",
                          .mode = "HH",
                          .outcome = "DOM",
                          .place = "DOM",
                          .systolic = 120,
                          .diastolic = 80,
                          .pulse = 70,
                          .saturation = 98,
                          .pain = 0,
                          .temperature = 37,
                          .glucose = NOT_MEASURED,
                          .doctor_id = 1};
    store_visit(care->store, &visit);
    canaries_add(care->canaries, "call_number", visit.call_number);
    canaries_add_id(care->canaries, "record_id", visit.id);
}

void oddities_plant(struct care *care, uint32_t calls, int first_day, int last_day)
{
    if (calls < 200) {
        return; /* a handful of calls for a unit test stays clean */
    }
    days_that_are_none(care, calls);
    hour_that_is_none(care, first_day, last_day);
    orphans(care, calls);
}
