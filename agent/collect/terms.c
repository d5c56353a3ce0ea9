/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/terms.h"

#include <stdio.h>
#include <string.h>

#include "agent/mapping/mapping.h"
#include "contact/buf.h"

#define NAME_MAX_LEN 64

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

static size_t line_len(const char *line)
{
    return strcspn(line, "\n");
}

/* The heading of a section; "" at the end of the text when there is none. */
static const char *section(const char *terms, const char *name, size_t name_len)
{
    for (; *terms; terms = next_line(terms))
        if (*terms != ' ' && strcspn(terms, " \n") == name_len && strncmp(terms, name, name_len) == 0)
            break;
    return terms;
}

static size_t section_len(const char *head)
{
    const char *end = *head ? next_line(head) : head;
    while (*end == ' ')
        end = next_line(end);
    return (size_t)(end - head);
}

static bool has_line(const char *head, const char *line)
{
    size_t len = line_len(line);
    for (const char *at = next_line(head); *at == ' '; at = next_line(at))
        if (line_len(at) == len && memcmp(at, line, len) == 0)
            return true;
    return false;
}

/* Has the other section every line of this one? */
static bool has_lines(const char *head, const char *of)
{
    for (const char *at = next_line(of); *at == ' '; at = next_line(at))
        if (!has_line(head, at))
            return false;
    return true;
}

static bool same_section(const char *a, const char *b, const char *name)
{
    const char *left = section(a, name, strlen(name)), *right = section(b, name, strlen(name));
    size_t len = section_len(left);
    if (len == section_len(right) && memcmp(left, right, len) == 0)
        return true;
    return has_lines(left, right) && has_lines(right, left);
}

bool terms_cover(const char *agreed, const char *now, const char *stream)
{
    return *section(agreed, stream, strlen(stream)) && same_section(agreed, now, stream) &&
           same_section(agreed, now, TERMS_GENERAL) && same_section(agreed, now, TERMS_PERSON);
}

struct difference {
    void (*each)(void *context, const char *section, enum terms_change change, const char *line);
    void *context;
    char name[NAME_MAX_LEN];
};

/* The lines of one section that the other's lacks. */
static void tell_lines(struct difference *d, const char *of, const char *other, enum terms_change change)
{
    BUF_CLEANUP struct buf line = BUF_INIT(TERMS_MAX);
    for (const char *at = next_line(of); *at == ' '; at = next_line(at)) {
        if (has_line(other, at))
            continue;
        buf_clear(&line);
        buf_append(&line, at + 1, line_len(at + 1));
        d->each(d->context, d->name, change, buf_text(&line));
    }
}

static void tell_section(struct difference *d, const char *before, const char *after)
{
    tell_lines(d, before, after, TERMS_GONE);
    tell_lines(d, after, before, TERMS_NEW);
}

void terms_compare(const char *agreed, const char *now,
                   void (*each)(void *context, const char *section, enum terms_change change,
                                const char *line),
                   void *context)
{
    struct difference d = {.each = each, .context = context};
    for (const char *head = now; *head; head += section_len(head)) {
        snprintf(d.name, sizeof(d.name), "%.*s", (int)strcspn(head, " \n"), head);
        tell_section(&d, section(agreed, d.name, strlen(d.name)), head);
    }
    for (const char *head = agreed; *head; head += section_len(head)) {
        snprintf(d.name, sizeof(d.name), "%.*s", (int)strcspn(head, " \n"), head);
        if (!*section(now, d.name, strlen(d.name)))
            tell_section(&d, head, "");
    }
}
