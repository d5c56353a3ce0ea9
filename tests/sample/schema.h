/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_SCHEMA_H
#define SAMPLE_SCHEMA_H

extern const char schema_tables[];
extern const char schema_indexes[];

#endif
