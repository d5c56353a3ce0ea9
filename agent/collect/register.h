/* SPDX-License-Identifier: Apache-2.0 */
/* The register of objections as people on site write and read it, beside a running daemon, which acts on what
 * they entered at its next round. */
#ifndef AGENT_COLLECT_REGISTER_H
#define AGENT_COLLECT_REGISTER_H

#include "agent/settings.h"
#include "agent/state/objections.h"
#include "agent/state/state.h"

struct register_wish {
    enum objection_scope scope;
    bool freeze;      /* nothing of this patient is sent until it is lifted; else an objection */
    const char *id;   /* local id as typed */
    const char *who;  /* who enters it */
    const char *from; /* origin: how it came; "" for a withdrawal */
    int64_t since_s;  /* wall time at which the person objected */
};

/* ERR_REJECTED: no such id can be. */
MUST_CHECK enum err_code register_enter(const struct settings *settings, const struct register_wish *wish,
                                        enum objection_result *ret, struct err *err);
MUST_CHECK enum err_code register_withdraw(const struct settings *settings, const struct register_wish *wish,
                                           enum objection_result *ret, struct err *err);
/* Every entry, with its local id if reveal. *ret_epoch, of the pseudonyms, is set before the first call. */
MUST_CHECK enum err_code register_list(const struct settings *settings, bool reveal, unsigned *ret_epoch,
                                       void (*each)(void *context, const struct objection *objection),
                                       void *context, struct err *err);
MUST_CHECK enum err_code register_history(const struct settings *settings, unsigned *ret_epoch,
                                          void (*each)(void *context, const struct objection_event *event),
                                          void *context, struct err *err);

/* Does the state know of a register? And is it gone? */
bool register_known(struct state *state);
bool register_lost(struct state *state, const char *folder);
/* Notes in the state that there is a register. ERR_CONFIG when it knew of one that is gone: those who
 * objected here would be read again, and only a person may begin a new one. */
MUST_CHECK enum err_code register_expect(struct state *state, const char *folder, struct err *err);

#endif
