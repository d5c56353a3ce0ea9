/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/answer.h"

#define RETRY_SOON_S 30
#define RETRY_FULL_S 600

static const char *title(unsigned status)
{
    switch (status) {
    case 202:
        return "Accepted";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 409:
        return "Conflict";
    case 411:
        return "Length Required";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 503:
        return "Service Unavailable";
    case 507:
        return "Insufficient Storage";
    default:
        return "Error";
    }
}

void answer_problem(struct answer *answer, unsigned status, const char *code, const char *detail)
{
    answer_status(answer, status);
    answer->code = code;
    answer->content_type = "application/problem+json";
    struct json json = JSON(&answer->body);
    json_begin_object(&json);
    json_kv_string(&json, "title", title(status));
    json_kv_int(&json, "status", status);
    json_kv_string(&json, "code", code);
    json_kv_string(&json, "detail", detail);
    json_end_object(&json);
    buf_putc(&answer->body, '\n');
}

void answer_status(struct answer *answer, unsigned status)
{
    answer->status = status;
    answer->code = NULL;
    answer->content_type = NULL;
    answer->transfer = NULL;
    answer->challenge = NULL;
    answer->retry_after_s = 0;
    buf_clear(&answer->body);
}

void answer_error(struct answer *answer, const struct err *err)
{
    if (err->code == ERR_FULL) {
        answer_problem(answer, 507, "no-space", "The centre has no room at the moment.");
        answer->retry_after_s = RETRY_FULL_S;
    } else {
        answer_problem(answer, 503, "unavailable", "The centre cannot take this at the moment.");
        answer->retry_after_s = RETRY_SOON_S;
    }
}
