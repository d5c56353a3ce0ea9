/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/state/objections.h"

struct fixture {
    char folder[32];
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    strcpy(f->folder, "/tmp/register-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    static const char *const files[] = {"objections.db", "objections.db-wal", "objections.db-shm"};
    struct fixture *f = *state;
    char path[64];
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", f->folder, files[i]);
        unlink(path);
    }
    rmdir(f->folder);
    free(f);
    return 0;
}

static const uint8_t root[32] = {1, 2, 3};

static void see_objection(void *context, const struct objection *objection)
{
    *(struct objection *)context = *objection;
}

static void register_keeps_local_ids_encrypted(void **state)
{
    struct fixture *f = *state;
    struct objections *o = NULL;
    struct objection entry = {.token = {5}, .origin = "operator", .actor = "dpo", .id = "1048576-secret"},
                     got;
    struct err err;
    enum objection_result result = OBJECTION_ABSENT;
    assert_int_equal(objections_open(f->folder, root, &o, &err), OK);
    assert_int_equal(objections_enter(o, &entry, &result, &err), OK);
    assert_int_equal(result, OBJECTION_DONE);
    assert_int_equal(objections_enter(o, &entry, &result, &err), OK);
    assert_int_equal(result, OBJECTION_ALREADY);
    entry.state = OBJECTION_SENT;
    assert_int_equal(objections_update(o, &entry, &err), OK);
    assert_int_equal(objections_each(o, true, see_objection, &got, &err), OK);
    assert_string_equal(got.id, "1048576-secret");
    assert_int_equal(got.state, OBJECTION_SENT);
    assert_int_equal(objections_again(o, &err), OK);
    assert_int_equal(objections_each(o, false, see_objection, &got, &err), OK);
    assert_string_equal(got.id, "");
    assert_int_equal(got.state, OBJECTION_NEW);
    objections_close(o);
    char command[160];
    snprintf(command, sizeof(command), "grep -q 1048576-secret %s/objections.db*", f->folder);
    assert_int_not_equal(system(command), 0);
    const uint8_t other[32] = {9};
    assert_int_equal(objections_open(f->folder, other, &o, &err), OK);
    assert_int_equal(objections_each(o, true, see_objection, &got, &err), OK);
    assert_string_equal(got.id, ""); /* another key reads nothing */
    objections_close(o);
}

static enum objection_result enter_as(struct objections *o, uint8_t who, enum objection_state as,
                                      const char *cause)
{
    struct objection entry = {.token = {who}, .state = as, .origin = "letter", .actor = "dpo", .id = "12"};
    enum objection_result result = OBJECTION_ABSENT;
    struct err err;
    snprintf(entry.cause, sizeof(entry.cause), "%s", cause);
    assert_int_equal(objections_enter(o, &entry, &result, &err), OK);
    return result;
}

static enum objection_result withdraw_as(struct objections *o, uint8_t who, bool frozen)
{
    const uint8_t token[TOKEN_SIZE] = {who};
    enum objection_result result = OBJECTION_ABSENT;
    struct err err;
    assert_int_equal(objections_withdraw(o, token, frozen, "dpo", &result, &err), OK);
    return result;
}

struct sought {
    uint8_t who;
    struct objection found;
};

static void seek(void *context, const struct objection *objection)
{
    struct sought *s = context;
    if (objection->token[0] == s->who)
        s->found = *objection;
}

static struct objection entry_of(struct objections *o, uint8_t who)
{
    struct sought s = {.who = who};
    struct err err;
    assert_int_equal(objections_each(o, true, seek, &s, &err), OK);
    return s.found;
}

static void set_state(struct objections *o, uint8_t who, enum objection_state as)
{
    struct objection entry = entry_of(o, who);
    struct err err;
    entry.state = as;
    assert_int_equal(objections_update(o, &entry, &err), OK);
}

static void count_event(void *context, const struct objection_event *event)
{
    assert_string_equal(event->actor, "dpo");
    ++*(int *)context;
}

static void register_is_withdrawn_only_before_the_erase(void **state)
{
    struct fixture *f = *state;
    struct objections *o = NULL;
    struct err err;
    int events = 0;
    assert_int_equal(objections_open(f->folder, root, &o, &err), OK);
    assert_int_equal(withdraw_as(o, 1, false), OBJECTION_ABSENT);
    assert_int_equal(enter_as(o, 1, OBJECTION_NEW, ""), OBJECTION_DONE);
    assert_int_equal(withdraw_as(o, 1, true), OBJECTION_ABSENT); /* not frozen */
    assert_int_equal(withdraw_as(o, 1, false), OBJECTION_DONE);
    assert_int_equal(withdraw_as(o, 1, false), OBJECTION_ABSENT);
    struct objection entry = entry_of(o, 1);
    assert_false(objection_in_force(&entry));
    assert_int_equal(enter_as(o, 1, OBJECTION_NEW, ""), OBJECTION_DONE);
    set_state(o, 1, OBJECTION_SENT);
    assert_int_equal(withdraw_as(o, 1, false), OBJECTION_FINAL);
    entry = entry_of(o, 1);
    assert_true(objection_in_force(&entry));
    assert_int_equal(objections_history(o, count_event, &events, &err), OK);
    assert_int_equal(events, 4);
    objections_close(o);
}

static void register_freezes_and_an_objection_is_stronger(void **state)
{
    struct fixture *f = *state;
    struct objections *o = NULL;
    struct err err;
    assert_int_equal(objections_open(f->folder, root, &o, &err), OK);
    assert_int_equal(enter_as(o, 1, OBJECTION_HELD, ""), OBJECTION_DONE);
    assert_int_equal(enter_as(o, 1, OBJECTION_HELD, ""), OBJECTION_ALREADY);
    assert_int_equal(withdraw_as(o, 1, false), OBJECTION_ABSENT); /* no objection */
    assert_int_equal(withdraw_as(o, 1, true), OBJECTION_DONE);
    assert_int_equal(enter_as(o, 1, OBJECTION_HELD, ""), OBJECTION_DONE);
    assert_int_equal(enter_as(o, 1, OBJECTION_NEW, ""), OBJECTION_DONE);
    assert_int_equal(entry_of(o, 1).state, OBJECTION_NEW);
    assert_int_equal(enter_as(o, 1, OBJECTION_HELD, ""), OBJECTION_ALREADY);
    set_state(o, 1, OBJECTION_RECEIVED);
    assert_int_equal(enter_as(o, 1, OBJECTION_NEW, ""), OBJECTION_ALREADY);
    assert_int_equal(entry_of(o, 1).state, OBJECTION_RECEIVED); /* never erased twice by a doubled entry */
    objections_close(o);
}

static void register_withdraws_what_followed_by_a_merge(void **state)
{
    struct fixture *f = *state;
    struct objections *o = NULL;
    struct err err;
    assert_int_equal(objections_open(f->folder, root, &o, &err), OK);
    assert_int_equal(enter_as(o, 1, OBJECTION_HELD, ""), OBJECTION_DONE);
    struct objection own = entry_of(o, 1);
    assert_int_equal(own.days_due, 1);
    assert_int_equal(enter_as(o, 2, OBJECTION_HELD, own.request), OBJECTION_DONE);
    assert_int_equal(enter_as(o, 2, OBJECTION_HELD, own.request), OBJECTION_ALREADY);
    assert_int_equal(withdraw_as(o, 2, true), OBJECTION_MERGED);
    assert_int_equal(withdraw_as(o, 1, true), OBJECTION_DONE);
    struct objection other = entry_of(o, 2);
    assert_false(objection_in_force(&other));
    /* Asked for as it was read; what changed since stays due. */
    assert_int_equal(objections_asked(o, &own, &err), OK);
    assert_int_equal(entry_of(o, 1).days_due, 2);
    own = entry_of(o, 1);
    assert_int_equal(objections_asked(o, &own, &err), OK);
    assert_int_equal(entry_of(o, 1).days_due, 0);
    objections_close(o);
}

static void count_entry(void *context, const struct objection *objection)
{
    (void)objection;
    ++*(int *)context;
}

static int entries(struct objections *o)
{
    int count = 0;
    struct err err;
    assert_int_equal(objections_each(o, false, count_entry, &count, &err), OK);
    return count;
}

static void register_keeps_a_group_whole_or_not_at_all(void **state)
{
    struct fixture *f = *state;
    struct objections *o = NULL;
    struct err err;
    assert_int_equal(objections_open(f->folder, root, &o, &err), OK);
    assert_int_equal(objections_begin(o, &err), OK);
    assert_int_equal(enter_as(o, 1, OBJECTION_NEW, ""), OBJECTION_DONE);
    assert_int_equal(enter_as(o, 2, OBJECTION_NEW, ""), OBJECTION_DONE);
    assert_int_equal(objections_end(o, ERR_RETRY, &err), ERR_RETRY);
    assert_int_equal(entries(o), 0);
    assert_int_equal(objections_begin(o, &err), OK);
    assert_int_equal(enter_as(o, 1, OBJECTION_NEW, ""), OBJECTION_DONE);
    assert_int_equal(enter_as(o, 2, OBJECTION_NEW, ""), OBJECTION_DONE);
    assert_int_equal(objections_end(o, OK, &err), OK);
    objections_close(o);
    assert_int_equal(objections_open(f->folder, root, &o, &err), OK);
    assert_int_equal(entries(o), 2);
    objections_close(o);
}

static void damaged_register_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct objections *o = NULL;
    struct err err;
    char path[128];
    snprintf(path, sizeof(path), "%s/objections.db", f->folder);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 100; i++)
        fputs("this was a register once; ", file);
    fclose(file);
    assert_int_equal(objections_open(f->folder, root, &o, &err), ERR_CORRUPT);
    assert_true(err.hint[0] != '\0');
    assert_int_equal(access(path, F_OK), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(register_keeps_local_ids_encrypted),
        T(register_is_withdrawn_only_before_the_erase),
        T(register_freezes_and_an_objection_is_stronger),
        T(register_withdraws_what_followed_by_a_merge),
        T(register_keeps_a_group_whole_or_not_at_all),
        T(damaged_register_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
