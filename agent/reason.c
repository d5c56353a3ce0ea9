/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/reason.h"

#include "contact/language.h"

static const char *const reasons[WITHHELD_KINDS] = {
    [WITHHELD_NO_DAY] = N_("no readable day"),
    [WITHHELD_NO_KEY] = N_("no local id"),
    [WITHHELD_DUPLICATE_KEY] = N_("another row has the same id"),
    [WITHHELD_NO_PERSON] = N_("its patient is not in the database"),
    [WITHHELD_OBJECTION_VALUE] = N_("whether the person objects is not clear"),
    [WITHHELD_MERGE_CYCLE] = N_("the merges of this patient run in a circle"),
    [WITHHELD_GUARD] = N_("a value holds one of the row's own identifiers"),
    [WITHHELD_TOO_LARGE] = N_("larger than the centre takes"),
    [WITHHELD_UNKNOWN_CODE] = N_("not in its list"),
    [WITHHELD_OUT_OF_RANGE] = N_("out of its range"),
    [WITHHELD_BAD_VALUE] = N_("not of its kind"),
    [WITHHELD_UNDECODABLE] = N_("not in its encoding"),
    [WITHHELD_UNREADABLE] = N_("the database could not give it"),
    [WITHHELD_TEXT] = N_("the text cannot be cleaned"),
    [WITHHELD_TEXT_LATER] = N_("the text cannot be cleaned now"),
    [WITHHELD_IDENTIFIER] = N_("it is like an identifier of the row"),
};

const char *reason_text(enum withheld why)
{
    return why < WITHHELD_KINDS ? _(reasons[why]) : "";
}
