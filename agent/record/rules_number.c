/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in units of the field's last decimal: text exactly, reals rounded once. */
#include <math.h>

#include "agent/record/rules.h"

#define LARGEST INT64_C(1000000000000000) /* far beyond any range, and safe to multiply by ten */
#define DIGITS_KEPT 6                     /* after the point; a model has at most so many decimals */

static const int64_t POWERS[] = {1,           10,           100,          1000,      10000,
                                 100000,      1000000,      10000000,     100000000, 1000000000,
                                 10000000000, 100000000000, 1000000000000};

/* "12", "-3,50", "+37.5": whole digits and how many stood after the point. */
static bool parse_decimal(const struct word *word, int64_t *ret, unsigned *ret_decimals)
{
    const char *at = word->text, *end = at + word->len;
    bool negative = *at == '-', point = false, digits = false;
    int64_t value = 0;
    unsigned decimals = 0;
    for (at += *at == '-' || *at == '+'; at < end; at++) {
        if ((*at == '.' || *at == ',') && !point) {
            point = true;
            continue;
        }
        if (*at < '0' || *at > '9')
            return false;
        digits = true;
        if (decimals == DIGITS_KEPT)
            continue;
        value = value < LARGEST ? value * 10 + (*at - '0') : value;
        decimals += point;
    }
    *ret = negative ? -value : value;
    *ret_decimals = decimals;
    return digits;
}

/* Half away from zero. */
static int64_t divide(int64_t value, int64_t by)
{
    return value >= 0 ? (value + by / 2) / by : -((-value + by / 2) / by);
}

static bool scale_exactly(const struct mapping_rule *rule, int64_t value, unsigned decimals, int64_t *ret)
{
    int exponent = (int)rule->field->decimals - (int)decimals - (int)rule->scale_decimals;
    if (value > 10 * LARGEST / rule->scale || value < -10 * LARGEST / rule->scale)
        return false;
    value *= rule->scale;
    for (; exponent > 0; exponent--) {
        if (value > LARGEST || value < -LARGEST)
            return false;
        value *= 10;
    }
    *ret = divide(value, POWERS[-exponent]);
    return true;
}

static bool scale_real(const struct mapping_rule *rule, double value, int64_t *ret)
{
    value = value * (double)rule->scale * (double)POWERS[rule->field->decimals] /
            (double)POWERS[rule->scale_decimals];
    if (!(fabs(value) < (double)LARGEST))
        return false;
    *ret = llround(value);
    return true;
}

enum withheld rule_number(const struct mapping_rule *rule, const struct cell *cell, const struct word *word,
                          struct value *ret)
{
    int64_t value, scaled;
    unsigned decimals = 0;
    bool fits;
    if (cell->type == CELL_REAL) {
        fits = scale_real(rule, cell->real, &scaled);
    } else if (cell->type == CELL_INTEGER) {
        fits = scale_exactly(rule, cell->integer, 0, &scaled);
    } else {
        if (!parse_decimal(word, &value, &decimals))
            return WITHHELD_BAD_VALUE;
        fits = scale_exactly(rule, value, decimals, &scaled);
    }
    if (!fits || scaled < rule->field->min || scaled > rule->field->max)
        return WITHHELD_OUT_OF_RANGE;
    ret->kind = VALUE_NUMBER;
    ret->number = scaled;
    return WITHHELD_KINDS;
}
