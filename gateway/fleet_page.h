/* SPDX-License-Identifier: Apache-2.0 */
/* The fleet as a page for people: static HTML, no script. */
#ifndef GATEWAY_FLEET_PAGE_H
#define GATEWAY_FLEET_PAGE_H

#include "gateway/fleet.h"

enum page_language { LANGUAGE_FR, LANGUAGE_EN };

/* By Accept-Language (NULL when absent): English when it is asked for before French, else French. */
enum page_language page_language(const char *accept);
/* live: for a screen on a wall, it reloads itself. People who need longer to read have the still one. */
void fleet_page(const struct fleet *fleet, enum page_language language, bool live, struct buf *out);

#endif
