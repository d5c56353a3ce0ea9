/* SPDX-License-Identifier: Apache-2.0 */
/* Who runs is known to whoever asks, goes with the process, and asking keeps nobody from anything. */
#include "contact/lock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NAME "part.running"

/* A process that has marked itself; it lives until it is killed. */
static pid_t marking(const char *folder)
{
    int told[2];
    char marked = 0;
    assert_int_equal(pipe(told), 0);
    pid_t pid = fork();
    if (pid == 0) {
        umask(0077);
        marked = lock_mark(folder, NAME) ? 1 : 0;
        (void)!write(told[1], &marked, 1);
        pause();
        _exit(0);
    }
    assert_int_equal(read(told[0], &marked, 1), 1);
    assert_int_equal(marked, 1);
    close(told[0]);
    close(told[1]);
    return pid;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_mark_is_seen_until_the_last_process_that_made_it_ends(void **state)
{
    (void)state;
    char folder[] = "/tmp/lock-XXXXXX", path[sizeof folder + sizeof NAME];
    struct stat about;
    assert_non_null(mkdtemp(folder));
    assert_false(lock_marked(folder, NAME));
    assert_false(lock_mark("/nowhere", NAME));
    pid_t one = marking(folder), other = marking(folder);
    snprintf(path, sizeof path, "%s/%s", folder, NAME);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640); /* of another user, who asks */
    assert_true(lock_marked(folder, NAME));
    end(one);
    assert_true(lock_marked(folder, NAME));
    end(other);
    assert_false(lock_marked(folder, NAME));
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_is_seen_until_the_last_process_that_made_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
