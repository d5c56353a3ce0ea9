/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway/nginx_files.h"

#define SHIPPED "conf/nginx"

static const char *const places[] = {"conf.d/contact-gateway.conf", "snippets/contact-gateway-sites.inc"};

/* The file as shipped, with its edition replaced and a line of the administrator's own. */
static void copy(const char *folder, const char *place, const char *edition)
{
    char path[256], line[1024];
    snprintf(path, sizeof path, "%s/%s", SHIPPED, strchr(place, '/') + 1);
    FILE *from = fopen(path, "r");
    assert_non_null(from);
    snprintf(path, sizeof path, "%s/%s", folder, place);
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    fputs("# changed here\n", to);
    while (fgets(line, sizeof line, from) != NULL)
        if (edition != NULL && strstr(line, ", edition ") != NULL)
            fputs(edition, to);
        else
            fputs(line, to);
    fclose(from);
    fclose(to);
}

static void copies_of_another_edition_are_noticed_and_an_administrators_changes_are_not(void **state)
{
    (void)state;
    char folder[] = "/tmp/nginx-files-XXXXXX", path[256];
    assert_non_null(mkdtemp(folder));
    assert_false(nginx_files_old(folder, SHIPPED)); /* nginx is elsewhere */
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%.*s", folder, (int)strcspn(places[i], "/"), places[i]);
        mkdir(path, 0700);
        copy(folder, places[i], NULL);
    }
    assert_false(nginx_files_old(folder, SHIPPED));
    for (size_t i = 0; i < 2; i++) {
        copy(folder, places[i], "# contact-gateway's nginx files, edition 1.\n");
        assert_true(nginx_files_old(folder, SHIPPED));
        copy(folder, places[i], ""); /* of before editions were stated */
        assert_true(nginx_files_old(folder, SHIPPED));
        copy(folder, places[i], NULL);
    }
    assert_false(nginx_files_old(folder, SHIPPED));
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, places[i]);
        unlink(path);
        *strrchr(path, '/') = '\0';
        rmdir(path);
    }
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_of_another_edition_are_noticed_and_an_administrators_changes_are_not)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
