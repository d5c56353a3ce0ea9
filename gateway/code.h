/* SPDX-License-Identifier: Apache-2.0 */
/* One-time enrolment codes: 128 random bits as 26 Crockford characters. The registry keeps their SHA-256
 * alone; with so many bits a slow hash would add nothing. */
#ifndef GATEWAY_CODE_H
#define GATEWAY_CODE_H

#include "contact/crypto.h"

#define CODE_TEXT 27 /* and NUL */

void code_new(char ret[static CODE_TEXT], uint8_t ret_digest[static SHA256_SIZE]);
/* The digest of a code as a person typed it: either case, hyphens and blanks anywhere. False: it is none. */
bool code_digest(const char *typed, size_t len, uint8_t ret[static SHA256_SIZE]);

#endif
