/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_MAPPING_LOAD_H
#define AGENT_MAPPING_LOAD_H

#include "agent/mapping/mapping.h"
#include "contact/yaml.h"

/* As mapping_load, of a tree already read: for tests and fuzzing. */
struct mapping *mapping_parse(struct yaml *yaml, const struct model *model, struct problems *problems);

#endif
