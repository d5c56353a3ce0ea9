/* SPDX-License-Identifier: Apache-2.0 */
/* How fast the loader fills a warehouse: usage: loader_bench RECORDS sqlite|postgresql. Prints records/s and
 * CPU. */
#include <time.h>

#include "contact/clock.h"
#include "tests/unit/gateway/loader/warehouse.h"

#define DAY_RECORDS 290
#define BATCH_RECORDS 5000

static struct value word(const char *text)
{
    return (struct value){.kind = VALUE_TEXT, .text = text, .len = strlen(text)};
}

/* A plausible value for each field, so that every column has something to do. */
static void fill_values(const struct model_stream *stream, uint32_t number, struct value *values)
{
    static const char *const ages[] = {"2", "30", "45", "61", "77", "90+"};
    for (unsigned i = 0; i < stream->field_count; i++) {
        const struct model_field *field = &stream->fields[i];
        size_t words = 0;
        if (field->type == FIELD_AGE)
            values[i] = word(ages[number % 6]);
        else if (field->type == FIELD_DEPARTMENT)
            values[i] = word("69");
        else if (field->type == FIELD_HOUR)
            values[i] = word("2026-01-02T14+01:00");
        else if (field->type == FIELD_TEXT)
            values[i] = word(TEXT_WITHHELD);
        else if (field->type == FIELD_NUMBER || field->type == FIELD_DELAY)
            values[i] = (struct value){.kind = VALUE_NUMBER, .number = field->min + (int64_t)(number % 3)};
        else if (field->type == FIELD_ENUM) {
            while (field->vocabulary[words] != NULL)
                words++;
            values[i] = word(field->vocabulary[number % words]);
        }
    }
}

static void put(struct parcel *p, const struct model *model, uint32_t number, int32_t day)
{
    const struct model_stream *stream = model_find_stream(model, p->manifest.stream);
    struct value values[MODEL_FIELDS_MAX] = {0};
    struct record_head head = {
        .stream = stream, .epoch = 1, .has_patient = true, .has_episode = true, .day = day};
    uint8_t fp[SHORT_SIZE];
    put_u32be(head.id, number);
    put_u32be(head.episode, number);
    put_u32be(head.patient, number / 3);
    fill_values(stream, number, values);
    record_line_put(&p->line, &head, values, fp);
    tally_add(&p->tally, fp);
    parcel_add_line(p);
}

/* Newest day first, as a backfill: each day of each stream whole, then its end. */
static void make_zone(struct warehouse *w, uint32_t records)
{
    struct parcel p;
    uint64_t seq = 0;
    uint32_t made = 0;
    for (uint32_t round = 0; made < records; round++) {
        const struct model_stream *stream = &w->model->streams[round % w->model->stream_count];
        parcel_begin(&p, "lyon", SERIES_1, ++seq, stream->name);
        for (uint32_t n = 0; n < BATCH_RECORDS && made < records; n += DAY_RECORDS) {
            int32_t day =
                20455 - (int32_t)(round / w->model->stream_count * (BATCH_RECORDS / DAY_RECORDS + 1) +
                                  n / DAY_RECORDS);
            p.tally = (struct tally){0};
            for (uint32_t i = 0; i < DAY_RECORDS; i++)
                put(&p, w->model, made++, day);
            parcel_end(&p, day, seq, NULL);
        }
        parcel_land(&p, w);
    }
}

int main(int argc, char **argv)
{
    struct warehouse w;
    if (argc != 3)
        return 64;
    bool postgres = strcmp(argv[2], "postgresql") == 0;
    warehouse_open(&w, postgres ? STORE_POSTGRESQL : STORE_SQLITE);
    make_zone(&w, (uint32_t)atoi(argv[1]));
    int64_t start = clock_monotonic_ms(), cpu = clock_cpu_us();
    warehouse_load(&w);
    double seconds = (double)(clock_monotonic_ms() - start) / 1000,
           used = (double)(clock_cpu_us() - cpu) / 1e6;
    int64_t held = number_of(&w, "SELECT CAST(SUM(count) AS BIGINT) FROM ops.day");
    int64_t equal = number_of(&w, "SELECT COUNT(*) FROM ops.statement WHERE state <> 1");
    printf("%s: %lld records in %.1f s: %.0f records/s, %.1f CPU s of the loader per million; %lld days "
           "differ\n",
           argv[2], (long long)held, seconds, (double)held / seconds, used / (double)held * 1e6,
           (long long)equal);
    warehouse_close(&w);
    stop_postgres(NULL);
    return 0;
}
