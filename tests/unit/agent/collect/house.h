/* SPDX-License-Identifier: Apache-2.0 */
/* A whole site in a temporary folder: a small dispatch database, enrolment, the real collect, and a warehouse
 * in memory that opens what is in the spool and applies the rules of DESIGN 3 in the order of seqs. */
#ifndef TESTS_COLLECT_HOUSE_H
#define TESTS_COLLECT_HOUSE_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <openssl/pem.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/collect/internal.h"
#include "contact/clock.h"
#include "contact/record_line.h"

#define UNUSED __attribute__((unused))
#define NOON INT64_C(1773140400) /* 2026-03-10 12:00 in Paris, a Tuesday */
#define TODAY 20522              /* 2026-03-10 */

struct held {
    char stream[16];
    uint8_t id[TOKEN_SIZE], patient[TOKEN_SIZE];
    bool has_patient;
    int32_t day;
    uint8_t fp[SHORT_SIZE];
    uint64_t series, seq;
};

struct house {
    char folder[64], collect_folder[96], spool_folder[96], database[96], mapping[96];
    struct settings settings;
    struct collect *c;
    sqlite3 *db;
    EVP_PKEY *key, *receipt_key;
    X509 *recipient, *seal;
    struct model *model;
    struct line_reader *reader;

    struct held *held; /* the warehouse */
    size_t held_count;
    uint8_t suppressed[64][TOKEN_SIZE];
    size_t suppressed_count;
    uint64_t series, applied; /* of the spool looked at; batches applied of it */
    char series_name[SERIES_TEXT];
    size_t batches, puts, ends, erases, statements, labels, fresh;
    char last_label[300];
    char last_request[33];
    bool lossy; /* batches were lost on the way: ends that do not agree are not applied, statements not judged
                 */
    uint64_t last_end_count;
    struct buf lines; /* of every put, until somebody clears it */
};

static int64_t house_now = NOON, house_ms = 1000;
static int64_t house_clock_error; /* seconds that the site's clock is ahead of the centre's */
static int64_t house_wall(void *context)
{
    (void)context;
    return house_now + house_clock_error;
}
static int64_t house_monotonic(void *context)
{
    (void)context;
    return house_ms;
}
static const struct clock_source house_clock = {.wall_s = house_wall, .monotonic_ms = house_monotonic};

#define OKAY(call)                                                                                           \
    do {                                                                                                     \
        struct err why = {.message = ""};                                                                    \
        enum err_code got = (call);                                                                          \
        if (got != OK)                                                                                       \
            fail_msg("%s: %s (%s)", #call, why.message, err_name(got));                                      \
    } while (0)

static const char house_mapping[] =
    "mapping: test\n"
    "model: contact-1\n"
    "time_zone: Europe/Paris\n"
    "days: {from: 2024-01-01}\n"
    "person:\n"
    "  from: patients p JOIN personnes q ON q.id = p.personne_id\n"
    "  key: p.id\n"
    "  merges: {from: rapprochements, parent: id_parent, child: id_enfant}\n"
    "  nobody: [0]\n"
    "  objection: {from: p.opposition, objects: [1], allows: [0]}\n"
    "  identifiers: {name: q.nom}\n"
    "  fields:\n"
    "    sex: {from: q.sexe, rule: enum, values: {M: 1, F: 2}}\n"
    "streams:\n"
    "  call:\n"
    "    from: appels a\n"
    "    person: a.patient_id\n"
    "    key: a.num\n"
    "    day: a.appel_le\n"
    "    changed: a.modifie_le\n"
    "    fields:\n"
    "      urgency: {from: a.urgence, rule: enum, values: {immediate: 1, urgent: 2, prompt: 3, routine: 4}}\n"
    "  visit:\n"
    "    from: consultations c JOIN appels a ON a.num = c.appel_num\n"
    "    person: a.patient_id\n"
    "    episode: a.num\n"
    "    key: c.id\n"
    "    day: a.appel_le\n"
    "    fields:\n"
    "      systolic: {from: c.ta_sys, rule: number}\n";

static const char house_schema[] =
    "CREATE TABLE personnes (id INTEGER PRIMARY KEY, nom TEXT, sexe INTEGER);"
    "CREATE TABLE patients (id INTEGER PRIMARY KEY, personne_id INTEGER, opposition INTEGER DEFAULT 0);"
    "CREATE TABLE rapprochements (id_parent INTEGER, id_enfant INTEGER);"
    "CREATE TABLE appels (num INTEGER, patient_id INTEGER, appel_le TEXT, modifie_le TEXT, urgence INTEGER);"
    "CREATE INDEX appels_le ON appels (appel_le);"
    "CREATE TABLE consultations (id INTEGER PRIMARY KEY, appel_num INTEGER, ta_sys INTEGER);"
    "CREATE INDEX consultations_appel ON consultations (appel_num);";

static UNUSED void house_sql(struct house *h, const char *format, ...)
{
    char sql[1024];
    va_list values;
    va_start(values, format);
    vsnprintf(sql, sizeof(sql), format, values);
    va_end(values);
    if (sqlite3_exec(h->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(h->db));
}

/* per_day calls on each of the days before today, today included; every other has a visit. Ten patients. */
static UNUSED void house_fill(struct house *h, int days, int per_day)
{
    house_sql(h, "BEGIN");
    for (int i = 1; i <= 10; i++)
        house_sql(h,
                  "INSERT OR IGNORE INTO personnes VALUES (%d, 'Nom%d', %d);"
                  "INSERT OR IGNORE INTO patients VALUES (%d, %d, 0)",
                  i, i, 1 + i % 2, 1000 + i, i);
    for (int back = days - 1; back >= 0; back--)
        for (int i = 0; i < per_day; i++) {
            char day[DAY_TEXT];
            int num = (days - back) * 1000 + i;
            day_format(TODAY - back, day);
            house_sql(h, "INSERT INTO appels VALUES (%d, %d, '%s %02d:%02d:00', '%s', %d)", num,
                      1001 + num % 10, day, i % 24, i % 60, day, 1 + i % 4);
            if (i % 2 == 0)
                house_sql(h, "INSERT INTO consultations VALUES (%d, %d, %d)", num, num, 100 + i % 50);
        }
    house_sql(h, "COMMIT");
}

static UNUSED int house_rows(struct house *h, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int rows = -1;
    assert_int_equal(sqlite3_prepare_v2(h->db, sql, -1, &s, NULL), SQLITE_OK);
    if (sqlite3_step(s) == SQLITE_ROW)
        rows = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return rows;
}

static UNUSED void house_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static char *house_pem(X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL, *text;
    PEM_write_bio_X509(bio, certificate);
    long len = BIO_get_mem_data(bio, &data);
    text = strndup(data, (size_t)len);
    BIO_free(bio);
    return text;
}

static UNUSED void house_enrol(struct house *h)
{
    h->key = key_new_p256();
    h->recipient = certificate_self_signed(h->key, "warehouse", 100);
    char *pem = house_pem(h->recipient), *data = NULL;
    h->receipt_key = key_new_p256();
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, h->receipt_key);
    long len = BIO_get_mem_data(bio, &data);
    char *receipt = strndup(data, (size_t)len);
    BIO_free(bio);
    char url[] = "https://localhost", code[] = "x";
    struct bundle bundle = {
        .url = url, .code = code, .ca = pem, .warehouse_root = pem, .recipients = pem, .receipt = receipt};
    snprintf(bundle.site, sizeof(bundle.site), "test");
    OKAY(collect_setup(h->collect_folder, h->spool_folder, &bundle, &why));
    char path[128];
    snprintf(path, sizeof(path), "%s/seal.pem", h->spool_folder);
    OKAY(pem_read_certificate(path, &h->seal, &why));
    free(pem);
    free(receipt);
}

#include "tests/unit/agent/collect/house_approve.h"

static UNUSED struct house *house_new(void)
{
    struct house *h = calloc(1, sizeof(*h));
    static char models[] = "conf/model", quiet[] = "03:30", nothing[] = "";
    PROBLEMS_CLEANUP struct problems problems = {0};
    h->lines = BUF_INIT(1 << 26);
    strcpy(h->folder, "/tmp/house-XXXXXX");
    assert_non_null(mkdtemp(h->folder));
    snprintf(h->collect_folder, sizeof(h->collect_folder), "%s/collect", h->folder);
    snprintf(h->spool_folder, sizeof(h->spool_folder), "%s/spool", h->folder);
    snprintf(h->database, sizeof(h->database), "%s/dispatch.db", h->folder);
    snprintf(h->mapping, sizeof(h->mapping), "%s/mapping.yaml", h->folder);
    house_write(h->mapping, house_mapping);
    assert_int_equal(sqlite3_open(h->database, &h->db), SQLITE_OK);
    house_sql(h, "%s", house_schema);
    h->settings = (struct settings){.mapping = h->mapping,
                                    .model_folder = models,
                                    .source_database = h->database,
                                    .source_timeout_ms = 30000,
                                    .collect_folder = h->collect_folder,
                                    .send_folder = nothing,
                                    .spool_folder = h->spool_folder,
                                    .spool_limit_bytes = 1 << 30,
                                    .hot_ms = 3600000,
                                    .look_ms = 5000,
                                    .share = 50,
                                    .heartbeat_ms = 60000,
                                    .quiet_hour = quiet,
                                    .cold_every_ms = INT64_C(7) * 86400000,
                                    .gzip_level = 4,
                                    .proxy = nothing};
    h->model = model_load("conf/model/contact-1.yaml", &problems);
    assert_non_null(h->model);
    h->reader = line_reader_new(h->model);
    house_now = NOON;
    house_clock_error = 0;
    clock_set_source(&house_clock);
    house_enrol(h);
    house_approve(h);
    return h;
}

static int house_unlink(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static UNUSED void house_remove(const char *path)
{
    nftw(path, house_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

static UNUSED void house_close(struct house *h)
{
    collect_close(h->c);
    h->c = NULL;
}

static UNUSED void house_open(struct house *h)
{
    house_close(h);
    OKAY(collect_open(&h->settings, &h->c, &why));
    if (!h->c)
        abort();
}

static UNUSED void house_free(struct house *h)
{
    house_close(h);
    sqlite3_close(h->db);
    EVP_PKEY_free(h->key);
    EVP_PKEY_free(h->receipt_key);
    X509_free(h->recipient);
    X509_free(h->seal);
    line_reader_free(h->reader);
    model_free(h->model);
    free(h->held);
    buf_free(&h->lines);
    house_remove(h->folder);
    free(h);
    clock_set_source(NULL);
}

/* ---- the warehouse ---- */

static bool house_suppressed(const struct house *h, const uint8_t *person)
{
    for (size_t i = 0; i < h->suppressed_count; i++)
        if (memcmp(h->suppressed[i], person, TOKEN_SIZE) == 0)
            return true;
    return false;
}

static void house_drop(struct house *h, size_t at)
{
    h->held[at] = h->held[--h->held_count];
}

static void house_put(struct house *h, const struct record_line *line, uint64_t seq)
{
    h->puts++;
    for (size_t i = 0; i < h->held_count; i++)
        if (strcmp(h->held[i].stream, line->head.stream->name) == 0 &&
            memcmp(h->held[i].id, line->head.id, TOKEN_SIZE) == 0)
            house_drop(h, i--);
    if (line->head.has_patient && house_suppressed(h, line->head.patient))
        return;
    h->held = reallocarray(h->held, h->held_count + 1, sizeof(*h->held));
    struct held *r = &h->held[h->held_count++];
    *r = (struct held){
        .day = line->head.day, .series = h->series, .seq = seq, .has_patient = line->head.has_patient};
    snprintf(r->stream, sizeof(r->stream), "%s", line->head.stream->name);
    memcpy(r->id, line->head.id, TOKEN_SIZE);
    memcpy(r->patient, line->head.patient, TOKEN_SIZE);
    memcpy(r->fp, line->fp, SHORT_SIZE);
}

static struct tally house_tally(const struct house *h, const char *stream, int32_t day)
{
    struct tally t = {.count = 0};
    for (size_t i = 0; i < h->held_count; i++)
        if (h->held[i].day == day && strcmp(h->held[i].stream, stream) == 0)
            tally_add(&t, h->held[i].fp);
    return t;
}

/* What came of the day from the first seq of its snapshot on. */
static struct tally house_brought(const struct house *h, const struct record_line *end)
{
    struct tally t = {.count = 0};
    for (size_t i = 0; i < h->held_count; i++)
        if (h->held[i].day == end->head.day && h->held[i].series == h->series &&
            h->held[i].seq >= end->first && strcmp(h->held[i].stream, end->head.stream->name) == 0)
            tally_add(&t, h->held[i].fp);
    return t;
}

/* Seqs are loaded in their order, so an end is applied where it stands. */
static void house_end(struct house *h, const struct record_line *line)
{
    const char *stream = line->head.stream->name;
    h->ends++;
    h->last_end_count = line->tally.count;
    snprintf(h->last_request, sizeof(h->last_request), "%s", line->request ? line->request : "");
    struct tally brought = house_brought(h, line);
    if (h->lossy && !tally_equal(&brought, &line->tally))
        return;
    for (size_t i = 0; i < h->held_count; i++)
        if (h->held[i].day == line->head.day && strcmp(h->held[i].stream, stream) == 0 &&
            (h->held[i].series < h->series || h->held[i].seq < line->first))
            house_drop(h, i--);
    struct tally t = house_tally(h, stream, line->head.day);
    if (!tally_equal(&t, &line->tally))
        fail_msg("the end of %s day %d says %d, and %d are there", stream, line->head.day,
                 (int)line->tally.count, (int)t.count);
}

static void house_line(struct house *h, const char *text, size_t len, uint64_t seq)
{
    struct record_line line;
    enum line_fault fault = line_reader_read(h->reader, text, len, &line);
    if (fault != LINE_OK)
        fail_msg("line refused: %s: %.*s", line_fault_name(fault), (int)len, text);
    if (line.op == RECORD_PUT) {
        buf_append(&h->lines, text, len);
        buf_putc(&h->lines, '\n');
        house_put(h, &line, seq);
    } else if (line.op == RECORD_END) {
        house_end(h, &line);
    } else if (line.op == RECORD_ERASE) {
        h->erases++;
        memcpy(h->suppressed[h->suppressed_count++], line.head.patient, TOKEN_SIZE);
        for (size_t i = 0; i < h->held_count; i++)
            if (h->held[i].has_patient && memcmp(h->held[i].patient, line.head.patient, TOKEN_SIZE) == 0)
                house_drop(h, i--);
    } else if (line.op == RECORD_LABEL) {
        h->labels++;
        snprintf(h->last_label, sizeof(h->last_label), "%s %s %s", line.thesaurus, line.code, line.label);
    } else if (line.op == RECORD_STATEMENT) {
        h->statements++;
        struct tally t = house_tally(h, line.head.stream->name, line.head.day);
        if (!h->lossy && !tally_equal(&t, &line.tally))
            fail_msg("the statement of %s day %d says %d, and %d are there", line.head.stream->name,
                     line.head.day, (int)line.tally.count, (int)t.count);
    }
}

static void house_batch(struct house *h, const struct spool_batch *batch)
{
    BUF_CLEANUP struct buf signed_data = BUF_INIT(BATCH_MAX_BYTES), gzip = BUF_INIT(BATCH_MAX_BYTES),
                           text = BUF_INIT(BATCH_MAX_INFLATED + 4096);
    struct manifest manifest;
    const char *lines = NULL;
    size_t len = 0;
    OKAY(cms_decrypt(batch->sealed.data, batch->sealed.len, h->key, h->recipient, &signed_data, &why));
    OKAY(cms_verify(signed_data.data, signed_data.len, &h->seal, 1, &gzip, &why));
    OKAY(batch_read(gzip.data, gzip.len, &text, &manifest, &lines, &len, &why));
    assert_int_equal(manifest.seq, batch->seq);
    assert_int_equal(manifest.lane, batch->lane);
    h->batches++;
    h->fresh += batch->lane == LANE_FRESH;
    for (size_t at = 0; at < len;) {
        const char *end = memchr(lines + at, '\n', len - at);
        assert_non_null(end);
        house_line(h, lines + at, (size_t)(end - lines) - at, batch->seq);
        at = (size_t)(end - lines) + 1;
    }
}

/* Applies what the spool holds and was not applied yet, in the order of seqs. */
static UNUSED void house_load(struct house *h)
{
    struct spool *spool = NULL;
    OKAY(spool_open(h->spool_folder, &spool, &why));
    if (strcmp(h->series_name, spool_series(spool)) != 0) {
        h->series++;
        h->applied = 0;
        snprintf(h->series_name, sizeof(h->series_name), "%s", spool_series(spool));
    }
    char path[256];
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    snprintf(path, sizeof(path), "%s/current/spool.db", h->spool_folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT b.seq, b.lane, s.data FROM batch b JOIN sealed s USING (seq)"
                                        " WHERE b.seq > ? ORDER BY b.seq",
                                        -1, &s, NULL),
                     SQLITE_OK);
    sqlite3_bind_int64(s, 1, (int64_t)h->applied);
    while (sqlite3_step(s) == SQLITE_ROW) {
        struct spool_batch batch = {.seq = (uint64_t)sqlite3_column_int64(s, 0),
                                    .lane = (enum lane)sqlite3_column_int(s, 1)};
        assert_int_equal(batch.seq, h->applied + 1);
        batch.sealed = BUF_INIT(BATCH_MAX_BYTES);
        buf_append(&batch.sealed, sqlite3_column_blob(s, 2), (size_t)sqlite3_column_bytes(s, 2));
        house_batch(h, &batch);
        buf_free(&batch.sealed);
        h->applied = batch.seq;
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
    spool_close(spool);
}

static UNUSED size_t house_count(const struct house *h, const char *stream)
{
    size_t count = 0;
    for (size_t i = 0; i < h->held_count; i++)
        count += strcmp(h->held[i].stream, stream) == 0;
    return count;
}

/* collect_once, then the warehouse takes everything. */
static UNUSED void house_once(struct house *h)
{
    char now[32]; /* what send learns by a heartbeat */
    house_ms += 10000;
    if (!h->c)
        house_open(h);
    snprintf(now, sizeof(now), "%lld", (long long)house_now);
    OKAY(spool_fact_put(h->c->spool, "send.centre_s", now, &why));
    OKAY(collect_once(h->c, &why));
    house_load(h);
}

/* Every day that the state knows, and no other, is what the warehouse holds. */
static UNUSED void house_equal(struct house *h, int calls, int visits)
{
    assert_int_equal(house_count(h, "call"), calls);
    assert_int_equal(house_count(h, "visit"), visits);
    for (unsigned i = 0; i < h->c->stream_count; i++)
        for (int32_t day = TODAY - 900; day < TODAY + 30; day++) {
            struct day_entry entry;
            day_get(h->c->state, h->c->streams[i].name, day, &entry);
            struct tally t = house_tally(h, h->c->streams[i].name, day);
            if (!tally_equal(&t, &entry.sent))
                fail_msg("%s day %d: sent %d, held %d", h->c->streams[i].name, day, (int)entry.sent.count,
                         (int)t.count);
        }
}

#endif
