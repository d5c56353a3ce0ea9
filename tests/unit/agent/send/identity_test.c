/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/send/identity.h"
#include "contact/cms.h"

#define PENDING "enrolling"

static int steps; /* of the file system that are still done; the process ends before the next */

static void step(void)
{
    if (steps-- == 0)
        _exit(9);
}

/* In the place of the C library's. */
int rename(const char *from, const char *to)
{
    step();
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int symlink(const char *target, const char *path)
{
    step();
    return symlinkat(target, AT_FDCWD, path);
}

static int set_up(void **state)
{
    char *folder = strdup("/tmp/identity.XXXXXX");
    assert_non_null(mkdtemp(folder));
    steps = -1;
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    char *folder = *state, command[128];
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    int status = system(command);
    free(folder);
    return status;
}

/* A pending identity whose certificate came. */
static void pend(const char *folder, const char *site)
{
    struct identity place = {.url = "https://centre", .code_hash = "x"}, pending;
    struct err err;
    snprintf(place.site, sizeof(place.site), "%s", site);
    assert_int_equal(identity_begin(folder, PENDING, &place, "ca", &err), OK);
    assert_int_equal(identity_load_pending(folder, PENDING, &pending, &err), OK);
    EVP_PKEY *key = key_new_p256();
    X509 *certificate = certificate_self_signed(key, site, 100);
    FILE *file = fopen(pending.certificate, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static bool loads(const char *folder, const char *site)
{
    struct identity id;
    struct err err;
    return identity_load(folder, &id, &err) == OK && strcmp(id.site, site) == 0;
}

static void an_installed_identity_takes_the_place_of_the_former(void **state)
{
    const char *folder = *state;
    struct identity former;
    struct err err;
    pend(folder, "first");
    assert_int_equal(identity_install(folder, PENDING, &err), OK);
    assert_int_equal(identity_load(folder, &former, &err), OK);
    pend(folder, "second");
    assert_true(loads(folder, "first"));
    assert_false(identity_replaced(folder, &former));
    assert_int_equal(identity_install(folder, PENDING, &err), OK);
    assert_true(identity_replaced(folder, &former));
    assert_true(loads(folder, "second"));
    assert_int_not_equal(access(former.folder, F_OK), 0);
    assert_int_equal(identity_load_pending(folder, PENDING, &former, &err), ERR_RETRY);
}

/* The centre takes a code from the key that used it first, and from no other. */
static void an_install_cut_off_anywhere_loses_no_key(void **state)
{
    const char *folder = *state;
    char before[32] = "none";
    for (int at = 0; at < 4; at++) {
        char site[32];
        struct identity pending;
        struct err err;
        snprintf(site, sizeof(site), "site-%d", at);
        pend(folder, site);
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            steps = at;
            _exit(identity_install(folder, PENDING, &err) == OK ? 0 : 1);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), at < 3 ? 9 : 0);
        bool is_pending = identity_load_pending(folder, PENDING, &pending, &err) == OK;
        assert_true(loads(folder, is_pending ? before : site) || (is_pending && strcmp(before, "none") == 0));
        if (is_pending)
            assert_int_equal(identity_install(folder, PENDING, &err), OK);
        assert_true(loads(folder, site));
        snprintf(before, sizeof(before), "%s", site);
    }
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(an_installed_identity_takes_the_place_of_the_former),
        T(an_install_cut_off_anywhere_loses_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
