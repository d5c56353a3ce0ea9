/* SPDX-License-Identifier: Apache-2.0 */
/* key: the root key's copies, and another one. It is never in an argument, a variable, a log or a file but
 * its own: paper, or sealed to a certificate. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "agent/ask.h"
#include "agent/collect/collect.h"
#include "agent/collect/trail.h"
#include "agent/commands.h"
#include "agent/key_prompt.h"
#include "agent/report.h"
#include "contact/civil.h"
#include "contact/clock.h"
#include "contact/cms.h"
#include "contact/json.h"
#include "contact/language.h"

#define TEXT_MAX 4096
#define SEALED_MAX 65536
#define JSON_MAX 4096
#define TRIES 3

/* Written without stdio, whose buffer would keep the key. */
static bool write_out(const struct buf *text)
{
    for (size_t at = 0; at < text->len;) {
        ssize_t done = write(STDOUT_FILENO, text->data + at, text->len - at);
        if (done <= 0)
            return false;
        at += (size_t)done;
    }
    return true;
}

/* The text of a backup: labels hold a colon, the other lines are the key. */
static void compose(const struct key_paper *paper, const struct key_standing *standing, struct buf *out)
{
    char groups[KEY_PAPER_GROUPS][KEY_PAPER_GROUP + 1], day[DAY_TEXT], check[17];
    key_paper_write(paper, groups);
    day_format((int32_t)(clock_wall_s() / 86400), day);
    hex_encode(standing->check, sizeof standing->check, check);
    buf_printf(out, _("contact-agent: root key of site %s, epoch %u, check value %s, copied on %s\n\n"),
               standing->site, standing->epoch, check, day);
    for (unsigned i = 0; i < KEY_PAPER_GROUPS; i++)
        buf_printf(out, "%s%s%s", i % 7 == 0 ? "    " : " ", groups[i], i % 7 == 6 ? "\n" : "");
    wipe(groups, sizeof groups);
}

/* A person who copies can err: one group, drawn by lot, is asked of the paper. */
static bool copy_holds(const struct key_paper *paper)
{
    char groups[KEY_PAPER_GROUPS][KEY_PAPER_GROUP + 1];
    BUF_CLEANUP struct buf line = BUF_INIT(TEXT_MAX);
    unsigned place = random_below(KEY_PAPER_GROUPS);
    bool good = false;
    key_paper_write(paper, groups);
    for (int tries = 0; tries < TRIES && !good; tries++) {
        printf(_("From your copy, please type group %u (line %u, number %u): "), place + 1, place / 7 + 1,
               place % 7 + 1);
        fflush(stdout);
        if (!key_prompt_line(&line))
            break;
        good = key_paper_group_holds(buf_text(&line), place);
        for (size_t i = 0; good && i < KEY_PAPER_GROUP; i++) /* O for 0 is no error */
            good = base32_value(buf_text(&line)[i]) == base32_value(groups[place][i]);
    }
    wipe(groups, sizeof groups);
    return good;
}

/* On the terminal's other screen, which leaves nothing in its history. */
static bool show_on_terminal(const struct key_paper *paper, struct buf *text)
{
    BUF_CLEANUP struct buf line = BUF_INIT(TEXT_MAX);
    BUF_CLEANUP struct buf screen = BUF_INIT(2 * TEXT_MAX);
    buf_puts(&screen, "\033[?1049h\033[H");
    buf_append(&screen, text->data, text->len);
    buf_puts(
        &screen,
        _("\nCopy it by hand: two lines of seven groups. Put the paper into a sealed envelope, in a safe.\n"
          "Whoever has it and the warehouse's data can find patients again. Press Enter when it is done."));
    ask_hold();
    bool shown = write_out(&screen) && key_prompt_line(&line);
    buf_wipe(&screen);
    buf_puts(&screen, "\033[?1049l");
    shown = write_out(&screen) && shown;
    ask_release();
    puts(_("If this terminal is recorded or keeps a history (scrollback, tmux, a serial console), clear it "
           "now."));
    return shown && copy_holds(paper);
}

static enum err_code seal_to(X509 *certificate, struct buf *text, struct err *err)
{
    BUF_CLEANUP struct buf der = BUF_INIT(SEALED_MAX);
    enum err_code code = cms_encrypt(&certificate, 1, text->data, text->len, &der, err);
    buf_wipe(text);
    if (code != OK)
        return code;
    BIO *bio = BIO_new(BIO_s_mem());
    char *pem = NULL;
    long len = 0;
    if (bio != NULL && PEM_write_bio(bio, "CMS", "", der.data, (long)der.len) > 0)
        len = BIO_get_mem_data(bio, &pem);
    if (len > 0)
        buf_append(text, pem, (size_t)len);
    BIO_free(bio);
    return len > 0 && buf_ok(text) ? OK : err_set(err, ERR_INTERNAL, "PEM encoding failed");
}

static enum err_code give(const struct key_paper *paper, X509 *to, struct buf *text, struct err *err)
{
    if (to != NULL) {
        enum err_code code = seal_to(to, text, err);
        if (code != OK)
            return code;
    } else if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        if (show_on_terminal(paper, text))
            return OK;
        err_set(err, ERR_REJECTED, "the copy is not the key: it does not count as a backup");
        return err_hint(err, "contact-agent key backup");
    }
    return write_out(text) ? OK : err_set(err, ERR_FULL, "cannot write the backup");
}

static enum err_code backup(const struct settings *settings, X509 *to, struct err *err)
{
    struct key_standing standing;
    struct key_paper paper;
    BUF_CLEANUP struct buf text = BUF_INIT(SEALED_MAX);
    enum err_code code = collect_key_standing(settings, &standing, err);
    if (code == OK)
        code = collect_key_read(settings, paper.root, &paper.epoch, err);
    if (code != OK)
        return code;
    compose(&paper, &standing, &text);
    code = give(&paper, to, &text, err);
    wipe(&paper, sizeof paper);
    const char *how = to == NULL ? "paper" : "sealed";
    const struct trail_entry entry = {.what = "key backup", .who = ask_who(NULL), .detail = how, .count = 1};
    if (code == OK)
        code = trail_note(settings, &entry, err);
    return code == OK ? collect_key_noted(settings, how, err) : code;
}

/* Into a pipe or a file, a key goes only when that was said. */
static int backup_unsaid(void)
{
    fputs(_("contact-agent: key backup: this is no terminal, and how to copy the key was not said\n"
            "    HINT: on a terminal: contact-agent key backup; to a printer: --paper; sealed: --to "
            "CERTIFICATE\n"),
          stderr);
    return EX_USAGE;
}

/* The certificate is read as whoever typed the command: it may lie in their home. */
static int cmd_backup(int argc, char **argv)
{
    const char *path = NULL;
    bool paper = false;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--paper") == 0)
            paper = true;
        else if (strcmp(argv[i], "--to") == 0 && i + 1 < argc)
            path = argv[++i];
        else
            return command_usage("key", argv[i]);
    }
    if (path != NULL && paper)
        return command_usage("key", "--paper with --to");
    if (path == NULL && !paper && !isatty(STDOUT_FILENO))
        return backup_unsaid();
    struct err err;
    X509 *to = NULL;
    enum err_code code = path == NULL ? OK : pem_read_certificate(path, &to, &err);
    struct invocation invocation;
    if (code == OK && !invocation_begin(&invocation, USER_COLLECT)) {
        X509_free(to);
        return EX_CONFIG;
    }
    if (code == OK) {
        code = backup(&invocation.settings, to, &err);
        invocation_end(&invocation);
    }
    X509_free(to);
    if (code != OK)
        return command_failed("key backup", &err);
    fputs(_("contact-agent: the backup is noted. Keep a copy of objections.db too (contact-agent(1), "
            "FILES).\n"),
          stderr);
    return EX_OK;
}

static int restore_part(void *context)
{
    (void)context;
    struct invocation invocation;
    struct key_paper paper;
    struct err err;
    bool same = false;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    enum err_code code = key_prompt(&paper, &err);
    if (code == OK) {
        code = collect_key_restore(&invocation.settings, paper.root, paper.epoch, ask_who(NULL), &same, &err);
        wipe(&paper, sizeof paper);
    }
    if (code == OK && collect_key_noted(&invocation.settings, "restored", NULL) != OK)
        code = OK; /* not enrolled yet: it will be asked for at approve */
    invocation_end(&invocation);
    if (code != OK)
        return command_failed("key restore", &err);
    puts(same ? _("This machine has this key already.") : _("The root key is restored."));
    return EX_OK;
}

/* The services know a key from their start. */
static int cmd_restore(int argc, char **argv)
{
    if (argc > 2)
        return command_usage("key", argv[2]);
    bool stopped = command_services("stop");
    int status = user_part(restore_part, NULL);
    if (stopped)
        (void)command_services("start");
    if (status == EX_OK)
        puts(_("Next: contact-agent"));
    return status;
}

static const char *backup_words(const char *how)
{
    return strcmp(how, "paper") == 0    ? _("on paper")
           : strcmp(how, "sealed") == 0 ? _("sealed to a certificate")
                                        : _("this key came from its backup");
}

static void print_centre(const struct key_standing *s)
{
    switch (s->centre) {
    case KEY_NOT_SAID:
        break;
    case KEY_SAME:
        puts(_("The centre knows this key."));
        break;
    case KEY_NEWER:
        printf(_("The centre knows epoch %u so far: this one waits until the central team accepts it.\n"),
               s->centre_epoch);
        break;
    case KEY_OTHER:
    case KEY_OLDER:
        printf(_("The centre knows another key, of epoch %u: nothing is read or sent under this one.\n"
                 "  Its backup is in the safe: contact-agent key restore\n"
                 "  It is lost for good:       contact-agent key new-epoch\n"),
               s->centre_epoch);
        break;
    }
}

static void print_standing(const struct key_standing *s)
{
    char check[17], day[DAY_TEXT];
    hex_encode(s->check, sizeof s->check, check);
    printf(_("Site %s, key epoch %u, check value %s\n"), s->site, s->epoch, check);
    print_centre(s);
    if (s->backup[0] == '\0') {
        puts(_(
            "There is no backup. Without one, a replacement machine would make every patient a stranger.\n\n"
            "Next: contact-agent key backup"));
        return;
    }
    day_format((int32_t)(s->backup_at_s / 86400), day);
    printf(_("Backup: %s, %s\n"), day, backup_words(s->backup));
}

static void print_json(const struct key_standing *s)
{
    static const char *const agreements[] = {[KEY_NOT_SAID] = "",
                                             [KEY_SAME] = "same",
                                             [KEY_NEWER] = "newer",
                                             [KEY_OTHER] = "other",
                                             [KEY_OLDER] = "older"};
    BUF_CLEANUP struct buf text = BUF_INIT(JSON_MAX);
    struct json j = JSON(&text);
    json_begin_object(&j);
    json_kv_string(&j, "site", s->site);
    json_kv_int(&j, "epoch", s->epoch);
    json_key(&j, "check");
    json_hex(&j, s->check, sizeof s->check);
    json_kv_string(&j, "centre", agreements[s->centre]);
    json_kv_int(&j, "centre_epoch", s->centre_epoch);
    json_kv_string(&j, "backup", s->backup);
    json_kv_int(&j, "backup_at", s->backup_at_s);
    json_end_object(&j);
    report_json(&text);
}

static int cmd_standing(int argc, char **argv)
{
    bool as_json = argc == 3 && strcmp(argv[2], "--json") == 0;
    if (argc > 2 && !as_json)
        return command_usage("key", argv[2]);
    struct invocation invocation;
    struct key_standing standing;
    struct err err;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    enum err_code code = collect_key_standing(&invocation.settings, &standing, &err);
    invocation_end(&invocation);
    if (code != OK)
        return command_failed("key status", &err);
    if (as_json)
        print_json(&standing);
    else
        print_standing(&standing);
    return EX_OK;
}

struct new_epoch {
    bool sure, lost;
};

static int new_epoch_part(void *context)
{
    const struct new_epoch *n = context;
    struct invocation invocation;
    struct err err;
    unsigned epoch = 0;
    puts(_(
        "Another root key is made, of the next epoch. This is for a key that others may know, or that is "
        "lost.\n"
        "  - every patient and record gets another pseudonym; all of history is sent anew, and what the "
        "warehouse holds\n"
        "    under the former ones goes as its days are replaced\n"
        "  - the centre loads nothing of it before the central team has accepted the new key, by telephone\n"
        "  - copies of the former key are of no use afterwards: destroy them, and make a new one\n"));
    if (n->lost)
        puts(_("Nothing reads the register of objections any more: an empty one takes its place. Before "
               "contact-agent resume,\n"
               "enter again who objected here.\n"));
    if (!n->sure && !ask_yes(_("Make another root key? (yes/no)")))
        return EX_NOPERM;
    if (!invocation_begin(&invocation, USER_COLLECT))
        return EX_CONFIG;
    enum err_code code = collect_key_new_epoch(&invocation.settings, n->lost, ask_who(NULL), &epoch, &err);
    struct key_standing standing;
    if (code == OK)
        code = collect_key_standing(&invocation.settings, &standing, &err);
    invocation_end(&invocation);
    if (code != OK)
        return command_failed("key new-epoch", &err);
    print_standing(&standing);
    puts(
        _("Read epoch and check value out to the central team, who accept them: contact-gateway key accept"));
    if (n->lost)
        puts(_("This site is paused. Enter again who objected here (contact-agent object add), then "
               "contact-agent "
               "resume."));
    return EX_OK;
}

static int cmd_new_epoch(int argc, char **argv)
{
    struct new_epoch n = {.sure = false};
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "--yes") == 0)
            n.sure = true;
        else if (strcmp(argv[i], "--lost") == 0)
            n.lost = true;
        else
            return command_usage("key", argv[i]);
    bool stopped = command_services("stop");
    int status = user_part(new_epoch_part, &n);
    if (stopped)
        (void)command_services("start");
    return status;
}

int cmd_key(int argc, char **argv)
{
    static const struct {
        const char *verb;
        int (*run)(int argc, char **argv);
    } verbs[] = {{"backup", cmd_backup},
                 {"restore", cmd_restore},
                 {"status", cmd_standing},
                 {"new-epoch", cmd_new_epoch}};
    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(argv[1], verbs[i].verb) == 0)
            return verbs[i].run(argc, argv);
    return command_usage(argv[0], argc > 1 ? argv[1] : "");
}
