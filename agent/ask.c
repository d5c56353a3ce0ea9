/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/ask.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "agent/record/decode.h"

#define ENDINGS (sizeof endings / sizeof *endings)

static const int endings[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP};
static struct sigaction before_hold[sizeof endings / sizeof *endings];
static sigset_t unheld; /* the signals that were blocked before ask_hold */
static bool holding;
static volatile sig_atomic_t came;

static void remember(int signal)
{
    came = signal;
}

void ask_hold(void)
{
    const struct sigaction hold = {.sa_handler = remember};
    sigset_t held;
    came = 0;
    sigemptyset(&held);
    for (size_t i = 0; i < ENDINGS; i++)
        sigaddset(&held, endings[i]);
    sigprocmask(SIG_BLOCK, &held, &unheld);
    for (size_t i = 0; i < ENDINGS; i++)
        sigaction(endings[i], &hold, &before_hold[i]);
    holding = true;
}

void ask_release(void)
{
    for (size_t i = 0; i < ENDINGS; i++)
        sigaction(endings[i], &before_hold[i], NULL);
    holding = false;
    sigprocmask(SIG_SETMASK, &unheld, NULL); /* one that came after the last wait acts now */
    if (came != 0)
        raise(came);
}

/* The held signals are let in while it waits and at no other time: one that comes between the question and
 * the wait ends the wait. */
int ask_byte(char *ret)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (holding && ppoll(&input, 1, NULL, &unheld) < 0)
        return -1;
    return (int)read(STDIN_FILENO, ret, 1);
}

/* Reads what stdio has not read ahead, and wipes nothing behind it: unbuffered, so that no copy stays there.
 */
static bool read_line(char *ret, size_t size)
{
    size_t len = 0;
    char c;
    int got;
    while ((got = ask_byte(&c)) == 1 && c != '\n') {
        if (len + 1 == size)
            return false;
        ret[len++] = c;
    }
    if (len > 0 && ret[len - 1] == '\r')
        len--;
    ret[len] = '\0';
    return got >= 0 && len > 0;
}

bool ask_line(const char *question, char *ret, size_t size)
{
    printf("%s ", question);
    fflush(stdout);
    return read_line(ret, size);
}

#define BYTE_ORDER_MARK "\ufeff"
#define WIDE_ZERO "\uff10" /* the nine others follow, in its last byte */
#define WIDE_LEN (sizeof WIDE_ZERO - 1)

static bool begins_wide_digit(const char *text)
{
    return strncmp(text, WIDE_ZERO, WIDE_LEN - 1) == 0 && (unsigned char)text[2] >= 0x90 &&
           (unsigned char)text[2] <= 0x99;
}

static bool is_mark(const char *text, size_t len)
{
    return len >= WIDE_LEN && memcmp(text, BYTE_ORDER_MARK, WIDE_LEN) == 0;
}

static void narrow(char *id)
{
    char *to = id;
    for (const char *from = id; *from != '\0';) {
        bool wide = begins_wide_digit(from);
        *to++ = wide ? (char)('0' + (unsigned char)from[2] - 0x90) : *from;
        from += wide ? WIDE_LEN : 1;
    }
    *to = '\0';
}

/* Takes from what a person typed or pasted the blanks around it, those of web pages and word processors too,
 * and makes wide digits digits; in place. */
static void as_typed(char *id)
{
    const char *text = id;
    size_t len = strlen(id);
    for (bool more = true; more && trim_decoded(&text, &len);) {
        bool first = is_mark(text, len),
             last = !first && len > WIDE_LEN && is_mark(text + len - WIDE_LEN, WIDE_LEN);
        more = first || last;
        text += first ? WIDE_LEN : 0;
        len -= more ? WIDE_LEN : 0;
    }
    memmove(id, text, len);
    id[len] = '\0';
    narrow(id);
}

static bool read_id(char *ret, size_t size)
{
    bool good = read_line(ret, size);
    if (good)
        as_typed(ret);
    return good && ret[0] != '\0';
}

bool ask_id(const char *question, char *ret, size_t size)
{
    struct termios before, silent;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
    if (!terminal)
        return read_id(ret, size);
    silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    printf("%s ", question);
    fflush(stdout);
    ask_hold();
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    bool good = read_id(ret, size);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    putchar('\n');
    ask_release();
    return good;
}

bool ask_yes(const char *question)
{
    char answer[16];
    return ask_line(question, answer, sizeof answer) &&
           (strcmp(answer, "yes") == 0 || strcmp(answer, "oui") == 0);
}

bool ask_possible(void)
{
    return isatty(STDIN_FILENO);
}

const char *ask_who(const char *given)
{
    const char *sudo = getenv("SUDO_USER"), *login = getlogin();
    if (given != NULL && given[0] != '\0')
        return given;
    if (sudo != NULL && sudo[0] != '\0')
        return sudo;
    return login != NULL ? login : "operator";
}
