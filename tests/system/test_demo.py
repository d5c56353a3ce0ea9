# SPDX-License-Identifier: Apache-2.0
"""`make demo` does what it says: the whole path on a small scale, faults included."""

import json
import os
import subprocess
import types

import demo
import pytest
from centre import ROOT

PLACES = {"spool, with its write-ahead log", "landing zone", "plaintext that the loader sees", "warehouse",
          "gateway's files", "logs", "collect's state", "send's folder", "temporary files"}


def test_the_demo_ends_with_equal_sides_and_no_leak(tmp_path):
    folder = tmp_path / "d"
    done = subprocess.run([ROOT / "scripts" / "demo"], capture_output=True, text=True, timeout=600, check=False,
                          env={**os.environ, "CALLS": "2000", "KEEP": "", "DEMO_FOLDER": str(folder)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(f"   {place}: " in done.stdout for place in PLACES), "each place is told as it was scanned"
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["equal"] and summary["source"] == summary["warehouse"]
    assert summary["source"]["call"] > 1950
    assert summary["caught_up_after_outage"]
    assert {place["place"] for place in summary["places_scanned"]} == PLACES
    assert all(place["control"] for place in summary["places_scanned"])
    assert summary["identifiers_planted"] > 20000 and summary["identifiers_found"] == 0
    assert all(summary["changes_applied"][name] > 0
               for name in ("new", "late", "corrected", "deleted", "merged", "objected"))
    assert not list(folder.glob("tmp/*")), "no temporary file is left"


@pytest.mark.parametrize("wrong", [{"equal": False}, {"caught_up_after_outage": False}, {"control": False},
                                   {"identifiers_found": 1}, {"identifiers_found": None}])
def test_the_demo_fails_when_anything_is_not_as_promised(wrong):
    right = {"equal": True, "caught_up_after_outage": True, "control": True, "identifiers_found": 0}
    assert demo.Demo.good(types.SimpleNamespace(summary=right))
    assert not demo.Demo.good(types.SimpleNamespace(summary={**right, **wrong}))
