/* SPDX-License-Identifier: Apache-2.0 */
/* collect and send on the same file, each killed at random moments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/spool/spool.h"

#define SERIES "00000000000000000000000004"
#define BATCHES 300
#define KILLS 20

/* Puts every batch, as collect does after a restart: the ones put already are put again. In one lane, so that
 * they are sent in order and the watermark below is true: what is said to be loaded was sent. */
static int collect(const char *folder)
{
    struct spool *spool = NULL;
    struct err err;
    static uint8_t sealed[20000];
    if (spool_open(folder, &spool, &err) != OK)
        return 1;
    for (uint64_t seq = 1; seq <= BATCHES; seq++) {
        memset(sealed, (int)seq, sizeof(sealed));
        enum err_code code =
            spool_put(spool, seq, LANE_FRESH, false, sealed, sizeof(sealed), INT64_C(1) << 30, &err);
        if (code == ERR_RETRY)
            seq--;
        else if (code != OK)
            return 2;
    }
    spool_close(spool);
    return 0;
}

/* Sends until all is loaded; what is sent is written to a pipe, one seq at a time. */
static int send_all(const char *folder, int sent)
{
    struct spool *spool = NULL;
    struct err err;
    if (spool_open(folder, &spool, &err) != OK)
        return 1;
    struct spool_batch batch = {0};
    for (;;) {
        bool found = false;
        uint64_t lowest = 0, highest = 0;
        /* Asked first: what collect puts after that is not yet to be found, and must be waited for. */
        enum err_code code = spool_extent(spool, &lowest, &highest, &err);
        if (code == OK)
            code = spool_next(spool, &batch, &found, &err);
        if (code == OK && found) {
            if (write(sent, &batch.seq, sizeof(batch.seq)) != sizeof(batch.seq))
                return 3;
            code = spool_outcome(spool, batch.seq, BATCH_STORED, &err);
        }
        if (code == OK && batch.seq % 16 == 0)
            code = spool_loaded(spool, batch.seq, NULL, 0, &err);
        if (code != OK && code != ERR_RETRY)
            return 4;
        if (code == OK && !found && highest == BATCHES)
            break;
        if (!found)
            usleep(500);
    }
    buf_free(&batch.sealed);
    spool_close(spool);
    return 0;
}

static pid_t start(int which, const char *folder, int sent)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(which == 0 ? collect(folder) : send_all(folder, sent));
    return child;
}

static void killed_at_random_nothing_is_lost_or_damaged(void **state)
{
    (void)state;
    char folder[] = "/tmp/spool.XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct spool *spool = NULL;
    struct err err;
    assert_int_equal(spool_create(folder, SERIES, &spool, &err), OK);
    spool_close(spool); /* no connection of ours while children run: fork and SQLite do not mix */
    FILE *sent = tmpfile();
    assert_non_null(sent);
    pid_t child[2];
    for (int which = 0; which < 2; which++)
        child[which] = start(which, folder, fileno(sent));
    srandom(7);
    for (int kills = 0; kills < KILLS; kills++) {
        usleep((useconds_t)(random() % 20000));
        int which = kills % 2;
        kill(child[which], SIGKILL);
        waitpid(child[which], NULL, 0);
        child[which] = start(which, folder, fileno(sent));
    }
    for (int which = 0; which < 2; which++) {
        int status = -1;
        assert_int_equal(waitpid(child[which], &status, 0), child[which]);
        assert_int_equal(status, 0);
    }
    static bool seen[BATCHES + 1];
    uint64_t seq = 0;
    rewind(sent);
    while (fread(&seq, sizeof(seq), 1, sent) == 1)
        seen[seq] = true;
    fclose(sent);
    for (uint64_t i = 1; i <= BATCHES; i++)
        assert_true(seen[i]);
    assert_int_equal(spool_open(folder, &spool, &err), OK);
    assert_int_equal(spool_check(spool, &err), OK);
    struct spool_depth depth = {0};
    assert_int_equal(spool_depth(spool, &depth, &err), OK);
    assert_int_equal(depth.queued, 0);
    spool_close(spool);
    char command[128];
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(killed_at_random_nothing_is_lost_or_damaged)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
