/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/code.h"

#define CODE_BYTES 16

void code_new(char ret[static CODE_TEXT], uint8_t ret_digest[static SHA256_SIZE])
{
    uint8_t bytes[CODE_BYTES];
    random_bytes(bytes, sizeof bytes);
    base32_encode(bytes, sizeof bytes, ret);
    sha256(bytes, sizeof bytes, ret_digest);
    wipe(bytes, sizeof bytes);
}

bool code_digest(const char *typed, size_t len, uint8_t ret[static SHA256_SIZE])
{
    char plain[CODE_TEXT];
    size_t plain_len = 0;
    for (size_t i = 0; i < len; i++) {
        if (typed[i] == '-' || typed[i] == ' ')
            continue;
        if (plain_len == CODE_TEXT - 1)
            return false;
        plain[plain_len++] = typed[i];
    }
    uint8_t bytes[CODE_BYTES];
    bool ok = base32_decode(plain, plain_len, bytes, sizeof bytes);
    if (ok)
        sha256(bytes, sizeof bytes, ret);
    wipe(bytes, sizeof bytes);
    wipe(plain, sizeof plain);
    return ok;
}
