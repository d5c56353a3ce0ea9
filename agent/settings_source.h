/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_SETTINGS_SOURCE_H
#define AGENT_SETTINGS_SOURCE_H

#include "agent/settings.h"
#include "agent/source/source.h"

/* How the settings say that the dispatch database is reached; borrows their texts. */
struct source_options settings_source(const struct settings *settings);
/* Is it on this machine, reached without the network: a file or a Unix socket? */
bool settings_source_local(const struct settings *settings);
/* "postgresql dispatch on db.local" for a person to read. */
void settings_source_describe(const struct settings *settings, char *ret, size_t size);

#endif
