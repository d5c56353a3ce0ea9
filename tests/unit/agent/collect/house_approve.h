/* SPDX-License-Identifier: Apache-2.0 */
/* A part of house.h: the association agrees. */
#ifndef TESTS_COLLECT_HOUSE_APPROVE_H
#define TESTS_COLLECT_HOUSE_APPROVE_H

static UNUSED void house_ignore(void *context, const char *section, enum terms_change change,
                                const char *line)
{
    (void)context, (void)section, (void)change, (void)line;
}

/* Somebody reads what is different, and agrees. */
static UNUSED void house_approve(struct house *h)
{
    struct offer *offer = NULL;
    struct approval approval;
    bool any = false;
    OKAY(collect_offer(&h->settings, &offer, &why));
    OKAY(collect_difference(&h->settings, offer, &approval, &any, house_ignore, NULL, &why));
    OKAY(collect_approve(&h->settings, offer, "A person", &why));
    offer_free(offer);
}

#endif
