# SPDX-License-Identifier: Apache-2.0
"""A newer package on a machine whose queue waits for a centre that cannot be reached: another model, another text engine.
Each step is shown, nothing is lost, and nothing leaves that nobody agreed to."""

import json
import shutil
import struct

import pytest

from association import BUILD, Site
from centre import ROOT, Centre
from waiting import wait_for


@pytest.fixture(name="waiting")
def site_with_a_queue(tmp_path):
    """Its models are its own, so that a test can change them."""
    with Centre(tmp_path / "c").init().start() as centre:
        site = Site(tmp_path / "s", centre).create(100, days_back=30)
        models = site.folder / "models"
        shutil.copytree(ROOT / "conf" / "model", models)
        site.config.write_text(site.config.read_text().replace(f"{ROOT}/conf/model", str(models)))
        site.join()
        site.once()
        assert site.agree().equal
        centre.stop("nginx")
        site.change(new=10, correct=10, within=10)
        site.agent("sweep", "warm", check=False)
        assert site.queue().get(0, 0) > 0
        yield centre, site, models / "contact-1.yaml"


def another_word_file(folder):
    """As this one, but for the bias of its weights: header of lexicon.c."""
    words = bytearray((BUILD / "text.lex").read_bytes())
    bias, = struct.unpack_from("<h", words, 28)
    struct.pack_into("<h", words, 28, bias + 1)
    check = 0xCBF29CE484222325
    for (word,) in struct.iter_unpack("<Q", words[16:len(words) // 8 * 8]):
        check = (check ^ word) * 0x100000001B3 & (1 << 64) - 1
    struct.pack_into("<Q", words, 8, check)
    path = folder / "new.lex"
    path.write_bytes(words)
    return path


def test_nothing_is_read_under_another_model_and_the_queue_is_sent(waiting, tmp_path, monkeypatch):
    centre, site, model = waiting
    model.write_text(model.read_text() + "\n# another one\n")
    monkeypatch.setenv("CONTACT_TEXT_LEXICON", str(another_word_file(tmp_path)))
    queue, before = site.queue(), site.sides()
    site.change(new=10, correct=10, within=10, seed=2)
    done = site.once(check=False)
    assert done.returncode == 78 and "contact-agent approve" in done.stderr
    assert site.queue() == queue
    shown = site.agent("status").stdout
    assert "what was approved has changed since: nothing is read" in shown and "has not approved" not in shown
    assert "the centre cannot be reached" in shown and "Next: contact-agent approve" in shown
    difference = {part["section"] for part in json.loads(site.agent("approve", "--difference", "--json").stdout)["differences"]}
    assert difference == {"model", "text engine"}
    centre.start("nginx")
    site.once(check=False)
    assert site.queue().get(0, 0) == 0, "what was agreed to when it was made goes"
    wait_for(lambda: site.compare(sides=before).equal, 30, "the warehouse to hold that, and no more")
    site.approve()
    site.once()
    assert site.agree().equal


def test_another_text_engine_alone_keeps_text_and_is_named_by_check_too(waiting, tmp_path, monkeypatch):
    centre, site, _ = waiting
    monkeypatch.setenv("CONTACT_TEXT_LEXICON", str(another_word_file(tmp_path)))
    site.change(new=10, correct=10, within=10, seed=2)
    site.once(check=False)
    assert site.status()["text"] == "not_approved" and "Next: contact-agent approve" in site.agent("status").stdout
    found = {finding["what"]: finding for finding in json.loads(site.agent("check", "--json").stdout)}
    assert found["free text"]["finding"] == "warning" and "not_approved" in found["free text"]["text"]
    centre.start("nginx")
    site.approve()
    site.once()
    assert site.agree().equal


def test_a_mapping_that_does_not_fit_the_new_model_is_named(waiting):
    _, site, model = waiting
    model.write_text(model.read_text().replace("systolic:", "systolic_pressure:", 1))
    assert site.once(check=False).returncode == 78
    for shown in (site.agent("status").stdout, site.agent().stdout):
        assert "the mapping cannot be used" in shown and "0 records" not in shown and "0 %" not in shown
        assert shown.endswith("Next: contact-agent check\n")
    assert "systolic" in site.agent("check", check=False).stdout


@pytest.mark.parametrize("words", ["missing", "of another version"])
def test_no_text_engine_is_agreed_to_by_nobody(waiting, tmp_path, monkeypatch, words):
    """It would take the texts of all history out of the warehouse, to send them again once the file is there."""
    _, site, _ = waiting
    (tmp_path / "old.lex").write_bytes(b"CTXLEX3\0" * 100)
    monkeypatch.setenv("CONTACT_TEXT_LEXICON", str(tmp_path / ("none.lex" if words == "missing" else "old.lex")))
    site.once(check=False)
    assert site.status()["text"] == "no_words"
    refused = site.agent("approve", "--by", "Dr Demo", "--yes", "--no-key-backup", check=False)
    assert refused.returncode == 78 and "word file" in refused.stderr
