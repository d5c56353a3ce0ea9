/* SPDX-License-Identifier: Apache-2.0 */
/* PUT seal-certificate: kept for an operator to compare. */
#include "contact/log.h"
#include "gateway/exchange.h"
#include "gateway/seal_file.h"

void seal_offer_end(struct exchange *exchange)
{
    struct err err = {0};
    enum err_code code = seal_offer(exchange->gateway->settings, exchange->route.site, exchange->body.data,
                                    exchange->body.len, &err);
    if (code == OK)
        answer_status(&exchange->answer, 204);
    else if (code == ERR_REJECTED)
        exchange_refuse(exchange, 400, "bad-request", "One self-signed P-256 certificate in PEM is needed.");
    else
        exchange_fail(exchange, "seal certificate", &err);
}
