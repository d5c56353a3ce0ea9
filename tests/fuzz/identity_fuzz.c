/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate header, in both its forms; and a certificate request's DER, as enrolment reads it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/identity.h"
#include "gateway/signer/csr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    X509_free(identity_parse(IDENTITY_X_SSL_CLIENT_CERT, text));
    X509_free(identity_parse(IDENTITY_CLIENT_CERT, text));
    free(text);
    X509_REQ *request = NULL;
    struct err err = {0};
    if (csr_parse(data, size, "lyon", &request, &err) == OK)
        X509_REQ_free(request);
    return 0;
}
