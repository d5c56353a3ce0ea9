/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/bundle.h"
#include "contact/language.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "contact/yaml.h"

#define HINT_AGAIN N_("ask the central team for this site's bundle again; it is used as it was sent")

static const char *const keys[] = {"site",           "url",        "code",    "ca",
                                   "warehouse_root", "recipients", "receipt", NULL};

/* The text of a scalar member, owned by the caller; NULL, with a problem, when it is not there. */
static char *member(const struct yaml *yaml, const char *key, struct problems *problems)
{
    struct yaml_node *node = yaml_get(yaml->root, key);
    if (!node || node->kind != YAML_SCALAR || node->text[0] == '\0') {
        yaml_problem(yaml, node ? node : yaml->root, problems, HINT_AGAIN, "the bundle lacks '%s'", key);
        return NULL;
    }
    return strdup(node->text);
}

/* https://host[:port], nothing else: a user, a password or a path has no business here. */
static bool url_valid(const char *url)
{
    static const char scheme[] = "https://";
    if (strncmp(url, scheme, sizeof(scheme) - 1) != 0)
        return false;
    const char *host = url + sizeof(scheme) - 1;
    for (const char *c = host; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr(".-:[]", *c))
            return false;
    return *host != '\0' && strlen(url) < 256;
}

static bool code_valid(const char *code)
{
    for (const char *c = code; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-')
            return false;
    return strlen(code) <= 128;
}

/* Shape only: what the blocks hold is judged by who uses them. */
static bool pem_valid(const char *text, const char *label)
{
    char begin[64];
    snprintf(begin, sizeof(begin), "-----BEGIN %s-----", label);
    return strncmp(text, begin, strlen(begin)) == 0;
}

static void check_members(const struct yaml *yaml, const struct bundle *b, struct problems *problems)
{
    const struct {
        const char *key;
        bool ok;
    } checks[] = {
        {"url", !b->url || url_valid(b->url)},
        {"code", !b->code || code_valid(b->code)},
        {"ca", !b->ca || pem_valid(b->ca, "CERTIFICATE")},
        {"warehouse_root", !b->warehouse_root || pem_valid(b->warehouse_root, "CERTIFICATE")},
        {"recipients", !b->recipients || pem_valid(b->recipients, "CERTIFICATE")},
        {"receipt", !b->receipt || pem_valid(b->receipt, "PUBLIC KEY")},
    };
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        if (!checks[i].ok)
            yaml_problem(yaml, yaml_get(yaml->root, checks[i].key), problems, HINT_AGAIN,
                         "'%s' is not what a bundle holds there", checks[i].key);
}

struct bundle *bundle_read(const char *path, struct problems *problems)
{
    size_t errors_before = problems->errors;
    struct yaml *yaml = yaml_load(path, problems);
    if (!yaml)
        return NULL;
    struct bundle *b = calloc(1, sizeof(*b));
    if (!b || !yaml->root || yaml->root->kind != YAML_MAP) {
        problems_add(problems, path, 0, 0, HINT_AGAIN, "this is not a bundle");
        yaml_free(yaml);
        free(b);
        return NULL;
    }
    char *site = member(yaml, "site", problems);
    if (site && site_valid(site))
        snprintf(b->site, sizeof(b->site), "%s", site);
    else if (site)
        yaml_problem(yaml, yaml_get(yaml->root, "site"), problems, HINT_AGAIN, "not a site's code");
    free(site);
    b->url = member(yaml, "url", problems);
    b->code = member(yaml, "code", problems);
    b->ca = member(yaml, "ca", problems);
    b->warehouse_root = member(yaml, "warehouse_root", problems);
    b->recipients = member(yaml, "recipients", problems);
    b->receipt = member(yaml, "receipt", problems);
    check_members(yaml, b, problems);
    yaml_report_unused(yaml, yaml->root, keys, problems);
    yaml_free(yaml);
    if (problems->errors == errors_before)
        return b;
    bundle_free(b);
    return NULL;
}

void bundle_free(struct bundle *bundle)
{
    if (!bundle)
        return;
    if (bundle->code)
        wipe(bundle->code, strlen(bundle->code));
    free(bundle->url);
    free(bundle->code);
    free(bundle->ca);
    free(bundle->warehouse_root);
    free(bundle->recipients);
    free(bundle->receipt);
    free(bundle);
}

static void write_block(struct buf *out, const char *key, const char *text)
{
    buf_printf(out, "%s: |\n", key);
    while (*text) {
        size_t len = strcspn(text, "\n");
        buf_puts(out, "  ");
        buf_append(out, text, len);
        buf_putc(out, '\n');
        text += len + (text[len] == '\n');
    }
}

void bundle_write(const struct bundle *bundle, struct buf *out)
{
    buf_puts(out, "# For the site named here alone. It holds a one-time code: send it by a safe way, delete "
                  "it when used.\n");
    buf_printf(out, "site: \"%s\"\n", bundle->site); /* quoted: a site may be called 'no' */
    buf_printf(out, "url: \"%s\"\n", bundle->url);
    buf_printf(out, "code: \"%s\"\n", bundle->code);
    write_block(out, "ca", bundle->ca);
    write_block(out, "warehouse_root", bundle->warehouse_root);
    write_block(out, "recipients", bundle->recipients);
    write_block(out, "receipt", bundle->receipt);
}
