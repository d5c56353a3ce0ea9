/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is done to a sealed batch, the loader refuses it, and says why. */
#include "gateway/loader/open.h"
#include "tests/unit/gateway/loader/warehouse.h"

struct bench {
    struct warehouse w;
    struct loader_keys *keys;
    struct seals lyon, paris;
    struct opened opened;
    struct buf sealed; /* lyon's batch 3 of series 1 */
};

static void seal(struct bench *b, const struct sending_site *signer, const char *site, const char *series,
                 uint64_t seq, struct buf *out)
{
    struct parcel p;
    parcel_begin(&p, site, series, seq, "call");
    parcel_put(&p, b->w.model, 1, 7, 20455, 1);
    parcel_close(&p, signer, out);
}

static int set_up(void **state)
{
    struct err err;
    struct bench *b = calloc(1, sizeof *b);
    *state = b;
    warehouse_open(&b->w, STORE_SQLITE);
    assert_int_equal(OK, loader_keys_read(b->w.settings.loader_folder, &b->keys, &err));
    seals_read(b->w.settings.loader_folder, "lyon", &b->lyon);
    seals_read(b->w.settings.loader_folder, "paris", &b->paris);
    opened_init(&b->opened);
    b->sealed = BUF_INIT(BATCH_MAX_BYTES);
    seal(b, &b->w.lyon, "lyon", SERIES_1, 3, &b->sealed);
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    loader_keys_free(b->keys);
    seals_free(&b->lyon);
    seals_free(&b->paris);
    opened_free(&b->opened);
    buf_free(&b->sealed);
    warehouse_close(&b->w);
    free(b);
    return 0;
}

static const char *code_at(struct bench *b, const struct seals *seals, X509 *offered, const char *site,
                           const char *series, uint64_t seq, const void *der, size_t len)
{
    static struct err err;
    const struct opening opening = {
        .keys = b->keys, .seals = seals, .offered = offered, .site = site, .series = series, .seq = seq};
    enum err_code code = open_batch(&opening, der, len, &b->opened, &err);
    assert_true(code == OK || code == ERR_REJECTED || code == ERR_AUTH);
    return code == OK ? "ok" : code == ERR_REJECTED ? err.refusal : err.message;
}

static const char *code_of(struct bench *b, const void *der, size_t len)
{
    return code_at(b, &b->lyon, NULL, "lyon", SERIES_1, 3, der, len);
}

static void a_sound_batch_opens(void **state)
{
    struct bench *b = *state;
    assert_string_equal("ok", code_of(b, b->sealed.data, b->sealed.len));
    assert_int_equal(1, b->opened.manifest.records);
}

static void altered_in_any_bit_it_is_refused(void **state)
{
    struct bench *b = *state;
    size_t profile = 0, decrypt = 0;
    for (size_t i = 0; i < b->sealed.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            b->sealed.data[i] ^= (uint8_t)(1 << bit);
            const char *code = code_of(b, b->sealed.data, b->sealed.len);
            if (strcmp(code, "profile") == 0 || strcmp(code, "truncated") == 0)
                profile++;
            else if (strcmp(code, "decrypt") == 0)
                decrypt++;
            else
                fail_msg("byte %zu, bit %d: %s", i, bit, code);
            b->sealed.data[i] ^= (uint8_t)(1 << bit);
        }
    }
    assert_true(profile > 1000 && decrypt > 4000);
}

static void truncated_at_any_length_it_is_refused(void **state)
{
    struct bench *b = *state;
    for (size_t len = 0; len < b->sealed.len; len++)
        assert_string_equal("truncated", code_of(b, b->sealed.data, len));
    buf_putc(&b->sealed, 0);
    assert_string_equal("profile", code_of(b, b->sealed.data, b->sealed.len));
    b->sealed.len--;
}

static void signed_by_another_site_it_is_refused(void **state)
{
    struct bench *b = *state;
    BUF_CLEANUP struct buf der = BUF_INIT(BATCH_MAX_BYTES);
    seal(b, &b->w.paris, "lyon", SERIES_1, 3, &der);
    assert_string_equal("signature", code_of(b, der.data, der.len));
    const struct seals none = {.count = 0};
    assert_string_equal("signature",
                        code_at(b, &none, NULL, "lyon", SERIES_1, 3, b->sealed.data, b->sealed.len));
}

static void in_another_sites_name_it_is_refused(void **state)
{
    struct bench *b = *state;
    BUF_CLEANUP struct buf der = BUF_INIT(BATCH_MAX_BYTES);
    seal(b, &b->w.paris, "lyon", SERIES_1, 3, &der);
    assert_string_equal("wrong-site", code_at(b, &b->paris, NULL, "paris", SERIES_1, 3, der.data, der.len));
}

static void in_another_place_it_is_refused(void **state)
{
    struct bench *b = *state;
    assert_string_equal("wrong-seq",
                        code_at(b, &b->lyon, NULL, "lyon", SERIES_1, 4, b->sealed.data, b->sealed.len));
    assert_string_equal("wrong-series",
                        code_at(b, &b->lyon, NULL, "lyon", SERIES_2, 3, b->sealed.data, b->sealed.len));
    assert_string_equal("signature",
                        code_at(b, &b->paris, NULL, "paris", SERIES_1, 3, b->sealed.data, b->sealed.len));
}

static void a_certificate_not_accepted_yet_is_waited_for(void **state)
{
    struct bench *b = *state;
    assert_string_equal("seal-not-accepted", code_at(b, &b->paris, b->lyon.certificates[0], "lyon", SERIES_1,
                                                     3, b->sealed.data, b->sealed.len));
}

/* Through the landing zone: each refusal is final, told to the site, and stores nothing. */
static void refusals_are_told(void **state)
{
    struct bench *b = *state;
    struct warehouse *w = &b->w;
    BUF_CLEANUP struct buf other = BUF_INIT(BATCH_MAX_BYTES), root = BUF_INIT(BATCH_MAX_BYTES);
    BUF_CLEANUP struct buf feedback = BUF_INIT(65536);
    struct parcel p;
    struct err err;
    char path[512];
    b->sealed.data[b->sealed.len - 1] ^= 1;
    land_bytes(w, "lyon", SERIES_1, 1, b->sealed.data, b->sealed.len);
    b->sealed.data[b->sealed.len - 1] ^= 1;
    land_bytes(w, "lyon", SERIES_1, 2, b->sealed.data, b->sealed.len / 2);
    land_bytes(w, "lyon", SERIES_1, 3, b->sealed.data, b->sealed.len); /* the sound one */
    land_bytes(w, "lyon", SERIES_1, 4, b->sealed.data, b->sealed.len);
    seal(b, &w->paris, "lyon", SERIES_1, 5, &other);
    land_bytes(w, "lyon", SERIES_1, 5, other.data, other.len);
    parcel_begin(&p, "lyon", SERIES_1, 6, "call");
    p.manifest.root_check[0] ^= 1;
    parcel_close(&p, &w->lyon, &root);
    land_bytes(w, "lyon", SERIES_1, 6, root.data, root.len);
    land_bytes(w, "paris", SERIES_1, 5, other.data, other.len);
    warehouse_load(w);
    assert_int_equal(1, number_of(w, "SELECT COUNT(*) FROM call"));
    snprintf(path, sizeof path, "%s/lyon.json", w->settings.feedback_folder);
    assert_int_equal(OK, buf_read_file(&feedback, path, &err));
    assert_non_null(strstr(buf_text(&feedback),
                           "{\"refused\":[[1,\"decrypt\"],[2,\"truncated\"],[4,\"wrong-seq\"],"
                           "[5,\"signature\"],[6,\"root-key\"]],\"loaded\":6,\"done\":6}"));
    buf_clear(&feedback);
    snprintf(path, sizeof path, "%s/paris.json", w->settings.feedback_folder);
    assert_int_equal(OK, buf_read_file(&feedback, path, &err));
    assert_non_null(
        strstr(buf_text(&feedback), "{\"refused\":[[5,\"wrong-site\"]],\"loaded\":0,\"done\":0}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_batch_opens),
        cmocka_unit_test(altered_in_any_bit_it_is_refused),
        cmocka_unit_test(truncated_at_any_length_it_is_refused),
        cmocka_unit_test(signed_by_another_site_it_is_refused),
        cmocka_unit_test(in_another_sites_name_it_is_refused),
        cmocka_unit_test(in_another_place_it_is_refused),
        cmocka_unit_test(a_certificate_not_accepted_yet_is_waited_for),
        cmocka_unit_test(refusals_are_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
