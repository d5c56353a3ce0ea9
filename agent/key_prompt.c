/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/key_prompt.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/ask.h"
#include "contact/language.h"

#define LINE_MAX_BYTES 1024
#define SEPARATORS " \t\r-"

struct prompt {
    char groups[KEY_PAPER_GROUPS][KEY_PAPER_GROUP + 1];
    unsigned count; /* that hold, from the first on */
    bool terminal;
};

bool key_prompt_line(struct buf *ret)
{
    char c;
    buf_wipe(ret);
    while (ask_byte(&c) == 1) {
        if (c == '\n')
            return true;
        buf_putc(ret, c);
    }
    return ret->len > 0;
}

/* The groups of a line, as far as they hold. False when one does not: *ret_wrong is its place. */
static bool take_line(struct prompt *p, char *line)
{
    char *rest = line, *word;
    while (p->count < KEY_PAPER_GROUPS && (word = strsep(&rest, SEPARATORS)) != NULL) {
        if (word[0] == '\0')
            continue;
        if (!key_paper_group_holds(word, p->count))
            return false;
        memcpy(p->groups[p->count++], word, KEY_PAPER_GROUP + 1);
    }
    return true;
}

static enum err_code read_groups(struct prompt *p, struct buf *line, struct err *err)
{
    while (p->count < KEY_PAPER_GROUPS) {
        if (p->terminal) {
            printf(_("from group %u of %d: "), p->count + 1, KEY_PAPER_GROUPS);
            fflush(stdout);
        }
        if (!key_prompt_line(line))
            return err_set(err, ERR_REJECTED, "the key ends after group %u of %d", p->count,
                           KEY_PAPER_GROUPS);
        if (!buf_ok(line) || strchr(buf_text(line), ':') != NULL || take_line(p, (char *)line->data))
            continue;
        if (!p->terminal)
            return err_set(err, ERR_REJECTED, "group %u is mistyped", p->count + 1);
        printf(_("Group %u is mistyped. Type again from there.\n"), p->count + 1);
    }
    return OK;
}

enum err_code key_prompt(struct key_paper *ret, struct err *err)
{
    BUF_CLEANUP struct buf line = BUF_INIT(LINE_MAX_BYTES);
    struct prompt p = {.terminal = isatty(STDIN_FILENO) != 0};
    if (p.terminal)
        puts(_("Type the root key from its paper: 14 groups of five characters, on one line or several.\n"
               "O is read as 0, I and L as 1; small letters will do."));
    enum err_code code = read_groups(&p, &line, err);
    if (code == OK && !key_paper_read(p.groups, ret)) {
        err_set(err, ERR_REJECTED, "each group holds, but together they are no key");
        code = err_hint(err, "two copies mixed up? Begin again with one");
    }
    wipe(&p, sizeof p);
    return code;
}
