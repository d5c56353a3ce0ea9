/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/version.h"

const char contact_version[] = CONTACT_VERSION;
