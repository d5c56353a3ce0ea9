# SPDX-License-Identifier: Apache-2.0
"""Folders for tests that play much and keep nothing: in memory where there is room, for they wait for no disk there.
What a kill leaves is the same, since it takes no power away."""

import os
import shutil
import tempfile

ROOM = 3 << 30  # of several servers and centres beside each other


def place():
    """Short, for the sake of Unix sockets' paths."""
    shared = "/dev/shm"
    return shared if os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > ROOM else "/tmp"


def folder(prefix):
    return tempfile.TemporaryDirectory(prefix=prefix, dir=place())
