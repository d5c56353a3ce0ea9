/* SPDX-License-Identifier: Apache-2.0 */
#include "common/model_describe.h"

#include "contact/json.h"
#include "contact/language.h"

static void put_number(struct buf *out, int64_t value, unsigned decimals)
{
    struct json j = JSON(out);
    json_decimal(&j, value, decimals);
}

static void put_words(struct buf *out, char *const *words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        buf_printf(out, "%s%s", i > 0 ? ", " : "", words[i]);
}

static void put_thesauri(struct buf *out, const struct model_field *field)
{
    for (size_t i = 0; field->thesauri != NULL && field->thesauri[i] != NULL; i++)
        buf_printf(out, "%s%s", i > 0 ? ", " : _("a code of "), field->thesauri[i]->name);
}

static void put_range(struct buf *out, const struct model_field *field)
{
    put_number(out, field->min, field->decimals);
    buf_puts(out, _(" to "));
    put_number(out, field->max, field->decimals);
    if (field->unit != NULL)
        buf_printf(out, " %s", field->unit);
}

void describe_precision(const struct model_field *field, struct buf *out)
{
    switch (field->type) {
    case FIELD_CODE:
        put_thesauri(out, field);
        break;
    case FIELD_ENUM:
        put_words(out, field->vocabulary);
        break;
    case FIELD_NUMBER:
        put_range(out, field);
        break;
    case FIELD_FLAG:
        buf_puts(out, _("true or false"));
        break;
    case FIELD_HOUR:
        buf_puts(out, _("date and hour, never minutes"));
        break;
    case FIELD_DAY:
        buf_puts(out, _("a date"));
        break;
    case FIELD_DELAY:
        buf_printf(out, _("whole minutes, cut at %lld"), (long long)field->max);
        break;
    case FIELD_AGE:
        buf_puts(out, _("0-27 days, 1-2, 3-5, 6-11, 12-17, 18-23 months, then years, 90 and over together"));
        break;
    case FIELD_DEPARTMENT:
        buf_puts(out, _("department number"));
        break;
    case FIELD_GEO_PMSI:
        buf_puts(out, _("PMSI geographic code"));
        break;
    case FIELD_TOKEN:
        buf_puts(out, _("pseudonym, another one each quarter"));
        break;
    case FIELD_TEXT:
        buf_printf(out, _("text after de-identification, else %s"), TEXT_WITHHELD);
        break;
    }
}

void describe_marks(const struct model_field *field, struct buf *out)
{
    if (field->opt_in)
        buf_puts(out, _("off unless approved"));
    if (field->opt_in && field->hidden_by_death)
        buf_puts(out, "; ");
    if (field->hidden_by_death)
        buf_puts(out, _("absent when the episode ends in death"));
    else if (field->type == FIELD_AGE)
        buf_puts(out, _("ten years wide when the episode ends in death"));
}
