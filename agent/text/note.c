/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/note.h"

#include <stdlib.h>
#include <string.h>

const struct token token_nothing = {.kind = TOKEN_SIGN, .gap = GAP_LINE};

bool note_free_range(const struct note *n, size_t from, size_t to)
{
    for (size_t i = from; i <= to; i++)
        if (i >= n->count || n->tokens[i].label || n->tokens[i].locked)
            return false;
    return true;
}

void note_label(struct note *n, size_t i, uint8_t label, uint8_t source, bool head)
{
    struct token *t = &n->tokens[i];
    t->label = label;
    t->source = source;
    t->head = head;
    starts_add(n, START_MARKED, i);
}

bool note_mark(struct note *n, size_t from, size_t to, enum text_label label, enum text_source source)
{
    if (!note_free_range(n, from, to))
        return false;
    note_force(n, from, to, label, source);
    return true;
}

void note_force(struct note *n, size_t from, size_t to, enum text_label label, enum text_source source)
{
    bool head = true;
    for (size_t i = from; i <= to && i < n->count; i++) {
        if (n->tokens[i].label) {
            head = true;
            continue;
        }
        note_label(n, i, (uint8_t)label, (uint8_t)source, head);
        head = false;
    }
}

void note_wipe(struct note *n)
{
    if (n->fold.text)
        explicit_bzero(n->fold.text, n->fold.len);
    if (n->tokens)
        explicit_bzero(n->tokens, n->count * sizeof(*n->tokens));
    n->fold.len = n->count = 0;
}

void note_free(struct note *n)
{
    fold_free(&n->fold);
    if (n->tokens)
        explicit_bzero(n->tokens, n->cap * sizeof(*n->tokens));
    free(n->tokens);
    free(n->starts);
    n->tokens = NULL;
    n->starts = NULL;
    n->count = n->cap = n->blocks = 0;
}
