/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Reads what stdio has not read ahead, and wipes nothing behind it: unbuffered, so that no copy stays there.
 */
static bool read_line(char *ret, size_t size)
{
    size_t len = 0;
    char c;
    while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n') {
        if (len + 1 == size)
            return false;
        ret[len++] = c;
    }
    if (len > 0 && ret[len - 1] == '\r')
        len--;
    ret[len] = '\0';
    return len > 0;
}

bool ask_line(const char *question, char *ret, size_t size)
{
    printf("%s ", question);
    fflush(stdout);
    return read_line(ret, size);
}

bool ask_id(const char *question, char *ret, size_t size)
{
    struct termios before, silent;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
    if (!terminal)
        return read_line(ret, size);
    silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    printf("%s ", question);
    fflush(stdout);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    bool good = read_line(ret, size);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    putchar('\n');
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
