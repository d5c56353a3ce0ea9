# SPDX-License-Identifier: Apache-2.0
"""A centre that was taken over, or is broken: it cannot make the agent fill its own disk, send to others, or end."""

import pathlib
import re

import pytest

from association import BUILD, Site
from centre import Centre
from faulty_centre import Authority, openssl
from faulty_centre import Centre as FaultyCentre
from waiting import wait_for


@pytest.fixture(name="centre")
def fixture_centre(tmp_path):
    centre = FaultyCentre(Authority(tmp_path / "ca")).start()
    yield centre
    centre.stop()


def bundle_to(bundle, centre, out):
    """The bundle of a real centre, leading to a hostile one."""
    ca = "".join(f"  {line}\n" for line in centre.authority.pem.read_text().splitlines())
    text = re.sub(r"^url: .*", f'url: "{centre.url}"', bundle.read_text(), flags=re.M)
    text = re.sub(r"^code: .*", f'code: "{centre.code}"', text, flags=re.M)
    out.write_text(re.sub(r"^ca: \|\n(  .*\n)+", lambda match: "ca: |\n" + ca, text, flags=re.M))
    return out


@pytest.fixture(name="site")
def joined_site(tmp_path, centre):
    real = Centre(tmp_path / "c").init()
    site = Site(tmp_path / "s", real, settings={"collect": ["hot: 1s"]}).create(100, days_back=5)
    site.root = real.folder / "offline"
    site.bundle = tmp_path / "bundle.yaml"
    with site.enroll(bundle_to(real.add_site("lyon"), centre, tmp_path / "bundle.yaml")).approve():
        yield site


def series(site):
    return sorted(entry.name for entry in site.spool.iterdir() if entry.is_dir() and not entry.is_symlink())


def test_a_centre_that_is_always_ahead_costs_one_series(site, centre):
    """It once had one begun each second, of 4 MiB each, and none was ever removed."""
    site.start()
    wait_for(lambda: centre.puts, 20, "a batch")
    first = series(site)
    centre.watermark = lambda name: {"series": name, "contiguous": 10**15, "loaded": 0, "highest": 10**15, "missing": []}
    wait_for(lambda: site.log("send").count("A new series will begin") == 2, 30, "the centre to be ahead of the second too")
    beats = len(centre.heartbeats)
    wait_for(lambda: len(centre.heartbeats) > beats + 3, 30, "it to be told so again")
    assert site.log("collect").count("restored or copied") == 1
    assert len(series(site)) == 1 and series(site) != first


def block(text):
    return "".join(f"  {line}\n" for line in text.splitlines())


def member(bundle, name):
    return re.search(rf"^{name}: \|\n((  .*\n)+)", bundle, re.M)[1]


@pytest.mark.parametrize("member_name, content", [
    ("recipients", "another authority's"), ("recipients", "the root itself"), ("recipients", "-----BEGIN CERTIFICATE-----\nAAAA\n"),
    ("warehouse_root", "-----BEGIN CERTIFICATE-----\nAAAA\n"), ("receipt", "-----BEGIN PUBLIC KEY-----\nAAAA\n")])
def test_a_forged_or_damaged_bundle_changes_nothing_of_an_enrolled_site(site, centre, member_name, content):
    """What was approved is the warehouse's root: data sealed to a recipient that it did not issue would be another's."""
    text = site.bundle.read_text()
    content = {"another authority's": block(centre.authority.pem.read_text()),
               "the root itself": member(text, "warehouse_root")}.get(content) or block(content)
    forged = site.folder / "forged.yaml"
    forged.write_text(text.replace(f"{member_name}: |\n{member(text, member_name)}", f"{member_name}: |\n{content}"))
    assert forged.read_text() != text
    files = [path for path in site.collect.iterdir() if path.suffix in (".pem", ".yaml", ".key")]
    before = {path: path.read_bytes() for path in files}
    done = site.agent("enroll", forged, check=False)
    assert done.returncode == 78 and "HINT" in done.stderr, done.stderr
    assert {path: path.read_bytes() for path in files} == before
    site.agent("once", "--no-send")


def issue(site, begin_s):
    """A recipient certificate that the warehouse's root issued."""
    root = Authority(site.folder / f"root{begin_s}")
    root.key, root.pem = site.root / "warehouse-root.key", site.root.parent / "public" / "warehouse-root.pem"
    request = openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=w",
                      "-keyout", site.folder / "w.key")
    conf = root.folder / "ca.conf"
    conf.write_text(conf.read_text() + "[recipient]\nkeyUsage=keyAgreement\nsubjectKeyIdentifier=hash\n")
    return root.sign(request, begin_s, kind="recipient").decode()


def test_of_the_recipients_offered_only_newer_ones_of_the_warehouse_are_taken(site, centre):
    site.start()
    wait_for(lambda: centre.puts, 20, "a batch")
    own = (site.collect / "recipients.pem").read_text()
    root = (site.root.parent / "public" / "warehouse-root.pem").read_text()
    for number, offered in enumerate((centre.authority.pem.read_text(), root, issue(site, -400 * 86400), own + root)):
        centre.answer = {"recipients": offered}
        wait_for(lambda n=number: site.log("collect").count("recipients: ") > n, 20, "collect to refuse them")
        assert (site.collect / "recipients.pem").read_text() == own
    newer = issue(site, -10)
    centre.answer = {"recipients": newer}
    wait_for(lambda: "newer certificate" in site.log("collect"), 20, "collect to take the newer one")
    assert (site.collect / "recipients.pem").read_text() == newer


def test_answers_without_end_are_broken_off_and_cost_no_memory(site, centre):
    """curl keeps every header it is sent; those of "103 Early Hints" may come for as long as the call may last."""
    beat, cut = centre.heartbeat, []

    def hints(handler, _):
        try:
            for _ in range(20000):
                handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" * 100)
        except OSError:
            cut.append(True)
        handler.close_connection = True

    site.start()
    wait_for(lambda: centre.puts, 20, "a batch")
    centre.heartbeat = hints
    wait_for(lambda: cut, 30, "the agent to break off")
    centre.heartbeat = beat
    beats = len(centre.heartbeats)
    wait_for(lambda: len(centre.heartbeats) > beats, 60, "it to ask again")
    status = pathlib.Path(f"/proc/{site.processes['send'].pid}/status").read_text()
    assert BUILD.name != "release" or int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) < 32 * 1024, status
