/* SPDX-License-Identifier: Apache-2.0 */
/* What people read, in their language: gettext(3) of the C library, catalogues from po/. Only who speaks to a
 * person asks for it: the lines of a service and what programs read (--json) stay as they are written in the
 * sources. Numbers and dates are the same in every language.
 *
 * Errors, problems and findings (err_set, err_hint, problems_add, yaml_problem, checklist_add) and headings
 * of tables are translated where they are made; every other literal for people is marked with _(). */
#ifndef CONTACT_LANGUAGE_H
#define CONTACT_LANGUAGE_H

#define _(text) language_text(text)
#define N_(text) text /* marked here, translated where it is printed */

/* Speaks the language that the environment asks for (LC_ALL, LC_MESSAGES, LANG, LANGUAGE), in UTF-8, from the
 * catalogue of that name: the package's own, "contact-agent" or "contact-gateway". */
void language_init(const char *domain);
/* The text, translated if language_init was called and there is a translation; else the text itself. */
const char *language_text(const char *text) __attribute__((format_arg(1)));

#endif
