# SPDX-License-Identifier: Apache-2.0
"""Waiting for what is sure to come. A limit costs only a test that fails, so it is generous: machines that run tests are
busy, and a limit that a slow one meets is no fault of the program."""

import time

PATIENCE = 4  # times as long as a quiet machine could ever need


def deadline(seconds):
    """A moment of time.monotonic()."""
    return time.monotonic() + seconds * PATIENCE


def wait_for(condition, seconds=15.0, what="condition"):
    """Returns what the condition gives, when it gives something true."""
    end = deadline(seconds)
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds * PATIENCE} s in vain for: {what}")
