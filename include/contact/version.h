/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTACT_VERSION_H
#define CONTACT_VERSION_H

/* As scripts/version says it; its own file, so that a commit compiles one file anew. */
extern const char contact_version[];

#endif
