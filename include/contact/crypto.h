/* SPDX-License-Identifier: Apache-2.0 */
/* The few primitives the project uses, over libcrypto. Failures of libcrypto itself (no memory, no
 * entropy) abort the process: nothing could be done safely after one. */
#ifndef CONTACT_CRYPTO_H
#define CONTACT_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contact/buf.h"

#define SHA256_SIZE 32
#define TOKEN_SIZE 16 /* a pseudonym, before its text form */
#define TOKEN_TEXT 32 /* room for its text form and NUL: letter, epoch (1 to 999), ".", 26 characters */
#define SHORT_SIZE 16 /* a fingerprint: SHA-256 or HMAC-SHA-256 cut */

void sha256(const void *data, size_t len, uint8_t ret[static SHA256_SIZE]);
struct sha256_stream; /* incremental */
struct sha256_stream *sha256_stream_new(void);
void sha256_stream_free(struct sha256_stream *s);
void sha256_stream_reset(struct sha256_stream *s);
void sha256_stream_add(struct sha256_stream *s, const void *data, size_t len);
void sha256_stream_end(struct sha256_stream *s, uint8_t ret[static SHA256_SIZE]); /* and resets */

/* HMAC-SHA-256 with a fixed key, reused for many messages without a new key schedule. */
struct hmac;
struct hmac *hmac_new(const uint8_t *key, size_t key_len);
void hmac_free(struct hmac *h); /* wipes */
void hmac_add(struct hmac *h, const void *data, size_t len);
void hmac_end(struct hmac *h, uint8_t ret[static SHA256_SIZE]); /* and is ready for the next message */

/* HKDF-SHA-256 (RFC 5869). */
void hkdf_sha256(const uint8_t *ikm, size_t ikm_len, const void *salt, size_t salt_len, const void *info,
                 size_t info_len, uint8_t *ret, size_t ret_len);
void random_bytes(void *ret, size_t len);
uint32_t random_below(uint32_t bound); /* uniform in 0..bound-1; bound above 0 */
bool equal_constant_time(const void *a, const void *b, size_t len);
void wipe(void *data, size_t len);

void put_u32be(uint8_t ret[static 4], uint32_t value);

/* Crockford base32, lower case: the bytes as one number, most significant digit first, of a fixed length;
 * 16 bytes make 26 characters, the first of them 0 to 7. ret has room for (len * 8 + 4) / 5 characters and a
 * NUL. */
void base32_encode(const uint8_t *data, size_t len, char *ret);
/* Accepts either case; O reads as 0, I and L as 1. False on another character, a wrong length or
 * a number too great for ret_len bytes. */
bool base32_decode(const char *text, size_t text_len, uint8_t *ret, size_t ret_len);
int base32_value(char c); /* of one character, read likewise; -1 for another */
void hex_encode(const uint8_t *data, size_t len, char *ret); /* lower case, with a NUL */
/* In groups of four, as one reads them out on the telephone; ret has room for len + len / 4 characters and a
 * NUL. */
void hex_groups(const char *hex, char *ret);
bool hex_decode(const char *text, size_t text_len, uint8_t *ret, size_t ret_len); /* lower case only */
/* Padded base64, white space anywhere, appended to ret, which has room for text_len. False on anything else,
 * and on nothing. */
bool base64_decode(const char *text, size_t text_len, struct buf *ret);

/* "p1." and 26 characters: kind letter, key epoch, ".", Crockford base32 (DESIGN 6.3). */
void token_format(char letter, unsigned epoch, const uint8_t token[static TOKEN_SIZE],
                  char ret[static TOKEN_TEXT]);
bool token_parse(const char *text, size_t len, char *ret_letter, unsigned *ret_epoch,
                 uint8_t ret[static TOKEN_SIZE]);

#endif
