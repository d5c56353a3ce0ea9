/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "contact/batch.h"

static const char line[] = "{\"op\":\"put\"}\n";

static struct manifest sample_manifest(void)
{
    struct manifest m = {.site = "lyon",
                         .series = "00000000000000000000000000",
                         .seq = 12,
                         .stream = "call",
                         .lane = LANE_FRESH,
                         .model = "contact-1",
                         .key_epoch = 1,
                         .agent = "0.1.0",
                         .created = "2026-01-02T14Z"};
    memset(m.mapping, 0xab, sizeof m.mapping);
    memset(m.root_check, 0xcd, sizeof m.root_check);
    return m;
}

static void make_batch(int lines, struct manifest *m, struct buf *out)
{
    struct batch_writer *w = batch_writer_new(6);
    struct err err;
    batch_writer_begin(w);
    for (int i = 0; i < lines; i++)
        assert_int_equal(OK, batch_writer_add(w, line, sizeof line - 1, &err));
    assert_int_equal(lines, batch_writer_records(w));
    assert_int_equal(OK, batch_writer_end(w, m, out, &err));
    batch_writer_free(w);
}

static const char *read_code(const void *data, size_t len)
{
    static struct err err;
    struct manifest m;
    const char *lines;
    size_t lines_len;
    BUF_CLEANUP struct buf inflated = BUF_INIT(BATCH_MAX_INFLATED);
    enum err_code code = batch_read(data, len, &inflated, &m, &lines, &lines_len, &err);
    assert_true(code == OK || code == ERR_REJECTED);
    return code == OK ? "ok" : err.refusal;
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct manifest m = sample_manifest(), back;
    const char *lines;
    size_t lines_len;
    struct err err;
    BUF_CLEANUP struct buf file = BUF_INIT(BATCH_MAX_BYTES);
    BUF_CLEANUP struct buf inflated = BUF_INIT(BATCH_MAX_INFLATED);
    make_batch(3, &m, &file);
    assert_int_equal(OK, batch_read(file.data, file.len, &inflated, &back, &lines, &lines_len, &err));
    assert_string_equal("lyon", back.site);
    assert_int_equal(12, back.seq);
    assert_int_equal(3, back.records);
    assert_memory_equal(m.body, back.body, sizeof m.body);
    assert_memory_equal(m.root_check, back.root_check, sizeof m.root_check);
    assert_int_equal(3 * (sizeof line - 1), lines_len);
    assert_memory_equal(line, lines, sizeof line - 1);
}

static void a_void_has_no_lines(void **state)
{
    (void)state;
    struct manifest m = sample_manifest();
    BUF_CLEANUP struct buf file = BUF_INIT(BATCH_MAX_BYTES);
    strcpy(m.stream, "void");
    make_batch(0, &m, &file);
    assert_string_equal("ok", read_code(file.data, file.len));
}

static void a_writer_is_used_again(void **state)
{
    (void)state;
    struct manifest m = sample_manifest();
    struct batch_writer *w = batch_writer_new(1);
    struct err err;
    for (int round = 0; round < 3; round++) {
        BUF_CLEANUP struct buf file = BUF_INIT(BATCH_MAX_BYTES);
        batch_writer_begin(w);
        assert_int_equal(OK, batch_writer_add(w, line, sizeof line - 1, &err));
        assert_int_equal(OK, batch_writer_end(w, &m, &file, &err));
        assert_int_equal(1, m.records);
        assert_string_equal("ok", read_code(file.data, file.len));
    }
    batch_writer_free(w);
}

/* A line of letters that nothing compresses much, of another length each time; every hundredth is a long one.
 */
static size_t odd_line(unsigned number, char *to)
{
    size_t len = number % 100 == 99 ? 100000 : number * 7 % 900 + 1;
    unsigned random = number;
    for (size_t i = 0; i + 1 < len; i++) {
        random = random * 1664525 + 1013904223;
        to[i] = (char)('0' + random / 65536 % 64);
    }
    to[len - 1] = '\n';
    return len;
}

static void what_is_written_over_many_steps_is_read_at_each_level(void **state)
{
    (void)state;
    static char one[100001];
    for (int level = 1; level <= 9; level += 4) {
        struct batch_writer *w = batch_writer_new(level);
        struct manifest m = sample_manifest(), back;
        struct err err;
        const char *lines = NULL;
        size_t lines_len = 0, size = 0;
        BUF_CLEANUP struct buf file = BUF_INIT(BATCH_MAX_BYTES);
        BUF_CLEANUP struct buf inflated = BUF_INIT(BATCH_MAX_INFLATED);
        batch_writer_begin(w);
        for (unsigned i = 0; i < 1000; i++)
            assert_int_equal(OK, batch_writer_add(w, one, odd_line(i, one), &err));
        assert_true(batch_writer_bytes(w) > 500000);
        assert_int_equal(OK, batch_writer_end(w, &m, &file, &err));
        batch_writer_free(w);
        assert_int_equal(OK, batch_read(file.data, file.len, &inflated, &back, &lines, &lines_len, &err));
        for (unsigned i = 0; i < 1000; i++) {
            size_t len = odd_line(i, one);
            assert_true(size + len <= lines_len);
            assert_memory_equal(one, lines + size, len);
            size += len;
        }
        assert_int_equal(size, lines_len);
    }
}

static void a_batch_that_is_too_large_is_refused(void **state)
{
    (void)state;
    static char one[100001];
    for (int level = 1; level <= 6; level += 5) {
        struct batch_writer *w = batch_writer_new(level);
        struct err err;
        enum err_code code = OK;
        batch_writer_begin(w);
        for (unsigned i = 0; code == OK && i < 100; i++)
            code = batch_writer_add(w, one, odd_line(100 * i + 99, one), &err);
        batch_writer_free(w);
        assert_int_equal(ERR_REJECTED, code);
        assert_string_equal("too-large", err.refusal);
    }
}

static void a_cut_or_changed_file_is_refused(void **state)
{
    (void)state;
    struct manifest m = sample_manifest();
    BUF_CLEANUP struct buf file = BUF_INIT(BATCH_MAX_BYTES);
    make_batch(20, &m, &file);
    for (size_t len = 0; len < file.len; len++)
        assert_string_equal("gzip", read_code(file.data, len));
    buf_putc(&file, 'x');
    assert_string_equal("gzip", read_code(file.data, file.len));
}

/* Two members of free text, as an attacker with a seal key might make them. */
static void put_member(struct buf *out, const char *text, size_t len)
{
    z_stream z = {.next_in = (z_const Bytef *)text, .avail_in = (uInt)len};
    assert_int_equal(Z_OK, deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY));
    z.avail_out = (uInt)deflateBound(&z, len);
    z.next_out = buf_reserve(out, z.avail_out);
    uInt room = z.avail_out;
    assert_int_equal(Z_STREAM_END, deflate(&z, Z_FINISH));
    out->len += room - z.avail_out;
    deflateEnd(&z);
}

static const char *forged_code(const struct manifest *m, const char *extra, const char *body, size_t body_len)
{
    BUF_CLEANUP struct buf file = BUF_INIT(BATCH_MAX_BYTES);
    BUF_CLEANUP struct buf text = BUF_INIT(8192);
    manifest_write(m, &text);
    buf_puts(&text, extra);
    put_member(&file, (const char *)text.data, text.len);
    put_member(&file, body, body_len);
    return read_code(file.data, file.len);
}

static void each_lie_of_a_manifest_has_its_code(void **state)
{
    (void)state;
    struct manifest m = sample_manifest();
    sha256(line, sizeof line - 1, m.body);
    m.records = 1;
    assert_string_equal("ok", forged_code(&m, "", line, sizeof line - 1));
    assert_string_equal("manifest", forged_code(&m, "x", line, sizeof line - 1));
    m.records = 2;
    assert_string_equal("records", forged_code(&m, "", line, sizeof line - 1));
    m.records = 1;
    sha256(line, sizeof line - 2, m.body);
    assert_string_equal("records", forged_code(&m, "", line, sizeof line - 2));
    assert_string_equal("body-hash", forged_code(&m, "", line, sizeof line - 1));
}

static void a_bomb_is_stopped_at_the_cap(void **state)
{
    (void)state;
    static char zeros[8 * 1024 * 1024];
    struct manifest m = sample_manifest();
    BUF_CLEANUP struct buf file = BUF_INIT(BATCH_MAX_BYTES);
    BUF_CLEANUP struct buf text = BUF_INIT(8192);
    manifest_write(&m, &text);
    put_member(&file, (const char *)text.data, text.len);
    z_stream z = {0};
    assert_int_equal(Z_OK, deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY));
    for (int i = 0; i < 10; i++) {
        z.next_in = (z_const Bytef *)zeros;
        z.avail_in = sizeof zeros;
        z.next_out = buf_reserve(&file, 65536);
        z.avail_out = 65536;
        deflate(&z, i == 9 ? Z_FINISH : Z_NO_FLUSH);
        file.len += 65536 - z.avail_out;
    }
    deflateEnd(&z);
    assert_string_equal("too-large", read_code(file.data, file.len));
}

static void a_manifest_has_one_spelling(void **state)
{
    (void)state;
    struct manifest m = sample_manifest(), back;
    BUF_CLEANUP struct buf text = BUF_INIT(8192);
    manifest_write(&m, &text);
    size_t len = text.len - 1;
    assert_true(manifest_read((const char *)text.data, len, &back));
    for (size_t i = 0; i < len; i++) {
        uint8_t kept = text.data[i];
        for (int bit = 0; bit < 8; bit++) {
            text.data[i] = (uint8_t)(kept ^ (1 << bit));
            if (manifest_read((const char *)text.data, len, &back)) { /* another value, well spelled */
                BUF_CLEANUP struct buf again = BUF_INIT(8192);
                manifest_write(&back, &again);
                assert_int_equal(text.len, again.len);
                assert_memory_equal(text.data, again.data, len);
            }
        }
        text.data[i] = kept;
    }
}

static void names_of_folders_have_one_form(void **state)
{
    (void)state;
    assert_true(site_valid("lyon") && site_valid("sos-test-01") && site_valid("7"));
    assert_false(site_valid("") || site_valid("Lyon") || site_valid("-a") || site_valid("a/b") ||
                 site_valid(".."));
    assert_false(site_valid("a23456789012345678901234567890123"));
    assert_true(series_valid("00000000000000000000000000"));
    assert_false(series_valid("0000000000000000000000000O") || series_valid("../") || series_valid(""));
    assert_false(series_valid("80000000000000000000000000")); /* over 128 bits */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(a_void_has_no_lines),
        cmocka_unit_test(a_writer_is_used_again),
        cmocka_unit_test(what_is_written_over_many_steps_is_read_at_each_level),
        cmocka_unit_test(a_batch_that_is_too_large_is_refused),
        cmocka_unit_test(a_cut_or_changed_file_is_refused),
        cmocka_unit_test(each_lie_of_a_manifest_has_its_code),
        cmocka_unit_test(a_bomb_is_stopped_at_the_cap),
        cmocka_unit_test(a_manifest_has_one_spelling),
        cmocka_unit_test(names_of_folders_have_one_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
