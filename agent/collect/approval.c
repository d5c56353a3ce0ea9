/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the association agreed to what is now. */
#include "agent/collect/approval.h"

#include <string.h>

#include "agent/collect/terms.h"

/* An agent that kept no terms agreed to a mapping as a whole. */
static unsigned count_covered(const char *agreed, const struct approval *approval,
                              const struct mapping *mapping, unsigned *ret_streams)
{
    bool whole = !agreed[0] && memcmp(approval->mapping, mapping->hash, SHA256_SIZE) == 0;
    unsigned covered = 0;
    *ret_streams = 0;
    for (unsigned i = 0; i < mapping->stream_count; i++) {
        if (!mapping->streams[i])
            continue;
        ++*ret_streams;
        covered += whole || terms_cover(agreed, mapping->terms, mapping->streams[i]->model->name);
    }
    return covered;
}

bool approval_holds(struct state *state, const struct site *site, const struct model *model,
                    const struct mapping *mapping, struct approval *ret, bool *ret_outdated)
{
    BUF_CLEANUP struct buf agreed = BUF_INIT(TERMS_MAX);
    unsigned streams = 0;
    *ret_outdated = false;
    if (!approval_latest(state, ret))
        return false;
    approval_terms(state, &agreed);
    unsigned covered = count_covered(buf_text(&agreed), ret, mapping, &streams);
    bool holds = buf_ok(&agreed) && covered > 0 && strcmp(ret->site, site->name) == 0 &&
                 memcmp(ret->model, model->hash, SHA256_SIZE) == 0 &&
                 memcmp(ret->warehouse, site->warehouse, SHA256_SIZE) == 0;
    *ret_outdated = !holds || covered < streams;
    return holds;
}

bool approval_covers(struct state *state, const struct mapping *mapping, const char *stream)
{
    BUF_CLEANUP struct buf agreed = BUF_INIT(TERMS_MAX);
    approval_terms(state, &agreed);
    if (agreed.len == 0)
        return true; /* all of them, or approval_holds says none */
    return buf_ok(&agreed) && terms_cover(buf_text(&agreed), mapping->terms, stream);
}

bool collect_approved(struct collect *c, bool *ret_outdated)
{
    struct approval approval;
    return approval_holds(c->state, c->site, c->model, c->mapping, &approval, ret_outdated);
}
