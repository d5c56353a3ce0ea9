# SPDX-License-Identifier: Apache-2.0
"""What batches are sealed to is renewed at the centre, by the warehouse root's key from its safe, and no site is visited."""

import json
import subprocess

from waiting import wait_for


def opened_by(centre, number):
    """The batches on the landing zone that the loader's key of this number opens."""
    stem = centre.folder / "loader" / ("recipient" if number == 1 else f"recipient-{number}")
    return {path.name for path in centre.landing.glob("*/*/*.cms")
            if subprocess.run(["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", path, "-inkey", f"{stem}.key",
                               "-recip", f"{stem}.pem"], capture_output=True, check=False).returncode == 0}


def test_sites_take_the_new_key_by_themselves_and_what_is_under_way_is_opened_by_the_former(settled):
    centre, site = settled
    before = (site.collect / "recipients.pem").read_text()
    former = opened_by(centre, 1)
    centre.stop("serve")  # what is made now waits at the site, sealed to the former key
    site.change(seed=2, new=3, within=1)
    site.agent("once", "--no-send")
    said = centre.command("renew", "--recipient", centre.folder / "offline" / "warehouse-root.key").stdout
    assert "1095 days" in said or "1094 days" in said
    key = centre.folder / "loader" / "recipient-2.key"
    assert key.stat().st_mode & 0o777 == 0o400
    centre.start("serve")
    with site.start():
        wait_for(lambda: (site.collect / "recipients.pem").read_text() != before, 60, "the site to take the new one")
        assert site.agree().equal
    assert (site.collect / "recipients.pem").read_text() == (centre.folder / "public" / "recipients.pem").read_text()
    assert opened_by(centre, 1) > former
    site.change(seed=3, new=3, within=1)
    site.once()
    assert site.agree().equal, "a loader that runs finds its new key"
    assert opened_by(centre, 2) and not opened_by(centre, 1) & opened_by(centre, 2)
    assert centre.told(site.name)["refused"] == 0


def test_the_root_alone_may_make_one_and_the_centre_says_when(settled):
    centre, _ = settled
    before = (centre.folder / "public" / "recipients.pem").read_bytes()
    for wrong in ("signer/ca.key", "offline/none.key", "public/ca.pem"):
        done = centre.command("renew", "--recipient", centre.folder / wrong, check=False)
        assert done.returncode == 78, wrong
    assert centre.command("renew", "--recipient", "x", "--host", "y", check=False).returncode == 64
    assert (centre.folder / "public" / "recipients.pem").read_bytes() == before
    assert not (centre.folder / "loader" / "recipient-2.key").exists()
    root = centre.folder / "offline" / "warehouse-root"
    request = subprocess.run(["openssl", "req", "-new", "-key", centre.folder / "loader" / "recipient.key", "-subj", "/CN=x"],
                             check=True, capture_output=True).stdout
    ending = subprocess.run(["openssl", "x509", "-req", "-days", "100", "-CA", centre.folder / "public" / "warehouse-root.pem", "-CAkey",
                             f"{root}.key", "-set_serial", "9"], input=request, check=True, capture_output=True).stdout
    told = centre.folder / "public" / "recipients.pem"
    told.chmod(0o644)
    told.write_bytes(ending)
    assert "renew --recipient" in json.loads(centre.command("--json").stdout)["next"]
