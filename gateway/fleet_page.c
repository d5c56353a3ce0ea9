/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/fleet_page.h"

#include <stdio.h>
#include <string.h>

#include "contact/civil.h"

enum phrase {
    TITLE,
    UPDATED,
    SITE,
    STATE,
    HEARD,
    QUEUE,
    OLDEST,
    PROVED,
    NEWEST,
    RECORDS,
    REJECTED,
    VERSION,
    REMARKS,
    STATE_SILENT,
    STATE_TROUBLE,
    STATE_LATE,
    STATE_EXPECTED,
    STATE_WELL,
    STATE_REVOKED,
    PAUSED,
    NOT_APPROVED,
    STOPPED,
    TEXT_STOPPED,
    INCOMPLETE,
    RECEIPT,
    SUPERSEDED,
    ROOT_KEY,
    PARKED,
    CERTIFICATE,
    BACKFILL,
    NEW_COLUMNS,
    COLLECT,
    DAY_LETTER,
    EXPLAIN,
    GO_LIVE,
    GO_STILL,
    NO_SIGNER,
    NO_LOADER,
    PHRASES
};

static const char *const phrases[][PHRASES] = {
    [LANGUAGE_FR] = {[TITLE] = "Contact : les associations",
                     [UPDATED] = "État au",
                     [SITE] = "Association",
                     [STATE] = "État",
                     [HEARD] = "Dernier signe",
                     [QUEUE] = "File",
                     [OLDEST] = "Plus ancien",
                     [PROVED] = "Prouvé jusqu’au",
                     [NEWEST] = "Jour le plus récent",
                     [RECORDS] = "Enregistrements",
                     [REJECTED] = "Rejetés",
                     [VERSION] = "Version",
                     [REMARKS] = "Remarques",
                     [STATE_SILENT] = "Muette",
                     [STATE_TROUBLE] = "À voir",
                     [STATE_LATE] = "En retard",
                     [STATE_EXPECTED] = "Attendue",
                     [STATE_WELL] = "Bien",
                     [STATE_REVOKED] = "Révoquée",
                     [PAUSED] = "en pause",
                     [NOT_APPROVED] = "pas encore approuvé sur place",
                     [STOPPED] = "à l’arrêt :",
                     [TEXT_STOPPED] = "texte libre retenu :",
                     [INCOMPLETE] = "jours incomplets :",
                     [RECEIPT] = "reçu d’effacement en retard",
                     [SUPERSEDED] = "machine restaurée, ou deux agents pour une association",
                     [ROOT_KEY] = "clé racine à comparer :",
                     [PARKED] = "lots mis de côté :",
                     [CERTIFICATE] = "certificat expiré",
                     [BACKFILL] = "reprise :",
                     [NEW_COLUMNS] = "nouvelles colonnes dans la base :",
                     [COLLECT] = "collecte :",
                     [DAY_LETTER] = "j",
                     [EXPLAIN] = "Ce qu’il faut voir d’abord est en haut.",
                     [GO_LIVE] = "Recharger chaque minute",
                     [GO_STILL] = "Ne plus recharger",
                     [NO_SIGNER] = "Le signataire ne tourne pas : aucun site ne peut se raccorder.",
                     [NO_LOADER] = "Le chargeur ne tourne pas : ce qui arrive attend."},
    [LANGUAGE_EN] = {[TITLE] = "Contact: the associations",
                     [UPDATED] = "As of",
                     [SITE] = "Association",
                     [STATE] = "State",
                     [HEARD] = "Last heard",
                     [QUEUE] = "Queue",
                     [OLDEST] = "Oldest",
                     [PROVED] = "Proved up to",
                     [NEWEST] = "Newest day",
                     [RECORDS] = "Records",
                     [REJECTED] = "Rejected",
                     [VERSION] = "Version",
                     [REMARKS] = "Remarks",
                     [STATE_SILENT] = "Silent",
                     [STATE_TROUBLE] = "Look here",
                     [STATE_LATE] = "Late",
                     [STATE_EXPECTED] = "Expected",
                     [STATE_WELL] = "Well",
                     [STATE_REVOKED] = "Revoked",
                     [PAUSED] = "paused",
                     [NOT_APPROVED] = "not yet approved on site",
                     [STOPPED] = "standing still:",
                     [TEXT_STOPPED] = "free text withheld:",
                     [INCOMPLETE] = "incomplete days:",
                     [RECEIPT] = "erasure receipt overdue",
                     [SUPERSEDED] = "machine restored, or two agents of one association",
                     [ROOT_KEY] = "root key to be compared:",
                     [PARKED] = "batches set aside:",
                     [CERTIFICATE] = "certificate expired",
                     [BACKFILL] = "backfill:",
                     [NEW_COLUMNS] = "new columns in the database:",
                     [COLLECT] = "collecting:",
                     [DAY_LETTER] = "d",
                     [EXPLAIN] = "What needs a look stands first.",
                     [GO_LIVE] = "Reload every minute",
                     [GO_STILL] = "Stop reloading",
                     [NO_SIGNER] = "The signer does not run: no site can enrol.",
                     [NO_LOADER] = "The loader does not run: what comes waits."},
};

/* A sign beside each state's word: colour alone tells nothing to some readers. */
static const char *const signs[] = {
    [FLEET_SILENT] = "✖",   [FLEET_TROUBLE] = "▲", [FLEET_LATE] = "◷",
    [FLEET_EXPECTED] = "○", [FLEET_WELL] = "●",    [FLEET_REVOKED] = "–",
};

static const char style[] =
    ":root{color-scheme:light "
    "dark;--line:#8884;--silent:#b3261e;--trouble:#8a5300;--late:#6b5a00;--well:#1b6e3c}"
    "@media(prefers-color-scheme:dark){:root{--silent:#ff8a80;--trouble:#ffb74d;--late:#e6d36a;--well:#"
    "7fd8a0}}"
    "body{font:15px/1.4 system-ui,sans-serif;margin:1.2rem;max-width:100rem}h1{font-size:1.3rem;margin:0 0 "
    ".2rem}"
    "p{margin:.2rem 0 .8rem}ul{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem "
    "1.4rem;padding:0;margin:.6rem 0}"
    "li{font-weight:600}@media(max-width:70rem){div{overflow-x:auto}}table{border-collapse:collapse;width:"
    "100%}"
    "th,td{padding:.18rem .6rem;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}"
    "thead th{position:sticky;top:0;background:Canvas}tbody th{font-weight:600}td.n,th.n{text-align:right;"
    "font-variant-numeric:tabular-nums}td.r{white-space:normal;min-width:12rem}"
    ".silent{color:var(--silent)}.trouble{color:var(--trouble)}.late{color:var(--late)}.well{color:var(--"
    "well)}"
    "tr.silent,tr.trouble,tr.late,tr.well{color:inherit}tr.silent{background:#b3261e1c}tr.trouble{background:"
    "#c77b0018}"
    "td.s{font-weight:600}a:focus,th:focus{outline:2px solid}";

enum page_language page_language(const char *accept)
{
    /* First come is close enough to preference: browsers list languages in that order. */
    for (const char *at = accept; at != NULL && *at != '\0';) {
        at += strspn(at, " \t,");
        if (strncmp(at, "fr", 2) == 0)
            return LANGUAGE_FR;
        if (strncmp(at, "en", 2) == 0)
            return LANGUAGE_EN;
        at += strcspn(at, ",");
    }
    return LANGUAGE_FR;
}

static void put_cell(struct buf *out, const char *text)
{
    buf_puts(out, "<td>");
    buf_html(out, text[0] != '\0' ? text : "–");
    buf_puts(out, "</td>");
}

/* Thousands apart by a narrow space that does not break. */
static void put_count(struct buf *out, int64_t value)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)value);
    buf_puts(out, "<td class=n>");
    if (value < 0)
        buf_puts(out, "–");
    for (int i = 0; i < len && value >= 0; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            buf_puts(out, "\u202f");
        buf_putc(out, digits[i]);
    }
    buf_puts(out, "</td>");
}

static void put_age(struct buf *out, int64_t seconds, const char *const *say)
{
    char age[24];
    fleet_age(seconds, age);
    size_t len = strlen(age);
    if (len > 1 && age[len - 1] == 'd')
        buf_printf(out, "<td class=n>%.*s%s</td>", (int)(len - 1), age, say[DAY_LETTER]);
    else
        buf_printf(out, "<td class=n>%s</td>", seconds < 0 ? "–" : age);
}

/* Remarks are joined by "; ". */
static void remark(struct buf *out, bool *first, const char *phrase, const char *detail)
{
    if (!*first)
        buf_puts(out, " ; ");
    *first = false;
    buf_puts(out, phrase);
    if (detail[0] != '\0') {
        buf_putc(out, ' ');
        buf_html(out, detail);
    }
}

static void remark_number(struct buf *out, bool *first, const char *phrase, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    remark(out, first, phrase, text);
}

/* What stands still or is not whole. */
static void put_troubles(struct buf *out, bool *first, const struct fleet_site *site, const char *const *say)
{
    if (site->stopped[0] != '\0')
        remark(out, first, say[STOPPED], site->stopped);
    if (site->text[0] != '\0')
        remark(out, first, say[TEXT_STOPPED], site->text);
    if (site->collect_error[0] != '\0')
        remark(out, first, say[COLLECT], site->collect_error);
    if (site->superseded)
        remark(out, first, say[SUPERSEDED], "");
    if (site->key[0] != '\0')
        remark(out, first, say[ROOT_KEY], site->key);
    if (site->incomplete > 0)
        remark_number(out, first, say[INCOMPLETE], site->incomplete);
    if (site->parked > 0)
        remark_number(out, first, say[PARKED], site->parked);
}

static void put_remarks(struct buf *out, const struct fleet_site *site, const char *const *say)
{
    bool first = true;
    buf_puts(out, "<td class=r>");
    put_troubles(out, &first, site, say);
    if (site->receipt_overdue)
        remark(out, &first, say[RECEIPT], "");
    if (site->heard_s >= 0 && site->certificate_s < 0)
        remark(out, &first, say[CERTIFICATE], "");
    if (site->paused)
        remark(out, &first, say[PAUSED], "");
    if (site->heard_s >= 0 && !site->approved)
        remark(out, &first, say[NOT_APPROVED], "");
    if (site->approved && site->backfill_percent >= 0 && site->backfill_percent < 100) {
        remark_number(out, &first, say[BACKFILL], site->backfill_percent);
        buf_puts(out, " %");
    }
    if (site->new_columns > 0)
        remark_number(out, &first, say[NEW_COLUMNS], site->new_columns);
    buf_puts(out, "</td>");
}

static void put_row(struct buf *out, const struct fleet_site *site, const char *const *say)
{
    const char *state = fleet_state_name(site->state);
    buf_printf(out, "<tr class=%s><th scope=row>", state);
    buf_html(out, site->name);
    buf_printf(out, "</th><td class=\"s %s\"><span aria-hidden=true>%s</span> %s</td>", state,
               signs[site->state], say[STATE_SILENT + (int)site->state]);
    put_age(out, site->heard_s, say);
    put_count(out, site->queue_batches);
    put_age(out, site->queue_batches > 0 ? site->queue_oldest_s : -1, say);
    put_cell(out, site->proved);
    put_cell(out, site->newest_day);
    put_count(out, site->records);
    put_count(out, site->rejected + site->refused);
    put_cell(out, site->version);
    put_remarks(out, site, say);
    buf_puts(out, "</tr>\n");
}

static void put_head(struct buf *out, const char *const *say, enum page_language language, bool live)
{
    buf_printf(
        out,
        "<!doctype html>\n<html lang=%s>\n<head><meta charset=utf-8><meta name=viewport "
        "content=\"width=device-width\">%s<title>%s</title><style>%s</style></head>\n<body>\n<h1>%s</h1>\n",
        language == LANGUAGE_EN ? "en" : "fr", live ? "<meta http-equiv=refresh content=60>" : "", say[TITLE],
        style, say[TITLE]);
}

static void put_summary(struct buf *out, const struct fleet *fleet, const char *const *say, bool live)
{
    char day[DAY_TEXT];
    day_format((int32_t)(fleet->now / 86400), day);
    int64_t second = fleet->now % 86400;
    buf_printf(out, "<p>%s %s %02d:%02d UTC. %s <a href=\"%s\">%s</a></p>\n<ul>", say[UPDATED], day,
               (int)(second / 3600), (int)(second / 60 % 60), say[EXPLAIN], live ? "/fleet" : "/fleet/live",
               say[live ? GO_STILL : GO_LIVE]);
    if (!fleet->running.signer)
        buf_printf(out, "<li class=silent><span aria-hidden=true>%s</span> %s</li>", signs[FLEET_SILENT],
                   say[NO_SIGNER]);
    if (!fleet->running.loader)
        buf_printf(out, "<li class=silent><span aria-hidden=true>%s</span> %s</li>", signs[FLEET_SILENT],
                   say[NO_LOADER]);
    for (int state = 0; state < FLEET_STATES; state++)
        if (fleet->in_state[state] > 0)
            buf_printf(out, "<li class=%s><span aria-hidden=true>%s</span> %s (%zu)</li>",
                       fleet_state_name((enum fleet_state)state), signs[state], say[STATE_SILENT + state],
                       fleet->in_state[state]);
    buf_puts(out, "</ul>\n");
}

void fleet_page(const struct fleet *fleet, enum page_language language, bool live, struct buf *out)
{
    const char *const *say = phrases[language];
    static const struct {
        enum phrase phrase;
        bool number;
    } columns[] = {{SITE, false},    {STATE, false},   {HEARD, true},   {QUEUE, true},
                   {OLDEST, true},   {PROVED, false},  {NEWEST, false}, {RECORDS, true},
                   {REJECTED, true}, {VERSION, false}, {REMARKS, false}};
    put_head(out, say, language, live);
    put_summary(out, fleet, say, live);
    buf_puts(out, "<div tabindex=0><table>\n<thead><tr>");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        buf_printf(out, "<th scope=col%s>%s</th>", columns[i].number ? " class=n" : "",
                   say[columns[i].phrase]);
    buf_puts(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < fleet->count; i++)
        put_row(out, &fleet->sites[i], say);
    buf_puts(out, "</tbody></table></div>\n</body>\n</html>\n");
}
