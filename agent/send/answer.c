/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/send/answer.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contact/civil.h"

#define LIST_MAX 20000 /* entries; the answer's size bounds them too */
#define INTERVAL_MAX_S 3600

static bool made_of(const char *text, size_t max, const char *letters)
{
    size_t len = strlen(text);
    return len > 0 && len <= max && strspn(text, letters) == len;
}

static bool is_word(const char *text, size_t max)
{
    return made_of(text, max, "abcdefghijklmnopqrstuvwxyz0123456789-_");
}

/* An optional whole number, not negative; left alone when absent. */
static bool get_number(const json_t *object, const char *member, int64_t *ret)
{
    const json_t *value = json_object_get(object, member);
    if (!value)
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *ret = json_integer_value(value);
    return true;
}

static bool get_seq(const json_t *object, const char *member, uint64_t *ret)
{
    int64_t value = 0;
    if (!get_number(object, member, &value))
        return false;
    *ret = (uint64_t)value;
    return true;
}

/* An optional string; NULL when absent. */
static bool get_text(const json_t *object, const char *member, const char **ret)
{
    const json_t *value = json_object_get(object, member);
    *ret = json_string_value(value);
    return !value || *ret;
}

/* An optional array of at most LIST_MAX entries; NULL when absent or empty. */
static bool get_array(const json_t *object, const char *member, const json_t **ret)
{
    const json_t *value = json_object_get(object, member);
    size_t count = json_array_size(value);
    *ret = count > 0 ? value : NULL;
    return !value || (json_is_array(value) && count <= LIST_MAX);
}

static json_t *parse(const void *text, size_t len)
{
    json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(root))
        return root;
    json_decref(root);
    return NULL;
}

static bool read_missing(const json_t *object, struct watermark *w)
{
    const json_t *list, *entry;
    size_t i;
    if (!get_array(object, "missing", &list))
        return false;
    if (!list)
        return true;
    w->missing = calloc(json_array_size(list), sizeof(*w->missing));
    if (!w->missing)
        return false;
    json_array_foreach(list, i, entry)
    {
        const json_t *from = json_array_get(entry, 0), *to = json_array_get(entry, 1);
        if (json_array_size(entry) != 2 || !json_is_integer(from) || !json_is_integer(to) ||
            json_integer_value(from) < 1 || json_integer_value(to) < json_integer_value(from))
            return false;
        w->missing[w->missing_count++] = (struct seq_range){.from = (uint64_t)json_integer_value(from),
                                                            .to = (uint64_t)json_integer_value(to)};
    }
    return true;
}

/* NULL, or the member that is wrong. */
static const char *read_watermark(const json_t *object, struct watermark *w)
{
    const char *series;
    if (!get_text(object, "series", &series) || (series && series[0] != '\0' && !series_valid(series)))
        return "series";
    snprintf(w->series, sizeof(w->series), "%s", series ? series : "");
    const json_t *superseded = json_object_get(object, "superseded");
    if (superseded && !json_is_boolean(superseded))
        return "superseded";
    w->superseded = json_is_true(superseded);
    if (!get_seq(object, "contiguous", &w->contiguous))
        return "contiguous";
    if (!get_seq(object, "loaded", &w->loaded))
        return "loaded";
    if (!get_seq(object, "highest", &w->highest))
        return "highest";
    return read_missing(object, w) ? NULL : "missing";
}

static bool read_refusal(const json_t *entry, uint64_t *ret_seq, struct buf *text)
{
    const json_t *seq = json_array_get(entry, 0);
    const char *code = json_string_value(json_array_get(entry, 1));
    if (!json_is_integer(seq) || json_integer_value(seq) < 1 || !code || !is_word(code, 32))
        return false;
    *ret_seq = (uint64_t)json_integer_value(seq);
    buf_printf(text, "%s%lld:%s", text->len > 0 ? "," : "", (long long)json_integer_value(seq), code);
    return true;
}

static bool read_refused(const json_t *object, struct answer *a)
{
    const json_t *list;
    BUF_CLEANUP struct buf text = BUF_INIT(LIST_MAX * 64);
    if (!get_array(object, "refused", &list))
        return false;
    size_t count = json_array_size(list);
    a->refused = calloc(count + 1, sizeof(*a->refused));
    for (size_t i = 0; a->refused && i < count; i++) {
        if (!read_refusal(json_array_get(list, i), &a->refused[i], &text))
            return false;
        a->refused_count++;
    }
    a->refused_text = strdup(buf_text(&text));
    return a->refused && a->refused_text && buf_ok(&text);
}

static bool read_text(const json_t *entry, const char *member, char *ret, size_t size)
{
    const char *text = json_string_value(json_object_get(entry, member));
    if (!text || !is_word(text, size - 1))
        return false;
    snprintf(ret, size, "%s", text);
    return true;
}

static bool read_day(const json_t *entry, const char *member, int32_t *ret)
{
    const char *text = json_string_value(json_object_get(entry, member));
    *ret = text ? day_parse(text, strlen(text)) : DAY_NONE;
    return *ret != DAY_NONE;
}

static bool read_request(const json_t *entry, struct spool_request *ret)
{
    return read_text(entry, "id", ret->id, sizeof(ret->id)) &&
           read_text(entry, "stream", ret->stream, sizeof(ret->stream)) &&
           read_day(entry, "from", &ret->from) && read_day(entry, "to", &ret->to) && ret->from <= ret->to;
}

static bool read_requests(const json_t *object, struct answer *a)
{
    const json_t *list, *entry;
    size_t i;
    if (!get_array(object, "requests", &list))
        return false;
    if (!list)
        return true;
    a->requests = calloc(json_array_size(list), sizeof(*a->requests));
    if (!a->requests)
        return false;
    json_array_foreach(list, i, entry)
    {
        if (!read_request(entry, &a->requests[i]))
            return false;
        a->request_count++;
    }
    return true;
}

static bool is_receipt(const json_t *entry)
{
    static const char *const texts[] = {"token", "request", "at", "signature"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (!json_is_string(json_object_get(entry, texts[i])))
            return false;
    return json_is_integer(json_object_get(entry, "deleted"));
}

static bool read_receipts(const json_t *object, struct answer *a)
{
    const json_t *list, *entry;
    size_t i;
    if (!get_array(object, "receipts", &list))
        return false;
    if (!list)
        return true;
    json_array_foreach(list, i, entry)
    {
        if (!is_receipt(entry))
            return false;
    }
    a->receipts = json_dumps(list, JSON_COMPACT);
    return a->receipts != NULL;
}

static bool read_proved(const json_t *object, struct answer *a)
{
    const char *proved;
    if (!get_text(object, "proved", &proved))
        return false;
    if (!proved || proved[0] == '\0')
        return true;
    if (day_parse(proved, strlen(proved)) == DAY_NONE)
        return false;
    snprintf(a->proved, sizeof(a->proved), "%s", proved);
    return true;
}

static bool read_root_check(const json_t *object, struct answer *a)
{
    const char *check;
    if (!get_text(object, "root_check", &check))
        return false;
    if (!check || check[0] == '\0')
        return true;
    snprintf(a->root_check, sizeof(a->root_check), "%s", check);
    return strlen(check) == sizeof(a->root_check) - 1 &&
           made_of(check, sizeof(a->root_check) - 1, "0123456789abcdef");
}

static bool read_recipients(const json_t *object, struct answer *a)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----";
    const char *pem;
    if (!get_text(object, "recipients", &pem))
        return false;
    if (!pem || pem[0] == '\0')
        return true;
    if (strncmp(pem, begin, sizeof(begin) - 1) != 0)
        return false;
    a->recipients = strdup(pem);
    return a->recipients != NULL;
}

static const char *read_answer(const json_t *root, struct answer *a)
{
    static const struct {
        const char *member;
        bool (*read)(const json_t *, struct answer *);
    } readers[] = {{"refused", read_refused},       {"requests", read_requests},
                   {"receipts", read_receipts},     {"proved", read_proved},
                   {"root_check", read_root_check}, {"recipients", read_recipients}};
    int64_t interval_s = 0;
    if (!get_number(root, "interval_s", &interval_s))
        return "interval_s";
    a->interval_ms = (interval_s < INTERVAL_MAX_S ? interval_s : INTERVAL_MAX_S) * 1000;
    if (!get_number(root, "drain_per_minute", &a->drain_per_minute))
        return "drain_per_minute";
    if (!get_number(root, "time", &a->time_s))
        return "time";
    if (!get_number(root, "key_epoch", &a->key_epoch))
        return "key_epoch";
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
        if (!readers[i].read(root, a))
            return readers[i].member;
    return read_watermark(root, &a->watermark);
}

void answer_free(struct answer *answer)
{
    free(answer->watermark.missing);
    free(answer->refused);
    free(answer->refused_text);
    free(answer->requests);
    free(answer->receipts);
    free(answer->recipients);
    *answer = (struct answer){0};
}

enum err_code answer_read(const void *text, size_t len, struct answer *ret, struct err *err)
{
    json_t *root = parse(text, len);
    if (!root)
        return err_set(err, ERR_REJECTED, "the centre's answer is not a JSON object");
    struct answer a = {0};
    const char *wrong = read_answer(root, &a);
    json_decref(root);
    if (wrong) {
        answer_free(&a);
        return err_set(err, ERR_REJECTED, "the centre's answer: '%s' is not what the protocol says", wrong);
    }
    *ret = a;
    return OK;
}

void problem_code(const void *text, size_t len, char *ret, size_t size)
{
    ret[0] = '\0';
    json_t *root = parse(text, len);
    const char *code = json_string_value(json_object_get(root, "code"));
    if (code && is_word(code, size - 1))
        snprintf(ret, size, "%s", code);
    json_decref(root);
}
