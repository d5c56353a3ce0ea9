/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <unistd.h>

#include "agent/ask.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted++;
}

static void an_interrupt_between_the_question_and_the_wait_ends_the_wait(void **state)
{
    (void)state;
    int ends[2], input = dup(STDIN_FILENO);
    char c = 'x';
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    const struct sigaction here = {.sa_handler = on_interrupt};
    struct sigaction before;
    assert_int_equal(sigaction(SIGINT, &here, &before), 0);
    alarm(20); /* a wait that nothing ends */
    ask_hold();
    raise(SIGINT);
    assert_int_equal(ask_byte(&c), -1);
    assert_int_equal(interrupted, 0);
    ask_release();
    assert_int_equal(interrupted, 1);
    assert_int_equal(write(ends[1], "y", 1), 1);
    assert_int_equal(ask_byte(&c), 1);
    assert_int_equal(c, 'y');
    close(ends[1]);
    ask_hold();
    assert_int_equal(ask_byte(&c), 0);
    ask_release();
    alarm(0);
    assert_int_equal(interrupted, 1);
    sigaction(SIGINT, &before, NULL);
    dup2(input, STDIN_FILENO);
    close(input);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupt_between_the_question_and_the_wait_ends_the_wait)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
