# SPDX-License-Identifier: Apache-2.0
"""How long send waits after a failure: the cap first, the jitter after.

The other way round every machine that has failed often waits exactly the cap, and they all come back together.
"""
FIRST_S, CAP_S, RETURN_SPREAD_S = 1, 15 * 60, 120


def wait_s(failures, fraction, retry_after_s=0):
    """failures: in a row, from 1. fraction: random in [0, 1). Half of the delay is certain, half is jitter."""
    delay = min(CAP_S, FIRST_S * 2 ** min(failures - 1, 30))
    return max(retry_after_s, delay / 2 + delay / 2 * fraction)


def return_s(fraction):
    """The spread of 64 sites when the centre comes back after an outage."""
    return RETURN_SPREAD_S * fraction
