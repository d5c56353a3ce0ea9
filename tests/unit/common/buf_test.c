/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/buf.h"
#include "contact/durable.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void a_buffer_never_passes_its_maximum(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(10);
    buf_puts(&b, "12345");
    assert_true(buf_ok(&b));
    buf_puts(&b, "67890");
    assert_true(buf_ok(&b));
    assert_int_equal(b.len, 10);
    buf_putc(&b, 'x');
    assert_false(buf_ok(&b));
    assert_int_equal(b.len, 10);
    assert_string_equal(buf_text(&b), "1234567890");
    buf_clear(&b);
    assert_true(buf_ok(&b));
    assert_string_equal(buf_text(&b), "");
    buf_free(&b);
    buf_free(&b);
}

static void long_formats_are_written_whole(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(5000);
    buf_printf(&b, "%0*d", 3000, 7);
    assert_int_equal(b.len, 3000);
    assert_int_equal(b.data[2999], '7');
    assert_int_equal(b.data[0], '0');
    buf_free(&b);
}

static void a_wiped_buffer_holds_nothing_of_before(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(100);
    buf_puts(&b, "secret");
    uint8_t *where = b.data;
    buf_wipe(&b);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(where[i], 0);
    buf_free(&b);
}

static void a_file_is_replaced_whole_with_its_mode(void **state)
{
    (void)state;
    char folder[] = "/tmp/buf.XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    struct buf b = BUF_INIT(100000), back = BUF_INIT(100000), small = BUF_INIT(10);
    for (int i = 0; i < 90000; i++)
        buf_putc(&b, (char)('a' + i % 26));
    umask(0777);
    assert_int_equal(buf_write_file(&b, path, 0640, NULL), OK);
    umask(022);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(buf_read_file(&back, path, NULL), OK);
    assert_int_equal(back.len, b.len);
    assert_memory_equal(back.data, b.data, b.len);
    struct err err;
    assert_int_equal(buf_read_file(&small, path, &err), ERR_CONFIG);
    assert_int_equal(buf_read_file(&small, "/nowhere", &err), ERR_CONFIG);
    assert_int_equal(buf_write_file(&b, "/nowhere/file", 0600, &err), ERR_CONFIG);
    unlink(path);
    assert_int_equal(rmdir(folder), 0); /* no temporary file is left */
    buf_free(&b);
    buf_free(&back);
    buf_free(&small);
}

static void what_is_appended_durably_stands_behind_what_was_there(void **state)
{
    (void)state;
    char folder[] = "/tmp/buf.XXXXXX", path[64], link[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    snprintf(link, sizeof link, "%s/link", folder);
    assert_true(durable_append(path, "one\n", 4));
    assert_true(durable_append(path, "two\n", 4));
    BUF_CLEANUP struct buf back = BUF_INIT(100);
    assert_int_equal(buf_read_file(&back, path, NULL), OK);
    assert_string_equal(buf_text(&back), "one\ntwo\n");
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(symlink(path, link), 0);
    assert_false(durable_append(link, "x", 1));
    assert_int_equal(errno, ELOOP);
    assert_false(durable_folder("/nowhere"));
    assert_int_equal(errno, ENOENT);
    unlink(link);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

static void text_of_a_page_ends_no_element_and_no_attribute(void **state)
{
    (void)state;
    BUF_CLEANUP struct buf b = BUF_INIT(100);
    buf_html(&b, "<b class=\"x\">R&D</b>");
    assert_string_equal(buf_text(&b), "&lt;b class=&quot;x&quot;&gt;R&amp;D&lt;/b&gt;");
}

static void every_error_code_has_a_name_and_an_exit_status(void **state)
{
    (void)state;
    for (enum err_code code = OK; code <= ERR_INTERNAL; code++) {
        assert_true(strlen(err_name(code)) > 0);
        assert_true((code == OK) == (err_exit_status(code) == 0));
    }
    assert_int_equal(err_set(NULL, ERR_FULL, "x"), ERR_FULL);
    struct err err;
    err_set(&err, ERR_AUTH, "%0*d", 1000, 1);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_int_equal(err_hint(&err, "type this"), ERR_AUTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_never_passes_its_maximum),
        cmocka_unit_test(long_formats_are_written_whole),
        cmocka_unit_test(a_wiped_buffer_holds_nothing_of_before),
        cmocka_unit_test(a_file_is_replaced_whole_with_its_mode),
        cmocka_unit_test(what_is_appended_durably_stands_behind_what_was_there),
        cmocka_unit_test(text_of_a_page_ends_no_element_and_no_attribute),
        cmocka_unit_test(every_error_code_has_a_name_and_an_exit_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
