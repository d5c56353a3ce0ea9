/* SPDX-License-Identifier: Apache-2.0 */
/* A batch before it is sealed: a manifest line and one record a line, as two gzip members (RFC 1952 lets a
 * reader treat them as one file), so that records are compressed as they come and the manifest, which
 * states their count and hash, is written last and stands first. */
#ifndef CONTACT_BATCH_H
#define CONTACT_BATCH_H

#include <stdbool.h>

#include "contact/buf.h"
#include "contact/crypto.h"

#define BATCH_SEAL_BYTES (256 * 1024)         /* of gzip output: time to seal */
#define BATCH_SEAL_RECORDS 5000               /* likewise */
#define BATCH_MAX_BYTES (4 * 1024 * 1024)     /* sealed; the gateway's body limit is 5 MB */
#define BATCH_MAX_INFLATED (64 * 1024 * 1024) /* the loader's cap */
#define SERIES_TEXT 27                        /* 26 Crockford characters (16 random bytes) and NUL */
#define SITE_TEXT 33                          /* [a-z0-9][a-z0-9-]{0,31} and NUL */

enum lane { LANE_FRESH, LANE_BACKLOG };
const char *lane_name(enum lane lane); /* "fresh", "backlog" */

struct manifest {
    char site[SITE_TEXT];
    char series[SERIES_TEXT];
    uint64_t seq;    /* from 1, without gaps */
    char stream[33]; /* a model stream, or "erase", "statement", "thesaurus", "void" */
    enum lane lane;
    uint64_t records;            /* lines after the manifest */
    uint8_t body[SHA256_SIZE];   /* SHA-256 of all bytes after the manifest's newline */
    char model[33];              /* "contact-1" */
    uint8_t mapping[SHORT_SIZE]; /* hash of the parsed mapping, cut */
    unsigned key_epoch;
    uint8_t root_check[8]; /* says which root key, tells nothing about it: HMAC(K("root.check"), "") cut */
    char agent[33];        /* the agent's version */
    char created[17];      /* UTC, to the hour: 2026-01-02T14Z */
};

bool site_valid(const char *text);
bool series_valid(const char *text);

/* Appends the line, newline included. */
void manifest_write(const struct manifest *manifest, struct buf *out);
/* line is without its newline. False unless it is byte for byte what manifest_write writes. */
MUST_CHECK bool manifest_read(const char *line, size_t len, struct manifest *ret);

struct batch_writer;
/* level: 1 fast to 9 small. */
struct batch_writer *batch_writer_new(int level);
void batch_writer_free(struct batch_writer *w);
void batch_writer_begin(struct batch_writer *w);
/* line ends in a newline. */
MUST_CHECK enum err_code batch_writer_add(struct batch_writer *w, const char *line, size_t len,
                                          struct err *err);
uint64_t batch_writer_records(const struct batch_writer *w);
size_t batch_writer_bytes(const struct batch_writer *w); /* of gzip output so far */
/* Sets manifest's records and body, and appends the finished file (two gzip members) to out. */
MUST_CHECK enum err_code batch_writer_end(struct batch_writer *w, struct manifest *manifest, struct buf *out,
                                          struct err *err);

/* Inflates data (at most BATCH_MAX_INFLATED; give inflated a little more), checks manifest form, count and
 * hash. Then ret_lines (borrowed from inflated) is the run of lines after the manifest. ERR_REJECTED with
 * err->refusal one of "gzip", "too-large", "manifest", "records", "body-hash". */
MUST_CHECK enum err_code batch_read(const void *data, size_t len, struct buf *inflated, struct manifest *ret,
                                    const char **ret_lines, size_t *ret_lines_len, struct err *err);

#endif
