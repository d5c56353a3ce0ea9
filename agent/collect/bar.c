/* SPDX-License-Identifier: Apache-2.0 */
/* A batch that the loader refuses for itself is sent again at once. One refused for who sends it would be
 * refused again, and all of history with it at each heartbeat: reading waits instead, and tries again now and
 * then. A restart forgets the wait: whoever put it right may try at once, and once is no burden. */
#include "agent/collect/bar.h"

#include <stdio.h>
#include <string.h>

#include "contact/clock.h"
#include "contact/language.h"

#define FIRST_MS INT64_C(60000)
#define LAST_MS INT64_C(3600000)

static const struct {
    const char *code, *hint;
} bars[] = {
    {"root-key", N_("this machine has another root key than the site's: contact-agent key restore, or call "
                    "the central team")},
    {"signature", N_("call the central team: is this machine's seal certificate accepted?")},
    {"model", N_("call the central team: its loader does not know this agent's model")},
};

/* Refused for a key that was put right since: what is sent now is another matter. */
static bool is_past(struct collect *c, const char *code)
{
    unsigned epoch;
    enum key_agreement agreement = keys_agreement(c->spool, c->site, &epoch);
    return strcmp(code, "root-key") == 0 && (agreement == KEY_SAME || agreement == KEY_NEWER);
}

void bar_note(struct collect *c, const char *code)
{
    int64_t now = clock_monotonic_ms(), wait = FIRST_MS;
    size_t len = strcspn(code, ",");
    for (size_t i = 0; i < sizeof(bars) / sizeof(*bars); i++) {
        if (strlen(bars[i].code) != len || memcmp(bars[i].code, code, len) != 0 || bar_holds(c) ||
            is_past(c, bars[i].code))
            continue;
        c->bars = c->barred[0] && now < c->barred_until_ms + LAST_MS ? c->bars + 1 : 0;
        for (unsigned k = 0; k < c->bars && wait < LAST_MS; k++)
            wait *= 2;
        c->barred_until_ms = now + (wait < LAST_MS ? wait : LAST_MS);
        snprintf(c->barred, sizeof(c->barred), "%s", bars[i].code);
    }
}

bool bar_holds(const struct collect *c)
{
    return clock_monotonic_ms() < c->barred_until_ms;
}

enum err_code bar_check(const struct collect *c, struct err *err)
{
    if (!bar_holds(c))
        return OK;
    err_set(err, ERR_AUTH,
            "the warehouse takes nothing of this machine (%s): nothing is read, and it is tried again",
            c->barred);
    for (size_t i = 0; i < sizeof(bars) / sizeof(*bars); i++)
        if (strcmp(bars[i].code, c->barred) == 0)
            return err_hint(err, "%s", _(bars[i].hint));
    return ERR_AUTH;
}
