/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/collect/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/mapping/mapping.h"
#include "agent/text/words/gazetteer.h"
#include "tests/unit/agent/source_place.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LIMITS_MEMORY 0 /* their shadow is larger than any limit */
#else
#define LIMITS_MEMORY 1
#endif

static char column[] = "nom", table[] = "personnes";
static char *columns[] = {column, NULL};
static struct mapping_gazetteer persons = {.table = table, .name = columns};
static const struct mapping mapping = {.gazetteer = &persons, .gazetteer_count = 1};
static const uint8_t key[GAZETTEER_KEY] = {7};

/* 400,000 names of six letters. */
static int set_up(void **state)
{
    *state =
        place_new("CREATE TABLE personnes(nom TEXT); WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 "
                  "FROM n WHERE i < 399999) INSERT INTO personnes SELECT char(97 + i % 26, 97 + i / 26 % 26, "
                  "97 + i / 676 % 26, 97 + i / 17576, 122, 122) FROM n");
    return 0;
}

static void all_names_are_learnt(void **state)
{
    const struct place *place = *state;
    struct gazetteer *names = NULL;
    assert_int_equal(names_learn(&mapping, place->source, key, &names, NULL), OK);
    assert_int_equal(gazetteer_count(names), 400000);
    gazetteer_free(names);
}

static long size_kb(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld", &pages) != 1)
        _exit(3);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Text is cleaned by what was learnt: half of the names must not pass for all of them. */
static void names_for_which_there_is_no_memory_are_a_failure(void **state)
{
    const struct place *place = *state;
    if (!LIMITS_MEMORY)
        skip();
    pid_t pid = fork();
    if (pid == 0) {
        struct gazetteer *names = NULL;
        const struct rlimit limit = {(rlim_t)(size_kb() + 4096) * 1024, RLIM_INFINITY};
        if (setrlimit(RLIMIT_AS, &limit) != 0)
            _exit(2);
        _exit(names_learn(&mapping, place->source, key, &names, NULL) == ERR_INTERNAL && names == NULL ? 0
                                                                                                       : 1);
    }
    int status;
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_names_are_learnt, set_up, place_end),
        cmocka_unit_test_setup_teardown(names_for_which_there_is_no_memory_are_a_failure, set_up, place_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
