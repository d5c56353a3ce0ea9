/* SPDX-License-Identifier: Apache-2.0 */
/* The DER profile meets every byte that anyone uploads. What it accepts must lie within the input, and must
 * be opened, or refused, without harm. */
#include <stdlib.h>

#include "common/cms_profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void within(const struct der_span *span, const uint8_t *data, size_t size)
{
    if (span->data < data || span->len > size || span->data + span->len > data + size)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static EVP_PKEY *key;
    static X509 *certificate;
    struct cms_envelope envelope;
    struct cms_signed signed_data;
    if (key == NULL) {
        key = key_new_p256();
        certificate = certificate_self_signed(key, "fuzz", 1);
    }
    if (cms_profile_envelope(data, size, &envelope)) {
        BUF_CLEANUP struct buf out = BUF_INIT(4096 + size);
        if (envelope.recipient_count < 1 || envelope.recipient_count > CMS_RECIPIENTS_MAX ||
            envelope.tag.len != GCM_TAG_SIZE || envelope.nonce.len != GCM_NONCE_SIZE)
            abort();
        within(&envelope.ciphertext, data, size);
        within(&envelope.tag, data, size);
        within(&envelope.nonce, data, size);
        for (size_t i = 0; i < envelope.recipient_count; i++)
            within(&envelope.recipients[i].encrypted_key, data, size);
        if (cms_open_envelope(&envelope, key, certificate, &out, NULL) == OK)
            abort(); /* nobody sealed anything to this key */
    }
    if (cms_profile_signed(data, size, &signed_data)) {
        within(&signed_data.content, data, size);
        within(&signed_data.signature, data, size);
        if (cms_check_signed(&signed_data, &certificate, 1, NULL) == OK)
            abort();
    }
    return 0;
}
