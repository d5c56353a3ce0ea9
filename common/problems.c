/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/problems.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contact/language.h"

#define PROBLEMS_KEPT 100

void problems_free(struct problems *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->items[i].file);
        free(p->items[i].message);
        free(p->items[i].hint);
    }
    free(p->items);
    *p = (struct problems){0};
}

static void PRINTF(2, 0)
    keep(struct problems *p, const char *format, va_list args, const struct problem *where, const char *hint)
{
    if (!where->warning)
        p->errors++;
    if (p->count == PROBLEMS_KEPT)
        return;
    struct problem *items = reallocarray(p->items, p->count + 1, sizeof *items);
    if (items == NULL)
        return;
    p->items = items;
    struct problem *item = &items[p->count];
    *item = *where;
    item->file = strdup(where->file);
    item->hint = hint == NULL ? NULL : strdup(language_text(hint));
    if (vasprintf(&item->message, language_text(format), args) < 0)
        item->message = NULL;
    p->count++;
}

void problems_add(struct problems *p, const char *file, unsigned line, unsigned column, const char *hint,
                  const char *format, ...)
{
    struct problem where = {.file = (char *)(uintptr_t)file, .line = line, .column = column};
    va_list args;
    va_start(args, format);
    keep(p, format, args, &where, hint);
    va_end(args);
}

void problems_warn(struct problems *p, const char *file, unsigned line, unsigned column, const char *hint,
                   const char *format, ...)
{
    struct problem where = {.file = (char *)(uintptr_t)file, .line = line, .column = column, .warning = true};
    va_list args;
    va_start(args, format);
    keep(p, format, args, &where, hint);
    va_end(args);
}

/* "FILE:LINE:COLUMN: "; nothing before a message about the file itself, which names it. */
const char *problem_place(const struct problem *item, char *text, size_t size)
{
    const char *file = item->file == NULL ? "?" : item->file;
    text[0] = '\0';
    if (item->line > 0)
        snprintf(text, size, "%s:%u:%u: ", file, item->line, item->column);
    else if (item->message == NULL || strstr(item->message, file) == NULL)
        snprintf(text, size, "%s: ", file);
    return text;
}

void problems_print(const struct problems *p, FILE *to)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct problem *item = &p->items[i];
        char place[512];
        fprintf(to, "%s%s%s\n", problem_place(item, place, sizeof place), item->warning ? _("warning: ") : "",
                item->message == NULL ? "?" : item->message);
        if (item->hint != NULL)
            fprintf(to, _("    HINT: %s\n"), item->hint);
    }
}

static const struct problem *first_error(const struct problems *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (!p->items[i].warning)
            return &p->items[i];
    return NULL;
}

enum err_code problems_result(const struct problems *p, struct err *err)
{
    if (p->errors == 0)
        return OK;
    const struct problem *first = first_error(p);
    if (first == NULL)
        return err_set(err, ERR_CONFIG, "%zu problems", p->errors);
    char place[200];
    problem_place(first, place, sizeof place);
    if (p->errors == 1)
        err_set(err, ERR_CONFIG, "%s%s", place, first->message);
    else
        err_set(err, ERR_CONFIG, "%s%s (and %zu more)", place, first->message, p->errors - 1);
    return first->hint == NULL ? ERR_CONFIG : err_hint(err, "%s", first->hint);
}
