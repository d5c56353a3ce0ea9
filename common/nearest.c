/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest known word, for hints. */
#include "contact/yaml.h"

#include <string.h>

#define WORD_MAX 40

/* Optimal string alignment distance (insertions, deletions, substitutions, neighbours swapped). */
static size_t distance(const char *a, const char *b)
{
    size_t la = strlen(a), lb = strlen(b);
    if (la > WORD_MAX || lb > WORD_MAX)
        return WORD_MAX;
    size_t rows[3][WORD_MAX + 1];
    for (size_t j = 0; j <= lb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *twice = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && twice[j - 2] + 1 < best)
                best = twice[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[la % 3][lb];
}

const char *yaml_nearest(const char *word, const char *const *known)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) / 3 + 2;
    for (; known != NULL && *known != NULL; known++) {
        size_t d = distance(word, *known);
        if (d < best_distance) {
            best_distance = d;
            best = *known;
        }
    }
    return best;
}

void yaml_report_unused(const struct yaml *yaml, const struct yaml_node *map, const char *const *known,
                        struct problems *problems)
{
    if (map == NULL || map->kind != YAML_MAP)
        return;
    for (const struct yaml_node *n = map->first; n != NULL; n = n->next) {
        if (n->used)
            continue;
        const char *near = yaml_nearest(n->key, known);
        char hint[120] = "";
        if (near != NULL)
            snprintf(hint, sizeof hint, "did you mean \"%s\"?", near);
        yaml_problem(yaml, n, problems, near == NULL ? NULL : hint, "unknown setting \"%.60s\"", n->key);
    }
}
