/* SPDX-License-Identifier: Apache-2.0 */
/* A streaming JSON writer: deterministic bytes, bounded memory, no spaces, minimal escapes (only ", \ and
 * control characters), UTF-8 as given. Reading JSON is jansson's, whose own json_object, json_array,
 * json_string and json_null these names must not take. */
#ifndef CONTACT_JSON_H
#define CONTACT_JSON_H

#include "contact/buf.h"

struct json {
    struct buf *out; /* borrowed */
    bool comma;      /* the next member or element needs one */
};

#define JSON(buffer) ((struct json){.out = (buffer)})

void json_begin_object(struct json *j);
void json_end_object(struct json *j);
void json_begin_array(struct json *j);
void json_end_array(struct json *j);
void json_key(struct json *j, const char *key);
void json_name(struct json *j,
               const char *name); /* a key in which nothing is to be escaped: copied as it is */
void json_text(struct json *j, const char *text); /* NULL writes null */
void json_text_n(struct json *j, const char *text, size_t len);
void json_int(struct json *j, int64_t value);
/* value / 10^decimals, written with exactly that many decimals (0 to 9): 375, 1 is 37.5. */
void json_decimal(struct json *j, int64_t value, unsigned decimals);
void json_bool(struct json *j, bool value);
void json_put_null(struct json *j);
void json_hex(struct json *j, const void *data, size_t len); /* a string of lower-case hex */
/* Member shorthands. */
void json_kv_string(struct json *j, const char *key, const char *text);
void json_kv_int(struct json *j, const char *key, int64_t value);
void json_kv_bool(struct json *j, const char *key, bool value);

#endif
