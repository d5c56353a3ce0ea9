/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for collect in the tests of sending: makes a spool, puts batches and facts.
 *
 * spool-tool FOLDER create SERIES
 * spool-tool FOLDER put SEQ fresh|backlog batch|void FILE
 * spool-tool FOLDER fact NAME VALUE
 * spool-tool FOLDER get NAME
 * spool-tool FOLDER take            marks every request taken, and prints it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/spool/spool.h"

static enum err_code put(struct spool *spool, char **argv, struct err *err)
{
    BUF_CLEANUP struct buf sealed = BUF_INIT(BATCH_MAX_BYTES);
    enum err_code code = buf_read_file(&sealed, argv[3], err);
    if (code != OK)
        return code;
    return spool_put(spool, strtoull(argv[0], NULL, 10),
                     strcmp(argv[1], "fresh") == 0 ? LANE_FRESH : LANE_BACKLOG, strcmp(argv[2], "void") == 0,
                     sealed.data, sealed.len, INT64_C(1) << 31, err);
}

static void take(void *context, const struct spool_request *request)
{
    struct err err;
    if (spool_request_taken(context, request->id, &err) == OK)
        printf("%s %s %d %d\n", request->id, request->stream, request->from, request->to);
}

static enum err_code run(struct spool *spool, int argc, char **argv, struct err *err)
{
    if (argc == 5 && strcmp(argv[0], "put") == 0)
        return put(spool, argv + 1, err);
    if (argc == 3 && strcmp(argv[0], "fact") == 0)
        return spool_fact_put(spool, argv[1], argv[2], err);
    if (argc == 1 && strcmp(argv[0], "take") == 0)
        return spool_requests(spool, take, spool, err);
    if (argc == 2 && strcmp(argv[0], "get") == 0) {
        BUF_CLEANUP struct buf value = BUF_INIT(1 << 20);
        enum err_code code = spool_fact_get(spool, argv[1], &value, err);
        printf("%s\n", buf_text(&value));
        return code;
    }
    return err_set(err, ERR_CONFIG, "usage: see the head of spool_tool.c");
}

int main(int argc, char **argv)
{
    struct spool *spool = NULL;
    struct err err = {0};
    enum err_code code = ERR_CONFIG;
    if (argc == 4 && strcmp(argv[2], "create") == 0)
        code = spool_create(argv[1], argv[3], &spool, &err);
    else if (argc > 2 && (code = spool_open(argv[1], &spool, &err)) == OK)
        code = run(spool, argc - 2, argv + 2, &err);
    spool_close(spool);
    if (code != OK)
        fprintf(stderr, "spool-tool: %s\n", err.message);
    return err_exit_status(code);
}
