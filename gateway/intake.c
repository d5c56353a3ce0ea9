/* SPDX-License-Identifier: Apache-2.0 */
/* Batches in, and what is held of a series. */
#include <string.h>

#include "gateway/series.h"
#include "gateway/watermark_json.h"

#define DIGEST_PREFIX "sha-256=:"
#define RETRY_SERIES_S 3600

/* Repr-Digest (RFC 9530) with SHA-256 alone. */
static bool parse_digest(const char *value, uint8_t ret[static SHA256_SIZE])
{
    size_t prefix = strlen(DIGEST_PREFIX), len = value == NULL ? 0 : strlen(value);
    BUF_CLEANUP struct buf bytes = BUF_INIT(64);
    if (len <= prefix || strncmp(value, DIGEST_PREFIX, prefix) != 0 || value[len - 1] != ':' ||
        !base64_decode(value + prefix, len - prefix - 1, &bytes) || bytes.len != SHA256_SIZE)
        return false;
    memcpy(ret, bytes.data, SHA256_SIZE);
    return true;
}

void intake_begin(struct exchange *exchange)
{
    uint8_t digest[SHA256_SIZE];
    struct err err = {0};
    if (exchange->length == 0)
        exchange_refuse(exchange, 400, "bad-request", "A batch is not empty.");
    else if (!parse_digest(exchange_header(exchange, "Repr-Digest"), digest))
        exchange_refuse(exchange, 400, "bad-request", "Repr-Digest: sha-256=:…: is needed.");
    else if (series_may_send(exchange) &&
             landing_begin(exchange->gateway->landing, &exchange->route, exchange->length, digest,
                           &exchange->upload, &err) != OK)
        exchange_fail(exchange, "batch", &err);
}

static void forget_upload(struct exchange *exchange)
{
    upload_free(exchange->upload);
    exchange->upload = NULL;
}

void intake_data(struct exchange *exchange, const void *data, size_t len)
{
    struct err err = {0};
    if (upload_write(exchange->upload, data, len, &err) == OK)
        return;
    exchange_fail(exchange, "batch", &err);
    forget_upload(exchange); /* a full disk gets its room back at once */
}

void intake_end(struct exchange *exchange)
{
    enum landing_outcome outcome;
    struct err err = {0};
    if (!series_may_send(exchange)) { /* another may have been announced since it began */
        forget_upload(exchange);
        return;
    }
    const json_t *feedback = feedback_get(exchange->gateway->feedback, exchange->route.site);
    uint64_t done = feedback_done(feedback, exchange->route.series);
    enum err_code code = upload_finish(exchange->upload, done, &outcome, &err);
    forget_upload(exchange);
    if (code != OK) {
        exchange_fail(exchange, "batch", &err);
        return;
    }
    switch (outcome) {
    case LANDING_STORED:
        answer_status(&exchange->answer, 201);
        break;
    case LANDING_HAD:
        answer_status(&exchange->answer, 200);
        break;
    case LANDING_OTHER:
        exchange_refuse(exchange, 409, "other-digest", "The centre holds another batch of this name.");
        break;
    case LANDING_MISMATCH:
        exchange_refuse(exchange, 400, "digest-mismatch", "The body is not what Repr-Digest says.");
        break;
    }
}

void watermark_end(struct exchange *exchange)
{
    const char *series = exchange->route.series;
    enum series_standing standing;
    if (!series_announce(exchange, series, &standing))
        return;
    if (standing == SERIES_UNKNOWN) {
        exchange_refuse(exchange, 429, "slow-down", "The site has begun too many series within a day.");
        exchange->answer.retry_after_s = RETRY_SERIES_S;
        return;
    }
    const json_t *feedback = feedback_get(exchange->gateway->feedback, exchange->route.site);
    answer_status(&exchange->answer, 200);
    exchange->answer.content_type = "application/json";
    struct json json = JSON(&exchange->answer.body);
    json_begin_object(&json);
    watermark_json(&json, exchange, series, standing, feedback, feedback_loaded(feedback, series));
    json_end_object(&json);
}
