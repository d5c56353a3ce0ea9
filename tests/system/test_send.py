# SPDX-License-Identifier: Apache-2.0
"""Sending, against a centre that fails in every way we know of."""

import pathlib
import socket
import threading
import time

import pytest
from sending import SERIES, Site, all_stored, fixture_authority, fixture_centre, fixture_site, programs, seqs
from waiting import wait_for

OTHER_SERIES = "0123456789abcdefghjkmnpqrg"
__all__ = ["fixture_authority", "fixture_centre", "fixture_site", "programs"]  # pytest takes them from here


def test_once_drains_the_queue_fresh_first_and_tells(site, centre):
    bodies = {seq: site.put(seq, lane) for seq, lane in ((1, "backlog"), (2, "backlog"), (3, "fresh"))}
    done = site.command("once")
    assert done.returncode == 0, done.stderr
    assert seqs(centre) == [3, 1, 2]
    assert {seq: body for (_, seq), body in centre.stored.items()} == bodies
    last = centre.heartbeats[-1]
    assert (last["series"], last["seq"], last["lowest_held"], last["queue_batches"]) == (SERIES, 3, 1, 0)
    assert site.fact("send.state") == "online"


def test_a_loaded_batch_leaves_the_queue_and_a_refused_one_is_told(site, centre):
    for seq in (1, 2, 3):
        site.put(seq)
    site.start()
    wait_for(all_stored(site, 3))
    centre.loaded, centre.refused = 2, [[2, "signature"]]
    wait_for(lambda: list(site.states()) == [3])
    wait_for(lambda: site.fact("send.refused") == "2:signature")
    assert site.fact("send.loaded") == "2"


def test_a_long_outage_loses_nothing_and_logs_once(site, centre):
    centre.stop()
    for seq in range(1, 6):
        site.put(seq)
    site.start()
    wait_for(lambda: site.lines("no answer"))
    time.sleep(1.5)  # several attempts
    assert len(site.lines("no answer")) == 1
    assert site.states() == dict.fromkeys(range(1, 6), "queued")
    centre.start()
    wait_for(all_stored(site, 5))
    assert seqs(centre) == [1, 2, 3, 4, 5]
    assert len(site.lines("centre: in order")) == 1


def test_an_answer_lost_after_storing_stores_once(site, centre):
    site.put(1)
    centre.on_put = lambda seq, handler: ("lose",) if not centre.puts else None
    site.start()
    wait_for(all_stored(site, 1))
    assert centre.puts == [(1, None), (1, 200)]


def test_a_conflict_stops_the_series_until_a_new_one(site, centre):
    centre.stored[SERIES, 1] = b"another machine's"
    site.put(1)
    site.put(2)
    site.start()
    wait_for(lambda: site.states()[1] == "conflict")
    time.sleep(0.5)
    assert site.states()[2] == "queued"
    site.create(OTHER_SERIES)
    site.put(1)
    wait_for(lambda: (OTHER_SERIES, 1) in centre.stored)


def test_a_void_that_meets_its_original_counts_as_stored(site, centre):
    centre.stored[SERIES, 1] = b"the original"
    site.put(1, kind="void")
    assert site.command("once").returncode == 0
    assert site.states() == {1: "stored"}
    assert centre.stored[SERIES, 1] == b"the original"


def test_a_batch_too_large_gives_way_and_the_rest_goes_on(site, centre):
    centre.on_put = lambda seq, handler: (413, "too-large") if seq == 1 else None
    site.put(1)
    site.put(2)
    assert site.command("once").returncode == 0
    assert site.states() == {1: "too-large", 2: "stored"}
    assert centre.heartbeats[-1]["parked"] == 1


@pytest.mark.parametrize("status", [200, 403, 413, 426])
def test_a_proxys_answer_is_not_believed_and_is_told(site, centre, status):
    centre.on_put = lambda seq, handler: (status, "", {}, False) if not centre.puts else None
    site.put(1)
    site.start()
    wait_for(lambda: any(beat["proxy_seen"] for beat in centre.heartbeats))
    assert len(site.lines("a proxy answers")) == 1
    wait_for(all_stored(site, 1))
    wait_for(lambda: not centre.heartbeats[-1]["proxy_seen"])
    assert seqs(centre, 201) == [1]


def test_a_batch_damaged_three_times_is_parked_and_does_not_block(site, centre):
    centre.on_put = lambda seq, handler: (400, "digest-mismatch") if seq == 1 else None
    site.put(1)
    site.put(2)
    assert site.command("once").returncode == 0
    assert site.states() == {1: "parked", 2: "stored"}
    assert seqs(centre) == [1, 1, 1, 2]


def test_a_poison_batch_is_parked_once(site, centre):
    centre.on_put = lambda seq, handler: (422, "bad-name") if seq == 1 else None
    site.put(1)
    site.put(2)
    site.start()
    wait_for(lambda: site.states() == {1: "parked", 2: "stored"})
    time.sleep(0.5)
    assert seqs(centre) == [1, 2]


def test_retry_after_wins_and_heartbeats_go_on(site, centre):
    times = []

    def busy(_seq, _handler):
        times.append(time.monotonic())
        return (503, "unavailable", {"Retry-After": "3"}) if len(times) == 1 else None

    centre.on_put = busy
    site.put(1)
    site.start()
    wait_for(lambda: times)
    before = len(centre.heartbeats)
    wait_for(all_stored(site, 1))
    assert times[1] - times[0] >= 3
    assert len(centre.heartbeats) - before >= 8


def test_sigterm_is_answered_during_a_transfer_and_heartbeats_were_not_held_up(site, centre):
    stuck = threading.Event()

    def hang(_seq, handler):
        stuck.set()
        handler.rfile.read(1)
        time.sleep(8)
        return "handled"

    centre.on_put = hang
    site.put(1, size=3_000_000)
    site.start()
    assert stuck.wait(10)
    before = len(centre.heartbeats)
    wait_for(lambda: len(centre.heartbeats) > before + 3)
    status, seconds = site.stop()
    assert (status, seconds < 2) == (0, True)
    assert site.states() == {1: "queued"}


def test_sigterm_is_answered_while_nothing_answers(site, centre):
    centre.stop()
    with socket.create_server(("127.0.0.1", centre.port)):  # accepts, and says nothing
        site.put(1)
        site.start()
        time.sleep(0.7)
        status, seconds = site.stop()
    assert (status, seconds < 2) == (0, True)


def test_what_the_centre_lost_is_sent_again(site, centre):
    for seq in (1, 2, 3):
        site.put(seq)
    assert site.command("once").returncode == 0
    del centre.stored[SERIES, 1], centre.stored[SERIES, 3]  # a gap, and the newest
    centre.puts.clear()
    assert site.command("once").returncode == 0
    assert sorted(seq for _, seq in centre.stored) == [1, 2, 3]
    assert seqs(centre) == [1, 3]


def test_a_centre_that_holds_what_we_never_made_stops_the_series(site, centre):
    for seq in (1, 2, 3):
        centre.stored[SERIES, seq] = b"of the machine this is a copy of"
    site.put(1)
    assert site.command("once").returncode == 75
    assert centre.puts == []
    assert site.fact("send.ahead") == "3"


def damage(site, what):
    """Alters the bytes of batch 1 below SQLite's eyes, or the file's own structure."""
    path = site.spool / "current" / "spool.db"
    data = bytearray(path.read_bytes())
    if what == "batch":
        at = data.index(b"batch 1 batch 1 ", 16384)
        data[at:at + 5] = b"BATCH"
    else:
        data[16384 * 2:] = bytes(len(data) - 16384 * 2)
    path.write_bytes(data)


def test_a_batch_damaged_on_disk_gives_way_and_does_not_block(site, centre):
    site.put(1, size=40000)
    site.put(2)
    damage(site, "batch")
    assert site.command("once").returncode == 0
    assert site.states() == {1: "parked", 2: "stored"}
    assert centre.puts == [(2, 201)]


def test_a_damaged_spool_is_told_once_and_left_to_collect(site, centre):
    site.put(1, size=40000)
    damage(site, "file")
    site.start()
    wait_for(lambda: site.lines("spool:"))
    wait_for(lambda: any(beat["collect_error"] == "no-spool" for beat in centre.heartbeats))
    time.sleep(1)
    assert len(site.lines("spool:")) == 1
    site.create(OTHER_SERIES)
    site.put(1)
    wait_for(lambda: (OTHER_SERIES, 1) in centre.stored)


def test_the_centre_sets_the_pace(site, centre):
    centre.answer = {"interval_s": 2, "drain_per_minute": 60}
    for seq in (1, 2, 3):
        site.put(seq)
    begun = time.monotonic()
    site.start()
    wait_for(all_stored(site, 3))
    assert time.monotonic() - begun >= 2
    assert len(centre.heartbeats) <= 3


def test_requests_are_handed_over_once_and_acknowledged(site, centre):
    centre.answer = {"requests": [{"id": "r-1", "stream": "call", "from": "2026-01-02", "to": "2026-01-05"}],
                     "proved": "2026-01-01", "recipients": "-----BEGIN CERTIFICATE-----\nx\n"}
    assert site.command("once").returncode == 0
    assert site.tool("take") == "r-1 call 20455 20458"
    for _ in range(2):
        assert site.command("once").returncode == 0
    assert site.tool("take") == ""
    assert [beat["taken"] for beat in centre.heartbeats if beat["taken"]] == ["r-1"]
    assert centre.heartbeats[0]["taken"] == centre.heartbeats[-1]["taken"] == ""
    assert site.fact("send.proved") == "2026-01-01"
    assert site.fact("send.recipients").startswith("-----BEGIN CERTIFICATE-----")


def test_an_answer_of_another_shape_changes_nothing(site, centre):
    site.put(1)
    assert site.command("once").returncode == 0
    centre.answer = {"loaded": 1, "refused": "all"}
    done = site.command("once")
    assert "not what the protocol says" in done.stderr
    assert site.states() == {1: "stored"}


def test_heartbeats_go_on_without_a_spool_and_while_paused(tmp_path, centre):
    site = Site(tmp_path, centre, series=None)
    assert site.enroll().returncode == 0
    site.start()
    wait_for(lambda: len(centre.heartbeats) > 2)
    assert centre.heartbeats[-1]["collect_error"] == "no-spool"
    site.create(SERIES)
    site.tool("fact", "collect.paused", "1")
    site.put(1)
    wait_for(lambda: centre.heartbeats[-1]["paused"] and centre.heartbeats[-1]["queue_batches"] == 1)
    time.sleep(1)
    assert centre.puts == []
    site.tool("fact", "collect.paused", "0")
    wait_for(all_stored(site, 1))
    site.kill()


def test_the_seal_certificate_is_offered_until_it_is_taken(site, centre):
    refusals = [503, 503]
    centre.on_call = lambda method, path, serial: \
        (refusals.pop(), "unavailable") if path.endswith("/seal-certificate") and refusals else None
    (site.spool / "seal.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    site.start()
    wait_for(lambda: site.fact("send.seal_offered"))
    time.sleep(0.6)
    assert centre.seals == [b"-----BEGIN CERTIFICATE-----\n"]


def test_a_refused_heartbeat_does_not_keep_batches(site, centre):
    centre.on_call = lambda method, path, serial: (400, "bad-request") if path.endswith("/heartbeat") else None
    site.put(1)
    done = site.command("once")
    assert done.returncode == 0 and "heartbeat is refused" in done.stderr
    assert site.states() == {1: "stored"}


def test_waiting_costs_no_turns(site, centre):
    """A stopped centre, an ended series, a pause: the process sleeps."""
    centre.stored[SERIES, 9] = b"ahead"
    site.put(1)
    site.start()
    wait_for(lambda: site.fact("send.ahead"))
    used = lambda: sum(map(int, pathlib.Path(f"/proc/{site.process.pid}/stat").read_text().split()[13:15]))
    before = used()
    time.sleep(2)
    assert used() - before < 25  # hundredths of a second
