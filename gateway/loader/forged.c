/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/loader/forged.h"

#include <string.h>

#include "common/cms_profile.h"

enum forgery { FORGED_CIPHER, FORGED_TAG };

static const char text[] = "a message that nobody forged, longer than one block of the cipher";

static enum err_code seal_genuine(X509 *certificate, struct buf *out, struct err *err)
{
    struct cms_sealer *sealer = NULL;
    EVP_PKEY *key = key_new_p256();
    X509 *seal = key != NULL ? certificate_self_signed(key, "forged", 1) : NULL;
    enum err_code code = seal == NULL ? err_set(err, ERR_INTERNAL, "no seal key for the forged vectors")
                                      : cms_sealer_new(key, seal, &certificate, 1, &sealer, err);
    if (code == OK)
        code = cms_seal(sealer, text, sizeof text, out, err);
    cms_sealer_free(sealer);
    X509_free(seal);
    EVP_PKEY_free(key);
    return code;
}

/* aes256-GCM becomes aes256-OFB, in place: parameters and lengths still fit. */
static void rewrite_cipher(struct buf *der)
{
    static const uint8_t gcm[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e};
    uint8_t *at = memmem(der->data, der->len, gcm, sizeof gcm);
    if (at != NULL)
        at[sizeof gcm - 1] = 0x2b;
}

/* Subtracts from a two-byte DER length. */
static void shorten(uint8_t *length, unsigned by)
{
    unsigned value = (unsigned)(length[0] << 8 | length[1]) - by;
    length[0] = (uint8_t)(value >> 8);
    length[1] = (uint8_t)value;
}

/* The last element loses 15 of its 16 bytes, and the three around it as much: ContentInfo, [0],
 * AuthEnvelopedData. */
static void cut_tag(struct buf *der)
{
    const unsigned cut = GCM_TAG_SIZE - 1;
    uint8_t *d = der->data;
    if (d[1] != 0x82 || d[18] != 0x82 || d[22] != 0x82 || der->len < 256)
        return; /* not as cms_seal writes it: forged_check then finds a vector that opens */
    shorten(d + 2, cut);
    shorten(d + 19, cut);
    shorten(d + 23, cut);
    d[der->len - GCM_TAG_SIZE - 1] = 1;
    der->len -= cut;
}

/* Appends a message sealed to certificate and then forged. */
static enum err_code forged_make(enum forgery kind, X509 *certificate, struct buf *out, struct err *err)
{
    BUF_CLEANUP struct buf der = BUF_INIT(65536);
    enum err_code code = seal_genuine(certificate, &der, err);
    if (code != OK)
        return code;
    if (kind == FORGED_CIPHER)
        rewrite_cipher(&der);
    else
        cut_tag(&der);
    buf_append(out, der.data, der.len);
    return buf_ok(out) ? OK : err_set(err, ERR_INTERNAL, "no memory for the forged vectors");
}

/* Past the profile: the opener by itself must insist on the whole tag. */
static bool takes_cut_tag(const struct buf *der, EVP_PKEY *key, X509 *certificate)
{
    struct cms_envelope envelope;
    BUF_CLEANUP struct buf out = BUF_INIT(65536);
    if (!cms_profile_envelope(der->data, der->len, &envelope))
        return true;
    envelope.tag.len = 1;
    return cms_open_envelope(&envelope, key, certificate, &out, NULL) == OK;
}

static enum err_code check_with(opener_fn *opener, EVP_PKEY *key, X509 *certificate, struct err *err)
{
    static const char *const names[] = {"rewritten cipher", "tag of one byte"};
    BUF_CLEANUP struct buf genuine = BUF_INIT(65536), out = BUF_INIT(65536);
    enum err_code code = seal_genuine(certificate, &genuine, err);
    if (code != OK)
        return code;
    if (opener(genuine.data, genuine.len, key, certificate, &out, NULL) != OK)
        return err_set(err, ERR_CONFIG, "this machine's libcrypto does not open a genuine batch");
    if (takes_cut_tag(&genuine, key, certificate))
        return err_set(err, ERR_CONFIG, "the opener accepts a tag of one byte");
    for (int kind = FORGED_CIPHER; kind <= FORGED_TAG; kind++) {
        BUF_CLEANUP struct buf forged = BUF_INIT(65536);
        code = forged_make((enum forgery)kind, certificate, &forged, err);
        if (code != OK)
            return code;
        buf_clear(&out);
        if (opener(forged.data, forged.len, key, certificate, &out, NULL) != OK)
            continue;
        err_set(err, ERR_CONFIG, "the opener accepts a forged batch: %s", names[kind]);
        return err_hint(err, "do not load anything: libcrypto or this program is not what was tested");
    }
    return OK;
}

enum err_code forged_check(opener_fn *opener, struct err *err)
{
    EVP_PKEY *key = key_new_p256();
    X509 *certificate = key != NULL ? certificate_self_signed(key, "forged", 1) : NULL;
    enum err_code code = certificate == NULL ? err_set(err, ERR_INTERNAL, "no key for the forged vectors")
                                             : check_with(opener, key, certificate, err);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return code;
}
