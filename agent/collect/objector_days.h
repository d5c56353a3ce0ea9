/* SPDX-License-Identifier: Apache-2.0 */
/* The days of those whose entry in the register changed, which are to be sent whole. */
#ifndef AGENT_COLLECT_OBJECTOR_DAYS_H
#define AGENT_COLLECT_OBJECTOR_DAYS_H

#include "agent/collect/collect.h"
#include "agent/state/objections.h"

/* Entries that are to be looked at one by one, with their ids; those without one that can be read are not. */
struct objection_list {
    bool (*wanted)(const struct objection *objection);
    struct objection *items;
    size_t count, room;
};
/* To be freed in either case. */
MUST_CHECK enum err_code objector_list(struct collect *c, struct objection_list *list, struct err *err);
void objector_list_free(struct objection_list *list); /* and wipes the ids */

/* Marks the days of everybody whose entry changed. */
MUST_CHECK enum err_code objector_ask_due(struct collect *c, struct err *err);

#endif
