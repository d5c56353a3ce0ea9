/* SPDX-License-Identifier: Apache-2.0 */
/* What a running gateway holds, on its one thread. */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include "gateway/feedback.h"
#include "gateway/identity.h"
#include "gateway/landing.h"
#include "gateway/limiter.h"

struct gateway {
    const struct gateway_settings *settings;
    struct registry *registry;
    struct landing *landing;
    struct feedback_cache *feedback;
    struct identity_source identity;
    struct limiters failed_codes; /* by site */
};

#endif
