/* SPDX-License-Identifier: Apache-2.0 */
/* A first mapping out of a database that nobody has described. It alone reads columns that no mapping names:
 * a few rows of each table, whose values are counted by their looks and forgotten. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/commands.h"
#include "agent/discover/draft.h"
#include "agent/discover/values.h"
#include "agent/settings_source.h"
#include "contact/language.h"
#include "contact/mem.h"

#define MODEL_FILE "contact-1.yaml"

static enum err_code print_draft(const struct plan *plan, struct err *err)
{
    struct buf out BUF_CLEANUP = BUF_INIT(DRAFT_MAX);
    draft_write(plan, &out);
    if (!buf_ok(&out))
        return err_set(err, ERR_INTERNAL, "a draft too long to write");
    if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
        return err_set(err, ERR_FULL, "cannot write the draft");
    return OK;
}

static void say_what_follows(void)
{
    fprintf(stderr,
            _("contact-agent: read every line of the draft; contact-agent discover --values shows the "
              "values that it asks for\n"));
}

static enum err_code discover(const struct settings *settings, const struct model *model, bool values,
                              struct err *err)
{
    const struct source_options options = settings_source(settings);
    struct source *source = NULL;
    struct schema *schema = NULL;
    struct plan *plan = NULL;
    enum err_code code = source_open(&options, &source, err);
    if (code == OK)
        code = schema_read(source, model, &schema, err);
    if (code == OK)
        code = plan_make(schema, model, &plan, err);
    if (code == OK)
        code = values ? values_print(source, plan, err) : print_draft(plan, err);
    plan_free(plan);
    schema_free(schema);
    source_close(source);
    return code;
}

static struct model *open_model(const struct settings *settings, struct problems *problems)
{
    struct buf path BUF_CLEANUP = BUF_INIT(4096);
    buf_printf(&path, "%s/%s", settings->model_folder, MODEL_FILE);
    return model_load(buf_text(&path), problems);
}

/* Values are for the eyes of who writes the mapping: not for a file, nor another program. */
static bool is_shown(bool values)
{
    if (!values || isatty(STDOUT_FILENO))
        return true;
    fputs(_("contact-agent: discover --values writes on a terminal only\n"
            "    HINT: type it without > or |\n"),
          stderr);
    return false;
}

static int discover_now(bool values)
{
    struct invocation invocation;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    mem_forbid_dumps();
    struct err err = {0};
    struct problems problems PROBLEMS_CLEANUP = {0};
    struct model *model = open_model(&invocation.settings, &problems);
    problems_print(&problems, stderr);
    enum err_code code = model == NULL ? problems_result(&problems, &err)
                                       : discover(&invocation.settings, model, values, &err);
    model_free(model);
    invocation_end(&invocation);
    return code == OK ? EX_OK : command_failed("discover", &err);
}

/* As collect's user, who writes nothing where settings are: into memory, for who typed the command. */
static int draft_part(void *context)
{
    if (dup2(*(const int *)context, STDOUT_FILENO) < 0)
        return EX_OSERR;
    return discover_now(false);
}

static enum err_code not_there(const char *path, struct err *err)
{
    if (access(path, F_OK) != 0)
        return OK;
    err_set(err, ERR_CONFIG, "%s is there already", path);
    return err_hint(err, "name another file");
}

/* Asked before a database is read for nothing. */
static enum err_code can_be_made(const char *path, struct err *err)
{
    char folder[4096];
    const char *end = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", end == NULL ? 1 : (int)(end - path) + 1,
             end == NULL ? "." : path);
    if (*path != '\0' && access(folder, W_OK) == 0)
        return not_there(path, err);
    err_set(err, ERR_CONFIG, "cannot write %s: %s", path, *path == '\0' ? strerror(ENOENT) : strerror(errno));
    return err_hint(err, "name a file in a folder that is there and yours");
}

static enum err_code keep_draft(int memory, const char *path, struct err *err)
{
    struct buf draft BUF_CLEANUP = BUF_INIT(DRAFT_MAX);
    char name[32];
    snprintf(name, sizeof name, "/proc/self/fd/%d", memory);
    enum err_code code = buf_read_file(&draft, name, err);
    if (code == OK)
        code = not_there(path, err);
    return code == OK ? buf_write_file(&draft, path, 0644, err) : code; /* collect is to read it */
}

/* The file is there with all of the draft, or not at all: an empty one would pass for a mapping. */
static int discover_into(const char *path)
{
    struct err err = {0};
    if (can_be_made(path, &err) != OK)
        return command_failed("discover", &err);
    int memory = memfd_create("draft", MFD_CLOEXEC);
    if (memory < 0) {
        err_set(&err, ERR_INTERNAL, "no room in memory for a draft: %s", strerror(errno));
        err_hint(&err, "without --out it is written to the terminal");
        return command_failed("discover", &err);
    }
    int status = user_part(draft_part, &memory);
    if (status == EX_OK && keep_draft(memory, path, &err) != OK)
        status = command_failed("discover", &err);
    else if (status == EX_OK)
        say_what_follows();
    close(memory);
    return status;
}

int cmd_discover(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--out") == 0)
        return discover_into(argv[2]);
    bool values = argc == 2 && strcmp(argv[1], "--values") == 0;
    if (argc > 1 && !values)
        return command_usage(argv[0], argc == 2 && strcmp(argv[1], "--out") == 0 ? "" : argv[1]);
    if (!is_shown(values))
        return EX_USAGE;
    int status = discover_now(values);
    if (status == EX_OK && !values)
        say_what_follows();
    return status;
}
