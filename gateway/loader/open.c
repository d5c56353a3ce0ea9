/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/open.h"

#include <string.h>

#include "common/cms_profile.h"

void opened_init(struct opened *o)
{
    memset(o, 0, sizeof *o);
    o->inner = BUF_INIT(BATCH_MAX_BYTES);
    o->inflated = BUF_INIT(BATCH_MAX_INFLATED + 4096);
}

void opened_free(struct opened *o)
{
    buf_free(&o->inner);
    buf_free(&o->inflated);
}

/* Whether the outermost element announces more bytes than there are. */
static bool cut_short(const uint8_t *der, size_t len)
{
    if (len < 2)
        return true;
    size_t octets = der[1] >= 0x80 ? der[1] & 0x7fU : 0, size = octets == 0 ? der[1] : 0;
    if (der[0] != 0x30 || octets > 4 || der[1] == 0x80)
        return false; /* another fault, for the profile to name */
    if (len < 2 + octets)
        return true;
    for (size_t i = 0; i < octets; i++)
        size = size << 8 | der[2 + i];
    return len < 2 + octets + size;
}

static bool decrypt_by(const struct loader_keys *keys, const struct cms_envelope *envelope, struct buf *out)
{
    for (size_t i = 0; i < keys->recipient_count; i++)
        if (cms_open_envelope(envelope, keys->recipients[i].key, keys->recipients[i].certificate, out,
                              NULL) == OK)
            return true;
    return false;
}

static enum err_code decrypt(struct loader_keys *keys, const void *der, size_t len, struct buf *out,
                             struct err *err)
{
    struct cms_envelope envelope;
    if (len > BATCH_MAX_BYTES)
        return err_refuse(err, "too-large");
    if (cut_short(der, len))
        return err_refuse(err, "truncated");
    if (!cms_profile_envelope(der, len, &envelope))
        return err_refuse(err, "profile");
    if (decrypt_by(keys, &envelope, out) || (loader_keys_more(keys) && decrypt_by(keys, &envelope, out)))
        return OK;
    return err_refuse(err, "decrypt");
}

static enum err_code check_signature(const struct opening *opening, const struct cms_signed *signed_data,
                                     struct err *err)
{
    if (cms_check_signed(signed_data, opening->seals->certificates, opening->seals->count, NULL) == OK)
        return OK;
    if (opening->offered != NULL && cms_check_signed(signed_data, &opening->offered, 1, NULL) == OK)
        return err_set(err, ERR_AUTH, "seal-not-accepted");
    return err_refuse(err, "signature");
}

static enum err_code check_place(const struct opening *opening, const struct manifest *manifest,
                                 struct err *err)
{
    if (strcmp(manifest->site, opening->site) != 0)
        return err_refuse(err, "wrong-site");
    if (strcmp(manifest->series, opening->series) != 0)
        return err_refuse(err, "wrong-series");
    if (manifest->seq != opening->seq)
        return err_refuse(err, "wrong-seq");
    return OK;
}

enum err_code open_batch(const struct opening *opening, const void *der, size_t len, struct opened *ret,
                         struct err *err)
{
    struct cms_signed signed_data;
    buf_clear(&ret->inner);
    buf_clear(&ret->inflated);
    enum err_code code = decrypt(opening->keys, der, len, &ret->inner, err);
    if (code != OK)
        return code;
    if (!cms_profile_signed(ret->inner.data, ret->inner.len, &signed_data))
        return err_refuse(err, "profile-signed");
    code = check_signature(opening, &signed_data, err);
    if (code == OK)
        code = batch_read(signed_data.content.data, signed_data.content.len, &ret->inflated, &ret->manifest,
                          &ret->lines, &ret->lines_len, err);
    return code == OK ? check_place(opening, &ret->manifest, err) : code;
}
