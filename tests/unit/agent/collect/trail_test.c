/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/agent/collect/house.h"

#include "agent/collect/trail.h"

static int setup(void **state)
{
    *state = house_new();
    return 0;
}

static int teardown(void **state)
{
    house_free(*state);
    return 0;
}

static void note(struct house *h, const char *what, uint64_t count)
{
    const struct trail_entry entry = {.what = what, .who = "Dr \"Demo\"\n", .count = count, .detail = "call"};
    OKAY(trail_note(&h->settings, &entry, &why));
}

struct seen_lines {
    size_t count;
    uint64_t sum;
    char last[32];
};

static void see(void *context, const struct trail_entry *entry)
{
    struct seen_lines *seen = context;
    seen->count++;
    seen->sum += entry->count;
    snprintf(seen->last, sizeof(seen->last), "%s", entry->what);
    assert_string_equal(entry->who, "Dr \"Demo\"\n");
}

static struct seen_lines read_all(struct house *h, enum err_code expected)
{
    struct seen_lines seen = {.count = 0};
    struct err err;
    assert_int_equal(trail_read(&h->settings, see, &seen, &err), expected);
    return seen;
}

static void load(struct house *h, struct buf *text)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/audit.log", h->collect_folder);
    *text = BUF_INIT(1 << 20);
    OKAY(buf_read_file(text, path, &why));
}

static void store(struct house *h, const char *text, size_t len)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/audit.log", h->collect_folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    fclose(file);
}

static void acts_are_read_in_their_order(void **state)
{
    struct house *h = *state;
    assert_int_equal(read_all(h, OK).count, 0);
    note(h, "approve", 1);
    note(h, "preview", 5);
    note(h, "pause", 1);
    struct seen_lines seen = read_all(h, OK);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.sum, 7);
    assert_string_equal(seen.last, "pause");
}

static void every_changed_byte_is_found(void **state)
{
    struct house *h = *state;
    struct buf text;
    for (int i = 0; i < 3; i++)
        note(h, "preview", 5);
    load(h, &text);
    for (size_t at = 0; at < text.len; at++) {
        text.data[at] ^= 1;
        store(h, buf_text(&text), text.len);
        assert_in_range(read_all(h, ERR_CORRUPT).count, 0, 2);
        text.data[at] ^= 1;
    }
    store(h, buf_text(&text), text.len);
    assert_int_equal(read_all(h, OK).count, 3);
    buf_free(&text);
}

static void a_line_that_was_taken_out_is_missed_wherever_it_stood(void **state)
{
    struct house *h = *state;
    struct buf text;
    for (int i = 0; i < 3; i++)
        note(h, "preview", 5);
    load(h, &text);
    const char *all = buf_text(&text), *second = strchr(all, '\n') + 1, *third = strchr(second, '\n') + 1;
    store(h, all, (size_t)(third - all)); /* the last */
    assert_int_equal(read_all(h, ERR_CORRUPT).count, 2);
    note(h, "pause", 1); /* and what comes later does not hide it */
    assert_int_equal(read_all(h, ERR_CORRUPT).count, 2);
    BUF_CLEANUP struct buf cut = BUF_INIT(1 << 20);
    buf_append(&cut, all, (size_t)(second - all));
    buf_puts(&cut, third);
    store(h, buf_text(&cut), cut.len); /* one between */
    assert_int_equal(read_all(h, ERR_CORRUPT).count, 1);
    store(h, second, strlen(second)); /* the first */
    assert_int_equal(read_all(h, ERR_CORRUPT).count, 0);
    note(h, "pause", 1);
    assert_int_equal(read_all(h, ERR_CORRUPT).count, 0);
    store(h, "", 0);
    assert_int_equal(read_all(h, ERR_CORRUPT).count, 0);
    buf_free(&text);
}

static void a_damaged_byte_loses_no_line_that_follows(void **state)
{
    struct house *h = *state;
    struct buf text, later;
    for (int i = 0; i < 3; i++)
        note(h, "preview", 5);
    load(h, &text);
    *(strchr(buf_text(&text), '\n') + 5) = '\0'; /* of the second */
    store(h, buf_text(&text), text.len);
    note(h, "pause", 1);
    load(h, &later);
    assert_true(later.len > text.len);
    assert_memory_equal(later.data, text.data, text.len);
    buf_free(&text);
    buf_free(&later);
}

static void who_lacks_the_root_key_cannot_add_a_line(void **state)
{
    struct house *h = *state;
    struct buf text;
    struct site *site = NULL;
    char path[128];
    note(h, "approve", 1);
    OKAY(site_load(h->collect_folder, &site, &why));
    site_free(site);
    load(h, &text);
    snprintf(path, sizeof(path), "%s/root.key", h->collect_folder);
    BUF_CLEANUP struct buf key = BUF_INIT(256);
    OKAY(buf_read_file(&key, path, &why));
    key.data[0] = key.data[0] == '0' ? '1' : '0';
    OKAY(buf_write_file(&key, path, 0600, &why));
    note(h, "pause", 1); /* with another key */
    key.data[0] = key.data[0] == '0' ? '1' : '0';
    OKAY(buf_write_file(&key, path, 0600, &why));
    read_all(h, ERR_CORRUPT);
    buf_free(&text);
}

static void lines_are_kept_for_twelve_months(void **state)
{
    struct house *h = *state;
    note(h, "approve", 1);
    house_now += 200 * INT64_C(86400);
    note(h, "preview", 2);
    house_now += 100 * INT64_C(86400);
    note(h, "preview", 4);
    assert_int_equal(read_all(h, OK).count, 3);
    house_now += 70 * INT64_C(86400);
    note(h, "pause", 8);
    struct seen_lines seen = read_all(h, OK);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.sum, 14);
}

static void commands_at_the_same_time_make_one_chain(void **state)
{
    struct house *h = *state;
    enum { PROCESSES = 4, LINES = 10 };
    pid_t children[PROCESSES];
    for (int p = 0; p < PROCESSES; p++) {
        children[p] = fork();
        if (children[p] == 0) {
            const struct trail_entry entry = {.what = "preview", .who = "Dr \"Demo\"\n", .count = 1};
            struct err err;
            int bad = 0;
            for (int i = 0; i < LINES; i++)
                bad += trail_note(&h->settings, &entry, &err) != OK;
            _exit(bad);
        }
    }
    for (int p = 0; p < PROCESSES; p++) {
        int status = 1;
        waitpid(children[p], &status, 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(read_all(h, OK).count, PROCESSES * LINES);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(acts_are_read_in_their_order),
        T(every_changed_byte_is_found),
        T(a_line_that_was_taken_out_is_missed_wherever_it_stood),
        T(a_damaged_byte_loses_no_line_that_follows),
        T(who_lacks_the_root_key_cannot_add_a_line),
        T(lines_are_kept_for_twelve_months),
        T(commands_at_the_same_time_make_one_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
