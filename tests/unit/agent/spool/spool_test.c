/* SPDX-License-Identifier: Apache-2.0 */

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/agent/spool/spool_fixture.h"
#include "agent/spool/spool.h"
#include "contact/clock.h"

#define OTHER_SERIES "00000000000000000000000008"

static void put(struct spool *spool, uint64_t seq, enum lane lane)
{
    char sealed[64];
    int len = snprintf(sealed, sizeof(sealed), "batch %llu", (unsigned long long)seq);
    struct err err;
    assert_int_equal(spool_put(spool, seq, lane, false, sealed, (size_t)len, LIMIT, &err), OK);
}

static uint64_t next_seq(struct spool *spool)
{
    struct spool_batch batch = {0};
    bool found = false;
    struct err err;
    assert_int_equal(spool_next(spool, &batch, &found, &err), OK);
    char expected[64];
    snprintf(expected, sizeof(expected), "batch %llu", (unsigned long long)batch.seq);
    if (found && !batch.is_void)
        assert_string_equal(buf_text(&batch.sealed), expected);
    buf_free(&batch.sealed);
    return found ? batch.seq : 0;
}

static void outcome(struct spool *spool, uint64_t seq, enum batch_state became)
{
    struct err err;
    assert_int_equal(spool_outcome(spool, seq, became, &err), OK);
}

static struct spool_depth depth(struct spool *spool)
{
    struct spool_depth d = {0};
    struct err err;
    assert_int_equal(spool_depth(spool, &d, &err), OK);
    return d;
}

static void the_fresh_lane_goes_first_then_the_lowest_seq(void **state)
{
    struct place *p = *state;
    put(p->spool, 1, LANE_BACKLOG);
    put(p->spool, 2, LANE_BACKLOG);
    put(p->spool, 3, LANE_FRESH);
    put(p->spool, 4, LANE_FRESH);
    const uint64_t order[] = {3, 4, 1, 2};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(next_seq(p->spool), order[i]);
        outcome(p->spool, order[i], BATCH_STORED);
    }
    assert_int_equal(next_seq(p->spool), 0);
}

static void putting_twice_is_putting_once(void **state)
{
    struct place *p = *state;
    put(p->spool, 1, LANE_FRESH);
    struct err err;
    assert_int_equal(spool_put(p->spool, 1, LANE_FRESH, false, "other", 5, LIMIT, &err), OK);
    assert_int_equal(depth(p->spool).queued, 1);
    assert_int_equal(depth(p->spool).bytes, 7);
    assert_int_equal(next_seq(p->spool), 1);
    outcome(p->spool, 1, BATCH_STORED);
    assert_int_equal(spool_loaded(p->spool, 1, NULL, 0, &err), OK);
    put(p->spool, 1, LANE_FRESH);
    assert_int_equal(depth(p->spool).queued, 0);
}

static void a_group_of_puts_is_kept_whole_or_not_at_all(void **state)
{
    struct place *p = *state;
    struct err err;
    assert_int_equal(spool_put_begin(p->spool, &err), OK);
    put(p->spool, 1, LANE_FRESH);
    put(p->spool, 2, LANE_FRESH);
    assert_int_equal(spool_put_end(p->spool, ERR_FULL, &err), ERR_FULL);
    assert_int_equal(depth(p->spool).queued, 0);
    assert_int_equal(depth(p->spool).bytes, 0);
    assert_int_equal(spool_put_begin(p->spool, &err), OK);
    put(p->spool, 1, LANE_FRESH);
    put(p->spool, 2, LANE_FRESH);
    assert_int_equal(spool_put_end(p->spool, OK, &err), OK);
    assert_int_equal(depth(p->spool).queued, 2);
    assert_int_equal(next_seq(p->spool), 1);
}

static void a_loaded_batch_is_deleted_and_an_unsent_one_is_not(void **state)
{
    struct place *p = *state;
    for (uint64_t seq = 1; seq <= 4; seq++)
        put(p->spool, seq, LANE_FRESH);
    outcome(p->spool, 1, BATCH_STORED);
    outcome(p->spool, 3, BATCH_STORED);
    outcome(p->spool, 4, BATCH_STORED);
    struct err err;
    const uint64_t refused[] = {4};
    assert_int_equal(spool_loaded(p->spool, 3, refused, 1, &err), OK);
    struct spool_depth d = depth(p->spool);
    assert_int_equal(d.queued, 1);
    assert_int_equal(d.stored, 0);
    assert_int_equal(d.bytes, 7);
    uint64_t lowest = 0, highest = 0;
    assert_int_equal(spool_extent(p->spool, &lowest, &highest, &err), OK);
    assert_int_equal(lowest, 2);
    assert_int_equal(highest, 4);
}

static void a_watermark_ahead_of_ours_swallows_nothing_put_later(void **state)
{
    struct place *p = *state;
    put(p->spool, 1, LANE_FRESH);
    struct err err;
    assert_int_equal(spool_loaded(p->spool, 500, NULL, 0, &err), OK);
    put(p->spool, 2, LANE_FRESH);
    assert_int_equal(depth(p->spool).queued, 2);
}

static void what_the_centre_lacks_is_queued_again(void **state)
{
    struct place *p = *state;
    for (uint64_t seq = 1; seq <= 3; seq++) {
        put(p->spool, seq, LANE_FRESH);
        outcome(p->spool, seq, BATCH_STORED);
    }
    struct err err;
    assert_int_equal(spool_missing(p->spool, 2, UINT64_MAX, &err), OK);
    assert_int_equal(depth(p->spool).queued, 2);
    assert_int_equal(next_seq(p->spool), 2);
}

struct seen {
    size_t count;
    struct spool *spool;
};

static void the_queue_is_bounded_but_takes_a_void(void **state)
{
    struct place *p = *state;
    struct err err;
    assert_int_equal(spool_put(p->spool, 1, LANE_FRESH, false, "0123456789", 10, 15, &err), OK);
    assert_int_equal(spool_put(p->spool, 2, LANE_FRESH, false, "0123456789", 10, 15, &err), ERR_FULL);
    assert_int_equal(spool_put(p->spool, 1, LANE_FRESH, false, "0123456789", 10, 15, &err), OK);
    assert_int_equal(spool_put(p->spool, 2, LANE_FRESH, true, "0123456789", 10, 15, &err), OK);
}

static void note(void *context, const struct spool_request *request)
{
    struct seen *seen = context;
    struct err err;
    seen->count++;
    assert_string_equal(request->stream, "call");
    assert_int_equal(request->to - request->from, 3);
    assert_int_equal(spool_request_taken(seen->spool, request->id, &err), OK);
}

static void note_id(void *context, const char *id)
{
    struct seen *seen = context;
    assert_string_equal(id, "r-1");
    seen->count++;
}

static void a_request_is_stored_once_taken_once_acknowledged_once(void **state)
{
    struct place *p = *state;
    struct spool_request request = {.id = "r-1", .stream = "call", .from = 20000, .to = 20003};
    struct err err;
    for (int round = 0; round < 3; round++) {
        struct seen taken = {.spool = p->spool}, unacknowledged = {0};
        assert_int_equal(spool_add_request(p->spool, &request, &err), OK);
        assert_int_equal(spool_requests(p->spool, note, &taken, &err), OK);
        assert_int_equal(taken.count, round == 0 ? 1 : 0);
        assert_int_equal(spool_unacknowledged(p->spool, note_id, &unacknowledged, &err), OK);
        assert_int_equal(unacknowledged.count, round == 0 ? 1 : 0);
        assert_int_equal(spool_acknowledged(p->spool, "r-1", &err), OK);
    }
}

static void count_facts(void *context, const char *name, const char *value)
{
    (void)name;
    (void)value;
    ++*(size_t *)context;
}

static void facts_are_kept_by_name(void **state)
{
    struct place *p = *state;
    struct err err;
    assert_int_equal(spool_fact_put(p->spool, "collect.model", "contact-1", &err), OK);
    assert_int_equal(spool_fact_put(p->spool, "collect.model", "contact-2", &err), OK);
    assert_int_equal(spool_fact_put(p->spool, "send.loaded", "1", &err), OK);
    BUF_CLEANUP struct buf value = BUF_INIT(100);
    assert_int_equal(spool_fact_get(p->spool, "collect.model", &value, &err), OK);
    assert_string_equal(buf_text(&value), "contact-2");
    size_t count = 0;
    assert_int_equal(spool_facts(p->spool, "collect.", count_facts, &count, &err), OK);
    assert_int_equal(count, 1);
    buf_clear(&value);
    assert_int_equal(spool_fact_get(p->spool, "collect.none", &value, &err), OK);
    assert_string_equal(buf_text(&value), "");
}

static void a_new_series_is_noticed(void **state)
{
    struct place *p = *state;
    struct err err;
    struct spool *reader = NULL, *fresh = NULL;
    assert_int_equal(spool_open(p->folder, &reader, &err), OK);
    assert_string_equal(spool_series(reader), SERIES);
    assert_false(spool_replaced(reader));
    assert_int_equal(spool_create(p->folder, OTHER_SERIES, &fresh, &err), OK);
    assert_true(spool_replaced(reader));
    spool_close(reader);
    assert_int_equal(spool_open(p->folder, &reader, &err), OK);
    assert_string_equal(spool_series(reader), OTHER_SERIES);
    spool_close(reader);
    spool_close(fresh);
}

static void modes_let_the_group_share_and_nobody_else(void **state)
{
    struct place *p = *state;
    char path[128];
    struct stat st;
    snprintf(path, sizeof(path), "%s/" SERIES, p->folder);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 02770);
    put(p->spool, 1, LANE_FRESH);
    const char *const files[] = {"spool.db", "spool.db-wal", "spool.db-shm"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s/" SERIES "/%s", p->folder, files[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0660);
    }
}

static void damage_is_found_set_aside_and_never_a_crash(void **state)
{
    struct place *p = *state;
    struct err err;
    BUF_CLEANUP struct buf big = BUF_INIT(1 << 20);
    memset(buf_reserve(&big, 500000), 'x', 500000);
    big.len = 500000;
    assert_int_equal(spool_put(p->spool, 1, LANE_FRESH, false, big.data, big.len, LIMIT, &err), OK);
    spool_close(p->spool);
    p->spool = NULL;
    char path[128];
    snprintf(path, sizeof(path), "%s/" SERIES "/spool.db", p->folder);
    int fd = open(path, O_RDWR);
    assert_int_equal(pwrite(fd, "damage", 6, 250000), 6);
    close(fd);
    struct spool_batch batch = {0};
    bool found = false;
    assert_int_equal(spool_open(p->folder, &p->spool, &err), OK);
    assert_int_equal(spool_next(p->spool, &batch, &found, &err), ERR_REJECTED);
    assert_int_equal(batch.seq, 1);
    buf_free(&batch.sealed);
    assert_int_equal(spool_set_aside(p->folder, SERIES, &err), OK);
    assert_true(spool_replaced(p->spool));
    spool_close(p->spool);
    p->spool = NULL;
    assert_int_equal(spool_open(p->folder, &p->spool, &err), ERR_RETRY);
    assert_int_equal(spool_create(p->folder, OTHER_SERIES, &p->spool, &err), OK);
    /* A file whose header is gone is corrupt too, when it is opened. */
    spool_close(p->spool);
    p->spool = NULL;
    snprintf(path, sizeof(path), "%s/" OTHER_SERIES "/spool.db", p->folder);
    fd = open(path, O_RDWR);
    assert_int_equal(pwrite(fd, "not a database at all", 21, 0), 21);
    close(fd);
    assert_int_equal(spool_open(p->folder, &p->spool, &err), ERR_CORRUPT);
}

static void freed_room_goes_back_to_the_disk(void **state)
{
    struct place *p = *state;
    struct err err;
    static uint8_t sealed[1 << 20];
    for (uint64_t seq = 1; seq <= 48; seq++) {
        assert_int_equal(spool_put(p->spool, seq, LANE_FRESH, false, sealed, sizeof(sealed), LIMIT, &err),
                         OK);
        outcome(p->spool, seq, BATCH_STORED);
    }
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(p->spool->db, "PRAGMA page_count", -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int before = sqlite3_column_int(stmt, 0);
    sqlite3_reset(stmt);
    assert_int_equal(spool_loaded(p->spool, 48, NULL, 0, &err), OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int after = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    assert_true(before > 48 * 64);
    assert_true(after < before - 1024);
    assert_int_equal(depth(p->spool).bytes, 0);
}

/* A disk of 16 MiB in a mount namespace of our own; where we are not root, in a user namespace in which we
 * are. */
static bool mount_small_disk(const char *folder)
{
    char map[64];
    int len = snprintf(map, sizeof(map), "0 %u 1", (unsigned)getuid());
    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
            return false;
        int fd = open("/proc/self/uid_map", O_WRONLY);
        bool mapped = fd >= 0 && write(fd, map, (size_t)len) == len;
        if (fd >= 0)
            close(fd);
        if (!mapped)
            return false;
    }
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", folder, "tmpfs", 0, "size=16m,mode=0700") == 0;
}

static void fill_disk(const char *folder)
{
    static const char block[65536];
    char path[128];
    snprintf(path, sizeof(path), "%s/filler", folder);
    int fd = open(path, O_CREAT | O_WRONLY, 0660);
    while (write(fd, block, sizeof(block)) == (ssize_t)sizeof(block))
        ;
    while (write(fd, block, 512) > 0)
        ;
    close(fd);
}

/* Runs in a child. Its exit status says where it failed; 77: not permitted here. */
static int on_a_full_disk(const char *folder)
{
    if (!mount_small_disk(folder))
        return 77;
    struct spool *spool = NULL;
    struct err err;
    char path[128], block[65536] = {0};
    if (spool_create(folder, SERIES, &spool, &err) != OK)
        return 1;
    snprintf(path, sizeof(path), "%s/" SERIES "/reserve", folder);
    int fd = open(path, O_CREAT | O_WRONLY, 0660); /* spool_create takes none on so small a disk */
    if (posix_fallocate(fd, 0, SPOOL_RESERVE_BYTES) != 0)
        return 2;
    close(fd);
    /* Past the limit of 64 MiB nothing but a void is put; then something else fills the disk. */
    if (spool_put(spool, 1, LANE_FRESH, false, block, sizeof(block), LIMIT, &err) != ERR_FULL ||
        spool_put(spool, 1, LANE_FRESH, true, block, sizeof(block), LIMIT, &err) != OK)
        return 3;
    fill_disk(folder);
    if (spool_put(spool, 2, LANE_FRESH, true, block, sizeof(block), LIMIT, &err) != ERR_FULL)
        return 4;
    if (spool_outcome(spool, 1, BATCH_STORED, &err) != OK || spool_loaded(spool, 1, NULL, 0, &err) != OK)
        return 5;
    struct spool_depth d = {0};
    if (spool_depth(spool, &d, &err) != OK || d.queued + d.stored != 0 || spool_check(spool, &err) != OK)
        return 6;
    spool_close(spool);
    return 0;
}

static void deleting_works_on_a_full_disk(void **state)
{
    struct place *p = *state;
    spool_close(p->spool);
    p->spool = NULL;
    pid_t child = fork();
    if (child == 0)
        _exit(on_a_full_disk(p->folder));
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void ages_are_told_in_buckets(void **state)
{
    (void)state;
    assert_string_equal(spool_fact_age(0, 1000), "never");
    assert_string_equal(spool_fact_age(1000, 1059), "<1m");
    assert_string_equal(spool_fact_age(1000, 1060), "<10m");
    assert_string_equal(spool_fact_age(1000, 1000 + 86399), "<1d");
    assert_string_equal(spool_fact_age(1000, 1000 + 604800), ">7d");
    assert_string_equal(spool_fact_age(2000, 1000), "<1m"); /* the clock was set back */
}

int main(void)
{
#define IN_A_SPOOL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_A_SPOOL(the_fresh_lane_goes_first_then_the_lowest_seq),
        IN_A_SPOOL(putting_twice_is_putting_once),
        IN_A_SPOOL(a_group_of_puts_is_kept_whole_or_not_at_all),
        IN_A_SPOOL(a_loaded_batch_is_deleted_and_an_unsent_one_is_not),
        IN_A_SPOOL(a_watermark_ahead_of_ours_swallows_nothing_put_later),
        IN_A_SPOOL(what_the_centre_lacks_is_queued_again),
        IN_A_SPOOL(the_queue_is_bounded_but_takes_a_void),
        IN_A_SPOOL(a_request_is_stored_once_taken_once_acknowledged_once),
        IN_A_SPOOL(facts_are_kept_by_name),
        cmocka_unit_test(ages_are_told_in_buckets),
        IN_A_SPOOL(a_new_series_is_noticed),
        IN_A_SPOOL(modes_let_the_group_share_and_nobody_else),
        IN_A_SPOOL(damage_is_found_set_aside_and_never_a_crash),
        IN_A_SPOOL(freed_room_goes_back_to_the_disk),
        IN_A_SPOOL(deleting_works_on_a_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
