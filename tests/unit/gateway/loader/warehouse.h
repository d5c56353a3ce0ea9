/* SPDX-License-Identifier: Apache-2.0 */
/* A whole loader for tests: keys, landing zone, one warehouse of either kind, and sites that seal batches for
 * it. */
#ifndef TEST_WAREHOUSE_H
#define TEST_WAREHOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>

#include "contact/buf.h"
#include "contact/record_line.h"
#include "gateway/loader/follow.h"
#include "gateway/loader/keys.h"
#include "gateway/loader/store.h"

#define SERIES_1 "00000000000000000000000000"
#define SERIES_2 "00000000000000000000000008"

struct sending_site {
    char name[SITE_TEXT];
    struct cms_sealer *sealer;
};

struct warehouse {
    char root[128];
    struct gateway_settings settings;
    char paths[8][192];
    X509 *recipient;
    EVP_PKEY *recipient_key;
    struct sending_site lyon, paris;
    struct model *model;
    struct sql *sql; /* the test's own look at the tables */
};

/* The server that all tests of a program share; "" until the first asks for it. */
static char postgres_folder[64];
static int postgres_databases;

static inline void run_command(const char *format, ...)
{
    char command[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    if (system(command) != 0)
        fail_msg("%s", command);
}

static inline void make_folder(char *path, const char *root, const char *name)
{
    snprintf(path, 192, "%s/%s", root, name);
    run_command("mkdir -p %s", path);
}

static inline void write_bytes(const char *path, const void *data, size_t len)
{
    struct err err;
    struct buf bytes = BUF_INIT(len + 1);
    buf_append(&bytes, data, len);
    if (len == 0)
        buf_puts(&bytes, "");
    assert_int_equal(OK, buf_write_file(&bytes, path, 0600, &err));
    buf_free(&bytes);
}

static inline void accept_site(struct warehouse *w, struct sending_site *site, const char *name)
{
    struct err err;
    char path[512];
    EVP_PKEY *key = key_new_p256();
    X509 *certificate = certificate_self_signed(key, name, 30);
    snprintf(site->name, sizeof site->name, "%s", name);
    assert_int_equal(OK, cms_sealer_new(key, certificate, &w->recipient, 1, &site->sealer, &err));
    snprintf(path, sizeof path, "%s/seals/%s", w->settings.loader_folder, name);
    run_command("mkdir -p %s", path);
    strcat(path, "/1.pem");
    assert_int_equal(OK, pem_write_certificate(path, certificate, &err));
    EVP_PKEY_free(key);
    X509_free(certificate);
}

static inline void make_keys(struct warehouse *w)
{
    struct err err;
    char path[256];
    uint8_t key[64];
    EVP_PKEY *receipt = key_new_p256();
    w->recipient_key = key_new_p256();
    w->recipient = certificate_self_signed(w->recipient_key, "warehouse", 30);
    snprintf(path, sizeof path, "%s/recipient.key", w->settings.loader_folder);
    assert_int_equal(OK, pem_write_key(path, w->recipient_key, &err));
    snprintf(path, sizeof path, "%s/recipient.pem", w->settings.loader_folder);
    assert_int_equal(OK, pem_write_certificate(path, w->recipient, &err));
    snprintf(path, sizeof path, "%s/receipt.key", w->settings.loader_folder);
    assert_int_equal(OK, pem_write_key(path, receipt, &err));
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(0x20 + i);
    snprintf(path, sizeof path, "%s/warehouse.key", w->settings.loader_folder);
    write_bytes(path, key, 64);
    snprintf(path, sizeof path, "%s/suppress.key", w->settings.loader_folder);
    write_bytes(path, key, 32);
    EVP_PKEY_free(receipt);
}

static inline void choose_store(struct warehouse *w, enum store_kind kind)
{
    struct err err;
    w->settings.store_kind = (int)kind;
    if (kind == STORE_SQLITE) {
        snprintf(w->paths[4], sizeof w->paths[4], "%s/warehouse.db", w->root);
        w->settings.store_path = w->paths[4];
        return;
    }
    if (postgres_folder[0] == '\0') {
        strcpy(postgres_folder, "/tmp/contact-pg-XXXXXX");
        assert_non_null(mkdtemp(postgres_folder));
        run_command("chmod 755 %s && scripts/temporary-postgres start %s", postgres_folder, postgres_folder);
    }
    run_command("psql -q -h %s -U postgres -c 'CREATE DATABASE t%d' postgres", postgres_folder,
                ++postgres_databases);
    snprintf(w->paths[4], sizeof w->paths[4], "host=%s user=postgres dbname=t%d", postgres_folder,
             postgres_databases);
    w->settings.store_conninfo = w->paths[4];
    (void)err;
}

static inline int stop_postgres(void **state)
{
    (void)state;
    if (postgres_folder[0] != '\0')
        run_command("scripts/temporary-postgres stop %s; rm -rf %s", postgres_folder, postgres_folder);
    return 0;
}

static inline void warehouse_open(struct warehouse *w, enum store_kind kind)
{
    struct problems PROBLEMS_CLEANUP problems = {0};
    static char model_folder[] = "conf/model";
    memset(w, 0, sizeof *w);
    strcpy(w->root, "/tmp/contact-loader-XXXXXX");
    assert_non_null(mkdtemp(w->root));
    make_folder(w->paths[0], w->root, "landing");
    make_folder(w->paths[1], w->root, "feedback");
    make_folder(w->paths[2], w->root, "loader");
    make_folder(w->paths[3], w->root, "offered");
    w->settings.landing_folder = w->paths[0];
    w->settings.feedback_folder = w->paths[1];
    w->settings.loader_folder = w->paths[2];
    w->settings.offered_folder = w->paths[3];
    w->settings.model_folder = model_folder;
    choose_store(w, kind);
    make_keys(w);
    accept_site(w, &w->lyon, "lyon");
    accept_site(w, &w->paris, "paris");
    w->model = model_load("conf/model/contact-1.yaml", &problems);
    assert_non_null(w->model);
}

static inline void warehouse_close(struct warehouse *w)
{
    sql_close(w->sql);
    cms_sealer_free(w->lyon.sealer);
    cms_sealer_free(w->paris.sealer);
    X509_free(w->recipient);
    EVP_PKEY_free(w->recipient_key);
    model_free(w->model);
    run_command("rm -rf %s", w->root);
}

static inline void warehouse_load(struct warehouse *w)
{
    struct err err = {0};
    struct follower *follower;
    if (follower_open(&w->settings, &follower, &err) != OK || follower_drain(follower, &err) != OK)
        fail_msg("%s", err.message);
    follower_close(follower);
}

static inline void take_integer(void *context, const struct sql_value *columns)
{
    *(int64_t *)context = columns[0].type == SQL_INTEGER ? columns[0].integer : -1;
}

static inline void take_text(void *context, const struct sql_value *columns)
{
    snprintf(context, 256, "%.*s", (int)columns[0].len, (const char *)columns[0].data);
}

static inline void look(struct warehouse *w, const char *statement, sql_row_fn *row, void *context)
{
    struct err err = {0};
    enum err_code code = OK;
    if (w->sql == NULL)
        code = w->settings.store_kind == STORE_SQLITE
                   ? sql_open_sqlite(w->settings.store_path, &w->sql, &err)
                   : sql_open_postgres(w->settings.store_conninfo, &w->sql, &err);
    if (code != OK || sql_run(w->sql, statement, NULL, 0, row, context, &err) != OK)
        fail_msg("%s: %s", statement, err.message);
}

/* The one integer that a query (a literal) gives. */
static inline int64_t number_of(struct warehouse *w, const char *statement)
{
    int64_t value = INT64_MIN;
    look(w, statement, take_integer, &value);
    return value;
}

/* The one text that a query gives; static. */
static inline const char *text_of(struct warehouse *w, const char *statement)
{
    static char text[256];
    text[0] = '\0';
    look(w, statement, take_text, text);
    return text;
}

/* A batch in the making. */
struct parcel {
    struct batch_writer *writer;
    struct manifest manifest;
    struct buf line;
    struct tally tally; /* of the puts */
};

static inline void parcel_begin(struct parcel *p, const char *site, const char *series, uint64_t seq,
                                const char *stream)
{
    *p = (struct parcel){.writer = batch_writer_new(6), .line = BUF_INIT(65536)};
    p->manifest = (struct manifest){.seq = seq, .key_epoch = 1, .root_check = {1, 2, 3, 4, 5, 6, 7, 8}};
    strcpy(p->manifest.site, site);
    strcpy(p->manifest.series, series);
    strcpy(p->manifest.stream, stream);
    strcpy(p->manifest.model, "contact-1");
    strcpy(p->manifest.agent, "0.1.0");
    strcpy(p->manifest.created, "2026-01-02T14Z");
    batch_writer_begin(p->writer);
}

static inline void parcel_add_line(struct parcel *p)
{
    struct err err;
    assert_true(buf_ok(&p->line));
    assert_int_equal(OK, batch_writer_add(p->writer, (const char *)p->line.data, p->line.len, &err));
    buf_clear(&p->line);
}

/* The line of record `number` of a stream, of person `person` (0: nobody), by one of six ages. */
static inline void parcel_line(struct parcel *p, const struct model *model, uint32_t number, uint32_t person,
                               int32_t day, uint32_t content, uint8_t fp[static SHORT_SIZE])
{
    const struct model_stream *stream = model_find_stream(model, p->manifest.stream);
    static const char *const ages[] = {"2", "30", "45", "61", "77", "90+"};
    struct value values[MODEL_FIELDS_MAX] = {0};
    struct record_head head = {
        .stream = stream, .epoch = p->manifest.key_epoch, .has_patient = person != 0, .day = day};
    put_u32be(head.id, number);
    put_u32be(head.patient, person);
    values[0] =
        (struct value){.kind = VALUE_TEXT, .text = ages[content % 6], .len = strlen(ages[content % 6])};
    record_line_put(&p->line, &head, values, fp);
}

static inline void parcel_put(struct parcel *p, const struct model *model, uint32_t number, uint32_t person,
                              int32_t day, uint32_t content)
{
    uint8_t fp[SHORT_SIZE];
    parcel_line(p, model, number, person, day, content, fp);
    tally_add(&p->tally, fp);
    parcel_add_line(p);
}

static inline void parcel_end(struct parcel *p, int32_t day, uint64_t first, const char *request)
{
    record_line_tally(&p->line, RECORD_END, p->manifest.stream, day, &p->tally, first, request);
    parcel_add_line(p);
}

static inline void parcel_close(struct parcel *p, const struct sending_site *signer, struct buf *sealed)
{
    struct err err;
    struct buf file = BUF_INIT(BATCH_MAX_BYTES);
    assert_int_equal(OK, batch_writer_end(p->writer, &p->manifest, &file, &err));
    assert_int_equal(OK, cms_seal(signer->sealer, file.data, file.len, sealed, &err));
    buf_free(&file);
    buf_free(&p->line);
    batch_writer_free(p->writer);
}

static inline void land_bytes(struct warehouse *w, const char *site, const char *series, uint64_t seq,
                              const void *data, size_t len)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s/%s", w->settings.landing_folder, site, series);
    if (access(path, F_OK) != 0) {
        run_command("mkdir -p %s", path);
        snprintf(path, sizeof path, "%s/%s/%s/order", w->settings.landing_folder, site, series);
        write_bytes(path, strcmp(series, SERIES_1) == 0 ? "1\n" : "2\n", 2);
    }
    snprintf(path, sizeof path, "%s/%s/%s/%llu.cms", w->settings.landing_folder, site, series,
             (unsigned long long)seq);
    write_bytes(path, data, len);
}

static inline void parcel_land(struct parcel *p, struct warehouse *w)
{
    struct buf sealed = BUF_INIT(BATCH_MAX_BYTES);
    char site[SITE_TEXT], series[SERIES_TEXT];
    uint64_t seq = p->manifest.seq;
    strcpy(site, p->manifest.site);
    strcpy(series, p->manifest.series);
    parcel_close(p, strcmp(site, "lyon") == 0 ? &w->lyon : &w->paris, &sealed);
    land_bytes(w, site, series, seq, sealed.data, sealed.len);
    buf_free(&sealed);
}

#endif
