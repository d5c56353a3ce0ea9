/* SPDX-License-Identifier: Apache-2.0 */
/* One line of a batch: written by the agent, read strictly by the loader (DESIGN 6.1, 6.4).
 *
 * A put:       {"stream":…,"id":…,"episode":…,"patient":…,"day":…,"op":"put", fields in model order, "fp":…}
 * An end:      {"stream":…,"day":…,"op":"end","first":n,"count":n,"digest":"…32 hex…"[,"request":"…"]}
 * A statement: {"stream":…,"day":…,"op":"statement","count":n,"digest":"…","upto":n}
 * An erase:    {"op":"erase","patient":"…","request":"…"}   (stream "erase" in the manifest)
 * A label:     {"op":"label","thesaurus":"…","code":"…","label":"…"}   (stream "thesaurus")
 *
 * episode and patient are absent when there is none. fp stands last, so that it is checked on the bytes:
 * fp = first 16 bytes of SHA-256 over the line with `,"fp":"…"` taken out. */
#ifndef CONTACT_RECORD_LINE_H
#define CONTACT_RECORD_LINE_H

#include "contact/civil.h"
#include "contact/crypto.h"
#include "contact/model.h"
#include "contact/tally.h"

#define RECORD_LINE_MAX (1024 * 1024) /* bytes; a longer line is refused */
#define REQUEST_TEXT 33               /* [A-Za-z0-9._-]{1,32} and NUL */
#define LABEL_MAX 200                 /* bytes of a code's label */

enum record_op { RECORD_PUT, RECORD_END, RECORD_STATEMENT, RECORD_ERASE, RECORD_LABEL };

enum value_kind { VALUE_ABSENT, VALUE_TEXT, VALUE_NUMBER, VALUE_FLAG };

/* A field's outgoing value. Text is borrowed. Numbers are in units of the field's last decimal. */
struct value {
    enum value_kind kind;
    const char *text;
    size_t len;
    const char *thesaurus; /* FIELD_CODE: its name, NUL-terminated */
    int64_t number;        /* also a flag's 0 or 1 */
};

struct record_head {
    const struct model_stream *stream;
    unsigned epoch; /* the key epoch of its tokens */
    uint8_t id[TOKEN_SIZE];
    bool has_episode, has_patient;
    uint8_t episode[TOKEN_SIZE];
    uint8_t patient[TOKEN_SIZE];
    int32_t day;
};

/* Appends the line of a put, newline included, and sets its fp. values has stream->field_count places.
 * The token letters are p (person), e (event), d (practitioner). */
void record_line_put(struct buf *out, const struct record_head *head, const struct value *values,
                     uint8_t ret_fp[static SHORT_SIZE]);
/* upto_or_first: END's first seq, STATEMENT's upto. request may be NULL. */
void record_line_tally(struct buf *out, enum record_op op, const char *stream, int32_t day,
                       const struct tally *tally, uint64_t upto_or_first, const char *request);
void record_line_erase(struct buf *out, unsigned epoch, const uint8_t patient[static TOKEN_SIZE],
                       const char *request);
void record_line_label(struct buf *out, const char *thesaurus, const char *code, const char *label);

/* A line as read; everything points into the reader's own memory until its next line. */
struct record_line {
    enum record_op op;
    struct record_head head; /* PUT; stream and day also of END and STATEMENT; patient of ERASE */
    struct value values[MODEL_FIELDS_MAX];
    uint8_t fp[SHORT_SIZE];
    bool identified;      /* PUT: its head could be read, and fp is that of its bytes, fault or not */
    struct tally tally;   /* END, STATEMENT */
    uint64_t first, upto; /* END; STATEMENT */
    const char *request;  /* or NULL */
    const char *thesaurus, *code, *label;
};

/* Why a line is refused: codes, since a message may not quote it. */
enum line_fault {
    LINE_OK,
    LINE_NOT_JSON,
    LINE_UNKNOWN_STREAM,
    LINE_UNKNOWN_MEMBER,
    LINE_MISSING_MEMBER,
    LINE_BAD_TYPE,
    LINE_OUT_OF_RANGE,
    LINE_BAD_TOKEN,
    LINE_BAD_DAY,
    LINE_BAD_FP,
    LINE_NOT_CANONICAL, /* not byte for byte what record_line_put writes */
};
const char *line_fault_name(enum line_fault fault); /* "unknown_member"… */

struct line_reader;
struct line_reader *line_reader_new(const struct model *model); /* model borrowed */
void line_reader_free(struct line_reader *reader);
/* line is without its newline. On a fault ret->fp is still set when the line ends in one. */
MUST_CHECK enum line_fault line_reader_read(struct line_reader *reader, const char *line, size_t len,
                                            struct record_line *ret);

#endif
