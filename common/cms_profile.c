/* SPDX-License-Identifier: Apache-2.0 */
#include "common/cms_profile.h"

#include "common/der.h"

/* Encoded whole, tag and length included: what may stand there is compared, not parsed. */
static const uint8_t oid_data[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01};
static const uint8_t oid_signed[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
static const uint8_t oid_envelope[] = {0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                       0x0d, 0x01, 0x09, 0x10, 0x01, 0x17};
static const uint8_t oid_aes256_gcm[] = {0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e};
static const uint8_t alg_sha256[] = {0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
                                     0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
static const uint8_t alg_ecdsa_sha256[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                           0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
/* dhSinglePass-stdDH-sha256kdf-scheme { id-aes256-wrap } (RFC 5753) */
static const uint8_t alg_agreement[] = {0x30, 0x15, 0x06, 0x06, 0x2b, 0x81, 0x04, 0x01,
                                        0x0b, 0x01, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86,
                                        0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2d};
/* id-ecPublicKey without parameters: the curve is the recipient's. */
static const uint8_t alg_ec_key[] = {0x30, 0x09, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
/* id-RSAES-OAEP { sha256, mgf1 { sha256 } } (RFC 4055) */
static const uint8_t alg_oaep[] = {0x30, 0x38, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
                                   0x07, 0x30, 0x2b, 0xa0, 0x0d, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
                                   0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0xa1, 0x1a, 0x30, 0x18, 0x06, 0x09,
                                   0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0b, 0x06,
                                   0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
static const uint8_t version_0[] = {0x02, 0x01, 0x00};
static const uint8_t version_2[] = {0x02, 0x01, 0x02};
static const uint8_t version_3[] = {0x02, 0x01, 0x03};
static const uint8_t tag_length_16[] = {0x02, 0x01, GCM_TAG_SIZE};

#define EXPECT(cursor, constant) der_expect(cursor, constant, sizeof(constant))

/* The content of an element that must be of min to max bytes. */
static struct der_span take_span(struct der *d, enum der_tag tag, size_t min, size_t max)
{
    struct der inner = der_take(d, tag);
    size_t len = der_left(&inner);
    if (len < min || len > max)
        d->failed = true;
    return d->failed ? (struct der_span){0} : (struct der_span){inner.at, len};
}

static void read_rsa(struct der *info, struct cms_recipient *ret)
{
    ret->kind = RECIPIENT_RSA;
    EXPECT(info, version_2);
    ret->key_id = take_span(info, DER_CONTEXT_0, 1, KEY_ID_MAX);
    EXPECT(info, alg_oaep);
    ret->encrypted_key = take_span(info, DER_OCTET_STRING, 384, 1024); /* RSA of 3072 to 8192 bits */
    der_finish(info);
}

static void read_ec(struct der *info, struct cms_recipient *ret)
{
    ret->kind = RECIPIENT_EC;
    EXPECT(info, version_3);
    struct der originator = der_take(info, DER_CONTEXT_0_CONS);
    struct der key = der_take(&originator, DER_CONTEXT_1_CONS);
    der_finish(&originator);
    EXPECT(&key, alg_ec_key);
    struct der_span bits = take_span(&key, DER_BIT_STRING, 66, 66);
    der_finish(&key);
    if (bits.len == 66 && bits.data[0] == 0 && bits.data[1] == 4) /* no unused bit, uncompressed */
        ret->public_point = (struct der_span){bits.data + 1, 65};
    else
        info->failed = true;
    EXPECT(info, alg_agreement);
    struct der keys = der_take(info, DER_SEQUENCE);
    der_finish(info);
    struct der one = der_take(&keys, DER_SEQUENCE);
    der_finish(&keys);
    struct der rid = der_take(&one, DER_CONTEXT_0_CONS);
    ret->key_id = take_span(&rid, DER_OCTET_STRING, 1, KEY_ID_MAX);
    der_finish(&rid);
    ret->encrypted_key = take_span(&one, DER_OCTET_STRING, WRAPPED_SIZE, WRAPPED_SIZE);
    der_finish(&one);
    der_inherit(info, &originator);
    der_inherit(info, &key);
    der_inherit(info, &keys);
    der_inherit(info, &rid);
    der_inherit(info, &one);
}

static void read_recipients(struct der *set, struct cms_envelope *ret)
{
    while (!set->failed && der_left(set) > 0) {
        if (ret->recipient_count == CMS_RECIPIENTS_MAX) {
            set->failed = true;
            return;
        }
        struct cms_recipient *recipient = &ret->recipients[ret->recipient_count++];
        bool ec = der_next_is(set, DER_CONTEXT_1_CONS);
        struct der info = der_take(set, ec ? DER_CONTEXT_1_CONS : DER_SEQUENCE);
        if (ec)
            read_ec(&info, recipient);
        else
            read_rsa(&info, recipient);
        der_inherit(set, &info);
    }
    if (ret->recipient_count == 0)
        set->failed = true;
}

/* ContentInfo { oid, [0] { SEQUENCE … } }: the inner sequence, with nothing after it anywhere. */
static struct der unwrap_content_info(const void *der, size_t len, const uint8_t *oid, size_t oid_len)
{
    struct der all = DER(der, len);
    struct der info = der_take(&all, DER_SEQUENCE);
    der_finish(&all);
    der_expect(&info, oid, oid_len);
    struct der wrapped = der_take(&info, DER_CONTEXT_0_CONS);
    der_finish(&info);
    struct der body = der_take(&wrapped, DER_SEQUENCE);
    der_finish(&wrapped);
    body.failed |= all.failed || info.failed || wrapped.failed;
    return body;
}

bool cms_profile_envelope(const void *der, size_t len, struct cms_envelope *ret)
{
    struct cms_envelope envelope = {0};
    struct der body = unwrap_content_info(der, len, oid_envelope, sizeof oid_envelope);
    EXPECT(&body, version_0);
    struct der recipients = der_take(&body, DER_SET);
    read_recipients(&recipients, &envelope);
    struct der content = der_take(&body, DER_SEQUENCE);
    envelope.tag = take_span(&body, DER_OCTET_STRING, GCM_TAG_SIZE, GCM_TAG_SIZE);
    der_finish(&body);
    EXPECT(&content, oid_data);
    struct der algorithm = der_take(&content, DER_SEQUENCE);
    envelope.ciphertext = take_span(&content, DER_CONTEXT_0, 1, len);
    der_finish(&content);
    EXPECT(&algorithm, oid_aes256_gcm);
    struct der parameters = der_take(&algorithm, DER_SEQUENCE);
    der_finish(&algorithm);
    envelope.nonce = take_span(&parameters, DER_OCTET_STRING, GCM_NONCE_SIZE, GCM_NONCE_SIZE);
    EXPECT(&parameters, tag_length_16);
    der_finish(&parameters);
    if (body.failed || recipients.failed || content.failed || algorithm.failed || parameters.failed)
        return false;
    *ret = envelope;
    return true;
}

bool cms_profile_signed(const void *der, size_t len, struct cms_signed *ret)
{
    struct cms_signed result = {0};
    struct der body = unwrap_content_info(der, len, oid_signed, sizeof oid_signed);
    EXPECT(&body, version_3);
    struct der digests = der_take(&body, DER_SET);
    EXPECT(&digests, alg_sha256);
    der_finish(&digests);
    struct der content = der_take(&body, DER_SEQUENCE);
    EXPECT(&content, oid_data);
    struct der wrapped = der_take(&content, DER_CONTEXT_0_CONS);
    der_finish(&content);
    result.content = take_span(&wrapped, DER_OCTET_STRING, 1, len);
    der_finish(&wrapped);
    struct der signers = der_take(&body, DER_SET);
    der_finish(&body);
    struct der signer = der_take(&signers, DER_SEQUENCE);
    der_finish(&signers);
    EXPECT(&signer, version_3);
    result.key_id = take_span(&signer, DER_CONTEXT_0, 1, KEY_ID_MAX);
    EXPECT(&signer, alg_sha256);
    EXPECT(&signer, alg_ecdsa_sha256);
    result.signature = take_span(&signer, DER_OCTET_STRING, 8, 72); /* two integers of P-256 */
    der_finish(&signer);
    if (body.failed || digests.failed || content.failed || wrapped.failed || signers.failed || signer.failed)
        return false;
    *ret = result;
    return true;
}
