/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of blocks between two threads: one fills them, the other gives them back when it has read their
 * rows. */
#include "agent/source/ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "contact/clock.h"
#include "contact/crypto.h"

#define BLOCKS 3
#define BLOCK_ROWS 64
#define BLOCK_TEXT ((size_t)64 * 1024)
#define STACK ((size_t)512 * 1024)
#define WAIT_MS 50 /* for a block to become full, when the caller has none */

struct block {
    struct cell *cells; /* of BLOCK_ROWS rows */
    char *text;         /* theirs */
    size_t rows, used;
    const struct cell *lent; /* the only row, too large to be copied: where the database has it */
};

struct ahead {
    const struct source_backend *backend;
    void *source_rows;
    size_t columns;
    struct block blocks[BLOCKS];
    const struct cell *held;   /* the thread's: read, and no room in the last block */
    const struct block *block; /* the caller's, and the row of it that comes next */
    size_t at;

    atomic_bool awaited; /* the caller waits: for rows, or for the end */
    pthread_t thread;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t changed;
    size_t filled, given_back; /* blocks so far */
    bool ended, stop;
    enum err_code code; /* how it ended */
    struct err err;
};

static bool copy_row(const struct ahead *a, struct block *block, const struct cell *cells)
{
    size_t room = BLOCK_TEXT - block->used;
    for (size_t i = 0; i < a->columns; i++) {
        if (cells[i].text == NULL)
            continue;
        if (cells[i].len > room)
            return false;
        room -= cells[i].len;
    }
    struct cell *copy = block->cells + block->rows++ * a->columns;
    memcpy(copy, cells, a->columns * sizeof *cells);
    for (size_t i = 0; i < a->columns; i++) {
        if (cells[i].text == NULL)
            continue;
        copy[i].text = memcpy(block->text + block->used, cells[i].text, cells[i].len);
        block->used += cells[i].len;
    }
    return true;
}

/* Whether the caller has waited for the block so long that it gets what there is: rows may be dear. */
static bool overdue(const struct ahead *a, const struct block *block, int64_t began)
{
    return block->rows > 0 && atomic_load(&a->awaited) && clock_monotonic_ms() - began >= WAIT_MS;
}

/* False when the query has no more rows: *ret_code tells why. */
static bool fill(struct ahead *a, struct block *block, enum err_code *ret_code, struct err *err)
{
    size_t count;
    int64_t began = clock_monotonic_ms();
    block->rows = block->used = 0;
    block->lent = NULL;
    while (block->rows < BLOCK_ROWS && !overdue(a, block, began)) {
        if (a->held == NULL)
            *ret_code = a->backend->next(a->source_rows, &a->held, &count, err);
        if (*ret_code != OK || a->held == NULL)
            return false;
        if (copy_row(a, block, a->held)) {
            a->held = NULL;
            continue;
        }
        if (block->rows == 0) {
            block->lent = a->held;
            block->rows = 1;
            a->held = NULL;
        }
        break;
    }
    return true;
}

static void *read_on(void *context)
{
    struct ahead *a = context;
    struct err err = {0};
    enum err_code code = OK;
    bool more = true;
    pthread_mutex_lock(&a->mutex);
    while (more && !a->stop) {
        struct block *block = &a->blocks[a->filled % BLOCKS];
        pthread_mutex_unlock(&a->mutex);
        more = fill(a, block, &code, &err);
        pthread_mutex_lock(&a->mutex);
        a->filled += block->rows > 0;
        a->ended = !more;
        a->code = code;
        a->err = err;
        pthread_cond_signal(&a->changed);
        /* The row after one that is lent would take its place. */
        while (more && !a->stop && a->filled - a->given_back >= (block->lent ? 1 : BLOCKS))
            pthread_cond_wait(&a->changed, &a->mutex);
    }
    pthread_mutex_unlock(&a->mutex);
    return NULL;
}

static void release(struct ahead *a)
{
    for (size_t i = 0; i < BLOCKS; i++) {
        if (a->blocks[i].cells != NULL)
            wipe(a->blocks[i].cells, BLOCK_ROWS * a->columns * sizeof *a->blocks[i].cells);
        if (a->blocks[i].text != NULL)
            wipe(a->blocks[i].text, BLOCK_TEXT);
        free(a->blocks[i].text);
        free(a->blocks[i].cells);
    }
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->mutex);
    free(a);
}

/* Signals are the caller's: its loop looks for what they set. */
static bool start_thread(struct ahead *a)
{
    sigset_t all, before;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&a->thread, &attributes, read_on, a);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return result == 0;
}

struct ahead *ahead_start(const struct source_backend *backend, void *rows, size_t columns)
{
    struct ahead *a = calloc(1, sizeof *a);
    if (a == NULL)
        return NULL;
    a->backend = backend;
    a->source_rows = rows;
    a->columns = columns;
    pthread_mutex_init(&a->mutex, NULL);
    pthread_cond_init(&a->changed, NULL);
    bool ready = true;
    for (size_t i = 0; i < BLOCKS; i++) {
        a->blocks[i].cells = calloc(BLOCK_ROWS * columns + 1, sizeof *a->blocks[i].cells);
        a->blocks[i].text = malloc(BLOCK_TEXT);
        ready = ready && a->blocks[i].cells && a->blocks[i].text;
    }
    if (ready && start_thread(a))
        return a;
    release(a);
    return NULL;
}

/* Gives back the block whose rows are read, and waits for the next: NULL after the last. */
static const struct block *next_block(struct ahead *a)
{
    pthread_mutex_lock(&a->mutex);
    if (a->block != NULL) {
        a->given_back++;
        pthread_cond_signal(&a->changed);
    }
    atomic_store(&a->awaited, a->filled == a->given_back);
    while (a->filled == a->given_back && !a->ended)
        pthread_cond_wait(&a->changed, &a->mutex);
    atomic_store(&a->awaited, false);
    const struct block *block = a->filled > a->given_back ? &a->blocks[a->given_back % BLOCKS] : NULL;
    pthread_mutex_unlock(&a->mutex);
    return block;
}

enum err_code ahead_next(struct ahead *a, const struct cell **ret_cells, size_t *ret_count, struct err *err)
{
    if (a->block == NULL || a->at == a->block->rows) {
        a->block = next_block(a);
        a->at = 0;
    }
    if (a->block == NULL) {
        *ret_cells = NULL;
        *ret_count = 0;
        if (a->code != OK && err != NULL)
            *err = a->err;
        return a->code;
    }
    *ret_cells = a->block->lent ? a->block->lent : a->block->cells + a->at * a->columns;
    *ret_count = a->columns;
    a->at++;
    return OK;
}

void ahead_stop(struct ahead *a)
{
    if (a == NULL)
        return;
    pthread_mutex_lock(&a->mutex);
    a->stop = true;
    atomic_store(&a->awaited, true);
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->mutex);
    pthread_join(a->thread, NULL);
    release(a);
}
